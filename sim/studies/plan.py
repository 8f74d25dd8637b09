"""From points to settings: composed once for each set of choices, then single values put in and checked.

Hydra takes half a second for a set of choices and 30 ms for single values; a design of thousands of points
would wait for it. So only the *bases* (overrides and choices of groups) are composed; the values of a point
are put into a copy of the records they stand in, typed and checked by the same declarations and `check()`s.
"""

import copy
import dataclasses
import hashlib
import typing
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sim.parameters import SettingError, check_value, run_check
from sim.studies.design import Point

Compose = Callable[[Sequence[str]], Any]


@dataclasses.dataclass(frozen=True)
class Plan:
    """The bases of a design, which base each set of choices has, and the hash of all points."""

    bases: tuple[Any, ...]
    place: Mapping[tuple[str, ...], int]
    hash: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, points: Sequence[Point], compose: Compose | None = None) -> "Plan":
        """Compose the bases and try the values of every point. Raises SettingError naming the point."""
        from sim.configuration import compose as composed

        bases: list[Any] = []
        place: dict[tuple[str, ...], int] = {}
        words: set[str] = set()
        digest = hashlib.sha256()
        for point in points:
            try:
                key = base_of(point)
                if key not in place:
                    bases.append((compose or composed)(key))
                    place[key] = len(bases) - 1
                with_values(bases[place[key]], point.values)
            except SettingError as error:
                raise SettingError(f"point {point.name}: {error}") from error
            digest.update(f"{point.name}\0{point.written}\0".encode())
            words.update(value for value in point.values.values() if isinstance(value, str))
        return cls(tuple(bases), place, digest.hexdigest(), tuple(sorted(words)))

    def base(self, point: Point) -> int:
        """The number of the base that a point starts from."""
        return self.place[base_of(point)]

    def settings(self, point: Point) -> Any:
        """The settings of a point."""
        return with_values(self.bases[self.base(point)], point.values)

    def inputs(self) -> dict[str, str]:
        """Hashes of settings, data (one's own files that a point names among them) and code."""
        from sim.configuration import resolved
        from sim.records import provenance

        return provenance.inputs({"bases": [resolved(each) for each in self.bases], "words": self.words})


def base_of(point: Point) -> tuple[str, ...]:
    """The overrides of a point and the choices of groups among its values: what Hydra composes."""
    return (*point.overrides, *(f"{key}={value}" for key, value in point.values.items() if is_choice(key, value)))


def is_choice(key: str, value: Any) -> bool:
    """Whether a value picks a file of a group: `funding=constant`, `charter@sister_charter=imec`."""
    return isinstance(value, str) and "." not in key


def with_values(base: Any, values: Mapping[str, Any]) -> Any:
    """A copy of settings with single values put in; what is not touched is shared with `base`.

    Raises SettingError for a name that is no setting, a wrong type, a value out of range, and whatever the
    records that hold the values object to.
    """
    made = copy.copy(base)
    touched: dict[str, Any] = {"": made}
    for key, value in values.items():
        if not is_choice(key, value):
            _put(touched, key, value)
    for name in sorted(touched, key=lambda name: -name.count(".") - bool(name)):  # inner records first
        if callable(getattr(touched[name], "check", None)):
            run_check(touched[name], name)
    return made


def value_at(settings: Any, key: str) -> Any:
    """The value that stands at a dotted name. Raises AttributeError when there is none."""
    for part in key.split("."):
        settings = getattr(settings, part)
    return settings


def _put(touched: dict[str, Any], key: str, value: Any) -> None:
    """Set one value in copies of the records on its path. Raises SettingError."""
    *path, last = key.split(".")
    name, record = "", touched[""]
    for part in path:
        if not dataclasses.is_dataclass(getattr(record, part, None)):
            raise SettingError(f"{key} is no setting: nobody reads it.")
        name = f"{name}.{part}" if name else part
        if name not in touched:
            touched[name] = copy.copy(getattr(record, part))
            setattr(record, part, touched[name])
        record = touched[name]
    fields = _fields(record.__class__)
    if last not in fields:
        raise SettingError(f"{key} is no setting: nobody reads it.")
    hint, told = fields[last]
    typed = float(value) if hint is float and isinstance(value, int) and not isinstance(value, bool) else value
    if told.metadata.get("kind"):
        check_value(key, typed, hint, told)
    setattr(record, last, typed)


@cache
def _fields(cls: Any) -> dict[str, tuple[Any, Any]]:
    """The fields of a dataclass by name, each with its type."""
    hints = typing.get_type_hints(cls)
    return {each.name: (hints[each.name], each) for each in dataclasses.fields(cls)}

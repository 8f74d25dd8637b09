"""What a sweep varies: listed levels or a range of one setting, read from `KEY=1:3`, `KEY=a,b,c` or a bare `KEY`."""

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.parameters import Declaration, SettingError, as_written, check_value, declared, did_you_mean

ROLES = ("lever", "uncertainty")
SCALES = ("linear", "log")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})?\s*:\s*({_NUMBER})?\s*(?::\s*(\w+)\s*)?")
_HOW = "write KEY=low:high, KEY=low:high:log, KEY=a,b,c, or KEY alone for its declared range"


@dataclass(frozen=True)
class Levels:
    """A setting with the values it takes one after the other, or a group with its choices."""

    key: str
    values: tuple[Any, ...]
    role: str


@dataclass(frozen=True)
class Range:
    """A setting with the span it is sampled from, bounds included; `whole` for whole numbers."""

    key: str
    low: float
    high: float
    scale: str
    role: str
    whole: bool

    def told(self) -> dict[str, Any]:
        """As the manifest keeps it."""
        return {"low": self.low, "high": self.high, "scale": self.scale, "role": self.role, "whole": self.whole}


Factor = Levels | Range


class Reader:
    """Reads factors of one schema of settings, with the groups of the shipped configs and of one's own."""

    def __init__(self, configs: Path | None = None) -> None:
        from sim.configuration import choices, groups
        from sim.settings import Settings

        self.settings = Settings()
        self.declared = {told.name: told for told in declared(Settings)}
        self.groups = {name: list(choices(name, configs=configs)) for name in groups(configs=configs)}

    def written(self, text: str) -> Factor:
        """A factor as the command line has it. Raises SettingError."""
        key, sign, rest = text.partition("=")
        return self.read(key.strip(), rest if sign else None)

    def read(self, key: str, what: Any) -> Factor:
        """A factor as a file has it: nothing, `low:high`, a list, or a record with low, high, scale, role.

        Raises SettingError for an unknown key, a value out of range, or what cannot be read.
        """
        if key.partition("@")[0] in self.groups:
            return self._choices(key, what)
        if key not in self.declared:
            hint = did_you_mean(key, [*self.declared, *self.groups]) or " See `consortium list parameters`."
            raise SettingError(f"{key} is no setting: nobody reads it.{hint}")
        told = self.declared[key]
        if isinstance(what, Mapping):
            return self._record(told, what)
        if what is None or what == "":
            return self._declared_span(told)
        span = _RANGE.fullmatch(what) if isinstance(what, str) else None
        if span is not None:
            low, high, scale = span.groups()
            return self._range(told, low, high, scale or "linear", _role(told))
        return Levels(key, self._values(told, what), _role(told))

    def _choices(self, key: str, what: Any) -> Levels:
        """The choices of a group, all of them when none are named."""
        group, at, part = key.partition("@")
        known = self.groups[group]
        if at and not hasattr(self.settings, part):
            raise SettingError(f"{key} is no setting: there is no part {part}.")
        named = known if what in (None, "") else _listed(key, what)
        for choice in named:
            if choice not in known:
                raise SettingError(f"{key}={choice} is no choice of {group}; write one of: {', '.join(known)}.")
        return Levels(key, _once(key, [str(choice) for choice in named]), "lever")

    def _declared_span(self, told: Declaration) -> Factor:
        """Everything that a declaration allows."""
        if isinstance(told.default, bool):
            return Levels(told.name, (True, False), _role(told))
        if told.choices is not None:
            return Levels(told.name, told.choices, _role(told))
        return self._range(told, None, None, "linear", _role(told))

    def _record(self, told: Declaration, what: Mapping[str, Any]) -> Factor:
        """A factor with its terms named: low, high, scale, role; or values, role."""
        known = ("low", "high", "scale", "role", "values")
        for name in what:
            if name not in known:
                raise SettingError(f"{told.name}: {name} is none of {', '.join(known)}.{did_you_mean(name, known)}")
        role = what.get("role", _role(told))
        if role not in ROLES:
            raise SettingError(f"{told.name}: role={role} is no choice; write one of: {', '.join(ROLES)}.")
        if "values" in what:
            return Levels(told.name, self._values(told, what["values"]), role)
        return self._range(told, what.get("low"), what.get("high"), what.get("scale", "linear"), role)

    def _range(self, told: Declaration, low: Any, high: Any, scale: str, role: str) -> Range:
        """A span whose bounds are allowed; a bound that is not given is the declared one."""
        name, (hint, field) = told.name, self._field(told.name)
        if hint not in (int, float):
            raise SettingError(f"{name} is no number and has no range; write {name}=a,b,c with the values it takes.")
        if scale not in SCALES:
            raise SettingError(f"{name}: scale {scale} is no choice; write one of: {', '.join(SCALES)}.")
        bounds = []
        for given, limit, word in ((low, told.low, "lower"), (high, told.high, "upper")):
            if given is None and limit is None:
                raise SettingError(f"{name} has no declared {word} bound ({told.range}); write {name}=low:high.")
            bounds.append(_number(name, limit if given is None else given, hint))
            check_value(name, bounds[-1], hint, field)
        if not bounds[0] < bounds[1]:
            raise SettingError(f"{name}={bounds[0]:g}:{bounds[1]:g} is no range: the lower bound comes first, below the other.")
        if scale == "log" and bounds[0] <= 0:
            raise SettingError(f"{name}: a range on a log scale starts above zero; write {name}=low:{bounds[1]:g}:log.")
        return Range(name, bounds[0], bounds[1], scale, role, hint is int)

    def _values(self, told: Declaration, what: Any) -> tuple[Any, ...]:
        """Listed values, each of the declared type and in range."""
        hint, field = self._field(told.name)
        typed = []
        for value in _listed(told.name, what):
            fits = float(value) if hint is float and type(value) is int else value
            check_value(told.name, fits, hint, field)
            typed.append(fits)
        return _once(told.name, typed)

    def _field(self, key: str) -> tuple[Any, dataclasses.Field]:
        """Type and declaration of a setting. Raises SettingError where it stands in a list of records."""
        record, (*path, last) = self.settings, key.split(".")
        for part in path:
            if not dataclasses.is_dataclass(getattr(record, part, None)):
                raise SettingError(f"{key} stands in a list: it cannot be varied alone; vary the whole list.")
            record = getattr(record, part)
        field = next(each for each in dataclasses.fields(record) if each.name == last)
        return typing.get_type_hints(type(record))[last], field


def _role(told: Declaration) -> str:
    """Who turns it: a lever, or an uncertainty (a constant that is varied is one)."""
    return "lever" if told.kind == "lever" else "uncertainty"


def _number(name: str, given: Any, hint: type) -> Any:
    """A bound as a number of the declared type. Raises SettingError."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise SettingError(f"{name}: {given} is not a number; {_HOW}.") from None
    return int(number) if hint is int and number == int(number) else number


def _listed(key: str, what: Any) -> list[Any]:
    """Several values: a list of a file as it stands, a text in Hydra's grammar (`1,2`, `range(1,4)`, `[a,b],[c]`)."""
    if isinstance(what, str):
        return list(_parsed(f"{key}={what}"))
    if not isinstance(what, Sequence):
        return [what]
    if not what:
        raise SettingError(f"{key}: an empty list; {_HOW}.")
    return list(what)


def _parsed(override: str) -> Iterator[Any]:
    """The values of `KEY=a,b,c`. Raises SettingError."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        told = OverridesParser.create().parse_override(override)
        if not told.is_sweep_override():
            yield _plain(told.value())
        elif told.is_discrete_sweep():
            yield from (_plain(value) for value in told.sweep_iterator())
        else:
            raise SettingError(f"{override} names no values; {_HOW}.")
    except HydraException as error:
        raise SettingError(f"{override} cannot be read: {str(error).splitlines()[0].rstrip('.')}; {_HOW}.") from error


def _plain(value: Any) -> Any:
    """A value without the quotation marks that Hydra keeps."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.text if hasattr(value, "text") and hasattr(value, "quote") else value


def _once(key: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """The values, each of them once. Raises SettingError."""
    written = [as_written(value) for value in values]
    twins = sorted({each for each in written if written.count(each) > 1})
    if twins:
        raise SettingError(f"{key}={twins[0]} stands twice; name each value once.")
    return tuple(values)

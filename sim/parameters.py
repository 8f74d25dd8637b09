"""Declared numbers: every setting is written once, with unit, range, kind, meaning and source.

A subject declares its settings beside the rule that reads them::

    @dataclass
    class Membership:
        patience_years: float = parameter(
            2.0, unit="years", low=0.0, high=10.0, kind="uncertainty",
            meaning="how long a disappointed member stays before it leaves",
            source="F44", moves="members_mean +",
        )

`validate` refuses what is out of range in a sentence that says what to write; `declared` lists everything.
"""

import copy
import dataclasses
import difflib
import functools
import math
import numbers
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("lever", "uncertainty", "constant")
_MOVES = re.compile(r"[a-z][a-z0-9_]* [+-]( *, *[a-z][a-z0-9_]* [+-])*")


class SettingError(ValueError):
    """A setting that cannot be: the message names it, says what it means and what to write instead."""


@dataclass(frozen=True)
class Prior:
    """What is thought possible of a number before the record is looked at: evenly between two values, and why."""

    low: float
    high: float
    because: str
    scale: str = "linear"
    """`linear`, or `log`: evenly in the logarithm."""


@dataclass(frozen=True)
class Declaration:
    """One declared setting as `consortium list parameters` shows it."""

    name: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    kind: str
    meaning: str
    source: str
    moves: str
    choices: tuple[str, ...] | None
    where: str
    prior: Prior | None = None

    @property
    def range(self) -> str:
        """The allowed values in words, for example `0 to 10` or `one of: open, domestic`."""
        return allowed(self.low, self.high, self.choices)


def parameter(
    default: Any,
    *,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    kind: str,
    meaning: str,
    source: str,
    moves: str = "",
    choices: Iterable[str] | None = None,
    prior: Prior | None = None,
) -> Any:
    """Declare one setting of a dataclass.

    `low` and `high` are inclusive and hold for each element of a list; None is no bound. `kind` says who
    turns it (lever, uncertainty, constant), `moves` the outcome it moves and the sign (`"members_mean +"`), `prior`
    what a calibration may choose from.
    Raises ValueError when the declaration itself is wrong, for example a default outside its own range.
    """
    told = {
        "unit": unit, "low": low, "high": high, "kind": kind, "meaning": meaning, "source": source,
        "moves": moves, "choices": tuple(choices) if choices is not None else None, "prior": prior,
    }  # fmt: skip
    _check_declaration(default, told)
    if isinstance(default, (list, dict, set)) or dataclasses.is_dataclass(default):
        return dataclasses.field(default_factory=lambda: copy.deepcopy(default), metadata=told)
    return dataclasses.field(default=default, metadata=told)


def group(cls: type) -> Any:
    """Declare a nested dataclass of settings: `membership: Membership = group(Membership)`."""
    return dataclasses.field(default_factory=cls)


def allowed(low: float | None, high: float | None, choices: Iterable[str] | None = None) -> str:
    """The allowed values in words."""
    if choices is not None:
        return "one of: " + ", ".join(choices)
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"at least {low:g}"
    if high is not None:
        return f"at most {high:g}"
    return "any"


def nearest(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """The known names most like `name`, best first; the last part of a dotted name is compared too."""
    known = list(dict.fromkeys(names))
    tail = name.rsplit(".", 1)[-1].lower()

    def likeness(other: str) -> float:
        whole = difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()
        last = difflib.SequenceMatcher(None, tail, other.rsplit(".", 1)[-1].lower()).ratio()
        return max(whole, 0.95 * last)

    ranked = sorted(((likeness(other), other) for other in known), key=lambda pair: (-pair[0], pair[1]))
    best = ranked[0][0] if ranked else 0.0
    return [other for score, other in ranked if score >= max(0.6, 0.8 * best)][:count]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """` Did you mean a, b?` or an empty string when nothing is near."""
    close = nearest(name, names)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def declared(cls: type) -> list[Declaration]:
    """Every setting below a dataclass, with its dotted name; those of a listed record read `tiers[].fee`."""
    return list(_declarations(cls(), ""))


def _declarations(record: Any, prefix: str) -> Iterator[Declaration]:
    hints = typing.get_type_hints(type(record))
    for field in dataclasses.fields(record):
        name, value = prefix + field.name, getattr(record, field.name)
        nested, listed = _record_type(hints[field.name])
        if field.metadata.get("kind"):
            where = f"{type(record).__module__}.{type(record).__qualname__}"
            yield Declaration(name=name, default=value, where=where, **field.metadata)
        if nested is not None:
            inner = nested() if listed or value is None else value
            yield from _declarations(inner, f"{name}[]." if listed else f"{name}.")


def _record_type(hint: Any) -> tuple[type | None, bool]:
    """The dataclass inside a type hint and whether it stands in a list or mapping."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint, False
    listed = typing.get_origin(hint) in (list, tuple, dict)
    for inner in typing.get_args(hint):
        found, deeper = _record_type(inner)
        if found is not None:
            return found, listed or deeper
    return None, False


def validate(settings: Any) -> None:
    """Walk nested dataclasses and refuse the first value that has the wrong type or is out of range.

    Calls `check()` of every nested dataclass that has one: a record may refuse what contradicts itself.
    Raises SettingError with the dotted name, meaning, unit, allowed range, the value given and what to write.
    """
    _validate(settings, "")


@functools.cache
def _fields(cls: type) -> list[tuple[str, dataclasses.Field, Any, Any, float, float]]:
    """Name, field and type of all fields of a record; then the type and range of what passes without a closer look."""
    hints, found = typing.get_type_hints(cls), []
    for field in dataclasses.fields(cls):
        hint, told = hints[field.name], field.metadata
        low, high = (-sys.float_info.max if told.get("low") is None else told["low"],
                     sys.float_info.max if told.get("high") is None else told["high"])  # fmt: skip
        plain = hint if hint in (float, int) and told.get("kind") and told["choices"] is None else type(None)
        found.append((field.name, field, hint, plain, low, high))
    return found


def _validate(record: Any, prefix: str) -> None:
    for key, field, hint, plain, low, high in _fields(record.__class__):
        value: Any = getattr(record, key)
        if value.__class__ is plain and plain is not type(None) and low <= value <= high:
            continue
        name = prefix + key
        if field.metadata.get("kind"):
            check_value(name, value, hint, field)
        if not isinstance(value, (str, float, int)):
            for inner, item in _records_in(name, value):
                _validate(item, f"{inner}.")
    if callable(getattr(record, "check", None)):
        run_check(record, prefix.rstrip("."))


def _records_in(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The dataclass instances in a value, each with its name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for place, item in enumerate(value):
            yield from _records_in(f"{name}[{place}]", item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _records_in(f"{name}.{key}", item)


def run_check(record: Any, name: str) -> None:
    """Let a record refuse what contradicts itself. Raises SettingError with the record's dotted name."""
    try:
        record.check()
    except SettingError as error:
        raise SettingError(f"{name}: {error}" if name else str(error)) from None


def check_value(name: str, value: Any, hint: Any, field: dataclasses.Field) -> None:
    """Refuse one value in a sentence (SettingError), or return; `hint` and `field` are those of its declaration."""
    if value is None and type(None) in typing.get_args(hint):
        return
    fault = _type_fault(value, hint)
    for item in _leaves(value):
        fault = fault or _range_fault(item, field.metadata)
    if fault:
        raise SettingError(refusal(name, value, fault, field))


def refusal(name: str, value: Any, fault: str, field: dataclasses.Field) -> str:
    """The sentence that refuses a value: name, value, fault, meaning, unit, range, what to write."""
    told = field.metadata
    span = allowed(told["low"], told["high"], told["choices"])
    unit = f" ({told['unit']})" if told["unit"] else ""
    example = f"{name}={as_written(default_of(field))}"
    meaning = f"{told['meaning']}{unit}, allowed {span}"
    return f"{name}={as_written(value)} {fault}: {meaning}. Write for example {example}."


def as_written(value: Any) -> str:
    """A value as it is written in an override: `true`, `null`, `[1,2]`."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(as_written(item) for item in value) + "]"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def default_of(field: dataclasses.Field) -> Any:
    """The default of a dataclass field, made anew when it is mutable."""
    factory = field.default_factory
    return field.default if factory is dataclasses.MISSING else factory()


def _leaves(value: Any) -> Iterator[Any]:
    """The numbers and words in a value, however it is nested; records are checked on their own."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif not dataclasses.is_dataclass(value):
        yield value


def _type_fault(value: Any, hint: Any) -> str:
    """What is wrong with the type of a value, or an empty string."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        faults = [_type_fault(value, option) for option in inner]
        return "" if "" in faults else faults[0]
    if origin in (list, tuple, dict):
        return _container_fault(value, origin, inner)
    return _plain_fault(value, hint)


def _container_fault(value: Any, origin: Any, inner: tuple[Any, ...]) -> str:
    if not isinstance(value, dict if origin is dict else (list, tuple)):
        return f"is not a {origin.__name__}"
    items = value.values() if isinstance(value, Mapping) else value
    faults = (_type_fault(item, inner[-1] if origin is dict else inner[0]) for item in items if inner)
    return next((f"holds an element that {fault}" for fault in faults if fault), "")


def _plain_fault(value: Any, hint: Any) -> str:
    if hint is type(None):
        return "" if value is None else "is not empty"
    if hint is bool:
        return "" if isinstance(value, bool) else "is not true or false"
    if hint is int:
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        return "" if whole else "is not a whole number"
    if hint is float:
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        return "" if real else "is not a number"
    if hint is str:
        return "" if isinstance(value, str) else "is not a word"
    return ""


def _range_fault(value: Any, told: Mapping[str, Any]) -> str:
    """What is wrong with the size of a value, or an empty string."""
    if told["choices"] is not None:
        return "" if value is None or value in told["choices"] else "is not one of the choices"
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return ""
    if not math.isfinite(value):
        return "is not a finite number"
    below = told["low"] is not None and value < told["low"]
    above = told["high"] is not None and value > told["high"]
    return "is out of range" if below or above else ""


def _check_declaration(default: Any, told: Mapping[str, Any]) -> None:
    """Refuse a declaration that contradicts itself; a fault of the programmer, not of the user."""
    if told["kind"] not in KINDS:
        raise ValueError(f"kind {told['kind']!r} is none of {', '.join(KINDS)}")
    if not told["meaning"] or not told["source"]:
        raise ValueError("a setting needs a meaning and a source")
    if told["moves"] and not _MOVES.fullmatch(told["moves"]):
        raise ValueError(f"moves={told['moves']!r} should read like 'members_mean +'")
    if told["prior"] is not None:
        _check_prior(told["prior"], told)
    faults = [_range_fault(item, told) for item in _leaves(default)]
    if any(faults):
        raise ValueError(f"the default {default!r} of {told['meaning']!r} {next(filter(None, faults))}")


def _check_prior(prior: Prior, told: Mapping[str, Any]) -> None:
    """Refuse a prior that is no range, or reaches beyond what the setting allows."""
    what = f"the prior {prior.low:g} to {prior.high:g} of {told['meaning']!r}"
    if told["kind"] != "uncertainty" or not prior.because:
        raise ValueError(f"{what} needs a reason, and belongs to an uncertainty")
    if not prior.low < prior.high or (prior.scale == "log" and prior.low <= 0) or prior.scale not in ("linear", "log"):
        raise ValueError(f"{what} is no range on a {prior.scale} scale")
    if any(_range_fault(end, told) for end in (prior.low, prior.high)):
        raise ValueError(f"{what} reaches beyond what is allowed: {allowed(told['low'], told['high'])}")

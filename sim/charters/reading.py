"""A charter from a file or from the library, and everything that is wrong with it, line by line."""

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import configuration
from sim.consortium.charter import Charter, Tier
from sim.parameters import SettingError, allowed, as_written, default_of, did_you_mean, nearest, validate

RULES_OF = {"fee_percent": ("percentage",), "fee_cap_musd": ("percentage", "flat"), "fee_floor_musd": ("percentage", "flat")}
"""Terms that are in force under some fee rules only."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a charter: where, what, and what to write instead; a doubt is no contradiction."""

    line: int
    words: str
    doubt: bool = False

    def __str__(self) -> str:
        return (f"line {self.line}: " if self.line else "") + self.words + ("" if self.words.endswith((".", "?")) else ".")


@dataclass(frozen=True)
class Read:
    """What a file holds: the charter where it could be made, the faults, and which line says what."""

    charter: Charter | None
    faults: tuple[Fault, ...]
    lines: Mapping[str, int]


def find(name: str, configs: Path | None = None) -> Path:
    """The file of a charter: a path, a name of the library, or the beginning of one. Raises SettingError."""
    known = configuration.choices("charter", configs=configs)
    if name in known:
        return known[name]
    if Path(name).is_file():
        return Path(name)
    begun = [each for each in known if each.startswith(name)]
    if len(begun) == 1:
        return known[begun[0]]
    if begun:
        raise SettingError(f"{name} may be {' or '.join(begun)}: write the whole name.")
    hint = f" Did you mean {' or '.join(nearest(name, known))}?" if nearest(name, known) else f" There are {', '.join(known)}."
    raise SettingError(f"there is no charter {name}, neither in the library nor as a file.{hint}")


def charter_of(name: str, configs: Path | None = None) -> Charter:
    """The charter of a file or of the library. Raises SettingError with file, line and what to write instead."""
    file = find(name, configs)
    read = of(file)
    wrong = [fault for fault in read.faults if not fault.doubt]
    if wrong or read.charter is None:
        more = f" (and {len(wrong) - 1} more: consortium charter check {file})" if len(wrong) > 1 else ""
        raise SettingError(f"{file}, {wrong[0]}{more}")
    return read.charter


def as_overrides(charter: Charter) -> tuple[str, ...]:
    """The overrides that put a charter into a run as that of the reference country."""
    return tuple(f"charter.{field.name}={_written(getattr(charter, field.name))}" for field in dataclasses.fields(charter))


def of(file: Path) -> Read:
    """Read a charter and find everything that is wrong with it. Raises SettingError where it is no file of text."""
    import yaml

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{file} cannot be read as text in UTF-8 ({error}).") from None
    try:
        node = yaml.compose(text)
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault = Fault(
            mark.line + 1 if mark else 0, f"this is no YAML: {getattr(error, 'problem', error)}. Write name: value, a line each"
        )
        return Read(None, (fault,), {})
    if not isinstance(told, dict):
        return Read(
            None, (Fault(1, "a charter is a list of name: value; consortium charter new FILE writes one to begin with"),), {}
        )
    lines = dict(_lines(node, ""))
    faults = list(_of_fields(told, lines))
    if faults:
        return Read(None, tuple(faults), lines)
    charter = _made(told)
    faults = [Fault(_line(where, lines), words) for where, words in charter.contradictions()]
    doubts = [Fault(_line(where, lines), words, doubt=True) for where, words in _doubts(charter, told)]
    return Read(charter, tuple(sorted([*faults, *doubts], key=lambda fault: (fault.doubt, fault.line))), lines)


def _lines(node: Any, prefix: str) -> Iterator[tuple[str, int]]:
    """The line on which every key stands, by dotted name."""
    if node is None or node.id != "mapping":
        return
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        yield name, key.start_mark.line + 1
        if value.id == "sequence":
            for place, item in enumerate(value.value):
                yield f"{name}[{place}]", item.start_mark.line + 1
                yield from _lines(item, f"{name}[{place}].")
        else:
            yield from _lines(value, f"{name}.")


def _line(where: str, lines: Mapping[str, int]) -> int:
    """The line of a name, or of what it is part of; 0 where the file does not hold it."""
    while where and where not in lines:
        cut = max(where.rfind("."), where.rfind("["))
        where = where[:cut] if cut > 0 else ""
    return lines.get(where, 0)


def _of_fields(told: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Fault]:
    """Unknown names, wrong types and values out of range, field by field."""
    tiers = told.get("tiers", [])
    if not isinstance(tiers, list) or not all(isinstance(each, dict) for each in tiers):
        yield Fault(_line("tiers", lines), "tiers is a list of records: write - {from_revenue_musd: 0.0, fee_musd: 0.1}")
        tiers = []
    for name in told:
        if name != "tiers":
            yield from _of_value(Charter, name, told[name], str(name), lines)
    for place, tier in enumerate(tiers):
        for name in tier:
            yield from _of_value(Tier, name, tier[name], f"tiers[{place}].{name}", lines)


def _of_value(cls: type, name: str, value: Any, where: str, lines: Mapping[str, int]) -> Iterator[Fault]:
    fields = {field.name: field for field in dataclasses.fields(cls)}
    if name not in fields:
        hint = did_you_mean(str(name), fields) or f" There are {', '.join(fields)}."
        yield Fault(_line(where, lines), f"{name} is no term of a charter.{hint}")
        return
    kind = typing.get_type_hints(cls)[name]
    value = float(value) if kind is float and isinstance(value, int) and not isinstance(value, bool) else value
    alone = cls(**{name: value})
    try:
        validate(_Only(alone, fields[name]))
    except SettingError as error:
        yield Fault(_line(where, lines), re.sub(r"Write for example (\w+)=", r"Write for example \1: ", str(error)))


class _Only:
    """One field of a record, to be validated by itself."""

    def __new__(cls, record: Any, field: dataclasses.Field) -> Any:
        hint = typing.get_type_hints(type(record))[field.name]
        made = dataclasses.make_dataclass(
            "Only", [(field.name, hint, dataclasses.field(default_factory=lambda: default_of(field), metadata=field.metadata))]
        )
        return made(getattr(record, field.name))


def _made(told: Mapping[str, Any]) -> Charter:
    tiers = [Tier(**_numbers(Tier, each)) for each in told["tiers"]] if "tiers" in told else Charter().tiers
    return Charter(**(_numbers(Charter, {k: v for k, v in told.items() if k != "tiers"}) | {"tiers": tiers}))


def _numbers(cls: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """Whole numbers as real ones where a real one belongs."""
    hints = typing.get_type_hints(cls)
    return {name: float(value) if hints[name] is float else value for name, value in told.items()}


def _doubts(charter: Charter, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is allowed, but hardly meant: terms that have no effect, bodies nobody pays for."""
    fees = charter.fee_factor * max([charter.fee_floor_musd] if charter.fee_rule == "flat" else
                                    [charter.fee_cap_musd] if charter.fee_rule == "percentage" else
                                    [tier.fee_musd for tier in charter.tiers])  # fmt: skip
    if fees == 0 and not charter.public_money:
        yield "public_money", "nobody pays: all fees are zero and public_money is false. Raise a fee or write public_money: true"
    if charter.public_money and charter.host == "association":
        yield "public_money", ("under the association's roof a body proposes only governance.roof_keeps of what it would: write "
                               "public_money: false, or host: independent")  # fmt: skip
    if charter.membership == "domestic" and charter.branches:
        yield "membership", ("domestic admits firms of all countries with a branch, and of no other: write membership: open to "
                             "admit more")  # fmt: skip
    if charter.horizon == "short" and charter.project_years > 4:
        yield "project_years", (f"projects of {charter.project_years:g} years are judged by the next product (horizon: short): "
                                "write horizon: long, or project_years of at most 4")  # fmt: skip
    if not charter.branches and charter.branch_autonomy != Charter().branch_autonomy:
        yield "branch_autonomy", "without branches it has no effect: name two countries under branches, or leave it out"
    for name, rules in RULES_OF.items():
        if name in told and charter.fee_rule not in rules and told[name] != getattr(Charter(), name):
            yield name, f"not in force under fee_rule: {charter.fee_rule}. Write fee_rule: {rules[0]}, or leave it out"
    falls = [tier.fee_musd for tier in charter.tiers]
    if charter.fee_rule == "tiers" and falls != sorted(falls, reverse=True):
        yield "tiers", "a smaller firm pays more than a larger one: let fee_musd fall from tier to tier"
    seats = charter.seats()[: charter.core_tiers]
    if list(seats) != sorted(seats, reverse=True):
        yield "tiers", "a smaller firm has more seats than a larger one: let seats fall from tier to tier"


def _written(value: Any) -> str:
    """A value as an override takes it."""
    if isinstance(value, list) and value and dataclasses.is_dataclass(value[0]):
        return "[" + ",".join("{" + ",".join(f"{k}:{as_written(v)}" for k, v in dataclasses.asdict(each).items()) + "}"
                              for each in value) + "]"  # fmt: skip
    if isinstance(value, list):
        return "[" + ",".join(_written(each) for each in value) + "]"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if isinstance(value, str) else as_written(value)


def template() -> str:
    """A charter to begin with: every term with its meaning, unit and what is allowed, as the first body had it."""
    charter = Charter()
    lines = ["# My charter: say here in one sentence what it is and why (source: where the numbers come from)."]
    for field in dataclasses.fields(charter):
        value, told = getattr(charter, field.name), field.metadata
        if field.name == "tiers":
            lines.append("tiers:  # from the largest firms down to 0, each with yearly fee (million US$) and seats per firm")
            lines += [f"  - {_record(tier)}" for tier in value]
            continue
        unit = f" ({told['unit']})" if told["unit"] else ""
        span = allowed(told["low"], told["high"], told["choices"])
        span = "" if span == "any" else f"; {span}"
        if field.name in ("label", "source"):
            value = {"label": "My consortium", "source": "where the numbers come from"}[field.name]
        lines += [f"# {told['meaning']}{unit}{span}", f"{field.name}: {_plain(value)}"]
    return "\n".join(lines) + "\n"


def _record(tier: Tier) -> str:
    return "{" + ", ".join(f"{name}: {as_written(value)}" for name, value in dataclasses.asdict(tier).items()) + "}"


def _plain(value: Any) -> str:
    return "[" + ", ".join(value) + "]" if isinstance(value, list) else as_written(value)

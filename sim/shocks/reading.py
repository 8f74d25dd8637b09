"""A shock as a reader would say it: `2005-06 member_leaves Seagate`, `2001-03 appropriation_cut 50% years=2`."""

import dataclasses
import re
import shlex
from collections.abc import Sequence
from typing import Any

from sim.parameters import SettingError, did_you_mean
from sim.shocks.declared import KINDS, Shock

FORM = "write month, kind and what it takes, such as '2005-06 largest_core_leaves' or '1996-06 appropriation_cut 50% years=2'"


def shock(phrase: str) -> Shock:
    """The shock that a phrase says. Raises SettingError with what to write.

    >>> shock("2008-03 makers_merge Western Digital buys Toshiba").whom
    'Toshiba'
    """
    try:
        month, kind, *rest = shlex.split(phrase)
    except ValueError:
        raise SettingError(f"the shock '{phrase}' says too little: {FORM}.") from None
    if kind not in KINDS:
        raise SettingError(f"there is no shock {kind}.{did_you_mean(kind, KINDS) or ''} There are {', '.join(KINDS)}.")
    told: dict[str, Any] = {"month": month, "kind": kind}
    names = []
    for word in rest:
        key, sign, value = word.partition("=")
        if sign and key in ("who", "whom"):
            told[key] = value
        elif sign and key in ("share", "years"):
            told[key] = _number(phrase, value)
        elif sign:
            raise SettingError(f"the shock '{phrase}' says {key}=, which no shock takes: {FORM}.")
        elif re.fullmatch(r"[\d.]+%", word):
            told["share"] = _number(phrase, word)
        else:
            names.append(word)
    told |= _named(kind, " ".join(names))
    made = Shock(**told)
    _check(made, phrase)
    return made


def _named(kind: str, words: str) -> dict[str, str]:
    """Who, and whom, the words without a key name."""
    if not words:
        return {}
    if KINDS[kind].whom:
        who, _, whom = (part.strip() for part in re.sub(r"\s+(buys|and)\s+", "\0", words, count=1).partition("\0"))
        return {"who": who, "whom": whom}
    return {"who": words}


def _number(phrase: str, word: str) -> float:
    try:
        return float(word.rstrip("%")) / (100.0 if word.endswith("%") else 1.0)
    except ValueError:
        raise SettingError(f"the shock '{phrase}': {word} is no number. {FORM[0].upper()}{FORM[1:]}.") from None


def _check(made: Shock, phrase: str) -> None:
    try:
        made.check()
    except SettingError as error:
        raise SettingError(f"the shock '{phrase}': {error}") from None


def as_override(shocks: Sequence[Shock]) -> str:
    """The override that puts these shocks, and no others, into a run."""
    return f"shocks.list=[{','.join(_record(each) for each in shocks)}]"


def _record(shock: Shock) -> str:
    given = [(field.name, getattr(shock, field.name)) for field in dataclasses.fields(shock)]
    return "{" + ",".join(f"{name}:{_value(value)}" for name, value in given if value not in (None, "")) + "}"


def _value(value: Any) -> str:
    if not isinstance(value, str):
        return f"{value:.12g}"
    return value if re.fullmatch(r"[\w-]+", value) else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

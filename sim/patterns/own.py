"""A file of patterns of one's own, read with every word checked: what it names has to be something that a run keeps."""

import csv
from collections.abc import Iterable
from pathlib import Path

from sim.parameters import SettingError, did_you_mean
from sim.patterns.declared import Pattern, pattern_of

COLUMNS = (
    "pattern", "use", "label", "measures", "unit", "measure", "subject", "start", "end", "low", "high", "recorded", "target",
    "rule", "naive", "source",
)  # fmt: skip
_NEEDED = ("pattern", "use", "measure", "subject", "rule", "naive")
_OF_OUTCOMES = ("year", "order", "outcome", "lag", "lag_mean", "lag_within", "system_order", "comparison")
_OF_EVENTS = ("exit_share",)


def read(file: Path) -> tuple[Pattern, ...]:
    """The patterns of a CSV file in the form of `sim/data/patterns.csv`. Raises SettingError with the row that is wrong."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            table = csv.DictReader(opened)
            _refuse_columns(file, table.fieldnames or ())
            rows = list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise SettingError(f"{file} cannot be read as a file of patterns: {' '.join(str(said).split())}.") from error
    if not rows:
        raise SettingError(f"{file} holds no patterns; write a row a pattern as in sim/data/patterns.csv.")
    found = [_checked(file, line, row) for line, row in enumerate(rows, start=2)]
    names = [each.name for each in found]
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin is not None:
        raise SettingError(f"{file}: the pattern {twin} stands twice; name each once.")
    return tuple(found)


def _refuse_columns(file: Path, columns: Iterable[str]) -> None:
    """Every column of the form, and no other."""
    held = list(columns)
    lacking = [name for name in COLUMNS if name not in held]
    unknown = [name for name in held if name not in COLUMNS]
    if lacking or unknown:
        what = f"lacks the column {lacking[0]}" if lacking else f"has a column that nobody reads, {unknown[0]}"
        raise SettingError(f"{file} {what}; the columns are {', '.join(COLUMNS)}.")


def _checked(file: Path, line: int, row: dict[str, str]) -> Pattern:
    """One row as a pattern. Raises SettingError naming the line."""
    where = f"{file}, line {line}"
    if None in row or None in row.values():
        raise SettingError(f"{where}: not as many cells as there are columns; put words that hold a comma in quotes.")
    empty = next((name for name in _NEEDED if not row[name].strip()), None)
    if empty is not None:
        raise SettingError(f"{where}: {empty} is empty.")
    try:
        found = pattern_of(row)
    except ValueError as error:
        raise SettingError(f"{where}: {' '.join(str(error).split())}; start, end, low, high and recorded are numbers.") from error
    _refuse_words(where, found)
    _refuse_subject(where, found)
    return found


def _refuse_words(where: str, found: Pattern) -> None:
    """Use, measure, rule and benchmark are among those there are, and the band is one."""
    from sim.patterns.measures import MEASURES
    from sim.patterns.naive import NAIVE
    from sim.patterns.score import RULES

    said = (("use", found.use, ("fit", "check")), ("measure", found.measure, MEASURES), ("rule", found.rule, RULES),
            ("naive benchmark", found.naive.partition(":")[0], NAIVE))  # fmt: skip
    for what, name, known in said:
        if name not in known:
            raise SettingError(f"{where}: there is no {what} {name}.{did_you_mean(name, known)} Known are {', '.join(known)}.")
    if found.low is not None and found.high is not None and found.low > found.high:
        raise SettingError(f"{where}: the band of {found.name} runs from {found.low:g} down to {found.high:g}; turn it round.")


def _refuse_subject(where: str, found: Pattern) -> None:
    """Every series, outcome or kind of event that the pattern reads is kept by a run."""
    what, known = _kept(found.measure)
    listed = what if what == "series" else f"{what}s"
    subject = found.subject[:1] if found.measure == "comparison" else found.subject
    for name in subject:
        if name not in known:
            raise SettingError(f"{where}: the pattern {found.name} reads {name}, and there is no such {what}."
                               f"{did_you_mean(name, known)} `consortium list {listed}` names them.")  # fmt: skip


def _kept(measure: str) -> tuple[str, Iterable[str]]:
    """What a measure reads: the word for it, and the names there are."""
    from sim.records.events import EVENTS
    from sim.records.outcomes import OUTCOMES
    from sim.records.series import SERIES

    if measure in _OF_OUTCOMES:
        return "outcome", OUTCOMES
    return ("event", EVENTS) if measure in _OF_EVENTS else ("series", SERIES)

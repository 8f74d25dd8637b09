"""Data files that a user may bring: what columns they need, and what is wrong with one, in words."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim import paths
from sim.parameters import SettingError

Row = dict[str, str]


@dataclass(frozen=True, eq=False)
class Form:
    """What a data file looks like: columns of words, of numbers with their range, and which may stand empty."""

    example: str  # a file of the package that has this form
    words: tuple[str, ...]
    numbers: Mapping[str, tuple[float, float]]  # least and most
    may_be_empty: tuple[str, ...] = ()
    unlike: str = ""  # a column in which no two rows agree
    may_be_missing: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # further numbers; the column may be absent

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns it needs."""
        return (*self.words, *self.numbers)

    def leaves_empty(self, column: str) -> bool:
        """Whether a field of a column may stand empty."""
        return column in self.may_be_empty or column in self.may_be_missing


def rows(name: str) -> list[Row]:
    """The rows of a data file, read anew when the file has changed: `name` within `sim/data`, or the path of one's own."""
    path = paths.data(name)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, written: int) -> list[Row]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [{column: _trimmed(field) for column, field in row.items()} for row in csv.DictReader(file, restval="")]


def _trimmed(field: Any) -> Any:
    return field.strip() if isinstance(field, str) else field


def check(setting: str, name: str, form: Form) -> None:
    """Refuse a data file that is missing or has not the form it needs, in a sentence that says what to write.

    Raises SettingError with setting, file, row and column.
    """
    try:
        path = paths.data(name)
        wrong = _first_fault(path, path.stat().st_mtime_ns, form)
    except SettingError:
        raise SettingError(f"{setting}={name}: there is no data file {name}. Write {_what_to_write(form)}.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fault = f"the data file {name} cannot be read as a table of text in UTF-8 ({error})"
        raise SettingError(f"{setting}={name}: {fault}. Write {_what_to_write(form)}.") from None
    if wrong:
        raise SettingError(f"{setting}={name}: {wrong}.")


@lru_cache(maxsize=64)
def _first_fault(path: Path, written: int, form: Form) -> str:
    return next(_faults(_read(path, written), form), "")


def _what_to_write(form: Form) -> str:
    return (f"a file of the package such as {form.example}, or the absolute path of your own with the columns "
            f"{', '.join(form.columns)}")  # fmt: skip


def _faults(given: Sequence[Row], form: Form) -> Iterator[str]:
    """What is wrong with a table, first things first."""
    if not given:
        yield f"it has no row below its head. Give it the columns {', '.join(form.columns)} and a row each"
        return
    missing = [column for column in form.columns if column not in given[0]]
    if missing:
        yield f"it has no column {', '.join(missing)}. Its head must name {', '.join(form.columns)}, separated by commas"
        return
    for number, row in enumerate(given, 2):
        if None in row:
            yield f"line {number} has more fields than the head. Put a text that holds a comma in quotation marks"
        for column in (*form.columns, *(each for each in form.may_be_missing if each in row)):
            fault = _fault_of_field(row[column], column, form)
            if fault:
                yield f"line {number} ({row[form.columns[0]]}), column {column}: {fault}"
    if form.unlike:
        seen: dict[str, int] = {}
        for number, row in enumerate(given, 2):
            first = seen.setdefault(row[form.unlike], number)
            if first != number:
                yield f"lines {first} and {number} have the same {form.unlike}, {row[form.unlike]}. Give each its own"


def _fault_of_field(value: str, column: str, form: Form) -> str:
    """What is wrong with one field, and what to write in it; nothing when it is fine."""
    if not value:
        return "" if form.leaves_empty(column) else f"it is empty. Write {_expected(column, form)}"
    if column in form.words:
        return ""
    least, most = _range(column, form)
    try:
        fine = least <= float(value) <= most and math.isfinite(float(value))
    except ValueError:
        fine = False
    return "" if fine else f"{value} cannot be. Write {_expected(column, form)}"


def _expected(column: str, form: Form) -> str:
    if column in form.words:
        return f"a {column}"
    least, most = _range(column, form)
    span = f"a number of at least {least:g}" if math.isinf(most) else f"a number from {least:g} to {most:g}"
    return span + (", or leave it empty" if form.leaves_empty(column) else "")


def _range(column: str, form: Form) -> tuple[float, float]:
    return form.numbers[column] if column in form.numbers else form.may_be_missing[column]

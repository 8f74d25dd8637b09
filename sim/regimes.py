"""Regimes of public money that a user puts in force for a period, and paths of money of the user's own.

Both are experiments of the user, no rules of the model: they may carry dates, and every record of a run names them.
"""

import csv
import dataclasses
import itertools
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim import dates, paths, tables
from sim.parameters import SettingError, parameter

if TYPE_CHECKING:
    from sim.government import Funding

REGIMES = ("historical", "constant", "government_led", "matching", "rolling", "volatile", "austerity",
           "counter_cyclical", "none", "national_mission")  # fmt: skip
SAME = "; empty: as in funding"


@dataclass
class Period:
    """A regime in force from one month to another; what is left empty is as in `funding`."""

    regime: str = parameter(
        "constant", unit="", kind="lever", choices=REGIMES, source="the user's experiment", meaning="regime of the period",
    )
    from_month: str = parameter(
        "", unit="month", kind="lever", source="the user's experiment",
        meaning="first month of the period, such as 1998-02; empty: from the start of the run",
    )
    to_month: str = parameter(
        "", unit="month", kind="lever", source="the user's experiment",
        meaning="last month of the period; empty: to the end of the run",
    )
    level_musd: float | None = parameter(
        None, unit="million US$ a year", low=0.0, high=500.0, kind="lever", source="the user's experiment",
        meaning="level of the regimes that are not historical" + SAME,
    )
    growth_per_year: float | None = parameter(
        None, unit="a year", low=-0.2, high=0.2, kind="lever", source="the user's experiment",
        meaning="growth of the government-led and mission regimes" + SAME,
    )
    matching_rate: float | None = parameter(
        None, unit="US$ per US$", low=0.0, high=5.0, kind="lever", source="the user's experiment",
        meaning="public money per dollar of fees under the matching regime" + SAME,
    )
    cut_per_year: float | None = parameter(
        None, unit="a year", low=0.0, high=0.9, kind="lever", source="the user's experiment",
        meaning="yearly cut under austerity" + SAME,
    )
    volatility: float | None = parameter(
        None, unit="log", low=0.0, high=1.0, kind="lever", source="the user's experiment",
        meaning="yearly shock under the volatile regime" + SAME,
    )
    ending_hazard: float | None = parameter(
        None, unit="a year", low=0.0, high=0.5, kind="lever", source="the user's experiment",
        meaning="chance that a volatile programme ends for good in a year" + SAME,
    )
    counter_strength: float | None = parameter(
        None, unit="", low=0.0, high=10.0, kind="lever", source="the user's experiment",
        meaning="how strongly the counter-cyclical regime answers a fall of industry revenue" + SAME,
    )
    domestic_only: bool | None = parameter(
        None, unit="", kind="lever", source="the user's experiment",
        meaning="whether firms with a foreign ultimate owner are out" + SAME,
    )
    tax_credit: float | None = parameter(
        None, unit="share of own R&D", low=0.0, high=0.5, kind="lever", source="the user's experiment",
        meaning="tax credit for the own R&D of firms owned in the reference country" + SAME,
    )
    path_file: str | None = parameter(
        None, unit="", kind="lever", source="the user's experiment",
        meaning="CSV of the user's own path of money" + SAME,
    )

    def span(self, first_year: int, months: int) -> tuple[int, int]:
        """First month of the period and the month after its last. Raises SettingError for months that cannot be."""
        start = dates.number_of(self.from_month, first_year) if self.from_month else 0
        end = dates.number_of(self.to_month, first_year) + 1 if self.to_month else months
        if self.to_month and end <= start:
            raise SettingError(f"the period of {self.regime} ends in {self.to_month}, before it begins in {self.from_month}. "
                               "Exchange the two months, or leave to_month empty.")  # fmt: skip
        return start, end

    def applied_to(self, funding: "Funding") -> "Funding":
        """The rules of public money while this period lasts."""
        told = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        del told["from_month"], told["to_month"]
        return dataclasses.replace(funding, **{name: value for name, value in told.items() if value is not None})

    def in_words(self) -> str:
        """`constant from 1998-02 to 2003-12 (level_musd 20)`."""
        given = [f"{field.name} {getattr(self, field.name)}" for field in dataclasses.fields(self)[3:]
                 if getattr(self, field.name) is not None]  # fmt: skip
        span = f"from {self.from_month or 'the start'} to {self.to_month or 'the end'}"
        return f"{self.regime} {span}" + (f" ({', '.join(given)})" if given else "")


def check(funding: "Funding", first_year: int, months: int) -> None:
    """Refuse periods that overlap or lie outside of the run, and paths of money that do not hold. Raises SettingError."""
    spans = [(*period.span(first_year, months), place) for place, period in enumerate(funding.periods)]
    for start, _, place in spans:
        if not 0 <= start < months:
            period = funding.periods[place]
            raise SettingError(f"funding.periods[{place}]: {period.in_words()} begins outside of the run "
                               f"({dates.written(0, first_year)} to {dates.written(months - 1, first_year)}).")  # fmt: skip
    for (_, end, one), (start, _, other) in itertools.pairwise(sorted(spans)):
        if start < end:
            before, after = funding.periods[one].in_words(), funding.periods[other].in_words()
            first = f"write to_month: {dates.written(start - 1, first_year)} in the first" if start else "give one another month"
            second = f", or begin the second with from_month: {dates.written(end, first_year)}" if end < months else ""
            raise SettingError(f"funding.periods overlap: {before}, and {after}. Only one regime can be in force in a month: "
                               f"{first}{second}.")  # fmt: skip
    covered = {month for start, end, _ in spans for month in range(start, min(end, months))}
    if len(covered) < months:
        check_path(funding, "funding.path_file", first_year, first_year + (months - 1) // 12)
    for start, end, place in spans:
        told, last = funding.periods[place].applied_to(funding), min(end, months) - 1
        check_path(told, f"funding.periods[{place}].path_file", first_year + start // 12, first_year + last // 12)


PATH = tables.Form("drivers/public_money_us.csv", (), {"year": (1900.0, 2200.0), "musd": (0.0, math.inf)}, unlike="year")
PATH_PROPOSED = tables.Form("drivers/public_money_us.csv", (), {**PATH.numbers, "proposed_musd": (0.0, math.inf)}, unlike="year")


def check_path(funding: "Funding", setting: str, first: int, last: int) -> None:
    """Refuse a path of money that is no table, lacks a year, or that the regime cannot take. Raises SettingError."""
    name = funding.path_file
    if not name:
        return
    if funding.regime == "none":
        raise SettingError(f"{setting}={name}: the regime none gives nothing and takes no path. Write regime: constant, or "
                           "leave path_file empty.")  # fmt: skip
    if not Path(name).is_absolute():
        raise SettingError(f"{setting}={name}: write the whole path, from the root: {Path(name).absolute().as_posix()}.")
    if not Path(name).is_file():
        raise SettingError(f"{setting}={name}: there is no such file. Write the path of a CSV with the columns year and musd "
                           "(million US$ in that year), a row a year.")  # fmt: skip
    tables.check(setting, name, PATH_PROPOSED if proposes(name) else PATH)
    check_years(setting, name, first, last)


def check_years(setting: str, name: str, first: int | None = None, last: int | None = None) -> None:
    """Refuse a table by year that lacks a year between its first and its last, or one of those needed. Raises SettingError."""
    path = paths.data(name)
    fault = _gap(path, path.stat().st_mtime_ns, first, last)
    if fault:
        raise SettingError(f"{setting}={name}: {fault}.")


def proposes(name: str) -> bool:
    """Whether a path says what is proposed for each year, beside what is given."""
    with open(name, encoding="utf-8-sig", newline="", errors="replace") as file:
        return "proposed_musd" in [column.strip() for column in next(csv.reader(file), [])]


@lru_cache(maxsize=64)
def _gap(path: Path, written: int, first: int | None, last: int | None) -> str:
    """Which year is missing and where, or nothing."""
    years = [(float(row["year"]), line) for line, row in enumerate(tables.rows(str(path)), 2)]
    for year, line in years:
        if year != int(year):
            return f"line {line}: {year:g} is no whole year. Give each year one row"
    for (before, line), (after, then) in itertools.pairwise(sorted(years)):
        if after != before + 1:
            missing = f"{before + 1:.0f}" if after == before + 2 else f"{before + 1:.0f} to {after - 1:.0f}"
            return f"line {then}: {after:.0f} follows {before:.0f} (line {line}); {missing} is missing. Give every year a row"
    have = {int(year) for year, _ in years}
    for end, line, words in ((first, min(years)[1], "begins"), (last, max(years)[1], "ends")):
        if end is not None and end not in have:
            found = min(have) if words == "begins" else max(have)
            return (f"line {line}: the path {words} with {found}, but the regime needs {first} to {last}. "
                    f"Add the years {'before' if words == 'begins' else 'after'}, or shorten the period or the run")  # fmt: skip
    return ""

"""The tables of the inside of the consortium: what each holds, column by column with unit and meaning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

WORDS, NUMBER, COUNT, YES = "words", "number", "count", "yes or no"
_TYPES = {NUMBER: np.float64, COUNT: np.int64, YES: np.bool_}

Columns = dict[str, Any]
"""A table by column: words as lists, all else as arrays of one length."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds (`words`, `number`, `count`, `yes or no`), its unit and its meaning."""

    holds: str
    unit: str
    meaning: str


def _words(meaning: str) -> Column:
    return Column(WORDS, "", meaning)


def _number(unit: str, meaning: str) -> Column:
    return Column(NUMBER, unit, meaning)


def _count(unit: str, meaning: str) -> Column:
    return Column(COUNT, unit, meaning)


def _yes(meaning: str) -> Column:
    return Column(YES, "", meaning)


_MUSD = "million US$"
_MUSD_A_YEAR = "million US$ a year"
_BRANCH = _words("country of the branch; empty where the consortium has none")
_LINEAGE = _yes("whether the consortium carried the lineage then")

TABLES: dict[str, dict[str, Column]] = {
    "projects": {
        "number": _count("", "place in the order in which projects began, over all consortia; 1 is the first"),
        "consortium": _words("the one that began it"),
        "last_consortium": _words("the one that ran it last; another where it was handed over"),
        "lineage": _yes("whether a consortium that carried the lineage ran it in at least one month"),
        "branch": _words("country of the branch whose budget paid it; empty where there are no branches"),
        "kind": _words("travel, partial or full (at a university), or joint (a joint venture of members)"),
        "rights": _words("who holds the results"),
        "system": _words("recording system it works on, after any change of direction"),
        "first_system": _words("recording system on which it was awarded"),
        "medium": _words("medium of its recording system"),
        "function": _words("function it works on"),
        "far": _yes("whether its system was far from products when it began or was turned"),
        "start": _number("decimal year", "start of its first month"),
        "planned_end": _number("decimal year", "when its time runs out"),
        "end": _number("decimal year", "when it ended; NaN where it runs at the end of the run"),
        "state": _words("running, finished, stopped (before its end, by a decision) or dropped (its consortium ended)"),
        "stopped": _yes("whether it was stopped before its end"),
        "redirected": _count("times", "how often a review adjusted its direction"),
        "university": _words("the university that performs it; empty for joint ventures"),
        "country": _words("country of that university"),
        "lead": _words("the firm that lent the company lead last; empty without one"),
        "partner": _words("the firms that take part, in their order, separated by semicolons"),
        "fee_musd": _number(_MUSD_A_YEAR, "from fees"),
        "public_musd": _number(_MUSD_A_YEAR, "from a government"),
        "match_musd": _number(_MUSD_A_YEAR, "from the members that take part"),
        "students": _number("students a year", "that it trains"),
        "quality": _number("1 as proposed by a middling university", "quality at its end or now"),
        "score": _number("0 to 1", "score of its closing appraisal; NaN before it and for joint ventures"),
        "publications": _number("publications", "counted at its end"),
        "patents": _number("patents", "counted at its end"),
    },
    "roadmap": {
        "month": _count("months", "month in which the forecast was made; 0 is the first of the run"),
        "year": _number("decimal year", "start of that month"),
        "consortium": _words("the one whose roadmap it is"),
        "lineage": _LINEAGE,
        "system": _words("recording system"),
        "forecast_year": _number("decimal year", "first product on it, as forecast"),
        "forecast_density_gb_in2": _number("Gb/in2", "density it is to have then"),
        "trust": _number("0 to 1", "trust of the members in their roadmap that year"),
        "outcome_year": _number("decimal year", "first product on it in the run; NaN where none came"),
        "error_years": _number("years", "outcome less forecast: above zero it came later than forecast; NaN where none came"),
    },
    "seats": {
        "year": _count("year", "as of December"),
        "consortium": _words("whose committee it is"),
        "lineage": _LINEAGE,
        "committee": _words("executive, steering or technical"),
        "branch": _BRANCH,
        "firm": _words("the member"),
        "tier": _count("", "its tier; 1 is the first"),
        "seats": _count("seats", "that it holds"),
    },
    "groups": {
        "year": _count("year", "of the roadmap (February) for which the working groups met"),
        "consortium": _words("whose working group it is"),
        "lineage": _yes("whether the consortium carried the lineage in December of that year"),
        "kind": _words("system or function"),
        "subject": _words("recording system or function it works on"),
        "who": _words("firm or university"),
        "role": _words("lead (a firm, votes) or guest (a university, does not)"),
    },
    "matrix": {
        "year": _count("year", "the matrix in force in December, the projects awarded over the year"),
        "consortium": _words("whose matrix it is"),
        "lineage": _yes("whether the consortium carried the lineage in December (its last month, where it ended before)"),
        "branch": _BRANCH,
        "system": _words("recording system"),
        "function": _words("function"),
        "scored": _number("share", "priority of the cell as core members scored it; a branch sums to one; NaN without a matrix"),
        "sent": _number("share", "priority as sent out to universities; NaN without a matrix"),
        "asked": _number("projects", "awards of the branch in the year, shared out as the matrix scored at each of them asks"),
        "awarded": _count("projects", "university projects awarded in the cell in the year"),
    },
    "money": {
        "year": _count("year", "calendar year"),
        "consortium": _words("whose money it is"),
        "lineage": _yes("whether it carried the lineage; in a year in which that changed there is a row for each part"),
        "fees_musd": _number(_MUSD, "fees received, those of the notice period among them"),
        "public_musd": _number(_MUSD, "public money received, all of it for projects"),
        "match_musd": _number(_MUSD, "paid to projects by the members that take part, past the account"),
        "projects_musd": _number(_MUSD, "spent on projects: from fees, public money and matches"),
        "joint_work_musd": _number(_MUSD, "spent on members' own specifications and benchmarks"),
        "administration_musd": _number(_MUSD, "spent on its own running"),
        "passed_musd": _number(_MUSD, "received from other consortia less handed to them, at mergers and spin-offs"),
        "account_change_musd": _number(_MUSD, "change of its account: all that comes in and is passed, less all that is spent"),
        "account_musd": _number(_MUSD, "its account at the end, reserve included"),
        "reserve_musd": _number(_MUSD, "its reserve at the end"),
    },
}
"""Table → column → what it holds; the order is that of the files."""


def columns_of(name: str, rows: Iterable[Sequence[Any]]) -> Columns:
    """A declared table from its rows, each as long as the table has columns. Raises ValueError for other rows."""
    told = list(rows)
    parts = list(zip(*told, strict=True)) if told else [()] * len(TABLES[name])
    return {column: list(values) if kept.holds == WORDS else np.array(values, dtype=_TYPES[kept.holds])
            for (column, kept), values in zip(TABLES[name].items(), parts, strict=True)}  # fmt: skip


def arrow(name: str, columns: Mapping[str, Any]) -> Any:
    """A declared table for Parquet, with the same types whether it has rows or not; one that is not there has none."""
    import pyarrow as pa

    held = columns or columns_of(name, ())
    types = {WORDS: pa.string(), NUMBER: pa.float64(), COUNT: pa.int64(), YES: pa.bool_()}
    return pa.table({column: pa.array(held[column], type=types[kept.holds]) for column, kept in TABLES[name].items()})

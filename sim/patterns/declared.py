"""The patterns as declared: a name, what it measures, its band and the source of its target.

They stand in `sim/data/patterns.csv`, a row for each part that is scored on its own; no band is in the code.
"""

import csv
from dataclasses import dataclass
from functools import cache

from sim.paths import data


def percent(share: float) -> str:
    """A share in words: `percent(0.8)` is 80 %, with a space that does not break."""
    return f"{100 * share:.0f}\u00a0%"


@dataclass(frozen=True)
class Pattern:
    """One pattern, or one part of one, as a row of the table declares it."""

    name: str
    """For example `P4.2000`; the part before the dot is the pattern of the specification."""
    use: str
    """`fit`: may be used to choose parameters; `check`: may not, it is reported."""
    label: str
    """In three or four words, for figures."""
    measures: str
    """In words."""
    unit: str
    measure: str
    """The function of `sim.patterns.measures` that takes it from a study."""
    subject: tuple[str, ...]
    """The series, outcomes or kinds of event it reads."""
    start: float | None
    """First moment of the measure (decimal year), or the number of a stage."""
    end: float | None
    """The moment before which it ends."""
    low: float | None
    high: float | None
    """The band, both ends inside it; None is no bound."""
    recorded: float | None
    target: str
    rule: str
    """How it passes: median, share, path, central, median_and_central."""
    naive: str
    """The benchmark of `sim.patterns.naive`, with its argument after a colon."""
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the band; NaN never does."""
        above = self.low is None or value >= self.low
        below = self.high is None or value <= self.high
        return bool(value == value and above and below)


def _number(text: str) -> float | None:
    return float(text) if text else None


def pattern_of(row: dict[str, str]) -> Pattern:
    """One row of the table as a Pattern. Raises ValueError for a bound that is no number."""
    told = ("use", "label", "measures", "unit", "measure", "target", "rule", "naive", "source")
    words = {key: row[key] for key in told}
    numbers = {key: _number(row[key]) for key in ("start", "end", "low", "high", "recorded")}
    subject = tuple(part for part in row["subject"].split(";") if part)
    return Pattern(name=row["pattern"], subject=subject, **words, **numbers)  # type: ignore[arg-type]


@cache
def patterns() -> tuple[Pattern, ...]:
    """All declared patterns, in the order of the specification."""
    with data("patterns.csv").open(encoding="utf-8", newline="") as file:
        return tuple(pattern_of(row) for row in csv.DictReader(file))


def pattern(name: str) -> Pattern:
    """One pattern by name. Raises KeyError with the names there are."""
    found = {each.name: each for each in patterns()}
    if name not in found:
        raise KeyError(f"no pattern {name}; there are {', '.join(found)}")
    return found[name]

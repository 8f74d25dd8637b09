"""How an outcome is declared: name, label, unit, meaning, and the measure that gives it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.records.outcomes.seen import Seen

Measure = Callable[[Seen], float]


@dataclass(frozen=True)
class Outcome:
    """One number that a run leaves; `better` is +1 or -1 where everybody would agree, else None."""

    label: str
    unit: str
    meaning: str
    better: int | None = None

    def judged(self, better: int) -> "Outcome":
        """The same with a direction."""
        return replace(self, better=better)


OUTCOMES: dict[str, Outcome] = {}
MEASURES: dict[str, Measure] = {}


def declare(name: str, label: str, unit: str, meaning: str, measure: Measure) -> None:
    """Enter an outcome. Raises ValueError for a name that is taken."""
    if name in OUTCOMES:
        raise ValueError(f"the outcome {name} is declared twice")
    OUTCOMES[name] = Outcome(label, unit, meaning)
    MEASURES[name] = measure


def outcome(label: str, unit: str, meaning: str) -> Callable[[Measure], Measure]:
    """Declare the function below as the measure of the outcome of its name."""

    def enter(measure: Measure) -> Measure:
        declare(measure.__name__, label, unit, meaning, measure)
        return measure

    return enter


def mean_of(series: str) -> Measure:
    """The mean of a series over all months; where there is no lineage its numbers are zero."""
    return lambda seen: seen.mean(seen[series])


def sum_of(series: str) -> Measure:
    """The sum of a monthly flow over the run."""
    return lambda seen: float(seen[series].sum())


def last_of(series: str) -> Measure:
    """A series in the last month."""
    return lambda seen: float(seen[series][-1])


def in_december(series: str, year: str) -> Measure:
    """A series in December of a year; NaN when the run does not reach it."""
    return lambda seen: seen.in_december(series, int(year))


def over_year(series: str, year: str) -> Measure:
    """The mean of a series over the months of a year; NaN when the run does not reach its end."""
    return lambda seen: seen.over_year(series, int(year))


def counted(counter: str) -> Measure:
    """What the model counted, all consortia together."""
    return lambda seen: float(seen.model.counters.get(counter, 0.0))

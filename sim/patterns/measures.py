"""What each pattern takes from the runs: a number a run, and for paths the score of the mean path.

NaN is *does not apply* (no exit, no such stage), infinity is *not within the horizon*.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.patterns import record
from sim.patterns.declared import Pattern, percent
from sim.patterns.evidence import Evidence, Matrix, Missing
from sim.patterns.score import central

CENTRAL = 0.8


@dataclass(frozen=True)
class Measured:
    """The values of a pattern: one a run; for a path also the score of the mean path and its coverage."""

    values: Matrix
    score: float | None = None
    """RMSE of the mean path."""
    coverage: float | None = None
    """Share of the recorded years whose point lies inside the central 80 % of the runs."""
    note: str = ""


def measure(pattern: Pattern, evidence: Evidence) -> Measured:
    """Take one pattern from the runs. Raises Missing when the study does not hold what it needs."""
    return MEASURES[pattern.measure](pattern, evidence)


def _waiting(values: Matrix) -> Matrix:
    """Years or lags with those never reached counted as beyond the horizon."""
    return np.where(np.isnan(values), np.inf, values)


def _reached(values: Matrix) -> str:
    return f"reached in {percent(np.isfinite(values).mean())} of runs"


def year(pattern: Pattern, evidence: Evidence) -> Measured:
    """The decimal year of a happening; never is counted as beyond the horizon."""
    values = _waiting(evidence.outcome(pattern.subject[0]))
    return Measured(values, note=_reached(values))


def order(pattern: Pattern, evidence: Evidence) -> Measured:
    """1 for a run in which all the years are there and rise, else 0."""
    years = np.column_stack([_waiting(evidence.outcome(name)) for name in pattern.subject])
    values = np.all(np.isfinite(years), axis=1) & np.all(years[:, 1:] > years[:, :-1], axis=1)
    reached = ", ".join(percent(share) for share in np.isfinite(years).mean(axis=0))
    return Measured(values.astype(float), note=f"stages reached in {reached} of runs{_straight(evidence)}")


def _straight(evidence: Evidence) -> str:
    """How many runs pass the stages without going back to an earlier one."""
    try:
        rank = {stage: place for place, stage in enumerate(record.stages()["stage"])}
        known = evidence.stages[evidence.stages["stage"].isin(rank)].sort_values("start")
    except Missing:
        return ""
    places = known["stage"].map(rank).groupby(known["run"])
    straight = int(places.agg(lambda one: one.is_monotonic_increasing).sum())
    never = len(evidence) - places.ngroups
    return f"; no step back to an earlier stage in {percent((straight + never) / max(len(evidence), 1))}"


def outcome(pattern: Pattern, evidence: Evidence) -> Measured:
    """An outcome as it is."""
    return Measured(evidence.outcome(pattern.subject[0]))


def at(pattern: Pattern, evidence: Evidence) -> Measured:
    """A series in the month of a date."""
    return Measured(evidence.at(pattern.subject[0], _start(pattern)))


def difference_at(pattern: Pattern, evidence: Evidence) -> Measured:
    """A first series less a second in the month of a date; NaN while the first is zero."""
    first, second = (evidence.at(name, _start(pattern)) for name in pattern.subject)
    return Measured(np.where(first > 0, first - second, np.nan))


def mean(pattern: Pattern, evidence: Evidence) -> Measured:
    """The mean of a series over some years."""
    return Measured(evidence.between(pattern.subject[0], _start(pattern), _end(pattern)).mean(axis=1))


def mean_in_stage(pattern: Pattern, evidence: Evidence) -> Measured:
    """The mean of a series over the months a run spends in a stage; NaN when it has none."""
    inside = evidence.series("stage") == _start(pattern)
    months = inside.sum(axis=1)
    total = np.where(inside, evidence.series(pattern.subject[0]), 0.0).sum(axis=1)
    values = np.divide(total, months, out=np.full(len(evidence), np.nan), where=months > 0)
    return Measured(values, note=f"the stage is reached in {percent(np.mean(months > 0))} of runs")


def share(pattern: Pattern, evidence: Evidence) -> Measured:
    """A first flow over the sum of all of them, added up over some years; NaN when nothing flowed."""
    flows = [evidence.between(name, _start(pattern), _end(pattern)).sum(axis=1) for name in pattern.subject]
    total = np.sum(flows, axis=0)
    values = np.divide(flows[0], total, out=np.full(len(evidence), np.nan), where=total > 0)
    return Measured(values, note=_nothing(values, "no money was committed"))


def exit_share(pattern: Pattern, evidence: Evidence) -> Measured:
    """The share of a first kind of event among all of the kinds, in some years; NaN when there was none."""
    end = evidence.horizon if pattern.end is None else pattern.end
    events = evidence.events
    chosen = events[(events["year"] >= _start(pattern)) & (events["year"] < end)]
    counts = [_count(chosen, kind, evidence.runs) for kind in pattern.subject]
    total = np.sum(counts, axis=0)
    values = np.divide(counts[0], total, out=np.full(len(evidence), np.nan), where=total > 0)
    return Measured(values, note=_nothing(values, "no drive maker left"))


def _count(events: pd.DataFrame, kind: str, runs: np.ndarray) -> Matrix:
    """How often a kind of event happened in each run."""
    found = events[events["kind"] == kind].groupby("run").size()
    return found.reindex(runs, fill_value=0).to_numpy(dtype=float)


def _nothing(values: Matrix, what: str) -> str:
    empty = float(np.isnan(values).mean()) if len(values) else 0.0
    return f"{what} in {percent(empty)} of runs" if empty else ""


def growth(pattern: Pattern, evidence: Evidence) -> Measured:
    """Compound yearly growth between two years, each year as its geometric mean."""
    years = evidence.yearly(pattern.subject[0], "geometric")
    first, last = int(_start(pattern)), int(_end(pattern))
    if first not in years or last not in years:
        raise Missing(f"the histories do not hold both {first} and {last} in full")
    ratio = years[last].to_numpy() / years[first].to_numpy()
    return Measured(ratio ** (1.0 / (last - first)) - 1.0)


def path(pattern: Pattern, evidence: Evidence) -> Measured:
    """A count at the start of each year against the record."""
    return _along(pattern, evidence.yearly(pattern.subject[0], "first"), record.makers())


def log_path(pattern: Pattern, evidence: Evidence) -> Measured:
    """The logarithm (to ten) of a year's geometric mean against the record."""
    points = record.density("product")
    return _along(pattern, np.log10(evidence.yearly(pattern.subject[0], "geometric")), np.log10(points))


def _along(pattern: Pattern, years: pd.DataFrame, points: pd.Series) -> Measured:
    """Score a path: distance of the mean path, distances of single runs, coverage. Raises Missing."""
    recorded = record.within(points, _start(pattern), _end(pattern))
    absent = [str(year) for year in recorded.index if year not in years]
    if absent:
        raise Missing(f"the histories do not hold {', '.join(absent)} in full")
    runs = years[recorded.index].to_numpy()
    off = runs - recorded.to_numpy()
    low, high = central(runs, CENTRAL)
    return Measured(
        values=np.sqrt(np.mean(off**2, axis=1)),
        score=float(np.sqrt(np.mean(off.mean(axis=0) ** 2))),
        coverage=float(np.mean((recorded.to_numpy() >= low) & (recorded.to_numpy() <= high))),
    )


def lag(pattern: Pattern, evidence: Evidence) -> Measured:
    """Years from concept to product; never is counted as beyond the horizon."""
    return year(pattern, evidence)


def _lags(pattern: Pattern, evidence: Evidence) -> Matrix:
    return np.column_stack([_waiting(evidence.outcome(name)) for name in pattern.subject])


def lag_mean(pattern: Pattern, evidence: Evidence) -> Measured:
    """The mean lag of several systems; beyond the horizon as long as one has no product."""
    lags = _lags(pattern, evidence)
    finite = lags[np.isfinite(lags)]
    alone = f", {finite.mean():.1f} years on average when reached" if finite.size else ""
    reached = np.isfinite(lags).mean() if lags.size else 0.0
    return Measured(lags.mean(axis=1), note=f"{percent(reached)} of the systems reached a product{alone}")


def lag_within(pattern: Pattern, evidence: Evidence) -> Measured:
    """The share of several systems whose lag lies between two numbers of years."""
    lags = _lags(pattern, evidence)
    return Measured(np.mean((lags >= _start(pattern)) & (lags <= _end(pattern)), axis=1))


def system_order(pattern: Pattern, evidence: Evidence) -> Measured:
    """1 where two systems have products in order and the first of the others comes after, or not yet."""
    first, second, *later = (_waiting(evidence.outcome(name)) for name in pattern.subject)
    energy = np.minimum.reduce(later)
    values = (first < second) & (second < energy)
    note = f"an energy-assisted system {_reached(energy)}; one still to come counts as later"
    return Measured(values.astype(float), note=note)


def comparison(pattern: Pattern, evidence: Evidence) -> Measured:
    """By how much an outcome falls under another design, which is the second part of the subject, seed by seed."""
    name, design = pattern.subject
    values = evidence.falls(design, name)
    return Measured(values.astype(float), note=f"over {len(values)} seeds")


def _start(pattern: Pattern) -> float:
    """The first moment of a pattern that has one. Raises ValueError when the table gives none."""
    if pattern.start is None:
        raise ValueError(f"pattern {pattern.name} needs a start in patterns.csv")
    return pattern.start


def _end(pattern: Pattern) -> float:
    """The end of a pattern that has one. Raises ValueError when the table gives none."""
    if pattern.end is None:
        raise ValueError(f"pattern {pattern.name} needs an end in patterns.csv")
    return pattern.end


MEASURES: dict[str, Callable[[Pattern, Evidence], Measured]] = {
    each.__name__: each
    for each in (
        year, order, outcome, at, difference_at, mean, mean_in_stage, share, exit_share, growth, path,
        log_path, lag, lag_mean, lag_within, system_order, comparison,
    )
}  # fmt: skip

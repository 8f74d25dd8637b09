"""What a calibration aims at: the *fit* patterns as numbers that each run has, and how far a point lies from them.

Of a point only means over its seeds are asked for, so that a few seeds say something: a pattern about a median year is
aimed at by the mean of years that are clipped near its band, a path by its value in every recorded year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sim.patterns import Evidence, Pattern, patterns, record
from sim.patterns.measures import measure

TENTH = 0.1
"""Half width given to a band that ends where its measure ends: a share of at least 0.8 is aimed at 0.9."""
REACH = 4.0
"""Values beyond so many half widths from the aim count as so far: years that never come would count for ever."""

SHARES = frozenset(each.name for each in patterns() if each.rule == "share")
"""Patterns about a share of runs: a run has one or zero, and neither is far away."""


@dataclass(frozen=True)
class Target:
    """One number that is aimed at: the mean of `statistic` over the seeds of a point."""

    pattern: str
    statistic: str
    """The pattern's name, for a path with the year: `P10.1999`."""
    aim: float
    half: float
    """Half the width of the band: a distance of one leads from the aim to its edge."""
    side: int
    """0: both sides count; -1: only below the aim; 1: only above."""
    weight: float
    """Its share in the distance of its pattern; those of a path add up to one."""


@cache
def targets() -> tuple[Target, ...]:
    """The targets of all *fit* patterns that one study can measure, in the order of the specification."""
    return tuple(target for each in patterns() if each.use == "fit" for target in _targets_of(each))


def names() -> list[str]:
    """The *fit* patterns that are aimed at."""
    return list(dict.fromkeys(each.pattern for each in targets()))


def _targets_of(each: Pattern) -> list[Target]:
    if each.measure == "comparison" or each.low == each.high:
        return []  # needs a second design, or holds by construction
    if each.measure in ("path", "log_path"):
        points = recorded_path(each)
        return [Target(each.name, f"{each.name}.{year}", float(value), float(each.high or 1.0), 0, 1.0 / len(points))
                for year, value in points.items()]  # fmt: skip
    low, high, side = each.low, each.high, 0
    if high is None or high == 1.0:
        low, high, side = each.low, float(each.low or 0.0) + 2 * TENTH, -1
    elif low is None or low == 0.0:
        low, high, side = high - 2 * TENTH, high, 1
    assert low is not None and high is not None
    return [Target(each.name, each.name, (low + high) / 2, (high - low) / 2, side, 1.0)]


def recorded_path(each: Pattern) -> pd.Series:
    """The recorded points of a path by year, in the unit in which it is scored."""
    assert each.start is not None and each.end is not None
    points = record.makers() if each.measure == "path" else np.log10(record.density("product"))
    return record.within(points, each.start, each.end)


def subjects() -> list[str]:
    """The series that the targets are taken from."""
    told = [name for each in patterns() if each.use == "fit" and each.measure != "comparison" for name in each.subject]
    return list(dict.fromkeys([*told, "stage"]))


class _Needed:
    """A study of which only the series are read that the targets need."""

    def __init__(self, study: Any) -> None:
        self.study, self.outcomes = study, study.outcomes

    def series(self) -> pd.DataFrame:
        from sim.records.series import SERIES

        return self.study.series([name for name in subjects() if name in SERIES])


def statistics(study: Any) -> pd.DataFrame:
    """A row a finished run (point, seed, then every statistic); a value that does not apply is NaN."""
    evidence = Evidence(_Needed(study))
    outcomes = evidence.outcomes
    columns: dict[str, Any] = {"point": outcomes["point"].to_numpy(), "seed": outcomes["seed"].to_numpy()}
    for each in patterns():
        if each.name not in names():
            continue
        if each.measure in ("path", "log_path"):
            columns |= _along(each, evidence)
        else:
            columns[each.name] = measure(each, evidence).values
    return within_reach(pd.DataFrame(columns))


def passed(study: Any) -> pd.DataFrame:
    """Which fit patterns the runs of each point pass by the patterns' own rules, medians and central shares included.

    A row a point, a column a pattern that one study can measure.
    """
    from sim.patterns import evaluate

    tables = [evaluate(Evidence(study, point)).set_index("pattern") for point in study.points]
    rows = [told.loc[told["measured"] & (told["use"] == "fit"), "pass"] for told in tables]
    return pd.DataFrame(rows, index=study.points).fillna(False).astype(bool)


def within_reach(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with nothing farther from its aim than `REACH` half widths, shares of runs excepted."""
    reached = rows.copy()
    for target in targets():
        if target.pattern not in SHARES:
            far = REACH * target.half
            reached[target.statistic] = rows[target.statistic].clip(target.aim - far, target.aim + far)
    return reached


def _along(each: Pattern, evidence: Evidence) -> dict[str, np.ndarray]:
    """A path by recorded year, a number a run."""
    if each.measure == "path":
        years = evidence.yearly(each.subject[0], "first")
    else:
        years = np.log10(evidence.yearly(each.subject[0], "geometric"))
    return {f"{each.name}.{year}": years[year].to_numpy() for year in recorded_path(each).index}


def by_point(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over the seeds, a row a point in the order they stand; what applies to no seed counts as far below its aim."""
    means = rows.drop(columns="seed").groupby("point", sort=False).mean()
    for target in targets():
        means[target.statistic] = means[target.statistic].fillna(target.aim - REACH * target.half)
    return means


def away(values: pd.DataFrame, told: Sequence[Target] | None = None) -> pd.DataFrame:
    """How far each point lies from the aim of each pattern, in half widths: a row a point, a column a pattern.

    A path counts with the root of its mean square, so one is the RMSE that its band allows.
    """
    told = targets() if told is None else told
    squares: dict[str, np.ndarray] = {}
    for target in told:
        off = (values[target.statistic].to_numpy(dtype=float) - target.aim) / target.half
        off = np.minimum(off, 0.0) if target.side < 0 else np.maximum(off, 0.0) if target.side > 0 else off
        squares[target.pattern] = squares.get(target.pattern, np.zeros(len(off))) + target.weight * off**2
    return pd.DataFrame({name: np.sqrt(square) for name, square in squares.items()}, index=values.index)


def distances(values: pd.DataFrame, told: Sequence[Target] | None = None) -> np.ndarray:
    """The distance of each point from the fit patterns: root mean square over the patterns, in half widths of their bands."""
    return np.sqrt(np.mean(away(values, told).to_numpy() ** 2, axis=1))


def toward(values: pd.Series, told: Sequence[Target] | None = None) -> tuple[Target, ...]:
    """The same targets with other aims: the numbers of a known point, as if these had been recorded; both sides count."""
    told = targets() if told is None else told
    return tuple(Target(t.pattern, t.statistic, float(values[t.statistic]), t.half, 0, t.weight) for t in told)

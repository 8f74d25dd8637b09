"""How a pattern is scored: quantiles that know of the horizon, and the rules by which it passes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.patterns.declared import Pattern, percent

if TYPE_CHECKING:
    from sim.patterns.measures import Measured

Numbers = np.ndarray[Any, np.dtype[np.float64]]

MOST = 0.5
"""A pattern that applies to fewer runs than this share does not pass."""
COVERED = 0.7
"""Share of recorded years that must lie inside the central 80 % of the runs."""
NINETY = 1.645
"""Standard normal deviate that leaves 5 % on either side."""


@dataclass(frozen=True)
class Score:
    """A scored pattern: `value` is what the band is held against, the rest describes the runs."""

    value: float
    median: float
    p05: float
    p95: float
    inside: float
    passes: bool
    note: str = ""


def quantile(values: Numbers, share: float) -> float:
    """The quantile of values of which some may be infinite (beyond the horizon); NaN is left out.

    `quantile([1, 2, inf], 0.5)` is 2; between a number and infinity it is infinity. NaN when none is left.
    """
    ranked = np.sort(values[~np.isnan(values)])
    if not len(ranked):
        return math.nan
    place = (len(ranked) - 1) * share
    low, high = ranked[math.floor(place)], ranked[math.ceil(place)]
    return float(low) if low == high else float(low + (high - low) * (place - math.floor(place)))


def central(values: Numbers, share: float) -> tuple[Numbers, Numbers]:
    """The ends of the central share of the runs, column by column."""
    tail = (1.0 - share) / 2.0
    low, high = np.nanquantile(values, [tail, 1.0 - tail], axis=0)
    return low, high


def score(pattern: Pattern, measured: "Measured") -> Score:
    """Hold what was measured against the band, by the rule the pattern declares."""
    return RULES[pattern.rule](pattern, measured)


def _describe(pattern: Pattern, values: Numbers) -> dict[str, float]:
    """Median, 5–95 % and the share of all runs inside the band (runs without a value are not inside)."""
    inside = float(np.mean([pattern.holds(value) for value in values])) if len(values) else 0.0
    return {
        "median": quantile(values, 0.5), "p05": quantile(values, 0.05), "p95": quantile(values, 0.95),
        "inside": inside,
    }  # fmt: skip


def by_median(pattern: Pattern, measured: "Measured") -> Score:
    """Passes when the median over runs is in the band and the pattern applies to most runs."""
    told = _describe(pattern, measured.values)
    applies = float(np.mean(~np.isnan(measured.values))) if len(measured.values) else 0.0
    passes = pattern.holds(told["median"]) and applies >= MOST
    note = "" if applies == 1.0 else f"has a value in {percent(applies)} of runs"
    return Score(value=told["median"], passes=passes, note=note, **told)


def in_central(pattern: Pattern, measured: "Measured") -> Score:
    """Passes when the recorded value, one draw of a rare event, lies in the central 80 % of the runs."""
    told = _describe(pattern, measured.values)
    low, high = quantile(measured.values, 0.1), quantile(measured.values, 0.9)
    passes = pattern.recorded is not None and low <= pattern.recorded <= high
    told["inside"] = math.nan if pattern.low is None and pattern.high is None else told["inside"]
    return Score(value=told["median"], passes=passes, note=f"central 80 %: {low:.1f} to {_or_never(high)}", **told)


def _or_never(value: float) -> str:
    return "never" if math.isinf(value) else f"{value:.1f}"


def by_median_and_central(pattern: Pattern, measured: "Measured") -> Score:
    """Passes when both the median is in the band and the recorded value in the central 80 %."""
    both = by_median(pattern, measured), in_central(pattern, measured)
    passes = both[0].passes and both[1].passes
    return Score(**{**vars(both[0]), "passes": passes, "note": both[1].note})


def by_share(pattern: Pattern, measured: "Measured") -> Score:
    """Passes when the share of runs is in the band; 5–95 % is what the number of runs leaves open."""
    runs = len(measured.values)
    found = float(np.mean(measured.values)) if runs else math.nan
    low, high = wilson(found, runs)
    note = "5–95\u00a0%: what this number of runs leaves open"
    return Score(found, found, low, high, found, pattern.holds(found), note)


def wilson(found: float, runs: int) -> tuple[float, float]:
    """The 90 % interval of a share found in so many runs (Wilson 1927): half of 10 runs is 0.27 to 0.73."""
    if not runs:
        return math.nan, math.nan
    weight = NINETY**2 / runs
    middle = (found + weight / 2) / (1 + weight)
    half = NINETY / (1 + weight) * math.sqrt(found * (1 - found) / runs + weight / (4 * runs))
    return middle - half, middle + half


def by_path(pattern: Pattern, measured: "Measured") -> Score:
    """Passes when the mean path is near the record and the record inside the runs in most years."""
    told = _describe(pattern, measured.values)
    value = math.nan if measured.score is None else measured.score
    covered = 0.0 if measured.coverage is None else measured.coverage
    passes = pattern.holds(value) and covered >= COVERED
    note = f"recorded points inside the central 80 % in {percent(covered)} of the years"
    return Score(value=value, passes=passes, note=note, **told)


RULES: dict[str, Callable[[Pattern, Any], Score]] = {
    "median": by_median,
    "central": in_central,
    "median_and_central": by_median_and_central,
    "share": by_share,
    "path": by_path,
}

"""What somebody who knows no mechanism would have said: the benchmark beside every pattern.

Each is computed from the record alone. A model that does no better than these has explained little.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.patterns import record
from sim.patterns.declared import Pattern, pattern, percent


@dataclass(frozen=True)
class Naive:
    """A benchmark: its value in the unit of the pattern, whether it passes, and what it is in words."""

    value: float
    meets: bool
    words: str

    def __str__(self) -> str:
        verdict = "would pass" if self.meets else "falls short"
        return f"{self.words}: {self.value:.4g} ({verdict})"


def naive(each: Pattern) -> Naive:
    """The benchmark of a pattern."""
    name, _, argument = each.naive.partition(":")
    return NAIVE[name](each, argument)


def _held(each: Pattern, value: float, words: str) -> Naive:
    return Naive(value, each.holds(value), words)


def random_order(each: Pattern, argument: str) -> Naive:
    """Three changes in random order: one arrangement in six is right."""
    return _held(each, 1.0 / math.factorial(3), "three changes in random order")


def hazard(each: Pattern, argument: str) -> Naive:
    """A constant hazard with the recorded mean wait since the stage before."""
    start, recorded = each.start or 0.0, each.recorded or 0.0
    wait = recorded - start
    value = start + wait * math.log(2.0)
    early, late = (start + wait * -math.log(1.0 - share) for share in (0.1, 0.9))
    central = early <= recorded <= late or "central" not in each.rule
    inside = math.exp(-((each.low or 0.0) - start) / wait) - math.exp(-((each.high or 0.0) - start) / wait)
    words = f"constant hazard since {start:.0f} with a mean wait of {wait:.0f} years"
    return Naive(value, each.holds(value) and central, f"{words} ({percent(inside)} of draws inside)")


def line_through(each: Pattern, argument: str) -> Naive:
    """A straight line from none at the founding through the other count of the record."""
    other, zero = pattern(argument), record.first_year()
    count, date = other.recorded or math.nan, other.start or math.nan
    value = count / (date - zero) * ((each.start or zero) - zero)
    words = f"straight line from none in {zero:.0f} through {count:.0f} in {date // 1:.0f}"
    return _held(each, value, words)


def unchanged_since(each: Pattern, argument: str) -> Naive:
    """No change since another pattern."""
    return _held(each, pattern(argument).recorded or math.nan, f"no change since {argument}")


def by_construction(each: Pattern, argument: str) -> Naive:
    """A single number has no benchmark: a constant meets it."""
    return Naive(each.recorded or 0.0, True, "a constant set to the record, by construction")


def _line(points: pd.Series) -> tuple[float, float]:
    """Level (log10 in year 0) and slope of the line through the first and the last point."""
    logs = np.log10(points)
    slope = (logs.iloc[-1] - logs.iloc[0]) / (logs.index[-1] - logs.index[0])
    return float(logs.iloc[0] - slope * logs.index[0]), float(slope)


def growth_line(each: Pattern, argument: str) -> Naive:
    """One constant growth of density through the first and the last recorded product point."""
    points = record.within(record.density("product"), record.first_year(), math.inf)
    level, slope = _line(points)
    words = (
        f"constant growth of {percent(10**slope - 1)} a year through {points.index[0]} and {points.index[-1]}"
    )
    if each.rule == "path":
        off = np.log10(points) - (level + slope * points.index)
        return _held(each, float(np.sqrt(np.mean(off**2))), words)
    if each.measure == "growth":
        return _held(each, 10**slope - 1, words)
    return _held(each, 10 ** (level + slope * math.floor(each.start or 0.0)), words)


def exponential(each: Pattern, argument: str) -> Naive:
    """An exponential decline fitted to the recorded count of makers (least squares of logarithms)."""
    points = record.makers()
    slope, level = np.polyfit(points.index.to_numpy(dtype=float), np.log(points.to_numpy()), 1)
    words = f"exponential decline of {percent(1 - math.exp(slope))} a year"
    if each.rule != "path":
        return _held(each, float(np.exp(level + slope * (each.start or 0.0))), words)
    off = points - np.exp(level + slope * points.index)
    return _held(each, float(np.sqrt(np.mean(off**2))), words)


def last_recorded(each: Pattern, argument: str) -> Naive:
    """The last recorded figure stays as it was."""
    points = record.units() if each.subject[0].startswith("units") else record.revenue()
    return _held(each, float(points.iloc[-1]), f"as in {points.index[-1]}")


def coin(each: Pattern, argument: str) -> Naive:
    """Every exit is a merger with the same probability in all years, that of the whole record."""
    exits = record.maker_exits().sum()
    kind = "liquidation" if each.subject[0] == "maker_liquidated" else "merger"
    return _held(each, float(exits[kind] / exits.sum()), f"the share of {kind}s over the whole record")


def legal_ceiling(each: Pattern, argument: str) -> Naive:
    """Public money always pays the most it may: half of a joint venture."""
    return _held(each, 0.5, "public money always pays the half it may")


def all_makers(each: Pattern, argument: str) -> Naive:
    """Every drive maker of the last recorded year founds, and nobody else."""
    points = record.makers()
    return _held(each, float(points.iloc[-1]), f"every drive maker of {points.index[-1]} and nobody else")


def equal_shares(each: Pattern, argument: str) -> Naive:
    """Three makers with equal shares."""
    return _held(each, 1.0 / 3.0, "three makers with equal shares")


def same_lag(each: Pattern, argument: str) -> Naive:
    """Every system waits with a constant hazard of the mean lag of the record, whatever it is."""
    lag = pattern("P16.mean").recorded or math.nan
    words = f"constant hazard with a mean lag of {lag:.0f} years for every system"
    if each.rule == "central":
        early, late = (-lag * math.log(1.0 - share) for share in (0.1, 0.9))
        return Naive(lag * math.log(2.0), early <= (each.recorded or math.nan) <= late, words)
    if each.measure == "lag_within":
        return _held(each, math.exp(-(each.start or 0.0) / lag) - math.exp(-(each.end or 0.0) / lag), words)
    return _held(each, lag if each.measure == "lag_mean" else lag * math.log(2.0), words)


def unrelated(each: Pattern, argument: str) -> Naive:
    """Awards that take no notice of the matrix."""
    return Naive(0.0, False, "awards unrelated to the matrix")


NAIVE: dict[str, Callable[[Pattern, str], Naive]] = {
    each.__name__: each
    for each in (
        random_order, hazard, line_through, unchanged_since, by_construction, growth_line, exponential,
        last_recorded, coin, legal_ceiling, all_makers, equal_shares, same_lag, unrelated,
    )
}  # fmt: skip

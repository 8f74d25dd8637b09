"""What each cause did: main effects, Shapley values and shares, interactions, each with its interval over seeds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.studies.attribution.factorial import Histories
from sim.studies.attribution.shapley import (
    alone_weights,
    interaction_weights,
    last_weights,
    shapley_weights,
    total_weights,
)
from sim.studies.attribution.transitions import TRANSITIONS, Transition

RESAMPLES = 2000
LEVEL = 0.95
CHANCE, YEARS = "chance", "years sooner"
MEASURES = (CHANCE, YEARS)
LEAST = {CHANCE: 0.05, YEARS: 0.5}
"""A total effect smaller than this is not shared out: a share of next to nothing says nothing."""

_DECIMALS = {CHANCE: 2, YEARS: 1}


@dataclass(frozen=True)
class Interval:
    """A mean over seeds and the ends of its bootstrap interval; NaN ends with fewer than two seeds."""

    mean: float
    low: float
    high: float

    @property
    def decided(self) -> bool:
        """Whether the interval leaves zero out."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Effects:
    """The tables of an attribution.

    `causes`: a row a transition, measure and cause; `totals`: a row a transition and measure, with `refusal`, the words
    that stand where shares would divide by next to nothing; `interactions`: a row a transition, measure and pair.
    """

    causes: pd.DataFrame
    totals: pd.DataFrame
    interactions: pd.DataFrame
    seeds: int


def effects(held: Histories) -> Effects:
    """Every effect in the histories of a factorial."""
    parts = [_of(held, transition, measure) for transition in TRANSITIONS for measure in MEASURES]
    causes, totals, interactions = ([row for part in parts for row in part[place]] for place in range(3))
    return Effects(pd.DataFrame(causes), pd.DataFrame(totals), pd.DataFrame(interactions), len(held.seeds))


def game(held: Histories, transition: Transition, measure: str) -> np.ndarray:
    """Values of the sets of causes, sets × seeds: whether the transition came, or minus the years waited for it."""
    return held.came[transition.name] if measure == CHANCE else -held.waits[transition.name]


def resampled(values: np.ndarray) -> np.ndarray:
    """Means of rows × seeds over seeds drawn anew with replacement, rows × resamples; the same draws for every row."""
    seeds = values.shape[1]
    counts = np.random.default_rng(2016).multinomial(seeds, np.full(seeds, 1.0 / seeds), size=RESAMPLES)
    return values @ counts.T / seeds


def intervals(values: np.ndarray) -> list[Interval]:
    """The mean of each row over seeds with its percentile bootstrap interval (Efron 1979)."""
    means = values.mean(axis=1)
    if values.shape[1] < 2:
        return [Interval(float(mean), np.nan, np.nan) for mean in means]
    return [Interval(float(mean), *_ends(row)) for mean, row in zip(means, resampled(values), strict=True)]


def _ends(draws: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def refusal(total: Interval, measure: str) -> str:
    """Why a total effect is not shared out, in words; empty where it is."""
    places = _DECIMALS[measure]
    said = f"{total.mean:+.{places}f} ({total.low:+.{places}f} to {total.high:+.{places}f})"
    if np.isnan(total.low):
        return f"no shares: one seed gives no interval for the total effect ({total.mean:+.{places}f})"
    if abs(total.mean) < LEAST[measure]:
        return f"no shares: all causes together move it by {said}, too little to share out"
    if not total.decided:
        return f"no shares: these histories cannot tell the effect of all causes together, {said}, from zero"
    return ""


def _of(held: Histories, transition: Transition, measure: str) -> tuple[list[dict], list[dict], list[dict]]:
    """Rows of the three tables for one transition and measure."""
    causes, values = held.factorial.causes, game(held, transition, measure)
    count = len(causes)
    total = intervals(total_weights(count) @ values)[0]
    refused = refusal(total, measure)
    front = {"transition": transition.name, "measure": measure}
    everything, means = len(values) - 1, values.mean(axis=1)
    last, alone = intervals(last_weights(count) @ values), (alone_weights(count) @ values).mean(axis=1)
    shapley = intervals(shapley_weights(count) @ values)
    shares = [Interval(np.nan, np.nan, np.nan)] * count if refused else _shares(values, count)
    rows = [
        {**front, "cause": cause.name, "label": cause.label,
         "with_all": _shown(means[everything], measure, held),
         "without_it": _shown(means[everything ^ 1 << place], measure, held),
         **_told("effect", last[place]), "alone": float(alone[place]),
         **_told("shapley", shapley[place]), **_told("share", shares[place])}
        for place, cause in enumerate(causes)
    ]  # fmt: skip
    totals = {**front, "with_all": _shown(means[-1], measure, held), "with_none": _shown(means[0], measure, held),
              **_told("total", total), "refusal": refused}  # fmt: skip
    return rows, [totals], _pairs(held, values, front)


def _shares(values: np.ndarray, count: int) -> list[Interval]:
    """Shapley values over the total effect; the interval resamples both together."""
    each, total = shapley_weights(count) @ values, total_weights(count) @ values
    means = each.mean(axis=1) / total.mean()
    whole = resampled(total)[0]
    drawn = resampled(each)[:, whole != 0.0] / whole[whole != 0.0]
    return [Interval(float(mean), *_ends(row)) for mean, row in zip(means, drawn, strict=True)]


def _pairs(held: Histories, values: np.ndarray, front: dict) -> list[dict]:
    """The interaction of every pair of causes."""
    causes = held.factorial.causes
    pairs, weights = interaction_weights(len(causes))
    found = intervals(weights @ values) if pairs else []
    return [{**front, "one": causes[a].name, "other": causes[b].name, **_told("interaction", each)}
            for (a, b), each in zip(pairs, found, strict=True)]  # fmt: skip


def _shown(value: float, measure: str, held: Histories) -> float:
    """A chance as it is; minus the years waited as the mean year, the horizon standing for never."""
    return float(value) if measure == CHANCE else float(held.start - value)


def _told(name: str, found: Interval) -> dict[str, float]:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}

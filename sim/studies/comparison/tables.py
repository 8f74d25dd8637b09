"""What a comparison finds: means, paired differences, added value, who is best, regret, dominance, the Pareto front."""

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from sim.studies import replicates

MOST = 5000
"""Seeds beyond which nobody should wait for a difference to be decided."""
COST, SPEED = "public_cost_musd", "concept_to_product_wait"


def grids(outcomes: pd.DataFrame, names: Sequence[str], columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Every outcome as alternatives × seeds, over the seeds that every alternative has finished."""
    seeds = sorted(set.intersection(*(set(outcomes.loc[outcomes["point"] == name, "seed"]) for name in names)))
    found = {}
    for column in columns:
        wide = outcomes.pivot(index="point", columns="seed", values=column)
        found[column] = wide.reindex(index=list(names), columns=seeds).to_numpy(dtype=float)
    return found


def half_width(values: np.ndarray) -> float:
    """Half of the 95 % interval of a mean (Student); not a number below two values.

    >>> round(half_width(np.array([1.0, 2.0, 4.0])), 3)
    3.795
    """
    if len(values) < 2:
        return math.nan
    return float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values)))


def means(values: Mapping[str, np.ndarray], names: Sequence[str]) -> pd.DataFrame:
    """A row an outcome and alternative: mean with its interval, 5 and 95 % of the runs, how many have a number."""
    rows = []
    for outcome, grid in values.items():
        for name, row in zip(names, grid, strict=True):
            there = row[np.isfinite(row)]
            mean, half = (float(there.mean()), half_width(there)) if len(there) else (math.nan, math.nan)
            low, high = np.quantile(there, [0.05, 0.95]) if len(there) else (math.nan, math.nan)
            rows.append((outcome, name, mean, mean - half, mean + half, low, high, len(there)))
    return pd.DataFrame(rows, columns=["outcome", "alternative", "mean", "low", "high", "p05", "p95", "runs"])


def differences(values: Mapping[str, np.ndarray], names: Sequence[str], against: str) -> pd.DataFrame:
    """A row an outcome and alternative: paired difference from one of them, with its interval, and what more runs would do."""
    base = list(names).index(against)
    rows = [(outcome, name, against, *paired(grid[place] - grid[base])) for outcome, grid in values.items()
            for place, name in enumerate(names) if place != base]  # fmt: skip
    return _frame(rows)


def pairs(values: Mapping[str, np.ndarray], names: Sequence[str]) -> pd.DataFrame:
    """The same for every pair of alternatives."""
    rows = [(outcome, names[b], names[a], *paired(grid[b] - grid[a])) for outcome, grid in values.items()
            for a, b in itertools.combinations(range(len(names)), 2)]  # fmt: skip
    return _frame(rows)


def _frame(rows: list[tuple]) -> pd.DataFrame:
    columns = ["outcome", "alternative", "against", "difference", "low", "high", "deviation", "pairs", "decided", "more_runs"]
    return pd.DataFrame(rows, columns=columns)


def paired(apart: np.ndarray) -> tuple[float, float, float, float, int, bool, float]:
    """Mean difference, its interval, standard deviation, pairs, whether zero is outside, and how many more seeds would decide.

    More seeds: so many that a paired t test sees a true difference of the size observed with 80 % power; infinite beyond
    `MOST`, zero where it is decided or where nothing differs at all.
    """
    there = apart[np.isfinite(apart)]
    if len(there) < 2:
        return (float(there.mean()) if len(there) else math.nan, math.nan, math.nan, math.nan, len(there), False, math.nan)
    mean, half, deviation = float(there.mean()), half_width(there), float(there.std(ddof=1))
    decided = abs(mean) > half
    more = 0.0
    if not decided and deviation > 0:
        wanted = replicates.needed(deviation, abs(mean), MOST) if mean else MOST
        more = math.inf if wanted >= MOST else float(max(1, wanted - len(there)))
    return mean, mean - half, mean + half, deviation, len(there), bool(decided), more


def best(values: Mapping[str, np.ndarray], names: Sequence[str], judged: Mapping[str, int]) -> pd.DataFrame:
    """A row an outcome and alternative: in what share of worlds it is best (ties divided), mean and greatest regret.

    Regret is what is lost against the best alternative of the same world. Only worlds in which every alternative has a
    number count; an outcome without any is left out.
    """
    rows = []
    for outcome, sign in judged.items():
        good = sign * values[outcome]
        good = good[:, np.isfinite(good).all(axis=0)]
        if not good.shape[1]:
            continue
        lost = good.max(axis=0) - good
        first = np.isclose(lost, 0.0, atol=1e-12)
        share = (first / first.sum(axis=0)).mean(axis=1)
        for place, name in enumerate(names):
            rows.append((outcome, name, share[place], lost[place].mean(), lost[place].max(), good.shape[1]))
    return pd.DataFrame(rows, columns=["outcome", "alternative", "best_share", "regret_mean", "regret_max", "worlds"])


def dominance(told: pd.DataFrame, judged: Mapping[str, int]) -> pd.DataFrame:
    """A row a pair in which one alternative is decidedly better somewhere and decidedly worse nowhere.

    `told` is the table of `pairs`; `behind` counts the outcomes in which the mean of the better one is worse, undecidedly.
    """
    rows = []
    for (other, one), part in told.groupby(["alternative", "against"], sort=False):
        part = part[part["outcome"].isin(judged) & part["difference"].notna()]
        gain = part["difference"].to_numpy() * np.array([judged[name] for name in part["outcome"]])
        decided = part["decided"].to_numpy(dtype=bool)
        for winner, loser, better in ((other, one, gain), (one, other, -gain)):
            if (better[decided] > 0).any() and not (better[decided] < 0).any():
                where = ", ".join(part["outcome"].to_numpy()[decided])
                rows.append((winner, loser, int(decided.sum()), int((better[~decided] < 0).sum()), where))
    return pd.DataFrame(rows, columns=["alternative", "dominates", "decidedly_better", "behind", "where"])


def pareto(values: Mapping[str, np.ndarray], names: Sequence[str]) -> pd.DataFrame:
    """A row an alternative: mean public cost and years to products with intervals, and whether no other has less of both.

    >>> told = pareto({COST: np.array([[1.0, 3.0], [5.0, 5.0], [6.0, 6.0]]), SPEED: np.array([[9.0] * 2, [7.0] * 2, [8.0] * 2])},
    ...               ["a", "b", "c"])
    >>> told["on_front"].tolist()
    [True, True, False]
    """
    rows = []
    for place, name in enumerate(names):
        cost, speed = (grid[place][np.isfinite(grid[place])] for grid in (values[COST], values[SPEED]))
        rows.append((name, cost.mean() if len(cost) else math.nan, half_width(cost), speed.mean() if len(speed) else math.nan,
                     half_width(speed)))  # fmt: skip
    told = pd.DataFrame(rows, columns=["alternative", COST, "cost_half", SPEED, "speed_half"])
    front = []
    for row in told.itertuples(index=False):
        no_worse = (told[COST] <= row[1]) & (told[SPEED] <= row[3])
        front.append(not (no_worse & ((told[COST] < row[1]) | (told[SPEED] < row[3]))).any())
    return told.assign(on_front=front)


def added(values: Mapping[str, np.ndarray], names: Sequence[str], twin: str) -> pd.DataFrame:
    """A row an outcome and alternative: what it adds to the same world without a consortium, and that per million US$.

    Money is what the lineage received over the run, public and fees; a ratio of means, not a number without money.
    """
    told = differences(values, names, twin)
    money = {kind: dict(zip(names, np.nanmean(values[column], axis=1), strict=True))
             for kind, column in (("public", "public_money_total_musd"), ("fee", "fee_money_total_musd"))}  # fmt: skip
    for kind, by in money.items():
        spent = told["alternative"].map(by)
        told[f"per_{kind}_musd"] = np.where(spent > 0, told["difference"] / spent.where(spent > 0, 1.0), np.nan)
    return told

"""The seed as a factor: how much of the variance is chance, and how much of it goes together with the parameters.

Every point runs with the same seeds (common random numbers), so points × seeds is a complete two-way table and its
variance splits into points, seeds and their interaction (method of moments for two crossed random effects: Searle,
Casella & McCulloch 1992, *Variance Components*). Intervals add two parts: rows drawn again (bootstrap over units, that
is trajectories or base samples) and each seed left out in turn (jackknife), which Owen (2007, "The pigeonhole
bootstrap") shows to be on the safe side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WIDTH = 1.959964  # normal quantile of a 95 % interval
RESAMPLES = 400


@dataclass(frozen=True)
class Split:
    """Shares of the variance of single runs: parameters, seed alone, seed and parameters together; half widths."""

    parameters: float
    seed: float
    together: float
    halves: tuple[float, float, float]
    total: float


def split(table: np.ndarray, rng: np.random.Generator) -> Split | None:
    """The shares for values as units × points of a unit × seeds; None when nothing varies.

    With one seed everything is put down to the parameters and the halves are NaN: nothing can be said about chance.
    """
    if np.ptp(table) == 0.0:
        return None
    if table.shape[-1] == 1:
        return Split(1.0, np.nan, np.nan, (np.nan, np.nan, np.nan), float(table.var(ddof=1)))
    of_points, of_seeds, together = (float(value) for value in np.clip(shares(table), 0.0, 1.0))
    one, two, three = (float(half) for half in half_width(table, shares, rng))
    return Split(of_points, of_seeds, together, (one, two, three), float(table.var(ddof=1)))


def shares(table: np.ndarray) -> np.ndarray:
    """Shares of points, seeds and both together in the variance of values as units × points of a unit × seeds.

    >>> rows = np.arange(4.0)[:, None, None] + np.zeros((4, 1, 3))
    >>> shares(rows).round(3).tolist()
    [1.0, 0.0, 0.0]
    """
    values = table.reshape(-1, table.shape[-1])
    count, seeds = values.shape
    if seeds == 1 or np.ptp(values) == 0.0:
        return np.array([1.0, 0.0, 0.0])
    mean, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    both = ((values - rows[:, None] - columns[None, :] + mean) ** 2).sum() / ((count - 1) * (seeds - 1))
    of_rows = max(rows.var(ddof=1) - both / seeds, 0.0)
    of_columns = max(columns.var(ddof=1) - both / count, 0.0)
    found = np.array([of_rows, of_columns, both])
    return found / found.sum()


def half_width(table: np.ndarray, measure: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator,
               resamples: int = RESAMPLES) -> np.ndarray:  # fmt: skip
    """Half of the 95 % interval of a measure of units × … × seeds: units drawn again, each seed left out in turn."""
    units = table.shape[0]
    drawn = np.array([measure(table[rng.integers(units, size=units)]) for _ in range(resamples)])
    return np.hypot(WIDTH * drawn.std(axis=0, ddof=1), half_of_seeds(table, measure))


def half_of_seeds(table: np.ndarray, measure: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The part of a half width that comes of having these seeds and no others (jackknife); zero with one seed."""
    seeds = table.shape[-1]
    if seeds < 3:
        return np.zeros_like(measure(table))
    without = np.array([measure(np.delete(table, seed, axis=-1)) for seed in range(seeds)])
    spread = np.sqrt((seeds - 1) * ((without - without.mean(axis=0)) ** 2).mean(axis=0))
    return WIDTH * spread


def signs(seeds: int, rng: np.random.Generator, most: int = 512) -> np.ndarray:
    """Signs a seed, a row a way to choose them: every way for few seeds, a sample of them for many."""
    if 2 ** (seeds - 1) <= most:
        numbers = np.arange(2 ** (seeds - 1))[:, None] >> np.arange(seeds)[None, :]
        return 1.0 - 2.0 * (numbers & 1)
    return rng.choice([-1.0, 1.0], size=(most, seeds))


def by_chance(differences: np.ndarray, size: Callable[[np.ndarray], float], rng: np.random.Generator) -> tuple[float, float]:
    """The size that chance alone exceeds in one of twenty studies, and how often it reaches what was found.

    `differences` are … × seeds, what a step of one parameter does seed by seed; `size` turns their mean over seeds into
    the measure. What remains at a seed when the mean is taken off is chance; it gets the signs of all seeds at once
    (wild bootstrap by seed: Cameron, Gelbach & Miller 2008), so that what seeds have in common over the points stays.
    NaN below four seeds, with which no such statement can be made.
    """
    seeds = differences.shape[-1]
    if seeds < 4:
        return np.nan, np.nan
    mean = differences.mean(axis=-1, keepdims=True)
    rest = (differences - mean) * np.sqrt(seeds / (seeds - 1.0))
    alone = np.array([size((rest * row).mean(axis=-1)) for row in signs(seeds, rng)])
    found = size(mean[..., 0])
    return float(np.quantile(alone, 0.95)), float(np.mean(alone >= found - 1e-12))

"""Morris measures and Sobol indices of one number a run, with intervals, chance and convergence.

Indices are those of the mean over seeds (SALib: Campolongo et al. 2007, Saltelli et al. 2010). Beside them stands, from
the differences seed by seed, the part of each parameter's influence that depends on the seed, and what chance alone
would give. With a difference d(i, s) of base sample or trajectory i at seed s, the mean over s of d² is the square of
its mean plus its variance, so a total index of single runs is a part that every seed shares and a part that belongs to
the interaction of seed and parameter.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.analysis import frames, seeds
from sim.studies.analysis.cases import Cases

SOBOL_COLUMNS = ("first", "first_half", "total", "total_half", "by_chance", "chance_gives", "total_with_seed", "seed_interaction",
                 "seed_interaction_half")  # fmt: skip
MORRIS_COLUMNS = ("mu", "mu_star", "mu_star_half", "sigma", "by_chance", "chance_gives", "seed_spread")


@dataclass(frozen=True)
class Indices:
    """What a design says about one quantity: a row a parameter, its convergence, pairs, the share of the seed."""

    table: pd.DataFrame
    convergence: pd.DataFrame
    pairs: pd.DataFrame
    split: seeds.Split | None
    mean: float
    spread: float
    constant: bool = False


def analysed(cases: Cases, names: list[str], grid: np.ndarray, resamples: int, seed: int) -> Indices:
    """The indices of values as points × seeds, by the method of the design; a constant is not divided by."""
    mean, spread = float(grid.mean()), float(grid.std())
    if np.ptp(grid) <= 1e-12 * max(1.0, abs(mean)):
        return Indices(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), None, mean, 0.0, constant=True)
    rng = np.random.default_rng(seed)
    if cases.method["kind"] == "morris":
        return _morris(cases, names, grid, resamples, rng, (mean, spread))
    return _sobol(cases, names, grid, resamples, rng, (mean, spread))


def _sobol(cases: Cases, names: list[str], grid: np.ndarray, resamples: int, rng: np.random.Generator,
           level: tuple[float, float]) -> Indices:  # fmt: skip
    count, second = frames.base_rows(cases, names)
    size, step = len(names), grid.shape[0] // count
    table = grid.reshape(count, step, grid.shape[1])
    whole = _salib_sobol(table.mean(axis=2), size, second, resamples, rng)
    found = pd.DataFrame({"first": whole["S1"], "total": whole["ST"]}, index=names)
    by_seed = seeds.half_of_seeds(table, lambda part: np.array(sobol_point(part.mean(axis=2), size)))
    for place, (column, index) in enumerate((("first", "S1"), ("total", "ST"))):
        found[f"{column}_half"] = np.hypot(whole[f"{index}_conf"], by_seed[place])
    steps = table[:, :1] - table[:, 1 : size + 1]
    _with_seed(found, table[:, [0, -1]], steps, rng)
    _chance(found, steps, table, rng)
    return Indices(found[list(SOBOL_COLUMNS)], _sobol_convergence(table, names, second, resamples, rng),
                   _pairs(whole, names) if second else pd.DataFrame(), seeds.split(table[:, [0, -1]], rng), *level)  # fmt: skip


def _salib_sobol(values: np.ndarray, size: int, second: bool, resamples: int, rng: np.random.Generator) -> Any:
    """SALib's indices of base samples × rows of each; intervals by bootstrap."""
    from SALib.analyze import sobol

    problem = {"num_vars": size, "names": [str(place) for place in range(size)], "bounds": [[0.0, 1.0]] * size}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # constant resamples: the width says it
        return sobol.analyze(problem, values.ravel(), calc_second_order=second, num_resamples=resamples,
                             seed=int(rng.integers(1, 2**31)))  # fmt: skip


def sobol_point(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """First and total indices without intervals, by the estimators SALib uses (Saltelli et al. 2010, table 2 b and f)."""
    if values.std() == 0.0:
        return np.zeros(size), np.zeros(size)
    values = (values - values.mean()) / values.std()
    first, last, mixed = values[:, :1], values[:, -1:], values[:, 1 : size + 1]
    variance = np.var(values[:, [0, -1]]) or np.inf
    return (last * (mixed - first)).mean(axis=0) / variance, 0.5 * ((first - mixed) ** 2).mean(axis=0) / variance


def _with_seed(found: pd.DataFrame, ends: np.ndarray, steps: np.ndarray, rng: np.random.Generator) -> None:
    """Total index of single runs and the part of it that depends on the seed, as shares of the variance of runs."""
    found["total_with_seed"] = 0.5 * (steps**2).mean(axis=(0, 2)) / ends.var(ddof=1)
    if steps.shape[2] == 1:
        found["seed_interaction"] = found["seed_interaction_half"] = np.nan
        return
    both = np.concatenate([steps, ends], axis=1)

    def together(part: np.ndarray) -> np.ndarray:
        variance = part[:, -2:].var(ddof=1)
        return 0.5 * part[:, :-2].var(axis=2, ddof=1).mean(axis=0) / (variance or np.inf)

    found["seed_interaction"] = together(both)
    found["seed_interaction_half"] = seeds.half_width(both, together, rng)


def _chance(found: pd.DataFrame, steps: np.ndarray, table: np.ndarray, rng: np.random.Generator) -> None:
    """The total index that chance alone gives in one of twenty studies, parameter by parameter."""
    means = table.mean(axis=2)
    variance = means[:, [0, -1]].var() or np.inf

    def size(differences: np.ndarray) -> float:
        return float(0.5 * (differences**2).mean() / variance)

    told = [seeds.by_chance(steps[:, place], size, rng) for place in range(steps.shape[1])]
    found["by_chance"], found["chance_gives"] = zip(*told, strict=True)


def _sobol_convergence(
    table: np.ndarray, names: list[str], second: bool, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Indices of the first eighth, quarter, half and all of the base samples; a Sobol sequence may be cut so."""
    rows = []
    for count in prefixes(len(table)):
        values = table[:count].mean(axis=2)
        if np.ptp(values) == 0.0:
            continue
        told = _salib_sobol(values, len(names), second, resamples, rng)
        for place, name in enumerate(names):
            rows.append((name, count, told["S1"][place], told["S1_conf"][place], told["ST"][place], told["ST_conf"][place]))
    return pd.DataFrame(rows, columns=["parameter", "n", "first", "first_half", "total", "total_half"])


def prefixes(count: int, least: int = 4) -> list[int]:
    """An eighth, a quarter, half and all of a number, without those too small to say anything.

    >>> prefixes(64), prefixes(10)
    ([8, 16, 32, 64], [5, 10])
    """
    return [part for part in (count // 8, count // 4, count // 2, count) if part >= least or part == count]


def _pairs(whole: Any, names: list[str]) -> pd.DataFrame:
    """Second-order indices of pairs, the largest first."""
    rows = [(names[one], names[two], whole["S2"][one, two], whole["S2_conf"][one, two])
            for one in range(len(names)) for two in range(one + 1, len(names))]  # fmt: skip
    told = pd.DataFrame(rows, columns=["parameter", "with", "second", "second_half"])
    return told.sort_values("second", ascending=False, ignore_index=True)


def _morris(cases: Cases, names: list[str], grid: np.ndarray, resamples: int, rng: np.random.Generator,
            level: tuple[float, float]) -> Indices:  # fmt: skip
    steps = frames.trajectories(cases, names)
    which, sign, delta = steps
    table = grid.reshape(len(which), len(names) + 1, grid.shape[1])
    effects = elementary_effects(table, which, sign, delta)
    told = _salib_morris(table.mean(axis=2), steps, int(cases.method.get("levels", 4)), resamples, rng)
    found = pd.DataFrame({name: np.asarray(told[name], dtype=float) for name in ("mu", "mu_star", "sigma")}, index=names)
    by_seed = seeds.half_of_seeds(effects, lambda part: np.abs(part.mean(axis=2)).mean(axis=0))
    found["mu_star_half"] = np.hypot(np.asarray(told["mu_star_conf"], dtype=float), by_seed)
    flipped = [seeds.by_chance(effects[:, place], lambda part: float(np.abs(part).mean()), rng) for place in range(len(names))]
    found["by_chance"], found["chance_gives"] = zip(*flipped, strict=True)
    found["seed_spread"] = np.sqrt(effects.var(axis=2, ddof=1).mean(axis=0)) if effects.shape[2] > 1 else np.nan
    converged = _morris_convergence(table, names, steps, int(cases.method.get("levels", 4)), resamples, rng)
    return Indices(found[list(MORRIS_COLUMNS)], converged, pd.DataFrame(), seeds.split(table, rng), *level)


def _salib_morris(values: np.ndarray, steps: tuple[np.ndarray, np.ndarray, float], levels: int, resamples: int,
                  rng: np.random.Generator) -> Any:  # fmt: skip
    """SALib's measures of trajectories × points. Of the inputs it reads which parameter a step moves, and whither."""
    from SALib.analyze import morris

    which, sign, _ = steps
    moves = np.zeros((len(values), values.shape[1], values.shape[1] - 1))
    for step in range(which.shape[1]):
        moves[np.arange(len(values)), step + 1, which[: len(values), step]] = sign[: len(values), step]
    size = which.shape[1]
    problem = {"num_vars": size, "names": [str(place) for place in range(size)], "bounds": [[0.0, 1.0]] * size}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one trajectory has no spread: NaN says it
        return morris.analyze(problem, moves.cumsum(axis=1).reshape(-1, size), values.ravel(), num_levels=levels,
                              num_resamples=resamples, seed=int(rng.integers(1, 2**31)))  # fmt: skip


def elementary_effects(table: np.ndarray, which: np.ndarray, sign: np.ndarray, delta: float) -> np.ndarray:
    """Change of the value over the whole range of a parameter: trajectories × parameters × seeds.

    `table` is trajectories × points × seeds; step k of trajectory t changed parameter `which[t, k]` by `sign[t, k]` of
    `delta` of its range.
    """
    slopes = np.diff(table, axis=1) * (sign / delta)[:, :, None]
    found = np.empty_like(slopes)
    np.put_along_axis(found, which[:, :, None], slopes, axis=1)
    return found


def _morris_convergence(table: np.ndarray, names: list[str], steps: tuple[np.ndarray, np.ndarray, float], levels: int,
                        resamples: int, rng: np.random.Generator) -> pd.DataFrame:  # fmt: skip
    """mu* over the first trajectories, an eighth to all."""
    rows = []
    for count in prefixes(len(table), least=2):
        told = _salib_morris(table[:count].mean(axis=2), steps, levels, resamples, rng)
        rows += [(name, count, float(told["mu_star"][place]), float(told["mu_star_conf"][place]))
                 for place, name in enumerate(names)]  # fmt: skip
    return pd.DataFrame(rows, columns=["parameter", "n", "mu_star", "mu_star_half"])

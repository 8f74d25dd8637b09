"""How the variance of an outcome is shared out between seed, parameters and drivers: variance components.

A crossed design without repetition: every draw of parameters with every seed under every path of the drivers. All three
count as samples (a random-effects model), so the mean squares have the expectations of Searle, Casella & McCulloch (1992)
and the components follow from them; those below zero, which chance gives, count as zero.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

FACTORS = ("parameters", "seed", "drivers")
INTERACTIONS = ("parameters × seed", "parameters × drivers", "seed × drivers")
REST = "all three together"
PARTS = (*FACTORS, *INTERACTIONS, REST)


def mean_squares(values: np.ndarray) -> dict[tuple[int, ...], float]:
    """Mean squares of the three-way table `values` (parameters × seeds × drivers) by the factors they belong to."""
    grand, found = values.mean(), {}
    effects: dict[tuple[int, ...], np.ndarray] = {}
    for size in (1, 2, 3):
        for axes in itertools.combinations(range(3), size):
            others = tuple(axis for axis in range(3) if axis not in axes)
            effect = values.mean(axis=others, keepdims=True) - grand
            for lower, held in effects.items():
                if set(lower) < set(axes):
                    effect = effect - held
            effects[axes] = effect
            freedom = int(np.prod([values.shape[axis] - 1 for axis in axes]))
            times = int(np.prod([values.shape[axis] for axis in others]))
            found[axes] = float(times * np.sum(effect**2) / freedom) if freedom else np.nan
    return found


def components(values: np.ndarray) -> dict[str, float]:
    """Variance components in the unit of the outcome squared, by part.

    With one set of parameters only, its parts are zero and what it would share with the others is theirs. Raises ValueError
    below two seeds or two paths of the drivers.

    >>> parts = components(np.array([[[0.0, 2.0], [4.0, 6.0]], [[10.0, 12.0], [14.0, 16.0]]]))
    >>> {name: parts[name] for name in FACTORS}
    {'parameters': 50.0, 'seed': 8.0, 'drivers': 2.0}
    """
    if min(values.shape[1:]) < 2:
        raise ValueError("seeds and drivers need at least two levels each")
    square, sizes = mean_squares(values), values.shape
    if sizes[0] == 1:
        rest = square[1, 2]
        two = {"seed": (square[1,] - rest) / sizes[2], "drivers": (square[2,] - rest) / sizes[1], "seed × drivers": rest}
        return dict.fromkeys(PARTS, 0.0) | {name: max(0.0, float(value)) for name, value in two.items()}
    rest = square[0, 1, 2]
    pairs = {axes: (square[axes] - rest) / sizes[3 - sum(axes)] for axes in ((0, 1), (0, 2), (1, 2))}
    alone = {}
    for axis in range(3):
        with_it = [axes for axes in pairs if axis in axes]
        others = int(np.prod([sizes[other] for other in range(3) if other != axis]))
        alone[axis] = (square[axis,] - sum(square[axes] for axes in with_it) + rest) / others
    found = [*alone.values(), *pairs.values(), rest]
    return {name: max(0.0, float(value)) for name, value in zip(PARTS, found, strict=True)}


def shares(values: np.ndarray) -> dict[str, float]:
    """The components over their sum; NaN where nothing varies."""
    parts = components(values)
    whole = sum(parts.values())
    return {name: value / whole if whole > 0 else np.nan for name, value in parts.items()}


def spread(values: np.ndarray) -> dict[str, float]:
    """Standard error of each share when one seed after another, and one draw after another, is left out (jackknife)."""
    errors = dict.fromkeys(PARTS, 0.0)
    for axis in (0, 1) if values.shape[0] > 1 else (1,):
        levels = values.shape[axis]
        if levels < 3:
            return dict.fromkeys(PARTS, np.nan)
        left_out = [shares(np.delete(values, level, axis=axis)) for level in range(levels)]
        for name in PARTS:
            found = np.array([each[name] for each in left_out])
            errors[name] += (levels - 1) / levels * float(np.sum((found - found.mean()) ** 2))
    return {name: float(np.sqrt(error)) for name, error in errors.items()}


def table(tables: dict[str, np.ndarray], labels: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """A row an outcome and part: outcome, label, part, share, error, and standard deviation of single histories."""
    words, rows = dict(labels), []
    for name, values in tables.items():
        share, error, parts = shares(values), spread(values), components(values)
        deviation = float(np.sqrt(sum(parts.values())))
        rows += [{"outcome": name, "label": words[name], "part": part, "share": share[part], "error": error[part],
                  "deviation": deviation} for part in PARTS]  # fmt: skip
    return pd.DataFrame(rows)

"""Where the points of a sweep lie: every method as rows in the unit cube, then spread over the ranges.

A method as the manifest keeps it::

    {"kind": "grid|list|latin_hypercube|sobol|saltelli|morris",
     "n": points (latin_hypercube, sobol), base sample (saltelli), trajectories (morris), levels a range (grid),
     "levels": levels of Morris' grid, "second_order": Saltelli's larger sample, "seed": of the sample,
     "parameters": {key: {"low", "high", "scale", "role", "whole"}},   what is sampled, in the order of its columns
     "crossed": {key: [levels]},                                       what every row is crossed with
     "rows": rows of the sample in each cell of what is crossed}

Sampling is SciPy's (`scipy.stats.qmc`: Latin hypercube, scrambled Sobol sequence) and SALib's (Saltelli's
extension of the Sobol sequence: Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; trajectories: Morris 1991,
doi:10.1080/00401706.1991.10484804).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.parameters import SettingError
from sim.studies.factors import Range

KINDS = ("grid", "list", "latin_hypercube", "sobol", "saltelli", "morris")
USUAL = {"grid": 3, "latin_hypercube": 64, "sobol": 64, "saltelli": 64, "morris": 10}
"""How large a sample is when nobody says."""


def unit_rows(method: Mapping[str, Any]) -> np.ndarray:
    """The rows of a method in the unit cube, (rows, parameters); the same method gives the same rows."""
    keys = list(method["parameters"])
    makers = {"latin_hypercube": _latin, "sobol": _sobol, "saltelli": _saltelli, "morris": _morris}
    return makers[method["kind"]](method, keys)


def spread(rows: np.ndarray, ranges: Sequence[Range]) -> np.ndarray:
    """Rows of the unit cube as values: linear, log, or whole numbers each with equal chance.

    Values have twelve digits, so that they are the same where they are written as overrides.
    """
    columns = [_spread(rows[:, place], each) for place, each in enumerate(ranges)]
    return np.column_stack(columns) if columns else rows


def _spread(unit: np.ndarray, told: Range) -> np.ndarray:
    if told.whole:
        return np.minimum(np.floor(told.low + unit * (told.high - told.low + 1)), told.high)
    width = told.high - told.low
    values = told.low * (told.high / told.low) ** unit if told.scale == "log" else told.low + unit * width
    return np.clip(np.array([float(f"{value:.12g}") for value in values]), told.low, told.high)


def even(told: Range, levels: int) -> tuple[Any, ...]:
    """Levels of a range for a grid, evenly spaced on its scale, its bounds among them; whole ones once each."""
    if told.whole:
        return tuple(int(value) for value in dict.fromkeys(np.rint(np.linspace(told.low, told.high, levels))))
    return tuple(_spread(np.linspace(0.0, 1.0, levels), told).tolist())


def _latin(method: Mapping[str, Any], keys: list[str]) -> np.ndarray:
    from scipy.stats import qmc

    return qmc.LatinHypercube(len(keys), rng=np.random.default_rng(method["seed"])).random(method["n"])


def _sobol(method: Mapping[str, Any], keys: list[str]) -> np.ndarray:
    """A scrambled Sobol sequence; a longer one with the same seed begins with the same points."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(len(keys), rng=np.random.default_rng(method["seed"]))
    size = 1 << max(0, method["n"] - 1).bit_length()  # drawn to a power of two: SciPy warns of any other number
    return sequence.random(size)[: method["n"]]


def _saltelli(method: Mapping[str, Any], keys: list[str]) -> np.ndarray:
    from SALib.sample import sobol

    size = method["n"]
    if size & (size - 1):
        near = 1 << size.bit_length()
        raise SettingError(f"n={size}: Saltelli's sample needs a power of two; write n={near // 2} or n={near}.")
    return sobol.sample(_problem(keys), size, calc_second_order=method["second_order"], seed=method["seed"])


def _morris(method: Mapping[str, Any], keys: list[str]) -> np.ndarray:
    from SALib.sample import morris

    if method["levels"] < 2 or method["levels"] % 2:
        raise SettingError(f"levels={method['levels']}: Morris' grid has an even number of levels; write levels=4.")
    return morris.sample(_problem(keys), method["n"], num_levels=method["levels"], seed=method["seed"])


def _problem(keys: list[str]) -> dict[str, Any]:
    """The unit cube as SALib describes it."""
    return {"num_vars": len(keys), "names": keys, "bounds": [[0.0, 1.0]] * len(keys)}

"""Recovery: known points, their simulated patterns taken as the data, calibrated blind from the stored sample.

What comes back tells which parameters the patterns identify: coverage of the intervals, bias, and the width that is left of
the prior. The sample is that of the calibration's first round, drawn from the prior; nothing new is simulated to calibrate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEVELS = (0.5, 0.8, 0.95)
IDENTIFIED = 0.8
"""A posterior narrower than this share of its prior says something about the parameter."""
UNIFORM = np.sqrt(1.0 / 12.0)
"""Standard deviation of places that are uniform between 0 and 1."""

Calibrate = Callable[["Known"], tuple[np.ndarray, np.ndarray]]
"""Blind calibration on what a known point showed: weighted places in the prior, and their weights."""


@dataclass(frozen=True)
class Known:
    """A known point: where it lies in the prior (0 to 1, a number a parameter) and what its runs showed."""

    name: str
    places: np.ndarray
    shown: pd.Series


def weighted_quantile(values: np.ndarray, weights: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles of weighted values, straight between the middles of their weights.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), [0.5]).tolist()
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    ranked, mass = values[order], weights[order]
    middles = (np.cumsum(mass) - mass / 2.0) / mass.sum()
    return np.interp(shares, middles, ranked)


def adjusted(places: np.ndarray, shown: np.ndarray, target: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Places moved along a weighted local-linear regression on what the points showed, to what the known point showed.

    Beaumont, Zhang & Balding (2002), on the logit of the places so that they stay in the prior, with a ridge for each parameter
    (Blum et al. 2013) since there are as many patterns as points that count. Rows without weight come back as they are.
    """
    counts = weights > 0
    mass = weights[counts] / weights[counts].sum()
    scale = np.sqrt(mass @ (shown[counts] - mass @ shown[counts]) ** 2)
    moving = scale > 1e-9
    if np.count_nonzero(counts) < 5 or not moving.any():
        return places
    centre = mass @ shown[counts][:, moving]
    x = (shown[counts][:, moving] - centre) / scale[moving]
    aim = np.clip((target[moving] - centre) / scale[moving], -3.0, 3.0)
    inside = np.clip(places[counts], 1e-4, 1.0 - 1e-4)
    logits = np.log(inside / (1.0 - inside))
    slopes, freedom = ridge(x, logits, mass)
    middle = mass @ logits
    left = (logits - middle - x @ slopes) / np.maximum(0.2, 1.0 - freedom)  # residuals as of points left out
    found = places.copy()
    found[counts] = 1.0 / (1.0 + np.exp(-(middle + aim @ slopes + left)))
    return found


RIDGES = np.logspace(-2, 4, 13)


def ridge(x: np.ndarray, y: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of weighted ridge regressions of each column of `y`, and the share of the points that their fitting took.

    Each has the ridge with the least generalised cross-validation (Golub, Heath & Wahba 1979); `x` is centred.
    """
    points = 1.0 / np.sum(mass**2)
    root = np.sqrt(mass * points)[:, None]
    u, singular, v = np.linalg.svd(root * x, full_matrices=False)
    aimed = root * (y - mass @ y)
    along = u.T @ aimed
    least = np.full(y.shape[1], np.inf)
    slopes, taken = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    for strength in RIDGES:
        kept = singular**2 / (singular**2 + strength)
        freedom = min(0.95, float(kept.sum()) / points)
        error = np.sum((aimed - u @ (kept[:, None] * along)) ** 2, axis=0) / (1.0 - freedom) ** 2
        better = error < least
        least[better], taken[better] = error[better], freedom
        slopes[:, better] = (v.T @ ((kept / np.maximum(singular, 1e-12))[:, None] * along))[:, better]
    return slopes, taken


def by_rejection(places: np.ndarray, shown: pd.DataFrame, weigh: Callable[[pd.DataFrame, pd.Series], np.ndarray],
                 own: dict[str, int] | None = None) -> Calibrate:  # fmt: skip
    """Calibrate from a stored sample of the prior: weights by distance, then a local-linear adjustment.

    `places` (points × parameters) and `shown` (points × statistics) are the sample; `own` tells which of its rows is a known
    point itself and is left out; `weigh` gives the weights of the rows, given what they and the known point showed.
    """

    def calibrate(known: Known) -> tuple[np.ndarray, np.ndarray]:
        rows = np.arange(len(places)) != (own or {}).get(known.name, -1)
        weights = weigh(shown[rows], known.shown)
        moved = adjusted(places[rows], shown[rows].to_numpy(dtype=float), known.shown.to_numpy(dtype=float), weights)
        return moved, weights / weights.sum()

    return calibrate


def recovered(known: Sequence[Known], names: Sequence[str], calibrate: Calibrate) -> pd.DataFrame:
    """A row a known point and parameter: truth, mean, width over prior width, and whether each interval holds the truth."""
    rows = []
    for point in known:
        values, weights = calibrate(point)
        rows += [_recovered(point, name, values[:, place], weights, point.places[place]) for place, name in enumerate(names)]
    return pd.DataFrame(rows)


def _recovered(point: Known, name: str, values: np.ndarray, weights: np.ndarray, truth: float) -> dict[str, object]:
    """One parameter of one known point."""
    mean = float(weights @ values)
    width = float(np.sqrt(weights @ (values - mean) ** 2) / UNIFORM)
    row: dict[str, object] = {"point": point.name, "parameter": name, "truth": float(truth), "mean": mean, "width": width}
    held = values[weights > 0], weights[weights > 0]
    for level in LEVELS:
        low, high = weighted_quantile(*held, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        row[f"inside_{level:g}"] = bool(low <= truth <= high)
    return row


def coverage(found: pd.DataFrame) -> pd.DataFrame:
    """A row a parameter: points, coverage of each interval, bias (shares of the prior), correlation, width, identified.

    `width` is the mean posterior width over the prior width; `identified` says whether it is below 0.8 and the means follow
    the truth (correlation above 0.3).
    """
    rows = []
    for name, part in found.groupby("parameter", sort=False):
        covered = {f"coverage_{level:g}": float(part[f"inside_{level:g}"].mean()) for level in LEVELS}
        off = part["mean"] - part["truth"]
        moves = part["mean"].std() > 1e-12 and part["truth"].std() > 1e-12
        follows = float(part["mean"].corr(part["truth"])) if moves else 0.0
        width = float(part["width"].mean())
        rows.append({"parameter": name, "points": len(part), **covered, "bias": float(off.mean()),
                     "rmse": float(np.sqrt((off**2).mean())), "correlation": follows, "width": width,
                     "identified": bool(width < IDENTIFIED and follows > 0.3)})  # fmt: skip
    return pd.DataFrame(rows)

"""From distances to weights: the kernel of approximate Bayesian computation."""

import numpy as np

BANDWIDTH = 0.5
"""Standard deviation of the kernel in half widths of a band: its edge is two of them from the aim."""


def kernel_weights(distance: np.ndarray, keep: float) -> np.ndarray:
    """Weights by distance, adding up to one: Epanechnikov's kernel over the nearest share `keep` of the points.

    The bandwidth is the distance of the first point that is left out (Beaumont, Zhang & Balding 2002,
    doi:10.1093/genetics/162.4.2025). Raises ValueError unless `keep` is above zero and at most one.

    >>> kernel_weights(np.array([0.0, 1.0, 2.0, 9.0]), 0.5).round(2).tolist()
    [0.57, 0.43, 0.0, 0.0]
    """
    if not 0.0 < keep <= 1.0:
        raise ValueError(f"keep={keep:g} is no share: above 0, at most 1")
    order = np.sort(distance[np.isfinite(distance)])
    if not len(order):
        raise ValueError("no point has a distance")
    kept = max(1, round(keep * len(order)))
    edge = order[kept] if kept < len(order) else order[-1] * (1.0 + 1e-9)
    edge = edge if edge > 0.0 else 1.0
    weights = np.where(distance < edge, 1.0 - (np.where(np.isfinite(distance), distance, edge) / edge) ** 2, 0.0)
    total = weights.sum()
    return weights / total if total > 0.0 else np.where(distance == order[0], 1.0, 0.0) / np.sum(distance == order[0])


def log_kernel(away: np.ndarray, spread: np.ndarray | float = 0.0) -> np.ndarray:
    """The logarithm of the Gaussian kernel over patterns (last axis): `away` in half widths, `spread` in their squares.

    A spread is a variance, what an emulator does not know: it widens the kernel, and so counts against nobody.
    """
    return -0.5 * np.sum(away**2 / (BANDWIDTH**2 + spread), axis=-1)

"""What the statistics of a point are likely to be, learned from the points that were simulated.

Each statistic is a polynomial of second degree in the parameters (places in their priors), of which the lasso keeps the
terms that help on points left out (Tibshirani 1996; scikit-learn's LassoCV). What it does not know, its error on points left
out less the noise of few seeds, widens the kernel. Emulators in calibration: Kennedy & O'Hagan 2001, doi:10.1111/1467-9868.00294.
"""

import warnings
from dataclasses import dataclass

import numpy as np

FOLDS, ALPHAS = 4, 16


@dataclass(frozen=True)
class Emulator:
    """A fitted emulator: K statistics of P parameters."""

    powers: np.ndarray
    """Terms × P, the power of each parameter in each term."""
    centre: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray
    """Terms × K."""
    intercept: np.ndarray
    error: np.ndarray
    """K, mean squared error on points left out (the noise of their seeds included)."""
    variance: np.ndarray
    """K, variance of the statistic over the points."""

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """The expected statistics (N × K) at places in the unit cube (N × P)."""
        return ((_terms(places, self.powers) - self.centre) / self.scale) @ self.coefficients + self.intercept

    @property
    def explained(self) -> np.ndarray:
        """Share of the variance over points that it foretells on points left out, a statistic each."""
        return np.where(self.variance > 0, 1.0 - self.error / np.where(self.variance > 0, self.variance, 1.0), 1.0)


def _terms(places: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """Every term of the polynomial: products of at most two parameters, each counted from the middle of its prior."""
    from_middle = np.column_stack([2.0 * places - 1.0, np.ones(len(places))])
    first, second = powers[:, 0], powers[:, 1]
    return from_middle[:, first] * from_middle[:, second]


def _terms_of(parameters: int, linear: bool) -> np.ndarray:
    """Terms × 2: which two parameters a term multiplies; the number `parameters` stands for one."""
    single = [(place, parameters) for place in range(parameters)]
    if linear:
        return np.array(single)
    pairs = [(one, other) for one in range(parameters) for other in range(one, parameters)]
    return np.array([*single, *pairs])


def fit(places: np.ndarray, values: np.ndarray, weights: np.ndarray, *, linear: bool = False) -> Emulator:
    """Learn the statistics `values` (N × K) of points at `places` (N × P); `weights` say how much each point counts.

    A `linear` emulator has no squares and products: for a neighbourhood, where there is too little for more.

    Raises ValueError when there are fewer than eight points.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV

    if len(places) < 2 * FOLDS:
        raise ValueError(f"an emulator needs at least {2 * FOLDS} points, not {len(places)}")
    powers = _terms_of(places.shape[1], linear)
    terms = _terms(places, powers)
    centre, scale = terms.mean(axis=0), np.maximum(terms.std(axis=0), 1e-9)
    terms = np.asfortranarray((terms - centre) / scale)
    found, variance = [], np.array([_variance(column, weights) for column in values.T])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for column, spread in zip(values.T, variance, strict=True):
            if spread <= 1e-12:
                found.append((np.zeros(len(powers)), float(np.average(column, weights=weights)), 0.0))
                continue
            unit = np.sqrt(spread)
            lasso = LassoCV(alphas=ALPHAS, cv=FOLDS, eps=1e-2, max_iter=400, tol=1e-2, selection="random", random_state=1)
            lasso.fit(terms, column / unit, sample_weight=weights)
            found.append((lasso.coef_ * unit, lasso.intercept_ * unit, float(lasso.mse_path_.mean(axis=1).min()) * spread))
    coefficients, intercepts, errors = zip(*found, strict=True)
    return Emulator(powers, centre, scale, np.column_stack(coefficients), np.array(intercepts), np.array(errors), variance)


def _variance(column: np.ndarray, weights: np.ndarray) -> float:
    mean = np.average(column, weights=weights)
    return float(np.average((column - mean) ** 2, weights=weights))


@dataclass(frozen=True)
class Outlook:
    """The kernel as the emulator expects it: how well a place would do, by what is known so far."""

    emulator: Emulator
    aim: np.ndarray
    half: np.ndarray
    side: np.ndarray
    member: np.ndarray
    """Patterns × K: the weight of each statistic in the squared distance of its pattern."""
    unknown: np.ndarray
    """Patterns: variance that the emulator leaves, in squared half widths."""

    def away(self, places: np.ndarray) -> np.ndarray:
        """Expected distance from each pattern in half widths, N × patterns."""
        off = (self.emulator(places) - self.aim) / self.half
        off = np.where(self.side < 0, np.minimum(off, 0.0), np.where(self.side > 0, np.maximum(off, 0.0), off))
        return np.sqrt(off**2 @ self.member.T)

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Logarithm of the expected kernel, N."""
        from sim.studies.calibration.weighting import log_kernel

        return log_kernel(self.away(places), self.unknown)


def outlook(emulator: Emulator, told, noise: np.ndarray) -> Outlook:
    """The outlook on some targets; `noise` is the variance that few seeds leave in each statistic of a point."""
    patterns = list(dict.fromkeys(each.pattern for each in told))
    member = np.array([[each.weight * (each.pattern == name) for each in told] for name in patterns])
    half = np.array([each.half for each in told])
    unknown = np.maximum(emulator.error - noise, 0.0) / half**2
    return Outlook(emulator, np.array([each.aim for each in told]), half, np.array([each.side for each in told]), member,
                   member @ unknown)  # fmt: skip


def drawn(look: Outlook, parameters: int, count: int, seed: int, start: np.ndarray) -> np.ndarray:
    """Places drawn in proportion to the expected kernel over the prior: affine-invariant sampling (emcee), `count` × P.

    `start` (N × P) are places known to do well; walkers begin near them. Goodman & Weare 2010, doi:10.2140/camcos.2010.5.65.
    """
    import emcee

    chance = np.random.RandomState(seed)
    walkers = max(2 * parameters + 2, 64)
    begin = np.clip(start[chance.randint(len(start), size=walkers)] + 0.05 * chance.randn(walkers, parameters), 0.001, 0.999)

    def log_chance(places: np.ndarray) -> np.ndarray:
        inside = np.all((places >= 0.0) & (places <= 1.0), axis=1)
        return np.where(inside, look(np.clip(places, 0.0, 1.0)), -np.inf)

    sampler = emcee.EnsembleSampler(walkers, parameters, log_chance, vectorize=True)
    sampler.random_state = chance.get_state()
    steps = 800
    sampler.run_mcmc(begin, steps, skip_initial_state_check=True)
    chain = sampler.get_chain(discard=steps // 2, thin=10, flat=True)
    return chain[chance.choice(len(chain), size=count, replace=len(chain) < count)]

"""The parameters that a calibration may choose, each with its prior, and places in the unit cube of all priors."""

from collections.abc import Sequence

import numpy as np

from sim.parameters import Declaration, SettingError, declared, did_you_mean
from sim.studies.factors import Range
from sim.studies.sampling import spread


def calibrated(only: Sequence[str] = ()) -> list[Declaration]:
    """The settings that have a prior, or of these the ones named. Raises SettingError for a name without a prior."""
    from sim.settings import Settings

    known = {told.name: told for told in declared(Settings) if told.prior is not None}
    for name in only:
        if name not in known:
            raise SettingError(f"{name} has no prior, so a calibration cannot choose it.{did_you_mean(name, known)} "
                               "Those with a prior stand in the ODD, section 9.")  # fmt: skip
    return [known[name] for name in only] if only else list(known.values())


def ranges(parameters: Sequence[Declaration]) -> list[Range]:
    """The priors as ranges, in the same order."""
    return [Range(told.name, told.prior.low, told.prior.high, told.prior.scale, "uncertainty", False)
            for told in parameters if told.prior is not None]  # fmt: skip


def values(places: np.ndarray, parameters: Sequence[Declaration]) -> np.ndarray:
    """Places in the unit cube (N × P) as values of the parameters."""
    return spread(places, ranges(parameters))


def places(values: np.ndarray, parameters: Sequence[Declaration]) -> np.ndarray:
    """Values of the parameters (N × P) as places in the unit cube: 0 at the low end of the prior, 1 at the high end."""
    columns = []
    for column, told in zip(np.asarray(values, dtype=float).T, parameters, strict=True):
        assert told.prior is not None
        low, high = told.prior.low, told.prior.high
        if told.prior.scale == "log":
            low, high, column = np.log(low), np.log(high), np.log(column)
        columns.append((column - low) / (high - low))
    return np.column_stack(columns)


def shipped(parameters: Sequence[Declaration]) -> np.ndarray:
    """The place of the defaults, at the end of a prior where they lie beyond it."""
    return np.clip(places(np.array([[float(told.default) for told in parameters]]), parameters), 0.0, 1.0)[0]


def first(parameters: Sequence[Declaration], points: int, seed: int) -> np.ndarray:
    """The sample of the prior: a scrambled Sobol sequence in the unit cube (SciPy); its first row is the middle of every prior.

    Nothing of what is shipped enters, so the sample does not depend on what was chosen before.
    """
    from scipy.stats import qmc

    size = 1 << max(0, points - 1).bit_length()
    rows = qmc.Sobol(len(parameters), rng=np.random.default_rng(seed)).random(size)[:points]
    rows[0] = 0.5
    return rows

"""A round of a calibration as simulated, and what the rounds so far let one expect elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.studies.calibration import targets
from sim.studies.calibration.emulator import Outlook, fit, outlook

PRIOR, REFINED, POSTERIOR, FINALISTS, FINAL, RUN_OFF = "prior", "refined", "posterior", "finalists", "final", "run-off"

FURTHER = 1000
"""How far the seeds of the run-off lie from the common ones."""
NEIGHBOURHOOD = 0.2
"""How far from a point its neighbours count, root mean square over the parameters (their weight falls as exp(-(d/this)^2))."""


@dataclass(frozen=True)
class Round:
    """One round as simulated: a row a point, in the same order everywhere."""

    number: int
    kind: str
    seeds: int
    places: np.ndarray
    expected: np.ndarray
    """Logarithm of the kernel that was expected when the points were drawn; zero for the prior."""
    values: pd.DataFrame
    """Means of the statistics over the seeds."""
    noise: np.ndarray
    """K: variance within a point over the number of seeds, mean over points."""
    passed: pd.DataFrame | None = None
    """Of a final: which fit patterns each point passes by their own rules."""


def outlook_on(
    made: Sequence[Round], told: Sequence[targets.Target] | None = None, leave_out: int | None = None,
    centre: np.ndarray | None = None,
) -> Outlook:  # fmt: skip
    """The outlook by what was simulated so far; points near the patterns count more, as do those with more seeds.

    With a `centre` the emulator is linear and learns from the neighbours of that place. `leave_out` is the row (over all
    rounds) of a point that must not be known, `told` other targets: a blind recovery.
    """
    told = targets.targets() if told is None else told
    places = np.vstack([each.places for each in made])
    values = pd.concat([each.values for each in made])[[each.statistic for each in told]]
    seeds = np.concatenate([np.full(len(each.places), each.seeds) for each in made])
    known = np.arange(len(places)) != (-1 if leave_out is None else leave_out)
    if centre is None:
        weights = np.minimum(seeds, 8) / (1.0 + targets.distances(values, told) ** 2) ** 2
    else:
        weights = seeds * np.exp(-np.mean((places - centre) ** 2, axis=1) / NEIGHBOURHOOD**2) + 1e-6
    noise = np.average([each.noise for each in made], axis=0, weights=[len(each.places) for each in made])
    learned = fit(places[known], values.to_numpy()[known], weights[known] / weights[known].mean(), linear=centre is not None)
    return outlook(learned, told, noise)

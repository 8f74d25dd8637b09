"""Where to look next, and which point may become the defaults: steps from what does well, finals, the run-off."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.studies.calibration import targets
from sim.studies.calibration.emulator import Outlook
from sim.studies.calibration.rounds import FINAL, FINALISTS, RUN_OFF, Round, outlook_on

STEP = 0.15
"""How far, on the unit length of its prior, a parameter is moved from a point that does well (standard deviation)."""
CENTRES = 8


def near(made: Sequence[Round], look: Outlook, count: int, seed: int) -> np.ndarray:
    """Places a step away from the nearest points simulated so far, those that are expected to do well among many (`count` × P).

    Half of the parameters are moved at a time. An emulator is most to be trusted near points that it has seen.
    """
    chance = np.random.default_rng([seed, 1])
    seen, off = np.vstack([each.places for each in made]), np.concatenate([targets.distances(each.values) for each in made])
    centres = seen[np.argsort(off)[:CENTRES]]
    tried = centres[chance.integers(len(centres), size=30 * count)]
    tried = tried + STEP * chance.standard_normal(tried.shape) * (chance.random(tried.shape) < 0.5)
    tried = np.clip(np.abs(tried), 0.0, None)
    tried = np.where(tried > 1.0, 2.0 - tried, tried)  # turned back at the ends of the prior
    expected = look(tried) / 4.0  # tempered: not only what the emulator thinks best
    chances = np.exp(expected - expected.max())
    return tried[chance.choice(len(tried), size=count, replace=False, p=chances / chances.sum())]


TRUST = 0.15
"""How far a linear emulator is trusted, a parameter (standard deviation of the steps)."""


def steps(made: Sequence[Round], beside: Sequence[np.ndarray], count: int, seed: int,
          trust: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Places to stand beside each other, the last of them that from which steps set out, and the best steps away from it.

    The best by a linear emulator of its neighbourhood, within twice what it is trusted (see `TRUST`).
    """
    centre = beside[-1]
    look = outlook_on(made, centre=centre)
    chance = np.random.default_rng([seed, 2])
    tried = np.clip(centre + trust * chance.standard_normal((20000, len(centre))), 0.0, 1.0)
    for _ in range(3):  # from the best steps on, each time nearer: a walk uphill within what is trusted
        ahead = tried[np.argsort(-look(tried))[:200]]
        moved = ahead[chance.integers(len(ahead), size=20000)] + trust / 3 * chance.standard_normal((20000, len(centre)))
        tried = np.vstack([ahead, np.clip(moved, np.maximum(centre - 2 * trust, 0.0), np.minimum(centre + 2 * trust, 1.0))])
    apart = _apart(tried[np.argsort(-look(tried))], max(count - len(beside), 1), least=trust / 5)
    places = np.vstack([*beside, *apart])[:count]
    return places, look(places)


def best_so_far(made: Sequence[Round]) -> np.ndarray:
    """The place from which steps set out: the best of the finals, else of the finalists, else the nearest point of all."""
    if made[-1].kind == FINAL:
        last, row = best_of(made)
        return last.places[row]
    if made[-1].kind == FINALISTS:
        return made[-1].places[best(made[-1].values)]
    off = np.concatenate([targets.distances(each.values) for each in made])
    return np.vstack([each.places for each in made])[np.argmin(off)]


def best_of(made: Sequence[Round]) -> tuple[Round, int]:
    """The point that passes most fit patterns by their own rules, of equals the nearest: of the run-off, else of the finals."""
    decisive = [each for each in made if each.kind == RUN_OFF] or made
    _, _, place, row = min(_places_of(decisive))
    return decisive[place], row


def ranked(made: Sequence[Round]) -> list[np.ndarray]:
    """The places of all finals, the best first."""
    return [made[place].places[row] for _, _, place, row in sorted(_places_of(made))]


def _places_of(made: Sequence[Round]) -> list[tuple[int, float, int, int]]:
    """Minus the patterns passed, distance, round and row of each point that was held against the patterns' own rules."""
    told = []
    for place, each in enumerate(made):
        if each.passed is not None:
            counts, off = each.passed.sum(axis=1), targets.distances(each.values)
            told += [(-int(count), float(far), place, row) for row, (count, far) in enumerate(zip(counts, off, strict=True))]
    return told


def unlike(places: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Places in their order, each once."""
    kept: list[np.ndarray] = []
    for place in places:
        if all(np.abs(place - other).max() > 1e-9 for other in kept):
            kept.append(place)
    return kept


def filled(places: np.ndarray, points: int) -> np.ndarray:
    """As many rows as asked for: the last is told again where there are fewer places."""
    return np.vstack([places, *[places[-1:]] * (points - len(places))])


def best(values: pd.DataFrame) -> int:
    """The row of the best point: its means lie within most bands; of equals the nearest."""
    within = (targets.away(values) <= 1.0).sum(axis=1).to_numpy()
    return int(np.lexsort((targets.distances(values), -within))[0])


def _apart(places: np.ndarray, count: int, least: float) -> np.ndarray:
    """The first places, each a little away from those before it: finalists that are all alike would decide nothing."""
    kept = [places[0]]
    for place in places:
        if len(kept) == count:
            break
        if min(np.abs(place - other).mean() for other in kept) > least:
            kept.append(place)
    return np.array([*kept, *places[: count - len(kept)]])[:count]

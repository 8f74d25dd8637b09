"""Known points for a recovery, taken from the trace of a calibration, and its procedure pointed at what they showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.records.files import OutputError
from sim.studies.calibration.posterior import TRACE, Posterior
from sim.studies.design import Point
from sim.studies.study import Study
from sim.studies.validation.recovery import Calibrate, Known, by_rejection
from sim.studies.validation.sample import SEED, Sample

KEEP = 0.2
"""Share of the prior sample that counts in a calibration without an emulator."""
DRAWN = 400
"""Points drawn from each posterior of the emulator."""


@dataclass(frozen=True)
class Trace:
    """Every point that a calibration simulated: where it lies in the priors, what it showed, in which round."""

    posterior: Posterior
    rows: pd.DataFrame
    statistics: tuple[str, ...]

    @cached_property
    def places(self) -> np.ndarray:
        """Places in the priors, 0 to 1: rows × parameters."""
        whole = Posterior(self.rows, self.posterior.manifest)
        return np.column_stack([whole.on_unit(name) for name in whole.names])

    @property
    def shown(self) -> pd.DataFrame:
        """The statistics, rows × statistics."""
        return self.rows[list(self.statistics)]

    @property
    def prior(self) -> np.ndarray:
        """The rows of the first round, drawn from the prior."""
        return np.flatnonzero(self.rows["round"] == self.rows["round"].min())

    def known(self, count: int) -> np.ndarray:
        """Rows of the prior that serve as known points: drawn by chance from the half of them nearest to the record."""
        near = self.prior[np.argsort(self.rows["distance"].to_numpy()[self.prior], kind="stable")]
        chance = np.random.default_rng(SEED)
        return np.sort(chance.choice(near[: max(count, len(near) // 2)], size=min(count, len(near)), replace=False))

    def points(self, rows: Sequence[int], sample: Sample) -> list[Point]:
        """Known points as points of a study."""
        values = self.rows[self.posterior.names]
        return [Point(f"known {row:04d}", sample.overrides, {name: float(value) for name, value in values.iloc[row].items()})
                for row in rows]  # fmt: skip


def read_trace(posterior: Posterior, folder: Path) -> Trace:
    """The trace beside a posterior. Raises OutputError when it is not whole."""
    from sim.studies.calibration.targets import targets

    statistics = tuple(each.statistic for each in targets())
    path = folder / TRACE
    try:
        rows = pd.read_csv(path)
    except ValueError as error:
        raise OutputError(f"{path} cannot be read: {' '.join(str(error).split())[:120]}.") from error
    needed = ["round", "point", "seeds", "distance", *posterior.names, *statistics]
    lacking = [name for name in needed if name not in rows]
    if lacking or rows.empty or not np.isfinite(rows[needed].drop(columns="point").to_numpy(dtype=float)).all():
        what = f"it lacks {lacking[0]}" if lacking else "rows are missing or cut off"
        raise OutputError(f"{path} is not whole: {what}; `consortium calibrate` writes it anew.")
    return Trace(posterior, rows, statistics)


def shown_by(study: Study, trace: Trace, rows: Sequence[int]) -> tuple[list[Known], np.ndarray]:
    """The known points with what their fresh runs showed, and the variance that their few seeds leave, a statistic each."""
    from sim.studies.calibration.targets import by_point, statistics

    runs = statistics(study)
    means, names = by_point(runs), list(trace.statistics)
    seeds = len(study.manifest["design"]["seeds"])
    noise = runs.groupby("point")[names].var(ddof=1).mean().fillna(0.0).to_numpy() / seeds
    found = [Known(point, trace.places[row], means.loc[point, names]) for point, row in zip(study.points, rows, strict=True)]
    return found, noise


def blind(trace: Trace, left_out: Sequence[int], noise: np.ndarray) -> Calibrate:
    """The emulator of the calibration, learned without the known points, and its posterior for what a known point showed."""
    from sim.studies.calibration.emulator import drawn, fit, outlook
    from sim.studies.calibration.targets import toward

    others = np.setdiff1d(np.arange(len(trace.rows)), left_out)
    seeds = np.minimum(trace.rows["seeds"].to_numpy(dtype=float)[others], 8.0)
    emulator = fit(trace.places[others], trace.shown.to_numpy(dtype=float)[others], seeds / seeds.mean())

    def calibrate(known: Known) -> tuple[np.ndarray, np.ndarray]:
        look = outlook(emulator, toward(known.shown), noise)
        best = trace.places[others][np.argsort(-look(trace.places[others]))[: max(8, len(others) // 20)]]
        places = drawn(look, len(known.places), DRAWN, SEED, best)
        return places, np.full(len(places), 1.0 / len(places))

    return calibrate


def costless(trace: Trace) -> tuple[list[Known], Calibrate]:
    """Every point of the prior as a known one, its own runs as the data, calibrated from the others without an emulator."""
    from sim.studies.calibration.targets import distances, toward
    from sim.studies.calibration.weighting import kernel_weights

    places, shown = trace.places[trace.prior], trace.shown.iloc[trace.prior].reset_index(drop=True)
    names = [str(name) for name in trace.rows["point"].iloc[trace.prior]]
    known = [Known(name, places[row], shown.iloc[row]) for row, name in enumerate(names)]
    own = {name: row for row, name in enumerate(names)}

    def weigh(others: pd.DataFrame, data: pd.Series) -> np.ndarray:
        return kernel_weights(distances(others, toward(data)), KEEP)

    return known, by_rejection(places, shown, weigh, own)

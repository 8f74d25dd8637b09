"""Designs whose answer is known, and histories that cost nothing, for tests of the analyses over a study."""

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np
import pandas as pd

from sim.records.record import Record
from sim.studies.analysis import Cases
from sim.studies.factors import Range
from sim.studies.sampling import spread, unit_rows

SPAN = (1991.0, 2026.0)
Function = Callable[[np.ndarray, int], float]


def sampled(kind: str, function: Function, *, n: int, low: float = 0.0, high: float = 1.0, keys: int = 3, seeds: int = 8,
            outcome: str = "members_mean", **method: object) -> Cases:  # fmt: skip
    """Cases of a function of x0, x1 … over a design of the sweep's own sampling."""
    ranges = [Range(f"x{place}", low, high, "linear", "uncertainty", False) for place in range(keys)]
    told = {"kind": kind, "n": n, "seed": 5, "levels": 4, "second_order": False, "crossed": {}, **method}
    told["parameters"] = {each.key: each.told() for each in ranges}
    rows = spread(unit_rows(told), ranges)
    varied = pd.DataFrame(rows, columns=[each.key for each in ranges], index=[f"{row:05d}" for row in range(len(rows))])
    return cases_from(varied, function, seeds, outcome, told)


def cases_from(varied: pd.DataFrame, function: Callable[..., float], seeds: int = 4, outcome: str = "members_mean",
               method: dict | None = None) -> Cases:  # fmt: skip
    """Cases of a function of a row of varied values (an array where all are numbers) and a seed."""
    numbers = all(pd.api.types.is_numeric_dtype(kind) for kind in varied.dtypes)
    rows = varied.to_numpy() if numbers else [row for _, row in varied.iterrows()]
    runs = [(point, seed, function(row, seed)) for point, row in zip(varied.index, rows, strict=True) for seed in range(seeds)]
    frame = pd.DataFrame(runs, columns=["point", "seed", outcome])
    return Cases.of_frames(varied, frame, method=method or {"kind": "latin_hypercube"}, span=SPAN)


def ishigami(x: np.ndarray, seed: int) -> float:
    """Ishigami & Homma (1990), a = 7, b = 0.1: first indices 0.314, 0.442, 0; total 0.558, 0.442, 0.244."""
    return float(np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def luck(*numbers: object) -> float:
    """A normal number that depends on nothing but its name."""
    return float(np.random.default_rng([crc32(str(number).encode()) for number in numbers]).normal())


class StubModel:
    """Stands for the model: outcomes are plain functions of the settings and the seed; `sick` seeds raise."""

    sick: frozenset[int] = frozenset()
    made: Sequence[int] = []

    def __init__(self, settings: object, seed: int) -> None:
        self.settings, self.seed = settings, seed

    def run(self) -> None:
        """Nothing to do, but for sick seeds."""
        if self.seed in self.sick:
            raise RuntimeError("taken ill")
        StubModel.made = [*StubModel.made, self.seed]


def stub_record(model: StubModel, **_: bool) -> Record:
    """Outcomes: members fall with the fee, opening waits for leakage, the lineage dies where the fee is high."""
    fee, leakage = model.settings.membership.fee, model.settings.membership.leakage  # type: ignore[attr-defined]
    wobble = np.random.default_rng([model.seed, int(fee * 1e6)]).normal()
    opens = 1995.0 + leakage + wobble
    outcomes = {"members_mean": 30.0 - 4.0 * fee + model.seed * 0.1 + wobble, "survival": float(fee < 4.0),
                "opened": float(leakage < 3.0), "wait_international": min(opens - 1991.0, 35.0),
                "year_international": opens if leakage < 3.0 else float("nan")}  # fmt: skip
    return Record(seed=model.seed, series={}, events={}, stages=[("national", 1991.0, 2026.0)], outcomes=outcomes)

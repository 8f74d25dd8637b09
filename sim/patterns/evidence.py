"""What a study holds, turned once into matrices of runs by months, for patterns and figures alike."""

import inspect
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

MONTH = 1.0 / 12.0
Matrix = np.ndarray[Any, np.dtype[np.float64]]


class Missing(LookupError):
    """The study does not hold what a pattern needs; the message says what."""


class Evidence:
    """The runs of one study (or of one of its points), read once."""

    def __init__(self, study: Any, point: Any = None, side: Any = None) -> None:
        """Read `study` (`.series()`, `.outcomes`, `.events()`, `.stages`); `point` None takes every run.

        `side` is a study of other designs over some of the same seeds, each a point of it.
        """
        self.study, self.side = study, side
        self._long = _at_point(study.series(), point)
        self.runs = np.sort(self._long["run"].unique())
        self.outcomes = _outcomes(study, point, self.runs)
        self._cells = (np.searchsorted(self.runs, self._long["run"]), self._months())
        self._matrices: dict[str, Matrix] = {}
        self._annual: dict[tuple[str, str], pd.DataFrame] = {}

    def _months(self) -> np.ndarray:
        return self._long["month"].to_numpy(dtype=int)

    def __len__(self) -> int:
        return len(self.runs)

    @cached_property
    def dates(self) -> Matrix:
        """Decimal year at the start of each month. Raises Missing when the study is empty."""
        if not len(self.runs):
            raise Missing("the study holds no finished run")
        dates = np.full(int(self._months().max()) + 1, np.nan)
        dates[self._months()] = self._long["year"].to_numpy(dtype=float)
        return dates

    @property
    def seeds(self) -> set[int]:
        """The seeds of the runs; empty when the study does not tell them."""
        return set(self._long["seed"].astype(int)) if "seed" in self._long else set()

    @property
    def horizon(self) -> float:
        """The decimal year in which the histories end."""
        return float(np.nanmax(self.dates)) + MONTH

    def has(self, name: str) -> bool:
        """Whether the study holds this series."""
        return name in self._long.columns

    def series(self, name: str) -> Matrix:
        """One series as a matrix of runs by months (NaN where a run has no row). Raises Missing."""
        if not self.has(name):
            raise Missing(f"the study holds no series {name}")
        if name not in self._matrices:
            matrix = np.full((len(self.runs), len(self.dates)), np.nan)
            matrix[self._cells] = self._long[name].to_numpy(dtype=float)
            self._matrices[name] = matrix
        return self._matrices[name]

    def outcome(self, name: str) -> Matrix:
        """One outcome, a number a run (NaN where it does not apply). Raises Missing."""
        if name not in self.outcomes.columns:
            raise Missing(f"the study holds no outcome {name}")
        return self.outcomes[name].to_numpy(dtype=float)

    def falls(self, design: str, name: str) -> Matrix:
        """By how much an outcome is lower under another design, seed by seed. Raises Missing without such a study."""
        if self.side is None:
            raise Missing("needs two studies that differ by design; one study does not measure it")
        other = self.side.outcomes
        other = other[other["point"] == design].set_index("seed")[name]
        here = self.outcomes.set_index("seed")[name]
        seeds = [seed for seed in other.index if seed in here.index]
        return (here.loc[seeds] - other.loc[seeds]).to_numpy(dtype=float)

    def at(self, name: str, date: float) -> Matrix:
        """The value in the month that holds the decimal year `date`. Raises Missing beyond the horizon."""
        month = int(np.searchsorted(self.dates, date + 1e-6, side="right")) - 1
        if month < 0 or date >= self.horizon:
            raise Missing(f"the histories do not reach {date:g}")
        return self.series(name)[:, month]

    def between(self, name: str, start: float, end: float) -> Matrix:
        """The months from `start` up to `end` (decimal years). Raises Missing when not all are there."""
        if start < self.dates[0] - 1e-6 or end > self.horizon + 1e-6:
            raise Missing(f"the histories do not reach from {start:g} to {end:g}")
        chosen = (self.dates >= start - 1e-6) & (self.dates < end - 1e-6)
        return self.series(name)[:, chosen]

    def yearly(self, name: str, how: str = "mean") -> pd.DataFrame:
        """A series by calendar year, runs by years; `how` is mean, geometric, first, last or sum."""
        if (name, how) not in self._annual:
            self._annual[name, how] = self._by_year(self.series(name), how)
        return self._annual[name, how]

    def _by_year(self, matrix: Matrix, how: str) -> pd.DataFrame:
        """Fold the months of each full calendar year into one number."""
        calendar = np.floor(self.dates + 1e-6).astype(int)
        years = [year for year in np.unique(calendar) if np.count_nonzero(calendar == year) == 12]
        columns = {int(year): _FOLDS[how](matrix[:, calendar == year]) for year in years}
        return pd.DataFrame(columns, index=self.runs)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Run, year and kind of the events of these runs. Raises Missing when the study keeps none."""
        try:
            events = self._read_events(["run", "year", "kind"])
        except (AttributeError, FileNotFoundError) as error:
            raise Missing("the study holds no events") from error
        return events[events["run"].isin(self.runs)]

    def _read_events(self, columns: list[str]) -> pd.DataFrame:
        """Only these columns where the study can tell them apart: the terms of the decisions are long."""
        by_column = "columns" in inspect.signature(self.study.events).parameters
        return self.study.events(columns=columns) if by_column else self.study.events()[columns]

    @cached_property
    def stages(self) -> pd.DataFrame:
        """The stages of these runs: run, stage, start, end. Raises Missing when the study keeps none."""
        stages = getattr(self.study, "stages", None)
        if stages is None:
            raise Missing("the study holds no stages")
        return stages[stages["run"].isin(self.runs)]


def _geometric(months: Matrix) -> Matrix:
    """The mean of logarithms, back as a level; a value of zero or less has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(months > 0, months, np.nan))
    return np.exp(logs.mean(axis=1))


_FOLDS = {
    "mean": lambda months: months.mean(axis=1),
    "geometric": _geometric,
    "first": lambda months: months[:, 0],
    "last": lambda months: months[:, -1],
    "sum": lambda months: months.sum(axis=1),
}


def _at_point(frame: pd.DataFrame, point: Any) -> pd.DataFrame:
    """The rows of one point of the design; all rows when `point` is None."""
    return frame if point is None else frame[frame["point"] == point]


def _outcomes(study: Any, point: Any, runs: np.ndarray) -> pd.DataFrame:
    """One row for each finished run, in the order of `runs`."""
    frame = _at_point(study.outcomes, point)
    return frame.drop_duplicates("run").set_index("run").reindex(runs)

"""A finished (or broken-off) study, read from its directory."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.records.run import read_manifest
from sim.studies.held import FAILED, MISSING, Held
from sim.studies.store import MARK


class Study:
    """Many runs: `outcomes` a row a run; `series()`, `events()`, `stages` with columns run, point, seed."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self.manifest: dict[str, Any] = read_manifest(self.directory, MARK)

    @property
    def complete(self) -> bool:
        """Whether every run of the design has been made and can be read."""
        return self.manifest["status"] == "complete" and not self.missing

    @property
    def points(self) -> list[str]:
        """The names of the points, in order."""
        return self._points["name"].tolist()

    @property
    def method(self) -> dict[str, Any]:
        """How the points were chosen (see `sim.studies.sampling`)."""
        return self.manifest["design"]["method"]

    @property
    def varied(self) -> pd.DataFrame:
        """A row a point (its name is the index), a column of its own type for each key that varies."""
        return self._points.set_index("name").drop(columns="overrides").rename_axis("point")

    @property
    def overrides(self) -> dict[str, list[str]]:
        """The overrides that lead to each point, as `consortium run` takes them."""
        return {row.name: list(row.overrides) for row in self._points[["name", "overrides"]].itertuples(index=False)}

    @cached_property
    def _points(self) -> pd.DataFrame:
        return pd.read_parquet(self.directory / "points.parquet")

    @cached_property
    def _held(self) -> Held:
        """Where each run stands."""
        return Held(self.directory, int(self.manifest["runs"]))

    @cached_property
    def all_runs(self) -> pd.DataFrame:
        """A row a run, failed ones among them: run, point, seed, status, error, then the outcomes."""
        return self.runs()

    def runs(self, columns: Sequence[str] | None = None, *, point: str | None = None) -> pd.DataFrame:
        """As `all_runs`, with only some outcomes or the runs of one point; nothing else is read."""
        front = ["run", "point", "seed", "status", "error"]
        return self._table("outcomes", None if columns is None else [*front, *columns], point)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row a finished run: run, point, seed, then the outcomes."""
        runs = self.all_runs
        return runs[runs["status"] == "done"].drop(columns=["status", "error"]).reset_index(drop=True)

    @property
    def failed(self) -> pd.DataFrame:
        """A row a failed run: run, point, seed, error."""
        runs = self.runs([]) if self._held.count(FAILED) else self.runs([]).head(0)
        return runs.loc[runs["status"] == "failed", ["run", "point", "seed", "error"]].reset_index(drop=True)

    @property
    def missing(self) -> int:
        """How many runs of the design have not been made."""
        return self._held.count(MISSING)

    @property
    def missing_runs(self) -> pd.DataFrame:
        """A row a run that has not been made: run, point, seed."""
        numbers = np.flatnonzero(self._held.state == MISSING)
        seeds = self.manifest["design"]["seeds"]
        names, which = np.array(self.points, dtype=object), numbers // len(seeds)
        return pd.DataFrame({"run": numbers, "point": names[which], "seed": np.array(seeds)[numbers % len(seeds)]})

    @property
    def damaged(self) -> dict[str, str]:
        """Files that cannot be read, each with its fault; the runs in them count as missing."""
        return {source.path("outcomes").name: fault for source, fault in self._held.damaged.items()}

    @property
    def bytes(self) -> int:
        """What the files of the study take on disk; an analysis beside it does not count."""
        files = [*self.directory.glob("*"), *self.directory.glob("parts/*")]
        return sum(path.stat().st_size for path in files if path.is_file())

    def summary(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Means over the seeds by point, in the order of the points; outcomes that are NaN are left out of a mean."""
        runs = self.runs(columns) if columns is not None else self.all_runs
        done = runs[runs["status"] == "done"].drop(columns=["run", "seed", "status", "error"])
        means = done.groupby("point", sort=False, observed=True).mean()
        return means.reindex([point for point in self.points if point in means.index])

    def series(self, columns: Sequence[str] | None = None, *, point: str | None = None) -> pd.DataFrame:
        """A row a month of a run: run, point, seed, month, year, then every series or those in `columns`."""
        front = ["run", "point", "seed", "month", "year"]
        wanted = None if columns is None else list(dict.fromkeys([*front, *columns]))
        return self._table("series", wanted, point)

    def events(self, columns: Sequence[str] | None = None, *, point: str | None = None) -> pd.DataFrame:
        """A row an event of a run, whole or only `columns`. Raises FileNotFoundError when none were kept."""
        return self._table("events", None if columns is None else list(columns), point)

    @cached_property
    def stages(self) -> pd.DataFrame:
        """A row a stage of a run: run, point, seed, stage, start, end."""
        return self._table("stages")

    def _table(self, kind: str, columns: list[str] | None = None, point: str | None = None) -> pd.DataFrame:
        """One kind of table, only the columns and the point that are asked for."""
        filters = [("point", "==", point)] if point is not None else None
        table = self._held.read(kind, columns, filters)
        if table is None and kind == "outcomes":
            table = pa.table({"run": [], "point": [], "seed": [], "status": [], "error": []})
        if table is None:
            raise FileNotFoundError(f"this study keeps no {kind}: there is none in {self.directory}")
        return (table if columns is None else table.select(columns)).to_pandas()

    def __repr__(self) -> str:
        state = self.manifest["status"]
        total = int(self.manifest["runs"])
        return f"<Study {self.directory}: {state}, {total - self.missing} of {total} runs>"


def open_study(directory: str | Path) -> Study:
    """Open the directory of a study. Raises OutputError when there is none or it has another shape."""
    return Study(directory)

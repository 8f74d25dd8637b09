"""A finished (or broken-off) study, read from its directory."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.records.run import read_manifest
from sim.studies.store import MARK


class Study:
    """Many runs: `outcomes` a row a run; `series()`, `events()`, `stages` with columns run, point, seed."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self.manifest: dict[str, Any] = read_manifest(self.directory, MARK)

    @property
    def complete(self) -> bool:
        """Whether every run of the design has been made."""
        return self.manifest["status"] == "complete"

    @property
    def points(self) -> list[str]:
        """The names of the points, in order."""
        return [point["name"] for point in self.manifest["design"]["points"]]

    @cached_property
    def all_runs(self) -> pd.DataFrame:
        """A row a run, failed ones among them: run, point, seed, status, error, then the outcomes."""
        return self._table("outcomes")

    @property
    def outcomes(self) -> pd.DataFrame:
        """A row a finished run: run, point, seed, then the outcomes."""
        runs = self.all_runs
        return runs[runs["status"] == "done"].drop(columns=["status", "error"]).reset_index(drop=True)

    @property
    def failed(self) -> pd.DataFrame:
        """A row a failed run: run, point, seed, error."""
        runs = self.all_runs
        return runs.loc[runs["status"] == "failed", ["run", "point", "seed", "error"]].reset_index(drop=True)

    @property
    def missing(self) -> int:
        """How many runs of the design have not been made."""
        return int(self.manifest["runs"]) - len(self.all_runs)

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
        path = self.directory / f"{kind}.parquet"
        if not path.is_file():
            raise FileNotFoundError(f"this study keeps no {kind}: there is no {path}")
        filters = [("point", "==", point)] if point is not None else None
        return pd.read_parquet(path, columns=columns, filters=filters)

    def __repr__(self) -> str:
        state = self.manifest["status"]
        return f"<Study {self.directory}: {state}, {len(self.all_runs)} of {self.manifest['runs']} runs>"


def open_study(directory: str | Path) -> Study:
    """Open the directory of a study. Raises OutputError when there is none or it has another shape."""
    return Study(directory)

"""One history as a user holds it: series, events, stages and outcomes, saved to a directory and read back."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.records import files, provenance
from sim.records.files import OutputError
from sim.records.tables import TABLES, arrow, columns_of
from sim.records.why import Entries, Entry
from sim.shocks.words import imposed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.configuration import Composed
    from sim.records.record import Record

MARK = "run.yaml"
"""The file that makes a directory one of a run; written last."""


class Run:
    """What one history left.

    `settings` nested plain values, `choices` of the configuration groups, `overrides` as written, `seed`;
    `series` a row a month, `events` a row an event, `stages` (stage, start, end in decimal years),
    `outcomes` a number a name; `projects`, `roadmap`, `seats`, `groups`, `matrix` and `money` the inside of the consortium (see
    `sim.records.tables`); `networks` a networkx graph a year when they were asked for.
    """

    def __init__(self, record: "Record", settings: Mapping[str, Any], **how: Any) -> None:
        self.settings = dict(settings)
        self.choices: dict[str, str] = dict(how.get("choices", {}))
        self.overrides: list[str] = list(how.get("overrides", ()))
        self.seed = record.seed
        self.outcomes: dict[str, float] = dict(record.outcomes)
        self.networks: dict[int, Any] = dict(record.networks)
        self._record = record

    @classmethod
    def of(cls, model: Any, composed: "Composed | None" = None) -> "Run":
        """The run of a model that has been run; `composed` tells how its settings came about."""
        from sim.configuration import resolved
        from sim.records.record import Record

        choices, overrides = (composed.choices, composed.overrides) if composed else ({}, ())
        return cls(Record.of(model, tables=True), resolved(model.settings), choices=choices, overrides=overrides)

    @cached_property
    def series(self) -> "pd.DataFrame":
        """A row a month: month, year, then every series."""
        import pandas as pd

        return pd.DataFrame(self._record.series)

    @cached_property
    def events(self) -> "pd.DataFrame":
        """A row an event: month, year, kind, who, whom, why, terms (JSON)."""
        import pandas as pd

        return pd.DataFrame(self._record.events)

    @cached_property
    def stages(self) -> "pd.DataFrame":
        """A row a stage: stage, start, end."""
        import pandas as pd

        return pd.DataFrame(self._record.stages, columns=["stage", "start", "end"])

    @cached_property
    def projects(self) -> "pd.DataFrame":
        """A row a project: who began and ran it, what it is about, its time, people, money (US$ m a year) and results."""
        return self._table("projects")

    @cached_property
    def roadmap(self) -> "pd.DataFrame":
        """A row a forecast: when and by whom made, recording system, year and density forecast, trust, what came."""
        return self._table("roadmap")

    @cached_property
    def seats(self) -> "pd.DataFrame":
        """A row a member, committee and December: its tier and its seats."""
        return self._table("seats")

    @cached_property
    def groups(self) -> "pd.DataFrame":
        """A row a participant, working group and year: firms as leads, universities as guests."""
        return self._table("groups")

    @cached_property
    def matrix(self) -> "pd.DataFrame":
        """A row a cell, branch and year: priority as scored and as sent out (shares), projects awarded."""
        return self._table("matrix")

    @cached_property
    def money(self) -> "pd.DataFrame":
        """A row a consortium and year: money by source and by use, million US$."""
        return self._table("money")

    def _table(self, name: str) -> "pd.DataFrame":
        import pandas as pd

        return pd.DataFrame(self._record.tables.get(name) or columns_of(name, ()))

    def plot(self, what: str = "history", year: int | None = None) -> "Figure":
        """One figure: `history`, `organisation`, `matrix`, `roadmap`, `projects` or `money`.

        `year` chooses the year of the organisation and the end of the ten years of single projects; None takes the last.
        Raises ValueError for another name, LookupError where the run does not hold what is to be drawn.
        """
        from sim.report.run_report import figure_of

        return figure_of(self, what, year)

    def report(self, directory: str | Path, year: int | None = None) -> list[Path]:
        """Write `report.html`, `report.md` and all figures into a directory; returns the files, the page first."""
        from sim.report.run_report import run_report

        return run_report(self, directory, year)

    def why(self, who: str | None = None, year: float | None = None, kind: str | None = None) -> Entries:
        """The decisions of someone (part of a name), in a calendar year, of a kind; prints as plain words."""
        decisions = (Entry.of(event) for event in self.events.to_dict("records"))
        return Entries(each for each in decisions if each.concerns(who, year, kind))

    def save(self, directory: str | Path, *, networks: bool = False, overwrite: bool = False) -> list[Path]:
        """Write the files of the run and return them; `networks` adds the yearly graphs as GraphML.

        Raises OutputError when the directory holds anything (unless it is a run and `overwrite`) or cannot be
        written to. The same run gives the same bytes.
        """
        folder = files.claim(Path(directory), MARK, overwrite=overwrite)
        if not same_inputs(self, folder):  # a report of another run
            for stale in (*folder.glob("report.*"), *folder.glob("figures/*")):
                stale.unlink()
        written = [
            files.write_parquet(folder / "series.parquet", self._record.series_table()),
            files.write_parquet(folder / "events.parquet", self._record.events_table()),
            *(files.write_parquet(folder / f"{name}.parquet", arrow(name, self._record.tables.get(name, {}))) for name in TABLES),
            files.write_json(folder / "stages.json", self.stages.to_dict("records")),
            files.write_json(folder / "outcomes.json", self.outcomes),
        ]
        for stale in folder.glob("networks/*.graphml"):
            stale.unlink()
        written += self._save_networks(folder / "networks") if networks else []
        return [*written, files.write_yaml(folder / MARK, self.manifest())]

    def _save_networks(self, folder: Path) -> list[Path]:
        import networkx as nx

        return [
            files.write(folder / f"{year}.graphml", partial(nx.write_graphml, graph))
            for year, graph in self.networks.items()
        ]

    def manifest(self) -> dict[str, Any]:
        """What `run.yaml` holds: how to repeat the run and all that went in."""
        return {
            "schema_version": provenance.SCHEMA_VERSION,
            "command": provenance.command("run", self.overrides, seed=self.seed),
            "seed": self.seed,
            "choices": self.choices,
            "overrides": self.overrides,
            "experiments": imposed(self.settings),
            "inputs": provenance.inputs(self.settings),
            "commit": provenance.commit(),
            "versions": provenance.versions(),
            "settings": self.settings,
        }

    def __repr__(self) -> str:
        stages = ", ".join(f"{row.stage} {row.start:.0f}" for row in self.stages.itertuples())
        return f"<Run seed {self.seed}: {len(self.series)} months, {len(self.events)} events; {stages}>"


def open_run(directory: str | Path) -> Run:
    """Read a saved run back. Raises OutputError when there is none or its files are of another shape."""
    import networkx as nx

    from sim.records.record import Record

    folder = Path(directory)
    told = read_manifest(folder, MARK)
    outcomes = json.loads((folder / "outcomes.json").read_text(encoding="utf-8"))
    stages = json.loads((folder / "stages.json").read_text(encoding="utf-8"))
    record = Record(
        seed=told["seed"],
        series=_columns(folder / "series.parquet"),
        events=_columns(folder / "events.parquet"),
        stages=[(each["stage"], each["start"], each["end"]) for each in stages],
        outcomes={name: math.nan if value is None else float(value) for name, value in outcomes.items()},
        networks={
            int(path.stem): nx.read_graphml(path) for path in sorted(folder.glob("networks/*.graphml"))
        },
        tables={name: _columns(folder / f"{name}.parquet") for name in TABLES if (folder / f"{name}.parquet").is_file()},
    )
    return Run(record, told["settings"], choices=told["choices"], overrides=told["overrides"])


def read_manifest(folder: Path, mark: str) -> dict[str, Any]:
    """The manifest of a directory of results. Raises OutputError when it is missing or of another shape."""
    import yaml

    if not (folder / mark).is_file():
        raise OutputError(f"{folder} holds no {mark}: give the directory that `consortium` wrote.")
    told = yaml.load((folder / mark).read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if told.get("schema_version") != provenance.SCHEMA_VERSION:
        wanted = provenance.SCHEMA_VERSION
        raise OutputError(
            f"{folder} was written in shape {told.get('schema_version')}, this version reads {wanted}."
        )
    return told


def _columns(path: Path) -> dict[str, Any]:
    """The columns of a Parquet file: numbers as arrays, words as lists."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    return {
        name: column.to_pylist() if pa.types.is_string(column.type) else column.to_numpy()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def same_inputs(run: Run, folder: Path) -> bool:
    """Whether a directory holds the very run: same seed, settings, data and code."""
    try:
        told = read_manifest(folder, MARK)
    except OutputError:
        return False
    return told["seed"] == run.seed and told["inputs"] == provenance.inputs(run.settings)


def default_directory(run: Run, results: Sequence[str] = ("results",)) -> Path:
    """`results/run-seed7-1a2b3c4d`: the name carries the hash of all inputs; equal names are equal runs."""
    return Path(*results) / f"run-seed{run.seed}-{provenance.hash_of(provenance.inputs(run.settings))[:8]}"

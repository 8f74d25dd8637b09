"""How the results of a study lie on disk: parts while it runs, one file of a kind when it is over.

A part holds a few dozen runs. Its series, events and stages are written first, its outcomes last, as the mark
that the part counts. A study that is broken off is resumed with what is missing; a changed design is refused.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from sim.records import files, provenance
from sim.records.files import OutputError
from sim.records.record import Record
from sim.records.run import read_manifest

MARK = "manifest.yaml"
KINDS = ("series", "events", "stages")
_RUNS_IN_A_GROUP = 25


@dataclass
class Result:
    """What came of one run of a study: a record, or the error that ended it."""

    run: int
    point: str
    seed: int
    record: Record | None = None
    error: str = ""


class Store:
    """The directory of one study, being filled.

    Raises OutputError when the directory holds anything but the same study (with `overwrite`, any study).
    """

    def __init__(self, directory: Path, design: dict[str, Any], *, overwrite: bool = False) -> None:
        self.directory = directory
        self.design = design
        self.parts = directory / "parts"
        self.notices: list[str] = []
        if self._holds_this_study(overwrite):
            self.columns = self._known_columns()
        else:
            files.claim(directory, MARK, overwrite=overwrite)
            self._clear()
            self.columns = {}
            self.write_manifest("running")

    def _holds_this_study(self, overwrite: bool) -> bool:
        """Whether the directory can be resumed. Raises OutputError when it holds another study."""
        if not (self.directory / MARK).is_file() or overwrite:
            return False
        held = read_manifest(self.directory, MARK)
        if held["design"]["hash"] == self.design["hash"]:
            return True
        differing = [
            key for key in ("points", "seeds", "keep", "inputs") if held["design"][key] != self.design[key]
        ]
        what = " and ".join(differing).replace("inputs", "settings, data or code")
        remedy = "choose another --output, or --overwrite to start anew"
        raise OutputError(f"{self.directory} holds a study with other {what}; {remedy}.")

    def _clear(self) -> None:
        shutil.rmtree(self.parts, ignore_errors=True)
        for name in (*KINDS, "outcomes"):
            (self.directory / f"{name}.parquet").unlink(missing_ok=True)

    def done(self) -> set[int]:
        """The numbers of the runs that are kept, failed ones among them."""
        paths = [self.directory / "outcomes.parquet"]
        if self.parts.is_dir():
            paths = sorted(self.parts.glob("*.outcomes.parquet"))
        tables = [parquet.read_table(path, columns=["run"]) for path in paths if path.is_file()]
        return {int(run) for table in tables for run in table["run"].to_numpy()}

    def _known_columns(self) -> dict[str, list[str]]:
        """The columns of each kind of table that a finished run of this study has written."""
        found: dict[str, list[str]] = {}
        for kind in ("outcomes", *KINDS):
            for path in [self.directory / f"{kind}.parquet", *sorted(self.parts.glob(f"*.{kind}.parquet"))]:
                if path.is_file():
                    found.setdefault(kind, parquet.read_schema(path).names)
        return found

    def commit(self, results: Sequence[Result]) -> None:
        """Keep some runs as one part, whole or not at all."""
        ordered = sorted(results, key=lambda result: result.run)
        number = 1 + max((int(path.name.split(".")[0]) for path in self.parts.glob("*.parquet")), default=-1)
        for kind in KINDS:
            tables = [
                _with_run(result, _table_of(kind, result.record)) for result in ordered if result.record
            ]
            tables = [table for table in tables if table.num_columns > 3]
            if tables:
                files.write_parquet(self.parts / f"{number:05d}.{kind}.parquet", pa.concat_tables(tables))
        files.write_parquet(self.parts / f"{number:05d}.outcomes.parquet", _outcomes(ordered))

    def checked(self, result: Result) -> Result:
        """The result, or a failed one when its columns are not those of the runs before it."""
        if result.record is None:
            return result
        for kind in ("outcomes", *KINDS):
            names = _column_names(kind, result.record)
            known = self.columns.setdefault(kind, names)
            if sorted(known) != sorted(names):
                differing = ", ".join(sorted(set(known) ^ set(names)))
                return Result(
                    result.run, result.point, result.seed, error=f"other {kind} than before: {differing}"
                )
        return result

    def consolidate(self, *, complete: bool) -> None:
        """Write one file of a kind with the runs in order; of a complete study the parts are then removed."""
        if not self.parts.is_dir():
            return
        marks = sorted(self.parts.glob("*.outcomes.parquet"))
        if marks:
            outcomes = pa.concat_tables(
                [parquet.read_table(path) for path in marks], promote_options="default"
            )
            files.write_parquet(self.directory / "outcomes.parquet", outcomes.sort_by("run"))
        for kind in KINDS:
            paths = [path.with_name(path.name.replace("outcomes", kind)) for path in marks]
            paths = [path for path in paths if path.is_file()]
            if paths:
                files.write(self.directory / f"{kind}.parquet", partial(_write_in_order, paths))
        self.write_manifest("complete" if complete else "interrupted")
        if complete:
            shutil.rmtree(self.parts)

    def write_manifest(self, status: str) -> None:
        """Write the manifest: status, design, versions."""
        told = {
            "schema_version": provenance.SCHEMA_VERSION,
            "status": status,
            "runs": len(self.design["points"]) * len(self.design["seeds"]),
            "notices": self.notices,
            "commit": provenance.commit(),
            "versions": provenance.versions(),
            "design": self.design,
        }
        files.write_yaml(self.directory / MARK, told)


def _table_of(kind: str, record: Record) -> pa.Table:
    """One kind of table of one run."""
    if kind == "series":
        return record.series_table()
    if kind == "events":
        return record.events_table()
    stage, start, end = zip(*record.stages, strict=True) if record.stages else ((), (), ())
    types = {"stage": pa.string(), "start": pa.float64(), "end": pa.float64()}
    columns = {"stage": stage, "start": start, "end": end}
    return pa.table({name: pa.array(columns[name], type=types[name]) for name in types})


def _column_names(kind: str, record: Record) -> list[str]:
    if kind == "outcomes":
        return ["run", "point", "seed", "status", "error", *record.outcomes]
    return ["run", "point", "seed", *_table_of(kind, record).column_names]


def _with_run(result: Result, table: pa.Table) -> pa.Table:
    """A table with the columns run, point and seed in front."""
    rows = table.num_rows
    front = {
        "run": pa.array(np.full(rows, result.run, dtype=np.int64)),
        "point": pa.array([result.point] * rows, type=pa.string()),
        "seed": pa.array(np.full(rows, result.seed, dtype=np.int64)),
    }
    return pa.table({**front, **{name: table[name] for name in table.column_names}})


def _outcomes(results: Sequence[Result]) -> pa.Table:
    """A row a run; a failed run has its error and no numbers."""
    names = next((list(result.record.outcomes) for result in results if result.record), [])
    front = {
        "run": pa.array([result.run for result in results], type=pa.int64()),
        "point": pa.array([result.point for result in results], type=pa.string()),
        "seed": pa.array([result.seed for result in results], type=pa.int64()),
        "status": pa.array(["done" if result.record else "failed" for result in results], type=pa.string()),
        "error": pa.array([result.error for result in results], type=pa.string()),
    }
    numbers = {name: [_number(result, name) for result in results] for name in names}
    return pa.table(
        {**front, **{name: pa.array(column, type=pa.float64()) for name, column in numbers.items()}}
    )


def _number(result: Result, name: str) -> float | None:
    return float(result.record.outcomes[name]) if result.record else None


def _write_in_order(paths: Sequence[Path], target: Path) -> None:
    """Merge parts into one file, run after run, holding no more than is out of order."""
    held: dict[int, pa.Table] = {}
    numbers = [np.unique(parquet.read_table(path, columns=["run"])["run"].to_numpy()) for path in paths]
    order = iter(sorted(int(run) for part in numbers for run in part))
    with parquet.ParquetWriter(target, parquet.read_schema(paths[0]), compression="zstd") as writer:
        group: list[pa.Table] = []
        wanted = next(order, None)
        for path in paths:
            held.update(_by_run(parquet.read_table(path)))
            while wanted in held:
                group.append(held.pop(wanted))
                wanted = next(order, None)
                if len(group) == _RUNS_IN_A_GROUP:
                    writer.write_table(pa.concat_tables(group).combine_chunks())
                    group = []
        if group:
            writer.write_table(pa.concat_tables(group).combine_chunks())


def _by_run(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each run of a part; they lie together."""
    runs = table["run"].to_numpy()
    starts = np.flatnonzero(np.r_[True, runs[1:] != runs[:-1]][: len(runs)])
    for start, end in zip(starts, [*starts[1:], len(runs)], strict=True):
        yield int(runs[start]), table.slice(start, end - start)

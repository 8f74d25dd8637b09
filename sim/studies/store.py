"""How the results of a study lie on disk: parts while it runs, one file of a kind when it is over.

A part holds the runs of some seconds. Its series, events and stages are written first, its outcomes last, as the
mark that the part counts; every file is written under another name, synced and renamed. A study that is broken
off is resumed with what is missing; a changed design is refused; a damaged part is made again.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from sim.parameters import as_written
from sim.records import files
from sim.records.files import OutputError
from sim.records.record import Record
from sim.records.run import read_manifest
from sim.studies import held
from sim.studies.design import Point
from sim.studies.held import DONE, KINDS, MARK_KIND, MISSING, WHOLE, Held, Source

MARK = "manifest.yaml"
CELLS_IN_A_GROUP = 150_000  # of a finished file: what its writing takes in memory does not grow with the runs
MOST_NOTICES = 100
_STAGES = {"stage": pa.string(), "start": pa.float64(), "end": pa.float64()}


@dataclass
class Result:
    """What came of one run of a study: a record, or the error that ended it."""

    run: int
    point: str
    seed: int
    record: Record | None = None
    error: str = ""


class Store:
    """The directory of one study, being filled by this process alone.

    Raises OutputError when the directory holds anything but the same study (with `overwrite`, any study), or
    when another process is at work in it.
    """

    def __init__(
        self, directory: Path, design: dict[str, Any], points: Sequence[Point], *, provenance: dict[str, Any] | None = None,
        overwrite: bool = False,
    ) -> None:  # fmt: skip
        self.directory = directory
        self.design = design
        self.provenance = provenance or {}
        self.runs = design["points"]["count"] * len(design["seeds"])
        self.parts = directory / "parts"
        self.notices: list[str] = []
        again = self._holds_this_study(overwrite)
        if not again:
            files.claim(directory, MARK, overwrite=overwrite)
        self._lock = _alone(directory)
        if again:
            self.notices = list(read_manifest(directory, MARK).get("notices", []))
            self._drop_damaged()
        else:
            self._clear()
            self.write_manifest("running")
            files.write_parquet(directory / "points.parquet", points_table(points, design["points"]["varied"]))
        if not (directory / "points.parquet").is_file():  # broken off between the manifest and the points
            files.write_parquet(directory / "points.parquet", points_table(points, design["points"]["varied"]))
        found = Held(directory, self.runs)
        self.state, self.columns = found.state, found.columns()
        self._next = 1 + max((each.number for each in found.sources), default=WHOLE)

    def _holds_this_study(self, overwrite: bool) -> bool:
        """Whether the directory can be resumed. Raises OutputError when it holds another study."""
        if not (self.directory / MARK).is_file() or overwrite:
            return False
        kept = read_manifest(self.directory, MARK)["design"]
        if kept["hash"] == self.design["hash"]:
            return True
        differing = [key for key in ("points", "seeds", "keep", "method", "inputs") if kept.get(key) != self.design[key]]
        what = " and ".join(differing).replace("inputs", "settings, data or code")
        remedy = "choose another --output, or --overwrite to start anew"
        raise OutputError(f"{self.directory} holds a study with other {what}; {remedy}.")

    def _clear(self) -> None:
        """Remove what an earlier study left: marks first, so that nothing of it is taken for this one's."""
        (self.directory / f"{MARK_KIND}.parquet").unlink(missing_ok=True)
        self._drop_parts()
        for name in (*KINDS, "points"):
            (self.directory / f"{name}.parquet").unlink(missing_ok=True)

    def _drop_parts(self) -> None:
        """Remove the parts at one stroke."""
        trash = self.directory / ".parts.done"
        shutil.rmtree(trash, ignore_errors=True)
        if self.parts.is_dir():
            os.replace(self.parts, trash)
            shutil.rmtree(trash, ignore_errors=True)

    def _drop_damaged(self) -> None:
        """Remove files that cannot be read, mark first: their runs are missing, and made again."""
        shutil.rmtree(self.directory / ".parts.done", ignore_errors=True)
        for source, fault in Held(self.directory, self.runs).damaged.items():
            name = "the finished files" if source.number == WHOLE else f"part {source.number:05d}"
            self.tell(f"{name} cannot be read ({fault}); their runs are made again")
            for kind in (MARK_KIND, *KINDS):
                source.path(kind).unlink(missing_ok=True)

    def tell(self, words: str) -> None:
        """Keep a notice for the manifest; of very many the first."""
        if len(self.notices) < MOST_NOTICES:
            self.notices.append(words)

    def todo(self, *, retry_failed: bool = False) -> np.ndarray:
        """Which runs are to be made: the missing ones and, if wanted, the failed ones."""
        return self.state != DONE if retry_failed else self.state == MISSING

    def commit(self, results: Sequence[Result]) -> None:
        """Keep some runs as one part, whole or not at all. Raises OutputError."""
        ordered = sorted(results, key=lambda result: result.run)
        source, self._next = Source(self.directory, self._next), self._next + 1
        rows = {}
        for kind in KINDS:
            table = _tables(kind, [each for each in ordered if each.record is not None])
            if table is not None:
                files.write_parquet(source.path(kind), table)
                rows[kind] = len(table)
        outcomes = _outcomes(ordered, self.columns.get(MARK_KIND, []))
        files.write_parquet(source.path(MARK_KIND), _with_kinds(outcomes, rows))
        self.state[[each.run for each in ordered]] = [DONE if each.record else held.FAILED for each in ordered]

    def checked(self, result: Result) -> Result:
        """The result, or a failed one when its columns are not those of the runs before it."""
        if result.record is None:
            return result
        for kind in (MARK_KIND, *KINDS):
            names = _column_names(kind, result.record)
            known = self.columns.get(kind, ())
            if len(known) <= len(_HEAD):  # nothing, or failed runs alone, stand there so far
                self.columns[kind] = names
            elif known != names and sorted(known) != sorted(names):
                differing = ", ".join(sorted(set(known) ^ set(names)))
                return Result(result.run, result.point, result.seed, error=f"other {kind} than before: {differing}")
        return result

    def finish(self) -> None:
        """Write one file of a kind with the runs in order, say that the study is complete, remove the parts.

        Wherever this is broken off, the parts still count and it is done again. Raises OutputError.
        """
        if self.parts.is_dir():
            found = Held(self.directory, self.runs)
            rows: dict[str, int] = {}
            for kind in (*KINDS, MARK_KIND):
                if found.of(kind):
                    path = self.directory / f"{kind}.parquet"
                    files.write(path, partial(_write_merged, found, kind, rows))
        self.write_manifest("complete")
        self._drop_parts()

    def close(self) -> None:
        """Let another process have the directory."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def interrupt(self) -> None:
        """Say in the manifest that runs are missing, if there is still room to say so."""
        with suppress(OutputError):
            self.write_manifest("interrupted")

    def write_manifest(self, status: str) -> None:
        """Write the manifest: status, design, and where it all comes from. Raises OutputError."""
        from sim.records import provenance

        told = {
            "schema_version": provenance.SCHEMA_VERSION, "status": status, "runs": self.runs, "notices": self.notices,
            "commit": provenance.commit(), "versions": provenance.versions(), **self.provenance, "design": self.design,
        }  # fmt: skip
        files.write_yaml(self.directory / MARK, told)


def points_table(points: Sequence[Point], varied: Sequence[str]) -> pa.Table:
    """A row a point: its name, all its overrides, and a typed column for each key that varies."""
    columns: dict[str, Any] = {
        "name": pa.array((point.name for point in points), type=pa.string()),
        "overrides": pa.array((list(point.written) for point in points), type=pa.list_(pa.string())),
    }
    return pa.table(columns | {key: _typed([point.values.get(key) for point in points]) for key in varied})


def _typed(values: list[Any]) -> pa.Array:
    """A column of numbers, truth values or words; anything else as it is written."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} or kinds <= {bool} or kinds <= {str} or kinds <= {int, float}:
        return pa.array(values)
    return pa.array([value if value is None else as_written(value) for value in values], type=pa.string())


_FRONT = ("run", "point", "seed")
_HEAD = (*_FRONT, "status", "error")


def _column_names(kind: str, record: Record) -> list[str]:
    if kind == MARK_KIND:
        return [*_HEAD, *record.outcomes]
    columns: Iterable[str] = _STAGES if kind == "stages" else getattr(record, kind)
    return [*_FRONT, *columns]


def _tables(kind: str, results: Sequence[Result]) -> pa.Table | None:
    """One kind of table of several runs, with the columns run, point and seed in front; None where there is none."""
    pairs = [(result, _table_of(kind, result.record)) for result in results if result.record is not None]
    pairs = [(result, table) for result, table in pairs if table.num_columns]
    if not pairs:
        return None
    rows = [table.num_rows for _, table in pairs]
    body = pa.concat_tables([table for _, table in pairs], promote_options="default")
    names = pa.array([result.point for result, _ in pairs], type=pa.string())
    front = {
        "run": pa.array(np.repeat([result.run for result, _ in pairs], rows).astype(np.int64)),
        "point": names.take(pa.array(np.repeat(np.arange(len(pairs)), rows))),
        "seed": pa.array(np.repeat([result.seed for result, _ in pairs], rows).astype(np.int64)),
    }
    return pa.table({**front, **{name: body[name] for name in body.column_names}})


def _table_of(kind: str, record: Record) -> pa.Table:
    """One kind of table of one run."""
    if kind == "series":
        return record.series_table()
    if kind == "events":
        return record.events_table()
    columns = zip(*record.stages, strict=True) if record.stages else ((), (), ())
    return pa.table({name: pa.array(column, type=_STAGES[name]) for name, column in zip(_STAGES, columns, strict=True)})


def _outcomes(results: Sequence[Result], known: Sequence[str]) -> pa.Table:
    """A row a run; a failed run has its error and no numbers."""
    named = next((list(result.record.outcomes) for result in results if result.record), list(known[len(_HEAD) :]))
    front = {
        "run": pa.array([result.run for result in results], type=pa.int64()),
        "point": pa.array([result.point for result in results], type=pa.string()),
        "seed": pa.array([result.seed for result in results], type=pa.int64()),
        "status": pa.array(["done" if result.record else "failed" for result in results], type=pa.string()),
        "error": pa.array([result.error for result in results], type=pa.string()),
    }
    rows = [result.record.outcomes if result.record else None for result in results]
    numbers = {name: pa.array([None if row is None else float(row[name]) for row in rows], type=pa.float64())
               for name in named}  # fmt: skip
    return pa.table({**front, **numbers})


def _with_kinds(outcomes: pa.Table, rows: dict[str, int]) -> pa.Table:
    """The outcomes with a note of the files that belong to them."""
    told = ",".join(f"{kind}:{count}" for kind, count in rows.items())
    return outcomes.replace_schema_metadata({held.KEPT: told.encode()})


def _write_merged(found: Held, kind: str, rows: dict[str, int], target: Path) -> None:
    """Merge the sources into one file, run after run, in groups of rows that do not depend on the parts."""
    schemas = [parquet.read_schema(source.path(kind)).remove_metadata() for source in found.of(kind)]
    schema = pa.unify_schemas(schemas)
    if kind == MARK_KIND:
        schema = _with_kinds(schema.empty_table(), rows).schema
    rows[kind] = 0
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting, many = schema.empty_table(), min(2048, CELLS_IN_A_GROUP // len(schema))
        for piece in found.merged(kind):
            rows[kind] += len(piece)
            waiting = pa.concat_tables([waiting, _as(piece, schema)])
            while len(waiting) >= many:
                writer.write_table(waiting.slice(0, many).combine_chunks())
                waiting = waiting.slice(many)
        if len(waiting):
            writer.write_table(waiting.combine_chunks())


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table with the columns of a schema; what it lacks is empty."""
    there = set(table.column_names)
    columns = [table[each.name].cast(each.type) if each.name in there else pa.nulls(len(table), each.type) for each in schema]
    return pa.table(columns, schema=schema)


def _alone(directory: Path) -> int | None:
    """Hold the directory until this process ends, however it ends. Raises OutputError when another holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: two processes in one directory are the user's care
        return None
    place = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(place)
        raise OutputError(f"another process is at work in {directory}; wait for it, or choose another --output.") from None
    except OSError:  # a file system without locks
        os.close(place)
        return None
    return place

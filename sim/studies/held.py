"""What a directory of a study holds: which run stands in which file, what is damaged, what is missing.

A study that runs lies in parts; one that is over lies in one file of a kind, its *whole*. Where a run stands
twice (a failed one was made again) the later part counts. Every reader goes through here, so that a study
can be read whatever broke it off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

KINDS = ("series", "events", "stages")
MARK_KIND = "outcomes"
WHOLE = -1
MISSING, DONE, FAILED = 0, 1, 2
KEPT = b"consortium.kinds"
"""Where the file of outcomes says which other files belong to it, with their rows."""


@dataclass(frozen=True)
class Source:
    """The files of some runs: the whole (number -1) or a part."""

    directory: Path
    number: int

    def path(self, kind: str) -> Path:
        """The file of one kind."""
        if self.number == WHOLE:
            return self.directory / f"{kind}.parquet"
        return self.directory / "parts" / f"{self.number:05d}.{kind}.parquet"

    @cached_property
    def rows(self) -> dict[str, int]:
        """The kinds that lie beside the outcomes, with their rows. Raises OSError, ArrowException when it is damaged."""
        told = (parquet.read_schema(self.path(MARK_KIND)).metadata or {}).get(KEPT, b"")
        pairs = (each.split(":") for each in told.decode().split(",") if each)
        noted = {kind: int(count) for kind, count in pairs}
        if self.number == WHOLE:  # may have been written by somebody who knows no notes
            noted |= {kind: noted.get(kind, 0) for kind in KINDS if self.path(kind).is_file()}
        return noted

    def fault(self) -> str:
        """What is wrong with the files, or an empty string."""
        path = self.path(MARK_KIND)
        try:
            for kind, rows in self.rows.items():
                path = self.path(kind)
                held = parquet.read_metadata(path).num_rows
                if held != rows and self.number != WHOLE:
                    return f"{path.name} has {held} rows of {rows}"
        except (OSError, pa.ArrowException) as error:
            return f"{path.name}: {' '.join(str(error).split())[:120].rstrip('.')}"
        return ""

    def states(self) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the runs, and which of them are done. Raises as `rows`."""
        table = parquet.read_table(self.path(MARK_KIND), columns=["run", "status"])
        return table["run"].to_numpy(), np.asarray(table["status"].to_pandas() == "done")

    def read(self, kind: str, columns: Sequence[str] | None = None, filters: list | None = None) -> pa.Table:
        """The rows of one kind, `run` among their columns."""
        wanted = None if columns is None else list(dict.fromkeys(["run", *columns]))
        return parquet.read_table(self.path(kind), columns=wanted, filters=filters)


class Held:
    """The sound sources of a study, what each run's state is and where it stands; damaged files by name."""

    def __init__(self, directory: Path, runs: int) -> None:
        self.sources: list[Source] = []
        self.damaged: dict[Source, str] = {}
        self.state = np.zeros(runs, dtype=np.uint8)
        self.owner = np.full(runs, WHOLE - 1, dtype=np.int32)
        for source in _sources(directory):
            fault = source.fault()
            if fault:
                self.damaged[source] = fault
                continue
            numbers, done = source.states()
            self.sources.append(source)
            self.state[numbers] = np.where(done, DONE, FAILED)
            self.owner[numbers] = source.number

    def count(self, state: int) -> int:
        """How many runs are missing, done or failed."""
        return int(np.count_nonzero(self.state == state))

    def columns(self) -> dict[str, list[str]]:
        """The columns of each kind of table, from the first source that has any."""
        found: dict[str, list[str]] = {}
        for source in self.sources:
            for kind in (MARK_KIND, *source.rows):
                names = parquet.read_schema(source.path(kind)).names
                if kind not in found or len(names) > len(found[kind]):
                    found[kind] = names
        return found

    def owned(self, source: Source, kind: str, columns: Sequence[str] | None = None, filters: list | None = None) -> pa.Table:
        """The rows of a source that count."""
        table = source.read(kind, columns, filters)
        counts = self.owner[table["run"].to_numpy()] == source.number
        return table if counts.all() else table.filter(pa.array(counts))

    def of(self, kind: str) -> list[Source]:
        """The sources that hold tables of a kind."""
        return [each for each in self.sources if kind == MARK_KIND or kind in each.rows]

    def read(self, kind: str, columns: Sequence[str] | None = None, filters: list | None = None) -> pa.Table | None:
        """All rows of one kind in the order of the runs; None where none are kept."""
        tables = [self.owned(source, kind, columns, filters) for source in self.of(kind)]
        if not tables:
            return None
        return tables[0] if len(tables) == 1 else in_order(tables)

    def merged(self, kind: str) -> Iterator[pa.Table]:
        """All rows of one kind in the order of the runs, piece by piece; holds no more than is out of order."""
        ordered = sorted(self.of(kind), key=lambda source: _first_run(source))
        waiting: list[pa.Table] = []
        for place, source in enumerate(ordered):
            waiting.append(self.owned(source, kind))
            if place + 1 == len(ordered):
                break
            limit = _first_run(ordered[place + 1])
            ready, waiting = _split(in_order(waiting), limit)
            if len(ready):
                yield ready
        if waiting:
            yield in_order(waiting)


def in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables as one, the rows in the order of their runs and else as they stand."""
    table = pa.concat_tables(tables, promote_options="default")
    runs = table["run"].to_numpy()
    if len(runs) and (np.diff(runs) < 0).any():
        table = table.take(pa.array(np.argsort(runs, kind="stable")))
    return table


def _split(table: pa.Table, limit: int) -> tuple[pa.Table, list[pa.Table]]:
    """The rows of runs below a number, and the others."""
    place = int(np.searchsorted(table["run"].to_numpy(), limit))
    return table.slice(0, place), [table.slice(place)] if place < len(table) else []


def _first_run(source: Source) -> int:
    numbers, _ = source.states()
    return int(numbers.min()) if len(numbers) else 0


def _sources(directory: Path) -> list[Source]:
    """Every source whose outcomes are there, the whole first, then the parts in the order they were written."""
    marks = (directory / "parts").glob(f"*.{MARK_KIND}.parquet")
    numbers = sorted(int(path.name.split(".")[0]) for path in marks)
    found = [WHOLE] if (directory / f"{MARK_KIND}.parquet").is_file() else []
    return [Source(directory, number) for number in [*found, *numbers]]

"""What one history leaves, compact enough to travel between processes: columns of numbers and words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.records.tables import Columns

if TYPE_CHECKING:
    from sim.model import ConsortiumModel
    from sim.records.outcomes.seen import Seen


@dataclass
class Record:
    """One history: its series and events by column, its stages (stage, start, end) and outcomes."""

    seed: int
    series: dict[str, Any] = field(default_factory=dict)
    events: dict[str, Any] = field(default_factory=dict)
    stages: list[tuple[str, float, float]] = field(default_factory=list)
    outcomes: dict[str, float] = field(default_factory=dict)
    networks: dict[int, Any] = field(default_factory=dict)
    tables: dict[str, Columns] = field(default_factory=dict)
    """The inside of the consortium, a table a name of `TABLES`; empty where nobody wanted them."""
    along: dict[str, "Record"] = field(default_factory=dict)
    """Histories of the same seed in other worlds, by name, that were simulated along with this one."""

    @classmethod
    def of(cls, model: "ConsortiumModel", *, series: bool = True, events: bool = True, tables: bool = False,
           outcomes: Iterable[str] | None = None) -> "Record":  # fmt: skip
        """What a model leaves after its last month; series, events and the inside only where they are wanted.

        `outcomes` names those that are wanted; None takes all.
        """
        from sim.records.inside import inside
        from sim.records.outcomes import measured
        from sim.records.outcomes.seen import Seen
        from sim.stages import spells

        stages, path = model.stages_and_path()
        seen = Seen(model, stages, path)
        return cls(
            seed=model.seed,
            series=_series(seen) if series else {},
            events=_events(model) if events else {},
            stages=spells(stages, model.first_year),
            outcomes=measured(seen, outcomes),
            networks=dict(model.networks),
            tables=inside(seen) if tables else {},
        )

    def series_table(self) -> Any:
        """The series as an Arrow table."""
        import pyarrow as pa

        return pa.table({name: _array(values) for name, values in self.series.items()})

    def events_table(self) -> Any:
        """The events as an Arrow table whose columns have the same types whether there are any or not."""
        import pyarrow as pa

        types = {"month": pa.int64(), "year": pa.float64()}
        columns = {
            name: pa.array(values, type=types.get(name, pa.string())) for name, values in self.events.items()
        }
        return pa.table(columns)


def _series(seen: "Seen") -> dict[str, np.ndarray]:
    """Every series by name, after month and decimal year."""
    from sim.records.series import SERIES

    month = np.arange(seen.months)
    front = {"month": month, "year": seen.first_year + month / 12.0}
    return front | {name: np.ascontiguousarray(seen[name]) for name in SERIES}


def _events(model: "ConsortiumModel") -> dict[str, Any]:
    """The ledger by column; terms as JSON."""
    rows = model.ledger.rows
    month, kind, who, whom, why, terms = zip(*rows, strict=True) if rows else ([], [], [], [], [], [])
    encode = json.JSONEncoder(separators=(",", ":"), default=_plain, check_circular=False).encode
    when = np.array(month, dtype=np.int64)
    return {
        "month": when, "year": model.first_year + when / 12.0, "kind": list(kind), "who": list(who),
        "whom": list(whom), "why": list(why), "terms": [encode(each) for each in terms],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """A NumPy number as a plain one, for JSON. Raises TypeError for anything else."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot stand in the terms of an event")


def _array(values: Any) -> Any:
    """A column of numbers, or of words where it holds anything else."""
    import pyarrow as pa

    column = np.asarray(values)
    return pa.array(column) if column.dtype.kind in "biuf" else pa.array([str(value) for value in values])

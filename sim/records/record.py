"""What one history leaves, compact enough to travel between processes: columns of numbers and words."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

EVENT_COLUMNS = ("month", "year", "kind", "who", "whom", "why", "terms")


@dataclass
class Record:
    """One history: its series and events by column, its stages (stage, start, end) and outcomes."""

    seed: int
    series: dict[str, Any] = field(default_factory=dict)
    events: dict[str, Any] = field(default_factory=dict)
    stages: list[tuple[str, float, float]] = field(default_factory=list)
    outcomes: dict[str, float] = field(default_factory=dict)
    networks: dict[int, Any] = field(default_factory=dict)

    def series_table(self) -> Any:
        """The series as an Arrow table."""
        return _table(self.series)

    def events_table(self) -> Any:
        """The events as an Arrow table."""
        return _table(self.events)


def _table(columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    return pa.table({name: _array(values) for name, values in columns.items()})


def _array(values: Any) -> Any:
    import pyarrow as pa

    if isinstance(values, np.ndarray) and values.dtype.kind in "bif":
        return pa.array(values)
    return pa.array([str(value) for value in values], type=pa.string())

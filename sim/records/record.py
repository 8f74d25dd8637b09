"""What one history leaves, compact enough to travel between processes: columns of numbers and words."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


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


def _array(values: Any) -> Any:
    """A column of numbers, or of words where it holds anything else."""
    import pyarrow as pa

    column = np.asarray(values)
    return pa.array(column) if column.dtype.kind in "biuf" else pa.array([str(value) for value in values])

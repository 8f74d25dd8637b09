"""Points of a design that are reckoned when they are asked for: cells of named levels × rows of a sample."""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from sim.parameters import as_written
from sim.studies.design import Point


class CrossedPoints(Sequence[Point]):
    """Every cell with every row of a sample, cell by cell; a million of them take the room of their numbers.

    `cells` are the combinations of levels (one empty cell when nothing is listed), `sample` the values of
    `sampled`, a row a point and a column a key; columns named in `whole` are whole numbers.
    """

    def __init__(
        self, overrides: Sequence[str], cells: Sequence[dict[str, Any]], sampled: Sequence[str] = (),
        sample: np.ndarray | None = None, whole: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.overrides = tuple(overrides)
        self.cells = list(cells)
        self.sampled = tuple(sampled)
        self.sample = np.empty((1, 0)) if sample is None else sample
        self.whole = frozenset(whole)
        self._names = _cell_names(self.cells)

    @property
    def keys(self) -> list[str]:
        """What varies: the keys of the cells, then those of the sample."""
        return [*(self.cells[0] if self.cells else ()), *self.sampled]

    def __len__(self) -> int:
        return len(self.cells) * len(self.sample)

    @overload
    def __getitem__(self, place: int) -> Point: ...
    @overload
    def __getitem__(self, place: slice) -> list[Point]: ...
    def __getitem__(self, place: int | slice) -> Point | list[Point]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        cell, row = divmod(place % len(self), len(self.sample))
        return Point(self.name(cell, row), self.overrides, {**self.cells[cell], **self._row(row)})

    def name(self, cell: int, row: int) -> str:
        """`funding=constant fee_factor=2` for a cell, `00012` for a row of a sample, both where there are both."""
        if not self.sampled:
            return self._names[cell] or "base"
        number = f"{row:0{max(5, len(str(len(self.sample) - 1)))}d}"
        return f"{self._names[cell]} {number}".strip()

    def _row(self, row: int) -> dict[str, Any]:
        values = self.sample[row].tolist()
        return {key: int(value) if key in self.whole else value
                for key, value in zip(self.sampled, values, strict=True)}  # fmt: skip


def _cell_names(cells: list[dict[str, Any]]) -> list[str]:
    """A name a cell: its values behind the shortest endings of their keys that tell them apart."""
    keys = list(cells[0]) if cells else []
    short = {key: _shortest(key, keys) for key in keys}
    return [" ".join(f"{short[key]}={as_written(value)}" for key, value in cell.items()) for cell in cells]


def _shortest(key: str, keys: list[str]) -> str:
    """The last part of a dotted key, or more of it where another key ends alike."""
    parts = key.split(".")
    for count in range(1, len(parts) + 1):
        ending = ".".join(parts[-count:])
        if not any(other != key and f".{other}".endswith(f".{ending}") for other in keys):
            return ending
    return key

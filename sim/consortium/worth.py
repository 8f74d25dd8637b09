"""The value of membership as a sum of named terms, for some firms under every charter on the table."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

TERMS = ("know-how", "public money", "influence", "network", "skills", "breadth", "programmes", "talent", "fee", "leakage",
         "mismatch", "speed", "far view", "autonomy", "antitrust", "strings", "bother")  # fmt: skip


class Worth:
    """Terms without unit for `count` firms; their sum is the value, and a firm belongs where it is positive.

    Each of `levels` holds which row belongs to each charter, the names of its terms, and terms × rows × firms.
    """

    def __init__(self, count: int, levels: list[tuple[np.ndarray, tuple[str, ...], np.ndarray]]) -> None:
        self.count = count
        self.levels = levels

    def weighed(self, weights: np.ndarray) -> np.ndarray:
        """The value of each charter to the firms together: the sum over firms of weight × value."""
        return np.asarray(sum([(table.sum(axis=0) * weights).sum(axis=1)[row] for row, _, table in self.levels]))

    def under(self, charter: int) -> dict[str, np.ndarray]:
        """The terms under one charter, firm by firm."""
        found = {name: term for row, names, table in self.levels
                 for name, term in zip(names, table[:, row[charter]], strict=True)}  # fmt: skip
        return {name: found.pop(name) for name in TERMS} | found

    def table(self, charter: int) -> np.ndarray:
        """The terms under one charter, in the order of `TERMS`, as terms × firms."""
        columns = np.concatenate([table[:, row[charter]] for row, _, table in self.levels])
        return columns[_places(tuple([names for _, names, _ in self.levels]))]


@cache
def _places(levels: tuple[tuple[str, ...], ...]) -> np.ndarray:
    """Where each of `TERMS` stands among the names of some levels."""
    names = [name for level in levels for name in level]
    return np.array([names.index(name) for name in TERMS])


def in_words(column: Iterable[float]) -> dict[str, float]:
    """The terms of one firm, a column of a table in the order of `TERMS`, by name."""
    return dict(zip(TERMS, column, strict=True))


def as_table(terms: Mapping[str, np.ndarray | float], count: int) -> np.ndarray:
    """Terms (of one number, or one for each firm) as terms × firms."""
    table = np.empty((len(terms), count))
    for row, term in enumerate(terms.values()):
        table[row] = term
    return table


def firm_by_firm(terms: dict[str, np.ndarray], count: int) -> list[dict[str, float]]:
    """Terms (of one number, or one for each firm) as a dictionary for each firm."""
    return [dict(zip(terms, values, strict=True)) for values in as_table(terms, count).T.tolist()]


def gains(then: dict[str, np.ndarray], now: Mapping[str, np.ndarray | float], count: int) -> list[dict[str, float]]:
    """What each firm gains in every term; terms that move nobody are left out."""
    gained = as_table(then, count) - as_table({name: now[name] for name in then}, count)
    moving = np.abs(gained).max(axis=1, initial=0.0) > 1e-9
    names = [name for name, moves in zip(then, moving.tolist(), strict=True) if moves]
    return [dict(zip(names, values, strict=True)) for values in gained[moving].T.tolist()]

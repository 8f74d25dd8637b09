"""The value of membership as a sum of named terms, for some firms under every charter on the table."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from sim.compiled import compiled

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
        *starts, rows = accumulate([table.shape[1] for _, _, table in self.levels], initial=0)
        totals = np.empty((rows, self.count))
        for start, (_, _, table) in zip(starts, self.levels, strict=True):
            add_up(table, weights, start, totals)
        value = totals.sum(axis=1)
        return np.asarray(sum([value[start:][row] for start, (row, _, _) in zip(starts, self.levels, strict=True)]))

    def names(self) -> tuple[str, ...]:
        """The names of all terms: `TERMS`, then what else was weighed."""
        return _order(tuple([names for _, names, _ in self.levels]))[0]

    def table(self, charter: int) -> np.ndarray:
        """The terms under one charter, in the order of `names`, as terms × firms."""
        columns = np.concatenate([table[:, row.item(charter)] for row, _, table in self.levels])
        return columns[_order(tuple([names for _, names, _ in self.levels]))[1]]

    def under(self, charter: int) -> dict[str, np.ndarray]:
        """The same by name."""
        return dict(zip(self.names(), self.table(charter), strict=True))


@cache
def _order(levels: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of some levels, `TERMS` first, and where each of them stands among the levels."""
    found = [name for level in levels for name in level]
    names = (*TERMS, *[name for name in found if name not in TERMS])
    return names, np.array([found.index(name) for name in names])


@compiled
def add_up(table, weights, start, totals):
    """The sums over terms of terms × rows × firms, times the weight of each firm, into rows of `totals` from `start` on."""
    for row in range(table.shape[1]):
        for firm in range(table.shape[2]):
            totals[start + row, firm] = table[0, row, firm]
        for term in range(1, len(table)):
            for firm in range(table.shape[2]):
                totals[start + row, firm] += table[term, row, firm]
        for firm in range(table.shape[2]):
            totals[start + row, firm] *= weights[firm]


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


class Gains(NamedTuple):
    """What each firm gains in every term that moves anybody: terms × firms, and the names of the terms."""

    names: tuple[str, ...]
    table: np.ndarray

    def of(self, place: int) -> dict[str, float]:
        """What one firm gains, by name."""
        return dict(zip(self.names, self.table[:, place].tolist(), strict=True))

    def firm_by_firm(self) -> list[dict[str, float]]:
        """The same for every firm."""
        return [dict(zip(self.names, values, strict=True)) for values in self.table.T.tolist()]

    def part(self, firms: slice) -> "Gains":
        """The same for some of the firms."""
        return Gains(self.names, self.table[:, firms])


def gains(names: tuple[str, ...], then: np.ndarray, now: np.ndarray) -> Gains:
    """What each firm gains in every term, where both are terms × firms; terms that move nobody are left out.

    Of the last names there may be none now: they count from zero.
    """
    gained = then.copy()
    gained[: len(now)] -= now
    moving = np.abs(gained).max(axis=1, initial=0.0) > 1e-9
    return Gains(tuple([name for name, moves in zip(names, moving.tolist(), strict=True) if moves]), gained[moving])

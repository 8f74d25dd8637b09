"""The value of membership as a sum of named terms, for some firms under every charter on the table."""

from collections.abc import Mapping

import numpy as np

TERMS = ("know-how", "public money", "influence", "network", "skills", "breadth", "programmes", "talent", "fee", "leakage",
         "mismatch", "speed", "far view", "autonomy", "antitrust", "strings", "bother")  # fmt: skip


class Worth:
    """Terms without unit for `count` firms; their sum is the value, and a firm belongs where it is positive.

    Each of `levels` holds which row belongs to each charter, and terms of rows × firms (or rows × 1: the same for all).
    """

    def __init__(self, count: int, levels: list[tuple[np.ndarray, dict[str, np.ndarray]]]) -> None:
        self.count = count
        self.levels = levels

    def weighed(self, weights: np.ndarray) -> np.ndarray:
        """The value of each charter to the firms together: the sum over firms of weight × value."""
        return np.asarray(sum([(self._sum(terms) @ weights)[row] for row, terms in self.levels]))

    def _sum(self, terms: dict[str, np.ndarray]) -> np.ndarray:
        """The sum of the terms of a level, rows × firms."""
        result = np.zeros((len(next(iter(terms.values()))), self.count))
        for term in terms.values():
            result += term
        return result

    def under(self, charter: int) -> dict[str, np.ndarray]:
        """The terms under one charter, firm by firm."""
        found = {name: term[row[charter]] for row, terms in self.levels for name, term in terms.items()}
        return {name: found.pop(name) for name in TERMS} | found

    def each(self, charter: int) -> list[dict[str, float]]:
        """The terms under one charter, a dictionary for each firm."""
        return firm_by_firm(self.under(charter), self.count)


def firm_by_firm(terms: dict[str, np.ndarray], count: int) -> list[dict[str, float]]:
    """Terms (of one number, or one for each firm) as a dictionary for each firm."""
    columns = np.empty((len(terms), count))
    for row, term in enumerate(terms.values()):
        columns[row] = term
    return [dict(zip(terms, values, strict=True)) for values in columns.T.tolist()]


def gains(then: dict[str, np.ndarray], now: Mapping[str, np.ndarray | float], count: int) -> list[dict[str, float]]:
    """What each firm gains in every term; terms that move nobody are left out."""
    gained = {name: term - now[name] for name, term in then.items()}
    moving = {name: gain for name, gain in gained.items() if count and np.abs(gain).max() > 1e-9}
    return firm_by_firm(moving, count) if moving else [{} for _ in range(count)]

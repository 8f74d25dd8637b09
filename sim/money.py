"""Accounts in whole US dollars, so that the books balance exactly in every month.

Rules speak of million US dollars (nominal); a transfer is rounded to whole dollars once and then moved, never made.
What enters and leaves the simulated world passes through the named accounts of `OUTSIDE`.
"""

import numpy as np

from sim.compiled import compiled

OUTSIDE = {
    "storage buyers": "pay for drives and for what the other business lines sell",
    "labour and materials": "receive the cost of production",
    "fixed costs": "receive the cost of product generations and plants",
    "researchers": "receive what firms spend on their own research and development",
    "project costs": "receive what projects spend: salaries, equipment, travel",
    "administration": "receive what consortia spend on their own running",
    "taxpayers": "pay appropriations and tax credits",
    "capital market": "pays in when a firm is born, pays and receives at deals, takes what a dead firm leaves",
}
DOLLARS = 1_000_000


class Accounts:
    """Balances of everybody who holds money; the sum over all accounts is zero at all times."""

    def __init__(self, capacity: int = 256) -> None:
        self.balance = np.zeros(capacity, dtype=np.int64)
        self.names: list[str] = []
        self.outside = {name: self.open(name) for name in OUTSIDE}

    def open(self, name: str) -> int:
        """Open an account and return its number."""
        if len(self.names) == len(self.balance):
            self.balance = np.concatenate([self.balance, np.zeros_like(self.balance)])
        self.names.append(name)
        return len(self.names) - 1

    def pay(self, source: int | str, target: int | str, musd: float) -> float:
        """Move an amount (million US$); returns what was moved after rounding to whole dollars."""
        dollars, balance, outside = round(musd * DOLLARS), self.balance, self.outside
        giver = outside[source] if isinstance(source, str) else source
        taker = outside[target] if isinstance(target, str) else target
        balance[giver] = balance.item(giver) - dollars
        balance[taker] = balance.item(taker) + dollars
        return dollars / DOLLARS

    def collect(self, sources: np.ndarray, target: int | str, musd: np.ndarray) -> float:
        """Move an amount from each of several accounts to one; returns the sum moved (million US$)."""
        total = collected(self.balance, sources, self._number(target), musd)
        return total / DOLLARS

    def share_out(self, sources: np.ndarray, target: int | str, musd: float) -> float:
        """Move one amount to an account, an even part from each of several; returns the sum moved (million US$)."""
        dollars = round(musd / len(sources) * DOLLARS)
        shared_out(self.balance, sources, self._number(target), dollars)
        return dollars * len(sources) / DOLLARS

    def settles(self, outside: dict[str, int]) -> None:
        """Enter what a rule has already taken from, or given to, single accounts: whole dollars for some outside."""
        for target, dollars in outside.items():
            self.balance[self.outside[target]] += dollars

    def spread(self, source: int | str, targets: np.ndarray, musd: np.ndarray) -> float:
        """Move an amount from one account to each of several; returns the sum moved (million US$)."""
        return -self.collect(targets, source, -musd)

    def held(self, account: int | str) -> float:
        """What an account holds, in million US$."""
        return self.balance.item(self._number(account)) / DOLLARS

    def imbalance(self) -> int:
        """The sum over all accounts in whole dollars: zero unless a rule is wrong."""
        return int(self.balance.sum())

    def _number(self, account: int | str) -> int:
        return self.outside[account] if isinstance(account, str) else account


@compiled
def collected(balance, sources, target, musd):
    """Take an amount, rounded to whole dollars, from each of several accounts to one; returns the whole dollars taken."""
    total = 0
    for place in range(len(sources)):
        dollars = int(np.rint(musd[place] * DOLLARS))
        balance[sources[place]] -= dollars
        total += dollars
    balance[target] += total
    return total


@compiled
def shared_out(balance, sources, target, dollars):
    """Take the same whole dollars from each of several accounts to one."""
    for place in range(len(sources)):
        balance[sources[place]] -= dollars
    balance[target] += dollars * len(sources)

"""Committees: seats read off members, tiers and charter, never stored; what they vote on and who carries a motion.

One executive committee; a steering and a technical committee for each branch; working groups by system and by function
(F41-F52). A committee that nobody can fill hands its motions to the next one up, the last of them to the members' meeting.
"""

import itertools
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.consortium.projects import FUNCTION, PERFORMER, SYSTEM
from sim.consortium.state import ConsortiumState
from sim.decisions import Decision, by_vote
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.model import ConsortiumModel

EXECUTIVE, STEERING, TECHNICAL, MEETING = "executive", "steering", "technical", "members' meeting"
NEXT_UP = {TECHNICAL: STEERING, STEERING: EXECUTIVE, EXECUTIVE: MEETING}
MEETS = {EXECUTIVE: 6, STEERING: 3, TECHNICAL: 1}  # months between meetings (F46-F48)
WHOLE = ""  # the branch of a body without branches


class Seat(NamedTuple):
    """Seats of one member on a committee."""

    firm: "Firm"
    tier: int  # 0 is the first
    seats: int


class Committee:
    """A committee as it stands: who sits on it, in which tier, with how many seats each."""

    def __init__(self, kind: str, branch: str, model: "ConsortiumModel", rows: np.ndarray, tiers: np.ndarray,
                 counted: np.ndarray) -> None:  # fmt: skip
        self.kind, self.branch, self.model = kind, branch, model
        self.rows = rows  # numbers of the firms that sit on it
        self.tiers = tiers
        self.counted = counted  # seats of each

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The same seat by seat."""
        told = zip(self.rows.tolist(), self.tiers.tolist(), self.counted.tolist(), strict=True)
        return tuple([Seat(self.model.firm(row), tier, seats) for row, tier, seats in told])


class WorkingGroup(NamedTuple):
    """A working group: technical leads who vote, guests who do not (F49)."""

    kind: str  # "system" or "function"
    subject: str
    members: tuple["Firm", ...]
    guests: tuple[str, ...]


class WorkingGroups(Sequence[WorkingGroup]):
    """The working groups of a year: who sits where, as it stood; names are looked up when somebody reads them."""

    def __init__(self, model: "ConsortiumModel", leads: np.ndarray, here: np.ndarray, sheet: np.ndarray) -> None:
        self.model = model
        self.leads = leads  # numbers of the firms whose technical leads sit on them
        self.here = here  # numbers of the systems with a group
        self.on_systems = model.firms.system_weights.take(leads, axis=0) > 0.1
        self.on_functions = model.firms.function_weights.take(leads, axis=0) > 0.2
        self.at_work = sheet[sheet[:, PERFORMER] >= 0]  # running university projects, a row each

    def __len__(self) -> int:
        return len(self.here) + len(FUNCTIONS)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        number = self.here.item(place) if place < len(self.here) else place - len(self.here)
        if place < len(self.here):
            return WorkingGroup("system", self.model.systems.names[number], self._firms(self.on_systems[:, number]),
                                self._guests(SYSTEM, number))  # fmt: skip
        return WorkingGroup("function", FUNCTIONS[number], self._firms(self.on_functions[:, number]),
                            self._guests(FUNCTION, number))  # fmt: skip

    def _firms(self, works: np.ndarray) -> tuple["Firm", ...]:
        return tuple([self.model.firm(row) for row in self.leads[works].tolist()])

    def _guests(self, column: int, number: int) -> tuple[str, ...]:
        """Universities with a running project on a system or function."""
        numbers = set(self.at_work[self.at_work[:, column] == number, PERFORMER].tolist())
        return tuple(sorted(self.model.universities[int(number)].name for number in numbers))

    def functions_covered(self) -> float:
        """Share of the functional groups with a lead or a guest."""
        covered = self.on_functions.any(axis=0)
        covered[self.at_work[:, FUNCTION].astype(np.int64)] = True
        return float(covered.sum()) / len(FUNCTIONS)


class Committees(ConsortiumState):
    """The part of a consortium that sits on committees."""

    def branches(self) -> list[str]:
        """Countries with a branch; one nameless branch where there are none."""
        return self.charter.branches or [WHOLE]

    def branch_of(self, firm: "Firm") -> str:
        """The branch a member sits in: that of its country, the first for members from elsewhere."""
        branches = self.branches()
        return firm.country if firm.country in branches else branches[0]

    def committee(self, kind: str, branch: str = WHOLE) -> Committee:
        """A committee as it stands today; the executive has no branch. Where nobody sits, it is the next one up."""
        standing = self.standing()
        if self.book.get("committees of") is not standing:
            self.book["committees of"], self.book["committees"] = standing, {}
        known, which = self.book["committees"], (kind, WHOLE if kind in (EXECUTIVE, MEETING) else branch)
        if which not in known:
            known[which] = self._seated(*which) or self.committee(NEXT_UP[kind], branch)
        return known[which]

    def committees(self) -> list[Committee]:
        """All committees with anybody on them, from the top down."""
        all_kinds = [(EXECUTIVE, WHOLE), *itertools.product((STEERING, TECHNICAL), self.branches())]
        found = [self.committee(kind, branch) for kind, branch in all_kinds]
        return [committee for (kind, _), committee in zip(all_kinds, found, strict=True) if committee.kind == kind]

    def _seated(self, kind: str, branch: str) -> Committee | None:
        """Seats follow tiers, tiers follow revenue: a firm without a tier has no seat, one without a seat no vote."""
        standing = self.standing()
        if kind == MEETING:
            return Committee(kind, branch, self.model, standing.rows, standing.tiers, np.ones_like(standing.tiers))
        counted = self._seats_by_tier(kind).take(standing.tiers)
        sits = (counted if branch == WHOLE else counted * self._sits_in(branch)).nonzero()[0]
        if not len(sits):
            return None
        return Committee(kind, branch, self.model, standing.rows.take(sits), standing.tiers.take(sits), counted.take(sits))

    def _seats_by_tier(self, kind: str) -> np.ndarray:
        """Seats that each tier of the charter in force has on a committee."""
        if self.book.get("seats of") is not self.charter:
            self.book["seats of"] = self.charter
            self.book["seats"] = {which: np.array([tier.seats_on(which) for tier in self.charter.tiers])
                                  for which in (EXECUTIVE, STEERING, TECHNICAL)}  # fmt: skip
        return self.book["seats"][kind]

    def _sits_in(self, branch: str) -> np.ndarray:
        """Which of the members sit in a branch."""
        standing = self.standing()
        if self.book.get("branches of") is not standing:
            branches = self.branches()
            self.book["branches of"] = standing
            self.book["branch"] = np.array([branches.index(self.branch_of(firm)) for firm in self.members], dtype=np.int64)
        return self.book["branch"] == self.branches().index(branch)

    def working_groups(self) -> WorkingGroups:
        """A system group for every published system in scope, a functional group for every function.

        Technical leads sit where their firm works; universities with a running project in the field are guests.
        """
        model = self.model
        desks = [self.committee(TECHNICAL, branch).rows for branch in self.branches()]
        here = (model.published & (self.charter.scope()[model.systems.medium] > 0)).nonzero()[0]
        return WorkingGroups(model, np.concatenate(desks), here, self.sheet[: len(self.projects)])

    def decides(self, committee: Committee, motion: str, ballots: Iterable[tuple[Seat, Decision]],
                needed: float = 0.5) -> Decision:  # fmt: skip
        """Count a committee's seats, and keep with the outcome who voted how and why."""
        told = list(ballots)
        yes = float(sum([seat.seats for seat, ballot in told if ballot.happens]))
        no = float(sum([seat.seats for seat, ballot in told])) - yes
        outcome = by_vote(yes, no, needed, {seat.firm.name: bool(ballot) for seat, ballot in told})
        return Decision(outcome.happens, outcome.terms | {
            "motion": motion, "committee": f"{committee.kind} {committee.branch}".strip(),
            "seats": {seat.firm.name: seat.seats for seat, _ in told},
            "reasons": {seat.firm.name: ballot.terms for seat, ballot in told}})  # fmt: skip

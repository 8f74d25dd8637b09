"""Committees: seats read off members, tiers and charter, never stored; what they vote on and who carries a motion.

One executive committee; a steering and a technical committee for each branch; working groups by system and by function
(F41-F52). A committee that nobody can fill hands its motions to the next one up, the last of them to the members' meeting.
"""

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.consortium.state import ConsortiumState
from sim.decisions import Decision, by_vote
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.firm import Firm

EXECUTIVE, STEERING, TECHNICAL, MEETING = "executive", "steering", "technical", "members' meeting"
MEETS = {EXECUTIVE: 6, STEERING: 3, TECHNICAL: 1}  # months between meetings (F46-F48)
WHOLE = ""  # the branch of a body without branches


class Seat(NamedTuple):
    """Seats of one member on a committee."""

    firm: "Firm"
    tier: int  # 0 is the first
    seats: int


class Committee(NamedTuple):
    """A committee as it stands."""

    kind: str
    branch: str
    seats: tuple[Seat, ...]


class WorkingGroup(NamedTuple):
    """A working group: technical leads who vote, guests who do not (F49)."""

    kind: str  # "system" or "function"
    subject: str
    members: tuple["Firm", ...]
    guests: tuple[str, ...]


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
        """A committee as it stands today; the executive has no branch."""
        return self._committees()[kind, WHOLE if kind in (EXECUTIVE, MEETING) else branch]

    def committees(self) -> list[Committee]:
        """All committees with anybody on them, from the top down."""
        return [committee for (kind, _), committee in self._committees().items() if committee.kind == kind != MEETING]

    def _committees(self) -> dict[tuple[str, str], Committee]:
        standing = self.standing()
        if self.book.get("committees of") is not standing:
            self.book["committees of"], self.book["committees"] = standing, self._seated(standing.tiers.tolist())
        return self.book["committees"]

    def _seated(self, tiers: list[int]) -> dict[tuple[str, str], Committee]:
        """Seats follow tiers, tiers follow revenue: a firm without a tier has no seat, one without a seat no vote."""
        by_tier = {EXECUTIVE: [t.executive_seats for t in self.charter.tiers],
                   STEERING: [t.steering_seats for t in self.charter.tiers],
                   TECHNICAL: [t.technical_seats for t in self.charter.tiers]}  # fmt: skip
        members = list(zip(self.members, tiers, map(self.branch_of, self.members), strict=True))
        meeting = Committee(MEETING, WHOLE, tuple([Seat(firm, tier, 1) for firm, tier, _ in members]))
        found = {(MEETING, WHOLE): meeting}
        above = meeting
        for kind, seats in by_tier.items():
            for branch in (WHOLE,) if kind == EXECUTIVE else self.branches():
                here = tuple([Seat(firm, tier, seats[tier]) for firm, tier, sits in members
                              if seats[tier] > 0 and (kind == EXECUTIVE or sits == branch)])  # fmt: skip
                up = found.get((STEERING, branch), above) if kind == TECHNICAL else above
                found[kind, branch] = Committee(kind, branch, here) if here else up
            above = found.get((EXECUTIVE, WHOLE), meeting)
        return found

    def working_groups(self) -> list[WorkingGroup]:
        """A system group for every published system in scope, a functional group for every function.

        Technical leads sit where their firm works; universities with a running project in the field are guests.
        """
        model, firms = self.model, self.model.firms
        leads = [seat.firm for branch in self.branches() for seat in self.committee(TECHNICAL, branch).seats]
        rows = [firm.number for firm in leads]
        on_systems, on_functions = (firms.system_weights[rows] > 0.1).T, (firms.function_weights[rows] > 0.2).T
        here = model.published & (self.charter.scope()[model.systems.medium] > 0)
        found = [("system", number, model.systems.names[number], on_systems[number]) for number in np.flatnonzero(here).tolist()]
        found += [("function", number, name, on_functions[number]) for number, name in enumerate(FUNCTIONS)]
        guests = {"system": self._guests("system"), "function": self._guests("function")}
        return [WorkingGroup(kind, name, tuple(itertools.compress(leads, works)), tuple(sorted(guests[kind].get(number, ()))))
                for kind, number, name, works in found]  # fmt: skip

    def _guests(self, kind: str) -> dict[int, set[str]]:
        """Universities with a running project, by the number of its system or function."""
        guests: dict[int, set[str]] = {}
        for project in self.projects:
            if project.performer is not None:
                guests.setdefault(getattr(project, kind), set()).add(project.performer.name)
        return guests

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

"""What a consortium is and has: charter, members, money, projects. What it decides stands in the files beside this one."""

from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np

from sim.compiled import compiled
from sim.consortium.charter import Charter
from sim.consortium.projects import WIDTH, Project, Tally
from sim.consortium.roadmap import Forecast
from sim.decisions import overrides
from sim.population import FUNCTIONS, MEDIA

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.firm.state import FirmState
    from sim.model import ConsortiumModel

NEVER = 1 << 30  # a month that does not come
LEAST_SERVED = 0.15  # part of a member's need that the scope must serve
FLOWS = ("projects_started", "projects_stopped", "projects_finished", "fee_income_musd", "public_money_musd", "match_musd",
         "new_public_musd", "new_private_musd", "project_public_musd", "project_private_musd", "joint_work_musd",
         "administration_musd")  # fmt: skip


class Standing(NamedTuple):
    """How the members of a consortium stand, in their order."""

    rows: np.ndarray  # numbers in the firm table
    accounts: np.ndarray  # their numbers in the books
    tiers: np.ndarray  # 0 is the first
    fees: np.ndarray  # million US$ a year
    votes: np.ndarray


class ConsortiumState(mesa.Agent):
    """A research consortium as others see it: who belongs, with which tier, fee and votes, and who comes and goes."""

    model: "ConsortiumModel"
    ties = 0  # universities it has worked with itself
    next_end = NEVER  # month in which the next project ends, or one that was stopped would have

    def __init__(self, model: "ConsortiumModel", name: str, charter: Charter, country: str) -> None:
        super().__init__(model)
        self.number = model.next_body_number()
        self.name = name
        self.charter = charter
        self.stamp = 0  # counts changes of members
        self._standing: tuple[int, int, Charter, Standing] | None = None  # with what it was reckoned for
        self.country = country  # where it was founded
        self.founded = model.month
        self.ended: int | None = None
        self.members: list[Firm] = []
        self.account = model.accounts.open(name)
        self.ever: set[int] = set()
        self.universities_ever: set[int] = set()
        self.reserve = 0.0  # million US$, part of the account
        self.yearly_fees = 0.0
        self.last_budget = 0.0
        self.last_public = -999  # month in which it last received public money
        self.trust: dict[int, float] = {}  # in other consortia, by number
        self.history: list[tuple] = []  # observable state by month, for the recogniser
        self.founders = 0
        self.book: dict[str, Any] = {}  # the recorder's own notes
        self.flows: dict[str, float] = dict.fromkeys(FLOWS, 0.0)  # what happened this month
        # its projects
        systems = len(model.systems)
        self.projects: list[Project] = []
        self.sheet = np.zeros((64, WIDTH))  # the same in numbers, a row each
        self.started = 0
        self.leads = np.zeros(len(model.firms.alive) + 1, dtype=np.int64)  # how many each firm looks after; -1 is nobody
        self._tally: Tally | None = None
        self.cell_musd = np.zeros((systems, len(FUNCTIONS)))  # running money a year per cell
        self.matrix = np.zeros((systems, len(FUNCTIONS)))  # priority of each cell, sums to one
        self.matrices: dict[str, np.ndarray] = {}  # the same by branch
        self.sent: dict[str, np.ndarray] = {}  # and as sent out to universities
        self.holds_back = True  # whether the executive last held money back for the reserve
        self.roadmap: list[Forecast] = []  # of this year
        self.roadmap_trust = 0.7  # 0..1, weight of the roadmap among its members
        self.results: dict[str, float] = {}  # long-term counts of closed projects
        self.taken_up = np.zeros(0)  # know-how that each firm took up from its projects, by number
        self.last_tiers: dict[int, int] = {}  # tier (1 is the first) of every firm in its last year inside, by number
        self.joint_work = 0.0  # 0..1, how far specifications and benchmarks of its members' chain are worked out
        self.awards = np.zeros((systems, len(FUNCTIONS)))  # university projects started so far per cell
        self.demand = np.zeros((systems, len(FUNCTIONS)))  # sum of the matrices sent out under which they were started
        self.asked_in: dict[tuple[int, str], np.ndarray] = {}  # the same of those scored, by year and branch

    @property
    def countries(self) -> list[str]:
        """The countries it sits in."""
        return self.charter.branches or [self.country]

    def standing(self) -> Standing:
        """How its members stand; reckoned anew when members, charter or what firms measure have changed."""
        known, measured = self._standing, self.model.measured
        if known is None or known[0] != self.stamp or known[1] != measured or known[2] is not self.charter:
            rows = np.array([firm.number for firm in self.members], dtype=np.int64)
            at, dues = self.model.landscape.place.take(rows), self.model.landscape.dues(self.charter)
            fees = self.charter.fee_factor * dues.fee.take(at)
            standing = Standing(rows, self.model.firms.account.take(rows), dues.tier.take(at), fees, dues.votes.take(at))
            self._standing = known = self.stamp, measured, self.charter, standing
        return known[3]

    @property
    def rows(self) -> np.ndarray:
        """Numbers of its members in the firm table."""
        return self.standing().rows

    def tiers(self) -> np.ndarray:
        """Tier of each member, 0 the first."""
        return self.standing().tiers

    def core(self) -> list["Firm"]:
        """Members of the core tiers, which hold seats and votes."""
        core = self.charter.core_tiers
        return [firm for firm, tier in zip(self.members, self.tiers().tolist(), strict=True) if tier < core]

    def voters(self) -> list[tuple["Firm", float]]:
        """Members with their votes; where no core member is left, one vote each."""
        standing = self.standing()
        if self.book.get("voters of") is not standing:
            votes = standing.votes.tolist() if standing.votes.any() else [1.0] * len(self.members)
            self.book["voters of"] = standing
            self.book["voters"] = [(firm, vote) for firm, vote in zip(self.members, votes, strict=True) if vote > 0]
        return self.book["voters"]

    def fee_of(self, firm: "FirmState") -> float:
        """The yearly fee that its charter asks of a firm (million US$)."""
        landscape = self.model.landscape
        return self.charter.fee_factor * landscape.dues(self.charter).fee.item(landscape.place[firm.number])

    def may_join(self, firm: "Firm") -> bool:
        """Whether the charter admits a firm: its ultimate owner, and a business the scope serves."""
        if self.charter.membership == "domestic" and firm.country not in self.countries:
            return False
        media, needs = self.charter.media, self.model.firms.focus[firm.number].tolist()
        return sum([need for need, medium in zip(needs, MEDIA, strict=True) if medium in media]) > LEAST_SERVED

    def plainly_admits_all(self) -> bool:
        """Whether the charter admits every member with something to spare, so that `may_join` need not be asked of each."""
        if overrides(type(self), ConsortiumState, "may_join"):
            return False
        countries = self.countries
        if self.charter.membership == "domestic" and any(firm.country not in countries for firm in self.members):
            return False
        return bool(least_served(self.rows, self.model.firms.focus, self.charter.scope()) > LEAST_SERVED + 1e-9)

    def admits(self, firm: "Firm") -> None:
        """Take a firm in."""
        self.members.append(firm)
        firm.memberships.append(self)
        firm.joined[self.number] = self.model.month
        self.ever.add(firm.number)
        self.stamp += 1
        self.model.membership_changes += 1

    def releases(self, firm: "Firm") -> None:
        """Let a member go."""
        self.members.remove(firm)
        firm.memberships.remove(self)
        firm.disappointed.pop(self.number, None)
        self.stamp += 1
        self.model.membership_changes += 1

    def chain_coverage(self) -> float:
        """How much of the supply chain it co-ordinates: that of the association under its roof, less without.

        What members have specified and measured together counts for half of it (F62).
        """
        if not self.members:
            return 0.0
        under_roof = self.charter.host == "association"
        own = self.model.firms.owns[self.rows, :6]
        spans = self.model.association.chain() if under_roof else 0.5 * float(own.any(axis=0).mean())
        return spans * (0.6 + 0.8 * self.joint_work)


@compiled
def least_served(rows, focus, scope):
    """The part of its need that the scope serves of the member it serves least; one where there are no members."""
    least = 1.0
    for firm in rows:
        served = 0.0
        for medium in range(len(scope)):
            served += scope[medium] * focus[firm, medium]
        least = min(least, served)
    return least

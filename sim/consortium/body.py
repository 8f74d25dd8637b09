"""A consortium: members, charter, money. What its bodies decide stands in the files beside this one, by subject."""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np

from sim.consortium.charter import Charter
from sim.consortium.governance import Governance, GovernanceDecisions
from sim.consortium.outlook import leading, outlook_of, possible_public, worth_of_membership
from sim.consortium.prospects import Outlook
from sim.consortium.research import ResearchManagement
from sim.consortium.splitting import SplittingDecisions
from sim.parameters import parameter
from sim.population import DISK, LINE_NEED, MEDIA

if TYPE_CHECKING:
    from sim.firm import Firm

__all__ = ["Consortium", "Governance", "Treasury"]

FLOWS = ("projects_started", "projects_stopped", "projects_finished", "fee_income_musd", "public_money_musd", "match_musd",
         "new_public_musd", "new_private_musd", "project_public_musd", "project_private_musd")  # fmt: skip


@dataclass
class Treasury:
    """Money matters that hold for every consortium."""

    reserve_rate: float = parameter(
        0.10, unit="share of income", low=0.0, high=0.5, kind="lever", source="F82; assumption",
        meaning="share of the income put aside until the reserve of the charter is full", moves="starts_swing -",
    )
    tier_access: float = parameter(
        0.85, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F67: tiers know results to different depths",
        meaning="access to results of each tier against the one above", moves="product_density_2010_gb_in2 +",
    )
    fewest_members: int = parameter(
        3, unit="firms", low=1, high=10, kind="lever", source="assumption", meaning="members below which a consortium ends",
        moves="members_mean -",
    )
    trust_fades: float = parameter(
        0.03, unit="a year", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="pace at which trust between two consortia fades", moves="wait_bi_national +",
    )


class Standing(NamedTuple):
    """How the members of a consortium stand, in their order."""

    rows: np.ndarray  # numbers in the firm table
    tiers: np.ndarray  # 0 is the first
    fees: np.ndarray  # million US$ a year
    votes: np.ndarray


class Consortium(GovernanceDecisions, ResearchManagement, SplittingDecisions, mesa.Agent):
    """A research consortium under a charter."""

    def __init__(self, model, name: str, charter: Charter, country: str) -> None:
        super().__init__(model)
        self.number = model.next_body_number()
        self.name = name
        self.charter = charter
        self.stamp = 0  # counts changes of members
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
        self.last_year: deque[tuple[float, float]] = deque(maxlen=12)  # public and private money by month
        self.flows: dict[str, float] = dict.fromkeys(FLOWS, 0.0)  # what happened this month
        model.all_bodies.append(self)
        self.start_research()

    @property
    def countries(self) -> list[str]:
        """The countries it sits in."""
        return self.charter.branches or [self.country]

    def standing(self) -> Standing:
        """How its members stand; reckoned anew when members, charter or what firms measure have changed."""
        key = (self.stamp, self.model.measured, id(self.charter))
        if self.book.get("standing of") != key:
            rows = np.array([firm.number for firm in self.members], dtype=np.int64)
            at, dues = self.model.landscape.place[rows], self.model.landscape.dues(self.charter)
            standing = Standing(rows, dues.tier[at], self.charter.fee_factor * dues.fee[at], dues.votes[at])
            self.book["standing of"], self.book["standing"] = key, standing
        return self.book["standing"]

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
        votes = self.standing().votes.tolist()
        if not any(votes):
            votes = [1.0] * len(self.members)
        return [(firm, vote) for firm, vote in zip(self.members, votes, strict=True) if vote > 0]

    def fee_of(self, firm: "Firm") -> float:
        """The yearly fee that its charter asks of a firm (million US$)."""
        landscape = self.model.landscape
        return self.charter.fee_factor * landscape.dues(self.charter).fee.item(landscape.place[firm.number])

    def weigh_joining(self, firms: list["Firm"], occasion: str = "") -> None:
        """Outsiders who look into it weigh joining; the ledger keeps those who do, and why."""
        worth = worth_of_membership(self.model, self, [firm.number for firm in firms])
        for firm, terms in zip(firms, worth, strict=True):
            decision = firm.joins(self, terms)
            if decision:
                self.admits(firm)
                why = ": ".join(filter(None, (occasion, leading(terms))))
                self.model.ledger.note(self.model.month, "joined", firm.name, self.name, why, decision.terms)

    def recruits(self, firm: "Firm") -> float:
        """Chance that recruiting brings a firm of core size to look into it this year."""
        if self.charter.recruiting == 0.0:
            return 0.0
        return self.charter.recruiting if firm.storage >= self.charter.tiers[self.charter.core_tiers - 1].from_revenue_musd else 0.0

    def collects_notice(self, firm: "Firm") -> None:
        """A member that leaves of its own will still owes the fees of the notice period."""
        if self.charter.notice_years > 0:
            owed = self.charter.notice_years * float(self.charter.fee(self.model.storage_revenue[[firm.number]])[0])
            paid = self.model.accounts.pay(int(self.model.firms.account[firm.number]), self.account, owed)
            self.flows["fee_income_musd"] += paid

    def may_join(self, firm: "Firm") -> bool:
        """Whether the charter admits a firm: its ultimate owner, and a business the scope serves."""
        if self.charter.membership == "domestic" and firm.country not in self.countries:
            return False
        media, focus = self.charter.media, self.model.firms.focus[firm.number].tolist()
        return sum([need for medium, need in zip(MEDIA, focus, strict=True) if medium in media]) > 0.15

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
        """How much of the supply chain it co-ordinates: that of the association under its roof, less without."""
        if self.charter.host == "association":
            return self.model.association.chain()
        if not self.members:
            return 0.0
        return 0.5 * float(self.model.firms.owns[self.rows, :6].any(axis=0).mean())

    def outlook(self) -> Outlook:
        """What everybody needs to know to value this consortium under any charter."""
        return outlook_of(self.model, self.charter, self.countries, self.members, self.expected_public(), (self,))

    @staticmethod
    def imagined(model, charter: Charter, country: str, members: list["Firm"],
                 without: tuple["Consortium", ...] = ()) -> Outlook:  # fmt: skip
        """The outlook of a consortium that does not exist yet."""
        public = sum(possible_public(model, government, members) for government in model.governments
                     if government.country == country)  # fmt: skip
        return outlook_of(model, charter, [country], members, public, without)

    def expected_public(self) -> float:
        """Public money a year that its members expect if the body applies for it (million US$)."""
        here = [government for government in self.model.governments if government.country in self.countries]
        return sum(possible_public(self.model, government, self.members) for government in here)

    def inherits_trust(self, parent: "Consortium") -> None:
        """People of the parent keep the trust they have in others, and the others in them."""
        for other in self.model.consortia:
            if other.number in parent.trust:
                self.trust[other.number] = other.trust[self.number] = parent.trust[other.number]

    def takes_over(self, old: "Consortium") -> None:
        """A united body takes over the running projects, the reserve and the trust of an older one."""
        self.reserve += old.reserve
        self.last_public = max(self.last_public, old.last_public)
        self.last_budget += old.last_budget
        self.yearly_fees += old.yearly_fees
        for project in list(old.projects):
            old.hands_over(project, self)
        for number, trust in old.trust.items():
            self.trust[number] = max(trust, self.trust.get(number, 0.0))

    def collects_fees(self) -> None:
        """Once a quarter: members pay a quarter of the yearly fee; the running of the house takes its part."""
        if not self.members:
            self.yearly_fees = 0.0
            return
        accounts, firms = self.model.accounts, self.model.firms
        standing = self.standing()
        self.yearly_fees = float(standing.fees.sum())
        paid = accounts.collect(firms.account[standing.rows], self.account, standing.fees / 4.0)
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        accounts.pay(self.account, "administration", paid * (1.0 - self.charter.share_to_projects) * (1.0 - saved))
        self.flows["fee_income_musd"] += paid

    def observes(self) -> tuple:
        """Its observable state this month, as the recogniser reads it; looked at anew when something changed."""
        key = (id(self.charter), self.model.measured, self.model.membership_changes)
        if self.book.get("seen") != key:
            self.book["seen"], self.book["state"] = key, self._observed()
        month, state = self.model.month, self.book["state"]
        return (month, *state[:3], month - self.last_public <= 12, *state[3:])

    def _observed(self) -> tuple:
        voters = self.voters()
        foreign = sum(firm.country not in self.countries[:1] for firm, _ in voters)
        branch = {firm.country for firm, _ in voters}
        reference = self.model.settings.home.country
        makers = sum(firm.makes_drives and firm.country == reference and firm.pays_most_to() is self for firm in self.members)
        return (self.charter.membership == "open", tuple(self.charter.media), self.charter.host,
                tuple(self.charter.branches), foreign, len(voters) - foreign,
                tuple(c for c in self.charter.branches if c in branch), makers)  # fmt: skip

    def disk_needs(self) -> np.ndarray:
        """How much of each member's storage business is disk, million US$ a year."""
        return self.model.firms.focus[self.rows, DISK] * (self.model.firms.revenue[self.rows] @ LINE_NEED)

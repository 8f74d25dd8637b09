"""A consortium: members, charter, money. What its bodies decide stands in the files beside this one, by subject."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.consortium.charter import Charter
from sim.consortium.governance import Governance
from sim.consortium.outlook import outlook_of, possible_public
from sim.consortium.prospects import Outlook
from sim.consortium.research import ResearchManagement
from sim.consortium.splitting import SplittingDecisions
from sim.consortium.state import ConsortiumState, Standing
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.model import ConsortiumModel

__all__ = ["Consortium", "Governance", "Treasury"]


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
        moves="survival -",
    )
    trust_fades: float = parameter(
        0.03, unit="a year", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="pace at which trust between two consortia fades", moves="wait_bi_national +",
    )


class Consortium(SplittingDecisions, ResearchManagement):
    """A research consortium under a charter."""

    def __init__(self, model: "ConsortiumModel", name: str, charter: Charter, country: str) -> None:
        super().__init__(model, name, charter, country)
        self._state: tuple[Standing, int, tuple, tuple] | None = None  # as observed last, with what it was observed for
        model.all_bodies.append(self)

    @staticmethod
    def imagined(model: "ConsortiumModel", charter: Charter, country: str, members: list["Firm"],
                 without: tuple[ConsortiumState, ...] = ()) -> Outlook:  # fmt: skip
        """The outlook of a consortium that does not exist yet."""
        public = sum(possible_public(model, government, members, charter) for government in model.governments
                     if government.country == country)  # fmt: skip
        return outlook_of(model, charter, [country], [firm.number for firm in members], public, without)

    def inherits_trust(self, parent: ConsortiumState) -> None:
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
            if old.country in self.branches() and project.branch not in self.branches():
                project.branch = old.country  # the branch that its members form pays it on
        for number, trust in old.trust.items():
            self.trust[number] = max(trust, self.trust.get(number, 0.0))

    def collects_fees(self) -> None:
        """Once a quarter: members pay a quarter of the yearly fee; the running of the house takes its part."""
        if not self.members:
            self.yearly_fees = 0.0
            return
        accounts, standing = self.model.accounts, self.standing()
        self.yearly_fees = float(standing.fees.sum())
        paid = accounts.collect(standing.accounts, self.account, standing.fees / 4.0)
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        running = accounts.pay(self.account, "administration", paid * (1.0 - self.charter.share_to_projects) * (1.0 - saved))
        self.flows["administration_musd"] += running
        self.flows["fee_income_musd"] += paid

    def observes(self) -> tuple:
        """Its observable state this month, as the recogniser reads it; looked at anew when something changed."""
        known, standing, changes = self._state, self.standing(), self.model.membership_changes
        if known is None or known[0] is not standing or known[1] != changes:
            self._state = known = standing, changes, *self._observed(standing)
        month = self.model.month
        return (month, *known[2], month - self.last_public <= 12, *known[3])

    def _observed(self, standing: Standing) -> tuple[tuple, tuple]:
        votes = standing.votes.tolist()
        alike = not any(votes)  # where no core member is left, all have a vote
        owners = [firm.country for firm, vote in zip(self.members, votes, strict=True) if alike or vote > 0]
        foreign = len(owners) - owners.count(self.countries[0])
        branch = set(owners)
        reference = self.model.settings.home.country
        makes_drives = self.model.firms.maker[standing.rows].tolist()
        makers = len([firm for firm, makes in zip(self.members, makes_drives, strict=True)
                      if makes and firm.country == reference and firm.pays_most_to() is self])  # fmt: skip
        branches = tuple(self.charter.branches)
        return ((self.charter.membership == "open", tuple(self.charter.media), self.charter.host),
                (branches, foreign, len(owners) - foreign, tuple([c for c in branches if c in branch]), makers))  # fmt: skip

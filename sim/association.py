"""The trade association (IDEMA): international, along the whole supply chain; it hosts, introduces and co-ordinates."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa

from sim.fitted import fitted
from sim.parameters import Prior, parameter

if TYPE_CHECKING:
    from sim.consortium.state import ConsortiumState
    from sim.firm import Firm
    from sim.firm.state import FirmState
    from sim.model import ConsortiumModel

DISK_LINES = 6  # the first of the business lines


@dataclass
class Association:
    """Whether there is a trade association, and what it can do."""

    exists: bool = parameter(
        True, unit="", kind="lever", source="specification, section 11, direction 4", meaning="whether there is an association",
        moves="wait_industry_led -, members_ever_2000 +",
    )
    reach: float = parameter(
        0.8, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F78; assumption",
        meaning="share of the disk firms that belong to it", moves="members_ever_2008 +",
    )
    own_share: float = fitted(
        "association.own_share", unit="share", low=0.0, high=1.0, source="F78: its members cover the disk chain; level assumed",
        meaning="share of a consortium's members that must be its own before it offers its roof", moves="wait_industry_led +",
        prior=Prior(0.4, 0.8, "F78: about half to most of the members belong to the association"),
    )
    roof_saves: float = fitted(
        "association.roof_saves", unit="share of administration", low=0.0, high=1.0, source="F78, M35; assumption",
        meaning="share of a consortium's own running cost that its roof saves", moves="wait_industry_led -",
        prior=Prior(0.25, 0.75, "M35: hosting saves a good part of the running cost"),
    )
    host_introduces: float = parameter(
        4.0, unit="times", low=1.0, high=20.0, kind="uncertainty", source="F78; assumption",
        meaning="how much more often it introduces its firms to a consortium that it hosts", moves="wait_bi_national -",
    )
    trust_per_year: float = fitted(
        "association.trust_per_year", unit="a year", low=0.0, high=1.0, source="F37, F78: long basis of co-operation; assumption",
        meaning="pace at which two consortia with members in common come to trust each other under its eyes",
        moves="wait_bi_national -",
        prior=Prior(0.1, 0.5, "F37: about five to ten years from contact to merger", "log"),
    )


class IndustryAssociation(mesa.Agent):
    """The trade association of the disk industry."""

    model: "ConsortiumModel"

    def __init__(self, model: "ConsortiumModel", settings: Association) -> None:
        super().__init__(model)
        self.settings = settings
        self.belong: set[int] = set()

    def enrols(self, firm: "Firm") -> None:
        """A disk firm of any country may belong."""
        disk = self.model.firms.focus[firm.number, 0]
        if self.settings.exists and firm.draw("belong to the association") < self.settings.reach * disk:
            self.belong.add(firm.number)

    def withdraws(self) -> None:
        """It is no more: no roof, no introductions, no trust under its eyes (a user's shock)."""
        self.settings = dataclasses.replace(self.settings, exists=False)
        self.belong.clear()

    def introduces(self, firm: "FirmState", body: "ConsortiumState") -> float:
        """How often it brings a firm of its own to a consortium: the more often where it is itself the host."""
        if firm.number not in self.belong:
            return 0.0
        return self.settings.host_introduces if body.charter.host == "association" else 1.0

    def offers_roof(self, members: list["Firm"]) -> bool:
        """It hosts a consortium most of whose members are its own, when enough firms belong to pay for an office."""
        own = sum(firm.number in self.belong for firm in members)
        return self.settings.exists and len(self.belong) >= 8 and own >= self.settings.own_share * len(members)

    def chain(self) -> float:
        """How much of the supply chain it spans, 0 to 1: the share of business lines with a member, disk lines only."""
        if not self.settings.exists or not self.belong:
            return 0.0
        owned = self.model.firms.owns.take(list(self.belong), axis=0).any(axis=0)
        return sum(owned[:DISK_LINES].tolist()) / DISK_LINES

    def builds_trust(self, one: "ConsortiumState", other: "ConsortiumState", overlap: float) -> float:
        """Trust that a year of members in common adds between two consortia; less without an association.

        Two bodies under its roof, or one, meet more often than two strangers.
        """
        if not self.settings.exists:
            return 0.25 * self.settings.trust_per_year * overlap
        roofs = (one.charter.host == "association") + (other.charter.host == "association")
        return self.settings.trust_per_year * overlap * (0.3, 0.8, 2.0)[roofs]

"""A firm: one or more business lines under one owner."""

from sim.firm.committees import CommitteeDecisions
from sim.firm.deals import DealDecisions
from sim.firm.membership import MembershipDecisions
from sim.firm.products import ProductDecisions
from sim.firm.research import ResearchDecisions


class Firm(MembershipDecisions, CommitteeDecisions, ResearchDecisions, ProductDecisions, DealDecisions):
    """A storage firm. Its decisions stand in five files by subject; a subclass may override each of them."""

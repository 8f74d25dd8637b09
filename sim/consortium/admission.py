"""How a consortium looks to those who may come in, and how it takes them in and lets them go."""

from typing import TYPE_CHECKING

from sim.consortium.outlook import leading, outlook_of, possible_public, worth_of_membership
from sim.consortium.prospects import Outlook
from sim.consortium.state import ConsortiumState
from sim.consortium.worth import in_words
from sim.decisions import overrides
from sim.firm.membership import MembershipDecisions, would_join

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.firm.state import FirmState


class Admission(ConsortiumState):
    """The part of a consortium that outsiders and leavers meet."""

    def outlook(self) -> Outlook:
        """What everybody needs to know to value this consortium under any charter; kept until something of it changes."""
        model = self.model
        seen = (model.measured, model.membership_changes, [body.charter for body in model.consortia],
                [government.expected for government in model.governments])  # fmt: skip
        if self.book.get("outlook of") != seen:
            self.book["outlook of"] = seen
            self.book["outlook"] = outlook_of(model, self.charter, self.countries, self.members, self.expected_public(), (self,))
        return self.book["outlook"]

    def expected_public(self) -> float:
        """Public money a year that its members expect if the body applies for it (million US$)."""
        here = [government for government in self.model.governments if government.country in self.countries]
        return sum(possible_public(self.model, government, self.members, self.charter) for government in here)

    def weigh_joining(self, firms: list["Firm"], occasion: str = "") -> None:
        """Outsiders who look into it weigh joining; the ledger keeps those who do, and why."""
        worth = worth_of_membership(self.model, self, [firm.number for firm in firms])
        alike = not overrides(self.model.firm_class, MembershipDecisions, "joins")
        for firm, column in zip(firms, worth.T.tolist(), strict=True):
            if alike and not would_join(firm, self.number, column):
                continue
            terms = in_words(column)
            decision = firm.joins(self, terms)
            if decision:
                self.admits(firm)
                why = ": ".join(filter(None, (occasion, leading(terms))))
                self.model.ledger.note(self.model.month, "joined", firm.name, self.name, why, decision.terms)

    def recruits(self, firm: "FirmState") -> float:
        """Chance that recruiting brings a firm of core size to look into it this year."""
        if self.charter.recruiting == 0.0:
            return 0.0
        smallest = self.charter.tiers[self.charter.core_tiers - 1].from_revenue_musd
        return self.charter.recruiting if firm.storage >= smallest else 0.0

    def collects_notice(self, firm: "Firm") -> None:
        """A member that leaves of its own will still owes the fees of the notice period."""
        if self.charter.notice_years > 0:
            owed = self.charter.notice_years * float(self.charter.fee(self.model.storage_revenue[[firm.number]])[0])
            paid = self.model.accounts.pay(int(self.model.firms.account[firm.number]), self.account, owed)
            self.flows["fee_income_musd"] += paid

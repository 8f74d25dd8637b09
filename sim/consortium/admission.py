"""How a consortium looks to those who may come in, and how it takes them in and lets them go."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.consortium.outlook import leading, outlook_of, possible_public, worth_of_membership
from sim.consortium.prospects import Outlook
from sim.consortium.state import ConsortiumState
from sim.firm.membership import who_joins
from sim.records.events import Row

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
            self.book["outlook"] = outlook_of(model, self.charter, self.countries, self.rows, self.expected_public(), (self,))
        return self.book["outlook"]

    def expected_public(self) -> float:
        """Public money a year that its members expect if the body applies for it (million US$)."""
        countries = self.countries
        return sum([possible_public(self.model, government, self.members, self.charter)
                    for government in self.model.governments if government.country in countries])  # fmt: skip

    def weigh_joining(self, firms: list["Firm"], occasion: str = "") -> None:
        """Outsiders who look into it weigh joining; the ledger keeps those who do, and why."""
        model = self.model
        worth = worth_of_membership(model, self, [firm.number for firm in firms])
        for firm, (joins, told) in zip(firms, who_joins(model, self, firms, worth), strict=True):
            if joins:
                self.admits(firm)
                model.ledger.note_all(partial(_joined, model.month, firm.name, self.name, occasion, told))

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


def _joined(month: int, firm: str, body: str, occasion: str, told: Callable[[], dict[str, Any]]) -> list[Row]:
    """That a firm joined, on which occasion and what weighed most."""
    terms = told()
    return [(month, "joined", firm, body, ": ".join(filter(None, (occasion, leading(terms["terms"])))), terms)]

"""When the members of one programme found a body of their own: the separation of a programme from its parent."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from sim.consortium import prospects
from sim.consortium.alternatives import Alternatives, for_a_new_body, only
from sim.consortium.charter import Terms
from sim.consortium.governance import GovernanceDecisions, ballots_of, leading_reasons
from sim.consortium.outlook import possible_public
from sim.consortium.portfolio import Portfolio
from sim.consortium.worth import Gains, Worth, gains
from sim.firm.membership import who_is_in_favour
from sim.population import MEDIA

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.firm import Firm

NEW_TERMS = ("already served", "co-ordination", "set-up")  # what only the founders of a body weigh


def effective_number(sizes: np.ndarray) -> float:
    """Effective number of equals among founders: one over the sum of squared shares of their sizes.

    >>> round(effective_number(np.array([6.0, 3.0, 1.0])), 3)
    2.174
    """
    share = sizes / sizes.sum()
    return float(1.0 / (share * share).sum())


class SplittingDecisions(GovernanceDecisions, Portfolio):
    """The part of a consortium whose programmes may leave it; once a year."""

    def considers_spin_off(self) -> None:
        """The sponsors of each programme weigh a body of their own against staying; the best case is put to a vote."""
        if self.model.settings.governance.charter_fixed or len(self.charter.media) < 2:
            return
        for medium in self.charter.media:
            sponsors = self._sponsors(medium)
            if len(self.charter.media) > 1 and len(sponsors) >= self.model.settings.governance.fewest_founders:
                self._weighs_own_body(medium, sponsors)

    def _sponsors(self, medium: str) -> list["Firm"]:
        """Core members whose business lives mainly on a medium."""
        standing, core = self.standing(), self.charter.core_tiers
        needs = self.model.firms.focus[standing.rows, MEDIA.index(medium)].tolist()
        return [firm for firm, tier, need in zip(self.members, standing.tiers.tolist(), needs, strict=True)
                if tier < core and need > 0.5]  # fmt: skip

    def _weighs_own_body(self, medium: str, sponsors: list["Firm"]) -> None:
        roof = self.model.association.offers_roof(sponsors)
        table = for_a_new_body(self.charter.terms, medium, roof, self.model.market.media)
        rows, landscape = np.array([firm.number for firm in sponsors]), self.model.landscape
        here, own = self._compared(table, medium, sponsors, rows)
        weight = landscape.dues(self.charter).votes[landscape.place[rows]]
        weight = weight if weight.sum() > 0 else np.ones(len(sponsors))
        weight = weight / weight.sum()
        gain = own.weighed(weight) - here.weighed(weight)
        gain = self._within_law(table, gain)
        best = int(np.argmax(gain))
        if self.model.settings.governance.votes == "coin":
            best = int(self.model.chance.uniform("coin body", self.model.month, self.number) * len(table))
        elif gain[best] <= 0:
            return
        if gain[best] == -np.inf:
            return
        self._votes_on_own_body(medium, table.charter(best), gains(own.names(), own.table(best), here.table(0)), sponsors)

    def _compared(self, table: Alternatives, medium: str, sponsors: list["Firm"],
                  rows: np.ndarray) -> tuple[Worth, Worth]:  # fmt: skip
        """What staying is worth to the sponsors, and what every body of their own is."""
        told, view = self.model.settings.membership, self.outlook()
        here = prospects.values(view, only(self.charter.terms), told, rows)
        founders = view.firms.present(rows)
        would_come = np.maximum(view.would_come, 0.35 * view.present) * (1.0 - founders)
        public = sum([possible_public(self.model, government, sponsors, self.charter) for government in self.model.governments
                      if government.country in self.countries])  # fmt: skip
        alone = dataclasses.replace(view, would_come=would_come, present=founders, public_musd=public)
        own = prospects.values(alone, table, told, rows)
        own.levels.append((table.money, NEW_TERMS, self._cost_of_founding(table, medium, sponsors, rows)))
        return here, own

    def _cost_of_founding(self, table: Alternatives, medium: str, sponsors: list["Firm"], rows: np.ndarray) -> np.ndarray:
        """What only founders weigh, terms × rows of money × sponsors.

        Bringing founders together is easier the fewer and larger they are; a roof makes setting up cheap."""
        told = self.model.settings.governance
        equals = effective_number(self.model.storage_revenue[rows] + 1e-6)
        set_up = np.where(table.hosted > 0, told.set_up / 3.0, told.set_up) * (1.0 + table.further)[table.paid_by]
        served = np.array(self._could_go_elsewhere(medium, sponsors), dtype=float)
        terms = np.empty((len(NEW_TERMS), len(set_up), len(sponsors)))
        terms[0] = -told.already_served * served
        terms[1] = -told.coordination * (equals - 1.0)
        terms[2] = -set_up[:, None]
        return terms

    def _could_go_elsewhere(self, medium: str, sponsors: list["Firm"]) -> list[bool]:
        """Whether another consortium of the same country for the medium has each as a member or would admit it."""
        others = [body for body in self.model.consortia
                  if body is not self and self.country in body.countries and medium in body.charter.media]  # fmt: skip
        return [any(firm in body.members or body.may_join(firm) for body in others) for firm in sponsors]

    def _votes_on_own_body(self, medium: str, terms: Terms, gained: Gains, sponsors: list["Firm"]) -> None:
        """Sponsors vote; those in favour found the body when they carry the majority and are enough."""
        held = {firm.number: votes for firm, votes in self.voters()}
        says, told_votes = who_is_in_favour(self.model, self, "own body", sponsors, gained, {})
        ballots = ballots_of([(firm, held.get(firm.number, 1.0)) for firm in sponsors], says)
        outcome = self.counts(ballots, self.charter.majority, f"a body of its own for {medium}", told_votes)
        founders = [firm for firm, _, ballot in ballots if ballot]
        told = self.model.settings.governance
        if not outcome or len(founders) < told.fewest_founders:
            self.model.ledger.note(self.model.month, "spin_off_failed", self.name, medium,
                                   lambda: f"own body for {medium}: {leading_reasons(gained)}", outcome.terms)  # fmt: skip
            return
        self.model.founds_spin_off(self, medium, terms, founders, outcome, leading_reasons(gained))

    def loses_sponsors(self, body: "Consortium", founders: list["Firm"], medium: str) -> None:
        """Founders whose other business is small leave the parent; the programme's other sponsors are invited along."""
        column = MEDIA.index(medium)
        invited = [firm for firm in self.members if firm not in founders and body.may_join(firm)
                   and self.model.firms.focus[firm.number, column] > 0.3]  # fmt: skip
        if invited:
            body.weigh_joining(invited, "goes along with its programme")
        for firm in list(self.members):
            if firm in body.members and self._other_business(firm, medium) < 0.45:
                self.releases(firm)
                self.model.ledger.note(self.model.month, "membership_lost", firm.name, self.name, f"goes to {body.name}")

    def _other_business(self, firm: "Firm", medium: str) -> float:
        """Share of a firm's needs on the other media of the parent's scope."""
        others = [MEDIA.index(m) for m in self.charter.media if m != medium]
        return float(self.model.firms.focus[firm.number, others].sum())

    def closes_programme(self, medium: str) -> None:
        """The parent gives a programme up when too few of its sponsors remain."""
        column = MEDIA.index(medium)
        left = sum(self.model.firms.focus[firm.number, column] > 0.5 for firm in self.core())
        if left < self.model.settings.governance.fewest_founders and len(self.charter.media) > 1:
            media = tuple(m for m in self.charter.terms.media if m != medium)
            self.adopts_charter(self.charter.terms._replace(media=media))

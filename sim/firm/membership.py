"""What a firm decides about consortia: join, stay, vote, found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.decisions import Decision, by_chance, by_comparison
from sim.firm.state import FirmState
from sim.parameters import parameter
from sim.population import FLASH

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.consortium.state import ConsortiumState


@dataclass
class Belonging:
    """How firms go about membership."""

    attention: float = parameter(
        0.06, unit="chance a year", low=0.0, high=1.0, kind="uncertainty", source="31 firms in ten years (F21); assumption",
        meaning="chance that an outsider examines a consortium in a year", moves="members_ever_2000 +",
    )
    broker: float = parameter(
        0.04, unit="chance a year", low=0.0, high=0.5, kind="uncertainty", source="F78: the association connects; assumption",
        meaning="what the association's introductions add to that chance", moves="members_ever_2008 +",
    )
    invitation: float = parameter(
        0.15, unit="chance", low=0.0, high=1.0, kind="uncertainty",
        source="F25: Hitachi and Sony came in with the opening; level assumed",
        meaning="chance that a foreign firm looks into a consortium that has just opened and invites it",
        moves="wait_international -",
    )
    judgement: float = parameter(
        0.35, unit="", low=0.05, high=2.0, kind="uncertainty", source="logit scale; assumption",
        meaning="spread of what firms overlook when they join, leave or vote", moves="exits_total +",
    )
    patience_years: float = parameter(
        3.0, unit="years", low=0.0, high=8.0, kind="uncertainty", source="M9: dropped out after a few years",
        meaning="years of disappointment before a member thinks of leaving", moves="exits_total -",
    )
    turns_away: float = parameter(
        0.30, unit="chance a year", low=0.0, high=2.0, kind="uncertainty",
        source="F82: strategic shifts of members; level assumed",
        meaning="chance that a member whose whole need turned to flash leaves a body that does not serve it",
        moves="exits_total +",
    )
    base_exit: float = parameter(
        0.02, unit="chance a year", low=0.0, high=0.2, kind="uncertainty", source="M8: 0.02-0.05",
        meaning="chance that a member leaves for reasons outside the model", moves="exits_total +",
    )


class MembershipDecisions(FirmState):
    """The part of a firm that deals with consortia."""

    def pays_most_to(self) -> "ConsortiumState | None":
        """The consortium to which it pays its highest fee; the youngest of equals."""
        if len(self.memberships) < 2:
            return self.memberships[0] if self.memberships else None
        return max(self.memberships, key=lambda body: (body.fee_of(self), body.number))

    def examines(self, body: "Consortium") -> bool:
        """An outsider examines a consortium when its attention, or the association, leads it there."""
        told = self.model.settings.belonging
        chance = told.attention + told.broker * self.model.association.introduces(self, body) + body.recruits(self)
        return self.draw("examine a consortium", body.number) < chance

    def joins(self, body: "ConsortiumState", worth: dict[str, float]) -> Decision:
        """A firm joins where the value of membership, as far as it can judge, is positive."""
        return by_chance(worth, self.model.settings.belonging.judgement, self.draw("join", body.number))

    def stays(self, body: "ConsortiumState", worth: dict[str, float]) -> Decision:
        """A member stays while membership is worth it, and for its years of patience when it is not.

        Being a member makes staying the habit: it leaves only when its value, taken with patience, is negative.
        """
        told = self.model.settings.belonging
        value = sum(worth.values())
        years = self.disappointed.get(body.number, 0) + 1 if value < 0 else 0
        self.disappointed[body.number] = years
        if self.model.month - self.joined.get(body.number, 0) < 12 * body.charter.pledge_years:
            return by_comparison({"pledge": 1.0})
        if self.draw("leave for other reasons", body.number) < told.base_exit:
            return by_comparison({"reasons outside the model": -1.0})
        elsewhere = self.business_on_flash_outside(body)
        if self.draw("leave for other business", body.number) < told.turns_away * elsewhere:
            return by_comparison({"business outside the scope": -elsewhere})
        if years <= told.patience_years:
            return by_comparison(worth | {"patience": max(0.0, -value) + 1.0})
        return by_chance(worth, told.judgement, self.draw("renew", body.number))

    def business_on_flash_outside(self, body: "ConsortiumState") -> float:
        """Share of its needs that lie, or are planned, on flash where the consortium does not serve flash."""
        return 0.0 if "flash" in body.charter.media else float(self.table.focus[self.number, FLASH])

    def votes(self, body: "ConsortiumState", motion: str, gain: dict[str, float]) -> Decision:
        """A member votes for a motion from which it expects more than from the status quo.

        `gain` is the difference in each term of the value of membership; taste is what only the firm knows.
        """
        if self.model.settings.governance.votes == "coin":
            return by_chance({"coin": 0.0}, 1.0, self.draw("vote " + motion, body.number))
        taste = self.model.settings.belonging.judgement * self.noise("vote " + motion, body.number)
        return by_comparison(gain | {"own taste": 0.5 * taste})

    def founds(self, worth: dict[str, float]) -> Decision:
        """A firm is for founding a consortium when it expects it to be worth the effort."""
        if self.model.settings.governance.votes == "coin":
            return by_chance({"coin": 0.0}, 1.0, self.draw("found"))
        taste = self.model.settings.belonging.judgement * self.noise("found")
        return by_comparison(worth | {"own taste": 0.5 * taste})


def highest_chance_to_examine(body: "Consortium") -> float:
    """The chance of an outsider whom attention, association and recruiting all lead to a consortium; nobody's is higher."""
    told, introduced = body.model.settings.belonging, body.model.settings.association.host_introduces
    return told.attention + told.broker * max(1.0, introduced) + body.charter.recruiting

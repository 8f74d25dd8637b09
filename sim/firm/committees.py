"""What a firm decides on committees of its consortium: scores, slates of projects, budgets, leads, joint applications."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.decisions import Decision, by_chance, by_comparison
from sim.firm.state import FirmState
from sim.parameters import parameter
from sim.population import DISK

if TYPE_CHECKING:
    from sim.consortium.committees import Seat
    from sim.consortium.state import ConsortiumState

NEAR_ENOUGH = -1e-12  # a slate that comes exactly as near as asked for is approved


@dataclass
class CommitteeWork:
    """How members behave on committees."""

    slate_keeps: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F47: the steering committee approves; level assumed",
        meaning="how near a slate must come to what a member's own scores asked for, before it votes for the slate",
        moves="slates_refused_share +",
    )
    caution: float = parameter(
        1.0, unit="", low=0.0, high=4.0, kind="uncertainty", source="F82: reserve fund; level assumed",
        meaning="weight of a reserve below its target against money for projects when the executive votes on the budget",
        moves="budgets_held_back_share +",
    )
    spends: float = parameter(
        0.5, unit="", low=0.0, high=4.0, kind="uncertainty", source="assumption",
        meaning="weight of projects now when the executive votes on the budget, more in haste", moves="budgets_held_back_share -",
    )
    joins_in: float = parameter(
        0.9, unit="", low=-4.0, high=4.0, kind="uncertainty", source="F63, F65: joint applications encouraged; level assumed",
        meaning="readiness of a member to apply together with a university in a field it needs", moves="joint_share +",
    )
    most_leads: int = parameter(
        6, unit="projects", low=1, high=50, kind="uncertainty", source="F66: a call a month each; level assumed",
        meaning="projects that the leads of one seat can look after well", moves="project_quality_mean +",
    )


class CommitteeDecisions(FirmState):
    """The part of a firm that sits on committees."""

    def scores(self) -> np.ndarray:
        """Its scores for the priority matrix, systems × functions, summing to one: what its own R&D works on (F59)."""
        return self.table.system_weights[self.number][:, None] * self.table.function_weights[self.number]

    def approves_slate(self, body: "ConsortiumState", fit: float, asked: float) -> Decision:
        """A steering member approves a slate that comes near enough to what its own scores asked for.

        `fit` is the share of the slate's money in its cells, `asked` the same under the priority matrix; both 0 to 1.
        """
        if self.model.settings.governance.votes == "coin":
            return by_chance({"coin": 0.0}, 1.0, self.draw("approve the slate", body.number))
        keeps = self.model.settings.committees.slate_keeps
        return by_comparison({"fit of the slate": fit, "fit asked for": -keeps * asked}, NEAR_ENOUGH)

    def approves_budget(self, body: "ConsortiumState", missing: float) -> Decision:
        """An executive member approves the budget applied for, or holds part of it back while the reserve is short.

        `missing` is the share of the reserve's target that is not there.
        """
        if self.model.settings.governance.votes == "coin":
            return by_chance({"coin": 0.0}, 1.0, self.draw("approve the budget", body.number))
        told = self.model.settings.committees
        hurry = self.threat * float(self.table.focus[self.number, DISK])
        return by_comparison({"projects now": told.spends * (1.0 + hurry), "reserve missing": -told.caution * missing})

    def co_applies(self, body: "ConsortiumState", need: float, place: int) -> Decision:
        """A member asked by a university joins its application the likelier, the more it needs the field.

        `need` is its own weight on the function, 0 to 1; `place` numbers the application in the call.
        """
        terms = apply_together(self.model.settings.committees, need, body.charter.offers)
        return by_chance(terms, 1.0, self.model.chance.uniform("apply together", self.model.month, place, body.number))

    def lends_lead(self, seat: "Seat", load: int) -> bool:
        """A technical member lends a company lead while those of its seats have time."""
        return load < self.model.settings.committees.most_leads * max(1, seat.seats)


def apply_together(told: CommitteeWork, need: float, offers: float) -> dict[str, float]:
    """What a member weighs that is asked to apply together."""
    return {"readiness": told.joins_in - 2.0, "need": 3.0 * need, "offers": offers}


@compiled
def chances_to_apply(needs, readiness, weight, offers, chances):
    """The chance that each seat applies together on each function: the logistic of what `apply_together` weighs."""
    for seat in range(needs.shape[0]):
        for function in range(needs.shape[1]):
            value = readiness + weight * needs[seat, function] + offers
            odds = math.exp(-abs(value))
            chances[seat, function] = (1.0 if value >= 0.0 else odds) / (1.0 + odds)


@compiled
def seats_for_and_against(counted, fits, asked, keeps):
    """Seats of those to whom a slate comes near enough and of the others, as `approves_slate` has it without its words."""
    yes, no = 0, 0
    for seat in range(len(counted)):
        if fits[seat] - keeps * asked[seat] > NEAR_ENOUGH:
            yes += counted[seat]
        else:
            no += counted[seat]
    return yes, no

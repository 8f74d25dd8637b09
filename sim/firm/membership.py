"""What a firm decides about consortia: join, stay, vote, found."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.compiled import compiled
from sim.consortium.worth import Gains, in_words
from sim.decisions import Decision, by_chance, by_comparison, logistic, overrides
from sim.firm.state import FirmState
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import FLASH

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.consortium.state import ConsortiumState
    from sim.firm import Firm
    from sim.model import ConsortiumModel


@dataclass
class Belonging:
    """How firms go about membership."""

    rule: str = parameter(
        "weighs", unit="", kind="lever", choices=("weighs", "follows_the_crowd", "coin"),
        source="specification; rivals: imitation (Abrahamson 1996) and no reason at all, for validation",
        meaning="whether firms join and stay by what membership is worth to them, by what their peers do, or by chance",
        moves="members_mean -",
    )
    crowd: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption; read under the rival rule alone",
        meaning="share of its peers among the members from which a firm that follows the crowd joins and stays",
        moves="members_mean -",
    )
    attention: float = fitted(
        "belonging.attention", unit="chance a year", low=0.0, high=1.0, source="31 firms in ten years (F21); assumption",
        meaning="chance that an outsider examines a consortium in a year", moves="members_ever_2000 +",
        prior=Prior(0.03, 0.12,
                    "31 firms of about a hundred joined in ten years (F21): 3 to 12 % look at a consortium in a year", "log"),
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
    judgement: float = fitted(
        "belonging.judgement", unit="", low=0.05, high=2.0, source="logit scale; assumption",
        meaning="spread of what firms overlook when they join, leave or vote", moves="exits_total +",
        prior=Prior(0.15, 0.7, "half to twice the value first chosen; wider is a coin, narrower no spread", "log"),
    )
    patience_years: float = fitted(
        "belonging.patience_years", unit="years", low=0.0, high=8.0, source="M9: dropped out after a few years",
        meaning="years of disappointment before a member thinks of leaving", moves="exits_total -",
        prior=Prior(1, 5, "M9: members dropped out after a few years"),
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


EXAMINE = "examine a consortium"  # what chance is asked when an outsider comes across one
REVIEWED = ("leave for other reasons", "leave for other business", "renew")  # what chance is asked when a member reviews
PLEDGED, PATIENT, WORTH_IT = 1, 2, 3  # why a member stays
OTHER_REASONS, OTHER_BUSINESS, NOT_WORTH_IT = -1, -2, -3  # why it leaves


class MembershipDecisions(FirmState):
    """The part of a firm that deals with consortia."""

    def pays_most_to(self) -> "ConsortiumState | None":
        """The consortium to which it pays its highest fee; the youngest of equals."""
        if len(self.memberships) < 2:
            return self.memberships[0] if self.memberships else None
        return max(self.memberships, key=lambda body: (body.fee_of(self), body.number))

    def examines(self, body: "Consortium") -> bool:
        """An outsider examines a consortium when its attention, or the association, leads it there."""
        return self.draw(EXAMINE, body.number) < chance_to_examine(self, body)

    def joins(self, body: "ConsortiumState", worth: dict[str, float]) -> Decision:
        """A firm joins where the value of membership, as far as it can judge, is positive."""
        return by_chance(worth, self.model.settings.belonging.judgement, self.draw("join", body.number))

    def stays(self, body: "ConsortiumState", worth: dict[str, float]) -> Decision:
        """A member stays while membership is worth it, and for its years of patience when it is not.

        Being a member makes staying the habit: it leaves only when its value, taken with patience, is negative.
        """
        told, draws = self.model.settings.belonging, [self.draw(decision, body.number) for decision in REVIEWED]
        value, elsewhere = sum(worth.values()), self.business_on_flash_outside(body)
        years = self.disappointed[body.number] = self.disappointed.get(body.number, 0) + 1 if value < 0 else 0
        pledged = self.model.month - self.joined.get(body.number, 0) < 12 * body.charter.pledge_years
        verdict = weighs_staying(value, years, pledged, elsewhere, *draws, told.base_exit, told.turns_away, told.patience_years,
                                 told.judgement)  # fmt: skip
        return reasons_to_stay(verdict, worth, elsewhere, told.judgement, draws[-1])

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


@compiled
def weighs_staying(value, years, pledged, elsewhere, draw_other, draw_business, draw_renew, base_exit, turns_away, patience,
                   judgement):  # fmt: skip
    """Why a member stays (above zero) or leaves (below), given the value of membership and its years of disappointment."""
    if pledged:
        return PLEDGED
    if draw_other < base_exit:
        return OTHER_REASONS
    if draw_business < turns_away * elsewhere:
        return OTHER_BUSINESS
    if years <= patience:
        return PATIENT
    return WORTH_IT if draw_renew < 1.0 / (1.0 + np.exp(-value / judgement)) else NOT_WORTH_IT


@compiled
def members_weigh_staying(rows, dice, focus, serves_flash, worth, years, pledged, draws, base_exit, turns_away, patience,
                          judgement, elsewhere, renew, verdicts):  # fmt: skip
    """The same for every member, a column of `worth` each; adds a year of disappointment where the value is negative.

    Writes the business on flash that the body does not serve, the draw that decides on renewing, and the verdict.
    """
    for place in range(len(rows)):
        firm, own = rows[place], dice[rows[place]]
        value = 0.0
        for term in range(len(worth)):
            value += worth[term, place]
        years[place] = years[place] + 1 if value < 0.0 else 0
        elsewhere[place] = 0.0 if serves_flash else focus[firm, FLASH]
        renew[place] = draws[2, own]
        verdicts[place] = weighs_staying(value, years[place], pledged[place], elsewhere[place], draws[0, own], draws[1, own],
                                         renew[place], base_exit, turns_away, patience, judgement)  # fmt: skip


def reasons_to_stay(verdict: int, worth: dict[str, float], elsewhere: float, judgement: float, draw: float) -> Decision:
    """A verdict as a decision with its terms."""
    if verdict == PLEDGED:
        return by_comparison({"pledge": 1.0})
    if verdict == OTHER_REASONS:
        return by_comparison({"reasons outside the model": -1.0})
    if verdict == OTHER_BUSINESS:
        return by_comparison({"business outside the scope": -elsewhere})
    if verdict == PATIENT:
        return by_comparison(worth | {"patience": max(0.0, -sum(worth.values())) + 1.0})
    return by_chance(worth, judgement, draw)


class Review(NamedTuple):
    """What the members of a consortium decided at their yearly review, in their order."""

    stays: list[bool]
    in_full: Callable[[int], dict[str, Any]]  # puts the terms of one's decision together
    verdicts: list[int] | None = None  # and in numbers: verdict and worth, terms × members; None where a subclass decides
    worth: np.ndarray | None = None

    def in_favour(self) -> list[float | None]:
        """What each weighed in favour of staying; None where something else than the worth of membership decided."""
        if self.worth is None or self.verdicts is None:
            told = [self.in_full(place)["terms"] for place in range(len(self.stays))]
            return [in_favour(terms) if "fee" in terms else None for terms in told]
        columns = zip(self.verdicts, self.worth.T.tolist(), strict=True)
        return [sum([value for value in column if value > 0]) if verdict in (PATIENT, WORTH_IT, NOT_WORTH_IT) else None
                for verdict, column in columns]  # fmt: skip


def in_favour(terms: dict[str, float]) -> float:
    """What somebody weighed in favour of membership; patience is none of it."""
    return sum([value for name, value in terms.items() if value > 0 and name != "patience"])


def who_stays(model: "ConsortiumModel", body: "ConsortiumState", members: list["Firm"], worth: np.ndarray) -> Review:
    """Of every member whether it stays; `worth` is terms × members. All weigh it at once unless a subclass decides otherwise."""
    if overrides(model.firm_class, MembershipDecisions, "stays", "business_on_flash_outside"):
        decisions = [firm.stays(body, in_words(column)) for firm, column in zip(members, worth.T.tolist(), strict=True)]
        return Review([decision.happens for decision in decisions], lambda place: decisions[place].terms)
    told, firms, rows, number = model.settings.belonging, model.firms, body.rows, body.number
    draws = model.chance.uniforms_of(REVIEWED, model.month, firms.highest_dice() + 1, number)
    years, pledged = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)
    for place, firm in enumerate(members):
        if number in firm.disappointed:
            years[place] = firm.disappointed[number]
    if body.charter.pledge_years > 0:
        pledge = 12 * body.charter.pledge_years
        pledged[:] = [model.month - firm.joined.get(number, 0) < pledge for firm in members]
    before, verdicts = years.copy(), np.empty(len(rows), dtype=np.int64)
    elsewhere, renew = np.zeros(len(rows)), np.empty(len(rows))
    members_weigh_staying(rows, firms.dice, firms.focus, "flash" in body.charter.media, worth, years, pledged, draws,
                          told.base_exit, told.turns_away, told.patience_years, told.judgement, elsewhere, renew,
                          verdicts)  # fmt: skip
    for place in np.flatnonzero(years != before).tolist():
        members[place].disappointed[number] = years.item(place)

    def in_full(place: int) -> dict[str, Any]:
        return reasons_to_stay(verdicts.item(place), in_words(worth[:, place].tolist()), elsewhere.item(place), told.judgement,
                               renew.item(place)).terms  # fmt: skip

    return Review((verdicts > 0).tolist(), in_full, verdicts.tolist(), worth)


def who_is_in_favour(model: "ConsortiumModel", body: "ConsortiumState", motion: str, voters: list["Firm"], gained: Gains,
                     further: dict[str, float]) -> tuple[list[bool], Callable[[int], dict[str, Any]]]:  # fmt: skip
    """Of every voter whether it is for a motion, and a function that puts the terms of one's vote together.

    `further` is what everybody gains beside. All vote at once unless a subclass decides otherwise.
    """
    if model.settings.governance.votes == "coin" or overrides(model.firm_class, MembershipDecisions, "votes"):
        ballots = [firm.votes(body, motion, gain | further) for firm, gain in zip(voters, gained.firm_by_firm(), strict=True)]
        return [ballot.happens for ballot in ballots], lambda place: ballots[place].terms
    judgement, beside = model.settings.belonging.judgement, list(further.values())
    noise = model.chance.normals("vote " + motion, model.month, model.firms.highest_dice() + 1, body.number)
    tastes = [0.5 * (judgement * noise.item(firm.dice)) for firm in voters]
    says = [math.fsum([*gain, *beside, taste]) > 0.0 for gain, taste in zip(gained.table.T.tolist(), tastes, strict=True)]
    return says, lambda place: by_comparison(gained.of(place) | further | {"own taste": tastes[place]}).terms


def who_joins(model: "ConsortiumModel", body: "ConsortiumState", firms: list["Firm"],
              worth: np.ndarray) -> Iterator[tuple[bool, Callable[[], dict[str, Any]]]]:  # fmt: skip
    """Of everybody who looks into a consortium, one after the other, whether it joins, and a function that puts the terms of
    its decision together. `worth` is terms × firms; what `joins` comes to is reckoned unless a subclass decides otherwise."""
    decides_itself, judgement = overrides(model.firm_class, MembershipDecisions, "joins"), model.settings.belonging.judgement
    for firm, column in zip(firms, worth.T.tolist(), strict=True):
        if decides_itself:
            decision = firm.joins(body, in_words(column))
            yield decision.happens, partial(dict, decision.terms)
        else:
            draw = firm.draw("join", body.number)
            yield draw < logistic(math.fsum(column) / judgement), partial(_reasons_to_join, column, judgement, draw)


def _reasons_to_join(worth: list[float], judgement: float, draw: float) -> dict[str, Any]:
    """The terms of a firm's decision on joining."""
    return by_chance(in_words(worth), judgement, draw).terms


def who_examines(model: "ConsortiumModel", body: "Consortium") -> list["Firm"]:
    """The outsiders who examine a consortium; those whose draw lies above the highest chance there is are not looked at."""
    inside = set(body.members)
    if overrides(model.firm_class, MembershipDecisions, "examines"):
        return [firm for firm in model.living_firms() if firm.tradable and firm not in inside and firm.examines(body)]
    rows = model.firms.living()
    draws = model.uniforms(EXAMINE, model.firms.count, body.number)[rows]
    near = draws < highest_chance_to_examine(body)
    drawn = zip(rows[near].tolist(), draws[near].tolist(), strict=True)
    return [firm for firm, draw in [(model.firm(row), draw) for row, draw in drawn]
            if firm.tradable and firm not in inside and draw < chance_to_examine(firm, body)]  # fmt: skip


def chance_to_examine(firm: FirmState, body: "Consortium") -> float:
    """The chance that an outsider examines a consortium this year: attention, the association and recruiting lead it there."""
    model, told = firm.model, firm.model.settings.belonging
    return told.attention + told.broker * model.association.introduces(firm, body) + body.recruits(firm)


def highest_chance_to_examine(body: "Consortium") -> float:
    """The chance of an outsider whom attention, association and recruiting all lead to a consortium; nobody's is higher."""
    told, hosted = body.model.settings.belonging, body.charter.host == "association"
    introduced = body.model.settings.association.host_introduces if hosted else 1.0
    return told.attention + told.broker * introduced + body.charter.recruiting

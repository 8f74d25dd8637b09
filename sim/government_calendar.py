"""Verbs of the timetable that belong to governments."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.government import Government
    from sim.model import ConsortiumModel


def governments_budget(model: "ConsortiumModel") -> None:
    """Once a year each government commits money to storage; what is proposed for next year shapes expectations."""
    for government in model.governments:
        government.budgets(int(model.year))


def joint_ventures_are_funded(model: "ConsortiumModel") -> None:
    """Once a year joint ventures compete for the money committed; a few go on without."""
    for government in model.governments:
        asked = {body: body.proposals(government) for body in government.bodies()}
        singles_are_funded(model, government, sum(asked.values()) + government.outside_proposals)
        everybody = sum(asked.values()) + government.outside_proposals
        for body, proposals in asked.items():
            _decides_on(model, government, body, proposals, everybody)


def _decides_on(model: "ConsortiumModel", government: "Government", body: "Consortium", proposals: int, everybody: float) -> None:
    """Each proposal wins with the chance the money gives it; one that loses goes on alone now and then."""
    told = government.funding
    wins = government.committed / told.joint_size_musd
    chance = min(1.0, wins / everybody) if everybody > 0 else 0.0
    goes_on = told.goes_on_unfunded / 9.0  # against the usual chance to win
    yearly = told.joint_size_musd / told.joint_years
    match = yearly * (1.0 - told.match_share) / told.match_share
    for number in range(proposals):
        draw = model.chance.uniform("public award", model.month, number, body.number)
        alone = draw >= chance and model.chance.uniform("go on alone", model.month, number, body.number) < goes_on
        if draw >= chance and not alone:
            continue
        terms = {"test": "comparison", "terms": {"chance": chance, "draw": -draw}, "threshold": 0.0, "value": chance - draw}
        if draw < chance:
            terms["recipients_musd"] = _among([firm.country for firm in body.eligible(government)], told.joint_size_musd)
            body.starts_joint(yearly, match, told.joint_years, number)
            model.ledger.note(model.month, "public_award", government.country, body.name,
                              f"{proposals} proposals of its own among {everybody:.0f}", terms)  # fmt: skip
        else:
            body.starts_joint(0.0, 0.5 * match, told.joint_years, number)
            model.ledger.note(model.month, "private_joint_venture", body.name, "", "members go on without public money", terms)


def singles_are_funded(model: "ConsortiumModel", government: "Government", asked: float) -> None:
    """Single firms win what joint ventures leave: a storage firm of the country is drawn for each award.

    `asked` is how many proposals there are, those of others included.
    """
    told = government.funding
    left = government.committed * government.outside_proposals / asked if asked > 0 else 0.0
    if round(left / told.single_size_musd) == 0:
        return
    rows = firms_that_may_win(model, government).tolist()
    for number in range(min(round(left / told.single_size_musd), len(rows))):
        draw = model.chance.uniform("single award", model.month, number, model.governments.index(government))
        firm = model.firm(rows[min(int(draw * len(rows)), len(rows) - 1)])
        if firm not in model.granted:
            model.granted.append(firm)
        firm.grants.append((told.single_size_musd / told.single_years, model.month + round(12 * told.single_years)))
        model.counters["single_awards_total"] += 1
        model.ledger.note(model.month, "single_award", government.country, firm.name, "an award to a single firm",
                          {"recipients_musd": {firm.country: told.single_size_musd}})  # fmt: skip


def firms_that_may_win(model: "ConsortiumModel", government: "Government") -> np.ndarray:
    """Numbers of the living firms with storage business that a government may fund, in the order of their rows."""
    rows = model.firms.living()
    may = model.storage_revenue[rows] > 1.0
    if government.funding.domestic_only:
        may &= model.firms.owned_in(government.country)[rows]
    return rows[may]


def _among(countries: list[str], musd: float) -> dict[str, float]:
    """An amount in even parts, by country of who receives a part."""
    return {country: musd * countries.count(country) / len(countries) for country in dict.fromkeys(countries)}

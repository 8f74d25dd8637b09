"""Verbs of the timetable that belong to governments."""

from typing import TYPE_CHECKING

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
        everybody = sum(asked.values()) + government.outside_proposals
        for body, proposals in asked.items():
            _decides_on(model, government, body, proposals, everybody)


def _decides_on(model: "ConsortiumModel", government: "Government", body: "Consortium", proposals: int, everybody: float) -> None:
    """Each proposal wins with the chance the money gives it; one that loses goes on alone now and then."""
    told = government.funding
    wins = government.committed / told.joint_size_musd
    chance = min(1.0, wins / everybody) if everybody > 0 else 0.0
    usual = 1.0 / 9.0
    yearly = told.joint_size_musd / told.joint_years
    match = yearly * (1.0 - told.match_share) / told.match_share
    for number in range(proposals):
        draw = model.chance.uniform("public award", model.month, number, body.number)
        terms = {"test": "comparison", "terms": {"chance": chance, "draw": -draw}, "threshold": 0.0, "value": chance - draw}
        if draw < chance:
            body.starts_joint(yearly, match, told.joint_years, number)
            model.ledger.note(model.month, "public_award", government.country, body.name,
                              f"{proposals} proposals of its own among {everybody:.0f}", terms)  # fmt: skip
        elif model.chance.uniform("go on alone", model.month, number, body.number) < told.goes_on_unfunded * usual:
            body.starts_joint(0.0, 0.5 * match, told.joint_years, number)
            model.ledger.note(model.month, "private_joint_venture", body.name, "", "members go on without public money", terms)

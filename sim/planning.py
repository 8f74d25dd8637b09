"""Verbs of the timetable by which firms and universities plan their year."""

from typing import TYPE_CHECKING

import numpy as np

from sim.population import DISK, FLASH, LINES
from sim.technology.systems import readiness
from sim.university import basic_effort

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


def firms_read_the_threat(model: "ConsortiumModel") -> None:
    """Firms read the price trends of flash and drive; the disk part of their business is threatened by what they expect."""
    firms = model.firms
    rows = slice(0, firms.count)
    expected = model.market.expected_loss()
    needs = firms.needs_of_business()
    nerve = np.clip(1.0 + 0.15 * model.normals("nerve", firms.count), 0.4, 1.6)
    seen = np.clip(expected * nerve, 0.0, 1.0)
    firms.threat[rows] += model.settings.belief.learning_per_year * (seen - firms.threat[rows])
    hedge = model.settings.belief.hedge * firms.threat[rows] * needs[:, DISK]
    needs[:, DISK] -= hedge
    needs[:, FLASH] += hedge
    firms.focus[rows] = needs
    model.expected_loss = expected


def firms_plan(model: "ConsortiumModel") -> None:
    """Once a year every firm sets its own R&D and splits it over systems and functions; the leads are measured."""
    model.measures()
    firms, credit = model.firms, model.settings.funding.tax_credit
    rows = firms.living()
    ready = readiness(firms.know_how[: firms.count], -1.0)
    published = model.published.astype(float)
    mixed = {body.number: 1.0 - rivals_share(model, body) for body in model.consortia}
    for row in rows:
        firm = model.firm(row)
        firm.sets_research(max((mixed[b.number] for b in firm.memberships), default=0.0), credit)
        firm.splits_research(ready[row], published)
        firm.splits_functions()
    model.measures()


def rivals_share(model: "ConsortiumModel", body) -> float:
    """How alike the members of a body are: the concentration of their main lines, 0 mixed to 1 all rivals."""
    if not body.members:
        return 0.0
    main = np.bincount(model.line_weight[body.rows].argmax(axis=1), minlength=len(LINES)) / len(body.members)
    return float((main * main).sum())


def universities_adapt(model: "ConsortiumModel") -> None:
    """Once a year universities' orientation and staff follow the money; their own research is reckoned anew."""
    for university in model.universities:
        university.follows_the_money()
    model.basic_effort = basic_effort(model.universities, len(model.systems))

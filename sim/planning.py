"""Verbs of the timetable by which firms and universities plan their year."""

from typing import TYPE_CHECKING

import numpy as np

from sim.firm.research import split_over_functions, split_over_systems
from sim.population import DISK, FLASH, LINE_NEED, LINES
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
    model.measures_size()
    firms, rows = model.firms, model.living
    mixed = {body.number: 1.0 - rivals_share(model, body) for body in model.consortia}
    credit = model.settings.funding.tax_credit
    research = []
    for firm, total in zip(model.living_firms(), model.storage_revenue[rows].tolist(), strict=True):
        shared = max([mixed[body.number] for body in firm.memberships]) if firm.memberships else 0.0
        granted = firm.running_grants() if firm.grants else 0.0
        research.append(firm.sets_research(total, shared, credit) + granted)
    firms.research[rows] = research
    splits_research(model, rows)
    model.measures()


def splits_research(model: "ConsortiumModel", rows: np.ndarray) -> None:
    """Own R&D of the firms in `rows` over systems and functions, from their focus, their lines and what they know."""
    firms, published = model.firms, model.published.astype(float)
    know_how = firms.know_how[rows]
    ready = readiness(know_how, -1.0)
    split = split_over_systems(firms.focus[rows], ready, published, model.systems, model.settings.research.near_bias)
    firms.system_weights[rows] = split
    firms.function_weights[rows] = split_over_functions(firms.revenue[rows] * LINE_NEED, split, know_how)


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
    model.asks_universities()

"""Verbs of the timetable by which firms and universities plan their year."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import compiled
from sim.decisions import overrides
from sim.firm.research import ResearchDecisions, research_is_split, research_wanted
from sim.government import tax_credits
from sim.population import DISK, FLASH, LINE_FUNCTIONS, LINE_NEED, LINES
from sim.technology.systems import ready_in
from sim.university import University, all_a_year_on, basic_effort

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


def firms_read_the_threat(model: "ConsortiumModel") -> None:
    """Firms read the price trends of flash and drive; the disk part of their business is threatened by what they expect."""
    firms, told = model.firms, model.settings.belief
    model.expected_loss = model.market.expected_loss()
    nerves = model.chance.normals("nerve", model.month, firms.highest_dice() + 1)
    firms.focuses()
    businesses_hedge(firms.threat, firms.focus, firms.dice, firms.count, nerves, model.expected_loss, told.learning_per_year,
                     told.hedge)  # fmt: skip


@compiled
def businesses_hedge(threat, focus, dice, firms, nerves, expected, learning, hedge):
    """Each firm's threat moves towards the loss it expects, by its nerve; it turns a part of its disk business to flash.

    `nerves` are standard normal numbers by dice; `focus` comes as what the business needs and is written.
    """
    for firm in range(firms):
        nerve = min(max(1.0 + 0.15 * nerves[dice[firm]], 0.4), 1.6)
        seen = min(max(expected * nerve, 0.0), 1.0)
        threat[firm] += learning * (seen - threat[firm])
        turned = hedge * threat[firm] * focus[firm, DISK]
        focus[firm, DISK] -= turned
        focus[firm, FLASH] += turned


def firms_plan(model: "ConsortiumModel") -> None:
    """Once a year every firm sets its own R&D and splits it over systems and functions; the leads are measured."""
    model.measures_size()
    firms, rows = model.firms, model.living
    granted = np.zeros(firms.count)
    for firm in model.granted:
        granted[firm.number] = firm.running_grants()
    firms.research[rows] = own_research(model) + granted[rows]
    splits_research(model, rows)
    model.measures_leads()


def own_research(model: "ConsortiumModel") -> Any:
    """What each living firm spends on its own R&D (million US$ a year), awards to it alone not counted."""
    firms, rows = model.firms, model.living
    credit = tax_credits(model)[rows]
    mixed, member = np.zeros(firms.count), np.zeros(firms.count, dtype=bool)
    for body in model.consortia:
        mixed[body.rows] = np.maximum(mixed[body.rows], 1.0 - rivals_share(model, body))
        member[body.rows] = True
    needed = model.storage_revenue[rows]
    if overrides(model.firm_class, ResearchDecisions, "sets_research"):
        each = zip(model.living_firms(), needed.tolist(), mixed[rows].tolist(), credit.tolist(), strict=True)
        return [firm.sets_research(total, shared, paid) for firm, total, shared, paid in each]
    told = model.settings.research
    return research_wanted(firms.intensity[rows], needed, member[rows], mixed[rows], credit, told.complement, told.sharing)


def splits_research(model: "ConsortiumModel", rows: np.ndarray) -> None:
    """Own R&D of the firms in `rows` over systems and functions, from their focus, their lines and what they know."""
    firms, table = model.firms, model.systems
    ready = np.empty((len(rows), len(table)))
    ready_in(firms.know_how, rows, -1.0, ready)
    research_is_split(rows, firms.focus, ready, model.published.astype(float), table.log_range, table.medium,
                      model.settings.research.near_bias, firms.revenue, LINE_NEED, firms.know_how, LINE_FUNCTIONS,
                      firms.system_weights, firms.function_weights)  # fmt: skip


def rivals_share(model: "ConsortiumModel", body) -> float:
    """How alike the members of a body are: the concentration of their main lines, 0 mixed to 1 all rivals."""
    if not body.members:
        return 0.0
    main = np.bincount(model.line_weight.take(body.rows, axis=0).argmax(axis=1), minlength=len(LINES)) / len(body.members)
    return float((main * main).sum())


def universities_adapt(model: "ConsortiumModel") -> None:
    """Once a year universities' orientation and staff follow the money; their own research is reckoned anew."""
    if overrides(model.university_class, University, "follows_the_money"):
        for university in model.universities:
            university.follows_the_money()
    else:
        told, table = model.settings.academia, model.university_table
        all_a_year_on(table.applied, table.staff, table.own_staff, table.industry_musd, table.public_musd, told.drift_per_year,
                      told.staff_per_musd, told.staff_return_years, told.staff_loss_years)  # fmt: skip
    model.basic_effort = basic_effort(model.staff, model.applied, model.strengths, len(model.systems))

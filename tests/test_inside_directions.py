"""Directions inside the consortium: turn one knob, the same seeds, say which way; what each parameter says it moves."""

import numpy as np
import pytest
from support import Difference, Numbers, difference, many

from sim.consortium.body import Consortium
from sim.model import ConsortiumModel
from sim.records.outcomes import outcomes_of
from sim.settings import Settings

pytestmark = pytest.mark.slow
SEEDS = range(2001, 2013)
SPAN = ["horizon.years=25"]
FIXED = [*SPAN, "governance.charter_fixed=true"]
RESERVE = [*SPAN, "charter.reserve_share=1.5"]
TWO_NATIONS = ["charter=asrc", "governance.charter_fixed=true", "horizon.years=15"]


def seen_inside(settings: Settings, seed: int) -> Numbers:
    """The outcomes of a history, and what only the inside shows."""
    model, months = ConsortiumModel(settings, seed), []
    while model.month < model.months:
        model.step()
        if model.month % 12 == 0:
            months += [firm.industrialisation() for firm in model.makers() if firm.memberships]
    told = outcomes_of(model)
    told["industrialisation_months"] = float(np.mean(months)) if months else float("nan")
    told["outsiders_take_up"] = sum(taken_up_outside(body) for body in model.all_bodies)
    told["orientation_at_the_end"] = float(np.mean([university.applied for university in model.universities]))
    told["first_branch_share"] = first_branch_share(model)
    return told


def taken_up_outside(body: Consortium) -> float:
    """Know-how that firms which never belonged took up from a body's projects."""
    return float(sum(body.taken_up[number] for number in range(len(body.taken_up)) if number not in body.ever))


def first_branch_share(model: ConsortiumModel) -> float:
    """Share of the fee money in university projects that branch budgets spend in the first branch; NaN without branches."""
    spent = {True: 0.0, False: 0.0}
    for number, project in model.all_projects:
        branches = model.all_bodies[number].charter.branches
        if branches and project.performer is not None:
            spent[project.branch == branches[0]] += project.fee_musd * (project.end - project.start)
    return spent[True] / sum(spent.values()) if sum(spent.values()) else float("nan")


def effect(low: str, high: str, outcome: str, within: list[str] = SPAN) -> Difference:
    """What the step from one setting to another changes in an outcome; several settings stand apart by spaces."""
    ends = (many([*within, *how.split()], SEEDS, seen_inside) for how in (low, high))
    return difference(*ends, outcome)


UP, DOWN = "up", "down"
DIRECTIONS = {
    "a permuted matrix moves the awards": ("", "calls.permuted=true", "matrix_award_correlation", DOWN, SPAN),
    "scarce proposals let awards follow the matrix less":
        ("", "academia.proposals_per_year=0.2", "matrix_award_correlation", DOWN, SPAN),
    "what members offer brings proposals": ("charter.offers=0", "charter.offers=1", "proposals_per_award", UP, SPAN),
    "what members offer brings partners": ("charter.offers=0", "charter.offers=1", "joint_share", UP, SPAN),
    "a bonus for joint applications": ("calls.joint_bonus=0", "calls.joint_bonus=1.5", "joint_share", UP, SPAN),
    "a platform helps the leads": ("supports.platform=0.1", "supports.platform=0.9", "project_quality_mean", UP, SPAN),
    "a platform saves doing things twice": ("supports.platform=0.1", "supports.platform=0.9", "duplication_mean", DOWN, SPAN),
    "caution holds money back": ("committees.caution=0.5", "committees.caution=2", "budgets_held_back_share", UP, RESERVE),
    "haste for projects lets it go": ("committees.spends=0.2", "committees.spends=1", "budgets_held_back_share", DOWN, RESERVE),
    "optimism makes roadmaps wrong": ("roadmap.optimism=0.1", "roadmap.optimism=0.6", "roadmap_error_years", UP, SPAN),
    "optimism costs trust": ("roadmap.optimism=0.1", "roadmap.optimism=0.6", "roadmap_trust_mean", DOWN, SPAN),
    "functional groups make roadmaps right": ("roadmap.corrected=0", "roadmap.corrected=1", "roadmap_error_years", DOWN, SPAN),
    "tolerance of failure stops more projects":
        ("supports.tolerance_of_failure=0.2", "supports.tolerance_of_failure=0.8", "projects_stopped_total", UP, SPAN),
    "a short horizon favours the near": ("charter.horizon=long", "charter.horizon=short", "far_share_mean", DOWN, FIXED),
    "what members do not control reaches outsiders":
        ("projects.control_leaks=0", "projects.control_leaks=1", "outsiders_take_up", UP, SPAN),
    "joint work shortens industrialisation":
        ("charter.joint_work_share=0", "charter.joint_work_share=0.3", "industrialisation_months", DOWN, SPAN),
    "autonomy leaves money with the branch that paid it":
        ("charter.branch_autonomy=0", "charter.branch_autonomy=1", "first_branch_share", UP, TWO_NATIONS),
    "researchers who return slowly are missed":
        ("academia.staff_return_years=3", "academia.staff_return_years=9", "researchers_mean", DOWN, SPAN),
    "industry money draws universities to applied work":
        ("funding.university_match=1", "funding.university_match=0", "orientation_at_the_end", UP, SPAN),
    "recruiting brings members": ("", "charter.recruiting=0.25", "members_mean", UP, SPAN),
    "a pledge keeps members": ("", "charter.pledge_years=2.5", "exits_total", DOWN, SPAN),
    "who leaves pays its notice": ("", "charter.notice_years=0.75", "fee_money_total_musd", UP, SPAN),
}  # fmt: skip


@pytest.mark.parametrize("name", DIRECTIONS)
def test_direction(name: str) -> None:
    low, high, outcome, way, within = DIRECTIONS[name]
    found = effect(low, high, outcome, within)
    print(f"{name}: {found}")
    assert found.up if way == UP else found.down, str(found)

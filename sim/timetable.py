"""The order of a month, a quarter and a year: read this page first.

Each verb is a function of the model; it stands with its subject. Nothing here knows a year of history.
"""

from typing import TYPE_CHECKING

from sim.consortium.calendar import (
    budgets_are_voted,
    calls_are_held,
    charters_are_considered,
    consortia_are_observed,
    consortia_may_merge,
    consortia_too_small_end,
    fees_are_collected,
    founding_is_considered,
    leads_read_reports,
    members_work_together,
    membership_is_reviewed,
    minutes_are_written,
    outsiders_examine_consortia,
    priorities_are_ranked,
    programmes_may_leave,
    projects_are_paid,
    projects_are_reviewed,
    projects_end,
    projects_teach,
    reserves_are_kept,
    roadmaps_are_made,
    students_are_hired,
    trust_grows,
)
from sim.government_calendar import governments_budget, joint_ventures_are_funded
from sim.industry.business import firms_earn_and_spend, other_lines_move, owners_are_paid, the_market_clears
from sim.industry.deals import (
    everybody_is_measured,
    firms_are_born_and_die,
    makers_court_each_other,
    makers_in_trouble_look_for_the_way_out,
    makers_turn_to_flash,
    newcomers_enter,
)
from sim.planning import firms_plan, firms_read_the_threat, universities_adapt
from sim.shocks.calendar import experiments_are_made
from sim.technology.calendar import (
    know_how_grows,
    laboratories_demonstrate,
    makers_choose_systems,
    new_systems_become_products,
    principles_are_published,
    products_improve,
)

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

AT_THE_START_OF_A_MONTH = (experiments_are_made,)  # what a user imposes: the only verb that may know a date

EVERY_MONTH = (projects_end, projects_are_paid, new_systems_become_products)

EVERY_QUARTER = (
    the_market_clears, firms_earn_and_spend,
    know_how_grows, projects_teach, laboratories_demonstrate, products_improve, makers_choose_systems,
    fees_are_collected, members_work_together, leads_read_reports, calls_are_held,
)  # fmt: skip

EVERY_HALF_YEAR = (projects_are_reviewed, budgets_are_voted)

OF_THE_YEAR = (
    ("January", (principles_are_published, firms_read_the_threat, firms_plan, universities_adapt)),
    ("February", (governments_budget, roadmaps_are_made)),
    ("March", (founding_is_considered, priorities_are_ranked)),
    ("April", (joint_ventures_are_funded,)),
    ("May", (makers_in_trouble_look_for_the_way_out, makers_court_each_other, newcomers_enter, makers_turn_to_flash,
             everybody_is_measured)),
    ("June", (outsiders_examine_consortia, membership_is_reviewed, consortia_too_small_end)),
    ("July", (other_lines_move, firms_are_born_and_die, everybody_is_measured)),
    ("August", (trust_grows,)),
    ("September", (charters_are_considered,)),
    ("October", (programmes_may_leave,)),
    ("November", (consortia_may_merge,)),
    ("December", (owners_are_paid, students_are_hired, reserves_are_kept, minutes_are_written)),
)  # fmt: skip

AT_THE_END_OF_A_MONTH = (consortia_are_observed,)


def month(model: "ConsortiumModel") -> None:
    """One month: what is due this year's month, then quarter and half-year, then what happens every month."""
    quarter = EVERY_QUARTER if model.month % 3 == 2 else ()
    half_year = EVERY_HALF_YEAR if model.month % 6 == 5 else ()
    _, of_the_year = OF_THE_YEAR[model.month % 12]
    for verb in (*AT_THE_START_OF_A_MONTH, *of_the_year, *quarter, *half_year, *EVERY_MONTH, *AT_THE_END_OF_A_MONTH):
        verb(model)

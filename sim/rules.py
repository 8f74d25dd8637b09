"""The rules of the model by name, each with its place: what `consortium explain` shows and the ODD describes.

Verbs come from the timetable and decisions from the classes that hold them, so that neither is written twice;
formulas, and what agents other than firms decide, are named here.
"""

import inspect

from sim import timetable
from sim.consortium.governance import GovernanceDecisions
from sim.consortium.splitting import SplittingDecisions
from sim.firm.committees import CommitteeDecisions
from sim.firm.deals import DealDecisions
from sim.firm.membership import MembershipDecisions
from sim.firm.products import ProductDecisions
from sim.firm.research import ResearchDecisions

DECIDERS = (
    MembershipDecisions,
    CommitteeDecisions,
    ResearchDecisions,
    ProductDecisions,
    DealDecisions,
    GovernanceDecisions,
    SplittingDecisions,
)
OTHER_DECISIONS = (
    "sim.consortium.founding:considers_founding",
    "sim.consortium.merging:weighs_merger",
    "sim.consortium.research:ResearchManagement.ranks_priorities",
    "sim.consortium.research:ResearchManagement.medium_shares",
    "sim.consortium.research:ResearchManagement.yearly_budget",
    "sim.consortium.research:ResearchManagement.calls_for_projects",
    "sim.consortium.research:ResearchManagement.honours_commitments",
    "sim.consortium.research:ResearchManagement.may_perform",
    "sim.consortium.research:ResearchManagement.proposals",
    "sim.consortium.research:ResearchManagement.starts_joint",
    "sim.consortium.committees:Committees.committee",
    "sim.consortium.committees:Committees.branch_of",
    "sim.consortium.committees:Committees.working_groups",
    "sim.consortium.committees:Committees.decides",
    "sim.consortium.foresight:Foresight.makes_roadmap",
    "sim.consortium.proposals:Proposals.proposals_received",
    "sim.consortium.proposals:Proposals.score_of",
    "sim.consortium.calls:Calls.votes_budget",
    "sim.consortium.calls:Calls.budget_of",
    "sim.consortium.calls:Calls.puts_slate_together",
    "sim.consortium.calls:Calls.appoints_lead",
    "sim.consortium.supervision:SupervisedResearch.aims",
    "sim.consortium.supervision:SupervisedResearch.reads_reports",
    "sim.consortium.supervision:SupervisedResearch.reviews_projects",
    "sim.consortium.supervision:SupervisedResearch.appraises",
    "sim.consortium.research:ResearchManagement.works_together",
    "sim.consortium.research:ResearchManagement.writes_minutes",
    "sim.consortium.research:ResearchManagement.teaches",
    "sim.consortium.research:ResearchManagement.trains",
    "sim.consortium.research:ResearchManagement.keeps_reserve",
    "sim.consortium.body:Consortium.may_join",
    "sim.consortium.body:Consortium.collects_fees",
    "sim.consortium.body:Consortium.chain_coverage",
    "sim.government_calendar:singles_are_funded",
    "sim.government:Government.budgets",
    "sim.government:Government.forbids",
    "sim.association:IndustryAssociation.enrols",
    "sim.association:IndustryAssociation.introduces",
    "sim.association:IndustryAssociation.offers_roof",
    "sim.association:IndustryAssociation.builds_trust",
    "sim.university:University.room",
    "sim.university:University.follows_the_money",
    "sim.university:University.remembers",
    "sim.university:University.record_of",
)
FORMULAS = (
    "sim.decisions:logistic",
    "sim.decisions:by_chance",
    "sim.decisions:by_hazard",
    "sim.decisions:by_comparison",
    "sim.decisions:by_vote",
    "sim.consortium.prospects:values",
    "sim.consortium.prospects:expected_members",
    "sim.consortium.prospects:money_by_medium",
    "sim.consortium.prospects:fee_burden",
    "sim.consortium.prospects:diversity",
    "sim.consortium.alternatives:in_reach",
    "sim.consortium.alternatives:changes",
    "sim.consortium.charter:Charter.fee",
    "sim.consortium.charter:Charter.tier_of",
    "sim.consortium.founding:worth_of_founding",
    "sim.consortium.outlook:possible_public",
    "sim.consortium.outlook:worth_under_a_rival_rule",
    "sim.consortium.outlook:share_of_peers",
    "sim.consortium.splitting:effective_number",
    "sim.consortium.merging:overlap",
    "sim.consortium.research:drawn",
    "sim.firm.deals:courts",
    "sim.firm.research:split_over_systems",
    "sim.firm.research:split_over_functions",
    "sim.drivers:logistic_path",
    "sim.industry.demand:flash_choice",
    "sim.industry.demand:crossover_risk",
    "sim.industry.demand:consumer_gain",
    "sim.industry.demand:Market.component_cost",
    "sim.industry.demand:Market.expected_loss",
    "sim.industry.makers:unit_shares",
    "sim.industry.makers:herfindahl",
    "sim.industry.makers:markup",
    "sim.industry.makers:generation_cost",
    "sim.industry.makers:profit",
    "sim.industry.deals:gain_of_courting",
    "sim.industry.deals:gain_of_merger",
    "sim.industry.deals:gain_of_rescue",
    "sim.technology.systems:readiness",
    "sim.technology.systems:attainable_density",
    "sim.technology.knowledge:own_effort",
    "sim.technology.knowledge:function_effort",
    "sim.technology.knowledge:Knowledge.research",
    "sim.technology.knowledge:Knowledge.deliver",
    "sim.technology.knowledge:room_left",
    "sim.university:basic_effort",
    "sim.stages:classify",
    "sim.stages:settle",
    "sim.stages:lineage",
)


def _verbs() -> list[str]:
    """The verbs of the timetable in their order, each once."""
    yearly = [verb for _, due in timetable.OF_THE_YEAR for verb in due]
    often = (*timetable.EVERY_MONTH, *timetable.EVERY_QUARTER, *timetable.EVERY_HALF_YEAR)
    ends = (*timetable.AT_THE_START_OF_A_MONTH, *timetable.AT_THE_END_OF_A_MONTH)
    return [place(verb) for verb in (*yearly, *often, *ends)]


def _decisions() -> list[str]:
    """The public methods of the classes that hold decisions."""
    return [
        place(method)
        for holder in DECIDERS
        for name, method in vars(holder).items()
        if inspect.isfunction(method) and not name.startswith("_")
    ]


def place(rule) -> str:
    """Where a function stands: `sim.firm.membership:MembershipDecisions.joins`."""
    return f"{rule.__module__}:{rule.__qualname__}"


def _by_name(places: list[str]) -> dict[str, str]:
    """Places by the last part of their names. Raises ValueError when two rules share one."""
    found: dict[str, str] = {}
    for each in places:
        name = each.replace(":", ".").rsplit(".", 1)[-1]
        if found.setdefault(name, each) != each:
            raise ValueError(f"two rules are called {name}: {found[name]} and {each}")
    return found


RULES = _by_name([*_verbs(), *_decisions(), *OTHER_DECISIONS, *FORMULAS])

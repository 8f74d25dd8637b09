"""Outcomes about the inside of the consortium: committees, roadmap, proposals, supervision, results."""

import math

import numpy as np

from sim.records.outcomes.declared import counted, declare, outcome
from sim.records.outcomes.portfolio import of_results
from sim.records.outcomes.seen import Seen, ratio


def share_counted(part: str, whole: str):
    """One count over another, all consortia together; NaN where the other is zero."""
    return lambda seen: ratio(float(seen.model.counters.get(part, 0.0)), float(seen.model.counters.get(whole, 0.0)))


declare("slates_refused_share", "slates refused", "share",
        "slates of projects that steering committees refused, all consortia together",
        share_counted("slates_refused", "slates_total"))  # fmt: skip
declare("proposals_per_award", "proposals per award", "proposals",
        "proposals of universities over projects awarded, all consortia together",
        share_counted("proposals_total", "projects_started"))  # fmt: skip
declare("joint_share", "joint applications", "share",
        "projects awarded to a university together with a firm, all consortia together",
        share_counted("projects_joint", "projects_started"))  # fmt: skip
declare("redirected_share", "projects redirected", "share",
        "times a review turned a project to another system, over projects started",
        share_counted("projects_redirected", "projects_started"))  # fmt: skip
declare("proposals_total", "proposals", "proposals",
        "proposals of universities, all consortia together", counted("proposals_total"))  # fmt: skip
declare("publications_total", "publications", "publications", "publications of closed projects of the lineage",
        lambda seen: sum(body.results.get("publications", 0.0) for body in seen.bodies))  # fmt: skip
declare("patents_total", "patents", "patents", "patents of closed projects of the lineage",
        lambda seen: sum(body.results.get("patents", 0.0) for body in seen.bodies))  # fmt: skip
declare("project_quality_mean", "quality of projects", "1 as proposed by a middling university",
        "mean quality of the lineage's closed projects; NaN without any",
        lambda seen: of_results(seen, "quality", "closed"))  # fmt: skip
declare("closing_score_mean", "closing score", "0 to 1", "mean score of the lineage's closed projects; NaN without any",
        lambda seen: of_results(seen, "score", "closed"))  # fmt: skip


@outcome("budgets held back", "share",
         "half-yearly votes that held money back for the reserve, over all that were taken; NaN without any")  # fmt: skip
def budgets_held_back_share(seen: Seen) -> float:
    held, approved = (float(len(seen.events[kind])) for kind in ("budget_held_back", "budget_approved"))
    return ratio(held, held + approved)


@outcome("error of the roadmap", "years",
         "mean over roadmap entries of the lineage of the year in which the product came less the year forecast; "
         "NaN where none came")  # fmt: skip
def roadmap_error_years(seen: Seen) -> float:
    errors = [seen.year(came) - entry.year for entry in _entries(seen)
              if (came := seen.model.first_product.get(entry.system)) is not None]  # fmt: skip
    return float(np.mean(errors)) if errors else math.nan


@outcome("trust in the roadmap", "0 to 1", "mean trust over the yearly roadmaps of the lineage; NaN without any")
def roadmap_trust_mean(seen: Seen) -> float:
    trust = [entry.trust for entry in _entries(seen)]
    return float(np.mean(trust)) if trust else math.nan


@outcome("weight of the roadmap", "0 to 1",
         "mean weight that the roadmap had in the far part of the matrix; NaN without a roadmap")  # fmt: skip
def roadmap_weight_mean(seen: Seen) -> float:
    return seen.model.settings.roadmap.weight * roadmap_trust_mean(seen)


@outcome("joint work of members", "0 to 1",
         "mean over the lineage's bodies of how far specifications and benchmarks were worked out at their end")  # fmt: skip
def joint_work_mean(seen: Seen) -> float:
    return float(np.mean([body.joint_work for body in seen.bodies])) if seen.bodies else math.nan


def _entries(seen: Seen) -> list:
    numbers = {body.number for body in seen.bodies}
    return [entry for entry in seen.model.roadmaps if entry.body in numbers]


def take_up(seen: Seen, tier: int) -> float:
    """Know-how that members of a tier took up on average, by the tier of their last year inside; NaN without any."""
    told = []
    for body in seen.bodies:
        for number, last in body.last_tiers.items():
            if last == tier and number < len(body.taken_up):
                told.append(float(body.taken_up[number]))
    return float(np.mean(told)) if told else math.nan


def _declare_tier(tier: int) -> None:
    declare(f"take_up_tier_{tier}", f"take-up, tier {tier}", "know-how",
            f"know-how, summed over cells, that a member of tier {tier} took up from the lineage's projects, mean over members",
            lambda seen: take_up(seen, tier))  # fmt: skip


for _tier in (1, 2, 3, 4):
    _declare_tier(_tier)

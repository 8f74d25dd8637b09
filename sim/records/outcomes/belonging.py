"""Outcomes about members, universities, and how long members stay."""

import math
from functools import cache

import numpy as np

from sim.population import LINE_NEED, PopulationSettings, starting_firms
from sim.records.counted import EXITS
from sim.records.outcomes.declared import counted, declare, in_december, last_of, mean_of, outcome, sum_of
from sim.records.outcomes.seen import Seen, ratio

declare("members_mean", "members", "firms", "mean over all months; none counts as zero", mean_of("members"))
declare(
    "members_foreign_mean",
    "foreign members",
    "firms",
    "mean over all months; none counts as zero",
    mean_of("members_foreign"),
)
for _year in ("2000", "2008"):
    declare(
        f"members_ever_{_year}",
        f"members ever, {_year}",
        "firms",
        f"distinct firms that had joined the lineage by December {_year}",
        in_december("members_ever", _year),
    )
declare(
    "members_ever",
    "members ever",
    "firms",
    "distinct firms that had joined the lineage by the end",
    last_of("members_ever"),
)
declare(
    "universities_2008",
    "universities ever, 2008",
    "universities",
    "distinct universities that had taken part by December 2008",
    in_december("universities_ever", "2008"),
)
declare(
    "universities_total",
    "universities ever",
    "universities",
    "distinct universities that had taken part by the end",
    last_of("universities_ever"),
)
declare(
    "exits_total",
    "exits",
    "exits",
    "times a firm left a consortium of its own will, all consortia together",
    counted("exits_total"),
)

declare(
    "joins_total",
    "joins",
    "joins",
    "times a firm came into the lineage, founders among them",
    sum_of("joins"),
)
for _reason, _words in EXITS.items():
    declare(
        f"exits_{_reason}",
        f"exits, {_reason.replace('_', ' ')}",
        "exits",
        f"times a firm was no longer in the lineage {_words}",
        sum_of(f"exits_{_reason}"),
    )


def benefit_per_fee(seen: Seen, tier: int) -> float:
    """What members of a tier weighed in favour at their yearly reviews over the fees they then paid; NaN without any."""
    return ratio(*seen.reviews.get(tier, (0.0, 0.0)))


def _declare_tier(tier: int) -> None:
    declare(
        f"benefit_per_fee_tier_{tier}",
        f"benefit per fee, tier {tier}",
        "value per million US$",
        f"what members of tier {tier} weighed in favour of membership at their yearly reviews (in the units of the terms of "
        "a decision) over the fees they then paid; NaN when no member of the tier weighed",
        lambda seen: benefit_per_fee(seen, tier),
    )


for _tier in (1, 2, 3, 4):
    _declare_tier(_tier)


@outcome(
    "stay of a member",
    "years",
    "median length of an unbroken stay in the lineage; a stay under way counts as long as it has lasted",
)
def membership_years_median(seen: Seen) -> float:
    months = [end - start for _, start, end in seen.stays]
    return float(np.median(months)) / 12.0 if months else math.nan


@outcome(
    "stay of a small firm",
    "years",
    "the same for firms that stood below tier 2 of the first charter when they entered the world",
)
def stay_small_firms(seen: Seen) -> float:
    settings = seen.model.settings
    if len(settings.charter.tiers) < 2:
        return math.nan
    told = settings.population
    first = _first_revenue(told.firms, told.further_firms, told.copies)
    large = set(np.flatnonzero(first >= settings.charter.tiers[1].from_revenue_musd).tolist())
    months = [end - start for firm, start, end in seen.stays if firm not in large]
    return float(np.median(months)) / 12.0 if months else math.nan


@cache
def _first_revenue(file: str, further: str, copies: int) -> np.ndarray:
    """Storage revenue (million US$ a year) of the firms of the start; those born later are all small."""
    starters = starting_firms(PopulationSettings(firms=file, further_firms=further, copies=copies), "")
    return np.array([float((np.nan_to_num(starter.revenue) * LINE_NEED).sum()) for starter in starters])


@outcome(
    "concentration of fees",
    "0 to 1",
    "Herfindahl index of the members' fees at the end; NaN where the lineage has ended",
)
def fee_concentration(seen: Seen) -> float:
    number = seen.path.get(seen.months - 1)
    if number is None or not seen.model.all_bodies[number].members:
        return math.nan
    body = seen.model.all_bodies[number]
    fees = body.charter.fee(seen.model.storage_revenue[body.rows])
    return ratio(float((fees * fees).sum()), float(fees.sum()) ** 2)


@outcome(
    "resilience",
    "share",
    "fall of the lineage's project starts in the twelve months after the month in which exits took most core "
    "members, against the twelve before; NaN where there is none",
)
def resilience(seen: Seen) -> float:
    month = _largest_core_exit(seen)
    if month is None:
        return math.nan
    starts = seen["projects_started"]
    before, after = starts[month - 12 : month].sum(), starts[month + 1 : month + 13].sum()
    return ratio(before - after, before)


def _largest_core_exit(seen: Seen) -> int | None:
    """The month in which exits took most core members; the body carries the lineage a year on either side."""
    core, names = seen["core_members"], seen.names
    exits = {
        row[0]
        for kind in ("left", "membership_lost")
        for row in seen.events[kind]
        if names.get(row[0]) == row[3]
    }
    lost = {
        month: core[month - 1] - core[month]
        for month in sorted(exits)
        if 12 <= month < seen.months - 12 and names.get(month - 12) == names.get(month + 12) == names[month]
    }
    worst = max(lost, key=lambda month: lost[month], default=None)
    return worst if worst is not None and lost[worst] > 0 else None

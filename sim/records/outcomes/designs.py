"""Outcomes by which designs of a consortium are compared: what it costs the public, how fast results come, who has them."""

import math

import numpy as np

from sim.population import DISK
from sim.records.outcomes.declared import OUTCOMES, declare, in_december, last_of, outcome
from sim.records.outcomes.seen import Seen

declare("product_density_last_gb_in2", "product density at the end", "Gb/in2",
        "highest density in a drive on the market in the last month", last_of("product_density_gb_in2"))  # fmt: skip
declare("price_last_usd_per_gb", "price of a gigabyte at the end", "US$ per GB",
        "average price of a gigabyte on drives in the last month, nominal", last_of("price_usd_per_gb"))  # fmt: skip
for _year in ("2010", "2020"):
    declare(f"price_{_year}_usd_per_gb", f"price of a gigabyte, {_year}", "US$ per GB",
            f"average price of a gigabyte on drives in December {_year}, nominal; NaN beyond the run",
            in_december("price_usd_per_gb", _year))  # fmt: skip


@outcome("stage at the end", "0 to 4", "number of the stage of the lineage in the last month; 0 where there is none")
def stage_at_end(seen: Seen) -> float:
    return float(seen.stages[-1]) if seen.stages and seen.stages[-1] <= 4 else 0.0


@outcome("public cost", "million US$", "what taxpayers of all countries paid: projects, awards to firms, tax credits")
def public_cost_musd(seen: Seen) -> float:
    return -seen.model.accounts.held("taxpayers")


@outcome("concept to product, all later systems", "years",
         "mean, over the disk systems published after perpendicular recording, of the years from first publication to first "
         "product, or to the horizon where none came")  # fmt: skip
def concept_to_product_wait(seen: Seen) -> float:
    table, shift = seen.model.systems, seen.model.settings.drivers.shift_science_years
    published = table.year_published + shift
    later = (table.medium == DISK) & (table.year_published > table.year_published[table.number("perpendicular")])
    waits = []
    for system in np.flatnonzero(later & (published < seen.year(seen.months))).tolist():
        month = seen.model.first_product.get(system)
        waits.append(seen.year(seen.months if month is None else month) - float(published[system]))
    return float(np.mean(waits)) if waits else math.nan


def _taken_up(seen: Seen) -> dict[str, list[float]]:
    """Know-how that firms took up from the lineage's projects, by whether they were core members, other members, outsiders."""
    total = np.zeros(seen.model.firms.count)
    place: dict[int, str] = {}
    for body in seen.bodies:
        size = min(len(body.taken_up), len(total))
        total[:size] += body.taken_up[:size]
        for number in body.ever:
            place.setdefault(number, "others")
        place |= {number: "core" for number, tier in body.last_tiers.items() if tier <= body.charter.core_tiers}
    told: dict[str, list[float]] = {"core": [], "others": [], "outsiders": []}
    for number, musd in enumerate(total.tolist()):
        if seen.model.firms.owns[number].any() or number in place:
            told[place.get(number, "outsiders")].append(musd)
    return told


def _declare_take_up(group: str, words: str) -> None:
    def measure(seen: Seen) -> float:
        found = _taken_up(seen)[group] if seen.bodies else []
        return float(np.mean(found)) if found else 0.0

    declare(f"take_up_{group}", f"take-up, {words}", "know-how",
            f"know-how, summed over cells, that {words} took up from the lineage's projects, mean over firms; zero without any",
            measure)  # fmt: skip


for _group, _words in {"core": "firms that were ever core members", "others": "members that never were core",
                       "outsiders": "firms that never were members"}.items():  # fmt: skip
    _declare_take_up(_group, _words)


BETTER = {
    "survival": 1, "members_mean": 1, "membership_years_median": 1, "income_volatility_mean": -1, "starts_swing": -1,
    "resilience": -1, "projects_started_total": 1, "students_total": 1, "concept_to_product_wait": -1,
    "product_density_2010_gb_in2": 1, "product_density_last_gb_in2": 1, "price_last_usd_per_gb": -1, "price_2010_usd_per_gb": -1,
    "public_leverage": 1, "public_cost_musd": -1, "take_up_core": 1, "take_up_others": 1, "take_up_outsiders": 1,
    "consumer_surplus_busd": 1, "researchers_mean": 1, "duplication_mean": -1, "exits_total": -1, "administration_share": -1,
}  # fmt: skip
"""Outcomes of which everybody would call more (1) or less (-1) better; a design may still be judged by others."""


def judge() -> None:
    """Enter in the data dictionary which way is better. Raises KeyError for an outcome that is not declared."""
    for name, better in BETTER.items():
        OUTCOMES[name] = OUTCOMES[name].judged(better)

"""What the consortia of a history added: the same world, same seed, in which no firm may found one."""

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

    from sim.configuration import Composed
    from sim.records.run import Run

COMPARED = (
    "product_density_2000_gb_in2", "product_density_2010_gb_in2", "product_density_2020_gb_in2",
    "laboratory_density_2020_gb_in2", "consumer_surplus_busd", "producer_surplus_busd", "research_total_busd",
    "researchers_mean", "drive_makers_2010", "domestic_unit_share_mean", "first_product_year_perpendicular",
)  # fmt: skip
"""Outcomes that are set side by side."""


def without_consortia(run: "Run", composed: "Composed") -> "Run":
    """The twin of a run: same settings and seed, but nobody founds a consortium."""
    from sim.simulation import simulate

    settings = composed.settings
    scenario = dataclasses.replace(settings.scenario, consortia=False)
    return simulate(dataclasses.replace(settings, scenario=scenario), seed=run.seed)


def added_value(run: "Run", twin: "Run") -> "pandas.DataFrame":
    """Outcome by outcome: with consortia, without, the difference, and that per million US$ of public money and fees.

    The money is what the lineage of the reference country received. One pair of histories is one draw: compare many
    seeds before concluding anything.
    """
    import pandas

    public, fees = run.outcomes["public_money_total_musd"], run.outcomes["fee_money_total_musd"]
    rows = []
    for name in COMPARED:
        inside, outside = run.outcomes[name], twin.outcomes[name]
        difference = inside - outside
        rows.append((name, inside, outside, difference, _per(difference, public), _per(difference, fees)))
    columns = ["outcome", "with", "without", "added", "added_per_public_musd", "added_per_fee_musd"]
    return pandas.DataFrame(rows, columns=columns)


def _per(difference: float, money: float) -> float:
    """The difference per million US$; not a number where there was no money."""
    return difference / money if money > 0 else float("nan")

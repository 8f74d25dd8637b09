"""Outcomes about density, recording systems, know-how and people."""

import math

import numpy as np

from sim.population import DISK
from sim.records.outcomes.declared import declare, in_december, last_of, mean_of, outcome
from sim.records.outcomes.seen import Seen
from sim.technology.systems import systems

for _year in ("2000", "2010", "2020"):
    declare(
        f"product_density_{_year}_gb_in2",
        f"product density, {_year}",
        "Gb/in2",
        f"highest density in a drive on the market in December {_year}; NaN beyond the run",
        in_december("product_density_gb_in2", _year),
    )
declare(
    "laboratory_density_2020_gb_in2",
    "laboratory density, 2020",
    "Gb/in2",
    "highest density demonstrated by December 2020; NaN beyond the run",
    in_december("laboratory_density_gb_in2", "2020"),
)


def first_product_year(seen: Seen, system: int) -> float:
    """Decimal year of the first product on a recording system; NaN when there is none."""
    month = seen.model.first_product.get(system)
    return math.nan if month is None else seen.year(month)


def concept_to_product_years(seen: Seen, system: int) -> float:
    """Years from first publication to first product; NaN when there is none, or was one before the run."""
    if not seen.model.first_product.get(system):
        return math.nan
    published = seen.model.systems.year_published[system] + seen.model.settings.drivers.shift_science_years
    return first_product_year(seen, system) - float(published)


def _declare_system(system: int) -> None:
    name, label = systems().names[system], systems().labels[system]
    declare(
        f"first_product_year_{name}",
        f"first product, {name}",
        "year",
        f"first sale of a drive with {label}; the start of the run where it was sold before, NaN when never",
        lambda seen: first_product_year(seen, system),
    )
    declare(
        f"concept_to_product_years_{name}",
        f"concept to product, {name}",
        "years",
        f"from the first publication of {label} to its first product; NaN when never or before the run",
        lambda seen: concept_to_product_years(seen, system),
    )


for _system in np.flatnonzero(systems().medium == DISK).tolist():
    _declare_system(_system)


@outcome(
    "locked in",
    "0 or 1",
    "one when no disk system published after perpendicular recording was sold by the end",
)
def lock_in_perpendicular(seen: Seen) -> float:
    table = seen.model.systems
    later = (table.medium == DISK) & (
        table.year_published > table.year_published[table.number("perpendicular")]
    )
    return float(not any(later[system] for system in seen.model.first_product))


declare(
    "researchers_mean",
    "university researchers",
    "researchers",
    "storage researchers at universities, mean over all months",
    mean_of("researchers"),
)


@outcome(
    "years to recover",
    "years",
    "from the peak before the largest fall of the stock of researchers until it is reached again; "
    "NaN when it never falls or is never reached again",
)
def years_to_recover(seen: Seen) -> float:
    stock = seen["researchers"]
    peak = np.maximum.accumulate(stock)
    trough = int(np.argmax(1.0 - stock / np.maximum(peak, 1e-9)))
    if stock[trough] >= peak[trough]:
        return math.nan
    back = np.flatnonzero(stock[trough:] >= peak[trough])
    start = int(np.flatnonzero(stock[:trough] == peak[trough])[-1])
    return float(trough + back[0] - start) / 12.0 if len(back) else math.nan


@outcome("applied orientation", "0 basic to 1 applied", "mean over universities at the end of the run")
def applied_orientation_2020(seen: Seen) -> float:
    return seen.mean(np.array([university.applied for university in seen.model.universities]))


declare(
    "know_how_leaked_abroad",
    "know-how leaked abroad",
    "ratio",
    "mean know-how of foreign makers over that of domestic makers in the last month; NaN where one kind is "
    "missing",
    last_of("know_how_leaked_abroad"),
)

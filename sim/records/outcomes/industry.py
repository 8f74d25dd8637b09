"""Outcomes about drive makers, their market and flash."""

import numpy as np

from sim.population import FLASH_LINE
from sim.records.outcomes.declared import counted, declare, in_december, mean_of, outcome, over_year
from sim.records.outcomes.seen import Seen

for _year in ("2000", "2010", "2020"):
    declare(
        f"drive_makers_{_year}",
        f"drive makers, {_year}",
        "makers",
        f"firms that own a drive line in December {_year}; NaN beyond the run",
        in_december("drive_makers", _year),
    )
    declare(
        f"hhi_units_{_year}",
        f"concentration, {_year}",
        "0 to 10,000",
        f"Herfindahl index of the makers' unit shares in December {_year}; NaN beyond the run",
        in_december("hhi_units", _year),
    )
    declare(
        f"units_{_year}_million",
        f"drives sold, {_year}",
        "million",
        f"drives sold in {_year}; NaN beyond the run",
        over_year("units_million_per_year", _year),
    )
for _year in ("2010", "2020"):
    declare(
        f"revenue_{_year}_busd",
        f"drive revenue, {_year}",
        "billion US$",
        f"what buyers paid for drives in {_year}; NaN beyond the run",
        over_year("revenue_busd_per_year", _year),
    )

declare(
    "mergers_total",
    "mergers",
    "mergers",
    "drive lines that one firm bought from another",
    counted("mergers_total"),
)
declare(
    "mergers_abroad",
    "mergers across a border",
    "mergers",
    "of these, with buyer and seller of different countries",
    counted("mergers_abroad"),
)
declare(
    "deals_borders_decided",
    "deals that open borders decided",
    "deals",
    "purchases across a border, and lines in distress whose fate the bids from abroad turned though none bought",
    lambda seen: sum(seen.model.counters.get(name, 0.0) for name in ("mergers_abroad", "sales_turned_by_bids_abroad")),
)
declare(
    "liquidations_total",
    "liquidations",
    "drive lines",
    "drive lines that ended because nobody bought them",
    counted("liquidations_total"),
)
declare(
    "flash_unit_share_2020",
    "share of flash, 2020",
    "share",
    "share of the devices of all disk segments that flash serves in December 2020; NaN beyond the run",
    in_december("flash_unit_share", "2020"),
)
declare(
    "threat_2010",
    "threat of flash, 2010",
    "share",
    "share of drive revenue that firms expect flash to take, December 2010; NaN beyond the run",
    in_december("threat", "2010"),
)
declare(
    "domestic_unit_share_mean",
    "domestic share",
    "share",
    "unit share of makers owned in the reference country, mean over all months",
    mean_of("domestic_unit_share"),
)


@outcome("makers with flash", "makers", "drive makers that own a flash line at the end of the run")
def flash_owners_2020(seen: Seen) -> float:
    firms = seen.model.firms
    return float(np.count_nonzero(firms.owns[firms.makers(), FLASH_LINE]))


@outcome(
    "three largest makers",
    "share of units",
    "unit share of the three largest makers, mean of the last ten years",
)
def concentration_top3(seen: Seen) -> float:
    return seen.mean((seen["share_first"] + seen["share_second"] + seen["share_third"])[-120:])

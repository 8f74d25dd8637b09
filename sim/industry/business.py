"""A quarter of business: the market clears, makers compete, everybody earns and spends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.industry import makers
from sim.parameters import parameter
from sim.population import DRIVES, LINE_NEED, LINES

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

QUARTER = 0.25  # years


@dataclass
class Business:
    """Business lines other than drives, and cash."""

    margin: float = parameter(
        0.14, unit="share of revenue", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="profit before own R&D of the lines other than drives", moves="members_mean +",
    )
    opening_cash: float = parameter(
        0.15, unit="share of revenue", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="cash of a firm at the start", moves="drive_makers_2000 +",
    )
    cash_kept: float = parameter(
        0.25, unit="share of revenue", low=0.05, high=2.0, kind="uncertainty", source="assumption",
        meaning="cash above which a firm pays its owners", moves="drive_makers_2010 +",
    )
    turbulence: float = parameter(
        0.18, unit="log", low=0.0, high=0.6, kind="uncertainty", source="assumption",
        meaning="yearly standard deviation of the revenue of a line other than drives", moves="members_ever_2008 +",
    )
    births_per_year: float = parameter(
        2.5, unit="firms a year", low=0.0, high=20.0, kind="uncertainty", source="firms are born later too (section 3); level assumed",
        meaning="firms born into lines other than drives in a year", moves="members_ever_2008 +",
    )
    deaths_per_year: float = parameter(
        0.02, unit="chance a year", low=0.0, high=0.2, kind="uncertainty", source="assumption",
        meaning="chance that a small firm without drives ends in a year", moves="members_mean -",
    )


def the_market_clears(model: "ConsortiumModel") -> None:
    """Buyers choose between drives and flash, and among makers; prices follow concentration."""
    firms, who = model.firms, model.firms.makers()
    told = model.settings.competition
    if len(who) == 0:
        model.price_markup = told.base_markup + told.conduct
        model.average_density = max(model.average_density, 1e-3)
        return
    makers.compete(firms, who, told, QUARTER)
    model.concentration = makers.herfindahl(firms.share[who])
    model.price_markup = makers.markup(model.concentration, told)
    model.average_density = float(np.exp((firms.share[who] * np.log(firms.density[who])).sum()))
    model.market.clear(model.year, model.average_density, model.price_markup, QUARTER)
    model.consumer_busd += model.market.consumer_gain_busd


def firms_earn_and_spend(model: "ConsortiumModel") -> None:
    """Revenue comes in, costs and own R&D go out; the margin of the drive line is remembered."""
    firms, told = model.firms, model.settings.business
    rows = firms.living()
    who = firms.makers()
    drive_profit, fixed = np.zeros(firms.count), np.zeros(firms.count)
    if len(who):
        drive_profit[who] = makers.profit(firms, who, 1e3 * model.market.revenue_busd, model.price_markup,
                                          model.settings.competition, model.first_density)  # fmt: skip
        fixed[who] = makers.generation_cost(firms.density[who], firms.share[who], model.first_density,
                                            model.settings.competition)  # fmt: skip
    revenue, research, profit = firms.revenue[rows], firms.research[rows], drive_profit[rows]
    drives = revenue[:, DRIVES]
    other = revenue.sum(axis=1) - drives
    costs = other * (1.0 - told.margin) + drives - profit - fixed[rows]
    account = firms.account[rows]
    accounts = model.accounts
    accounts.settle(account, {
        "storage buyers": -QUARTER * (other + drives), "labour and materials": QUARTER * costs,
        "fixed costs": QUARTER * fixed[rows], "researchers": QUARTER * research,
    })  # fmt: skip
    credit = model.settings.funding.tax_credit
    if credit > 0:
        accounts.spread("taxpayers", account, QUARTER * credit * research)
    for firm in model.living_firms():
        granted = firm.running_grants() if firm.grants else 0.0
        if granted > 0:
            accounts.pay("taxpayers", int(firms.account[firm.number]), QUARTER * granted)
    model.research_busd += QUARTER * float(research.sum()) / 1e3
    model.producer_busd += QUARTER * float((other * told.margin + profit - research).sum()) / 1e3
    _remembers_margin(model, who, drive_profit)


def _remembers_margin(model: "ConsortiumModel", who: np.ndarray, drive_profit: np.ndarray) -> None:
    firms = model.firms
    drives = firms.revenue[who, DRIVES]
    need = firms.revenue[who] @ LINE_NEED
    research = firms.research[who] * drives / np.maximum(need, 1e-9)
    margin = (drive_profit[who] - research) / np.maximum(drives, 1e-9)
    firms.margin[who] += 0.35 * (margin - firms.margin[who])


def owners_are_paid(model: "ConsortiumModel") -> None:
    """Once a year: cash above what a firm keeps goes to its owners; other businesses fill a hole in the cash."""
    firms, told, accounts = model.firms, model.settings.business, model.accounts
    rows = firms.living()
    held = accounts.balance[firms.account[rows]] / 1e6
    kept = told.cash_kept * firms.revenue[rows].sum(axis=1)
    accounts.collect(firms.account[rows], "capital market", np.maximum(0.0, 0.5 * (held - kept)))
    large = firms.revenue[rows].sum(axis=1) > 2.0 * firms.revenue[rows, DRIVES]
    hole = np.where(large | ~firms.maker[rows], np.maximum(0.0, -held), 0.0)
    accounts.spread("capital market", firms.account[rows], hole)


def other_lines_move(model: "ConsortiumModel") -> None:
    """Once a year: suppliers follow the drive market, other media their own demand; shares shift by luck."""
    firms, told = model.firms, model.settings.business
    world = line_demand(model)
    shocks = np.stack([model.normals("line " + line, firms.count) for line in LINES], axis=1)
    held = firms.revenue[: firms.count]
    moved = held * np.exp(told.turbulence * shocks - 0.5 * told.turbulence**2)
    moved *= firms.alive[: firms.count, None]
    total = moved.sum(axis=0)
    factor = np.divide(world, total, out=np.ones_like(total), where=total > 0)
    factor[DRIVES] = 1.0
    moved[:, DRIVES] = held[:, DRIVES]
    firms.revenue[: firms.count] = moved * np.clip(factor, 0.5, 2.0)
    who = firms.makers()
    quality = 0.7 * firms.quality[who] + model.settings.competition.luck * model.normals("generation", firms.count)[who]
    firms.quality[who] = quality
    firms.cost[who] = np.exp(0.85 * np.log(firms.cost[who]) + 0.03 * model.normals("unit cost", firms.count)[who])


def line_demand(model: "ConsortiumModel") -> np.ndarray:
    """World revenue of each business line (million US$ a year): its level at the start times the index of its market."""
    now, first = model.market.spend, model.spend_first
    disk = now[:4].sum() / first[:4].sum()
    flash_for_drives = float((model.market.flash_share * model.drivers.appetite_busd(model.year)[:4]).sum())
    index = {"tape": now[4] / first[4], "optical": now[5] / first[5], "flash": (now[6] + flash_for_drives) / first[6],
             "systems": now[7] / first[7]}  # fmt: skip
    return model.world_first * np.array([index.get(line, disk) for line in LINES])

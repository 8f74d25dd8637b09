"""A quarter of business: the market clears, makers compete, everybody earns and spends."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.industry import makers
from sim.money import DOLLARS
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
        2.5, unit="firms a year", low=0.0, high=20.0, kind="uncertainty",
        source="firms are born later too (section 3); level assumed",
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
    share = firms.share[who]
    model.concentration = makers.herfindahl(share)
    model.price_markup = makers.markup(model.concentration, told)
    model.average_density = math.exp(float(share @ np.log(firms.density[who])))
    model.market.clear(model.year, model.average_density, model.price_markup, QUARTER)
    model.consumer_busd += model.market.consumer_gain_busd


def firms_earn_and_spend(model: "ConsortiumModel") -> None:
    """Revenue comes in, costs and own R&D go out; the margin of the drive line is remembered."""
    firms, told, accounts = model.firms, model.settings.business, model.accounts
    who = firms.makers()
    drive_profit, fixed = np.zeros(firms.count), np.zeros(firms.count)
    if len(who):
        fixed[who] = makers.generation_cost(firms.density[who], firms.share[who], model.first_density, model.settings.competition)
        drive_profit[who] = makers.margin_of_lines(firms, who, 1e3 * model.market.revenue_busd, model.price_markup) - fixed[who]
    buyers, costs, plants, researchers, credit, research, profit = a_quarter_of_business(
        firms.living(), firms.revenue, firms.research, firms.account, drive_profit, fixed, accounts.balance, told.margin,
        model.settings.funding.tax_credit, firms.maker, firms.margin, LINE_NEED)  # fmt: skip
    accounts.settles({"storage buyers": buyers, "labour and materials": costs, "fixed costs": plants,
                      "researchers": researchers, "taxpayers": credit})  # fmt: skip
    model.granted = [firm for firm in model.granted if firm.alive and firm.running_grants() > 0]
    for firm in model.granted:
        accounts.pay("taxpayers", firms.account.item(firm.number), QUARTER * firm.running_grants())
    model.research_busd += QUARTER * research / 1e3
    model.producer_busd += QUARTER * profit / 1e3


@compiled
def a_quarter_of_business(living, revenue, research, account, drive_profit, fixed, balance, margin, credit, maker, line_margin,
                          need):  # fmt: skip
    """Each living firm's books of a quarter, in whole dollars; amounts are million US$ a year.

    Makers remember the margin of their drive line, own R&D counted by its part of the storage business. Returns the
    dollars of buyers, costs, fixed costs, researchers and tax credits, then all R&D and all profit (million US$ a year).
    """
    to_dollars = QUARTER * DOLLARS
    buyers, costs, plants, researchers, credits = 0, 0, 0, 0, 0
    all_research, all_profit = 0.0, 0.0
    for firm in living:
        drives = revenue[firm, DRIVES]
        other, storage = -drives, 0.0
        for line in range(len(need)):
            other += revenue[firm, line]
            storage += revenue[firm, line] * need[line]
        cost = other * (1.0 - margin) + drives - drive_profit[firm] - fixed[firm]
        earned = int(np.rint(to_dollars * (other + drives)))
        for_costs, for_plants = int(np.rint(to_dollars * cost)), int(np.rint(to_dollars * fixed[firm]))
        for_research, back = int(np.rint(to_dollars * research[firm])), int(np.rint(to_dollars * credit * research[firm]))
        balance[account[firm]] += earned - for_costs - for_plants - for_research + back
        buyers -= earned
        costs += for_costs
        plants += for_plants
        researchers += for_research
        credits -= back
        all_research += research[firm]
        all_profit += other * margin + drive_profit[firm] - research[firm]
        if maker[firm]:
            own_research = research[firm] * drives / max(storage, 1e-9)
            now = (drive_profit[firm] - own_research) / max(drives, 1e-9)
            line_margin[firm] += 0.35 * (now - line_margin[firm])
    return buyers, costs, plants, researchers, credits, all_research, all_profit


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

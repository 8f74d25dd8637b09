"""A quarter of business: the market clears, makers compete, everybody earns and spends."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arithmetic import logs
from sim.compiled import compiled
from sim.government import tax_credits
from sim.industry import makers
from sim.money import DOLLARS
from sim.parameters import parameter
from sim.population import DRIVES, LINE_NEED, LINES

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

QUARTER = 0.25  # years
LUCK = (*("line " + line for line in LINES), "generation", "unit cost")


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
    model.average_density = math.exp((share * logs(firms.density[who])).sum())
    model.market.clear(model.year, model.average_density, model.price_markup, QUARTER)
    model.consumer_busd += model.market.consumer_gain_busd


def firms_earn_and_spend(model: "ConsortiumModel") -> None:
    """Revenue comes in, costs and own R&D go out; the margin of the drive line is remembered."""
    firms, told, accounts = model.firms, model.settings.business, model.accounts
    drive_profit, fixed = makers.profit(firms, firms.makers(), 1e3 * model.market.revenue_busd, model.price_markup,
                                        model.settings.competition, model.first_density)  # fmt: skip
    buyers, costs, plants, researchers, credit, research, profit = a_quarter_of_business(
        firms.living(), firms.revenue, firms.research, firms.account, drive_profit, fixed, accounts.balance, told.margin,
        tax_credits(model), firms.maker, firms.margin, LINE_NEED)  # fmt: skip
    accounts.settles({"storage buyers": buyers, "labour and materials": costs, "fixed costs": plants,
                      "researchers": researchers, "taxpayers": credit})  # fmt: skip
    granted = [(firm, firm.running_grants()) for firm in model.granted if firm.alive]
    model.granted = [firm for firm, amount in granted if amount > 0]
    for firm, amount in granted:
        if amount > 0:
            accounts.pay("taxpayers", firms.account.item(firm.number), QUARTER * amount)
    model.research_busd += QUARTER * research / 1e3
    model.producer_busd += QUARTER * profit / 1e3


@compiled
def a_quarter_of_business(living, revenue, research, account, drive_profit, fixed, balance, margin, credit, maker, line_margin,
                          need):  # fmt: skip
    """Each living firm's books of a quarter, in whole dollars; amounts are million US$ a year, `credit` a share of R&D.

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
        for_research, back = int(np.rint(to_dollars * research[firm])), int(np.rint(to_dollars * credit[firm] * research[firm]))
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
    purses, revenue = firms.account[rows], firms.revenue.take(rows, axis=0)
    held, sold = accounts.balance[purses] / 1e6, revenue.sum(axis=1)
    accounts.collect(purses, "capital market", np.maximum(0.0, 0.5 * (held - told.cash_kept * sold)))
    large = sold > 2.0 * revenue[:, DRIVES]
    hole = np.where(large | ~firms.maker[rows], np.maximum(0.0, -held), 0.0)
    accounts.spread("capital market", purses, hole)


def other_lines_move(model: "ConsortiumModel") -> None:
    """Once a year: suppliers follow the drive market, other media their own demand; shares shift by luck."""
    firms = model.firms
    luck = model.chance.normals_of(LUCK, model.month, firms.highest_dice() + 1)
    lines_shift(firms.revenue, firms.alive, firms.dice, firms.count, luck, model.settings.business.turbulence, line_demand(model))
    products_shift(firms.makers(), firms.quality, firms.cost, firms.dice, luck, model.settings.competition.luck)


@compiled
def lines_shift(revenue, alive, dice, firms, luck, turbulence, world):
    """Each firm's revenue of a line other than drives shifts by luck, standard normal numbers by decision and dice; all
    together follow what the world buys of the line (million US$ a year), by a half to twice in a year."""  # fmt: skip
    for line in range(len(world)):
        if line == DRIVES:
            continue
        total = 0.0
        for firm in range(firms):
            if revenue[firm, line] != 0.0:
                shift = turbulence * luck[line, dice[firm]] - 0.5 * turbulence**2
                revenue[firm, line] *= math.exp(shift) if alive[firm] else 0.0
            total += revenue[firm, line]
        follows = min(max(world[line] / total, 0.5), 2.0) if total > 0.0 else 1.0
        for firm in range(firms):
            revenue[firm, line] *= follows


@compiled
def products_shift(makers, quality, cost, dice, luck, generations):
    """Each maker's luck with its product generation, whose deviation is `generations`, and its unit cost move on; the last
    two rows of `luck` are theirs."""  # fmt: skip
    for firm in makers:
        quality[firm] = 0.7 * quality[firm] + generations * luck[-2, dice[firm]]
        cost[firm] = math.exp(0.85 * math.log(cost[firm]) + 0.03 * luck[-1, dice[firm]])


def line_demand(model: "ConsortiumModel") -> np.ndarray:
    """World revenue of each business line (million US$ a year): its level at the start times the index of its market."""
    now, first = model.market.spend, model.spend_first
    disk = now[:4].sum() / first[:4].sum()
    flash_for_drives = float((model.market.flash_share * model.drivers.appetite_busd(model.year)[:4]).sum())
    index = {"tape": now[4] / first[4], "optical": now[5] / first[5], "flash": (now[6] + flash_for_drives) / first[6],
             "systems": now[7] / first[7]}  # fmt: skip
    return model.world_first * np.array([index.get(line, disk) for line in LINES])

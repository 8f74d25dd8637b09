"""Once a year: makers in trouble look for the way out, makers court each other, newcomers enter, firms are born."""

import itertools
import math
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sim.arithmetic import exps
from sim.decisions import chance_within
from sim.drivers import table
from sim.firm.deals import COURTING, COURTS, DealDecisions
from sim.industry import makers
from sim.population import DRIVES, FLASH_LINE, LINES

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.model import ConsortiumModel

GAINS = ("one generation instead of two", "a better price for fewer rivals", "cost synergies", "integration",
         "one generation to bring together")  # fmt: skip
"""Terms of a deal between makers of one country."""
ASKED_FIRST = 2
"""So many makers are asked whether they buy a line in distress, those who gain most first."""


def makers_in_trouble_look_for_the_way_out(model: "ConsortiumModel") -> None:
    """A maker that gives up offers its drive line to the others; if nobody buys, the line ends."""
    for seller in model.makers():
        if seller.gives_up(float(model.firms.margin[seller.number])):
            buyer, terms = _best_bid(model, seller)
            if buyer is not None:
                merges(model, buyer, seller, "a line in distress is sold", terms)
            elif model.firms.share[seller.number] >= model.settings.merger.too_large_to_close:
                restructures(model, seller)
            else:
                liquidates(model, seller, terms)


def _best_bid(model: "ConsortiumModel", seller: "Firm") -> tuple["Firm | None", dict]:
    """The buyer who gains most from a line in distress, if it bids and no authority forbids it, and the terms."""
    if model.settings.merger.rule in ("blocked", "replayed"):
        return None, {}
    offers = _offers(model, seller)
    buyer, terms = _first_to_buy(model, seller, offers, forbidden)
    if any(is_abroad(other, seller) for other, _ in offers[:ASKED_FIRST]) and (buyer is None or not is_abroad(buyer, seller)):
        at_home = [offer for offer in offers if not is_abroad(offer[0], seller)]
        otherwise, _ = _first_to_buy(model, seller, at_home, lambda *asked: bool(_why_forbidden(*asked)))
        model.counters["sales_turned_by_bids_abroad"] += otherwise is not buyer
    return buyer, terms


def _offers(model: "ConsortiumModel", seller: "Firm") -> list[tuple["Firm", dict[str, float]]]:
    """Who could buy a line in distress, with the terms: who gains most stands first."""
    offers = []
    for buyer in model.makers():
        if buyer is not seller and buyer.tradable and buyer.cash > 0 and may_own(model, buyer, seller):
            gain = gain_of_rescue(model, buyer, seller)
            offers.append((sum(gain.values()), -buyer.number, buyer, gain))
    return [offer[2:] for offer in sorted(offers, key=lambda offer: offer[:2], reverse=True)]


def _first_to_buy(model: "ConsortiumModel", seller: "Firm", offers: list[tuple["Firm", dict[str, float]]],
                  stopped: Callable[["ConsortiumModel", "Firm", "Firm"], bool]) -> tuple["Firm | None", dict]:  # fmt: skip
    """The first of the two asked that bids and is not stopped by an authority, with the terms; None where neither does."""
    for buyer, gain in offers[:ASKED_FIRST]:
        bid = buyer.bids(seller, gain, distress=True)
        if bid and not stopped(model, buyer, seller):
            return buyer, bid.terms
    return None, {"margin": float(model.firms.margin[seller.number])}


def makers_court_each_other(model: "ConsortiumModel") -> None:
    """Every maker weighs buying every other; the hazard rises with what the deal saves and earns."""
    if model.settings.merger.rule == "replayed":
        replays_mergers(model)
    if model.settings.merger.rule not in ("endogenous", "by_chance"):
        return
    makers_now, share = model.makers(), model.firms.share
    may = who_may_court(model, makers_now)
    if not may:
        return
    for buyer, target in itertools.product(makers_now, makers_now):
        if (buyer.number, target.number) not in may or share.item(target.number) > share.item(buyer.number) or target is buyer:
            continue
        if target.tradable and buyer.makes_drives and target.makes_drives and may_own(model, buyer, target):
            bid = buyer.bids(target, gain_of_courting(model, buyer, target), distress=False)
            if bid and not forbidden(model, buyer, target):
                merges(model, buyer, target, "buyer and seller agree", bid.terms)
                may = who_may_court(model, makers_now)


def who_may_court(model: "ConsortiumModel", makers_now: list["Firm"]) -> set[tuple[int, int]]:
    """Buyers and targets, by number, whose draw lies below the chance that the best buyer there could be would have.

    All pairs where a subclass decides otherwise.
    """
    told = model.settings.merger
    if model.firm_class.bids is not DealDecisions.bids or told.rule == "by_chance":
        return {(buyer.number, target.number) for buyer in makers_now for target in makers_now}
    firms, rows = model.firms, model.firms.makers()
    revenue = firms.revenue[rows, DRIVES]
    full = makers.full_generation_cost(float(firms.density[rows].max()), model.first_density, model.settings.competition)
    best, courtship, highest = (float(firms.share[rows].max()), float(revenue.max())), math.log(told.courtship), []
    for share, bought in zip(firms.share[rows].tolist(), revenue.tolist(), strict=True):
        *gains, _ = _brings(model, share, bought, *best, full)  # as if there were nothing to bring together
        highest.append(chance_within(COURTING, told.sharpness * sum(gains) + courtship) * (1.0 + 1e-9))
    dice = firms.dice[rows]
    draws = model.chance.uniforms_about(COURTS, model.month, firms.highest_dice() + 1, dice)[:, dice]
    targets, buyers = np.nonzero(draws <= np.array(highest)[:, None])
    return set(zip(rows[buyers].tolist(), rows[targets].tolist(), strict=True))


def may_own(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> bool:
    """Whether a maker may come into a buyer's hands: always within a country, across a border where that is allowed."""
    return model.settings.merger.across_borders or not is_abroad(buyer, target)


def is_abroad(buyer: "Firm", target: "Firm") -> bool:
    """Whether a purchase would cross a border."""
    return buyer.country != target.country


def gain_of_courting(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> dict[str, float]:
    """Makers who court each other count what the deal brings; where mergers come by chance, nothing moves their rate."""
    return {} if model.settings.merger.rule == "by_chance" else gain_of_merger(model, buyer, target)


def gain_of_merger(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> dict[str, float]:
    """Terms of buying a healthy maker, over the revenue bought: one product generation instead of two, a better price
    for fewer rivals, cost synergies, less the cost of integration and of the border."""  # fmt: skip
    firms, row = model.firms, buyer.number
    return _gain(model, target, firms.share.item(row), firms.revenue.item(row, DRIVES), firms.density.item(row),
                 at_home=not is_abroad(buyer, target))  # fmt: skip


def _gain(model: "ConsortiumModel", target: "Firm", share: float, revenue_musd: float, density: float, at_home: bool,
          ) -> dict[str, float]:  # fmt: skip
    """The same for a buyer of some unit share, drive revenue (million US$ a year) and density (Gb/in2)."""
    told, firms = model.settings.merger, model.firms
    full = makers.full_generation_cost(density, model.first_density, model.settings.competition)
    gains = _brings(model, firms.share.item(target.number), firms.revenue.item(target.number, DRIVES), share, revenue_musd, full)
    terms = dict(zip(GAINS, gains, strict=True))
    if not at_home:
        terms["across a border"] = -told.foreign_friction
    return {name: told.sharpness * value for name, value in terms.items()}


def _brings(model: "ConsortiumModel", t: float, bought_musd: float, s: float, revenue_musd: float,
            full: float) -> tuple[float, ...]:  # fmt: skip
    """What a deal at home brings, in the order of `GAINS`, over the revenue bought: a target of unit share `t`, a buyer of
    unit share `s` and drive revenue (million US$ a year), at what a generation costs it in full."""  # fmt: skip
    told, years, revenue = model.settings.merger, model.settings.merger.years_of_gain, max(1e-6, bought_musd)
    both = revenue + revenue_musd
    return (years * full * min(1.0, t / 0.10) / revenue,
            years * model.settings.competition.conduct * 2.0 * s * t * both / revenue,
            years * told.cost_synergy, -told.integration_cost, -full / revenue)  # fmt: skip


def gain_of_rescue(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> dict[str, float]:
    """Terms of buying a line in distress: customers who would else be shared out by all, a better price, integration.

    With many makers a dying line's customers are cheaper to win than to buy; with few, a rival would buy them.
    """
    terms = gain_of_merger(model, buyer, target)
    told = model.settings.merger
    s, t = float(model.firms.share[buyer.number]), float(model.firms.share[target.number])
    kept = told.customers_kept - s / max(1e-6, 1.0 - t)
    terms["customers kept"] = told.sharpness * told.years_of_gain * model.price_markup / (1 + model.price_markup) * kept
    del terms["one generation instead of two"]
    return terms


def forbidden(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> bool:
    """Whether an authority forbids the merger; recorded if so."""
    why = _why_forbidden(model, buyer, target)
    if why:
        share = _share_of_both(model, buyer, target)
        terms = {"test": "comparison", "terms": {"share": share}, "threshold": 0.0, "value": share}
        model.ledger.note(model.month, "merger_blocked", buyer.name, target.name, why, terms)
    return bool(why)


def _why_forbidden(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> str:
    """Why an authority would forbid the merger: too few makers left, or too large a share; empty where none would."""
    if len(model.firms.makers()) - 1 < model.settings.merger.fewest_makers:
        return "too few makers would be left"
    share = _share_of_both(model, buyer, target)
    return f"the share would be {share:.0%}" if any(government.forbids(share) for government in model.governments) else ""


def _share_of_both(model: "ConsortiumModel", buyer: "Firm", target: "Firm") -> float:
    return float(model.firms.share[buyer.number] + model.firms.share[target.number])


def merges(model: "ConsortiumModel", buyer: "Firm", seller: "Firm", why: str, terms: dict) -> None:
    """The drive line changes hands: share, the better cost and know-how, one system; the seller keeps its other lines."""
    firms, a, b = model.firms, buyer.number, seller.number
    luck = model.chance.normal("synergy", model.month, buyer.dice, seller.dice)
    gain = max(0.0, model.settings.merger.cost_synergy * (1.0 + luck))
    price = 0.3 * float(firms.revenue[b, DRIVES])
    model.accounts.pay(int(firms.account[a]), int(firms.account[b]), min(price, max(0.0, buyer.cash)))
    firms.share[a] += firms.share[b]
    firms.revenue[a, DRIVES] += firms.revenue[b, DRIVES]
    firms.cost[a] = min(firms.cost[a], firms.cost[b]) * (1.0 - gain)
    np.maximum(firms.know_how[a], firms.know_how[b], out=firms.know_how[a])
    if firms.density[b] > firms.density[a]:
        firms.density[a], firms.system[a] = firms.density[b], firms.system[b]
    saved = model.settings.research.merger_saving * min(firms.research[a], firms.research[b])
    firms.research[a] = max(firms.research[a], firms.research[a] + firms.research[b] - saved)
    firms.students[a] += firms.students[b]
    abroad = f", from {seller.country} to {buyer.country}" if is_abroad(buyer, seller) else ""
    model.ledger.note(model.month, "line_merged", buyer.name, seller.name, why + abroad, terms)
    model.counters["mergers_total"] += 1
    model.counters["mergers_abroad"] += is_abroad(buyer, seller)
    model.merger_log.append((model.month, a, b))
    if firms.owns[b].sum() == 1:
        _takes_over_memberships(model, buyer, seller)
    _closes_line(model, seller, DRIVES)


def _takes_over_memberships(model: "ConsortiumModel", buyer: "Firm", seller: "Firm") -> None:
    """A firm bought whole leaves its seats to its buyer where the charter admits that one: two members become one."""
    for body in list(seller.memberships):
        if buyer not in body.members and body.may_join(buyer):
            body.admits(buyer)
            model.ledger.note(model.month, "joined", buyer.name, body.name, f"takes over the seat of {seller.name}")


def restructures(model: "ConsortiumModel", maker: "Firm") -> None:
    """A line too large to close that nobody may or will buy is cut back: a tenth of its sales and some of its cost go."""
    firms, row = model.firms, maker.number
    told = {"test": "comparison", "terms": {"share": float(firms.share[row])},
            "threshold": model.settings.merger.too_large_to_close, "value": float(firms.share[row])}  # fmt: skip
    model.ledger.note(model.month, "maker_restructured", maker.name, "", "nobody buys it and it is too large to close", told)
    firms.share[row] *= 0.9
    firms.cost[row] *= 0.97
    firms.margin[row], maker.losing_years = 0.0, 0
    who = firms.makers()
    firms.share[who] /= firms.share[who].sum()


def liquidates(model: "ConsortiumModel", maker: "Firm", terms: dict) -> None:
    """A drive line ends; its customers go to the others."""
    firms = model.firms
    margin = float(firms.margin[maker.number])
    told = {"test": "comparison", "terms": {"margin": -margin, "hurdle": model.settings.merger.hurdle_margin},
            "threshold": 0.0, "value": math.fsum((-margin, model.settings.merger.hurdle_margin))}  # fmt: skip
    model.ledger.note(model.month, "maker_liquidated", maker.name, "", f"margin {margin:.1%} of revenue, nobody buys", told)
    model.counters["liquidations_total"] += 1
    _closes_line(model, maker, DRIVES)
    who = firms.makers()
    if len(who):
        firms.share[who] /= firms.share[who].sum()


def _closes_line(model: "ConsortiumModel", firm: "Firm", line: int) -> None:
    model.firms.closes_line(firm.number, line)
    if line == DRIVES:
        firm.pending = None
    if not model.firms.owns[firm.number].any():
        model.ends_firm(firm)


def newcomers_enter(model: "ConsortiumModel") -> None:
    """A firm starts making drives at a rate that dies out as the fixed cost of a generation rises."""
    told, firms = model.settings.merger, model.firms
    cost = makers.generation_cost(model.average_density, 0.0, model.first_density, model.settings.competition)
    rate = told.entry_per_year * math.exp(-(cost - _first_cost(model)) / told.entry_cost_musd)
    draw = model.chance.uniform("entry", model.month, 0)
    value = 1.0 - math.exp(-rate)
    if draw >= value:
        return
    country = _country(model, "country of an entrant")
    revenue = np.full(len(LINES), np.nan)
    revenue[DRIVES] = 0.006 * 1e3 * model.market.revenue_busd
    firm = model.adds_firm(model.new_firm_name("Drive"), country, revenue, 0.06)
    who = firms.makers()
    firms.share[firm.number] = 0.006
    firms.share[who] /= firms.share[who].sum()
    firms.density[firm.number] = model.average_density
    firms.system[firm.number] = np.bincount(firms.system[who]).argmax()
    model.learns_at_birth(firm)
    terms = {"test": "hazard", "terms": {"log rate": math.log(max(rate, 1e-12))}, "months": 12.0, "value": value, "draw": draw}
    model.ledger.note(model.month, "maker_entered", firm.name, country, "entry costs still little", terms)


def _first_cost(model: "ConsortiumModel") -> float:
    told = model.settings.competition
    return told.generation_cost_musd * told.niche_cost


def _country(model: "ConsortiumModel", decision: str, who: int = 0) -> str:
    """The country of a new firm: countries as they stand among the firms at the start."""
    draw = model.chance.uniform(decision, model.month, who)
    return model.birth_countries[min(int(draw * len(model.birth_countries)), len(model.birth_countries) - 1)]


def everybody_is_measured(model: "ConsortiumModel") -> None:
    """After deals, births and deaths: who is how large, who leads."""
    model.measures()


def firms_are_born_and_die(model: "ConsortiumModel") -> None:
    """Small firms end now and then; new ones are born into the lines other than drives."""
    told, firms = model.settings.business, model.firms
    draws = model.uniforms("end of a firm", firms.count)
    revenue = firms.revenue[: firms.count].sum(axis=1)
    small = firms.alive[: firms.count] & ~firms.maker[: firms.count] & (revenue < 400.0) & (revenue > 0)
    for row in np.flatnonzero(small & (draws < told.deaths_per_year * np.where(revenue < 8.0, 4.0, 1.0))).tolist():
        model.ledger.note(model.month, "firm_died", firms.names[row], "", f"revenue {revenue[row]:.0f} million US$ a year")
        model.ends_firm(model.firm(row))
    expected = told.births_per_year
    count = bisect_left(_poisson(expected), model.chance.uniform("births", model.month, 0))
    for k in range(min(count, 20)):
        _is_born(model, k)


@lru_cache(maxsize=64)
def _poisson(mean: float, most: int = 24) -> list[float]:
    """Chance of at most 0, 1, 2 … events."""
    k = np.arange(most)
    return np.cumsum(exps(-mean + k * math.log(max(mean, 1e-12)) - np.array([math.lgamma(i + 1) for i in k]))).tolist()


def _is_born(model: "ConsortiumModel", k: int) -> None:
    steps = model.birth_steps
    line = bisect_left(steps, model.chance.uniform("line of a newborn", model.month, k) * steps[-1])
    revenue = np.full(len(LINES), np.nan)
    revenue[min(line, len(LINES) - 1)] = 6.0 * math.exp(0.8 * model.chance.normal("size of a newborn", model.month, k))
    country = _country(model, "country of a newborn", k)
    firm = model.adds_firm(model.new_firm_name(LINES[line].title()), country, revenue, 0.09)
    model.learns_at_birth(firm)
    model.ledger.note(model.month, "firm_born", firm.name, country, f"works on {LINES[line]}")


def makers_turn_to_flash(model: "ConsortiumModel") -> None:
    """A maker that expects to lose much to flash, and has the cash, buys a flash line or builds one."""
    if not model.settings.flash.available:
        return
    for firm in model.makers():
        row = firm.number
        if model.firms.owns[row, FLASH_LINE]:
            continue
        decision = firm.turns_to_flash()
        if decision:
            size = 0.05 * float(model.firms.revenue[row, DRIVES])
            model.firms.revenue[row, FLASH_LINE], model.firms.owns[row, FLASH_LINE] = size, True
            model.ledger.note(model.month, "line_bought", firm.name, "flash", "part of its business is expected to go there",
                              decision.terms)  # fmt: skip


def replays_mergers(model: "ConsortiumModel") -> None:
    """The recorded mergers at their recorded dates, as a driver; who no longer makes drives is stood in for.

    The largest maker stands in for a missing buyer, the smallest for a missing seller.
    """
    for row in table("drivers/mergers_replayed.csv"):
        if int(row["year"]) == int(model.year):
            who = model.firms.makers()
            if len(who) < 2:
                return
            order = who[np.argsort(-model.firms.share[who], kind="stable")]
            by_name = {model.firms.names[number]: number for number in who}
            buyer = by_name.get(row["acquirer"], order[0])
            rest = [number for number in order if number != buyer]
            target = by_name.get(row["target"], rest[-1])
            if target == buyer:
                target = rest[-1]
            if may_own(model, model.firm(buyer), model.firm(target)):
                merges(model, model.firm(buyer), model.firm(target), "replayed from the record", {})

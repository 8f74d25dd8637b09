"""Histories that are not simulated twice, and those that end early: each is held against the whole one."""

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import toy_causes as toy
from toy_causes import FIRMS, IDLE, MONEY, made

from sim import stages
from sim.configuration import compose
from sim.decisions import by_comparison
from sim.firm import Firm
from sim.industry import deals
from sim.model import ConsortiumModel
from sim.records.outcomes import outcomes_of
from sim.records.record import Record
from sim.studies.attribution import Cause, Factorial, shipped
from sim.studies.attribution.parting import goes_on_under, month_apart
from sim.studies.attribution.transitions import ASKED, all_is_quiet, all_stages_stand, transitions_of
from sim.studies.attribution.twins import Twins
from sim.studies.engine import Job
from sim.studies.store import Result


@pytest.mark.parametrize("seeds", [1, 6])
def test_where_a_cause_never_acted_the_world_without_it_is_not_simulated(seeds: int, tmp_path: Path) -> None:
    told = Cause("idle", "idle", ("idle=0",), acts="acted")
    studies = []
    for causes, place in (((MONEY, FIRMS, told), "spared"), ((MONEY, FIRMS, IDLE), "whole")):
        toy.simulated.clear()
        found = made(tmp_path / place, causes, seeds + 1, simulate=toy.idle_in_even_seeds)
        studies.append((found.study.outcomes, len(toy.simulated)))
    spared, whole = studies
    pd.testing.assert_frame_equal(spared[0], whole[0])
    assert whole[1] == 8 * (seeds + 1)
    assert spared[1] == whole[1] - 4 * len([seed for seed in range(5000, 5001 + seeds) if seed % 2 == 0])


def test_a_broken_off_attribution_spares_nothing_that_it_did_not_hear(tmp_path: Path) -> None:
    causes = (MONEY, Cause("idle", "idle", ("idle=0",), acts="acted"))
    hearer = Twins(Factorial(causes))
    record = toy.idle_in_even_seeds(toy.compose([]), 5000)
    job = Job(9, "money", 5000)
    assert hearer.record_of(job) is None
    hearer.hears(Result(0, "money+idle", 5000, error="lost"))
    hearer.hears(Result(1, "money+idle", 5001, toy.idle_in_even_seeds(toy.compose([]), 5001)))
    assert hearer.record_of(job) is None
    assert hearer.record_of(Job(9, "money", 5001)) is None, "it acted"
    hearer.hears(Result(0, "money+idle", 5000, record))
    assert hearer.record_of(Job(8, "nothing", 5000)) is None
    assert hearer.record_of(job) == record
    assert hearer.record_of(job) is None, "handed over once"


def test_what_was_simulated_along_belongs_to_the_world_it_was_simulated_in() -> None:
    """The history along has its own say about a cause that acts: it is not taken over with the one it parted from."""
    causes = (MONEY, Cause("idle", "idle", ("idle=0",), acts="acted"))
    hearer = Twins(Factorial(causes))
    calm, busy = (Record(5000, outcomes={"acted": acted}) for acted in (0.0, 1.0))
    hearer.hears(Result(0, "money+idle", 5000, replace(calm, along={"idle": busy})))
    assert hearer.record_of(Job(1, "idle", 5000)) is busy
    taken = hearer.record_of(Job(2, "money", 5000))
    assert taken == calm
    hearer.hears(Result(2, "money", 5000, taken))
    hearer.hears(Result(1, "idle", 5000, busy))
    assert hearer.record_of(Job(3, "nothing", 5000)) is None


# -- worlds that are one until a month -------------------------------------------------------------------------------

CUT = "funding.periods=[{regime: constant, from_month: '1999-01', level_musd: 17.2}]"
LOSS = "shocks.list=[{kind: recession, month: '1996-06'}]"


def test_worlds_are_one_until_something_else_is_imposed() -> None:
    plain = compose(["horizon.years=20"])
    assert month_apart(plain, compose(["horizon.years=20", CUT])) == 96
    assert month_apart(compose(["horizon.years=20", CUT]), plain) == 96
    assert month_apart(plain, compose(["horizon.years=20", LOSS])) == 65
    assert month_apart(compose(["horizon.years=20", LOSS]), compose(["horizon.years=20", LOSS, CUT])) == 96
    assert month_apart(plain, plain) is None
    assert month_apart(plain, compose(["horizon.years=20", CUT, "flash=none"])) is None
    assert month_apart(plain, compose(["horizon.years=20", CUT.replace("1999", "1991")])) is None, "apart from the start"


@pytest.mark.parametrize(("later", "month"), [(CUT, 96), (LOSS, 65)], ids=["a regime", "a shock"])
@pytest.mark.parametrize("before", [[], ["merger=blocked"]], ids=["as shipped", "no mergers"])
def test_a_copy_that_goes_on_under_other_settings_is_their_history(before: list[str], later: str, month: int) -> None:
    """Series, ledger and accounts; and the world that was copied goes on as if nothing had been."""
    one, other = (compose([*before, "horizon.years=16", *more]) for more in ([], [later]))
    model = ConsortiumModel(one, 11)
    model.run_for(month)
    copied = goes_on_under(model, other)
    for parted, settings in ((copied, other), (model, one)):
        whole, parted = ConsortiumModel(settings, 11).run(), parted.run()
        assert parted.ledger.rows == whole.ledger.rows
        assert same_series(Record.of(parted).series, Record.of(whole).series)
        assert np.array_equal(parted.accounts.balance, whole.accounts.balance)
    assert copied.ledger.rows != model.ledger.rows


def test_a_world_without_a_cause_that_acted_before_worlds_part_is_simulated_from_the_start() -> None:
    late = Cause("cut", "cut", (CUT.replace("1999-01", "2009-01"),))
    borders = next(cause for cause in shipped() if cause.name == "foreign_ownership")
    crossed = Factorial((late, borders), ("horizon.years=20",))
    (family,) = crossed.families(compose)
    assert family.month == 216
    found = {seed: transitions_of(family.worlds[0].settings, seed, (borders.acts,), (family,)) for seed in range(5000, 5006)}
    before = ConsortiumModel(compose(["horizon.years=18"]), 5001).run()
    assert outcomes_of(before)[borders.acts] > 0.0, "this one has acted by then"
    assert list(found[5001].along) == ["foreign_ownership"]
    idle = [seed for seed, record in found.items() if record.outcomes[borders.acts] == 0.0]
    assert idle
    assert all("cut" not in found[seed].along for seed in idle), "the same history as with open borders"


def same_series(one: dict, other: dict) -> bool:
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in one | other)


def test_of_the_six_causes_the_cut_of_public_money_shares_its_first_years() -> None:
    crossed = Factorial(shipped())
    families = crossed.families(compose)
    assert {family.month for family in families} == {96}
    names = [[world.name for world in family.worlds] for family in families]
    assert all(one == f"money_cut+{other}" or (one, other) == ("money_cut", "nothing") for one, other in names)
    borders, mergers = (1 << [cause.name for cause in crossed.causes].index(name) for name in ("foreign_ownership", "mergers"))
    first = {world for world in crossed.worlds if world & 1 and (world & borders or not world & mergers)}
    assert {one for one, _ in names} == {crossed.name(world) for world in first}
    twins = [twin.name for family in families for world in family.worlds for _, twin in world.twins]
    assert sorted(twins) == sorted(crossed.name(world) for world in crossed.worlds if world & mergers and not world & borders)


@pytest.mark.parametrize("seed", [5000, 5001, 5002])
def test_a_history_simulated_along_is_that_of_its_world(seed: int) -> None:
    asked, families = (*ASKED, "deals_borders_decided"), Factorial(shipped()).families(compose)
    family = next(each for each in families if each.worlds[0].name.startswith("money_cut+mergers+foreign"))
    found = transitions_of(family.worlds[0].settings, seed, asked, families)
    told = {family.worlds[0].name: replace(found, along={})} | found.along
    worlds = {world.name: world for one in family.worlds for world in (one, *(twin for _, twin in one.twins))}
    assert set(told) >= {world.name for world in family.worlds}
    for name, record in told.items():
        alone = transitions_of(worlds[name].settings, seed, asked)
        assert same_outcomes(record.outcomes, alone.outcomes), name
        assert record.stages == alone.stages


@pytest.mark.parametrize("overrides", [(), ("flash=none", "association=none")], ids=["as shipped", "neither flash nor roof"])
def test_where_no_deal_hung_on_borders_the_history_without_open_ones_is_the_same(overrides: tuple[str, ...]) -> None:
    """Whole histories, the ledger too, but for the note of a purchase that was forbidden; where a deal did, the two part."""
    same = []
    for seed in range(5000, 5008):
        free, shut = (ConsortiumModel(compose([*overrides, "horizon.years=25", *more]), seed).run()
                      for more in ([], ["merger.across_borders=false"]))  # fmt: skip
        idle = outcomes_of(free)["deals_borders_decided"] == 0.0
        rows = [[row for row in model.ledger.rows if row[1] != "merger_blocked"] for model in (free, shut)]
        assert (rows[0] == rows[1]) == idle, seed
        if idle:
            assert same_outcomes(outcomes_of(free), outcomes_of(shut)), seed
        same.append(idle)
    assert 0 < sum(same) < len(same), "there are both"


class Willing(Firm):
    """Buys where its name is among the willing."""

    willing: ClassVar[set[str]] = set()

    def bids(self, target, gain, distress):
        return by_comparison({"willing": 1.0 if self.name in self.willing else -1.0})


@pytest.mark.parametrize(("who", "bought", "turned"), [
    ("nobody", False, 0), ("the one from abroad", True, 0), ("the other one asked", True, 0),
    ("the next at home", False, 1), ("all", True, 0),
])  # fmt: skip
def test_a_sale_is_turned_where_a_bid_from_abroad_keeps_out_one_at_home(who: str, bought: bool, turned: int) -> None:
    """Two are asked: who stands third at home is not while a maker from abroad stands among the first two."""
    model = ConsortiumModel(compose(["horizon.years=1", "merger.foreign_friction=0.0"]), 1, firm_class=Willing)
    lists = {seller: [buyer for buyer, _ in deals._offers(model, seller)] for seller in model.makers()}
    seller, buyers = next((seller, buyers) for seller, buyers in lists.items()
                          if [deals.is_abroad(buyer, seller) for buyer in buyers[:2]].count(True) == 1)  # fmt: skip
    at_home = [buyer for buyer in buyers if not deals.is_abroad(buyer, seller)]
    abroad = next(buyer for buyer in buyers[:2] if deals.is_abroad(buyer, seller))
    asked = {"nobody": [], "the one from abroad": [abroad], "the other one asked": at_home[:1], "the next at home": at_home[1:2],
             "all": buyers}[who]  # fmt: skip
    Willing.willing = {buyer.name for buyer in asked}
    buyer, _ = deals._best_bid(model, seller)
    assert (buyer is not None) == bought
    assert model.counters["sales_turned_by_bids_abroad"] == turned


def same_outcomes(one: dict[str, float], other: dict[str, float]) -> bool:
    return np.array_equal(list(one.values()), list(other.values()), equal_nan=True)


@pytest.mark.parametrize(
    ("seed", "overrides"),
    [(5000, ()), (5003, ()), (5000, ("association=none",)), (5001, ("merger=blocked",)), (5002, ("flash=none",)), (5004, (CUT,))],
)
def test_a_history_that_ends_early_has_the_transitions_of_the_whole_one(seed: int, overrides: tuple[str, ...]) -> None:
    settings = compose(list(overrides))
    whole = ConsortiumModel(settings, seed).run()
    asked = transitions_of(settings, seed)
    assert list(asked.outcomes) == list(ASKED)
    for name, value in outcomes_of(whole).items():
        if name in asked.outcomes:
            assert asked.outcomes[name] == pytest.approx(value, nan_ok=True), name


QUIET = stages.State(0, False, ("disk", "tape"), "", True, (), 0, 5, (), 3)


@pytest.mark.parametrize(("founded", "ended", "history", "quiet"), [
    (10, None, [QUIET] * 40, True),
    (10, 80, [QUIET] * 70, True),
    (88, None, [QUIET] * 12, False),  # a programme that has just left: who carries the lineage is judged twelve months on
    (87, None, [QUIET] * 13, True),
    (10, 90, [QUIET] * 80, False),
    (10, None, [*[QUIET] * 30, *[QUIET._replace(open=True, foreign_voters=1)] * 12], False),  # may become a spell
    (10, None, [*[QUIET] * 30, *[QUIET._replace(open=True, foreign_voters=1)] * 13], True),
    (10, None, [*[QUIET] * 30, *[QUIET._replace(reference_makers=2)] * 5], True),
])  # fmt: skip
def test_near_the_horizon_a_history_ends_when_all_is_quiet(founded: int, ended: int | None, history: list, quiet: bool) -> None:
    body = SimpleNamespace(founded=founded, ended=ended, history=[tuple(state) for state in history])
    assert all_is_quiet(SimpleNamespace(month=100, all_bodies=[body])) == quiet


def test_a_history_without_series_tells_nothing_that_is_read_from_them() -> None:
    with pytest.raises(LookupError, match="without its series"):
        transitions_of(compose(["horizon.years=1"]), 1, ("members_mean",))


def test_a_history_ends_when_its_four_stages_have_stood_for_three_years() -> None:
    model = ConsortiumModel(compose([]), 5000)
    ends = []
    while model.month < model.months:
        model.run_for(12)
        ends.append(all_stages_stand(model))
    years = [year for name, year in outcomes_of(model).items() if name.startswith("year_") and name in ASKED]
    assert ends.index(True) + model.first_year + 1 == math.ceil(max(years) + 3.0 + 1e-9), "counted from the last stage"
    assert all(ends[ends.index(True) :]), "and stays so"

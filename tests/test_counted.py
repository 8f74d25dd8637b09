"""Series that are counted after a run agree with what was measured while it ran; money by recipient adds up."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.configuration import compose
from sim.firm.membership import Review
from sim.model import ConsortiumModel
from sim.records.counted import COUNTED, EXITS, KINDS, SECTORS
from sim.records.counting import starts_by_cell, volatility
from sim.records.outcomes import outcomes_of
from sim.records.outcomes.belonging import benefit_per_fee
from sim.records.outcomes.portfolio import lock_in_portfolio
from sim.records.outcomes.seen import Seen
from sim.records.outcomes.stays import reviews
from sim.records.record import Record
from sim.records.series import SERIES

COIN = ["governance.votes=coin", "governance.reach=4", "belonging.attention=0.5"]  # everything changes all the time


@pytest.fixture(
    scope="module", params=[([], 1), (COIN, 11), (["funding.domestic_only=false"], 3)], ids=["default", "coin", "open"]
)
def model(request: pytest.FixtureRequest) -> ConsortiumModel:
    overrides, seed = request.param
    return ConsortiumModel(compose(overrides), seed).run()


@pytest.fixture(scope="module")
def series(model: ConsortiumModel) -> dict[str, np.ndarray]:
    return Record.of(model).series


@pytest.fixture(scope="module")
def seen(model: ConsortiumModel) -> Seen:
    return Seen(model, model.stage_by_month(), model.path())


def total(series: dict[str, np.ndarray], names: list[str]) -> np.ndarray:
    return sum(series[name] for name in names)


def test_a_record_holds_every_series_in_order(series: dict) -> None:
    assert list(series) == ["month", "year", *SERIES]
    assert set(COUNTED) < set(SERIES)


def test_members_change_by_joins_and_exits(series: dict) -> None:
    assert np.array_equal(np.diff(series["members"], prepend=0), series["joins"] - series["exits"])
    assert series["joins"].sum() > 30


def test_every_exit_has_one_reason(series: dict) -> None:
    assert np.array_equal(total(series, [f"exits_{reason}" for reason in EXITS]), series["exits"])
    assert series["exits_firm_gone"].sum() > 0
    assert series["exits_disappointed"].sum() > 0


def test_sectors_add_up_to_members(series: dict) -> None:
    assert np.array_equal(total(series, [f"members_{sector}" for sector in SECTORS]), series["members"])
    assert np.all(series["members_sister_country"] <= series["members_foreign"])
    assert series["members_components"].max() > 0


@pytest.mark.parametrize("state", ["active", "started"])
def test_parts_add_up_to_research_projects(series: dict, state: str) -> None:
    whole = series[f"projects_{state}"]
    for group in (
        [f"projects_{state}_{kind}" for kind in KINDS],
        of(series, f"projects_{state}_on_"),
        of(series, f"projects_{state}_for_"),
    ):
        assert np.array_equal(total(series, group), whole)
    assert np.all(series[f"projects_{state}_abroad"] <= whole)
    assert series[f"projects_{state}_partial"].sum() > 0


def test_disk_projects_are_those_on_disk_systems(series: dict, model: ConsortiumModel) -> None:
    disk = [name for name, medium in zip(model.systems.names, model.systems.medium, strict=True) if medium == 0]
    assert np.array_equal(total(series, [f"projects_active_on_{name}" for name in disk]), series["projects_active_disk"])


@pytest.mark.parametrize("overrides", [[], ["supervision.redirect_below=0.9"]], ids=["default", "many turn"])
def test_projects_are_counted_by_the_system_they_worked_on_at_the_time(overrides: list[str]) -> None:
    model = ConsortiumModel(compose(["horizon.years=15", *overrides]), 3)
    running = {}  # by consortium and month
    while model.month < model.months:
        model.run_for(1)
        for body in model.consortia:
            systems = [project.system for project in body.projects if project.performer is not None]
            running[body.number, model.month - 1] = np.bincount(systems, minlength=len(model.systems))
    told, path = Record.of(model).series, model.path()
    assert model.counters["projects_redirected"] > 10
    for number, name in enumerate(model.systems.names):
        expected = [running[path[month], month][number] if month in path else 0 for month in range(model.months)]
        assert told[f"projects_active_on_{name}"].tolist() == expected, name


def test_stops_of_research_projects_are_among_all_stops(series: dict) -> None:
    """What is stopped may be a joint venture, which belongs to no part."""
    by_kind = total(series, [f"projects_stopped_{kind}" for kind in KINDS])
    assert np.array_equal(by_kind, total(series, of(series, "projects_stopped_on_")))
    assert np.all(by_kind <= series["projects_stopped"])
    assert by_kind.sum() > 0.5 * series["projects_stopped"].sum()


def of(series: dict, start: str) -> list[str]:
    return [name for name in series if name.startswith(start)]


def test_every_start_has_its_cell(seen: Seen) -> None:
    assert len(starts_by_cell(seen)) == seen["projects_started"].sum()


def test_public_money_by_recipient_is_all_public_money(model: ConsortiumModel, seen: Seen) -> None:
    committed = sum(np.nansum(rows[:, seen.column("new_public_musd")]) for rows in model.recorder.bodies.values())
    single = len(model.ledger.of("single_award")) * model.settings.funding.single_size_musd
    told = outcomes_of(model)
    parts = [told[f"public_money_to_{who}_musd"] for who in ("home", "sister", "others")]
    assert sum(parts) == pytest.approx(committed + single)
    assert parts[0] > 0


def test_foreign_partners_receive_where_the_programme_lets_them() -> None:
    shut, free = (
        outcomes_of(ConsortiumModel(compose([f"funding.domestic_only={only}", "charter=insic", "horizon.years=8"]), 1).run())
        for only in ("true", "false")
    )
    assert free["public_money_to_others_musd"] > 10 * shut["public_money_to_others_musd"]


def test_volatility_is_that_of_five_years() -> None:
    income = np.repeat([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 12)  # the lineage begins in the second year
    zero = np.zeros(84)

    class Look(dict):
        months, path, there = 84, dict.fromkeys(range(12, 84), 0), np.arange(84) >= 12

    found = volatility(Look(fee_income_musd=income / 12, public_money_musd=zero))
    assert np.isnan(found[:71]).all()
    assert found[71] == pytest.approx(np.std([1, 2, 3, 4, 5]) / 3)
    assert found[83] == pytest.approx(np.std([2, 3, 4, 5, 6]) / 4)


def test_benefit_per_fee_is_what_speaks_for_it_over_the_fee() -> None:
    left = [
        (4, "left", "b", "A", "", {"terms": {"skills": 1.0, "fee": -3.0}, "tier": 1, "fee_musd": 0.4}),
        (4, "left", "c", "A", "", {"terms": {"reasons outside the model": -1.0}, "tier": 1, "fee_musd": 0.4}),
    ]
    renewed = [
        (3, "A", 0, 0.2, {"skills": 2.0, "fee": -0.5, "patience": 9.0}),
        (4, "A", 1, 0.1, {"skills": 7.0, "fee": -1.0}),
        (4, "another", 0, 0.1, {"skills": 7.0, "fee": -1.0}),
    ]
    told = []
    for month, body, tier, fee, terms in renewed:
        standing = SimpleNamespace(tiers=np.array([tier]), fees=np.array([fee]))
        told.append((month, body, standing, Review([True], lambda place, terms=terms: {"terms": terms})))
    seen = SimpleNamespace(events={"left": left}, names={3: "A", 4: "A"}, model=SimpleNamespace(reviews=told))
    seen.reviews = reviews(seen)
    assert benefit_per_fee(seen, 1) == pytest.approx(3.0 / 0.6)
    assert benefit_per_fee(seen, 2) == pytest.approx(70.0)
    assert np.isnan(benefit_per_fee(seen, 3))


def test_small_firms_get_more_for_their_fee(model: ConsortiumModel) -> None:
    told = outcomes_of(model)
    values = [told[f"benefit_per_fee_tier_{tier}"] for tier in (1, 2, 3, 4)]
    assert values == sorted(values)
    assert values[0] > 0


def test_lock_in_is_the_overlap_of_five_years_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = [((0, 0), 5), ((0, 0), 9), ((0, 1), 30), ((1, 1), 44), ((0, 0), 61), ((2, 0), 80)]
    monkeypatch.setattr("sim.records.outcomes.portfolio.starts_by_cell", lambda seen: starts)
    seen = SimpleNamespace(mean=Seen.mean)
    assert lock_in_portfolio(seen) == pytest.approx(0.5)  # half of the later ones lie where half of the earlier lay
    starts[:] = starts[:4]
    assert np.isnan(lock_in_portfolio(seen))

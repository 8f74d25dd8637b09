"""Laws of the world, checked in every month of many worlds; the ledger's terms recompute."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from watched import (
    Watched,
    density_does_not_fall,
    members_live_and_belong_once,
    money_adds_up,
    portfolios_add_up,
)

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.record import Record
from sim.records.series import SERIES
from sim.records.why import agrees, happens

WORLDS = some.fixed_dictionaries(
    {
        "funding": some.sampled_from(
            ["historical", "constant", "matching", "volatile", "national_mission", "none"]
        ),
        "merger": some.sampled_from(["endogenous", "blocked"]),
        "flash": some.sampled_from(["historical", "none", "fast"]),
        "association": some.sampled_from(["idema", "none"]),
        "charter": some.sampled_from(["nsic", "insic", "astc", "asrc", "imec", "sematech_1987"]),
        "governance.votes": some.sampled_from(["deliberate", "coin"]),
        "governance.reach": some.integers(1, 4),
        "charter.project_years": some.floats(0.5, 6.0),
        "charter.reserve_share": some.floats(0.0, 3.0),
        "charter.fee_factor": some.floats(0.3, 6.0),
        "belonging.base_exit": some.floats(0.0, 0.2),
        "belonging.attention": some.floats(0.02, 0.9),
        "business.deaths_per_year": some.floats(0.0, 0.2),
        "business.births_per_year": some.floats(0.0, 10.0),
        "merger.courtship": some.floats(0.0005, 0.1),
        "home.outside_proposals": some.floats(0.0, 60.0),
        "horizon.years": some.integers(3, 8),
    }
)
COIN = [
    "governance.votes=coin",
    "governance.reach=4",
    "belonging.attention=0.5",
]  # everything changes all the time


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # a world is too dear to shrink
@given(world=WORLDS, seed=some.integers(0, 2**20))
def test_laws_hold_in_any_world(world: dict, seed: int) -> None:
    Watched(compose([f"{name}={value}" for name, value in world.items()]), seed).run()


@pytest.fixture(scope="module", params=[[], COIN], ids=["by default", "by coin"])
def whole(request: pytest.FixtureRequest) -> Watched:
    """A whole history whose laws have held in every month."""
    return Watched(compose(request.param), seed=11).run()


def test_laws_hold_in_whole_histories(whole: Watched) -> None:
    assert whole.month == whole.months


def test_no_project_without_the_money_to_pay_it(whole: Watched) -> None:
    assert whole.debts == {}


def test_no_charter_takes_in_a_medium_that_does_not_exist() -> None:
    """Where everything is tabled by coin, flash comes into scope; in a world without flash nobody tables it."""
    scopes = {}
    for flash in ("historical", "none"):
        model = ConsortiumModel(compose([*COIN, f"flash={flash}", "horizon.years=8"]), seed=2)
        scopes[flash] = {medium for _ in range(8) for body in a_year(model).all_bodies for medium in body.charter.media}
    assert "flash" in scopes["historical"]
    assert scopes["none"]
    assert "flash" not in scopes["none"]


def a_year(model: ConsortiumModel) -> ConsortiumModel:
    """The model a year later."""
    for _ in range(12):
        model.step()
    return model


@pytest.mark.slow
@pytest.mark.parametrize(
    "overrides", [[], COIN, ["scenario=frozen_1991"], ["charter=sematech_1987"], ["population.copies=2"]]
)
def test_laws_hold_over_many_whole_histories(overrides: list[str]) -> None:
    for seed in range(20, 25):
        Watched(compose(overrides), seed).run()


def test_terms_of_every_event_recompute(whole: Watched) -> None:
    tested = [row for row in whole.ledger.rows if "test" in row[5]]
    assert len(tested) > 200
    assert [row for row in tested if not agrees(row[5])] == []


FELL_FOR = {
    "joined",
    "renewed",
    "charter_changed",
    "spin_off",
    "consortia_merged",
    "consortium_founded",
    "system_adopted",
    "public_award",
    "maker_entered",
}
FELL_AGAINST = {"left", "charter_kept", "merger_of_consortia_failed", "private_joint_venture"}


def test_what_the_terms_say_is_what_happened(whole: Watched) -> None:
    for month, kind, who, whom, _, terms in whole.ledger.rows:
        if "test" in terms and kind in FELL_FOR | FELL_AGAINST:
            assert happens(terms) == (kind in FELL_FOR), (month, kind, who, whom, terms)


def test_events_are_in_the_order_of_time(whole: Watched) -> None:
    months = [row[0] for row in whole.ledger.rows]
    assert months == sorted(months)
    assert months[0] >= 0 and months[-1] < whole.months


def test_series_are_of_the_kind_they_say(whole: Watched) -> None:
    """Flows and stocks are not negative, totals of the world never fall."""
    series = Record.of(whole, events=False).series
    for name in SERIES:
        if name == "account_musd":  # debts have a test of their own
            continue
        values = np.asarray(series[name], dtype=float)
        assert np.nanmin(values) >= -1e-9, name
    for name in ("research_busd", "students_total", "laboratory_density_gb_in2"):
        assert np.all(np.diff(series[name]) >= 0), name


def test_stages_are_those_of_the_series(whole: Watched) -> None:
    record = Record.of(whole)
    for name, start, end in record.stages:
        assert start < end, name
    assert [b[1] >= a[2] - 1e-9 for a, b in zip(record.stages, record.stages[1:], strict=False)].count(
        False
    ) == 0


# -- the laws can fail -------------------------------------------------------------------------------------


def test_a_broken_law_is_noticed() -> None:
    world = Watched(compose(["horizon.years=2"]), seed=2).run()
    body = max(world.consortia, key=lambda each: len(each.projects))
    assert body.projects
    world.accounts.balance[0] += 1
    with pytest.raises(AssertionError):
        money_adds_up(world)
    world.accounts.balance[0] -= 1
    body.projects.append(body.projects[0])
    with pytest.raises(AssertionError):
        portfolios_add_up(world)
    body.projects.pop()
    body.members.append(body.members[0])
    with pytest.raises(AssertionError, match="twice"):
        members_live_and_belong_once(world)
    with pytest.raises(AssertionError):
        density_does_not_fall(world, world.firms.density * 1.1)

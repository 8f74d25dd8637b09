"""What the consortia added: the twin differs by the consortia and by nothing else."""

import math

import pytest

from sim.configuration import composed
from sim.simulation import simulate
from sim.twin import COMPARED, added_value, without_consortia


@pytest.fixture(scope="module")
def pair():
    what = composed(["horizon.years=12"])
    run = simulate(what, seed=11)
    return run, without_consortia(run, what)


def test_the_twin_has_no_consortium_and_the_run_has(pair):
    run, twin = pair
    assert run.series["members"].max() > 0
    assert twin.series["consortia"].max() == 0


def test_the_twin_is_the_same_world_until_the_first_founding(pair):
    run, twin = pair
    founded = int(run.events.loc[run.events["kind"] == "consortium_founded", "month"].min())
    for name in ("drive_makers", "revenue_busd_per_year", "laboratory_density_gb_in2"):
        assert run.series[name][:founded].equals(twin.series[name][:founded])


def test_added_is_the_difference_and_is_divided_by_the_money_received(pair):
    run, twin = pair
    table = added_value(run, twin).set_index("outcome")
    row = table.loc["product_density_2000_gb_in2"]
    assert set(table.index) == set(COMPARED)
    assert row["added"] == pytest.approx(row["with"] - row["without"])
    assert row["added_per_fee_musd"] == pytest.approx(row["added"] / run.outcomes["fee_money_total_musd"])
    assert row["added"] > 0


def test_without_money_there_is_no_value_per_dollar(pair):
    _, twin = pair
    assert math.isnan(added_value(twin, twin)["added_per_public_musd"][0])

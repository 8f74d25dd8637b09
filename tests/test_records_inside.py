"""The tables of the inside of the consortium agree with the run: money with the books, outcomes with first products."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.record import Record
from sim.records.run import Run, open_run
from sim.records.tables import TABLES, arrow, columns_of

COIN = ["governance.votes=coin", "governance.reach=4", "belonging.attention=0.5"]  # bodies come, split, merge and go
A_DOLLAR_A_MONTH = 1e-4
NAMES = tuple(TABLES)


@pytest.fixture(scope="module", params=[([], 1), (COIN, 11)], ids=["default", "coin"])
def model(request: pytest.FixtureRequest) -> ConsortiumModel:
    overrides, seed = request.param
    return ConsortiumModel(compose(overrides), seed).run()


@pytest.fixture(scope="module")
def run(model: ConsortiumModel) -> Run:
    return Run.of(model)


@pytest.fixture(scope="module")
def projects(run: Run) -> pd.DataFrame:
    return run.projects


def paid(projects: pd.DataFrame, money: str, horizon: float) -> float:
    """What projects took of one kind of money over the run, million US$."""
    return float((projects[money] * (projects["end"].fillna(horizon) - projects["start"])).sum())


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_the_columns_that_are_declared(run: Run, name: str) -> None:
    table = getattr(run, name)
    assert list(table.columns) == list(TABLES[name])
    assert len(table) > 20
    assert all(told.meaning and told.holds for told in TABLES[name].values())


def test_the_money_of_projects_is_what_the_books_paid(model: ConsortiumModel, run: Run, projects: pd.DataFrame) -> None:
    horizon = model.first_year + model.month / 12.0
    spent = sum(paid(projects, name, horizon) for name in ("fee_musd", "public_musd", "match_musd"))
    match_without_members = spent - run.money["projects_musd"].sum()  # nobody is left to pay it until the body ends
    assert -1e-6 < match_without_members < 0.002 * spent
    assert paid(projects, "public_musd", horizon) == pytest.approx(run.money["public_musd"].sum(), rel=1e-9)
    received = model.accounts.held("project costs")
    assert received == pytest.approx((run.money["projects_musd"] + run.money["joint_work_musd"]).sum(), abs=0.01)
    assert model.accounts.held("administration") == pytest.approx(run.money["administration_musd"].sum(), abs=0.01)


def test_what_comes_in_goes_out_or_stays_in_the_account(run: Run) -> None:
    money = run.money
    comes = money[["fees_musd", "public_musd", "match_musd", "passed_musd"]].sum(axis=1)
    goes = money[["projects_musd", "joint_work_musd", "administration_musd", "account_change_musd"]].sum(axis=1)
    assert np.allclose(comes, goes, atol=A_DOLLAR_A_MONTH)
    assert np.allclose(money.groupby("consortium")["account_change_musd"].cumsum(), money["account_musd"])


def test_nothing_is_passed_in_the_quiet_life_of_a_body(run: Run) -> None:
    of_one = run.money[run.money["consortium"] == run.money["consortium"].iloc[0]]
    assert (of_one["passed_musd"] == 0.0).mean() > 0.5


def test_the_money_of_the_lineage_is_that_of_the_series(run: Run) -> None:
    of_lineage = run.money[run.money["lineage"]]
    for column, series in (("fees_musd", "fee_income_musd"), ("public_musd", "public_money_musd")):
        monthly = run.series[series].groupby(np.floor(run.series["year"] + 1e-6).astype(int)).sum()
        by_year = of_lineage.groupby("year")[column].sum()
        assert np.allclose(by_year, monthly.loc[by_year.index])


def test_a_project_is_told_with_its_end(model: ConsortiumModel, projects: pd.DataFrame) -> None:
    running = {id(project) for body in model.all_bodies for project in body.projects}
    states = projects["state"]
    assert len(projects) == len(model.all_projects)
    assert (states == "running").sum() == len(running) == projects["end"].isna().sum()
    assert (projects["stopped"] == (states == "stopped")).all()
    finished, cut = projects[states == "finished"], projects[states.isin(["stopped", "dropped"])]
    assert (finished["end"] == finished["planned_end"]).all() and (cut["end"] <= cut["planned_end"]).all()
    assert ((projects["university"] == "") == (projects["kind"] == "joint")).all()
    straight = projects[projects["redirected"] == 0]
    assert (straight["system"] == straight["first_system"]).all()


def test_the_lineage_started_as_many_projects_as_its_series_say(run: Run, projects: pd.DataFrame) -> None:
    assert run.series["projects_started"].sum() == pytest.approx(run.matrix.loc[run.matrix["lineage"], "awarded"].sum(), rel=0.05)
    assert run.matrix["awarded"].sum() == (projects["kind"] != "joint").sum()


def test_roadmaps_are_held_against_the_first_products(model: ConsortiumModel, run: Run) -> None:
    roadmap = run.roadmap
    names = model.systems.names
    came = {names[system]: model.first_year + month / 12.0 for system, month in model.first_product.items()}
    assert roadmap["outcome_year"].equals(roadmap["system"].map(came).astype(float).rename("outcome_year"))
    told = roadmap.dropna(subset="outcome_year")
    assert np.allclose(told["error_years"], told["outcome_year"] - told["forecast_year"])
    assert roadmap.loc[roadmap["outcome_year"].isna(), "error_years"].isna().all()
    of_lineage = told.loc[told["consortium"].isin(set(run.money.loc[run.money["lineage"], "consortium"])), "error_years"]
    assert of_lineage.mean() == pytest.approx(run.outcomes["roadmap_error_years"])


def test_a_matrix_sums_to_one_in_every_branch(run: Run) -> None:
    sums = run.matrix.dropna().groupby(["year", "consortium", "branch"])[["scored", "sent"]].sum()
    assert np.allclose(sums, 1.0)


def test_nobody_sits_without_a_tier_and_groups_have_leads_who_sit(run: Run) -> None:
    assert (run.seats["tier"] >= 1).all() and (run.seats["seats"] >= 1).all()
    leads = run.groups[run.groups["role"] == "lead"]
    assert len(leads) and set(run.groups["role"]) == {"lead", "guest"}
    assert leads["who"].isin(run.seats["firm"]).mean() > 0.95  # a lead who sits in no December left within the year


def test_tables_are_read_back_as_they_were(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "out")
    back = open_run(tmp_path / "out")
    for name in NAMES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(run, name))
    (tmp_path / "out" / "matrix.parquet").unlink()
    assert list(open_run(tmp_path / "out").matrix.columns) == list(TABLES["matrix"])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_table_has_the_types_of_a_full_one(run: Run, name: str) -> None:
    assert arrow(name, {}).schema == arrow(name, run._record.tables[name]).schema
    with pytest.raises(ValueError):
        columns_of(name, [(1,)])


def test_a_world_without_consortia_leaves_empty_tables() -> None:
    run = Run.of(ConsortiumModel(compose(["scenario.consortia=false", "horizon.years=3"]), 1).run())
    assert [len(getattr(run, name)) for name in NAMES] == [0] * len(NAMES)


def test_tables_are_made_only_where_they_are_wanted(model: ConsortiumModel) -> None:
    assert Record.of(model).tables == {}

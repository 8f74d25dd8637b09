"""Outcomes: declared, promised ones there, known answers, and nothing but a look at the run."""

import csv
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim import paths
from sim.configuration import compose
from sim.consortium.body import Consortium
from sim.model import ConsortiumModel
from sim.parameters import declared
from sim.records.events import EVENTS, Ledger
from sim.records.outcomes import OUTCOMES, outcomes_of
from sim.records.outcomes.belonging import resilience
from sim.records.outcomes.portfolio import spearman, starts_swing
from sim.records.outcomes.seen import Seen
from sim.records.outcomes.stays import spells
from sim.records.outcomes.technology import years_to_recover
from sim.records.record import Record
from sim.records.series import LINEAGE, SERIES, WORLD
from sim.settings import Settings
from sim.studies.reproduce import SIDE_POINTS


class Watched(Consortium):
    """A consortium that writes down who came and went."""

    def admits(self, firm):
        super().admits(firm)
        self.model.watched.append((self.name, firm.number, self.model.month))

    def releases(self, firm):
        super().releases(firm)
        held = next(row for row in reversed(self.model.watched) if row[:2] == (self.name, firm.number))
        self.model.watched[self.model.watched.index(held)] += (self.model.month,)


class WatchedModel(ConsortiumModel):
    consortium_class = Watched

    def _start_records(self):
        super()._start_records()
        self.watched: list[tuple] = []


@pytest.fixture(scope="module")
def model() -> ConsortiumModel:
    return WatchedModel(compose(), seed=3).run()


@pytest.fixture(scope="module")
def record(model: ConsortiumModel) -> Record:
    return Record.of(model)


def seen_of(months: int, **series: np.ndarray) -> Seen:
    """A look at a run made by hand: what is not given is zero, body A carries the lineage throughout."""
    world, lineage = np.zeros((months, len(WORLD))), np.zeros((months, len(LINEAGE)))
    for name, values in series.items():
        table, names = (world, list(WORLD)) if name in WORLD else (lineage, list(LINEAGE))
        table[:, names.index(name)] = values
    ledger = Ledger(1991)
    ledger.note(30, "left", "a firm", "A")
    ledger.note(40, "left", "another", "A")
    model = SimpleNamespace(
        month=months,
        months=months,
        first_year=1991,
        recorder=SimpleNamespace(world=world, lineage=lambda path: lineage),
        ledger=ledger,
        all_bodies=[SimpleNamespace(name="A")],
    )
    return Seen(model, [1] * months, dict.fromkeys(range(months), 0))


def test_every_outcome_says_what_it_is() -> None:
    for name, told in OUTCOMES.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
        assert told.label, name
        assert told.unit, name
        assert len(told.meaning) > 10, name
        assert told.better in (None, 1, -1), name


def test_what_parameters_say_they_move_is_an_outcome() -> None:
    moved = {
        (word.split()[0], told.name)
        for told in declared(Settings)
        for word in told.moves.split(",")
        if word.strip()
    }
    assert sorted(pair for pair in moved if pair[0] not in OUTCOMES) == []


def test_what_patterns_ask_for_is_measured() -> None:
    with open(paths.data("patterns.csv"), encoding="utf-8", newline="") as file:
        asked = {name for row in csv.DictReader(file) for name in row["subject"].split(";") if name}
    designs = {point.name for point in SIDE_POINTS}
    assert {name for name in asked if name not in {**OUTCOMES, **SERIES, **EVENTS}} == designs


def test_a_run_leaves_every_outcome_as_a_number(record: Record) -> None:
    assert list(record.outcomes) == list(OUTCOMES)
    assert all(type(value) is float and not math.isinf(value) for value in record.outcomes.values())


def test_looking_changes_nothing(model: ConsortiumModel, record: Record) -> None:
    assert str(outcomes_of(model)) == str(record.outcomes)


def test_years_of_stages_are_those_of_the_table(record: Record) -> None:
    for stage in ("national", "international", "industry-led", "bi-national"):
        name = stage.replace("-", "_")
        year, wait = record.outcomes[f"year_{name}"], record.outcomes[f"wait_{name}"]
        first = next((start for each, start, _ in record.stages if each == stage), math.nan)
        assert year == pytest.approx(first, nan_ok=True)
        assert wait == (35.0 if math.isnan(first) else pytest.approx(first - 1991))


def test_figures_of_a_year_are_those_of_the_series(record: Record) -> None:
    told, series = record.outcomes, record.series
    december = int(np.argmin(np.abs(series["year"] - (2010 + 11 / 12))))
    assert told["drive_makers_2010"] == series["drive_makers"][december]
    assert told["hhi_units_2010"] == series["hhi_units"][december]
    year = slice(december - 11, december + 1)
    assert told["units_2010_million"] == pytest.approx(series["units_million_per_year"][year].mean())
    assert told["members_mean"] == pytest.approx(series["members"].mean())
    assert told["projects_started_total"] == series["projects_started"].sum()


def test_the_books_balance_and_the_outside_holds_what_the_world_lacks(model: ConsortiumModel) -> None:
    told = outcomes_of(model)
    outside = {name: value for name, value in told.items() if name.startswith("outside_")}
    assert told["books_imbalance_usd"] == 0.0
    assert outside["outside_storage_buyers_busd"] < 0 < outside["outside_researchers_busd"]
    inside = model.accounts.balance[len(outside) : len(model.accounts.names)].sum() / 1e9
    assert sum(outside.values()) == pytest.approx(-inside, abs=1e-6)


def test_stays_read_from_the_ledger_are_what_happened(model: ConsortiumModel) -> None:
    seen = Seen(model, [], model.path())
    happened = [(*row, model.month)[:4] for row in model.watched]
    names = {body.name for body in seen.bodies}
    mine, theirs = set(spells(seen)), {row for row in happened if row[0] in names}
    last = {name: max(month for month, held in seen.names.items() if held == name) for name in names}
    cut = {(body, firm, start, min(end, last[body] + 1)) for body, firm, start, end in theirs}
    assert {(b, f, s, min(e, last[b] + 1)) for b, f, s, e in mine if b in names and s <= last[b]} == {
        row for row in cut if row[2] <= last[row[0]]
    }
    assert len(theirs) > 30


def test_a_world_without_consortia_has_waits_and_no_dates() -> None:
    told = outcomes_of(ConsortiumModel(compose(["scenario=no_consortium", "horizon.years=4"]), seed=1).run())
    assert {told[name] for name in told if name.startswith("wait_")} == {4.0}
    for name in (
        "year_national",
        "year_sister_founded",
        "membership_years_median",
        "public_share_all",
        "fee_concentration",
        "starts_swing",
        "founders_industry_led",
        "product_density_2000_gb_in2",
    ):
        assert math.isnan(told[name]), name
    for name in (
        "members_mean",
        "members_ever",
        "projects_started_total",
        "survival",
        "open_share",
        "stages_in_order",
    ):
        assert told[name] == 0.0, name


def test_swing_of_starts_is_the_coefficient_of_variation_of_full_years() -> None:
    starts = np.concatenate([np.full(12, 1.0), np.full(12, 2.0), np.full(12, 6.0), np.full(5, 99.0)])
    assert starts_swing(seen_of(41, projects_started=starts)) == pytest.approx(math.sqrt(14 / 3) / 3)
    assert math.isnan(starts_swing(seen_of(35, projects_started=np.ones(35))))


def test_years_to_recover_run_from_the_peak_to_its_like() -> None:
    stock = np.array([10.0] * 6 + [9.0] * 3 + [10.0] * 3 + [4.0] * 12 + [9.0] * 6 + [11.0] * 6)
    assert years_to_recover(seen_of(36, researchers=stock)) == pytest.approx((30 - 11) / 12)
    assert math.isnan(years_to_recover(seen_of(24, researchers=stock[:24])))
    assert math.isnan(years_to_recover(seen_of(24, researchers=np.arange(24.0))))


def test_resilience_is_the_fall_of_starts_after_the_largest_core_exit() -> None:
    core = np.concatenate([np.full(30, 9.0), np.full(10, 8.0), np.full(30, 5.0)])
    starts = np.concatenate([np.full(40, 4.0), np.full(30, 3.0)])
    assert resilience(seen_of(70, core_members=core, projects_started=starts)) == pytest.approx(0.25)
    assert math.isnan(resilience(seen_of(70, core_members=np.full(70, 9.0), projects_started=starts)))


def test_rank_correlation_agrees_with_scipy() -> None:
    draw = np.random.default_rng(4)
    one = draw.integers(0, 6, 40).astype(float)
    other = one + draw.integers(0, 4, 40)
    assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    assert math.isnan(spearman(np.ones(5), np.arange(5.0)))

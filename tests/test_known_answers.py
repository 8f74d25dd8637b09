"""Known answers: closed forms, and histories whose stages anybody can tell."""

import csv
import math
from types import SimpleNamespace

import numpy as np
import pytest
from pytest import approx

from sim import paths
from sim.configuration import compose
from sim.consortium.charter import Charter
from sim.consortium.projects import WIDTH, Project
from sim.consortium.research import ResearchManagement
from sim.decisions import by_chance, by_comparison, by_hazard, logistic
from sim.drivers import logistic_path
from sim.model import ConsortiumModel
from sim.money import Accounts
from sim.settings import Settings
from sim.stages import (
    Body,
    State,
    classify,
    first_years,
    lineage,
    recorded_bodies,
    settle,
    spells,
    stage_by_month,
)

# -- running projects are commitments ----------------------------------------------------------------------


class Desk(ResearchManagement):
    """A consortium's research desk alone: fees come in, each project costs the same and runs its time."""

    COST = 0.01  # million US$ a year

    def __init__(self, years: float, fees_musd: float) -> None:
        accounts = Accounts()
        self.account = accounts.open("desk")
        settings = Settings()
        self.model = SimpleNamespace(
            spells=[],
            all_projects=[],
            settings=settings,
            accounts=accounts,
            month=0,
            systems=[0],
            counts=lambda *told: None,
            counts_start=self.counted,
            ledger=SimpleNamespace(note=lambda *told: None),
        )
        self.name, self.holds_back = "desk", False
        self.number, self.members, self.reserve, self.last_budget = 0, [None], 0.0, 0.0
        self.charter = Charter(share_to_projects=1.0, reserve_share=0.0, project_years=years, joint_work_share=0.0)
        self.yearly_fees = fees_musd
        self.flows = dict.fromkeys(
            ("public_money_musd", "match_musd", "project_public_musd", "project_private_musd"), 0.0
        )
        self.model.systems = SimpleNamespace(medium=np.zeros(1), names=["one"], __len__=lambda: 1)
        self.projects, self.started, self._tally, self.leads = [], 0, None, np.zeros(1, dtype=int)
        self.cell_musd, self.sheet = np.zeros((1, 5)), np.zeros((4, WIDTH))
        self.starts: list[int] = []  # the month of each start

    def counted(self, body, project) -> None:
        self.starts.append(project.start)

    def _holds_call(self, branch: str, free: float) -> None:
        months = round(12 * self.charter.project_years)
        while free > 0:
            end = self.model.month + months
            self._starts(Project(self._next_number(), "partial", 0, 0, self.model.month, end, self.COST))
            free -= self.COST

    def month(self) -> None:
        self.closes_projects()
        if self.model.month % 3 == 2:
            self.model.accounts.pay("capital market", self.account, self.yearly_fees / 4)
            self.calls_for_projects()
        self.pays_projects()
        self.model.month += 1


def desk_in_balance(years: float, fees_musd: float = 1.2) -> Desk:
    """A desk whose projects began evenly over time, so that as many end in every quarter."""
    desk = Desk(years, fees_musd)
    quarters = round(4 * years)
    each = round(fees_musd / desk.COST / quarters)
    for quarter in range(quarters):
        start = 2 - 3 * (quarters - quarter)
        for _ in range(each):
            desk._starts(
                Project(desk._next_number(), "partial", 0, 0, start, start + round(12 * years), desk.COST)
            )
    desk.model.accounts.pay("capital market", desk.account, 0.5 * fees_musd)
    for _ in range(36):
        desk.month()
    return desk


def starts_and_stops(desk: Desk, months: int = 12) -> tuple[int, int]:
    """New starts and early ends in the next months."""
    first, before = desk.model.month, desk.started
    ended = sum(first <= project.end < first + months for project in desk.projects)
    running = len(desk.projects)
    for _ in range(months):
        desk.month()
    started = desk.started - before
    return started, running + started - ended - len(desk.projects)


@pytest.mark.parametrize("years", [1.5, 3.0, 5.0])
def test_a_desk_in_balance_starts_its_share_every_year(years: float) -> None:
    started, stopped = starts_and_stops(desk_in_balance(years))
    assert started == approx(1.2 / Desk.COST / years, rel=0.1)
    assert stopped == 0


@pytest.mark.parametrize(
    ("years", "cut"), [(2.0, 0.10), (2.0, 0.25), (3.0, 0.10), (3.0, 0.20), (5.0, 0.10), (5.0, 0.16)]
)
def test_a_cut_takes_its_share_times_the_length_of_projects_from_new_starts(years: float, cut: float) -> None:
    usual, _ = starts_and_stops(desk_in_balance(years))
    desk = desk_in_balance(years)
    desk.yearly_fees *= 1.0 - cut
    started, stopped = starts_and_stops(desk)
    assert (started - stopped) / usual == approx(1.0 - min(1.0, years * cut), abs=0.15)


@pytest.mark.parametrize(("years", "cut"), [(3.0, 0.6), (5.0, 0.4)])
def test_a_cut_beyond_that_stops_running_projects(years: float, cut: float) -> None:
    desk = desk_in_balance(years)
    first_call = desk.model.month + 2
    still_run = sum(project.end > first_call + 12 for project in desk.projects)
    desk.yearly_fees *= 1.0 - cut
    desk.reserve = 0.0  # nothing to soften the cut with
    _, stopped = starts_and_stops(desk)
    assert stopped == approx(still_run - desk.yearly_fees / Desk.COST, abs=2)
    assert stopped > 0


@pytest.mark.parametrize(("years", "cut"), [(3.0, 0.25), (5.0, 0.16), (5.0, 0.2)])
def test_no_running_project_is_stopped_while_new_ones_start(years: float, cut: float) -> None:
    desk = desk_in_balance(years)
    desk.yearly_fees *= 1.0 - cut
    started, stopped = starts_and_stops(desk)
    assert min(started, stopped) <= 1


# -- closed forms ------------------------------------------------------------------------------------------


def test_frequencies_of_a_logit_choice_are_logistic() -> None:
    draws = (np.arange(10_000) + 0.5) / 10_000
    share = np.mean([bool(by_chance({"a": 0.9, "b": -0.2}, 0.5, float(draw))) for draw in draws])
    assert share == approx(logistic(1.4), abs=1e-4)


def test_hazards_of_two_spans_make_the_hazard_of_the_whole() -> None:
    whole, half = (by_hazard({"rate": -1.2}, months, 0.5).terms["value"] for months in (12.0, 6.0))
    assert 1.0 - (1.0 - half) ** 2 == approx(whole)
    assert by_hazard({"rate": 0.0}, 12.0, 0.5).terms["value"] == approx(1.0 - 1.0 / math.e)


def test_the_logistic_path_solves_its_equation() -> None:
    start, ceiling, growth = np.array([1.5]), np.array([9.0]), np.array([0.4])
    now, soon = (logistic_path(start, ceiling, growth, age)[0] for age in (3.0, 3.0 + 1e-6))
    assert (soon - now) / 1e-6 == approx(0.4 * now * (1.0 - now / 9.0), rel=1e-4)
    half_way = math.log(9.0 / 1.5 - 1.0) / 0.4
    assert logistic_path(start, ceiling, growth, half_way)[0] == approx(4.5)


def test_one_voter_decides_alone() -> None:
    """With one seat in all, the charter changes exactly when its holder wants it."""
    model = ConsortiumModel(compose(["horizon.years=2"]), seed=3).run()
    body = model.consortia[0]
    lone = body.members[0]
    for yes in (True, False):
        ballot = by_comparison({"wish": 1.0 if yes else -1.0})
        assert bool(body.counts([(lone, 0.25, ballot)], body.charter.majority)) is yes
    others = [(firm, 0.0, by_comparison({"wish": -1.0})) for firm in body.members[1:]]
    assert body.counts([(lone, 1.0, by_comparison({"wish": 1.0})), *others], 1.0)


# -- the recogniser ----------------------------------------------------------------------------------------

SHAPES = {
    "national": dict(
        open=False, media=("disk", "tape"), host="independent", public_money=True, foreign_voters=0
    ),
    "international": dict(
        open=True, media=("disk", "tape"), host="independent", public_money=True, foreign_voters=2
    ),
    "industry-led": dict(
        open=True, media=("disk",), host="association", public_money=False, foreign_voters=3
    ),
    "tape": dict(open=True, media=("tape",), host="independent", public_money=False, foreign_voters=2),
}


def state(month: int, shape: str, makers: int = 0, branches: tuple[str, ...] = ("A",), **changed) -> State:
    told = (
        dict(domestic_voters=5, branches=branches, voting_branches=branches, reference_makers=makers)
        | SHAPES[shape]
    )
    return State(month=month, **(told | changed))


def body(name: str, months: range, shape: str, makers: int = 0, country: str = "A", **more) -> Body:
    link, parents = more.pop("link", "founding"), more.pop("parents", ())
    return Body(
        name, country, {month: state(month, shape, makers, **more) for month in months}, parents, link
    )


def joined(*parts: Body) -> Body:
    """One body with several spells."""
    first = parts[0]
    return Body(
        first.name,
        first.country,
        {m: s for part in parts for m, s in part.states.items()},
        first.parents,
        first.link,
    )


def test_the_recorded_history_gives_the_recorded_years() -> None:
    with open(paths.data("history/bodies.csv"), encoding="utf-8", newline="") as file:
        bodies = recorded_bodies(list(csv.DictReader(file)), 1991, 420)
    years = first_years(stage_by_month(bodies, "United States", 420), 1991)
    assert years == {
        "national": 1991.0,
        "international": 2003.0,
        "industry-led": 2011.0,
        "bi-national": 2016.0,
    }


def test_the_recorded_history_follows_the_disk_programme() -> None:
    with open(paths.data("history/bodies.csv"), encoding="utf-8", newline="") as file:
        bodies = recorded_bodies(list(csv.DictReader(file)), 1991, 420)
    path = lineage(bodies, "United States", 420)
    assert [path[12 * (year - 1991)] for year in (1992, 2004, 2012, 2020)] == [
        "NSIC",
        "INSIC",
        "ASTC",
        "ASRC",
    ]


@pytest.mark.parametrize(
    ("shape", "changed", "stage"),
    [
        ("national", {}, 1),
        ("national", {"media": ("disk",)}, 9),
        ("international", {}, 2),
        ("international", {"foreign_voters": 0}, 9),
        ("international", {"media": ("tape",)}, 9),
        ("industry-led", {}, 3),
        ("industry-led", {"public_money": True}, 9),
        ("industry-led", {"host": "independent"}, 9),
        ("industry-led", {"media": ("disk", "flash")}, 2),
        ("industry-led", {"branches": ("A", "B"), "voting_branches": ("A", "B")}, 4),
        ("national", {"branches": ("A", "B"), "voting_branches": ("A", "B")}, 4),
        ("national", {"branches": ("A", "B"), "voting_branches": ("A",)}, 1),
    ],
)
def test_charters_are_classified(shape: str, changed: dict, stage: int) -> None:
    assert classify(state(0, shape, **changed)) == stage


def test_a_split_is_followed_to_where_the_makers_go() -> None:
    with_makers = body("B", range(40, 100), "industry-led", makers=3, link="spin-off", parents=("A",))
    parent = joined(body("A", range(40), "national", makers=4), body("A", range(40, 100), "tape", makers=1))
    assert lineage([parent, with_makers], "A", 100)[60] == "B"
    assert first_years(stage_by_month([parent, with_makers], "A", 100), 2000)["industry-led"] == approx(
        2000 + 40 / 12
    )
    loyal = joined(
        body("A", range(40), "national", makers=4), body("A", range(40, 100), "national", makers=3)
    )
    without = body("B", range(40, 100), "tape", makers=1, link="spin-off", parents=("A",))
    assert set(lineage([loyal, without], "A", 100).values()) == {"A"}


def test_makers_are_counted_twelve_months_after_the_split() -> None:
    """At the split the parent holds more makers; a year on they have moved."""
    late = joined(
        body("B", range(40, 46), "industry-led", makers=1, link="spin-off", parents=("A",)),
        body("B", range(46, 100), "industry-led", makers=4),
    )
    parent = joined(body("A", range(46), "national", makers=4), body("A", range(46, 100), "tape", makers=1))
    assert lineage([parent, late], "A", 100)[90] == "B"


def test_a_merger_carries_the_lineage_on() -> None:
    one = body("A", range(50), "industry-led", makers=2)
    other = body("J", range(10, 50), "tape", country="B")
    united = body(
        "U", range(50, 100), "industry-led", makers=2, branches=("A", "B"), link="merger", parents=("A", "J")
    )
    stages = stage_by_month([one, other, united], "A", 100)
    assert stages[49] == 3
    assert stages[50:] == [4] * 50
    assert stage_by_month([one, other, united], "B", 100)[99] == 4


def test_a_gap_is_no_stage_and_a_later_founding_goes_on() -> None:
    first, second = body("A", range(5, 40), "national"), body("C", range(60, 100), "international")
    stages = stage_by_month([second, first], "A", 100)
    assert stages[:5] == [0] * 5
    assert stages[45:60] == [0] * 15
    assert stages[60] == 2
    assert spells(stages, 2000)[0] == ("national", approx(2000 + 5 / 12), approx(2000 + 40 / 12))


def test_short_spells_are_no_stage() -> None:
    wavering = joined(
        body("A", range(30), "national"),
        body("A", range(30, 41), "international"),
        body("A", range(41, 60), "national"),
        body("A", range(60, 72), "international"),
        body("A", range(72, 100), "national"),
    )
    stages = stage_by_month([wavering], "A", 100)
    assert stages[30:41] == [1] * 11  # eleven months count to the stage before
    assert stages[60:72] == [2] * 12  # twelve are a stage
    assert settle([9] * 5 + [1] * 20)[:5] == [9] * 5  # nothing stands before the first


def test_only_the_reference_countrys_first_founding_is_followed() -> None:
    abroad, home = body("J", range(100), "national", country="B"), body("A", range(30, 100), "international")
    assert lineage([abroad, home], "A", 100)[50] == "A"
    assert 20 not in lineage([abroad, home], "A", 100)

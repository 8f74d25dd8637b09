"""Formulas: every pure function against an example reckoned by hand, with numbers of no symmetry."""

import doctest
import importlib
import math
import pkgutil
from types import SimpleNamespace

import numpy as np
import pytest
from pytest import approx

import sim
from sim.consortium import prospects
from sim.consortium.alternatives import Alternatives, changes, for_a_new_body, in_columns, in_reach
from sim.consortium.charter import Charter, Terms, Tier
from sim.consortium.landscape import Landscape
from sim.consortium.merging import overlap
from sim.consortium.outlook import possible_public
from sim.consortium.projects import Project, drawn, row_of, tally
from sim.consortium.prospects import Membership, Outlook
from sim.consortium.splitting import effective_number
from sim.consortium.worth import Worth, gains
from sim.decisions import by_chance, by_comparison, by_hazard, by_vote, logistic
from sim.drivers import Drivers, DriverSettings, logistic_path
from sim.firm.research import ResearchDecisions, split_over_functions, split_over_systems
from sim.government import Funding, Government, Nation
from sim.industry import makers
from sim.industry.deals import gain_of_merger, gain_of_rescue
from sim.industry.demand import Demand, Flash, Market, consumer_gain, crossover_risk, flash_choice
from sim.money import Accounts
from sim.population import DRIVES, LINES, FirmTable
from sim.settings import Settings
from sim.technology.knowledge import Knowledge, Technology, function_effort, own_effort, room_left
from sim.technology.systems import attainable_density, readiness, systems
from sim.university import basic_effort

MODULES = sorted(
    m.name for m in pkgutil.walk_packages(sim.__path__, "sim.") if not m.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_code_are_right(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_code_holds_examples() -> None:
    """The test above must have something to run."""
    held = [
        len(d.examples)
        for name in MODULES
        for d in doctest.DocTestFinder().find(importlib.import_module(name))
    ]
    assert sum(held) >= 15


# -- decisions ---------------------------------------------------------------------------------------------


def test_logistic() -> None:
    assert logistic(-0.7) == approx(0.331812, abs=1e-6)
    assert logistic(-800.0) == 0.0
    assert logistic(800.0) == 1.0


def test_chance_is_a_logit_of_the_sum_over_the_scale() -> None:
    assert by_chance({"a": 1.0, "b": -0.4}, 0.5, 0.7685).happens
    assert not by_chance({"a": 1.0, "b": -0.4}, 0.5, 0.7686).happens


def test_hazard_of_half_a_year() -> None:
    # rate exp(-0.7) = 0.496585 a year, half of it 0.248293, 1 - exp(-0.248293) = 0.219868
    decision = by_hazard({"a": -1.0, "b": 0.3}, 6.0, 0.2198)
    assert decision.terms["value"] == approx(0.219868, abs=1e-6)
    assert decision.happens
    assert not by_hazard({"a": -1.0, "b": 0.3}, 6.0, 0.2199).happens


def test_comparison_must_exceed() -> None:
    assert not by_comparison({"a": 2.5, "b": -0.75}, 1.75)
    assert by_comparison({"a": 2.5, "b": -0.75}, 1.74)


def test_vote_reaches_what_is_needed() -> None:
    assert by_vote(3.0, 2.0, 0.6, {})
    assert not by_vote(3.0, 2.0, 0.61, {})
    assert not by_vote(0.0, 0.0, 0.0, {})


# -- charter and value of membership -----------------------------------------------------------------------


def test_tiers_fees_and_votes() -> None:
    tiers = [Tier(900.0, 0.5, 2, 1, 1), Tier(100.0, 0.2, 0, 1, 1), Tier(0.0, 0.05, 0, 0, 0)]
    charter = Charter(tiers=tiers, core_tiers=2, fee_factor=1.5)
    revenue = np.array([900.0, 899.9, 100.0, 3.0])
    assert charter.tier_of(revenue).tolist() == [0, 1, 1, 2]
    assert charter.fee(revenue) == approx([0.75, 0.3, 0.3, 0.075])
    assert charter.votes(revenue).tolist() == [4.0, 2.0, 2.0, 0.0]


def test_fee_by_percentage_has_floor_and_cap() -> None:
    charter = Charter(
        fee_rule="percentage", fee_percent=0.5, fee_floor_musd=0.3, fee_cap_musd=2.0, fee_factor=2.0
    )
    assert charter.fee(np.array([10.0, 100.0, 300.0, 9000.0])) == approx([0.6, 1.0, 3.0, 4.0])
    assert Charter(fee_rule="flat", fee_floor_musd=0.04).fee(np.array([1.0, 1e4])) == approx([0.04, 0.04])


def test_changes_of_terms_count_each_medium() -> None:
    old = Terms("domestic", ("disk", "tape"), "independent", True, "long", 1.0)
    assert changes(old, old) == 0
    assert changes(old, old._replace(media=("tape", "flash"))) == 2
    assert changes(old, Terms("open", ("disk",), "association", False, "short", 1.6)) == 6


def test_everything_in_reach_is_on_the_table() -> None:
    today = Terms("domestic", ("disk", "tape"), "independent", True, "long", 1.0)
    # one membership, four scopes (two more, two less), money, horizon, three fees; a host if there is a roof
    one = 1 + 4 + 1 + 1 + 3
    assert len(in_reach(today, False, 1)) == 1 + one
    assert len(in_reach(today, True, 1)) == 1 + one + 1
    assert in_reach(today, True, 1).terms[0] == today
    # pairs of terms of different kinds: products of the numbers of choices 1, 4, 1, 1, 3 and 1 for the roof
    numbers = [1, 4, 1, 1, 3, 1]
    pairs = (sum(numbers) ** 2 - sum(n * n for n in numbers)) // 2
    assert len(in_reach(today, True, 2)) == 1 + one + 1 + pairs
    assert max(in_reach(today, True, 2).changed) == 2


def test_a_new_body_may_take_any_terms_around_its_medium() -> None:
    today = Terms("domestic", ("disk", "tape"), "independent", True, "long", 1.0)
    table = for_a_new_body(today, "tape", True)
    assert len(table) == 2 * 4 * 2 * 2 * 2 * 4
    assert all("tape" in terms.media and len(terms.media) <= 2 for terms in table.terms)
    assert len(for_a_new_body(today, "tape", False)) == len(table) / 2


def test_only_media_that_exist_are_taken_into_scope() -> None:
    today = Terms("domestic", ("disk", "tape"), "independent", True, "long", 1.0)
    exist = ("disk", "tape", "optical")
    assert len(in_reach(today, False, 1, exist)) == len(in_reach(today, False, 1)) - 1
    assert not any("flash" in terms.media for terms in in_reach(today, False, 3, exist).terms)
    assert not any("flash" in terms.media for terms in for_a_new_body(today, "tape", True, exist).terms)
    assert any("flash" in terms.media for terms in for_a_new_body(today, "tape", True).terms)
    written = today._replace(media=("disk", "flash"))  # what a user wrote may stay or be dropped
    scopes = {terms.media for terms in in_reach(written, False, 1, exist).terms}
    assert ("disk", "flash") in scopes
    assert ("disk",) in scopes


def view_of(**changed) -> Outlook:
    """Three firms (the third abroad and outside), two lines; numbers without symmetry."""
    firms = Landscape(
        place=np.arange(3),
        revenue=np.array([900.0, 120.0, 400.0]),
        focus=np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.2, 0, 0, 0.8]]),
        research=np.array([100.0, 40.0, 60.0]),  # half, a fifth and three tenths of all
        absorptive=np.array([0.5, 0.8, 0.6]),
        lead=np.array([0.9, 0.3, 0.5]),
        line_share=np.array([[0.6, 0.0], [0.1, 0.3], [0.3, 0.7]]),
        line_weight=np.array([[1.0, 0.0], [0.25, 0.75], [0.5, 0.5]]),
        country=np.array([0, 0, 1]),
        threat=np.array([0.4, 0.2, 0.1]),
    )
    told = dict(
        firms=firms,
        need=np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.2, 0, 0, 0.8]]),
        fee=np.array([0.4, 0.1, 0.2]),
        votes=np.array([3.0, 1.0, 2.0]),
        home=np.array([1.0, 1.0, 0.0]),
        present=np.array([1.0, 1.0, 0.0]),
        would_come=np.full(3, 0.5),
        public_musd=2.0,
        open_today=False,
        open_keeps=0.4,
        roof_keeps=0.5,
        shelter=0.9,
        administration=0.1,
        roof_saves=0.5,
        chain=0.8,
        common_share=0.25,
        share_to_projects=0.9,
    )
    return Outlook(**(told | changed))


TODAY = Terms("domestic", ("disk", "tape"), "independent", True, "long", 1.0)
OPEN = Terms("open", ("disk", "flash"), "association", True, "short", 2.0)


def test_expected_members() -> None:
    table = in_columns([TODAY, OPEN, OPEN._replace(media=("tape",))], TODAY)
    view, members = view_of(), np.zeros((len(table.scope), 3))
    prospects.expected_members(
        table.open, table.scope, view.firms.focus, view.home, view.present, view.would_come, members
    )
    assert members[0] == approx([1.0, 1.0, 0.0])
    assert members[1] == approx([1.0, 1.0, 0.5])  # the third comes with chance 0.5, its whole need is served
    assert members[2] == approx([0.0, 1.0, 0.0])  # without disk the first has nothing to stay for


def money_under(view: Outlook, table: Alternatives) -> tuple[np.ndarray, np.ndarray]:
    """Project money from fees and from the public, where the third firm comes with chance one half under the second row."""
    members = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.5]])
    at_factor_one, fees, public = np.zeros((3, 2, 4))
    prospects.money_of_sponsors(
        members, view.fee, view.firms.focus, table.scope, table.evenly, view.common_share, at_factor_one
    )
    prospects.money_by_medium(
        at_factor_one, table.paid_by, table.fee_factor, table.hosted, table.public, table.open,
        view.share_to_projects, view.administration * view.roof_saves, view.public_musd,
        (not view.open_today) * (1.0 - view.open_keeps), 1.0 - view.roof_keeps, fees, public,
    )  # fmt: skip
    return fees, public


def test_money_by_medium() -> None:
    table = in_columns([TODAY, OPEN], TODAY)
    fees, public = money_under(view_of(), table)
    # today: 0.5 of fees; sponsored disk 0.4 + 0.05, tape 0.05; a quarter evenly; 90 % to projects
    assert fees[0] == approx([0.9 * (0.75 * 0.45 + 0.0625), 0.9 * (0.75 * 0.05 + 0.0625), 0, 0])
    assert public[0] == approx([2.0 * 0.4 / 0.5, 2.0 * 0.1 / 0.5, 0, 0])
    # open: 0.6 of fees; disk 0.4 + 0.1 + 0.02, flash 0.08; fees doubled, half of the administration saved
    assert fees[1] == approx([1.9 * (0.75 * 0.52 + 0.075), 0, 0, 1.9 * (0.75 * 0.08 + 0.075)])
    assert public[1].sum() == approx(2.0 * 0.4 * 0.5)
    already = money_under(view_of(open_today=True), table)
    assert already[1][1].sum() == approx(2.0 * 0.5)  # who is open loses nothing more by it


def test_terms_of_the_value_of_membership() -> None:
    told, view = Membership(), view_of()
    worth = prospects.values(view, in_columns([TODAY, OPEN], TODAY), told, [0, 1])
    terms = [worth.under(charter) for charter in (0, 1)]
    full = {name: np.array([np.broadcast_to(under[name], 2) for under in terms]) for name in terms[0]}
    assert worth.weighed(np.array([0.75, 0.25])) == approx(sum(full.values()) @ np.array([0.75, 0.25]))
    assert full["influence"] == approx(told.influence * np.array([[3 / 4, 1 / 4], [3 / 5, 1 / 5]]))
    assert full["mismatch"] == approx(-told.mismatch * np.array([[0.0, 0.0], [0.0, 0.5]]))
    assert full["autonomy"] == approx(-told.autonomy * np.array([[0, 0], [1.0, 1.0]]))
    assert full["speed"] == approx(told.speed * np.array([[0, 0], [0.4 * 0.9, 0.1 * 0.9]]))
    assert full["far view"] == approx(told.far_view * np.array([[0.6, 0.9], [0, 0]]))
    assert full["programmes"] == approx(-told.programmes * np.array([[0.4, 0.1], [0.4, 0.1]]))
    assert full["strings"] == approx(-told.strings * np.ones((2, 2)))
    assert full["fee"][1] == approx(2.0 * full["fee"][0])
    # what rivals inside may learn: of the first line 0.1 beside its own 0.6; abroad counts 1 + `abroad`, half
    alone, widened = 0.1, 0.1 + 0.5 * (1 + told.abroad) * 0.3
    assert full["leakage"][:, 0] == approx(-told.leakage * 0.9 * np.array([alone, widened]))
    fees = np.array([0.9 * (0.75 * 0.45 + 0.0625), 0.9 * (0.75 * 0.05 + 0.0625)])
    exclusive = told.know_how * (1 - told.outsiders_learn)
    assert full["know-how"][0] == approx(
        exclusive
        * np.array(
            [
                0.5 * math.log1p(fees[0] / told.know_how_half_musd),
                0.8 * math.log1p(fees.mean() / told.know_how_half_musd),
            ]
        )
    )
    everything = fees + np.array([1.6, 0.4])
    assert full["know-how"][0, 1] + full["public money"][0, 1] == approx(
        exclusive * 0.8 * math.log1p(everything.mean() / told.know_how_half_musd)
    )
    assert full["antitrust"][0] == approx(-told.antitrust * 0.1 * np.array([0.7, 0.25 * 0.7 + 0.75 * 0.3]))
    first_only = told.skills * (1 - told.outsiders_learn) * 0.8 * 0.5 * 0.5  # the first's laboratory
    assert full["skills"][0, 1] == approx(first_only)
    assert set(full) == {
        "know-how",
        "public money",
        "influence",
        "network",
        "skills",
        "breadth",
        "programmes",
        "talent",
        "fee",
        "leakage",
        "mismatch",
        "speed",
        "far view",
        "autonomy",
        "antitrust",
        "strings",
        "bother",
    }


def test_worth_is_the_weighed_sum_of_the_terms() -> None:
    of_all = np.array([0, 1, 0]), ("a",), np.array([[[1.0, 1.0], [2.0, 2.0]]])
    of_each = np.array([0, 0, 1]), ("b",), np.array([[[0.1, 0.3], [0.0, 0.5]]])
    worth = Worth(2, [of_all, of_each]).weighed(np.array([0.5, 0.25]))
    assert worth == approx([0.75 + 0.125, 1.5 + 0.125, 0.75 + 0.125])


def test_gains_leave_out_what_moves_nobody() -> None:
    now = np.array([[0.25, 0.25], [0.2, 0.2]])
    then = np.array([[1.0, 0.5], [0.2, 0.2], [-1.0, 0.0]])
    gained = gains(("a", "b", "c"), then, now)
    assert gained.firm_by_firm() == [{"a": 0.75, "c": -1.0}, {"a": 0.25, "c": 0.0}]
    assert gained.of(1) == {"a": 0.25, "c": 0.0}


def test_fee_burden_and_diversity() -> None:
    assert prospects.fee_burden(0.3, 50.0, 0.01) == approx(
        0.3 / 0.660754, rel=1e-5
    )
    assert prospects.diversity(np.array([4.0, 1.0, 0, 0])) == approx(0.32)
    assert prospects.diversity(np.array([0, 3.0, 0, 0])) == approx(0.0)


def test_public_money_in_reach_is_the_share_of_proposals() -> None:
    model = SimpleNamespace()
    members = [SimpleNamespace(country=country) for country in ("A", "A", "A", "B", "B")]
    government = SimpleNamespace(
        country="A", expected=20.0, outside_proposals=6.0, funding=Funding(proposals_per_member=0.5)
    )
    assert possible_public(model, government, members, Charter()) == approx(20.0 * 1.5 / 7.5)
    government.funding.domestic_only = False
    assert possible_public(model, government, members, Charter()) == approx(20.0 * 2.5 / 8.5)
    assert possible_public(model, government, [], Charter()) == 0.0


def test_effective_number_of_founders() -> None:
    assert effective_number(np.array([8.0, 4.0, 4.0])) == approx(256 / 96)


def test_overlap_is_over_the_smaller_body() -> None:
    body = lambda *numbers: SimpleNamespace(members=[SimpleNamespace(number=n) for n in numbers])  # noqa: E731
    assert overlap(body(1, 2, 3, 4, 5), body(4, 5, 6)) == approx(2 / 3)
    assert overlap(body(), body(1)) == 0.0


# -- projects ----------------------------------------------------------------------------------------------


def test_drawn_in_proportion() -> None:
    weights = np.array([0.0, 3.0, 0.0, 1.0])
    assert [drawn(weights, draw) for draw in (0.0, 0.74, 0.76, 0.9999999)] == [1, 1, 3, 3]
    assert drawn(np.zeros(3), 0.5) is None


def test_tally_adds_up_running_projects() -> None:
    one, other = SimpleNamespace(number=1), SimpleNamespace(number=2)
    running = [
        Project(1, "full", 0, 0, 0, 36, 0.3, 0.05, performer=one, far=True),
        Project(2, "partial", 0, 1, 0, 36, 0.1, performer=one, disk=False),
        Project(3, "partial", 0, 1, 0, 36, 0.2, performer=other),
        Project(4, "joint", 0, 1, 0, 60, 0.0, 0.9, 0.6, far=True),
    ]
    sums = tally(np.array([row_of(project) for project in running], dtype=float))
    assert (sums.academic, sums.disk, sums.performers) == (3, 2, 2)
    assert (sums.fee, sums.public, sums.match, sums.grants) == approx((0.6, 0.95, 0.6, 0.05))
    assert sums.far == approx(0.35 + 1.5)
    assert sums.total == approx(2.15)


# -- firms' research ---------------------------------------------------------------------------------------


def test_own_research_saves_what_is_shared_and_adds_what_complements() -> None:
    told = SimpleNamespace(sharing=0.10, complement=0.04)
    firm = SimpleNamespace(
        model=SimpleNamespace(settings=SimpleNamespace(research=told)), memberships=[1], intensity=0.08
    )
    assert ResearchDecisions.sets_research(firm, 500.0, 0.5, 0.25) == approx(0.08 * 500 * 0.92 * 1.25)
    firm.memberships = []
    assert ResearchDecisions.sets_research(firm, 500.0, 0.5, 0.0) == approx(40.0)


def test_split_over_systems() -> None:
    table = SimpleNamespace(log_range=np.array([4.0, 6.0, 5.0]), medium=np.array([0, 0, 1]))
    focus, published = np.array([[0.75, 0.25, 0, 0]]), np.array([1.0, 1.0, 1.0])
    split = split_over_systems(focus, np.array([[0.95, 0.55, 0.75]]), published, table, 2.0)[0]
    weight = np.array([0.75 * 4 * 0.05, 0.75 * 6 * 0.45 * math.exp(-0.8), 0.25 * 5 * 0.25 * math.exp(-0.4)])
    assert split == approx(weight / weight.sum())
    assert split_over_systems(np.zeros((1, 4)), np.ones((1, 3)), np.array([1.0, 0, 1.0]), table, 2.0)[
        0
    ] == approx([0.5, 0, 0.5])


def test_split_over_functions_prefers_where_the_firm_is_weak() -> None:
    needed = np.zeros((1, len(LINES)))
    needed[0, LINES.index("heads")] = 10.0
    know_how = np.zeros((1, 2, 5))
    know_how[0, 0] = [0.9, 0.1, 0.1, 0.1, 0.3]
    know_how[0, 1] = [0.5, 0.1, 0.1, 0.1, 0.3]
    split = split_over_functions(needed, np.array([[0.75, 0.25]]), know_how)[0]
    weight = np.array([0.75 * (1.3 - 0.8), 0.05 * 1.2, 0.05 * 1.2, 0.05 * 1.2, 0.10 * 1.0])
    assert split == approx(weight / weight.sum())


# -- drivers and the market --------------------------------------------------------------------------------


def test_logistic_path() -> None:
    # from 2 towards 10 at 0.3 a year: after 4 years 10 / (1 + 4 exp(-1.2)) = 4.53561
    assert logistic_path(np.array([2.0]), np.array([10.0]), np.array([0.3]), 4.0)[0] == approx(
        4.53561, abs=1e-5
    )
    assert logistic_path(np.array([2.0]), np.array([10.0]), np.array([0.3]), 0.0)[0] == approx(2.0)


def test_drivers_are_shifted_and_frozen() -> None:
    plain, later = (
        Drivers(DriverSettings(), 1991),
        Drivers(DriverSettings(shift_flash_years=3.0, shift_science_years=2.0), 1991),
    )
    frozen = Drivers(DriverSettings(frozen=True), 1991)
    assert later.flash_price(2006.0) == approx(plain.flash_price(2003.0))
    assert frozen.flash_price(2015.0) == plain.flash_price(1991.0)
    assert later.published(np.array([1995.0, 1998.0]), 1998.5).tolist() == [True, False]
    assert plain.published(np.array([1995.0, 1998.0]), 1998.5).tolist() == [True, True]
    moved = Drivers(DriverSettings(shift_public_money_years=3.0), 1991)
    money = ("drivers/public_money_us.csv", "storage_commitments_musd")
    assert moved.public_money(*money, 2001) == plain.public_money(*money, 1998)
    assert plain.public_money("", "appropriation_musd", 1995) == 0.0


def test_flash_choice_is_a_logit() -> None:
    # 2 × (ln(80/40) - 0.2) = 0.986294, logistic 0.728355
    assert flash_choice(80.0, 40.0, -0.2, 2.0) == approx(
        0.728355, abs=1e-6
    )


def test_crossover_risk() -> None:
    told = ((-1.0, 0.25), (-1.0, 0.05), (0.2, -1.0), (-1.0, 0.0))
    assert [crossover_risk(log_ratio, trend, 12.0) for log_ratio, trend in told] == approx([1 - 4 / 12, 0, 1, 0])


def test_consumer_gain_is_the_area_under_demand() -> None:
    # elasticity 1.5: 8 × (1 - 0.25^-0.5) / -0.5 = 16
    assert consumer_gain(8.0, 0.25, 1.5) == approx(16.0)
    assert consumer_gain(8.0, 0.25, 1.0) == approx(8.0 * math.log(4.0))


def market() -> Market:
    return Market(
        Demand(drive_cost_1991_usd=400.0, drive_cost_floor_usd=50.0, cost_decline_per_year=0.2),
        Flash(horizon_years=10.0, trend_years=4.0),
        Drivers(DriverSettings(), 1991),
    )


def test_component_cost_nears_its_floor() -> None:
    assert market().component_cost(1996.0) == approx(50.0 + 350.0 * math.exp(-1.0))
    assert market().component_cost(1991.0) == approx(400.0)
    assert market().component_cost(1990.0) == approx(50.0 + 350.0 * math.exp(0.2))


def test_appetite_and_cost_are_those_of_their_year_whenever_the_run_begins() -> None:
    plain, early = (Drivers(DriverSettings(), first_year) for first_year in (1991, 1988))
    assert early.appetite_busd(1995.5).tolist() == plain.appetite_busd(1995.5).tolist()
    assert (early.appetite_busd(1988.0)[3], early.appetite_busd(1991.0)[3]) == approx(
        (logistic_path(np.array([7.2]), np.array([6.5]), np.array([0.08]), -3.0)[0], 7.2)
    )
    assert Market(Demand(), Flash(), early).component_cost(1991.0) == approx(Demand().drive_cost_1991_usd)
    assert Market(Demand(), Flash(), early).component_cost(1988.0) > Demand().drive_cost_1991_usd
    frozen = Drivers(DriverSettings(frozen=True), 1995)
    assert frozen.appetite_busd(2010.0).tolist() == plain.appetite_busd(1995.0).tolist()


def test_expected_loss_carries_the_trend_on() -> None:
    told = market()
    assert told.expected_loss() == 0.0
    told.spend[:4] = [6.0, 3.0, 1.0, 10.0]
    told.flash_share[:] = [0.0, 0.0, 0.5, 0.0]
    told.log_ratio = [
        (1990.0, np.full(4, -9.0)),
        (2000.0, np.array([-4.0, -2.0, 0.0, -5.0])),
        (2004.0, np.array([-2.0, -2.0, 0.1, -4.8])),
    ]
    # the first crosses in 4 of 10 years, the second never, the third has crossed, the fourth in 96 years
    assert told.expected_loss() == approx((0.6 * 6.0 + 1.0 * 2.0) / (6.0 + 3.0 + 2.0 + 10.0))


# -- makers ------------------------------------------------------------------------------------------------


def test_unit_shares_are_a_logit() -> None:
    told = makers.Competition(taste_density=0.5, taste_cost=2.0, size_persists=0.8)
    shares = makers.unit_shares(
        np.array([0.7, 0.3]), np.array([4.0, 9.0]), np.array([1.0, 1.1]), np.array([0.0, 0.2]), told
    )
    odds = math.exp(0.5 * math.log(9 / 4) - 2.0 * math.log(1.1) + 0.2 + 0.8 * math.log(3 / 7))
    assert shares == approx([1 / (1 + odds), odds / (1 + odds)])


def test_concentration_and_markup() -> None:
    assert makers.herfindahl(np.array([0.6, 0.3, 0.1])) == approx(0.46)
    assert makers.markup(0.46, makers.Competition(base_markup=0.05, conduct=0.5)) == approx(0.28)


def test_cost_of_a_generation() -> None:
    told = makers.Competition(generation_cost_musd=100.0, generation_cost_exponent=0.5, niche_cost=0.2)
    assert makers.generation_cost(
        np.array([16.0, 16.0, 4.0]), np.array([0.5, 0.025, 0.1]), 1.0, told
    ) == approx([400, 400 * 0.6, 200])


def two_makers() -> FirmTable:
    """A large maker with cost 0.9 and a small one with cost 1.2."""
    firms = FirmTable(len(systems()))
    for name, country in (("Large", "A"), ("Small", "B")):
        revenue = np.full(len(LINES), np.nan)
        revenue[DRIVES] = 1.0
        firms.add(name, country, revenue)
    firms.share[:2], firms.cost[:2], firms.density[:2] = [0.75, 0.25], [0.9, 1.2], [16.0, 4.0]
    return firms


def test_profit_of_the_drive_lines() -> None:
    firms, told = (
        two_makers(),
        makers.Competition(generation_cost_musd=10.0, generation_cost_exponent=0.5, niche_cost=0.2),
    )
    profit, fixed = makers.profit(firms, np.array([0, 1]), 1000.0, 0.25, told, 1.0)
    assert fixed == approx([40.0, 20.0])
    # average cost 0.975, so own cost over price is 0.9 / 0.975 / 1.25 and 1.2 / 0.975 / 1.25
    assert profit == approx([750 * (1 - 0.9 / 1.21875) - 40.0, 250 * (1 - 1.2 / 1.21875) - 20.0])
    assert firms.revenue[:2, DRIVES] == approx([750.0, 250.0])


def test_gain_of_buying_a_maker() -> None:
    firms, settings = two_makers(), Settings()
    firms.revenue[:2, DRIVES] = [900.0, 300.0]
    settings.merger.years_of_gain, settings.merger.sharpness = 4.0, 2.0
    settings.competition = makers.Competition(
        generation_cost_musd=10.0, generation_cost_exponent=0.5, conduct=0.4
    )
    model = SimpleNamespace(settings=settings, firms=firms, first_density=1.0, price_markup=0.25)
    buyer, target = SimpleNamespace(number=0, country="A"), SimpleNamespace(number=1, country="B")
    told = settings.merger
    gain = gain_of_merger(model, buyer, target)
    assert gain == approx(
        {
            "one generation instead of two": 2 * 4 * 40 / 300,
            "a better price for fewer rivals": 2 * 4 * 0.4 * 2 * 0.75 * 0.25 * 1200 / 300,
            "cost synergies": 2 * 4 * told.cost_synergy,
            "integration": -2 * told.integration_cost,
            "one generation to bring together": -2 * 40 / 300,
            "across a border": -2 * told.foreign_friction,
        }
    )
    target.country = "A"
    assert "across a border" not in gain_of_merger(model, buyer, target)
    rescue = gain_of_rescue(model, buyer, target)
    assert "one generation instead of two" not in rescue
    assert rescue["customers kept"] == approx(2 * 4 * 0.2 * (told.customers_kept - 1.0))


# -- technology --------------------------------------------------------------------------------------------


def test_the_weakest_function_holds_a_system_back() -> None:
    know_how = np.array([0.8, 0.8, 0.4, 0.8, 0.8])
    assert readiness(know_how, -2.0) == approx((0.8 * 0.8**-2 + 0.2 * 0.4**-2) ** -0.5)
    assert readiness(know_how, -4.0) == approx((0.8 * 0.8**-4 + 0.2 * 0.4**-4) ** -0.25)
    assert readiness(np.full(5, 0.6), -4.0) == approx(0.6)


def test_attainable_density() -> None:
    assert attainable_density(0.9, 500.0, 8.0) == approx(500 * math.exp(-0.8))


def test_room_left_with_and_without_the_short_way() -> None:
    assert room_left(0.8, 6.0) == approx(1 - 0.262144)
    assert room_left(0.8, 3.0) == approx(0.488)


def researching_firms() -> FirmTable:
    firms = FirmTable(len(systems()))
    for name in ("One", "Other"):
        firms.add(name, "A", np.full(len(LINES), np.nan))
    firms.research[:2], firms.absorptive[:2] = [200.0, 50.0], [0.5, 0.25]
    firms.system_weights[:2, 0], firms.system_weights[:2, 1] = [0.8, 0.5], [0.2, 0.5]
    firms.function_weights[:2] = [[0.4, 0.2, 0.1, 0.2, 0.1], [0.2, 0.2, 0.2, 0.2, 0.2]]
    firms.students[:2] = [10.0, 0.0]
    return firms


def test_effort_has_decreasing_returns_and_students_help() -> None:
    told = Technology(reference_research_musd=100.0, effort_elasticity=0.5, students_teach=0.3)
    effort = own_effort(researching_firms(), told)
    assert effort[0, :2] == approx((1 + 0.3 * math.log(2)) * np.sqrt([1.6, 0.4]))
    assert effort[1, :2] == approx(np.sqrt([0.25, 0.25]))
    assert function_effort(researching_firms(), told)[0] == approx(np.sqrt([2.0, 1.0, 0.5, 1.0, 0.5]))


def test_know_how_grows_by_own_work_rivals_and_reading() -> None:
    told = Technology(
        effort_elasticity=0.5,
        saturation_power=6.0,
        students_teach=0.0,
        imitation_per_year=0.4,
        rival_teaches=0.25,
        published_per_year=0.2,
    )
    know, firms = Knowledge(told, systems()), researching_firms()
    know.university[:] = 0.0
    know.university[0, 0] = 0.9
    firms.know_how[0, 0, 0], firms.know_how[1, 0, 0] = 0.8, 0.5
    published = np.zeros(len(systems()))
    published[0] = 1.0
    own = math.sqrt(0.8 * 2.0) * math.sqrt(5 * 0.4) * systems().ease[0] * told.ease * (1 - 0.8**6)
    other = math.sqrt(0.25) * systems().ease[0] * told.ease * (1 - 0.5**6)
    know.research(firms, published, np.zeros((len(systems()), 5)), 0.25)
    assert firms.know_how[0, 0, 0] == approx(0.8 + 0.25 * (own + 0.2 * 0.5 * 0.1))
    assert firms.know_how[1, 0, 0] == approx(
        0.5 + 0.25 * (other + 0.4 * 0.25 * 0.25 * 0.3 + 0.2 * 0.25 * 0.4)
    )
    assert firms.know_how[0, 1].max() == 0.0  # nothing is published about the second system


def test_results_reach_firms_by_access_and_absorptive_capacity() -> None:
    know, firms = Knowledge(Technology(saturation_power=6.0), systems()), researching_firms()
    firms.know_how[0, 0, 0] = 0.5
    gain = np.zeros((len(systems()), 5))
    gain[0, 0] = 0.02
    know.deliver(firms, gain, np.array([1.0, 0.3]))
    assert firms.know_how[0, 0, 0] == approx(0.5 + 0.5 * 0.02 * (1 - 0.5**6))
    assert firms.know_how[1, 0, 0] == approx(0.25 * 0.3 * 0.02)
    before = know.university[0, 0]
    know.open_results(gain)
    assert know.university[0, 0] == approx(before + 0.02 * (1 - before**6))


# -- universities and governments --------------------------------------------------------------------------


def universities() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            strength=np.array([0.9, 0.1, 0.5, 0.2, 0.4]), reputation=0.8, staff=30.0, applied=0.5
        ),
        SimpleNamespace(
            strength=np.array([0.3, 0.6, 0.2, 0.1, 0.7]), reputation=0.4, staff=10.0, applied=0.2
        ),
    ]


def test_basic_effort_counts_basic_orientation() -> None:
    strength = np.stack([university.strength for university in universities()])
    effort = basic_effort(np.array([30.0, 10.0]), np.array([0.5, 0.2]), strength, 2)
    assert effort.shape == (2, 5)
    assert effort[1, 0] == approx(math.sqrt((30 * 0.75 * 0.9 + 10 * 0.9 * 0.3) / 400))


def government(regime: str, **told) -> Government:
    """A government without a world, for one regime."""
    it = Government.__new__(Government)
    it.nation, it.funding, it.country = Nation(), Funding(regime=regime, **told), "United States"
    bodies = [
        SimpleNamespace(yearly_fees=3.0, countries=["United States"], members=[]),
        SimpleNamespace(yearly_fees=2.0, countries=["Japan"], members=[]),
    ]
    it.model = SimpleNamespace(
        month=24,
        drivers=Drivers(DriverSettings(), 1991),
        consortia=bodies,
        market=SimpleNamespace(revenue_busd=18.0),
        national_share=lambda country: 0.5,
    )
    it.committed = it.expected = it.log_state = 0.0
    it.trend, it.viewed, it.ended, it.position, it.last_revenue = 1.0, False, False, 0.3, 20.0
    return it


def test_regimes_that_are_formulas() -> None:
    record = Drivers(DriverSettings(), 1991)
    given = [
        record.public_money("drivers/public_money_us.csv", "storage_commitments_musd", year)
        for year in range(1993, 1998)
    ]
    assert government("historical")._historical(1997) == given[-1]
    assert government("rolling")._rolling(1997) == approx(sum(given) / 5)
    assert government("matching", matching_rate=0.5)._matching(1997) == approx(1.5)
    assert government("austerity", cut_per_year=0.1)._austerity(1997) == approx(given[-1] * 0.81)
    assert government("constant", level_musd=9.0)._constant(1997) == 9.0
    assert government("government_led", level_musd=9.0, growth_per_year=0.1)._government_led(1) == approx(
        18 * 1.21
    )
    assert government("counter_cyclical", level_musd=10.0, counter_strength=4.0)._counter_cyclical(
        1
    ) == approx(10 * (0.7 + 0.4))
    assert government("national_mission", level_musd=10.0, growth_per_year=0.0)._national_mission(
        1
    ) == approx(30 * 1.2)
    assert government("none")._none(1) == 0.0


def test_the_volatile_regime_reverts_in_logs() -> None:
    it = government("volatile", level_musd=10.0, volatility=0.2, ending_hazard=0.1)
    it.log_state = 0.5
    it.model.chance = SimpleNamespace(uniform=lambda *a: 0.11, normal=lambda *a: -1.5)
    assert it._volatile(1) == approx(10 * math.exp(0.4 - 0.3))
    assert not it.ended
    it.model.chance.uniform = lambda *a: 0.09
    it._volatile(2)
    assert it.ended


def test_expected_money_carries_the_trend_and_what_is_proposed() -> None:
    it = government("constant", level_musd=12.0, trend_years=2.0, signal_weight=0.5)
    it.model.consortia = []
    it.budgets(1993)
    assert (it.committed, it.trend, it.expected) == approx((12.0, 1.0, 12.0))
    it.funding.level_musd = 9.0
    it.budgets(1994)
    assert it.trend == approx(0.75)
    assert it.expected == approx(0.5 * 12 + 0.5 * 9 * 0.75**2)


def test_a_merger_is_forbidden_above_the_threshold_only() -> None:
    it = government("none")
    assert not it.forbids(it.nation.merger_threshold)
    assert it.forbids(it.nation.merger_threshold + 1e-6)


# -- money -------------------------------------------------------------------------------------------------


def test_money_is_moved_and_never_made() -> None:
    books = Accounts(capacity=10)
    one, other, third = books.open("one"), books.open("other"), books.open("third")
    assert books.pay("taxpayers", one, 1.23456789) == 1.234568
    assert books.collect(np.array([one, other]), third, np.array([0.2, 0.3000004])) == approx(0.5)
    assert books.spread(third, np.array([one, other]), np.array([0.1, 0.15])) == approx(0.25)
    assert books.held(one) == approx(1.134568)
    assert books.held(other) == approx(-0.15)
    assert books.held("taxpayers") == approx(-1.234568)
    assert books.imbalance() == 0
    books.balance[one] += 1
    assert books.imbalance() == 1


def test_accounts_grow_as_more_are_opened() -> None:
    books = Accounts(capacity=9)
    numbers = [books.open(str(k)) for k in range(30)]
    books.pay(numbers[0], numbers[-1], 2.5)
    assert books.held(numbers[-1]) == 2.5
    assert len(set(numbers)) == 30

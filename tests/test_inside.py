"""The inside of the consortium: its laws over whole histories, its known answers, and what it refuses."""

import dataclasses
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from pytest import approx
from watched import Watched
from witnessed import Witnessed, WitnessedBody, committee_is_lawful, money_of_a_year_adds_up, projects_are_led, vote_is_recorded

from sim import tables
from sim.cli import main
from sim.configuration import compose
from sim.consortium.calls import Calls
from sim.consortium.charter import Charter, Tier
from sim.consortium.committees import EXECUTIVE, MEETING, MEETS, STEERING, TECHNICAL, Committee, Seat
from sim.consortium.foresight import Foresight
from sim.consortium.proposals import Proposal
from sim.consortium.research import Project
from sim.consortium.roadmap import Forecast
from sim.decisions import Decision, by_comparison
from sim.firm import Firm
from sim.model import ConsortiumModel
from sim.parameters import SettingError, validate
from sim.population import FUNCTIONS
from sim.settings import Settings

COIN = ["governance.votes=coin", "governance.reach=4", "belonging.attention=0.5"]
TWO_NATIONS = ["charter=asrc", "governance.charter_fixed=true", "charter.reserve_share=1", "horizon.years=15"]

# -- laws over whole histories -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[[], COIN, TWO_NATIONS], ids=["by default", "by coin", "bi-national"])
def whole(request: pytest.FixtureRequest) -> Witnessed:
    """A history in which every vote, call, award, lead and payment was checked as it happened."""
    return Witnessed(compose(request.param), seed=11).run()


def test_the_laws_of_the_inside_hold_in_whole_histories(whole: Witnessed) -> None:
    """They were checked on the way; here, that there was something to check."""
    assert whole.month == whole.months
    assert sum(body.awards_seen for body in whole.all_bodies) > 100
    heard = Counter(motion for body in whole.all_bodies for _, _, motion in body.votes_heard)
    assert heard["slate"] > 20
    assert heard["budget"] > 5
    assert any(body.reports_read for body in whole.all_bodies)


def test_every_award_counted_was_seen_in_a_call(whole: Witnessed) -> None:
    """No way leads to a university project but a call: what bodies counted is what their calls were seen to award."""
    assert sum(body.awards_seen for body in whole.all_bodies) == whole.counters["projects_started"]
    assert sum(float(body.awards.sum()) for body in whole.all_bodies) == whole.counters["projects_started"]


def test_executives_meet_half_yearly_and_steering_committees_quarterly(whole: Witnessed) -> None:
    for body in whole.all_bodies:
        first, end = body.founded, whole.month if body.ended is None else body.ended
        for met, every in ((body.budgets_voted, MEETS[EXECUTIVE]), (body.reports_read, MEETS[STEERING])):
            due = [month for month in range(first, end) if month % every == every - 1]
            assert set(due) <= set(met) <= {*due, end}, body.name  # a body may end in the month in which it met
            assert len(met) == len(set(met))
        months = {(motion, month % MEETS[EXECUTIVE if motion == "budget" else STEERING]) for month, _, motion in body.votes_heard}
        assert months <= {("budget", MEETS[EXECUTIVE] - 1), ("slate", MEETS[STEERING] - 1)}


def test_votes_on_slates_and_budgets_stand_in_the_ledger(whole: Witnessed) -> None:
    kept = whole.ledger.of("slate_approved", "slate_refused", "budget_approved", "budget_held_back")
    assert len(kept) == sum(len(body.votes_heard) for body in whole.all_bodies)
    for _, kind, _, _, _, terms in kept:
        assert terms["motion"] == kind.split("_")[0]
        assert terms["reasons"].keys() == terms["ballots"].keys()


def test_branches_are_seen_where_there_are_two() -> None:
    model = Witnessed(compose([*TWO_NATIONS, "horizon.years=8"]), seed=11).run()
    branched = [body for body in model.all_bodies if len(body.charter.branches) == 2]
    assert branched
    body = max(branched, key=lambda each: each.started)
    assert {project.branch for number, project in model.all_projects if number == body.number} == set(body.charter.branches)


# -- the laws can fail -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def young() -> Witnessed:
    """A world after five years; tests that change it put it back."""
    return Witnessed(compose(["horizon.years=5"]), seed=3).run()


@pytest.fixture
def body(young: Witnessed) -> WitnessedBody:
    return max(young.consortia, key=lambda each: len(each.projects))


def outsider(body: WitnessedBody) -> Firm:
    return next(firm for firm in body.model.living_firms() if firm not in body.members)


def test_a_seat_without_membership_or_tier_is_noticed(body: WitnessedBody) -> None:
    committee = body.committee(STEERING)
    committee_is_lawful(body, committee)
    seat = committee.seats[0]
    for wrong in (seat._replace(firm=outsider(body)), seat._replace(tier=seat.tier + 1), seat._replace(seats=seat.seats + 1)):
        with pytest.raises(AssertionError):
            committee_is_lawful(body, sat_by(committee, wrong, *committee.seats[1:]))
    with pytest.raises(AssertionError):
        committee_is_lawful(body, sat_by(committee, *committee.seats, committee.seats[0]))


def sat_by(committee: Committee, *seats: Seat) -> SimpleNamespace:
    return SimpleNamespace(kind=committee.kind, branch=committee.branch, seats=seats)


def test_a_vote_without_a_seat_or_reason_is_noticed(body: WitnessedBody) -> None:
    committee = body.committee(STEERING)
    told = [(seat, by_comparison({"wish": 1.0})) for seat in committee.seats]
    outcome = counted_plainly(body, committee, told)
    vote_is_recorded(committee, told, outcome)
    stranger = outcome.terms | {"ballots": outcome.terms["ballots"] | {outsider(body).name: True}}
    more = outcome.terms | {"yes": outcome.terms["yes"] + 1.0}
    name = committee.seats[0].firm.name
    unsaid = outcome.terms | {"reasons": outcome.terms["reasons"] | {name: by_comparison({"wish": -1.0}).terms}}
    for wrong in (stranger, more, unsaid):
        with pytest.raises(AssertionError):
            vote_is_recorded(committee, told, outcome._replace(terms=wrong))


def counted_plainly(body: WitnessedBody, committee: Committee, told: list) -> Decision:
    """The count without the witness."""
    return super(WitnessedBody, body).decides(committee, "slate", told)


def test_a_project_without_a_lead_is_noticed(body: WitnessedBody) -> None:
    projects_are_led(body)
    project = next(p for p in body.projects if p.performer is not None)
    lead, project.lead = project.lead, outsider(body).number
    with pytest.raises(AssertionError, match="no lead"):
        projects_are_led(body)
    project.lead = lead


def test_money_that_goes_nowhere_is_noticed(body: WitnessedBody) -> None:
    money_of_a_year_adds_up(body, 4)
    body.keeps("nothing at all", -0.001)
    body.year_flows[4, "nothing at all"] = -0.001
    with pytest.raises(AssertionError, match="nothing at all"):
        money_of_a_year_adds_up(body, 4)
    body.year_flows.clear()


# -- one member, and identical members -----------------------------------------------------------------------


def a_body(years: int = 3, *more: str, seed: int = 3) -> WitnessedBody:
    """The home country's consortium after some years."""
    model = Witnessed(compose([f"horizon.years={years}", *more]), seed=seed).run()
    return max(model.consortia, key=lambda each: len(each.projects))


def left_alone(body: WitnessedBody) -> Firm:
    """The largest member, once all the others have left."""
    lone = body.committee(EXECUTIVE).seats[0].firm
    for firm in list(body.members):
        if firm is not lone:
            body.releases(firm)
    return lone


@pytest.mark.parametrize("yes", [True, False])
def test_with_one_member_the_outcome_of_every_vote_is_its_own(yes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    body = a_body(3, "charter.reserve_share=3")
    lone = left_alone(body)
    for kind in (EXECUTIVE, STEERING, TECHNICAL, MEETING):
        assert [seat.firm for seat in body.committee(kind).seats] == [lone]
    wish = by_comparison({"wish": 1.0 if yes else -1.0})
    monkeypatch.setattr(Firm, "approves_budget", lambda *told: wish)
    monkeypatch.setattr(Firm, "approves_slate", lambda *told: wish)
    body.votes_budget()
    assert body.holds_back is not yes
    university = body.model.universities[0]
    slate = [Proposal(0, university, "partial", 0, 0, 3.0, 0.03, 0.8, None, False, False, 1.2)]
    assert body._steering_approves(slate, "") is yes
    assert [row[1] for row in body.model.ledger.rows[-2:]] == (
        ["budget_approved", "slate_approved"] if yes else ["budget_held_back", "slate_refused"]
    )


def test_a_lone_member_leads_every_project() -> None:
    body = a_body()
    lone = left_alone(body)
    body.reads_reports()
    assert {project.lead for project in body.projects if project.performer is not None} == {lone.number}


def made_alike(body: WitnessedBody) -> None:
    """All members get the business, the know-how and the size of the largest."""
    firms, model = body.model.firms, body.model
    first, *others = [firm.number for firm in body.members]
    for table in (firms.system_weights, firms.function_weights, firms.know_how, firms.focus, firms.revenue, firms.research,
                  firms.absorptive, firms.owns, firms.country):  # fmt: skip
        table[others] = table[first]
    firms.students[:] = 0.0
    model.measures()


def test_identical_members_are_treated_alike() -> None:
    body = a_body()
    made_alike(body)
    standing = body.standing()
    for each in (standing.tiers, standing.fees, standing.votes):
        assert len(set(each.tolist())) == 1
    for kind in (STEERING, TECHNICAL):
        assert {seat.seats for seat in body.committee(kind).seats} == {1}
        assert len(body.committee(kind).seats) == len(body.members)
    assert np.ptp([firm.scores() for firm in body.members], axis=0).max() == 0.0
    body.ranks_priorities()
    share = np.zeros_like(body.matrix)
    share[0, 0] = 1.0
    assert len(set(body._fits([firm.number for firm in body.members], share))) == 1
    body.trains()
    assert np.ptp(body.model.firms.students[body.rows]) == approx(0.0)
    assert len(set(body._access()[0][body.rows].tolist())) == 1
    for project in body.projects:
        body._hands_lead(project, -1)
    body.reads_reports()
    led = Counter(project.lead for project in body.projects if project.performer is not None)
    assert max(led.values()) - min(led.get(firm.number, 0) for firm in body.members) <= 1


def test_the_order_of_members_changes_nothing() -> None:
    """The matrix, the committees and the count of a vote are the same whoever stands first."""
    body = a_body()
    body.ranks_priorities()
    matrix, shares = body.matrix.copy(), body.medium_shares()
    seats = {(seat.firm.name, seat.tier, seat.seats) for seat in body.committee(TECHNICAL).seats}
    wish = {firm.name: by_comparison({"wish": (-1.0) ** firm.number}) for firm in body.members}
    outcome = body.decides(committee := body.committee(STEERING), "slate", [(s, wish[s.firm.name]) for s in committee.seats])
    body.members.reverse()
    body.stamp += 1
    body.ranks_priorities()
    assert np.allclose(body.matrix, matrix, atol=1e-12)
    assert np.allclose(body.medium_shares(), shares, atol=1e-12)
    assert {(seat.firm.name, seat.tier, seat.seats) for seat in body.committee(TECHNICAL).seats} == seats
    again = body.decides(committee := body.committee(STEERING), "slate", [(s, wish[s.firm.name]) for s in committee.seats])
    assert (bool(again), again.terms["yes"], again.terms["no"]) == (bool(outcome), outcome.terms["yes"], outcome.terms["no"])
    assert again.terms["ballots"] == outcome.terms["ballots"]


def test_a_name_means_nothing(tmp_path) -> None:
    """The same world with its firms and universities renamed: the same history in other names."""
    renamed = []
    for setting, path in (("firms", "population/firms_1991.csv"), ("universities", "population/universities_1991.csv")):
        rows = tables.rows(path)
        lines = [",".join(rows[0])]
        for number, row in enumerate(rows):
            fields = row | {"name": f"{setting} {97 * number % 1009}"}
            lines.append(",".join('"' + str(field or "") + '"' for field in fields.values()))
        file = tmp_path / f"{setting}.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        renamed.append(f"population.{setting}={file}")
    one, other = (ConsortiumModel(compose(["horizon.years=8", *how]), seed=5).run() for how in ([], renamed))
    told = [[(row[0], row[1], row[5].get("value")) for row in model.ledger.rows] for model in (one, other)]
    assert told[0] == told[1]
    assert len(told[0]) > 200
    assert one.accounts.balance.tolist() == other.accounts.balance.tolist()


# -- known answers ------------------------------------------------------------------------------------------


def test_a_matrix_of_zeros_sends_nothing_out_and_the_ledger_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    body = a_body()
    monkeypatch.setattr(type(body), "_ranked", lambda self, branch: np.zeros_like(self.matrix))
    body.ranks_priorities()
    assert body.sent == {}
    assert not body.matrix.any()
    started, events = body.started, len(body.model.ledger.of("call_without_matrix"))
    body.model.accounts.pay("capital market", body.account, 10.0)
    body.calls_for_projects()
    assert body.started == started
    told = body.model.ledger.of("call_without_matrix")
    assert len(told) == events + 1
    assert told[-1][4] == "no cell has a priority"
    body.reviews_projects()  # nobody is redirected to nowhere
    assert not any(project.turns for project in body.projects)


def desk(**more) -> SimpleNamespace:
    """A consortium of two cells a system, whose settings are those by default."""
    settings = Settings()
    far = np.array([False, True])
    model = SimpleNamespace(settings=settings, far=far, month=24, year=1993.0)
    return SimpleNamespace(**({"model": model, "charter": Charter(), "number": 0, "book": {}} | more))


def cells(*asked: tuple[int, int, float]) -> np.ndarray:
    matrix = np.zeros((2, len(FUNCTIONS)))
    for system, function, share in asked:
        matrix[system, function] = share
    return matrix


def proposal(place: int, system: int, function: int, score: float, cost: float = 0.03, room: bool = True, **more) -> Proposal:
    university = SimpleNamespace(number=place, room=lambda: room)
    told = dict(kind="partial", years=3.0, students=0.8, partner=None, equipment=False, internships=False, record=1.5) | more
    return Proposal(place=place, university=university, system=system, function=function, score=score, cost_musd=cost, **told)


@pytest.mark.parametrize(
    ("system", "horizon", "partner", "terms"),
    [
        # record 1.0 × (1.5 - 1.2), half of a cell with a quarter of the highest priority, 0.2 × 0.8 students
        (0, "short", None, {"record": 0.3, "priority": 0.125, "joint application": 0.0, "students": 0.16, "horizon": 0.2}),
        (0, "long", None, {"record": 0.3, "priority": 0.125, "joint application": 0.0, "students": 0.16, "horizon": -0.2}),
        (1, "long", "firm", {"record": 0.3, "priority": 0.5, "joint application": 0.5, "students": 0.16, "horizon": 0.2}),
        (1, "short", "firm", {"record": 0.3, "priority": 0.5, "joint application": 0.5, "students": 0.16, "horizon": -0.2}),
    ],
)
def test_the_score_of_a_proposal(system: int, horizon: str, partner: object, terms: dict) -> None:
    here = desk(sent={"": cells((0, 0, 0.2), (1, 0, 0.8))}, charter=Charter(horizon=horizon), _highest=np.max)
    assert Calls.score_of(here, proposal(0, system, 0, 0.0, partner=partner), "") == approx(terms)


def slate_of(received: list[Proposal], free: float, leads: int = 9) -> list[int]:
    """The places of the proposals in the slate of a body that asks 0.5, 0.3 and 0.2 of three cells."""
    matrix = cells((0, 0, 0.5), (0, 1, 0.3), (1, 2, 0.2))
    here = desk(sent={"": matrix}, demand=np.zeros_like(matrix), awards=np.zeros_like(matrix), leads_free=lambda branch: leads)
    return [each.place for each in Calls.puts_slate_together(here, received, free, "")]


def test_a_slate_of_three_proposals() -> None:
    """Behind are 0.5, 0.3 and 0.2; the first is filled (0.5 + 0.5 - 1 = 0), then the second (0.6), the third (0.6 - 0)."""
    three = [proposal(0, 1, 2, 0.9), proposal(1, 0, 1, 0.5), proposal(2, 0, 0, 0.4)]
    assert slate_of(three, 1.0) == [2, 1, 0]
    assert slate_of(three, 0.07) == [2, 1]  # the money carries two
    assert slate_of(three, 1.0, leads=1) == [2]  # the leads have time for one
    assert slate_of([*three, proposal(3, 0, 0, 0.8)], 1.0) == [3, 1, 0, 2]  # the better of two in a cell goes first
    assert slate_of([proposal(0, 0, 0, 0.19), proposal(1, 0, 1, 0.2)], 1.0) == [1]  # below the least score
    assert slate_of([proposal(0, 0, 0, 0.9, room=False), proposal(1, 0, 1, 0.5)], 1.0) == [1]  # no room in the staff
    assert slate_of([proposal(0, 0, 0, 0.9, cost=2.0), proposal(1, 0, 1, 0.5)], 1.0) == [1]  # too dear


def test_the_budget_of_a_branch() -> None:
    """Two members in A pay 0.2 and 0.1, one in B pays 0.1; of 1.0, 0.8 follows the fees and 0.2 is halved."""
    members = [SimpleNamespace(country=country) for country in ("A", "A", "B")]
    here = desk(members=members, standing=lambda: SimpleNamespace(fees=np.array([0.2, 0.1, 0.1])),
                branches=lambda: ["A", "B"], branch_of=lambda firm: firm.country,
                charter=Charter(branches=["A", "B"], branch_autonomy=0.8))  # fmt: skip
    assert Calls.budget_of(here, "A", 1.0) == approx(0.8 * 0.75 + 0.1)
    assert Calls.budget_of(here, "B", 1.0) == approx(0.8 * 0.25 + 0.1)
    here.charter.branch_autonomy = 0.0
    assert Calls.budget_of(here, "B", 1.0) == approx(0.5)
    assert Calls.budget_of(here, "", 1.0) == 1.0


def test_the_forecast_of_a_roadmap() -> None:
    """Half known, readiness 0.5; limit 1000, range 8: e^-4 × 1000 = 18.3 of the 20 × e^0.5 wanted; pace 0.1 × 8 - ln 1.5."""
    gain = Settings().products.adoption_gain
    table = SimpleNamespace(limit=np.array([1000.0]), log_range=np.array([8.0]))
    here = desk(_asked=lambda: np.full((1, len(FUNCTIONS)), 0.5))
    here.model.systems, here.model.readiness_pace, here.model.density_growth = table, np.array([0.1]), 1.5
    here.model.average_density = 20.0
    here._years_to_worth = lambda system: Foresight._years_to_worth(here, system)
    wait = (np.log(20.0) + gain - (np.log(1000.0) - 4.0)) / (0.8 - np.log(1.5))
    assert here._years_to_worth(0) == approx(wait)
    wait += Settings().products.industrialisation_months / 12.0
    said = Foresight._forecast(here, 0, 0.2, None, 0.5)
    assert said.year == approx(1993.0 + 0.8 * wait)
    assert said.density_gb_in2 == approx(min(1000.0, 20.0 * 1.5 ** (0.8 * wait)))
    kept = Foresight._forecast(here, 0, 0.2, Forecast(0, 2003.0, 1.0), 0.25)
    assert kept.year == approx(0.25 * 2003.0 + 0.75 * (1993.0 + 0.8 * wait))


def test_trust_after_a_miss_and_after_a_quiet_year() -> None:
    noted = []
    here = desk(roadmap=[Forecast(0, 1992.5, 1.0), Forecast(1, 1999.0, 1.0)], roadmap_trust=0.8, name="desk")
    here.model.ledger = SimpleNamespace(note=lambda *told: noted.append(told))
    here.model.first_product, here.model.systems = {}, SimpleNamespace(names=["one", "two"])
    here.first_forecasts = lambda: Foresight.first_forecasts(here)
    Foresight._faces_misses(here)
    assert here.roadmap_trust == approx(0.8 * 0.75)
    assert noted[0][1] == "roadmap_missed"
    here.model.first_product[0] = 20  # it came after all
    Foresight._faces_misses(here)
    assert here.roadmap_trust == approx(0.6 + 0.1 * 0.4)


def test_the_quality_of_a_project_after_a_quarter(body: WitnessedBody) -> None:
    """A quarter of the way from 1.0 to 0.85 + 0.6 × know-how × (0.4 + 0.6 × platform), and the luck of the quarter."""
    model = body.model
    project = next(p for p in body.projects if p.performer is not None and not p.far)
    body._hands_lead(project, body.members[0].number)
    known = model.firms.know_how.item(project.lead, project.system, project.function)
    body.aims(project, attentive=True)
    assert project.target == approx(0.85 + 0.6 * known * (0.4 + 0.6 * 0.5))
    body.aims(project, attentive=False)
    assert project.target == approx(0.85 + 0.3 * known * (0.4 + 0.6 * 0.5))
    project.quality, project.target = 1.0, 1.2
    luck = model.chance.normals("luck of projects", model.month, 256, body.number).item(project.number % 256)
    body.reads_reports()
    assert project.quality == approx(1.0 + 0.25 * 0.2 + 0.10 * 1.0 * luck * 0.75)


@pytest.mark.parametrize(("kind", "publications", "patents"), [("full", 0.5, 1.0), ("partial", 1.0, 0.5), ("travel", 0.5, 0.0)])
def test_what_a_closed_project_leaves(body: WitnessedBody, kind: str, publications: float, patents: float) -> None:
    """Two years of quality 1.2: 1.5 × 1.2 × 2 publications, 0.15 × 1.2 × 2 patents, each as often as its kind has them."""
    model, university = body.model, body.model.universities[0]
    project = Project(999, kind, 0, 0, model.month - 24, model.month, 0.03, performer=university, quality=1.2)
    results, remembered = dict(body.results), (university.closed_well, university.published_much)
    body.appraises(project)
    assert project.publications == approx(publications * 1.5 * 1.2 * 2.0)
    assert project.patents == approx(patents * 0.15 * 1.2 * 2.0)
    novelty = 1.0 - model.knowledge.university.item(0, 0)
    assert project.score == approx((1.2 / 1.5 + novelty + 1.0) / 3.0)
    assert body.results["publications"] - results.get("publications", 0.0) == approx(project.publications)
    assert university.closed_well == approx(remembered[0] + 0.2 * (project.score - remembered[0]))
    assert university.published_much == approx(remembered[1] + 0.2 * (project.publications / 2.0 - remembered[1]))
    project.stopped = model.month
    body.appraises(project)
    assert project.score == approx((1.2 / 1.5 + novelty) / 3.0)
    body.results = results


def test_a_united_body_goes_on_working_at_once() -> None:
    """It has a matrix from its first month, and each running project goes on in the branch of those who began it."""
    model = Watched(compose(["horizon.years=25"]), seed=2001).run()
    united = [body for body in model.all_bodies if model.origin[body.number][0] == "merger"]
    assert united
    for body in united:
        without = [row for row in model.ledger.of("call_without_matrix") if row[2] == body.name]
        assert without == []
    body = next(body for body in united if body.charter.branches)
    taken = [project for project in model.spells if project[1] == body.number and project[0].since == body.founded]
    assert {spell[0].branch for spell in taken} == set(body.charter.branches)


# -- bad input ------------------------------------------------------------------------------------------------

SEATED = [Tier(1000.0, 0.2, 1, 1, 1), Tier(0.0, 0.1, 0, 1, 1)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tiers": SEATED, "core_tiers": 3}, ["core_tiers=3", "2 tiers", "write core_tiers: 2"]),
        ({"tiers": SEATED, "core_tiers": 1}, ["core_tiers=1", "steering_seats: 0"]),
        ({"tiers": [Tier(0.0, 0.1, 0, 1, 1)], "core_tiers": 1}, ["executive", "executive_seats: 1"]),
        ({"branches": ["Japan", "Japan"]}, ["branches", "twice", "each once"]),
        ({"branches": ["Japan"]}, ["branches: []", "two countries"]),
        ({"joint_work_share": 0.6}, ["joint_work_share=0.6", "0 to 0.5", "Write for example"]),
        ({"joint_work_share": -0.1}, ["joint_work_share=-0.1", "share of the project money"]),
        ({"branch_autonomy": 1.5}, ["branch_autonomy=1.5", "0 to 1"]),
        ({"offers": 2.0}, ["offers=2", "0 to 1"]),
        ({"full_share": 1.2}, ["full_share=1.2", "0 to 1"]),
        ({"recruiting": -1.0}, ["recruiting=-1", "0 to 1"]),
        ({"project_years": 0.0}, ["project_years=0", "0.5 to 10"]),
    ],
)
def test_a_charter_that_cannot_be_is_refused_in_words(change: dict, said: list[str]) -> None:
    settings = Settings()
    settings.charter = dataclasses.replace(settings.charter, **change)
    with pytest.raises(SettingError) as caught:
        validate(settings)
    for part in ["charter", *said]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("roadmap.optimism=1.2", "0 to 0.9"),
        ("roadmap.weight=-0.1", "0 to 1"),
        ("calls.wants_partner=1.5", "0 to 1"),
        ("supervision.lead_pull=2", "0 to 1"),
        ("supports.platform=1.01", "0 to 1"),
        ("committees.most_leads=0", "1 to 50"),
        ("projects.control_leaks=3", "0 to 1"),
    ],
)
def test_shares_beyond_their_range_are_refused(override: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        compose([override])
    assert override in str(caught.value)
    assert said in str(caught.value)
    assert "Write for example" in str(caught.value)


def test_projects_longer_than_any_may_be_are_refused_by_the_command(capsys: pytest.CaptureFixture) -> None:
    assert main(["run", "charter.project_years=40", "horizon.years=10"]) != 0
    said = capsys.readouterr().err
    for part in ("charter.project_years=40", "length of a university project", "0.5 to 10", "still running at the end"):
        assert part in " ".join(said.split())


def test_projects_longer_than_the_run_are_never_closed(tmp_path, capsys: pytest.CaptureFixture) -> None:
    """They start and are paid, but none is counted as finished; the command says so."""
    long = [f"{charter}.{term}" for charter in ("charter", "sister_charter") for term in ("project_years=8", "travel_share=0")]
    model = Watched(compose([*long, "horizon.years=6"]), seed=4).run()
    assert model.counters["projects_started"] > 10
    assert model.counters["projects_finished"] == 0
    main(["run", "charter.project_years=3", "horizon.years=2", "--output", str(tmp_path / "short")])
    said = " ".join(capsys.readouterr().out.split())
    assert "charter.project_years=3 is not shorter than horizon.years=2" in said
    assert "none but travel grants is closed" in said
    main(["run", "charter.project_years=1", "horizon.years=2", "--output", str(tmp_path / "long")])
    assert "is not shorter than" not in capsys.readouterr().out

"""A model whose consortia are watched from inside: every vote, call, award, lead and payment, as it happens."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from watched import CENT, Watched

from sim.consortium.body import Consortium
from sim.consortium.committees import EXECUTIVE, MEETING, STEERING, TECHNICAL, Committee, Seat
from sim.consortium.proposals import Proposal
from sim.decisions import Decision
from sim.records.why import agrees

KINDS = {EXECUTIVE: "executive_seats", STEERING: "steering_seats", TECHNICAL: "technical_seats"}


class WitnessedBody(Consortium):
    """A consortium that raises AssertionError when a law of its inside is broken."""

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self.votes_heard: list[tuple[int, str, str]] = []  # month, committee, motion
        self.budgets_voted: list[int] = []
        self.reports_read: list[int] = []
        self.received: list[Proposal] = []
        self.calls_held = self.awards_seen = 0
        self.year_flows: dict[tuple[int, str], float] = defaultdict(float)  # by year and use, million US$
        self.held_at: dict[int, float] = {}  # the account at the end of each year

    def decides(self, committee: Committee, motion: str, ballots: Iterable[tuple[Seat, Decision]],
                needed: float = 0.5) -> Decision:  # fmt: skip
        told = list(ballots)
        outcome = super().decides(committee, motion, told, needed)
        self.votes_heard.append((self.model.month, committee.kind, motion))
        committee_is_lawful(self, committee)
        vote_is_recorded(committee, told, outcome)
        return outcome

    def votes_budget(self) -> None:
        self.budgets_voted.append(self.model.month)
        super().votes_budget()

    def reads_reports(self) -> None:
        self.reports_read.append(self.model.month)
        super().reads_reports()
        projects_are_led(self)

    def proposals_received(self, branch: str) -> list[Proposal]:
        self.received = super().proposals_received(branch)
        return self.received

    def _holds_call(self, branch: str, free: float) -> None:
        before, self.received = len(self.projects), []
        budget = self.yearly_budget()
        super()._holds_call(branch, free)
        begun = self.projects[before:]
        self.calls_held += 1
        assert budget > 0.0 or not begun, f"{self.name} awards without a budget"
        assert sum(project.fee_musd for project in begun) <= free + 1e-9, f"{self.name} awards more than is free"
        asked = {(p.university.number, p.system, p.function, p.kind, p.cost_musd) for p in self.received}
        for project in begun:
            self.awards_seen += 1
            assert project.performer is not None
            what = project.performer.number, project.system, project.function, project.kind, project.fee_musd
            assert what in asked, f"{self.name} awards what nobody proposed: {what}"
            assert project.lead in {firm.number for firm in self.members}, f"{self.name} awards without a lead"

    # -- money ----------------------------------------------------------------------------------------------------

    def keeps(self, use: str, musd: float) -> None:
        """Book money under a use: positive comes in, negative goes out."""
        self.year_flows[self.model.month // 12, use] += musd

    def collects_fees(self) -> None:
        before = self.flows["fee_income_musd"]
        super().collects_fees()
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        paid = self.flows["fee_income_musd"] - before
        self.keeps("administration", -paid * (1.0 - self.charter.share_to_projects) * (1.0 - saved))

    def pays_projects(self) -> None:
        self.keeps("projects", -sum(p.fee_musd + p.public_musd for p in self.projects) / 12.0)
        self.keeps("public money", sum(p.public_musd for p in self.projects) / 12.0)
        super().pays_projects()

    def observes(self) -> tuple:
        self.keeps("fees", self.flows["fee_income_musd"])
        self.keeps("joint work", -self.flows["joint_work_musd"])
        if self.model.month % 12 == 11:
            self.held_at[self.model.month // 12] = self.model.accounts.held(self.account)
        return super().observes()


class Witnessed(Watched):
    """A model with witnessed consortia: seats are checked every month, money every year."""

    consortium_class = WitnessedBody

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self.between = 0.0  # what one consortium has given another, million US$
        pay = self.accounts.pay

        def paid(source: int | str, target: int | str, musd: float) -> float:
            moved = pay(source, target, musd)
            self._books(source, target, moved)
            return moved

        self.accounts.pay = paid  # type: ignore[method-assign]

    def _books(self, source: int | str, target: int | str, musd: float) -> None:
        """What passes between consortia, or to the capital market at their end, is no use of money but a transfer."""
        bodies = {body.account: body for body in self.all_bodies}
        giver, taker = bodies.get(source), bodies.get(target)
        if giver is not None and (taker is not None or target == "capital market"):
            giver.keeps("transfers", -musd)
        if taker is not None and (giver is not None or source == "capital market"):
            taker.keeps("transfers", musd)

    def step(self) -> None:
        super().step()
        for body in self.consortia:
            for committee in body.committees():
                committee_is_lawful(body, committee)
            leads_are_counted(body)
        if self.month % 12 == 0:
            for body in self.consortia:
                money_of_a_year_adds_up(body, self.month // 12 - 1)


def committee_is_lawful(body: Consortium, committee: Committee) -> None:
    """No seat without a tier, no tier without the revenue for it; who sits is a member, once, with the charter's seats."""
    assert committee.seats, f"{committee.kind} of {body.name} decides with nobody on it"
    sitting = [seat.firm for seat in committee.seats]
    assert len({firm.number for firm in sitting}) == len(sitting)
    tiers = dict(zip([firm.number for firm in body.members], body.tiers().tolist(), strict=True))
    for seat in committee.seats:
        assert seat.firm in body.members, f"{seat.firm.name} sits on the {committee.kind} and is no member"
        assert seat.tier == tiers[seat.firm.number], f"{seat.firm.name} sits by another tier than its own"
        if committee.kind == MEETING:
            assert seat.seats == 1
        else:
            assert seat.seats == getattr(body.charter.tiers[seat.tier], KINDS[committee.kind]) > 0
            assert seat.tier < body.charter.core_tiers
        if committee.kind in (STEERING, TECHNICAL) and body.charter.branches:
            assert body.branch_of(seat.firm) == committee.branch


def vote_is_recorded(committee: Committee, told: list[tuple[Seat, Decision]], outcome: Decision) -> None:
    """Who voted how and why stands with the outcome, and all of it can be reckoned again."""
    terms, seats = outcome.terms, {seat.firm.name: seat.seats for seat in committee.seats}
    assert set(terms["ballots"]) == set(terms["reasons"]) == set(terms["seats"]) == set(seats), "a vote without a seat"
    assert terms["seats"] == seats
    assert terms["yes"] == sum(seats[name] for name, ballot in terms["ballots"].items() if ballot)
    assert terms["yes"] + terms["no"] == sum(seats.values())
    assert agrees(terms)
    assert bool(outcome) == (terms["yes"] >= terms["needed"] * sum(seats.values()))
    for seat, ballot in told:
        reason = terms["reasons"][seat.firm.name]
        assert agrees(reason), f"the ballot of {seat.firm.name} cannot be reckoned again"
        assert bool(ballot) == terms["ballots"][seat.firm.name] == falls(reason)


def falls(reason: dict) -> bool:
    """How a ballot falls by its own terms."""
    if reason["test"] == "comparison":
        return sum(reason["terms"].values()) > reason["threshold"] - 1e-9
    return reason["draw"] < reason["value"]


def projects_are_led(body: Consortium) -> None:
    """Every university project of a body with members has a lead, and the lead is a member."""
    members = {firm.number for firm in body.members}
    for project in body.projects:
        if members and project.performer is not None:
            assert project.lead in members, f"project {project.number} of {body.name} has no lead among its members"


def leads_are_counted(body: Consortium) -> None:
    """What each member leads is counted as it is handed out and given back."""
    led = Counter(project.lead for project in body.projects if project.lead >= 0)
    assert {number: count for number, count in enumerate(body.leads[:-1].tolist()) if count} == led, body.name


def money_of_a_year_adds_up(body: WitnessedBody, year: int) -> None:
    """What a body takes in is what it spends on projects, joint work and administration, and what its account gains."""
    gained = body.held_at[year] - body.held_at.get(year - 1, 0.0)
    told = {use: musd for (when, use), musd in body.year_flows.items() if when == year}
    assert abs(sum(told.values()) - gained) < 12 * CENT, f"{body.name}, year {year}: {told} against {gained:+.6f}"

"""Budget and call: the executive votes the budget, technical committees put a slate together, steering committees approve it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from sim.compiled import compiled
from sim.consortium.committees import EXECUTIVE, STEERING, TECHNICAL, WHOLE, Committee, Committees
from sim.consortium.portfolio import Portfolio
from sim.consortium.priorities import scores_together
from sim.consortium.projects import Project, still_to_pay
from sim.consortium.proposals import COLUMNS, COST, FUNCTION, SCORE, SYSTEM, Proposal, Proposals, Received
from sim.decisions import Decision, by_vote, overrides
from sim.firm.committees import CommitteeDecisions, seats_for_and_against
from sim.population import FUNCTIONS
from sim.records.events import Row

Slate = list[Proposal]


class Calls(Proposals, Portfolio):
    """The part of a consortium that budgets, calls for and awards university projects."""

    # -- the budget -----------------------------------------------------------------------------------------------

    def yearly_income(self) -> float:
        """What is left of a year's fees for projects after the house's own running (million US$)."""
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        administration = (1.0 - self.charter.share_to_projects) * (1.0 - saved)
        return self.yearly_fees * (1.0 - administration)

    def yearly_budget(self) -> float:
        """Money for projects in a year: the projects' share of fees, smoothed by the reserve, as the executive decided."""
        income = self.yearly_income() * (1.0 - self.charter.joint_work_share)
        fills = self.model.settings.treasury.reserve_rate * income if self.holds_back and self.reserve_missing() > 0 else 0.0
        shortfall = max(0.0, self.last_budget - income)
        draw = min(self.reserve, 0.7 * shortfall)
        return income - fills + draw

    def reserve_missing(self) -> float:
        """Share of the reserve's target that is not there."""
        target = self.charter.reserve_share * self.yearly_fees
        return max(0.0, 1.0 - self.reserve / target) if target > 0 else 0.0

    def votes_budget(self) -> None:
        """Twice a year the executive approves the budget applied for, or holds a part back for the reserve (F46)."""
        missing = self.reserve_missing()
        self.holds_back = False
        if missing <= 0.0 or not self.members:
            return
        executive = self.committee(EXECUTIVE)
        ballots = [(seat, seat.firm.approves_budget(self, missing)) for seat in executive.seats]
        outcome = self.decides(executive, "budget", ballots)
        self.holds_back = not outcome
        kind = "budget_held_back" if self.holds_back else "budget_approved"
        self.model.ledger.note(self.model.month, kind, self.name, "", f"{missing:.0%} of the reserve is missing", outcome.terms)

    def budget_of(self, branch: str, budget: float) -> float:
        """What a branch may spend: its own members' part, and an even part of what is common (F42)."""
        if branch == WHOLE:
            return budget
        fees = self.standing().fees
        own = sum(fee for firm, fee in zip(self.members, fees.tolist(), strict=True) if self.branch_of(firm) == branch)
        free = self.charter.branch_autonomy
        return budget * (free * own / max(float(fees.sum()), 1e-12) + (1.0 - free) / len(self.branches()))

    # -- the call -------------------------------------------------------------------------------------------------

    def calls_for_projects(self) -> None:
        """Once a quarter every branch starts what its budget leaves free beside what runs.

        Running projects are commitments: a cut of share x in a budget of L-year projects cuts new starts by
        min(1, L·x), because only what ends makes room, and beyond that stops running ones.
        """
        budget = self.yearly_budget()
        surplus = max(0.0, self.model.accounts.held(self.account) - self.reserve - 0.5 * budget)
        if self.honours_commitments(budget) or not self.members:
            return self._tells_of_the_cut(budget)
        running = self.running_by_branch()
        if budget + surplus - sum(running.values()) < -0.05 * budget:
            self._tells_of_the_cut(budget)
        for branch in self.branches():
            cash = 4.0 * (self.model.accounts.held(self.account) - self._still_costs(3))  # what the next quarter can carry
            free = min(self.budget_of(branch, budget + surplus) - running[branch], cash)
            if free > 0.0:
                self._holds_call(branch, free)

    def _tells_of_the_cut(self, budget: float) -> None:
        words = f"running projects take {self.running().fee:.2f} of {budget:.2f} million US$ a year"
        self.model.ledger.note(self.model.month, "starts_cut", self.name, "", words)

    def running_by_branch(self) -> dict[str, float]:
        """Yearly money from fees in running projects, by branch; those begun before there were branches count to the first."""
        branches = self.branches()
        if len(branches) == 1:
            return {branches[0]: self.running().fee}
        running = dict.fromkeys(branches, 0.0)
        for project in self.projects:
            running[project.branch if project.branch in running else branches[0]] += project.fee_musd
        return running

    def _holds_call(self, branch: str, free: float) -> None:
        """The technical committee proposes a slate, the steering committee approves; what is approved starts with a lead."""
        if branch not in self.sent:
            self.model.ledger.note(self.model.month, "call_without_matrix", self.name, branch, "no cell has a priority")
            return
        received = self.proposals_received(branch)
        self.model.counters["proposals_total"] += len(received)
        slate = self.puts_slate_together(received, free, branch)
        if slate and not self._steering_approves(slate, branch):
            slate = self._without_what_opponents_want_least(slate, branch)
        if slate:
            self._awards(slate, branch)

    def puts_slate_together(self, received: Sequence[Proposal], free: float, branch: str) -> Slate:
        """The technical committee fills the cells that are furthest behind the matrix, each with its best proposal.

        Nothing below the least score is taken, nothing that the free money does not carry, nothing without a lead.
        """
        asked, leads = self.sent[branch], self.leads_free(branch)
        if not len(received) or leads < 1:
            return []
        chosen = np.empty(len(received), dtype=np.int64)
        many = furthest_behind(rows_of(received), self.model.settings.calls.least_score, free, leads, self.demand, self.awards,
                               asked, chosen)  # fmt: skip
        return [received[place] for place in chosen[:many].tolist()]

    def _steering_approves(self, slate: Slate, branch: str) -> bool:
        committee = self.committee(STEERING, branch)
        rows = committee.rows
        money = np.zeros(self.matrix.shape)
        for proposal in slate:
            money[proposal.system, proposal.function] += proposal.cost_musd
        fits, asked = self._fits(rows, money / money.sum()), self._asked_by(committee, self.matrices[branch])
        approved, told = self._approved(committee, fits, asked)
        self.model.counters["slates_total"] += 1
        self.model.counters["slates_refused"] += not approved
        kind = "slate_approved" if approved else "slate_refused"
        self.model.ledger.note(self.model.month, kind, self.name, branch, f"{len(slate)} projects", told)
        return approved

    def _approved(self, committee: Committee, fits: np.ndarray, asked: np.ndarray) -> tuple[bool, Callable[[], dict[str, Any]]]:
        """Whether the seats approve a slate, and the vote with all ballots when somebody reads it.

        One rule for all seats, unless a subclass decides or counts otherwise.
        """

        def votes() -> Decision:
            ballots = [(seat, seat.firm.approves_slate(self, fit, wish))
                       for seat, fit, wish in zip(committee.seats, fits.tolist(), asked.tolist(), strict=True)]  # fmt: skip
            return self.decides(committee, "slate", ballots)

        told = self.model.settings
        if (told.governance.votes == "coin" or overrides(self.model.firm_class, CommitteeDecisions, "approves_slate")
                or overrides(type(self), Committees, "decides")):  # fmt: skip
            outcome = votes()
            return outcome.happens, lambda: outcome.terms
        yes, no = seats_for_and_against(committee.counted, fits, asked, told.committees.slate_keeps)
        return by_vote(yes, no, 0.5, {}).happens, lambda: votes().terms

    def _fits(self, rows: np.ndarray, share: np.ndarray) -> np.ndarray:
        """How much of some shares over cells lies where each firm's own R&D works."""
        firms, fits = self.model.firms, np.empty(len(rows))
        fits_of(rows, firms.system_weights, firms.function_weights, share, fits)
        return fits

    def _asked_by(self, committee: Committee, matrix: np.ndarray) -> np.ndarray:
        """The same of the priority matrix, until it or the seats are given anew."""
        known = self.book.get("asked of")
        if known is None or known[0] is not committee or known[1] is not matrix:
            self.book["asked of"], self.book["fits asked for"] = (committee, matrix), self._fits(committee.rows, matrix)
        return self.book["fits asked for"]

    def _without_what_opponents_want_least(self, slate: Slate, branch: str) -> Slate:
        """Half of a refused slate goes ahead: the projects that fit the committee's own scores best. The rest may come again."""
        rows = self.committee(STEERING, branch).rows
        firms = self.model.firms
        wanted = np.empty(self.matrix.shape)
        scores_together(rows, firms.system_weights, firms.function_weights, wanted)
        return sorted(slate, key=lambda each: -wanted[each.system, each.function])[: len(slate) // 2]

    def _awards(self, slate: Slate, branch: str) -> None:
        """The steering committee awards the projects of a slate and appoints their leads."""
        model, words, granted = self.model, [], self.running().grants
        for proposal, (lead, attentive) in zip(slate, self._leads_of(slate, branch), strict=True):
            project = self._project_of(proposal, branch, granted)
            granted += project.public_musd
            project.lead = lead
            self._starts(project)
            self.aims(project, attentive)
            model.counters["projects_joint"] += bool(project.partners)
            words.append((project.kind, project.system, project.function, proposal.university.name))
        self._counts_awards(slate, branch)
        model.ledger.note_all(partial(_started, model.month, self.name, words, model.systems.names))

    def _counts_awards(self, slate: Slate, branch: str) -> None:
        """Each award counts for its cell, and every cell was asked for once more: as sent out, and as scored in this year."""
        sent, scored, when = self.sent[branch], self.matrices[branch], (int(self.model.year + 1e-6), branch)
        if when not in self.asked_in:
            self.asked_in[when] = np.zeros(scored.shape)
        awards, demand, asked = self.awards, self.demand, self.asked_in[when]
        for proposal in slate:
            awards[proposal.system, proposal.function] += 1
            demand += sent
            asked += scored

    def _project_of(self, proposal: Proposal, branch: str, granted: float) -> Project:
        """The project that a proposal becomes, with what the public adds to its money and has `granted` to others."""
        model, month = self.model, self.model.month
        grant = model.university_grant(self, proposal.cost_musd, granted)
        partners = [proposal.partner.number] if proposal.partner is not None else []
        quality = 1.0 + 0.4 * (proposal.record - 1.2) + (0.1 if partners else 0.0)
        return Project(self._next_number(), proposal.kind, proposal.system, proposal.function, month,
                       month + max(1, round(12 * proposal.years)), proposal.cost_musd, grant, performer=proposal.university,
                       far=model.far.item(proposal.system), disk=self._is_disk(proposal.system), partners=partners,
                       branch=branch, students=proposal.students, quality=quality)  # fmt: skip

    # -- leads ----------------------------------------------------------------------------------------------------

    def leads_free(self, branch: str) -> int:
        """How many more projects the technical committee of a branch can lend a lead to."""
        desk = self.committee(TECHNICAL, branch)
        self.has_a_place_for(self.model.firms.count)
        return int(time_left(desk.rows, desk.counted, self.leads, self.model.settings.committees.most_leads))

    def appoints_lead(self, project: Project) -> None:
        """The technical member that knows the cell best and has time lends the lead; else the one with the least to do."""
        branches = self.branches()
        lead, attentive = self._leads_of([project], project.branch if project.branch in branches else branches[0])[0]
        self._hands_lead(project, lead)
        if lead >= 0:
            self.aims(project, attentive)

    def _leads_of(self, projects: Sequence[Project | Proposal], branch: str) -> list[tuple[int, bool]]:
        """Who lends a lead to each of some projects, one after the other, and whether it has time for it.

        -1 where nobody is left who could look after them.
        """
        desk, model = self.committee(TECHNICAL, branch), self.model
        if not len(desk.rows):
            return [(-1, False)] * len(projects)
        self.has_a_place_for(model.firms.count)
        leads, most = self.leads.copy(), model.settings.committees.most_leads * desk.counted
        if overrides(model.firm_class, CommitteeDecisions, "lends_lead"):
            return [self._lead_among_willing(desk, leads, project) for project in projects]
        cells = np.array([(project.system, project.function) for project in projects])
        found = np.empty(len(projects), dtype=np.int64)
        know_best(desk.rows, desk.counted, leads, most, model.firms.know_how, cells, found)
        return [_lead_at(desk, chosen) for chosen in found.tolist()]

    def _lead_among_willing(self, desk: Committee, leads: np.ndarray, project: Project | Proposal) -> tuple[int, bool]:
        """The same for one project, where a subclass decides otherwise who lends a lead; it is counted in `leads`."""
        asked = [seat.firm.lends_lead(seat, leads.item(seat.firm.number)) for seat in desk.seats]
        most, found = np.where(asked, np.iinfo(np.int64).max, 0), np.empty(1, dtype=np.int64)
        know_best(desk.rows, desk.counted, leads, most, self.model.firms.know_how,
                  np.array([(project.system, project.function)]), found)  # fmt: skip
        return _lead_at(desk, found.item())

    def aims(self, project: Project, attentive: bool) -> None:
        """Where the lead draws the quality of a project: its know-how in the cell, as far as the platform carries it."""
        raise NotImplementedError

    # -- commitments ----------------------------------------------------------------------------------------------

    def honours_commitments(self, budget: float) -> bool:
        """Running projects stop only where a cut goes beyond the starts of a year, or where cash does not carry them.

        Returns whether any had to stop.
        """
        before = len(self.projects)
        held = self.model.accounts.held(self.account)
        income = self.yearly_income() * (1.0 - self.charter.joint_work_share)
        yearly = self.running().fee
        if yearly <= budget and yearly <= income + held and yearly <= 4.0 * held:
            return False  # the money carries them even if none ended
        while self.projects:
            costs, lasting = self._still_to_pay(12)
            if lasting <= budget and costs <= income + held and self._still_costs(3) <= held:
                break
            if not self._stops_weakest("the money does not carry it"):
                break
        return len(self.projects) < before

    def _still_to_pay(self, months: int) -> tuple[float, float]:
        """What running projects take from fees in the coming months (million US$), and what those that outlast them do a year."""
        return still_to_pay(self.sheet[: len(self.projects)], self.model.month, months)

    def _still_costs(self, months: int) -> float:
        """What the running projects still take from fees in the coming months, million US$."""
        return self._still_to_pay(months)[0]


def _lead_at(desk: Committee, chosen: int) -> tuple[int, bool]:
    """The firm at a place as `knows_best` names it, and whether it has time."""
    return desk.rows.item(max(chosen, -1 - chosen)), chosen >= 0


def _started(month: int, body: str, words: list[tuple[str, int, int, str]], names: list[str]) -> list[Row]:
    """Projects that a body has started, in words."""
    return [(month, "project_started", body, university, f"{kind} project on {names[system]} / {FUNCTIONS[function]}", {})
            for kind, system, function, university in words]  # fmt: skip


def rows_of(received: Sequence[Proposal]) -> np.ndarray:
    """Some proposals as the rows of a table; one whose university has no room is beyond all money."""
    if isinstance(received, Received):
        return received.table
    table = np.zeros((len(received), COLUMNS))
    for row, each in zip(table, received, strict=True):
        row[SYSTEM], row[FUNCTION], row[SCORE] = each.system, each.function, each.score
        row[COST] = each.cost_musd if each.university.room() else np.inf
    return table


@compiled
def furthest_behind(table, least_score, free, leads, demand, awards, asked, slate):
    """The places of the proposals in a slate, into `slate`; returns how many.

    The cell furthest behind what is asked of it comes next, with its best proposal that the free money carries; an
    award brings every cell what is asked of it further behind, and its own one nearer.
    """
    behind, functions = demand - awards + asked, asked.shape[1]
    order, waits, chosen = np.argsort(table[:, SCORE], kind="mergesort"), table[:, SCORE] >= least_score, 0
    while chosen < leads:
        best, most, at, to = -1, 0.0, -1, -1  # of the cell furthest behind the last proposal, which is the best one
        for place in order:
            if waits[place]:
                system, function = int(table[place, SYSTEM]), int(table[place, FUNCTION])
                if best < 0 or (system == at and function == to) or behind[system, function] > most:
                    best, most, at, to = place, behind[system, function], system, function
        if best < 0:
            break
        waits[best] = False
        if table[best, COST] <= free:
            free -= table[best, COST]
            slate[chosen] = best
            chosen += 1
            for system in range(len(behind)):
                for function in range(functions):
                    behind[system, function] += asked[system, function]
            behind[at, to] -= 1.0
    return chosen


@compiled
def time_left(rows, seats, leads, most):
    """How many more projects the leads of all seats can look after, when each has twice as many as it can do well."""
    left = 0
    for place in range(len(rows)):
        left += 2 * most * seats[place] - leads[rows[place]]
    return left


@compiled
def knows_best(rows, seats, leads, most, know_how, system, function):
    """Which of the firms in `rows` knows a cell best among those with time, of equals the one with less to do.

    A firm has time with fewer than `most` leads. Where nobody has, -1 less the place of the one with the least to do.
    """
    best, idle, least, known_best, busier = -1, 0, np.inf, 0.0, 0.0
    for place in range(len(rows)):
        busy = leads[rows[place]] / max(1, seats[place])
        if busy < least:
            idle, least = place, busy
        if leads[rows[place]] < most[place]:
            known = know_how[rows[place], system, function]
            if best < 0 or known > known_best or (known == known_best and busy < busier):
                best, known_best, busier = place, known, busy
    return best if best >= 0 else -1 - idle


@compiled
def know_best(rows, seats, leads, most, know_how, cells, found):
    """The same for some cells one after the other, into `found`; each lead that is found has one more to look after."""
    for place in range(len(found)):
        found[place] = knows_best(rows, seats, leads, most, know_how, cells[place, 0], cells[place, 1])
        leads[rows[max(found[place], -1 - found[place])]] += 1


@compiled
def fits_of(rows, system_weights, function_weights, share, fits):
    """How much of `share` over cells lies where each firm in `rows` works: the sum over cells of both its weights."""
    for place in range(len(rows)):
        fits[place] = 0.0
        for function in range(share.shape[1]):
            on_function = 0.0
            for system in range(share.shape[0]):
                on_function += system_weights[rows[place], system] * share[system, function]
            fits[place] += on_function * function_weights[rows[place], function]

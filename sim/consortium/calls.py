"""Budget and call: the executive votes the budget, technical committees put a slate together, steering committees approve it."""

import numpy as np

from sim.consortium.committees import EXECUTIVE, STEERING, TECHNICAL, WHOLE, Seat
from sim.consortium.portfolio import Portfolio
from sim.consortium.projects import Project
from sim.consortium.proposals import Proposal, Proposals
from sim.population import FUNCTIONS

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
        for proposal in slate:
            self._awards(proposal, branch)

    def puts_slate_together(self, received: Slate, free: float, branch: str) -> Slate:
        """The technical committee fills the cells that are furthest behind the matrix, each with its best proposal.

        Nothing below the least score is taken, nothing that the free money does not carry, nothing without a lead.
        """
        least = self.model.settings.calls.least_score
        waiting: dict[int, Slate] = {}
        for proposal in sorted(received, key=lambda each: each.score):
            if proposal.score >= least:
                waiting.setdefault(proposal.system * len(FUNCTIONS) + proposal.function, []).append(proposal)
        behind = (self.demand - self.awards + self.sent[branch]).ravel()
        asked = self.sent[branch].ravel()
        slate: Slate = []
        leads = self.leads_free(branch)
        while waiting and leads > len(slate):
            cell = max(waiting, key=behind.item)
            proposal = waiting[cell].pop()
            if not waiting[cell]:
                del waiting[cell]
            if proposal.cost_musd <= free and proposal.university.room():
                free -= proposal.cost_musd
                slate.append(proposal)
                behind += asked
                behind[cell] -= 1.0
        return slate

    def _steering_approves(self, slate: Slate, branch: str) -> bool:
        committee = self.committee(STEERING, branch)
        rows = [seat.firm.number for seat in committee.seats]
        money = np.zeros_like(self.matrix)
        for proposal in slate:
            money[proposal.system, proposal.function] += proposal.cost_musd
        fits, asked = self._fits(rows, money / money.sum()), self._asked_by(committee.seats, rows, self.matrices[branch])
        ballots = [(seat, seat.firm.approves_slate(self, fit, wish))
                   for seat, fit, wish in zip(committee.seats, fits, asked, strict=True)]  # fmt: skip
        outcome = self.decides(committee, "slate", ballots)
        self.model.counters["slates_total"] += 1
        self.model.counters["slates_refused"] += not outcome
        kind = "slate_approved" if outcome else "slate_refused"
        self.model.ledger.note(self.model.month, kind, self.name, branch, f"{len(slate)} projects", outcome.terms)
        return bool(outcome)

    def _fits(self, rows: list[int], share: np.ndarray) -> list[float]:
        """How much of some shares over cells lies where each firm's own R&D works."""
        firms = self.model.firms
        return np.einsum("rf,rf->r", firms.system_weights[rows] @ share, firms.function_weights[rows]).tolist()

    def _asked_by(self, seats: tuple[Seat, ...], rows: list[int], matrix: np.ndarray) -> list[float]:
        """The same of the priority matrix, until it or the seats are given anew."""
        known = self.book.get("asked of")
        if known is None or known[0] is not seats or known[1] is not matrix:
            self.book["asked of"], self.book["fits asked for"] = (seats, matrix), self._fits(rows, matrix)
        return self.book["fits asked for"]

    def _without_what_opponents_want_least(self, slate: Slate, branch: str) -> Slate:
        """Half of a refused slate goes ahead: the projects that fit the committee's own scores best. The rest may come again."""
        rows = [seat.firm.number for seat in self.committee(STEERING, branch).seats]
        wanted = np.tensordot(self.model.firms.system_weights[rows], self.model.firms.function_weights[rows], axes=(0, 0))
        return sorted(slate, key=lambda each: -wanted[each.system, each.function])[: len(slate) // 2]

    def _awards(self, proposal: Proposal, branch: str) -> None:
        """The steering committee awards a project and appoints its lead."""
        model, university = self.model, proposal.university
        grant = model.university_grant(self, proposal.cost_musd)
        end = model.month + max(1, round(12 * proposal.years))
        partners = [proposal.partner.number] if proposal.partner is not None else []
        project = Project(self._next_number(), proposal.kind, proposal.system, proposal.function, model.month, end,
                          proposal.cost_musd, grant, performer=university, far=model.far.item(proposal.system),
                          disk=self._is_disk(proposal.system), partners=partners, branch=branch,
                          students=proposal.students)  # fmt: skip
        project.quality = 1.0 + 0.4 * (proposal.record - 1.2) + (0.1 if partners else 0.0)
        self._starts(project)
        self.appoints_lead(project)
        model.counters["projects_joint"] += bool(partners)
        cell = f"{model.systems.names[project.system]} / {FUNCTIONS[project.function]}"
        model.ledger.note(model.month, "project_started", self.name, university.name, f"{project.kind} project on {cell}")

    # -- leads ----------------------------------------------------------------------------------------------------

    def leads_free(self, branch: str) -> int:
        """How many more projects the technical committee of a branch can lend a lead to."""
        most, load = 2 * self.model.settings.committees.most_leads, self.leads
        seats = self.committee(TECHNICAL, branch).seats
        return sum([most * max(1, seat.seats) - load.get(seat.firm.number, 0) for seat in seats])

    def appoints_lead(self, project: Project) -> None:
        """The technical member that knows the cell best and has time lends the lead; else the one with the least to do."""
        seats = self.committee(TECHNICAL, project.branch if project.branch in self.branches() else self.branches()[0]).seats
        if not seats:  # nobody is left who could look after it
            self._hands_lead(project, -1)
            return
        load, rows = self.leads, [seat.firm.number for seat in seats]
        known = self.model.firms.know_how[rows, project.system, project.function]
        busy = np.array([load.get(seat.firm.number, 0) / max(1, seat.seats) for seat in seats])
        for place in np.lexsort((busy, -known)).tolist():  # of equals, the one with less to do
            able = seats[place].firm.lends_lead(seats[place], load.get(seats[place].firm.number, 0))
            if able:
                best = seats[place]
                break
        else:
            best = seats[int(busy.argmin())]
        self._hands_lead(project, best.firm.number)
        self.aims(project, attentive=able)

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
        while self.projects and (self._committed_in(12) > budget or self._still_costs(12) > income + held
                                 or self._still_costs(3) > held):  # fmt: skip
            if not self._stops_weakest("the money does not carry it"):
                break
        return len(self.projects) < before

    def _committed_in(self, months: int) -> float:
        """Yearly money from fees of the projects that still run some months from now, million US$."""
        later = self.model.month + months
        return sum([project.fee_musd for project in self.projects if project.end > later])

    def _still_costs(self, months: int) -> float:
        """What the running projects still take from fees in the coming months, million US$."""
        now = self.model.month
        until = now + months
        paid = [project.fee_musd * (months if project.end >= until else project.end - now) for project in self.projects]
        return sum(paid) / 12.0

"""The yearly budget of a consortium and its quarterly call: how much there is, who proposes, who gets it."""

from typing import TYPE_CHECKING

import numpy as np

from sim.consortium.portfolio import Portfolio
from sim.consortium.projects import Project, picked
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.university import University


class Proposals:
    """The proposals to one call, universities × functions."""

    def __init__(self, weight: np.ndarray) -> None:
        self.weight = weight
        self._steps: dict[int, list[float]] = {}

    def steps(self, function: int) -> list[float]:
        """Running sums over the universities of what is proposed for a function."""
        if function not in self._steps:
            self._steps[function] = self.weight[:, function].cumsum().tolist()
        return self._steps[function]

    def withdraws(self, university: int) -> None:
        """A university has no room for more."""
        self.weight[university] = 0.0
        self._steps.clear()


class Calls(Portfolio):
    """The part of a consortium that calls for and awards university projects."""

    def yearly_income(self) -> float:
        """What is left of a year's fees for projects after the house's own running (million US$)."""
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        administration = (1.0 - self.charter.share_to_projects) * (1.0 - saved)
        return self.yearly_fees * (1.0 - administration)

    def yearly_budget(self) -> float:
        """Money for university projects in a year: the projects' share of fees, smoothed by the reserve."""
        income = self.yearly_income()
        fills = 0.0
        if self.reserve < self.charter.reserve_share * self.yearly_fees:
            fills = self.model.settings.treasury.reserve_rate * income
        shortfall = max(0.0, self.last_budget - income)
        draw = min(self.reserve, 0.7 * shortfall)
        return income - fills + draw

    def calls_for_projects(self) -> None:
        """The steering committee starts what the budget leaves free beside what runs.

        Running projects are commitments: a cut of share x in a budget of L-year projects cuts new starts by
        min(1, L·x), because only what ends makes room, and beyond that stops running ones.
        """
        budget = self.yearly_budget()
        surplus = max(0.0, self.model.accounts.held(self.account) - self.reserve - 0.5 * budget)
        cut = self.honours_commitments(budget)
        running = self.running().fee
        free = budget + surplus - running if not cut else 0.0
        if cut or free < -0.05 * budget:
            self.model.ledger.note(self.model.month, "starts_cut", self.name, "", f"running projects take {running:.2f} of "
                                   f"{budget:.2f} million US$ a year")  # fmt: skip
        if free <= 0:
            return
        slots, proposals = 0, Proposals(self._proposals())
        while free > 0 and slots < 60:
            cost = self._awards_next(proposals, free)
            if cost <= 0.0:
                break
            free -= cost
            slots += 1

    def honours_commitments(self, budget: float) -> bool:
        """Running projects stop only where a cut goes beyond the starts of a year, or where cash does not carry them.

        Returns whether any had to stop.
        """
        before = len(self.projects)
        held, income, yearly = self.model.accounts.held(self.account), self.yearly_income(), self.running().fee
        if yearly <= budget and yearly <= income + held and yearly <= 4.0 * held:
            return False  # even if nothing ended
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
        return sum([project.fee_musd * min(months, project.end - now) for project in self.projects]) / 12.0

    def _proposals(self) -> np.ndarray:
        """What universities propose to this call, universities × functions: nothing where there is no room or no right."""
        universities, newcomers = self.model.universities, self.model.settings.academia.newcomers
        if self.book.get("performers of") is not self.charter:
            self.book["performers of"] = self.charter
            self.book["performers"] = np.array([self.may_perform(university) for university in universities], dtype=float)
            self.book["ties"] = -1
        if self.book["ties"] != self.ties:
            self.book["ties"] = self.ties
            tied = np.array([self.number in university.ties for university in universities])
            self.book["weights"] = self.book["performers"] * np.where(tied, 1.0, newcomers)
        room = np.array([university.room() for university in universities])
        return self.model.pull_of_universities * (self.book["weights"] * room)[:, None]

    def _awards_next(self, proposals: "Proposals", free: float) -> float:
        """Award one project: a kind, the cell most wanted against what runs, a university; returns its yearly cost.

        Zero where what is free does not carry it, or where nobody proposes.
        """
        kind = self._kind()
        cost = self._cost(kind)
        performer_cell = self._chooses_performer(proposals) if cost <= free else None
        if performer_cell is None:
            return 0.0
        system, function, university = performer_cell
        years = 0.5 if kind == "travel" else self.charter.project_years
        grant = self.model.university_grant(self, cost)
        project = Project(self._next_number(), kind, system, function, self.model.month,
                          self.model.month + max(1, round(12 * years)), cost, grant, performer=university,
                          far=self.model.far.item(system), disk=self._is_disk(system))  # fmt: skip
        self._starts(project)
        cell = f"{self.model.systems.names[system]} / {FUNCTIONS[function]}"
        self.model.ledger.note(self.model.month, "project_started", self.name, university.name, f"{kind} project on {cell}")
        return cost

    def _kind(self) -> str:
        draw = self.model.chance.uniform("kind of project", self.model.month, self.started % 4096, self.number)
        if draw < self.charter.travel_share:
            return "travel"
        wants_control = self.model.settings.projects.full_when_short if self.charter.horizon == "short" else 0.0
        return "full" if draw > 1.0 - max(self.charter.full_share, wants_control) else "partial"

    def _cost(self, kind: str) -> float:
        """Yearly cost of a project of a kind now, million US$."""
        told = self.model.settings.projects
        factor = told.travel_factor if kind == "travel" else told.full_factor if kind == "full" else 1.0
        return told.cost_musd * factor * (1.0 + told.cost_growth) ** (self.model.month / 12.0)

    def _chooses_performer(self, proposals: "Proposals") -> "tuple[int, int, University] | None":
        """The cell is drawn by the priority matrix; among the proposals for it, strength, standing and ties decide."""
        chance, month, number = self.model.chance, self.model.month, self.started % 4096
        cell = picked(self.steps, chance.uniform("cell of a project", month, number, self.number))
        if cell is None:
            return None
        system, function = divmod(cell, len(FUNCTIONS))
        pick = picked(proposals.steps(function), chance.uniform("performer of a project", month, number, self.number))
        if pick is None:
            return None
        university = self.model.universities[pick]
        if not university.room():
            proposals.withdraws(pick)
        return system, function, university

    def may_perform(self, university: "University") -> bool:
        """Whether the charter lets a university perform projects; a domestic body works mostly at home."""
        if university.country in self.countries:
            return True
        if self.charter.performers == "domestic":
            return False
        if self.charter.membership == "open":
            return True
        draw = self.model.chance.uniform("contract abroad", 0, university.number, self.number)
        return draw < self.model.settings.academia.abroad_share

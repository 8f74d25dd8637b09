"""Supervision and appraisal: the lead hears monthly, reads quarterly; the review stops what is weak; closing scores."""

from dataclasses import dataclass

import numpy as np

from sim.compiled import compiled
from sim.consortium.calls import Calls
from sim.consortium.projects import FAR, NUMBER, PERFORMER, Project, row_of
from sim.parameters import parameter
from sim.population import FUNCTIONS

OFTEN = {"full": (0.5, 1.0), "partial": (1.0, 0.5), "travel": (0.5, 0.0)}
"""How often, against the settings, a project of each kind publishes and patents."""


@dataclass
class Supervision:
    """How projects are looked after and judged."""

    lead_pull: float = parameter(
        0.25, unit="a quarter", low=0.0, high=1.0, kind="uncertainty",
        source="F66: calls monthly, reports quarterly; level assumed",
        meaning="share of the distance to what its lead can make of a project that is closed in a quarter",
        moves="project_quality_mean +",
    )
    lead_worth: float = parameter(
        0.6, unit="", low=0.0, high=2.0, kind="uncertainty", source="F66; level assumed",
        meaning="quality that a lead who knows everything about the cell adds where the platform reaches everybody",
        moves="project_quality_mean +",
    )
    luck: float = parameter(
        0.10, unit="a quarter", low=0.0, high=0.6, kind="uncertainty", source="assumption",
        meaning="standard deviation of the luck of a project in a quarter, in a middling culture; far projects twice it",
        moves="projects_stopped_total +",
    )
    weak_below: float = parameter(
        0.60, unit="quality", low=0.0, high=1.5, kind="uncertainty",
        source="M12: 0.03-0.04 a year in joint ventures; level assumed",
        meaning="quality below which a project is stopped at the half-yearly review", moves="projects_stopped_total +",
    )
    redirect_below: float = parameter(
        0.25, unit="share of the mean priority", low=0.0, high=2.0, kind="uncertainty",
        source="F66: direction is adjusted; level assumed",
        meaning="priority, against that of the mean cell asked for, below which a review adjusts the direction of a project",
        moves="redirected_share +",
    )
    publications_per_year: float = parameter(
        1.5, unit="a project and year", low=0.0, high=10.0, kind="uncertainty", source="F72: counted; level assumed",
        meaning="publications of a partially funded project of quality one", moves="publications_total +",
    )
    patents_per_year: float = parameter(
        0.15, unit="a project and year", low=0.0, high=2.0, kind="uncertainty",
        source="M17: patents during support; level assumed",
        meaning="patents of a fully funded project of quality one; a partially funded one has half", moves="patents_total +",
    )


class SupervisedResearch(Calls):
    """The part of a consortium that looks after its projects."""

    def aims(self, project: Project, attentive: bool) -> None:
        """Where the lead draws the quality of a project: its know-how in the cell, as far as the platform carries it."""
        supports, told = self.model.settings.supports, self.model.settings.supervision
        known = self.model.firms.know_how.item(project.lead, project.system, project.function)
        reach = 0.4 + 0.6 * supports.platform
        project.target = 0.85 + told.lead_worth * known * reach * (1.0 if attentive else 0.5)

    def reads_reports(self) -> None:
        """Once a quarter: each lead has heard monthly and reads the report; quality moves towards what it can make of it.

        Luck is the greater the bolder the culture; far projects have twice the luck of near ones, for good or ill.
        """
        told, boldness = self.model.settings.supervision, 0.5 + self.model.settings.supports.tolerance_of_failure
        if not self.projects or not self.members:
            return
        inside = set(self.rows.tolist())
        luck = self.model.chance.normals("luck of projects", self.model.month, 256, self.number)
        for project in self.projects:
            if project.lead not in inside and project.performer is not None:
                self.appoints_lead(project)
        quality = np.array([project.quality for project in self.projects])
        target = np.array([project.target for project in self.projects])
        quality_moves(self.sheet[: len(quality)], target, luck, told.lead_pull, told.luck * boldness, quality)
        for project, moved in zip(self.projects, quality.tolist(), strict=True):
            project.quality = moved

    def reviews_projects(self) -> None:
        """Twice a year: weak projects are stopped, the direction of those that nobody wants any more is adjusted."""
        told = self.model.settings.supervision
        least = told.redirect_below * self._mean_priority()
        for project in [p for p in self.projects if p.performer is not None and p.start < self.model.month - 3]:
            if project.quality < told.weak_below:
                self._stop(project, f"weak at the half-yearly review: quality {project.quality:.2f}")
            elif self.matrix.item(project.system, project.function) < least:
                self._adjusts(project)

    def _mean_priority(self) -> float:
        """The mean priority of the cells asked for, until they are ranked anew; zero where none is."""
        if self.book.get("mean priority of") is not self.matrix:
            asked = self.matrix[self.matrix > 0]
            self.book["mean priority of"] = self.matrix
            self.book["mean priority"] = float(asked.sum()) / len(asked) if len(asked) else 0.0
        return self.book["mean priority"]

    def _adjusts(self, project: Project) -> None:
        """A project whose cell has fallen out of the matrix turns to the system of its medium and function most wanted."""
        medium, wanted = self.model.systems.medium, self.matrix
        column = wanted[:, project.function] * (medium == medium[project.system])
        best = int(column.argmax())
        if best != project.system and column[best] > 0:
            self._turns(project, best)

    def _turns(self, project: Project, system: int) -> None:
        old = self.model.systems.names[project.system]
        self.cell_musd[project.system, project.function] -= project.total_musd
        project.turns = (*project.turns, (self.model.month, project.system))
        project.system, project.far = system, self.model.far.item(system)
        self.cell_musd[project.system, project.function] += project.total_musd
        self.sheet[self.projects.index(project)], self._tally = row_of(project), None
        self.model.counters["projects_redirected"] += 1
        self.appoints_lead(project)
        performer = project.performer.name if project.performer is not None else ""
        self.model.ledger.note(self.model.month, "project_redirected", self.name, performer,
                               f"from {old} to {self.model.systems.names[system]} / {FUNCTIONS[project.function]}")  # fmt: skip

    def appraises(self, project: Project) -> None:
        """At its end: short-term scores, and the long-term counts (F71-F73).

        The score is the mean of progress (quality), novelty (what universities did not know) and time (run to its end).
        """
        told, university = self.model.settings.supervision, project.performer
        if university is None:
            return
        years = max(0, min(self.model.month, project.end) - project.start) / 12.0
        novelty = 1.0 - self.model.knowledge.university.item(project.system, project.function)
        on_time = 1.0 if project.stopped is None else 0.0
        project.score = (min(1.0, project.quality / 1.5) + novelty + on_time) / 3.0
        published, patented = OFTEN[project.kind]
        project.publications = told.publications_per_year * published * project.quality * years
        project.patents = told.patents_per_year * patented * project.quality * years
        university.remembers(project.score, project.publications / max(years, 0.5))
        self.counts_results(project)

    def counts_results(self, project: Project) -> None:
        """Add a closed project to the long-term counts of the body."""
        results = self.results
        results["publications"] = results.get("publications", 0.0) + project.publications
        results["patents"] = results.get("patents", 0.0) + project.patents
        results["score"] = results.get("score", 0.0) + project.score
        results["closed"] = results.get("closed", 0.0) + 1.0
        results["quality"] = results.get("quality", 0.0) + project.quality


@compiled
def quality_moves(sheet, target, luck, pull, spread, quality):
    """The quality of university projects moves towards its target, and with the luck of the quarter; never below 0.05."""
    for place in range(len(sheet)):
        row = sheet[place]
        if row[PERFORMER] >= 0.0:
            step = spread * luck[int(row[NUMBER]) % len(luck)] * (1.5 if row[FAR] > 0.0 else 0.75)
            quality[place] = max(0.05, quality[place] + pull * (target[place] - quality[place]) + step)

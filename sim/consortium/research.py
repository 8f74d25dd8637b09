"""What a consortium's committees decide about research: what matters, what is called for, who gets it, what is stopped.

An honest first form: projects cost, run, teach and end; the committees, the roadmap and the supervision in full follow.
"""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.parameters import parameter
from sim.population import DISK, FUNCTIONS, MEDIA
if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.government import Government
    from sim.university import University

KINDS = ("travel", "partial", "full", "joint")


@dataclass
class Projects:
    """What projects cost, teach and risk."""

    cost_musd: float = parameter(
        0.030, unit="million US$ a year", low=0.005, high=0.5, kind="constant", source="C030: under US$37,000 a project, 1996-2010",
        meaning="yearly cost of a partially funded project in the first year", moves="projects_started_total -",
    )
    cost_growth: float = parameter(
        0.03, unit="a year", low=0.0, high=0.1, kind="constant", source="wages, nominal; assumption",
        meaning="growth of the cost of a project", moves="projects_started_total -",
    )
    full_factor: float = parameter(
        3.0, unit="times", low=1.0, high=10.0, kind="uncertainty", source="F64; amounts not published",
        meaning="cost of a fully funded project against a partially funded one", moves="projects_started_total -",
    )
    full_when_short: float = parameter(
        0.60, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F64, F68: control of results in key fields; level assumed",
        meaning="share of fully funded projects where the next product is what counts", moves="projects_started_total -",
    )
    travel_factor: float = parameter(
        0.15, unit="times", low=0.01, high=1.0, kind="uncertainty", source="F64; amounts not published",
        meaning="cost of a travel project against a partially funded one", moves="projects_started_total -",
    )
    effect: float = parameter(
        0.25, unit="times", low=0.0, high=2.0, kind="uncertainty", source="M17, M31; level assumed",
        meaning="know-how a year from a reference amount of project money, against a firm's full effort",
        moves="product_density_2020_gb_in2 +",
    )
    reference_musd: float = parameter(
        1.0, unit="million US$ a year", low=0.05, high=20.0, kind="constant", source="assumption",
        meaning="project money in a cell that counts as one", moves="product_density_2020_gb_in2 -",
    )
    published_share: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F68: rights by kind; level assumed",
        meaning="share of project results that enters the open know-how of universities", moves="product_density_2020_gb_in2 +",
    )
    stop_hazard: float = parameter(
        0.05, unit="a year", low=0.0, high=0.5, kind="uncertainty", source="M12: 0.03-0.04 a year in joint ventures",
        meaning="rate at which weak projects are stopped at a review, in a middling culture", moves="projects_stopped_total +",
    )
    far_long: float = parameter(
        0.50, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F71, F72; level assumed",
        meaning="share of university projects on far systems under a long horizon", moves="far_share_mean +",
    )
    far_short: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F71, F72; level assumed",
        meaning="share of university projects on far systems under a short horizon", moves="far_share_mean +",
    )
    far_public: float = parameter(
        0.65, unit="share", low=0.0, high=1.0, kind="uncertainty", source="M26: public money takes the option nobody funds",
        meaning="share of publicly funded joint ventures on far systems", moves="far_share_mean +",
    )


@dataclass
class Supports:
    """Two of the five supports of an innovation ecology; law, money and talent stand with governments and universities."""

    tolerance_of_failure: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="lever", source="F87, F93: culture",
        meaning="tolerance of failure: appetite for bold and far projects, which are stopped more often",
        moves="projects_stopped_total +",
    )
    platform: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="lever", source="F86: information platform",
        meaning="reach of the information platform: less is done twice", moves="duplication_mean -",
    )
    duplication: float = parameter(
        0.3, unit="share of project money", low=0.0, high=0.8, kind="uncertainty", source="F91: avoid duplicate investment; level assumed",
        meaning="project money that repeats what is known where there is no platform", moves="duplication_mean +",
    )


@dataclass(slots=True)
class Project:
    """One research project: a record, not an agent."""

    number: int
    kind: str
    system: int
    function: int
    start: int
    end: int
    fee_musd: float  # a year, from fees
    public_musd: float = 0.0  # a year, from a government
    match_musd: float = 0.0  # a year, from the members who take part
    performer: "University | None" = None
    far: bool = False
    disk: bool = True
    partners: list[int] = field(default_factory=list)

    @property
    def total_musd(self) -> float:
        """All its money, million US$ a year."""
        return self.fee_musd + self.public_musd + self.match_musd


def drawn(weights: np.ndarray, draw: float) -> int | None:
    """The place that a uniform number picks in proportion to weights; None where all are zero.

    >>> drawn(np.array([0.2, 0.0, 0.6]), 0.3)
    2
    """
    steps = np.cumsum(weights)
    if steps[-1] <= 0:
        return None
    return min(int(np.searchsorted(steps, draw * steps[-1], side="right")), len(steps) - 1)


@dataclass(slots=True)
class Tally:
    """The running projects in sums; money in million US$ a year."""

    academic: int = 0
    disk: int = 0
    fee: float = 0.0
    public: float = 0.0
    match: float = 0.0
    grants: float = 0.0  # public money in university projects
    far: float = 0.0
    performers: int = 0

    @property
    def total(self) -> float:
        """All money, a year."""
        return self.fee + self.public + self.match


def tally(projects: list[Project]) -> Tally:
    """Add up running projects."""
    sums, performers = Tally(), set()
    for project in projects:
        sums.fee += project.fee_musd
        sums.public += project.public_musd
        sums.match += project.match_musd
        sums.far += project.total_musd if project.far else 0.0
        if project.performer is not None:
            sums.academic += 1
            sums.disk += project.disk
            sums.grants += project.public_musd
            performers.add(project.performer.number)
    sums.performers = len(performers)
    return sums


class ResearchManagement:
    """The part of a consortium that calls for, awards, pays and stops projects."""

    def start_research(self) -> None:
        """Begin with an empty portfolio."""
        systems = len(self.model.systems)
        self.projects: list[Project] = []
        self.started = 0
        self._tally: Tally | None = None
        self.cell_musd = np.zeros((systems, len(FUNCTIONS)))  # running money a year per cell
        self.matrix = np.zeros((systems, len(FUNCTIONS)))  # priority of each cell, sums to one
        self.awards = np.zeros((systems, len(FUNCTIONS)))  # university projects started so far per cell
        self.demand = np.zeros((systems, len(FUNCTIONS)))  # sum of the matrices under which they were started

    def running(self) -> Tally:
        """The running projects in sums, added up again after a change."""
        if self._tally is None:
            self._tally = tally(self.projects)
        return self._tally

    # -- what matters -------------------------------------------------------------------------------------------

    def ranks_priorities(self) -> None:
        """Core members rank recording systems × functions; sponsors' money sets the share of each medium (F59).

        The far share follows the horizon of the charter and the tolerance of failure.
        """
        near, far = self._near_and_far()
        told = self.model.settings.projects
        share = told.far_long if self.charter.horizon == "long" else told.far_short
        share = min(1.0, share * (0.5 + self.model.settings.supports.tolerance_of_failure))
        by_medium = self.medium_shares()[self.model.systems.medium]
        systems = by_medium * ((1.0 - share) * near + share * far)
        rows = [firm.number for firm in self.core()] or self.rows
        functions = self.model.firms.function_weights[rows].mean(axis=0)
        cells = systems[:, None] * functions * (1.2 - self.model.knowledge.university)
        self.matrix = cells / cells.sum() if cells.sum() > 0 else cells

    def _near_and_far(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights over systems: what members work on now, and what is published but far; each medium sums to one."""
        systems, firms = self.model.systems, self.model.firms
        published = self.model.published
        near = firms.system_weights[self.rows].mean(axis=0) * published
        far = published * self.model.far * np.maximum(0.05, 0.95 - self.model.best_ready)
        for medium in range(len(MEDIA)):
            of = systems.medium == medium
            for weight in (near, far):
                total = weight[of].sum()
                weight[of] = weight[of] / total if total > 0 else published[of] / max(1, published[of].sum())
        return near, far

    def medium_shares(self) -> np.ndarray:
        """Share of each medium in the project money: the sponsors' part and the common part; sums to one."""
        scope = self.charter.scope()
        rows = self.rows
        fees = self.charter.fee(self.model.storage_revenue[rows])
        sponsored = self.model.firms.focus[rows] * scope
        sponsored = sponsored / np.maximum(sponsored.sum(axis=1, keepdims=True), 1e-9)
        from_sponsors = fees @ sponsored
        total = from_sponsors.sum()
        even = scope / scope.sum()
        common = self.charter.common_share
        return (1 - common) * (from_sponsors / total if total > 0 else even) + common * even

    # -- the yearly budget and the quarterly call ----------------------------------------------------------------

    def yearly_budget(self) -> float:
        """Money for university projects in a year: the projects' share of fees, smoothed by the reserve."""
        saved = self.model.settings.association.roof_saves if self.charter.host == "association" else 0.0
        administration = (1.0 - self.charter.share_to_projects) * (1.0 - saved)
        income = self.yearly_fees * (1.0 - administration)
        fills = 0.0
        if self.reserve < self.charter.reserve_share * self.yearly_fees:
            fills = self.model.settings.treasury.reserve_rate * income
        shortfall = max(0.0, self.last_budget - income)
        draw = min(self.reserve, 0.7 * shortfall)
        return income - fills + draw

    def calls_for_projects(self) -> None:
        """The steering committee fills what the budget leaves free; where nothing is left, running projects stop.

        A cut of share x in a budget of L-year projects cuts new starts by min(1, L·x), and beyond that stops running
        ones, because running projects are commitments.
        """
        budget = self.yearly_budget()
        running = self.running().fee
        surplus = max(0.0, self.model.accounts.held(self.account) - self.reserve - 0.5 * budget)
        free = budget + surplus - running
        if free < -0.05 * budget:
            self.model.ledger.note(self.model.month, "starts_cut", self.name, "", f"running projects take {running:.2f} of "
                                   f"{budget:.2f} million US$ a year")  # fmt: skip
        while running > budget * 1.02 + surplus and self.projects:
            running -= self._stops_weakest("the budget does not carry it")
        slots, proposals = 0, self._proposals() if free > 0 else None
        while free > 0 and slots < 60:
            cost = self._awards_next(proposals)
            if cost <= 0.0:
                break
            free -= cost
            slots += 1

    def _proposals(self) -> np.ndarray:
        """What universities propose to this call, universities × functions: nothing where there is no room or no right."""
        universities = self.model.universities
        may = np.array([u.room() and self.may_perform(u) for u in universities], dtype=float)
        known = np.array([self.number in u.ties for u in universities])
        return self.model.pull_of_universities * (may * np.where(known, 1.0, self.model.settings.academia.newcomers))[:, None]

    def _awards_next(self, proposals: np.ndarray) -> float:
        """Award one project: a kind, the cell most wanted against what runs, a university; returns its yearly cost."""
        kind = self._kind()
        performer_cell = self._chooses_performer(proposals)
        if performer_cell is None:
            return 0.0
        system, function, university = performer_cell
        cost = self._cost(kind)
        years = 0.5 if kind == "travel" else self.charter.project_years
        grant = self.model.university_grant(self, cost)
        project = Project(self._next_number(), kind, system, function, self.model.month,
                          self.model.month + max(1, round(12 * years)), cost, grant, performer=university,
                          far=bool(self.model.far[system]), disk=self._is_disk(system))  # fmt: skip
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
        factor = {"travel": told.travel_factor, "partial": 1.0, "full": told.full_factor}[kind]
        return told.cost_musd * factor * (1.0 + told.cost_growth) ** (self.model.month / 12.0)

    def _chooses_performer(self, proposals: np.ndarray) -> "tuple[int, int, University] | None":
        """The cell is drawn by the priority matrix; among the proposals for it, strength, standing and ties decide."""
        chance, month, number = self.model.chance, self.model.month, self.started % 4096
        cell = drawn(self.matrix.ravel(), chance.uniform("cell of a project", month, number, self.number))
        if cell is None:
            return None
        system, function = divmod(cell, len(FUNCTIONS))
        pick = drawn(proposals[:, function], chance.uniform("performer of a project", month, number, self.number))
        if pick is None:
            return None
        university = self.model.universities[pick]
        if not university.room():
            proposals[pick] = 0.0
        return system, function, university

    def may_perform(self, university: "University") -> bool:
        """Whether the charter lets a university perform projects; a domestic body works mostly at home."""
        if university.country in self.countries:
            return True
        if self.charter.performers == "domestic":
            return False
        return self.charter.membership == "open" or university.number % 4 == 0

    # -- joint ventures with public money ------------------------------------------------------------------------

    def eligible(self, government: "Government") -> list["Firm"]:
        """Members whom a government may fund: judged per applicant, by the country of the ultimate owner."""
        if not self.charter.public_money or government.country not in self.countries:
            return []
        return [f for f in self.members if not government.funding.domestic_only or f.country == government.country]

    def proposals(self, government: "Government") -> int:
        """Joint ventures it proposes to a government in a year."""
        keeps = self.model.settings.governance.roof_keeps if self.charter.host == "association" else 1.0
        return round(keeps * government.funding.proposals_per_member * len(self.eligible(government)))

    def starts_joint(self, public_musd: float, match_musd: float, years: float, number: int) -> None:
        """Start a joint venture of members: a cell of the far systems or of the matrix, money a year."""
        chance, month = self.model.chance, self.model.month
        near, far = self._near_and_far()
        wanted = self.model.settings.projects.far_public if public_musd > 0 else 0.3
        is_far = chance.uniform("far joint venture", month, number, self.number) < wanted
        shares = self.medium_shares()[self.model.systems.medium] * (far if is_far else near)
        system = drawn(shares, chance.uniform("joint system", month, number, self.number)) or 0
        function = int(chance.uniform("joint function", month, number, self.number) * len(FUNCTIONS))
        end = month + max(1, round(12 * years))
        self._starts(Project(self._next_number(), "joint", system, function, month, end, 0.0, public_musd, match_musd,
                             far=is_far, disk=self._is_disk(system), partners=[f.number for f in self.members]))  # fmt: skip

    # -- running -------------------------------------------------------------------------------------------------

    def _is_disk(self, system: int) -> bool:
        return bool(self.model.systems.medium[system] == DISK)

    def _next_number(self) -> int:
        self.started += 1
        return self.started

    def _starts(self, project: Project) -> None:
        self.projects.append(project)
        self._tally = None
        self.cell_musd[project.system, project.function] += project.total_musd
        if project.performer is not None:
            performer = project.performer
            performer.projects += 1
            performer.industry_musd += project.fee_musd
            performer.public_musd += project.public_musd
            performer.ties.add(self.number)
            self.universities_ever.add(performer.number)
            self.awards[project.system, project.function] += 1
            self.demand += self.matrix
        self.model.counts_start(self, project)

    def _ends(self, project: Project) -> None:
        self.projects.remove(project)
        self._tally = None
        self.cell_musd[project.system, project.function] -= project.total_musd
        if project.performer is not None:
            project.performer.projects -= 1
            project.performer.industry_musd -= project.fee_musd
            project.performer.public_musd -= project.public_musd

    def drops(self, project: Project) -> None:
        """A project ends with its consortium."""
        self._ends(project)

    def hands_over(self, project: Project, heir) -> None:
        """A running project goes on under another consortium."""
        self._ends(project)
        heir.receives(project)

    def receives(self, project: Project) -> None:
        """Take over a running project; it is not counted as a start."""
        project.number = self._next_number()
        self.projects.append(project)
        self._tally = None
        self.cell_musd[project.system, project.function] += project.total_musd
        if project.performer is not None:
            project.performer.projects += 1
            project.performer.industry_musd += project.fee_musd
            project.performer.public_musd += project.public_musd
            project.performer.ties.add(self.number)
            self.universities_ever.add(project.performer.number)

    def hands_over_projects(self, heir, medium: str) -> None:
        """The projects of a programme go along with those who leave; publicly funded joint ventures stay."""
        for project in list(self.projects):
            on_medium = MEDIA[self.model.systems.medium[project.system]] == medium
            if on_medium and project.performer is not None and project.public_musd == 0.0:
                self.hands_over(project, heir)

    def closes_projects(self) -> None:
        """Once a month: projects that have run their time end."""
        month = self.model.month
        if not any(project.end <= month for project in self.projects):
            return
        for project in [p for p in self.projects if p.end <= month]:
            self._ends(project)
            self.model.counts("projects_finished", self)

    def pays_projects(self) -> None:
        """Once a month: fees, governments and taking-part members pay what the running projects cost."""
        accounts, sums = self.model.accounts, self.running()
        fee, public, match = sums.fee / 12.0, sums.public / 12.0, sums.match / 12.0
        if public > 0:
            accounts.pay("taxpayers", self.account, public)
            self.last_public = self.model.month
        accounts.pay(self.account, "project costs", fee + public)
        if match > 0 and self.members:
            rows = self.rows
            accounts.collect(self.model.firms.account[rows], "project costs", np.full(len(rows), match / len(rows)))
        self.flows["public_money_musd"] += public
        self.flows["match_musd"] += match
        self.flows["project_public_musd"] += sums.grants / 12.0
        self.flows["project_private_musd"] += fee

    def reviews_projects(self) -> None:
        """Twice a year: weak projects are stopped, the more of them the bolder the culture lets them be."""
        told, supports = self.model.settings.projects, self.model.settings.supports
        for project in list(self.projects):
            bold = (0.4 + 1.2 * supports.tolerance_of_failure) * (1.5 if project.far else 0.7)
            chance = 1.0 - math.exp(-0.5 * told.stop_hazard * bold)
            if self.model.chance.uniform("review", self.model.month, project.number % 4096, self.number) < chance:
                self._stop(project, "weak at the half-yearly review")

    def _stops_weakest(self, why: str) -> float:
        """Stop the youngest project paid from fees; returns the yearly money it frees."""
        paid = [p for p in self.projects if p.fee_musd > 0]
        if not paid:
            return math.inf
        return self._stop(paid[-1], why)

    def _stop(self, project: Project, why: str) -> float:
        self._ends(project)
        self.model.counts("projects_stopped", self)
        cell = f"{self.model.systems.names[project.system]} / {FUNCTIONS[project.function]}"
        self.model.ledger.note(self.model.month, "project_stopped", self.name, cell, why)
        return project.fee_musd

    def teaches(self, years: float) -> None:
        """Once a quarter: results of running projects reach members by tier, outsiders less, universities in part."""
        model, told = self.model, self.model.settings.projects
        supports = model.settings.supports
        wasted = supports.duplication * (1.0 - supports.platform)
        bold = 0.8 + 0.4 * supports.tolerance_of_failure
        gain = self._gain(years) * (1.0 - wasted) * bold
        access = np.full(model.firms.count, model.settings.membership.outsiders_learn)
        access[self.rows] = model.settings.treasury.tier_access ** self.tiers()
        model.knowledge.deliver(model.firms, gain, access)
        model.knowledge.open_results(gain * told.published_share)

    def _gain(self, years: float) -> np.ndarray:
        told, systems = self.model.settings.projects, self.model.systems
        ease = systems.ease * self.model.settings.technology.ease * told.effect
        return years * ease[:, None] * np.sqrt(np.maximum(self.cell_musd, 0.0) / told.reference_musd)

    def trains(self) -> None:
        """Once a year: students of university projects go to members, more to those who do more research."""
        academic = sum(project.performer is not None for project in self.projects)
        students = academic * self.model.settings.academia.students_per_project_year
        if students == 0 or not self.members:
            return
        rows = self.rows
        weight = np.sqrt(self.model.firms.research[rows] + 0.1)
        self.model.firms.students[rows] += students * weight / weight.sum()
        self.model.counts("students_total", self, students)

    def keeps_reserve(self) -> None:
        """Once a year: the reserve is what is left of the account, up to what the charter allows."""
        held = max(0.0, self.model.accounts.held(self.account))
        told = self.model.settings.treasury
        grown = self.reserve + told.reserve_rate * self.yearly_fees
        self.reserve = min(held, grown, self.charter.reserve_share * self.yearly_fees) if self.yearly_fees else held
        self.last_budget = self.yearly_budget()

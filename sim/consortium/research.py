"""What a consortium's committees decide about research: what matters, what is called for, who gets it, what is stopped.

Committees, roadmap, matrix, proposals, calls and supervision stand in the files beside this one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.consortium.minutes import Minutes
from sim.consortium.priorities import Priorities
from sim.consortium.projects import CONTROLLED, FEE, FUNCTION, KINDS, MATCH, PUBLIC, SYSTEM, Project, Tally, drawn, tally
from sim.consortium.supervision import SupervisedResearch
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.government import Government

__all__ = ["KINDS", "Project", "Projects", "ResearchManagement", "Supports", "Tally", "drawn", "tally"]


@dataclass
class Projects:
    """What projects cost, teach and risk."""

    cost_musd: float = parameter(
        0.030, unit="million US$ a year", low=0.005, high=0.5, kind="constant",
        source="C030: under US$37,000 a project, 1996-2010",
        meaning="yearly cost of a partially funded project in the first year", moves="projects_started_total -",
    )
    cost_growth: float = parameter(
        0.03, unit="a year", low=0.0, high=0.1, kind="constant", source="wages, nominal; assumption",
        meaning="growth of the cost of a project", moves="projects_started_total -",
    )
    full_factor: float = fitted(
        "projects.full_factor", unit="times", low=1.0, high=10.0, source="F64; amounts not published",
        meaning="cost of a fully funded project against a partially funded one", moves="projects_started_total -",
        prior=Prior(2, 5, "F64: full funding against a part; amounts are not published"),
    )
    full_when_short: float = parameter(
        0.60, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="F64, F68: control of results in key fields; level assumed",
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
    control_leaks: float = parameter(
        0.3, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F68: members control full projects; level assumed",
        meaning="share of the results of fully funded projects that leaves the members all the same",
        moves="product_density_2000_gb_in2 +",
    )
    joint_work_half_musd: float = parameter(
        0.15, unit="million US$ a year", low=0.01, high=2.0, kind="uncertainty", source="F62; level assumed",
        meaning="money for members' own specifications and benchmarks at which half of what they can bring is reached",
        moves="joint_work_mean -",
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
        0.3, unit="share of project money", low=0.0, high=0.8, kind="uncertainty",
        source="F91: avoid duplicate investment; level assumed",
        meaning="project money that repeats what is known where there is no platform", moves="duplication_mean +",
    )


class ResearchManagement(Priorities, SupervisedResearch):
    """The part of a consortium that calls for, awards, pays, supervises and shares projects."""

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
        near, far = self.near_and_far()
        wanted = self.model.settings.projects.far_public if public_musd > 0 else 0.3
        is_far = chance.uniform("far joint venture", month, number, self.number) < wanted
        shares = self.medium_shares()[self.model.systems.medium] * (far if is_far else near)
        system = drawn(shares, chance.uniform("joint system", month, number, self.number)) or 0
        function = int(chance.uniform("joint function", month, number, self.number) * len(FUNCTIONS))
        end = month + max(1, round(12 * years))
        self._starts(Project(self._next_number(), "joint", system, function, month, end, 0.0, public_musd, match_musd,
                             far=is_far, disk=self._is_disk(system), partners=[f.number for f in self.members]))  # fmt: skip

    # -- what comes of it ----------------------------------------------------------------------------------------

    def teaches(self, years: float) -> None:
        """Once a quarter: results reach members by tier, outsiders and universities by kind of project (F67, F68).

        Members control what full projects find: little of it leaves. Partial projects are free to use for members and
        published in part; what travel brings is published.
        """
        model, told = self.model, self.model.settings.projects
        if not self.projects:
            return
        supports = model.settings.supports
        quality = np.array([project.quality for project in self.projects])
        gain, abroad = np.empty(self.cell_musd.shape), np.empty(self.cell_musd.shape)
        pace = years * model.settings.technology.ease * told.effect
        bold, near = 0.5 + supports.tolerance_of_failure, 0.9 + 0.2 * supports.tolerance_of_failure
        wasted = supports.duplication * (1.0 - supports.platform)
        found, leaves, alike, spent = results_of_projects(
            self.sheet[: len(quality)], quality, model.far, model.systems.ease, told.reference_musd, pace * bold, pace * near,
            wasted, told.control_leaks, self.cell_musd, gain, abroad)  # fmt: skip
        inside, outside = self._access()
        self._has_a_place_for_what_is_taken_up(len(inside))
        is_taken_up(self.taken_up, inside, outside, model.firms.absorptive, found, leaves)
        model.knowledge.deliver(model.firms, gain, inside)
        model.knowledge.deliver(model.firms, abroad, outside)
        model.knowledge.open_results(abroad * told.published_share)
        alike, results = years * supports.duplication * alike, self.results
        results["duplicated_musd"] = results.get("duplicated_musd", 0.0) + alike * (1.0 - supports.platform)
        results["avoided_musd"] = results.get("avoided_musd", 0.0) + alike * supports.platform
        results["spent_musd"] = results.get("spent_musd", 0.0) + years * spent

    def _has_a_place_for_what_is_taken_up(self, firms: int) -> None:
        """Make room in what each firm took up for those born since."""
        missing = firms - len(self.taken_up)
        if missing > 0:
            self.taken_up = np.concatenate([self.taken_up, np.zeros(missing + 32)])

    def _access(self) -> tuple[np.ndarray, np.ndarray]:
        """How much of the results reaches each member, and how much of what leaves the members each other firm; by number.

        Reckoned anew when standing or firms have changed.
        """
        key = self.standing(), self.model.firms.count
        if self.book.get("access of", (None,))[0] is not key[0] or self.book["access of"] != key:
            told, inside, outside = self.model.settings, np.empty(key[1]), np.empty(key[1])
            who_may_read(key[0].rows, key[0].tiers, told.treasury.tier_access, told.membership.outsiders_learn, inside, outside)
            self.book["access of"], self.book["access"] = key, (inside, outside)
        return self.book["access"]

    def works_together(self) -> None:
        """Once a quarter: part of the income goes to members' own specifications and benchmarks (F62).

        What is worked out grows towards one with the money and ages by a tenth in a quarter.
        """
        told = self.model.settings.projects
        spare = self.model.accounts.held(self.account) - self._still_costs(3)  # projects come first
        money = min(0.25 * self.charter.joint_work_share * self.yearly_income(), max(0.0, spare))
        if money > 0:
            self.model.accounts.pay(self.account, "project costs", money)
            self.flows["joint_work_musd"] += money
        pace = 4.0 * money / (4.0 * money + told.joint_work_half_musd)
        self.joint_work += 0.1 * (pace - self.joint_work)

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

    def writes_minutes(self) -> None:
        """Once a year: who sits where and in which tier every member stands, matrix and working groups, for the record."""
        standing = self.standing()
        self.last_tiers.update(zip(standing.rows.tolist(), (standing.tiers + 1).tolist(), strict=True))
        self.model.minutes.append(Minutes(int(self.model.year), self.number, self.committees(), self.matrices, self.sent,
                                          self.book.get("groups", ())))  # fmt: skip

    def keeps_reserve(self) -> None:
        """Once a year: the reserve is what is left of the account, up to what the charter allows."""
        held = max(0.0, self.model.accounts.held(self.account))
        told = self.model.settings.treasury
        grown = self.reserve + told.reserve_rate * self.yearly_fees
        self.reserve = min(held, grown, self.charter.reserve_share * self.yearly_fees) if self.yearly_fees else held
        self.last_budget = self.yearly_budget()


@compiled
def results_of_projects(sheet, quality, far, ease, reference_musd, bold, near, wasted, control_leaks, cell_musd, gain,
                        abroad):  # fmt: skip
    """What the running money of each cell adds to know-how, S × F: its root over the reference, more boldly on far systems.

    `abroad` is what of it leaves the members. Returns the sums of both, of money that repeats the same work, and of all.
    """
    money, open_part, repeated = np.zeros(gain.shape), np.zeros(gain.shape), np.zeros(gain.shape)
    money_by_cell(sheet, quality, money, open_part, repeated)
    found, leaves, alike, spent = 0.0, 0.0, 0.0, 0.0
    for system in range(len(ease)):
        pace = ease[system] * (bold if far[system] else near)
        for function in range(gain.shape[1]):
            new = 1.0 - wasted * repeated[system, function]
            free = open_part[system, function]
            gain[system, function] = pace * np.sqrt(max(money[system, function], 0.0) / reference_musd) * new
            abroad[system, function] = gain[system, function] * (free + control_leaks * (1.0 - free))
            found += gain[system, function]
            leaves += abroad[system, function]
            alike += repeated[system, function] * cell_musd[system, function]
            spent += cell_musd[system, function]
    return found, leaves, alike, spent


@compiled
def is_taken_up(taken_up, inside, outside, absorptive, found, leaves):
    """What each firm takes up of the results that reach it, in know-how summed over cells."""
    for firm in range(len(inside)):
        taken_up[firm] += (inside[firm] * found + outside[firm] * leaves) * absorptive[firm]


@compiled
def who_may_read(members, tiers, tier_access, outsiders_learn, inside, outside):
    """How much of the results reaches each firm as a member, by its tier, and how much of what leaves them as an outsider."""
    for firm in range(len(inside)):
        inside[firm], outside[firm] = 0.0, outsiders_learn
    for place in range(len(members)):
        inside[members[place]], outside[members[place]] = tier_access ** float(tiers[place]), 0.0


@compiled
def money_by_cell(sheet, quality, money, open_part, repeated):
    """By cell: money a year times quality, the part of it whose results are open, and how much repeats the same work.

    All three come as zeros. Of n projects in a cell all but one may repeat another: 1 - 1/n.
    """
    for place in range(len(sheet)):
        row = sheet[place]
        system, function = int(row[SYSTEM]), int(row[FUNCTION])
        worth = (row[FEE] + row[PUBLIC] + row[MATCH]) * quality[place]
        money[system, function] += worth
        repeated[system, function] += 1.0
        if row[CONTROLLED] == 0.0:
            open_part[system, function] += worth
    for system in range(money.shape[0]):
        for function in range(money.shape[1]):
            open_part[system, function] /= max(money[system, function], 1e-12)
            repeated[system, function] = 1.0 - 1.0 / max(repeated[system, function], 1.0)

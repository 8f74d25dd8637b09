"""What universities propose to a call: where, what kind, with whom, what they ask for; and how it is scored."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import compiled
from sim.consortium.committees import TECHNICAL, WHOLE, Committees, Seat
from sim.consortium.projects import RIGHTS
from sim.parameters import parameter
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.university import University


Seats = tuple[Seat, ...]
ASKED = ("proposals", "function proposed", "system proposed", "kind", "partner", "resources")  # what chance is asked in a call


@dataclass
class Calls:
    """How universities propose and how their proposals are scored."""

    follows_matrix: float = parameter(
        1.0, unit="", low=0.0, high=3.0, kind="uncertainty", source="F59: the matrix is sent out before the call; level assumed",
        meaning="how strongly universities propose where the priority matrix asks, against where they are strong",
        moves="cells_effective -",
    )
    offers_draw: float = parameter(
        0.5, unit="share", low=0.0, high=3.0, kind="uncertainty", source="F61: equipment and internships attract; level assumed",
        meaning="how many more proposals come where members offer equipment and internships in full",
        moves="proposals_per_award +",
    )
    wants_partner: float = parameter(
        0.4, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="F65: joint application strongly encouraged; level assumed",
        meaning="share of proposals for which a university asks a member to apply together", moves="joint_share +",
    )
    joint_bonus: float = parameter(
        0.5, unit="", low=0.0, high=3.0, kind="lever", source="F63, F65; level assumed",
        meaning="what a joint application adds to the score of a proposal", moves="joint_share +",
    )
    record_weight: float = parameter(
        1.0, unit="", low=0.0, high=4.0, kind="uncertainty", source="F65: track record; level assumed",
        meaning="weight of strength, reputation and record in the score of a proposal", moves="universities_total -",
    )
    equipment_cost: float = parameter(
        0.15, unit="share of cost", low=0.0, high=1.0, kind="uncertainty", source="F61, F65: equipment asked for; level assumed",
        meaning="what a project costs less where a member lends the equipment that it asks for", moves="projects_started_total +",
    )
    least_score: float = parameter(
        0.2, unit="", low=-3.0, high=3.0, kind="uncertainty", source="M34: one proposal in three to nine succeeds; level assumed",
        meaning="score below which no proposal is awarded, whatever money is left", moves="joint_share +, proposals_per_award +",
    )
    reviewers_noise: float = parameter(
        0.3, unit="", low=0.0, high=2.0, kind="uncertainty", source="assumption", meaning="spread of what reviewers overlook",
        moves="joint_share -",
    )
    permuted: bool = parameter(
        False, unit="", kind="lever", source="pattern P17: a permuted matrix moves the awards",
        meaning="send out and award by a matrix whose cells are exchanged, an experiment", moves="matrix_award_correlation -",
    )


@dataclass(slots=True)
class Proposal:
    """One application (F65): what it is about, when it delivers, what it costs, who stands behind it, what it asks for."""

    place: int  # in the call
    university: "University"
    kind: str
    system: int
    function: int
    years: float
    cost_musd: float  # a year, from fees
    students: float  # a year
    partner: "Firm | None"  # the firm that applies together
    equipment: bool  # whether it asks members for equipment
    internships: bool  # whether its students want to work at members
    record: float  # strength in the function, reputation and closed projects
    score: float = 0.0

    @property
    def milestones(self) -> list[int]:
        """Months after the start at which it reports: every half-year, and at its end."""
        end = max(1, round(12 * self.years))
        return [*range(6, end, 6), end]

    def budget(self) -> dict[str, float]:
        """What the yearly money goes to, million US$: students and staff, overhead, travel, equipment."""
        travel = self.cost_musd * (0.8 if self.kind == "travel" else 0.08)
        rest = self.cost_musd - travel
        return {"labour": 0.62 * rest, "overhead": 0.28 * rest, "travel": travel, "equipment": 0.10 * rest}

    def rights(self) -> str:
        """Who holds the results (F68)."""
        return RIGHTS[self.kind]


class Proposals(Committees):
    """The part of a consortium to which universities propose."""

    def proposals_received(self, branch: str) -> list[Proposal]:
        """The proposals to this quarter's call of a branch, scored; universities decide how many, where and with whom.

        A university proposes the more often, the more staff it has; less often without ties, more often where members
        offer equipment and internships. It chooses a function by its strength and the matrix, a system by the matrix and
        by its orientation: applied to near systems, basic to far ones.
        """
        model, month = self.model, self.model.month
        numbers = self._performers(branch)
        if not len(numbers):
            return []
        place, count = self.number * 4 + self.branches().index(branch), len(model.universities)
        often, on_function, on_system, *asked = model.chance.uniforms_of(ASKED, month, count, place)
        numbers = numbers[self._eagerness(numbers, branch) + often[numbers] >= 1.0]
        system, function = np.empty((2, len(numbers)), dtype=np.int64)
        where_they_propose(numbers, self.sent[branch], model.settings.calls.follows_matrix, model.strengths, model.applied,
                           model.far, on_function, on_system, system, function)  # fmt: skip
        standing = model.strengths[numbers, function] + model.standing_of_universities[numbers]
        told = [draws[numbers].tolist() for draws in asked]
        noise = model.chance.normals("reviewers", month, count, place)[numbers].tolist()
        cost = {kind: self.cost_of(kind) for kind in ("travel", "partial", "full")}
        seats = self.committee(TECHNICAL, branch).seats
        rows = zip(numbers.tolist(), system.tolist(), function.tolist(), standing.tolist(), *told, noise, strict=True)
        return [self._proposal(branch, seats, cost, model.universities[number], *said)
                for number, *said in rows if said[0] >= 0]  # fmt: skip

    def _proposal(self, branch: str, seats: Seats, costs: dict[str, float], university: "University", system: int, function: int,
                  record: float, draw: float, asks: float, resources: float, noise: float) -> Proposal:  # fmt: skip
        """One university's proposal, with a partner where it asks for one and finds one."""
        model, told = self.model, self.model.settings.calls
        kind = self._kind(draw)
        partner = self._partner(seats, function, university.number) if asks < told.wants_partner else None
        offered = self.charter.offers
        equipment = resources < 0.5
        lent = told.equipment_cost * offered if equipment else 0.0
        cost = costs[kind] * (1.0 - lent)
        record += university.record_of(self.charter.horizon)
        years = 0.5 if kind == "travel" else self.charter.project_years
        made = Proposal(university.number, university, kind, system, function, years, cost,
                        model.settings.academia.students_per_project_year, partner, equipment, resources > 0.3,
                        record)  # fmt: skip
        made.score = sum(self.score_of(made, branch).values()) + told.reviewers_noise * noise
        return made

    def score_of(self, proposal: Proposal, branch: str) -> dict[str, float]:
        """The terms of a score: record of the applicant, priority of the cell, a firm beside it, what students it trains."""
        told, matrix = self.model.settings.calls, self.sent[branch]
        far = self.model.far.item(proposal.system)
        short = self.charter.horizon == "short"
        return {
            "record": told.record_weight * (proposal.record - 1.2),
            "priority": 0.5 * matrix.item(proposal.system, proposal.function) / self._highest(matrix),
            "joint application": told.joint_bonus if proposal.partner is not None else 0.0,
            "students": 0.2 * proposal.students,
            "horizon": 0.2 if far != short else -0.2,  # a short horizon prefers the near, a long one the far (F71, F72)
        }

    def _highest(self, matrix: np.ndarray) -> float:
        """The priority of the cell most wanted."""
        if self.book.get("highest of") is not matrix:
            self.book["highest of"], self.book["highest"] = matrix, max(float(matrix.max()), 1e-12)
        return self.book["highest"]

    def _partner(self, seats: Seats, function: int, place: int) -> "Firm | None":
        """The technical member whose R&D is most on a function is asked to apply together; it decides."""
        if not seats:
            return None
        needs, steps = self._needs_of(seats)[function]
        draw = self.model.chance.uniform("partner asked", self.model.month, place, self.number)
        pick = min(bisect_left(steps, draw * steps[-1]), len(seats) - 1)
        firm = seats[pick].firm
        return firm if firm.co_applies(self, needs[pick], place) else None

    def _needs_of(self, seats: Seats) -> list[tuple[list[float], list[float]]]:
        """By function, how much of each member's R&D is on it, and the running sums; until seats are given anew."""
        if self.book.get("needs of") is not seats:
            needs = self.model.firms.function_weights[[seat.firm.number for seat in seats]].T
            self.book["needs of"] = seats
            self.book["needs"] = list(zip(needs.tolist(), np.cumsum(needs, axis=1).tolist(), strict=True))
        return self.book["needs"]

    def _eagerness(self, numbers: np.ndarray, branch: str) -> np.ndarray:
        """Proposals that each university writes in a quarter, on average."""
        told, model = self.model.settings.academia, self.model
        if self.book.get("ties") != self.ties:
            self.book["ties"] = self.ties
            self.book["tied"] = np.array([1.0 if self.number in each.ties else told.newcomers for each in model.universities])
        offers = 1.0 + model.settings.calls.offers_draw * self.charter.offers
        return 0.25 * told.proposals_per_year * offers * self.book["tied"][numbers] * model.staff[numbers] / 10.0

    def _performers(self, branch: str) -> np.ndarray:
        """Numbers of the universities that may perform for a branch and have room."""
        if self.book.get("performers of") is not self.charter:
            self.book["performers of"] = self.charter
            may = [university.number for university in self.model.universities if self.may_perform(university)]
            branches, country = self.branches(), {n: self.model.universities[n].country for n in may}
            self.book["performers"] = {b: [n for n in may if country[n] not in branches or b in (WHOLE, country[n])]
                                       for b in branches}  # fmt: skip
        return np.array([n for n in self.book["performers"][branch] if self.model.universities[n].room()], dtype=np.int64)

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

    def _kind(self, draw: float) -> str:
        if draw < self.charter.travel_share:
            return "travel"
        wants_control = self.model.settings.projects.full_when_short if self.charter.horizon == "short" else 0.0
        return "full" if draw > 1.0 - max(self.charter.full_share, wants_control) else "partial"

    def cost_of(self, kind: str) -> float:
        """Yearly cost of a project of a kind now, million US$."""
        told = self.model.settings.projects
        factor = {"travel": told.travel_factor, "partial": 1.0, "full": told.full_factor}[kind]
        return told.cost_musd * factor * (1.0 + told.cost_growth) ** (self.model.month / 12.0)


@compiled
def where_they_propose(numbers, matrix, follows_matrix, strengths, applied, far, draws_function, draws_system, system, function):
    """The cell that each university of `numbers` proposes in; system -1 where the matrix asks for nothing in its function.

    A function is drawn by the matrix and by strength squared, a system by the matrix and by orientation.
    """
    systems, functions = matrix.shape
    asked = np.zeros(functions)
    for f in range(functions):
        for s in range(systems):
            asked[f] += matrix[s, f]
        asked[f] = (asked[f] + 1e-4) ** follows_matrix
    by_function, by_system = np.empty(functions), np.empty(systems)
    for place in range(len(numbers)):
        university = numbers[place]
        for f in range(functions):
            by_function[f] = asked[f] * strengths[university, f] ** 2
        function[place] = picks(by_function, draws_function[university])
        for s in range(systems):
            lean = 1.5 - applied[university] if far[s] else 0.5 + applied[university]
            by_system[s] = matrix[s, function[place]] * lean
        system[place] = picks(by_system, draws_system[university])


@compiled
def picks(weights, draw):
    """The place that a uniform number picks in proportion to weights, which become running sums; -1 where all are zero."""
    for place in range(1, len(weights)):
        weights[place] += weights[place - 1]
    place = 0
    while place < len(weights) - 1 and weights[place] <= draw * weights[-1]:
        place += 1
    return place if weights[-1] > 0.0 else -1


def in_words(proposal: Proposal, names: list[str]) -> dict[str, Any]:
    """A proposal as a row of a table."""
    return {"university": proposal.university.name, "kind": proposal.kind, "system": names[proposal.system],
            "function": FUNCTIONS[proposal.function], "years": proposal.years, "cost_musd": proposal.cost_musd,
            "partner": proposal.partner.name if proposal.partner is not None else "", "score": proposal.score}  # fmt: skip

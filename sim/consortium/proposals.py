"""What universities propose to a call: where, what kind, with whom, what they ask for; and how it is scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import compiled
from sim.consortium.committees import TECHNICAL, WHOLE, Committee, Committees
from sim.consortium.projects import KINDS, RIGHTS
from sim.decisions import overrides
from sim.firm.committees import CommitteeDecisions, apply_together, chances_to_apply
from sim.parameters import parameter
from sim.population import FUNCTIONS
from sim.university import University, rooms_and_records

if TYPE_CHECKING:
    from sim.firm import Firm


ASKED = ("proposals", "function proposed", "system proposed", "kind", "partner", "resources")  # what chance is asked in a call
ASKED_OF_MEMBERS = ("partner asked", "apply together")
SCORED = ("record", "priority", "joint application", "students", "horizon")  # the terms of a score
TRAVEL, PARTIAL, FULL = KINDS.index("travel"), KINDS.index("partial"), KINDS.index("full")
COLUMNS = 11  # of a table of proposals; -1 stands for no partner
UNIVERSITY, KIND, SYSTEM, FUNCTION, COST, EQUIPMENT, INTERNSHIPS, PARTNER, NEED, RECORD, SCORE = range(COLUMNS)


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


class Received(Sequence[Proposal]):
    """The proposals to a call in columns, universities in order; one is put into words when somebody reads it."""

    def __init__(self, body: "Proposals", table: np.ndarray) -> None:
        self.body = body
        self.table = table  # a row each, in the columns named above

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        number, kind, system, function, cost, equipment, internships, partner, _, record, score = self.table[place].tolist()
        model, university = self.body.model, self.body.model.universities[int(number)]
        years = 0.5 if kind == TRAVEL else self.body.charter.project_years
        return Proposal(university.number, university, KINDS[int(kind)], int(system), int(function), years, cost,
                        model.settings.academia.students_per_project_year,
                        model.firm(int(partner)) if partner >= 0 else None, equipment > 0.0, internships > 0.0, record,
                        score)  # fmt: skip


class Proposals(Committees):
    """The part of a consortium to which universities propose."""

    def proposals_received(self, branch: str) -> Sequence[Proposal]:
        """The proposals to this quarter's call of a branch, scored; universities decide how many, where and with whom.

        A university proposes the more often, the more staff it has; less often without ties, more often where members
        offer equipment and internships. It chooses a function by its strength and the matrix, a system by the matrix and
        by its orientation: applied to near systems, basic to far ones.
        """
        model, month, charter = self.model, self.model.month, self.charter
        may, told, place = self._may_perform(branch), model.settings.calls, self.number * 4 + self.branches().index(branch)
        if not len(may):
            return []
        academia, matrix, count = model.settings.academia, self.sent[branch], len(model.universities)
        desk = self.committee(TECHNICAL, branch)
        draws = model.chance.uniforms_of(ASKED, month, count, place)
        asked = model.chance.uniforms_of(ASKED_OF_MEMBERS, month, count, self.number)
        often = 0.25 * academia.proposals_per_year * (1.0 + told.offers_draw * charter.offers)
        costs = self.cost_of("travel"), self.cost_of("partial"), self.cost_of("full")
        table = np.empty((len(may), COLUMNS))
        rooms, records = self._rooms_and_records()
        made = what_is_proposed(may, rooms, self._ties(), model.staff, often, draws, asked, matrix, told.follows_matrix,
                                model.strengths, model.applied, model.far, charter.travel_share, self._wants_control(),
                                told.wants_partner, desk.rows, *self._needs_of(desk), *costs,
                                told.equipment_cost * charter.offers, table)  # fmt: skip
        table = table[:made]
        if overrides(model.firm_class, CommitteeDecisions, "co_applies"):
            self._asks_partners(table)
        scores_of_proposals(table, model.strengths, model.standing_of_universities, records, matrix, model.far,
                            charter.horizon == "short", told.record_weight, told.joint_bonus, self._highest(matrix),
                            academia.students_per_project_year, told.reviewers_noise,
                            model.chance.normals("reviewers", month, count, place))  # fmt: skip
        return Received(self, table)

    def score_of(self, proposal: Proposal, branch: str) -> dict[str, float]:
        """The terms of a score: record of the applicant, priority of the cell, a firm beside it, what students it trains.

        A short horizon prefers the near, a long one the far (F71, F72).
        """
        told, matrix, terms = self.model.settings.calls, self.sent[branch], np.empty(len(SCORED))
        terms_of_score(proposal.record, matrix.item(proposal.system, proposal.function) / self._highest(matrix),
                       proposal.partner is not None, proposal.students, self.model.far.item(proposal.system),
                       self.charter.horizon == "short", told.record_weight, told.joint_bonus, terms)  # fmt: skip
        return dict(zip(SCORED, terms.tolist(), strict=True))

    def _highest(self, matrix: np.ndarray) -> float:
        """The priority of the cell most wanted."""
        if self.book.get("highest of") is not matrix:
            self.book["highest of"], self.book["highest"] = matrix, max(float(matrix.max()), 1e-12)
        return self.book["highest"]

    def _asks_partners(self, table: np.ndarray) -> None:
        """The members asked to apply together decide one by one, where a subclass decides otherwise than all do."""
        for row in table[table[:, PARTNER] >= 0]:
            firm = self.model.firm(int(row[PARTNER]))
            if not firm.co_applies(self, float(row[NEED]), int(row[UNIVERSITY])):
                table[table[:, UNIVERSITY] == row[UNIVERSITY], PARTNER] = -1

    def _needs_of(self, desk: Committee) -> tuple[np.ndarray, np.ndarray]:
        """How much of each member's R&D is on each function, and with what chance it applies together when it is asked.

        Until seats are given anew. Where a subclass decides otherwise, all are asked: the chance is one.
        """
        if self.book.get("needs of") is not desk:
            needs = self.model.firms.function_weights.take(desk.rows, axis=0)
            agrees = np.empty(needs.shape)
            if overrides(self.model.firm_class, CommitteeDecisions, "co_applies"):
                agrees.fill(1.0)
            else:
                weights = apply_together(self.model.settings.committees, 1.0, self.charter.offers)
                chances_to_apply(needs, *weights.values(), agrees)
            self.book["needs of"], self.book["needs"] = desk, (needs, agrees)
        return self.book["needs"]

    def _ties(self) -> np.ndarray:
        """How easily each university is chosen: less easily without ties to the body."""
        if self.book.get("ties") != self.ties:
            self.book["ties"], newcomers = self.ties, self.model.settings.academia.newcomers
            self.book["tied"] = np.array([1.0 if self.number in each.ties else newcomers for each in self.model.universities])
        return self.book["tied"]

    def _rooms_and_records(self) -> tuple[np.ndarray, np.ndarray]:
        """Which universities have room for one more project, and the record of each under this charter's horizon."""
        model, table, horizon = self.model, self.model.university_table, self.charter.horizon
        rooms, records = np.empty(len(model.staff), dtype=bool), np.empty(len(model.staff))
        if overrides(model.university_class, University, "room", "record_of"):
            for each in model.universities:
                rooms[each.number], records[each.number] = each.room(), each.record_of(horizon)
        else:
            rooms_and_records(horizon == "short", table.projects, model.staff, table.closed_well, table.published_much, rooms,
                              records)  # fmt: skip
        return rooms, records

    def _may_perform(self, branch: str) -> np.ndarray:
        """Numbers of the universities that may perform for a branch."""
        if self.book.get("performers of") is not self.charter:
            self.book["performers of"] = self.charter
            may = [university.number for university in self.model.universities if self.may_perform(university)]
            branches, country = self.branches(), {n: self.model.universities[n].country for n in may}
            self.book["performers"] = {
                b: np.array([n for n in may if country[n] not in branches or b in (WHOLE, country[n])], dtype=np.int64)
                for b in branches}  # fmt: skip
        return self.book["performers"][branch]

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

    def _wants_control(self) -> float:
        """Share of projects that are fully funded; more where the next product is what counts."""
        short = self.model.settings.projects.full_when_short if self.charter.horizon == "short" else 0.0
        return max(self.charter.full_share, short)

    def cost_of(self, kind: str) -> float:
        """Yearly cost of a project of a kind now, million US$."""
        told = self.model.settings.projects
        factor = {"travel": told.travel_factor, "partial": 1.0, "full": told.full_factor}[kind]
        return told.cost_musd * factor * (1.0 + told.cost_growth) ** (self.model.month / 12.0)


@compiled
def what_is_proposed(may, rooms, tied, staff, often, draws, asked, matrix, follows_matrix, strengths, applied, far,
                     travel_share, full_share, wants_partner, members, needs, agrees, travel, partial, full, lent,
                     table):  # fmt: skip
    """The proposals of those in `may` who have room and write one, a row of `table` each; returns how many.

    A function is drawn by the matrix and by strength squared, a system by the matrix and by orientation; nothing is
    proposed in a function where the matrix asks for nothing. The technical member whose R&D is most on a function is asked
    to apply together, and does so with its chance.
    """
    systems, functions = matrix.shape
    wanted, by_function, by_system = np.zeros(functions), np.empty(functions), np.empty(systems)
    by_seat, made = np.empty(len(needs)), 0
    for function in range(functions):
        for system in range(systems):
            wanted[function] += matrix[system, function]
        wanted[function] = (wanted[function] + 1e-4) ** follows_matrix
    for who in may:
        if not rooms[who] or often * tied[who] * staff[who] / 10.0 + draws[0, who] < 1.0:
            continue
        for function in range(functions):
            by_function[function] = wanted[function] * strengths[who, function] ** 2
        function = picks(by_function, draws[1, who])
        for system in range(systems):
            lean = 1.5 - applied[who] if far[system] else 0.5 + applied[who]
            by_system[system] = matrix[system, function] * lean
        system = picks(by_system, draws[2, who])
        if system < 0:
            continue
        kind, cost = PARTIAL, partial
        if draws[3, who] < travel_share:
            kind, cost = TRAVEL, travel
        elif draws[3, who] > 1.0 - full_share:
            kind, cost = FULL, full
        equipment, partner, need = draws[5, who] < 0.5, -1, 0.0
        if draws[4, who] < wants_partner and len(needs) > 0:
            for place in range(len(needs)):
                by_seat[place] = needs[place, function]
            seat = max(picks(by_seat, asked[0, who]), 0)
            need = needs[seat, function]
            if asked[1, who] < agrees[seat, function]:
                partner = members[seat]
        row = table[made]
        row[UNIVERSITY], row[KIND], row[SYSTEM], row[FUNCTION] = who, kind, system, function
        row[COST], row[EQUIPMENT], row[INTERNSHIPS] = cost * (1.0 - lent if equipment else 1.0), equipment, draws[5, who] > 0.3
        row[PARTNER], row[NEED] = partner, need
        made += 1
    return made


@compiled
def scores_of_proposals(table, strengths, standing, records, matrix, far, short, record_weight, joint_bonus, highest,
                        students, noise, luck):  # fmt: skip
    """Record and score of every row of `table`, with what reviewers overlook."""
    terms = np.empty(len(SCORED))
    for place in range(len(table)):
        row = table[place]
        who, system, function = int(row[UNIVERSITY]), int(row[SYSTEM]), int(row[FUNCTION])
        row[RECORD] = strengths[who, function] + (standing[who] + records[who])
        terms_of_score(row[RECORD], matrix[system, function] / highest, row[PARTNER] >= 0.0, students, far[system], short,
                       record_weight, joint_bonus, terms)  # fmt: skip
        row[SCORE] = noise * luck[who]
        for term in terms:
            row[SCORE] += term


@compiled
def terms_of_score(record, priority, joint, students, far, short, record_weight, joint_bonus, terms):
    """The terms of `SCORED`; `priority` is the cell's over that of the cell most wanted."""
    terms[0] = record_weight * (record - 1.2)
    terms[1] = 0.5 * priority
    terms[2] = joint_bonus if joint else 0.0
    terms[3] = 0.2 * students
    terms[4] = 0.2 if far != short else -0.2


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

"""A university or institute: what it proposes, how its staff grow and shrink, how it drifts between basic and applied."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.compiled import compiled
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import FUNCTIONS, PopulationSettings, rows_of

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


@dataclass
class Academia:
    """How universities behave."""

    proposals_per_year: float = parameter(
        1.0, unit="proposals a year", low=0.1, high=6.0, kind="uncertainty", source="M34: one in nine to one in three succeeds",
        meaning="proposals a university of ten researchers writes in a year", moves="universities_total +",
    )
    newcomers: float = fitted(
        "academia.newcomers", unit="", low=0.0, high=3.0, source="28 universities by 2000, 43 by 2008 (F21, F27)",
        meaning="how easily a university without ties to the body is chosen, against one with", moves="universities_2008 +",
        prior=Prior(0.2, 1.0, "28 universities by 2000, 43 by 2008 (F21, F27): new ones come, ties matter", "log"),
    )
    abroad_share: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty", source="C026: eight countries; level assumed",
        meaning="chance that a university abroad has a contract with a domestic body whose charter lets it perform",
        moves="universities_2008 +",
    )
    staff_return_years: float = parameter(
        6.0, unit="years", low=0.5, high=20.0, kind="uncertainty", source="M29: researchers lost return slowly",
        meaning="years in which staff grow towards what the money pays", moves="researchers_mean -",
    )
    staff_loss_years: float = parameter(
        1.5, unit="years", low=0.2, high=10.0, kind="uncertainty", source="M29", moves="researchers_mean +",
        meaning="years in which staff fall towards what the money pays",
    )
    staff_per_musd: float = parameter(
        7.0, unit="researchers per million US$ a year", low=1.0, high=20.0, kind="constant",
        source="C030: partial funding of a student",
        meaning="storage researchers whom project money supports", moves="researchers_mean +",
    )
    students_per_project_year: float = parameter(
        0.8, unit="students a project and year", low=0.0, high=3.0, kind="uncertainty", source="C030, F85",
        meaning="students a project trains", moves="students_total +",
    )
    drift_per_year: float = parameter(
        0.06, unit="a year", low=0.0, high=0.5, kind="uncertainty", source="specification, section 3",
        meaning="pace at which orientation follows the source of the money: applied under industry, basic under public",
        moves="applied_orientation_2020 +",
    )


class UniversityTable:
    """The numbers of all universities, a row each; an agent's attributes are views into its row."""

    def __init__(self, count: int) -> None:
        self.applied = np.zeros(count)  # orientation: 0 basic, 1 applied
        self.own_staff = np.zeros(count)  # researchers paid from the university's own means and grants
        self.staff = np.zeros(count)  # storage researchers, project staff included
        self.industry_musd = np.zeros(count)  # yearly rates of project money now running
        self.public_musd = np.zeros(count)
        self.projects = np.zeros(count, dtype=np.int64)  # at work on
        self.closed_well = np.full(count, 0.5)  # mean score of closed projects, recent ones count more
        self.published_much = np.full(count, 1.0)  # the same of publications a project and year


def _view(column: str) -> Any:
    """A number of the university's row, to read and to write."""

    def read(university: "University") -> float:
        return float(getattr(university.table, column).item(university.number))

    def write(university: "University", value: float) -> None:
        getattr(university.table, column)[university.number] = value

    return property(read, write)


class University(mesa.Agent):
    """A university or institute that does storage research."""

    model: "ConsortiumModel"

    def __init__(self, model: "ConsortiumModel", number: int, row: dict[str, str]) -> None:
        super().__init__(model)
        self.number = number
        self.table = model.university_table
        self.name, self.country = row["name"], row["country"]
        self.strength = np.array([float(row[name]) for name in FUNCTIONS])
        self.reputation = float(row["reputation"])
        self.table.applied[number] = float(row["applied_orientation"])
        self.table.own_staff[number] = self.table.staff[number] = float(row["staff"])
        self.first_project: int | None = None
        self.ties: set[int] = set()  # consortia it has worked for

    applied, own_staff, staff = _view("applied"), _view("own_staff"), _view("staff")
    industry_musd, public_musd = _view("industry_musd"), _view("public_musd")

    @property
    def projects(self) -> int:
        """Research projects at which it is at work."""
        return self.table.projects.item(self.number)

    @property
    def closed_well(self) -> float:
        """Mean score of its closed projects; recent ones count more."""
        return self.table.closed_well.item(self.number)

    @property
    def published_much(self) -> float:
        """Publications a project and year of its closed projects; recent ones count more."""
        return self.table.published_much.item(self.number)

    def room(self) -> bool:
        """Whether its staff have room for one more project."""
        return bool(has_room(self.projects, self.staff))

    def takes_on(self, projects: int, fee_musd: float, public_musd: float) -> None:
        """So many more projects run at it, with so much more money a year; fewer and less when one ends."""
        table, number = self.table, self.number
        table.projects[number] += projects
        table.industry_musd[number] += fee_musd
        table.public_musd[number] += public_musd

    def remembers(self, score: float, publications: float) -> None:
        """A closed project enters its record."""
        table, number = self.table, self.number
        table.closed_well[number] += 0.2 * (score - table.closed_well[number])
        table.published_much[number] += 0.2 * (publications - table.published_much[number])

    def record_of(self, horizon: str) -> float:
        """Its record as an evaluation of a horizon sees it: closing scores if short, publications if long (F71, F72)."""
        return record_under(horizon == "short", self.closed_well, self.published_much)

    def follows_the_money(self) -> None:
        """Once a year: orientation drifts with the source of the money, staff grow slowly and shrink fast."""
        told = self.model.settings.academia
        self.applied, self.staff = a_year_on(self.applied, self.staff, self.own_staff, self.industry_musd, self.public_musd,
                                             told.drift_per_year, told.staff_per_musd, told.staff_return_years,
                                             told.staff_loss_years)  # fmt: skip


@compiled
def a_year_on(applied, staff, own_staff, industry_musd, public_musd, drift, staff_per_musd, return_years, loss_years):
    """Orientation and staff of a university a year later, as `follows_the_money` has it."""
    money = industry_musd + public_musd
    if money > 1e-6:
        share = min(1.0, max(0.0, industry_musd / money))
        applied += drift * (share - applied)
    wanted = own_staff + staff_per_musd * money
    years = return_years if wanted > staff else loss_years
    return applied, staff + (wanted - staff) * min(1.0, 1.0 / years)


@compiled
def all_a_year_on(applied, staff, own_staff, industry_musd, public_musd, drift, staff_per_musd, return_years, loss_years):
    """The same for every university."""
    for number in range(len(staff)):
        applied[number], staff[number] = a_year_on(applied[number], staff[number], own_staff[number], industry_musd[number],
                                                   public_musd[number], drift, staff_per_musd, return_years,
                                                   loss_years)  # fmt: skip


@compiled
def has_room(projects, staff):
    """Whether staff have room for one more project."""
    return projects < 0.5 * staff + 1.0


@compiled
def record_under(short, closed_well, published_much):
    """A record as an evaluation of a short or a long horizon sees it."""
    return closed_well - 0.5 if short else 0.25 * (published_much - 1.0)


@compiled
def rooms_and_records(short, projects, staff, closed_well, published_much, rooms, records):
    """Both of every university, into `rooms` and `records`."""
    for number in range(len(staff)):
        rooms[number] = has_room(projects[number], staff[number])
        records[number] = record_under(short, closed_well[number], published_much[number])


def strengths(universities: list[University]) -> np.ndarray:
    """Strength per function, universities × functions."""
    return np.concatenate([u.strength for u in universities]).reshape(len(universities), -1)


def starting_universities(settings: PopulationSettings) -> list[dict[str, str]]:
    """The rows of the universities' data files, as often as the population is copied."""
    rows = []
    for copy in range(settings.copies):
        rows += [row | {"name": row["name"] + (f" ({copy + 1})" if copy else "")}
                 for row in rows_of(settings.universities, settings.further_universities)]  # fmt: skip
    return rows


def basic_effort(staff: np.ndarray, applied: np.ndarray, strength: np.ndarray, systems: int) -> np.ndarray:
    """Effort of the universities' own research, systems × functions: half an effort where staff number a thousand.

    Basic orientation counts: applied universities add less that is new. `strength` is universities × functions.
    """
    basic = staff * (1.0 - 0.5 * applied)
    weight = (basic[:, None] * strength).sum(axis=0)
    return np.broadcast_to(np.sqrt(weight / 400.0), (systems, len(FUNCTIONS)))


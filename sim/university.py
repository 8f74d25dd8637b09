"""A university or institute: what it proposes, how its staff grow and shrink, how it drifts between basic and applied."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim import tables
from sim.parameters import parameter
from sim.population import FUNCTIONS

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


@dataclass
class Academia:
    """How universities behave."""

    proposals_per_year: float = parameter(
        1.0, unit="proposals a year", low=0.1, high=6.0, kind="uncertainty", source="M34: one in nine to one in three succeeds",
        meaning="proposals a university of ten researchers writes in a year", moves="universities_total +",
    )
    newcomers: float = parameter(
        0.45, unit="", low=0.0, high=3.0, kind="uncertainty", source="28 universities by 2000, 43 by 2008 (F21, F27)",
        meaning="how easily a university without ties to the body is chosen, against one with", moves="universities_2008 +",
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


class University(mesa.Agent):
    """A university or institute that does storage research."""

    model: "ConsortiumModel"

    def __init__(self, model: "ConsortiumModel", number: int, row: dict[str, str]) -> None:
        super().__init__(model)
        self.number = number
        self.name, self.country = row["name"], row["country"]
        self.strength = np.array([float(row[name]) for name in FUNCTIONS])
        self.reputation = float(row["reputation"])
        self.applied = float(row["applied_orientation"])
        self.own_staff = float(row["staff"])  # paid from the university's own means and grants
        self.staff = self.own_staff  # storage researchers, project staff included
        self.projects = 0
        self.first_project: int | None = None
        self.industry_musd = 0.0  # yearly rates of project money now running
        self.public_musd = 0.0
        self.ties: set[int] = set()  # consortia it has worked for
        self.closed_well = 0.5  # mean score of its closed projects, recent ones count more
        self.published_much = 1.0  # the same of publications a project and year

    def room(self) -> bool:
        """Whether its staff have room for one more project."""
        return self.projects < 0.5 * self.staff + 1

    def remembers(self, score: float, publications: float) -> None:
        """A closed project enters its record."""
        self.closed_well += 0.2 * (score - self.closed_well)
        self.published_much += 0.2 * (publications - self.published_much)

    def record_of(self, horizon: str) -> float:
        """Its record as an evaluation of a horizon sees it: closing scores if short, publications if long (F71, F72)."""
        return self.closed_well - 0.5 if horizon == "short" else 0.25 * (self.published_much - 1.0)

    def follows_the_money(self) -> None:
        """Once a year: orientation drifts with the source of the money, staff grow slowly and shrink fast."""
        told = self.model.settings.academia
        money = self.industry_musd + self.public_musd
        if money > 1e-6:
            share = min(1.0, max(0.0, self.industry_musd / money))
            self.applied += told.drift_per_year * (share - self.applied)
        wanted = self.own_staff + told.staff_per_musd * money
        years = told.staff_return_years if wanted > self.staff else told.staff_loss_years
        self.staff += (wanted - self.staff) * min(1.0, 1.0 / years)


def strengths(universities: list[University]) -> np.ndarray:
    """Strength per function, universities × functions."""
    return np.concatenate([u.strength for u in universities]).reshape(len(universities), -1)


def starting_universities(file: str, copies: int) -> list[dict[str, str]]:
    """The rows of the universities' data file, as often as the population is copied."""
    rows = []
    for copy in range(copies):
        rows += [row | {"name": row["name"] + (f" ({copy + 1})" if copy else "")} for row in tables.rows(file)]
    return rows


def basic_effort(universities: list[University], systems: int) -> np.ndarray:
    """Effort of the universities' own research, systems × functions: half an effort where staff number a thousand.

    Basic orientation counts: applied universities add less that is new.
    """
    weight = np.array([u.staff * (1.0 - 0.5 * u.applied) for u in universities]) @ strengths(universities)
    return np.broadcast_to((weight / 400.0) ** 0.5, (systems, len(FUNCTIONS)))


"""A research project, and the running ones of a consortium in sums."""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import compiled

if TYPE_CHECKING:
    from sim.university import University

KINDS = ("travel", "partial", "full", "joint")
RIGHTS = {"travel": "published", "partial": "members use free of royalty", "full": "members control",
          "joint": "members use free of royalty"}  # fmt: skip
"""Who holds the results of a project, by its kind (F68)."""


@dataclass(slots=True, eq=False)
class Project:
    """One research project: a record, not an agent; two with the same figures are two."""

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
    partners: list[int] = field(default_factory=list)  # numbers of the firms that take part
    branch: str = ""  # whose budget pays it
    quality: float = 1.0  # one is what was proposed by a middling university
    target: float = 1.0  # where its lead draws the quality
    lead: int = -1  # number of the firm that lends the company lead
    students: float = 0.0  # a year
    since: int | None = None  # month in which its consortium took it over from another
    stopped: int | None = None  # month in which it was stopped before its end
    turns: tuple[tuple[int, int], ...] = ()  # months in which its direction was adjusted, each with the system until then
    score: float = math.nan  # of its closing appraisal, 0 to 1
    publications: float = 0.0
    patents: float = 0.0

    @property
    def awarded_on(self) -> int:
        """The system on which it was awarded, whatever its direction became."""
        return self.system_in(self.start)

    def system_in(self, month: int) -> int:
        """The system it worked on at the end of a month."""
        return next((until_then for turn, until_then in self.turns if month < turn), self.system)

    @property
    def total_musd(self) -> float:
        """All its money, million US$ a year."""
        return self.fee_musd + self.public_musd + self.match_musd


def drawn(weights: np.ndarray, draw: float) -> int | None:
    """The place that a uniform number picks in proportion to weights; None where all are zero.

    >>> drawn(np.array([0.2, 0.0, 0.6]), 0.3)
    2
    """
    return picked(np.cumsum(weights).tolist(), draw)


def picked(steps: list[float], draw: float) -> int | None:
    """The same where the running sums of the weights are known."""
    if steps[-1] <= 0:
        return None
    return min(bisect_right(steps, draw * steps[-1]), len(steps) - 1)


WIDTH = 11  # of a sheet of running projects, a row each in their order
SYSTEM, FUNCTION, NUMBER, END, FEE, PUBLIC, MATCH, PERFORMER, FAR, DISK, CONTROLLED = range(WIDTH)


def row_of(project: Project) -> tuple[float, ...]:
    """A project as a row of a sheet; -1 stands for no performer."""
    performer = -1 if project.performer is None else project.performer.number
    return (project.system, project.function, project.number, project.end, project.fee_musd, project.public_musd,
            project.match_musd, performer, project.far, project.disk, project.kind == "full")  # fmt: skip


class Tally(NamedTuple):
    """The running projects in sums; money in million US$ a year."""

    academic: int = 0
    disk: int = 0
    performers: int = 0  # universities at work
    fee: float = 0.0
    public: float = 0.0
    match: float = 0.0
    grants: float = 0.0  # public money in university projects
    far: float = 0.0

    @property
    def total(self) -> float:
        """All money, a year."""
        return self.fee + self.public + self.match


def tally(sheet: np.ndarray) -> Tally:
    """Add up running projects."""
    return Tally(*added_up(sheet))


@compiled
def added_up(sheet):
    """The sums of `Tally` in their order, from the rows of a sheet."""
    academic, disk, performers = 0, 0, 0
    fee, public, match, grants, far = 0.0, 0.0, 0.0, 0.0, 0.0
    for place in range(len(sheet)):
        row = sheet[place]
        fee += row[FEE]
        public += row[PUBLIC]
        match += row[MATCH]
        if row[FAR] > 0.0:
            far += row[FEE] + row[PUBLIC] + row[MATCH]
        if row[PERFORMER] >= 0.0:
            academic += 1
            disk += row[DISK] > 0.0
            grants += row[PUBLIC]
            performers += 1
            for earlier in range(place):
                if sheet[earlier, PERFORMER] == row[PERFORMER]:
                    performers -= 1
                    break
    return academic, disk, performers, fee, public, match, grants, far


@compiled
def still_to_pay(sheet, now, months):
    """What running projects take from fees in the coming months (million US$), and a year those of them that last longer."""
    costs, lasting = 0.0, 0.0
    for place in range(len(sheet)):
        end = sheet[place, END]
        costs += sheet[place, FEE] * max(0.0, min(months, end - now)) / 12.0
        if end > now + months:
            lasting += sheet[place, FEE]
    return costs, lasting

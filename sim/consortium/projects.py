"""A research project, and the running ones of a consortium in sums."""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

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
    redirected: int = 0  # times its direction was adjusted
    awarded_on: int | None = None  # system on which it was awarded, where its direction was adjusted since
    score: float = math.nan  # of its closing appraisal, 0 to 1
    publications: float = 0.0
    patents: float = 0.0

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
    performing: set[int] = field(default_factory=set)  # numbers of the universities at work

    @property
    def performers(self) -> int:
        """How many universities are at work."""
        return len(self.performing)

    @property
    def total(self) -> float:
        """All money, a year."""
        return self.fee + self.public + self.match


    def adds(self, project: Project) -> None:
        """Count one more project."""
        fee, public, match = project.fee_musd, project.public_musd, project.match_musd
        self.fee += fee
        self.public += public
        self.match += match
        if project.far:
            self.far += fee + public + match
        if project.performer is not None:
            self.academic += 1
            self.disk += project.disk
            self.grants += public
            self.performing.add(project.performer.number)


def tally(projects: list[Project]) -> Tally:
    """Add up running projects."""
    sums = Tally()
    adds = sums.adds
    for project in projects:
        adds(project)
    return sums

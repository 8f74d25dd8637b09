"""The living firms as everybody sees them until they are measured anew, and what a charter would ask of each."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.consortium.charter import Charter
from sim.population import DISK

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


class Dues(NamedTuple):
    """Where a charter places every living firm."""

    tier: np.ndarray  # 0 is the first
    fee: np.ndarray  # million US$ a year where the fee factor is one
    votes: np.ndarray


class Own(NamedTuple):
    """What some firms weigh about themselves, a column each."""

    line_weight: np.ndarray  # lines × firms
    focus: np.ndarray  # media × firms
    teaching: np.ndarray  # media × firms
    absorptive: np.ndarray
    hurried: np.ndarray
    itself: np.ndarray
    lead: np.ndarray
    research: np.ndarray


@dataclass
class Landscape:
    """The living firms, N of them, in the order of their rows; M media, L lines."""

    place: np.ndarray  # where a firm stands below, by row of the firm table
    revenue: np.ndarray  # N, million US$ a year that depend on storage
    focus: np.ndarray  # N × M
    research: np.ndarray  # N, million US$ a year
    absorptive: np.ndarray  # N
    lead: np.ndarray  # N, 0..1: know-how ahead of the others
    line_share: np.ndarray  # N × L, share of the world's revenue of each line
    line_weight: np.ndarray  # N × L, share of each line in the firm's own storage revenue
    country: np.ndarray  # N, number of the ultimate owner's country
    threat: np.ndarray  # N, expected loss to flash
    chain: float = 0.0  # 0..1, how much of the supply chain the association spans
    _dues: dict[int, tuple[Charter, Dues]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.teaching = (self.research / self.research.sum())[:, None] * self.focus  # N × M, what its laboratories can teach
        self.hurried = self.threat * self.focus[:, DISK]  # N, how much of the business is in haste
        self.itself = (self.line_weight * self.line_share).sum(axis=1)  # N, its own part of the rivals it meets
        self._side_by_side = np.vstack([self.line_weight.T, self.focus.T, self.teaching.T, self.absorptive, self.hurried,
                                        self.itself, self.lead, self.research])  # fmt: skip

    def __len__(self) -> int:
        return len(self.revenue)

    def dues(self, charter: Charter) -> Dues:
        """Tier, fee and votes of every living firm under a charter, reckoned once."""
        if id(charter) not in self._dues:
            dues = Dues(charter.tier_of(self.revenue), charter.schedule(self.revenue), charter.votes(self.revenue))
            self._dues[id(charter)] = charter, dues
        return self._dues[id(charter)][1]

    def seen_by(self, at: np.ndarray) -> "Own":
        """What the firms at some places weigh about themselves."""
        lines, media = self.line_weight.shape[1], self.focus.shape[1]
        parts = np.take(self._side_by_side, at, axis=1)
        first, second, third = lines, lines + media, lines + 2 * media
        return Own(parts[:first], parts[first:second], parts[second:third], *parts[third:])

    def present(self, rows: np.ndarray | list[int]) -> np.ndarray:
        """One for the firms in `rows` (row numbers)."""
        here = np.zeros(len(self))
        here[self.place[rows]] = 1.0
        return here


def landscape_of(model: "ConsortiumModel") -> Landscape:
    """The living firms as they were just measured."""
    firms, living = model.firms, model.living
    place = np.full(firms.count, -1)
    place[living] = np.arange(len(living))
    return Landscape(
        place=place, revenue=model.storage_revenue[living], focus=firms.focus[living], research=firms.research[living],
        absorptive=firms.absorptive[living], lead=model.lead[living], line_share=model.line_share[living],
        line_weight=model.line_weight[living], country=firms.country[living], threat=firms.threat[living],
        chain=model.association.chain(),
    )  # fmt: skip

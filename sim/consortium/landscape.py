"""The living firms as everybody sees them until they are measured anew, and what a charter would ask of each."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.consortium.charter import Charter
from sim.population import DISK

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


class Dues(NamedTuple):
    """Where a charter places every living firm, and what it serves."""

    tier: np.ndarray  # 0 is the first
    fee: np.ndarray  # million US$ a year where the fee factor is one
    votes: np.ndarray
    scope: np.ndarray  # one for each medium in scope


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
    _owned: dict[tuple[int, ...], np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.teaching = (self.research / self.research.sum())[:, None] * self.focus  # N × M, what its laboratories can teach
        self.hurried = self.threat * self.focus[:, DISK]  # N, how much of the business is in haste

    def __len__(self) -> int:
        return len(self.revenue)

    def dues(self, charter: Charter) -> Dues:
        """Tier, fee and votes of every living firm under a charter, and its scope, reckoned once."""
        known = self._dues.get(id(charter))
        if known is None or known[0] is not charter:  # in a copied world the numbers are those of the charters copied
            tier = charter.tier_of(self.revenue)
            dues = Dues(tier, charter.schedule_of(tier, self.revenue), charter.seats()[tier], charter.scope())
            self._dues[id(charter)] = known = charter, dues
        return known[1]

    def owned_in(self, countries: tuple[int, ...]) -> np.ndarray:
        """One for the firms whose ultimate owner sits in one of the countries (by number), reckoned once."""
        if countries not in self._owned:
            home = np.zeros(len(self))
            for country in countries:
                home[self.country == country] = 1.0
            self._owned[countries] = home
        return self._owned[countries]

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
        place=place, revenue=model.storage_revenue.take(living), focus=firms.focus.take(living, axis=0),
        research=firms.research.take(living), absorptive=firms.absorptive.take(living), lead=model.lead.take(living),
        line_share=model.line_share.take(living, axis=0), line_weight=model.line_weight.take(living, axis=0),
        country=firms.country.take(living), threat=firms.threat.take(living),
        chain=model.association.chain(),
    )  # fmt: skip

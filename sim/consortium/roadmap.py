"""The roadmap: what every system is expected to bring, and when; how wrong it is, and what that does to trust (F53-F58)."""

from dataclasses import dataclass
from typing import NamedTuple

from sim.parameters import parameter


@dataclass
class Roadmapping:
    """How roadmaps are made and believed."""

    optimism: float = parameter(
        0.35, unit="share of the wait", low=0.0, high=0.9, kind="uncertainty",
        source="M33: heat-assisted recording slipped 6-9 years",
        meaning="share of the time to a product that system groups leave out of their forecasts", moves="roadmap_error_years +",
    )
    corrected: float = parameter(
        0.4, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="F57, F58: functional groups support and correct; level assumed",
        meaning="share of the optimism that functional groups take back where leads or guests cover every function",
        moves="roadmap_error_years -",
    )
    keeps: float = parameter(
        0.5, unit="share", low=0.0, high=0.95, kind="uncertainty", source="M33: roadmaps change slowly; level assumed",
        meaning="weight of last year's roadmap in this year's", moves="roadmap_error_years +",
    )
    trust_lost: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty", source="specification, section 8; level assumed",
        meaning="share of the trust in the roadmap that goes when a forecast year passes without the product",
        moves="roadmap_trust_mean -",
    )
    trust_regained: float = parameter(
        0.10, unit="a year", low=0.0, high=1.0, kind="uncertainty", source="specification, section 8; level assumed",
        meaning="pace at which trust comes back in a year without a miss", moves="roadmap_trust_mean +",
    )
    weight: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F53: the roadmap is the base; level assumed",
        meaning="weight of a fully trusted roadmap in the priority matrix against members' own scores",
        moves="roadmap_weight_mean +",
    )


class Forecast(NamedTuple):
    """What a roadmap says of one system."""

    system: int
    year: float  # of the first product
    density_gb_in2: float  # when it comes


class RoadmapEntry(NamedTuple):
    """A forecast as it is kept: who made it when."""

    month: int
    body: int
    system: int
    year: float
    density_gb_in2: float
    trust: float

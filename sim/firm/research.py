"""What a firm decides about its own research: how much, on which systems, on which functions."""

from dataclasses import dataclass

import numpy as np

from sim.firm.state import FirmState
from sim.parameters import parameter
from sim.population import LINE_FUNCTIONS
from sim.technology.systems import Systems


@dataclass
class Research:
    """How firms spend on their own R&D."""

    sharing: float = parameter(
        0.05, unit="share of own R&D", low=0.0, high=0.3, kind="uncertainty", source="M13: Sematech cut members' R&D",
        meaning="what a member saves of its own R&D because the consortium does it", moves="research_total_busd -",
    )
    complement: float = parameter(
        0.05, unit="share of own R&D", low=0.0, high=0.3, kind="uncertainty", source="M14, M16: mixed chains spend more",
        meaning="what a member adds to its own R&D to use the results, more in a mixed supply chain",
        moves="research_total_busd +",
    )
    near_bias: float = parameter(
        2.5, unit="", low=0.0, high=8.0, kind="uncertainty", source="M26: industry votes near; assumption",
        meaning="how strongly own R&D prefers systems that are nearly ready", moves="first_product_year_heat +",
    )
    merger_saving: float = parameter(
        0.25, unit="share", low=0.0, high=0.8, kind="uncertainty", source="specification, section 5; M13",
        meaning="share of the smaller R&D that a merger of two makers saves as duplicated", moves="research_total_busd -",
    )


class ResearchDecisions(FirmState):
    """The part of a firm that plans its own research; once a year."""

    def sets_research(self, needed: float, mixed: float, credit: float) -> float:
        """Own R&D follows revenue; membership saves what is shared and adds what complements (M13-M16).

        `needed` is the revenue that depends on storage (million US$ a year), `mixed` is 0 where all members are
        rivals and 1 where they are a mixed chain; `credit` is the share that a tax credit pays back.
        """
        told = self.model.settings.research
        change = told.complement * mixed - told.sharing if self.memberships else 0.0
        return self.intensity * needed * (1.0 + change) * (1.0 + credit)


def split_over_systems(focus: np.ndarray, ready: np.ndarray, published: np.ndarray, table: Systems, near_bias: float) -> np.ndarray:
    """Own R&D over systems, firms × systems: to what is left in the present system and to what may follow.

    The media of the business set the frame; a system further from readiness gets less, the more so the stronger the
    bias for the near. Rows sum to one.
    """
    room = table.log_range * np.maximum(1.0 - ready, 0.0)
    near = np.exp(-near_bias * np.maximum(0.0, 0.95 - ready))
    weight = focus[:, table.medium] * published * room * near
    total = weight.sum(axis=1, keepdims=True)
    return np.where(total > 0, weight / np.maximum(total, 1e-12), published / published.sum())


def split_over_functions(needed: np.ndarray, split: np.ndarray, know_how: np.ndarray) -> np.ndarray:
    """Own R&D over functions, firms × functions: what the business lines work on, more where the firm is weak.

    `needed` is revenue by line that depends on storage, `split` the one over systems. Rows sum to one.
    """
    base = needed @ LINE_FUNCTIONS
    base[base.sum(axis=1) == 0] = 1.0
    known = np.matmul(split[:, None, :], know_how)[:, 0, :]
    weight = base * (1.3 - known)
    return weight / weight.sum(axis=1, keepdims=True)

"""What a firm decides about its own research: how much, on which systems, on which functions."""

from dataclasses import dataclass

import numpy as np

from sim.parameters import parameter
from sim.population import LINE_FUNCTIONS, LINE_NEED


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


class ResearchDecisions:
    """The part of a firm that plans its own research; once a year."""

    def sets_research(self, sponsor_mixed: float, credit: float) -> None:
        """Own R&D follows revenue; membership saves what is shared and adds what complements (M13-M16).

        `sponsor_mixed` is 0 where all members are rivals and 1 where they are a mixed chain; `credit` is the share
        of R&D that a tax credit pays back.
        """
        told, row = self.model.settings.research, self.number
        needed = float(self.table.revenue[row] @ LINE_NEED)
        member = 1.0 if self.memberships else 0.0
        change = member * (told.complement * sponsor_mixed - told.sharing)
        self.table.research[row] = self.intensity * needed * (1.0 + change) * (1.0 + credit)

    def splits_research(self, ready: np.ndarray, published: np.ndarray) -> None:
        """Own R&D goes to the systems of the firm's media: to what is left in the present one and to what may follow.

        A system further from readiness gets less, the more so the stronger the bias for the near.
        """
        systems, told = self.model.systems, self.model.settings.research
        need = self.table.focus[self.number][systems.medium]
        room = systems.log_range * np.maximum(1.0 - ready, 0.0)
        near = np.exp(-told.near_bias * np.maximum(0.0, 0.95 - ready))
        weight = need * published * room * near
        total = weight.sum()
        self.table.system_weights[self.number] = weight / total if total > 0 else published / published.sum()

    def splits_functions(self) -> None:
        """Functions get what the business lines work on, more where the firm is weak."""
        row, table = self.number, self.table
        lines = table.revenue[row] * LINE_NEED
        base = lines @ LINE_FUNCTIONS if lines.sum() > 0 else np.ones(len(table.function_weights[row]))
        known = table.system_weights[row] @ table.know_how[row]
        weight = base * (1.3 - known)
        table.function_weights[row] = weight / weight.sum()

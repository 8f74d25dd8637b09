"""What a firm decides about its own research: how much, on which systems, on which functions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.compiled import compiled
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
        return research_wanted(self.intensity, needed, bool(self.memberships), mixed, credit, told.complement, told.sharing)


def research_wanted(intensity: Any, needed: Any, member: Any, mixed: Any, credit: Any, complement: float,
                    sharing: float) -> Any:  # fmt: skip
    """Own R&D (million US$ a year) as `sets_research` has it; of one firm, or of many in arrays."""
    return intensity * needed * (1.0 + member * (complement * mixed - sharing)) * (1.0 + credit)


def split_over_systems(focus: np.ndarray, ready: np.ndarray, published: np.ndarray, table: Systems,
                       near_bias: float) -> np.ndarray:  # fmt: skip
    """Own R&D over systems, firms × systems: to what is left in the present system and to what may follow.

    The media of the business set the frame; a system further from readiness gets less, the more so the stronger the
    bias for the near. Rows sum to one.
    """
    split = np.zeros(ready.shape)
    for firm in range(len(ready)):
        shares_of_systems(focus[firm], ready[firm], np.asarray(published, dtype=float), table.log_range, table.medium, near_bias,
                          split[firm])  # fmt: skip
    return split


@compiled
def shares_of_systems(focus, ready, published, log_range, medium, near_bias, split):
    """The split of one firm in `split_over_systems`; evenly over what is published where nothing is left to do."""
    total = 0.0
    for system in range(len(ready)):
        wanted = focus[medium[system]] * published[system] * (log_range[system] * max(1.0 - ready[system], 0.0))
        split[system] = wanted * np.exp(-near_bias * max(0.0, 0.95 - ready[system])) if wanted > 0.0 else 0.0
        total += split[system]
    for system in range(len(ready)):
        split[system] = split[system] / total if total > 0.0 else published[system] / published.sum()


def split_over_functions(needed: np.ndarray, split: np.ndarray, know_how: np.ndarray) -> np.ndarray:
    """Own R&D over functions, firms × functions: what the business lines work on, more where the firm is weak.

    `needed` is revenue by line that depends on storage, `split` the one over systems. Rows sum to one.
    """
    result = np.zeros((len(needed), LINE_FUNCTIONS.shape[1]))
    for firm in range(len(needed)):
        shares_of_functions(needed[firm], split[firm], know_how[firm], LINE_FUNCTIONS, result[firm])
    return result


@compiled
def shares_of_functions(needed, split, know_how, works_on, result):
    """The split of one firm in `split_over_functions`; `works_on` is lines × functions."""
    business, total = 0.0, 0.0
    for line in range(len(works_on)):
        business += needed[line]
    for function in range(works_on.shape[1]):
        base, known = 0.0, 0.0
        for line in range(len(works_on)):
            base += needed[line] * works_on[line, function]
        for system in range(len(split)):
            known += split[system] * know_how[system, function]
        result[function] = (base if business > 0.0 else 1.0) * (1.3 - known)
        total += result[function]
    for function in range(works_on.shape[1]):
        result[function] /= total


@compiled
def research_is_split(who, focus, ready, published, log_range, medium, near_bias, revenue, need, know_how, works_on, by_system,
                      by_function):  # fmt: skip
    """The firms in `who` split their own R&D over systems and functions; `ready` is a row for each of them, all else for
    every firm."""  # fmt: skip
    for place in range(len(who)):
        firm = who[place]
        shares_of_systems(focus[firm], ready[place], published, log_range, medium, near_bias, by_system[firm])
        shares_of_functions(revenue[firm] * need, by_system[firm], know_how[firm], works_on, by_function[firm])

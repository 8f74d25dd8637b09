"""Drive makers compete: shares by discrete choice, price over cost, the fixed cost of a product generation."""

from dataclasses import dataclass

import numpy as np

from sim.compiled import compiled
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import DRIVES, FirmTable


@dataclass
class Competition:
    """How makers compete."""

    taste_density: float = parameter(
        0.08, unit="", low=0.0, high=1.5, kind="uncertainty", source="assumption: discrete choice",
        meaning="how strongly buyers prefer the maker with the denser drive", moves="hhi_units_2000 +",
    )
    taste_cost: float = parameter(
        0.35, unit="", low=0.0, high=5.0, kind="uncertainty", source="assumption: discrete choice",
        meaning="how strongly buyers prefer the maker with the lower cost", moves="hhi_units_2000 +",
    )
    size_persists: float = parameter(
        0.91, unit="", low=0.5, high=0.99, kind="uncertainty", source="shares of 1997-2010 change slowly (drive_market.csv)",
        meaning="weight of a maker's present share in next year's choice (contracts, plants, qualification)",
        moves="hhi_units_2000 +",
    )
    luck: float = fitted(
        "competition.luck", unit="", low=0.0, high=0.5, source="Christensen: timing of generations; assumption",
        meaning="standard deviation of the yearly luck with a product generation", moves="drive_makers_2010 -",
        prior=Prior(0.02, 0.1, "an assumption; half to twice", "log"),
    )
    base_markup: float = fitted(
        "competition.base_markup", unit="share of cost", low=0.0, high=0.5, source="gross margins of drive makers; assumption",
        meaning="price over cost among very many makers", moves="drive_makers_2000 +",
        prior=Prior(0.08, 0.2, "gross margins of makers were 10 to 20 % in hard years"),
    )
    conduct: float = fitted(
        "competition.conduct", unit="", low=0.0, high=2.0, source="Cournot: margin rises with concentration",
        meaning="how much price over cost rises with the Herfindahl index", moves="drive_makers_2010 +",
        prior=Prior(0.3, 1.0, "Cournot gives one; less where buyers are large"),
    )
    generation_cost_musd: float = fitted(
        "competition.generation_cost_musd", unit="million US$ a year", low=20.0, high=300.0,
        source="specification, section 5; level assumed",
        meaning="fixed cost of a full product line in 1991", moves="drive_makers_2000 -",
        prior=Prior(50, 130, "a small maker's yearly sales in 1991 up to a middling one's (drive_makers.csv)", "log"),
    )
    generation_cost_exponent: float = fitted(
        "competition.generation_cost_exponent", unit="", low=0.0, high=0.5,
        source="rises with density (specification, section 5)",
        meaning="elasticity of the fixed cost of a generation with respect to density", moves="drive_makers_2010 -",
        prior=Prior(0.2, 0.36, "entry and exit ended while density rose a thousandfold; half to one and a third"),
    )
    niche_cost: float = parameter(
        0.30, unit="share", low=0.0, high=1.0, kind="uncertainty", source="niche makers of the 1990s; assumption",
        meaning="share of the fixed cost that even the smallest maker pays", moves="drive_makers_2000 -",
    )


def unit_shares(share: np.ndarray, density: np.ndarray, cost: np.ndarray, quality: np.ndarray, told: Competition) -> np.ndarray:
    """Shares of units in a year by a multinomial logit on density, cost, luck and present size; they sum to one.

    >>> told = Competition(size_persists=0.5)
    >>> unit_shares(np.array([0.64, 0.36]), np.array([1.0, 1.0]), np.ones(2), np.zeros(2), told).round(4)
    array([0.5714, 0.4286])
    """
    chosen = np.empty(len(share))
    choice_of_buyers(share, density, cost, quality, told.taste_density, told.taste_cost, told.size_persists, chosen)
    return chosen


@compiled
def choice_of_buyers(share, density, cost, quality, taste_density, taste_cost, size_persists, chosen):
    """The logit of `unit_shares`, maker by maker, into `chosen`."""
    for maker in range(len(share)):
        appeal = taste_density * np.log(density[maker]) - taste_cost * np.log(cost[maker]) + quality[maker]
        chosen[maker] = appeal + size_persists * np.log(max(share[maker], 1e-6))
    best, total = chosen.max(), 0.0
    for maker in range(len(share)):
        chosen[maker] = np.exp(chosen[maker] - best)
        total += chosen[maker]
    chosen /= total


def herfindahl(share: np.ndarray) -> float:
    """Concentration of units, 0 to 1: the sum of squared shares.

    >>> herfindahl(np.array([0.5, 0.3, 0.2]))
    0.38
    """
    return float((share * share).sum())


def markup(concentration: float, told: Competition) -> float:
    """Price over cost as a share of cost: Cournot's margin, rising with the Herfindahl index.

    >>> round(markup(0.2, Competition(base_markup=0.1, conduct=0.5)), 3)
    0.2
    """
    return told.base_markup + told.conduct * concentration


def generation_cost(density, share, first_density: float, told: Competition):
    """Fixed cost (million US$ a year) of keeping a product line at a density (Gb/in2); a niche costs less.

    >>> told = Competition(generation_cost_musd=80.0, generation_cost_exponent=0.25, niche_cost=0.3)
    >>> round(generation_cost(10.0, 0.025, 0.1, told), 1)
    164.4
    """
    return fixed_cost(density, share, first_density, told.generation_cost_musd, told.generation_cost_exponent, told.niche_cost)


@compiled
def fixed_cost(density, share, first_density, full_line_musd, exponent, niche):
    """The same from its parameters."""
    full = full_cost(density, first_density, full_line_musd, exponent)
    return full * (niche + (1.0 - niche) * np.sqrt(np.minimum(1.0, share / 0.10)))


def full_generation_cost(density, first_density: float, told: Competition):
    """The same for a maker large enough for a full line; for one density or an array of them.

    >>> round(full_generation_cost(16.0, 1.0, Competition(generation_cost_musd=80.0, generation_cost_exponent=0.25)), 6)
    160.0
    """
    return full_cost(density, first_density, told.generation_cost_musd, told.generation_cost_exponent)


@compiled
def full_cost(density, first_density, full_line_musd, exponent):
    """The same from its parameters."""
    return full_line_musd * (density / first_density) ** exponent


def compete(firms: FirmTable, who: np.ndarray, told: Competition, years: float) -> None:
    """Makers' shares of units move for a span of `years` towards what buyers now choose."""
    shares_move(who, firms.share, firms.density, firms.cost, firms.quality, told.taste_density, told.taste_cost,
                told.size_persists, years)  # fmt: skip


@compiled
def shares_move(who, share, density, cost, quality, taste_density, taste_cost, size_persists, years):
    """The shares of the makers in `who` move, as a power of `years`, towards what buyers now choose."""
    chosen, total = np.empty(len(who)), 0.0
    choice_of_buyers(share[who], density[who], cost[who], quality[who], taste_density, taste_cost, size_persists, chosen)
    for place in range(len(who)):
        chosen[place] = share[who[place]] ** (1.0 - years) * chosen[place] ** years
        total += chosen[place]
    for place in range(len(who)):
        share[who[place]] = chosen[place] / total


def profit(firms: FirmTable, who: np.ndarray, revenue_musd: float, price_markup: float, told: Competition,
           first_density: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Profit of the drive lines before own R&D and their fixed cost (million US$ a year), of every firm by row.

    `revenue_musd` is what all buyers pay in a year, by which the revenue of the lines is set; the markup stands over the
    average cost of the drives sold. The fixed cost is that of a product generation.
    """
    earned, fixed = np.zeros(firms.count), np.zeros(firms.count)
    lines_earn(who, firms.share, firms.density, firms.cost, firms.revenue, revenue_musd, price_markup, first_density,
               told.generation_cost_musd, told.generation_cost_exponent, told.niche_cost, earned, fixed)  # fmt: skip
    return earned, fixed


@compiled
def lines_earn(who, share, density, cost, revenue, paid_musd, price_markup, first_density, full_line_musd, exponent, niche,
               earned, fixed):  # fmt: skip
    """The profit and the fixed cost of `profit`, maker by maker, into `earned` and `fixed`."""
    mean_cost = 0.0
    for firm in who:
        mean_cost += share[firm] * cost[firm]
    for firm in who:
        revenue[firm, DRIVES] = share[firm] * paid_musd
        fixed[firm] = fixed_cost(density[firm], share[firm], first_density, full_line_musd, exponent, niche)
        earned[firm] = revenue[firm, DRIVES] * (1.0 - cost[firm] / mean_cost / (1.0 + price_markup)) - fixed[firm]

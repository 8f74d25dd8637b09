"""What a drive maker decides about its products: which recording system to build on."""

import math
from dataclasses import dataclass

import numpy as np

from sim.decisions import Decision, by_comparison
from sim.firm.state import FirmState
from sim.fitted import fitted
from sim.parameters import Prior, parameter


@dataclass
class Products:
    """How makers change the recording system."""

    adoption_gain: float = fitted(
        "products.adoption_gain", unit="log density", low=0.0, high=1.0,
        source="perpendicular at 130 against 100 (areal_density.csv)",
        meaning="advantage in log density that pays for a change of the recording system",
        moves="first_product_year_perpendicular +",
        prior=Prior(0.06, 0.24, "perpendicular came at about 130 against 100 Gb/in2 (areal_density.csv)", "log"),
    )
    industrialisation_months: float = parameter(
        30.0, unit="months", low=6.0, high=72.0, kind="uncertainty", source="demonstration to volume; assumption",
        meaning="time from the decision for a system to its first product", moves="first_product_year_heat +",
    )
    chain_months: float = parameter(
        8.0, unit="months", low=0.0, high=24.0, kind="uncertainty", source="F62, F78: specifications along the chain; assumption",
        meaning="what a consortium whose host spans the supply chain saves its members of that time",
        moves="first_product_year_heat -",
    )


class ProductDecisions(FirmState):
    """The part of a firm that plans products; makers only, once a quarter."""

    def adopts(self, attainable: np.ndarray, published: np.ndarray) -> tuple[int, Decision]:
        """A maker takes up the system that promises most, when the gain in log density pays for the change.

        Returns the system and the decision; `attainable` is in Gb/in2 per system.
        """
        choices = zip(published.tolist(), self.model.systems.disk, attainable.tolist(), strict=True)
        promise = [density if known and disk else 0.0 for known, disk, density in choices]
        best = promise.index(max(promise))
        own = self.table.system.item(self.number)
        gain = math.log(promise[best] / max(promise[own], 1e-9))
        needed = self.model.settings.products.adoption_gain
        return best, by_comparison({"gain in log density": gain, "cost of the change": -needed})

    def industrialisation(self) -> int:
        """Months from the decision to the first product: shorter where a consortium co-ordinates the chain."""
        told = self.model.settings.products
        chain = max((body.chain_coverage() for body in self.memberships), default=0.0)
        luck = 1.0 + 0.2 * self.noise("industrialise")
        return max(3, round((told.industrialisation_months - told.chain_months * chain) * luck))

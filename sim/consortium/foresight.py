"""How a consortium makes its roadmap, once a year, and how it takes a miss."""

import math

import numpy as np

from sim.consortium.committees import Committees
from sim.consortium.roadmap import Forecast, RoadmapEntry
from sim.technology.systems import attainable_density, readiness

LOOK_BACK = 3  # years over which experts judge the pace


class Foresight(Committees):
    """The part of a consortium that forecasts."""

    def makes_roadmap(self) -> None:
        """System groups forecast, functional groups correct, the leadership adopts; trust follows what came true."""
        if not self.members:
            return
        model, told = self.model, self.model.settings.roadmap
        self._faces_misses()
        optimism = told.optimism * (1.0 - told.corrected * self._functions_covered())
        earlier = {forecast.system: forecast for forecast in self.roadmap}
        scope = self.charter.scope()
        self.roadmap = []
        for system in model.published.nonzero()[0].tolist():
            if system in model.first_product or not scope[model.systems.medium[system]] or not model.systems.disk[system]:
                continue
            forecast = self._forecast(system, optimism, earlier.get(system), told.keeps)
            self.roadmap.append(forecast)
            model.roadmaps.append(RoadmapEntry(model.month, self.number, *forecast, self.roadmap_trust))

    def _forecast(self, system: int, optimism: float, earlier: Forecast | None, keeps: float) -> Forecast:
        """Years until the best know-how, at its recent pace, makes a system worth the change, plus industrialisation.

        Members, universities and laboratories are asked: the best of them counts for each function. What was said a year
        ago is given up slowly.
        """
        model = self.model
        wait = self._years_to_worth(system) + model.settings.products.industrialisation_months / 12.0
        year = model.year + (1.0 - optimism) * wait
        if earlier is not None:
            year = keeps * max(earlier.year, model.year + 0.5) + (1.0 - keeps) * year
        density = model.average_density * model.density_growth ** min(year - model.year, 25.0)
        return Forecast(system, year, min(density, model.systems.limit.item(system)))

    def _years_to_worth(self, system: int) -> float:
        """Years until its attainable density exceeds that of today's products by what pays for a change."""
        model, table = self.model, self.model.systems
        ready = float(readiness(self._asked()[system], model.settings.technology.substitution_exponent))
        density = attainable_density(ready, table.limit.item(system), table.log_range.item(system))
        goal = math.log(max(model.average_density, 1e-9)) + model.settings.products.adoption_gain
        pace = max(model.readiness_pace[system] * float(table.log_range[system]) - math.log(model.density_growth), 0.03)
        return min(40.0, max(0.0, (goal - math.log(max(density, 1e-12))) / pace))

    def _asked(self) -> np.ndarray:
        """The best know-how in every cell among members and universities."""
        if self.book.get("asked in") != self.model.month:
            self.book["asked in"] = self.model.month
            self.book["asked"] = self.model.knowledge.best_of(self.model.firms, self.rows)
        return self.book["asked"]

    def _functions_covered(self) -> float:
        """Share of the functional groups with a lead or a guest."""
        self.book["groups"] = groups = self.working_groups()
        return groups.functions_covered()

    def _faces_misses(self) -> None:
        """A forecast year that has passed without the product costs trust; a year without a miss brings some back."""
        told, year = self.model.settings.roadmap, self.model.year
        missed = [f for f in self.roadmap if f.year < year and f.system not in self.model.first_product]
        slipped = [f for f in self.first_forecasts()
                   if f.year < year <= f.year + 1.0 and f.system not in self.model.first_product]  # fmt: skip
        if missed or slipped:
            self.roadmap_trust *= (1.0 - told.trust_lost) ** len({f.system for f in missed + slipped})
            names = ", ".join(self.model.systems.names[f.system] for f in missed + slipped)
            trust = f"trust falls to {self.roadmap_trust:.2f}"
            self.model.ledger.note(self.model.month, "roadmap_missed", self.name, names, trust)
        else:
            self.roadmap_trust += told.trust_regained * (1.0 - self.roadmap_trust)

    def first_forecasts(self) -> list[Forecast]:
        """What was said of each system when it first stood on one of its roadmaps."""
        first: dict[int, Forecast] = self.book.setdefault("first forecasts", {})
        for forecast in self.roadmap:
            first.setdefault(forecast.system, forecast)
        return list(first.values())

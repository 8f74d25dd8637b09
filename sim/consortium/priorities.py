"""What matters to a consortium: its priority matrix of recording systems × functions."""

import numpy as np

from sim.consortium.state import ConsortiumState
from sim.technology.systems import Systems


def within_media(weight: np.ndarray, published: np.ndarray, systems: Systems) -> np.ndarray:
    """Weights over systems such that each medium sums to one; evenly over what is published where all are zero."""
    medium = systems.medium
    total = (systems.of_medium @ weight)[medium]
    even = published / np.maximum(1, systems.of_medium @ published)[medium]
    return np.where(total > 0, weight / np.where(total > 0, total, 1.0), even)


class Priorities(ConsortiumState):
    """The part of a consortium that ranks what to work on."""

    def ranks_priorities(self) -> None:
        """Core members rank recording systems × functions; sponsors' money sets the share of each medium (F59).

        The far share follows the horizon of the charter and the tolerance of failure.
        """
        near, far = self.near_and_far()
        told = self.model.settings.projects
        share = told.far_long if self.charter.horizon == "long" else told.far_short
        share = min(1.0, share * (0.5 + self.model.settings.supports.tolerance_of_failure))
        by_medium = self.medium_shares()[self.model.systems.medium]
        systems = by_medium * ((1.0 - share) * near + share * far)
        rows = [firm.number for firm in self.core()] or self.rows
        functions = self.model.firms.function_weights[rows].mean(axis=0)
        cells = systems[:, None] * functions * (1.2 - self.model.knowledge.university)
        self.matrix = cells / cells.sum() if cells.sum() > 0 else cells
        self.steps = np.cumsum(self.matrix).tolist()

    def near_and_far(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights over systems: what members work on now, and what is published but far; each medium sums to one."""
        if self.book.get("near and far of") is not self.standing():
            self.book["near and far of"], self.book["near and far"] = self.standing(), self._weighs_systems()
        return self.book["near and far"]

    def _weighs_systems(self) -> tuple[np.ndarray, np.ndarray]:
        model = self.model
        near = model.firms.system_weights[self.rows].mean(axis=0) * model.published
        far = model.published * model.far * np.maximum(0.05, 0.95 - model.best_ready)
        return within_media(near, model.published, model.systems), within_media(far, model.published, model.systems)

    def medium_shares(self) -> np.ndarray:
        """Share of each medium in the project money: the sponsors' part and the common part; sums to one."""
        scope = self.charter.scope()
        rows = self.rows
        fees = self.standing().fees
        sponsored = self.model.firms.focus[rows] * scope
        sponsored = sponsored / np.maximum(sponsored.sum(axis=1, keepdims=True), 1e-9)
        from_sponsors = fees @ sponsored
        total = from_sponsors.sum()
        even = scope / scope.sum()
        common = self.charter.common_share
        return (1 - common) * (from_sponsors / total if total > 0 else even) + common * even

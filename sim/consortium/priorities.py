"""What matters to a consortium: its priority matrix of recording systems × functions."""

import numpy as np

from sim.compiled import compiled
from sim.consortium.state import ConsortiumState
from sim.population import MEDIA


@compiled
def near_and_far_systems(members, system_weights, published, far, ready, medium, media, near, beyond):
    """What members work on now (`near`) and what is published but far (`beyond`), systems each; a medium sums to one.

    A far system counts the more, the less ready it is; a medium where nothing counts is spread over what is published.
    """
    for system in range(len(published)):
        near[system] = 0.0
        for firm in members:
            near[system] += system_weights[firm, system]
        near[system] = near[system] / len(members) if published[system] else 0.0
        beyond[system] = max(0.05, 0.95 - ready[system]) if published[system] and far[system] else 0.0
    within_media(near, published, medium, media)
    within_media(beyond, published, medium, media)


@compiled
def within_media(weight, published, medium, media):
    """Weights over systems such that each medium sums to one; evenly over what is published where all are zero."""
    for each in range(media):
        total, count = 0.0, 0
        for system in range(len(weight)):
            if medium[system] == each:
                total += weight[system]
                count += published[system]
        for system in range(len(weight)):
            if medium[system] == each:
                weight[system] = weight[system] / total if total > 0.0 else published[system] / max(1, count)


@compiled
def sponsored(members, focus, scope, fees, by_medium):
    """What members' fees put on each medium in scope, by their own business."""
    for place in range(len(members)):
        served = 0.0
        for medium in range(len(scope)):
            served += focus[members[place], medium] * scope[medium]
        for medium in range(len(scope)):
            by_medium[medium] += fees[place] * focus[members[place], medium] * scope[medium] / max(served, 1e-9)


@compiled
def rank_cells(core, function_weights, by_system, university, cells):
    """The priority of each cell, systems × functions, sums to one: less where the universities know most already."""
    total = 0.0
    for function in range(cells.shape[1]):
        weight = 0.0
        for firm in core:
            weight += function_weights[firm, function]
        for system in range(cells.shape[0]):
            cells[system, function] = by_system[system] * weight / len(core) * (1.2 - university[system, function])
            total += cells[system, function]
    if total > 0.0:
        cells /= total


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
        core = np.array([firm.number for firm in self.core()], dtype=np.int64)
        self.matrix = np.empty_like(self.matrix)
        rank_cells(core if len(core) else self.rows, self.model.firms.function_weights, systems, self.model.knowledge.university,
                   self.matrix)  # fmt: skip
        self.steps = np.cumsum(self.matrix).tolist()

    def near_and_far(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights over systems: what members work on now, and what is published but far; each medium sums to one."""
        if self.book.get("near and far of") is not self.standing():
            self.book["near and far of"], self.book["near and far"] = self.standing(), self._weighs_systems()
        return self.book["near and far"]

    def _weighs_systems(self) -> tuple[np.ndarray, np.ndarray]:
        model = self.model
        near, far = np.empty((2, len(model.systems)))
        near_and_far_systems(self.rows, model.firms.system_weights, model.published, model.far, model.best_ready,
                             model.systems.medium, len(MEDIA), near, far)  # fmt: skip
        return near, far

    def medium_shares(self) -> np.ndarray:
        """Share of each medium in the project money: the sponsors' part and the common part; sums to one."""
        scope = self.charter.scope()
        standing = self.standing()
        from_sponsors = np.zeros(len(scope))
        sponsored(standing.rows, self.model.firms.focus, scope, standing.fees, from_sponsors)
        total = from_sponsors.sum()
        even = scope / scope.sum()
        common = self.charter.common_share
        return (1 - common) * (from_sponsors / total if total > 0 else even) + common * even

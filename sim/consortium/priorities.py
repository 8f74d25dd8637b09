"""What matters to a consortium: its priority matrix of recording systems × functions."""

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.consortium.committees import WHOLE
from sim.consortium.foresight import Foresight
from sim.decisions import overrides
from sim.firm.committees import CommitteeDecisions
from sim.population import MEDIA

if TYPE_CHECKING:
    from sim.firm import Firm


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
def scores_together(members, system_weights, function_weights, together):
    """The scores of `CommitteeDecisions.scores`, summed over members."""
    for system in range(together.shape[0]):
        for function in range(together.shape[1]):
            together[system, function] = 0.0
            for member in members:
                together[system, function] += system_weights[member, system] * function_weights[member, function]


@compiled
def spread_over_cells(scores, by_system, by_function, beyond, published, medium, media, near, far):
    """What members score (`near`) such that each medium sums to one, and what lies `beyond`, spread over functions alike.

    `by_system` comes as the sums of the scores and becomes the weights of the systems within their media.
    """
    for system in range(near.shape[0]):
        for function in range(near.shape[1]):
            near[system, function] = scores[system, function] / max(by_system[system], 1e-12)
            far[system, function] = beyond[system] * by_function[function]
    within_media(by_system, published, medium, media)
    for system in range(near.shape[0]):
        for function in range(near.shape[1]):
            near[system, function] *= by_system[system]


@compiled
def weighed_together(near, far, share, by_medium, medium, university, cells):
    """The near and the far `share` of each cell, as its medium is paid for; the less universities know, the more."""
    for system in range(cells.shape[0]):
        for function in range(cells.shape[1]):
            wanted = ((1.0 - share) * near[system, function] + share * far[system, function]) * by_medium[medium[system]]
            cells[system, function] = wanted * (1.2 - university[system, function])


class Priorities(Foresight):
    """The part of a consortium that ranks what to work on."""

    def ranks_priorities(self) -> None:
        """Core members score recording systems × functions, branch by branch; the matrix goes out before the call (F59).

        Sponsors' money sets the share of each medium; the far share follows the horizon of the charter and the
        tolerance of failure; the roadmap weighs in as far as it is trusted. Zeros everywhere send nothing out.
        """
        self.matrices = {branch: self._ranked(branch) for branch in self.branches()}
        self.matrices = {branch: matrix for branch, matrix in self.matrices.items() if matrix.sum() > 0}
        self.matrix = sum(self.matrices.values(), np.zeros_like(self.matrix)) / max(1, len(self.matrices))
        permuted = self.model.settings.calls.permuted
        self.sent = {branch: exchanged(matrix) if permuted else matrix for branch, matrix in self.matrices.items()}

    def _ranked(self, branch: str) -> np.ndarray:
        model, told = self.model, self.model.settings.projects
        members = [firm for firm in self.core() or self.members if branch in (WHOLE, self.branch_of(firm))] or self.members
        scores = self._scores_of(members) / len(members) * model.published[:, None]
        functions = scores.sum(axis=0) / max(scores.sum(), 1e-12)
        by_system = scores.sum(axis=1)
        near, far, cells = np.empty(scores.shape), np.empty(scores.shape), np.empty(scores.shape)
        spread_over_cells(scores, by_system, functions, self.near_and_far()[1], model.published, model.systems.medium, len(MEDIA),
                          near, far)  # fmt: skip
        near, far = self._with_roadmap(near, far)
        share = told.far_long if self.charter.horizon == "long" else told.far_short
        share = min(1.0, share * (0.5 + model.settings.supports.tolerance_of_failure))
        weighed_together(near, far, share, self.medium_shares(), model.systems.medium, model.knowledge.university, cells)
        total = cells.sum()
        return cells / total if total > 0 else cells

    def _scores_of(self, members: list["Firm"]) -> np.ndarray:
        """The scores of all members together; one rule for everybody, unless a subclass scores otherwise."""
        model = self.model
        if overrides(model.firm_class, CommitteeDecisions, "scores"):
            return np.add.reduce([firm.scores() for firm in members])
        together = np.empty(self.matrix.shape)
        scores_together(np.array([firm.number for firm in members]), model.firms.system_weights, model.firms.function_weights,
                        together)  # fmt: skip
        return together

    def _with_roadmap(self, near: np.ndarray, far: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The roadmap draws the far part to what is expected first, and within a system to its main barriers (F57)."""
        weight = self.model.settings.roadmap.weight * self.roadmap_trust
        if not self.roadmap or weight <= 0.0:
            return near, far
        soon = np.zeros(len(near))
        for forecast in self.roadmap:
            soon[forecast.system] = 1.0 / (2.0 + max(0.0, forecast.year - self.model.year))
        barriers = np.maximum(0.02, 1.0 - self._asked())
        barriers /= barriers.sum(axis=1, keepdims=True)
        disk = self.model.systems.of_medium[0][:, None]
        total = float((far * disk).sum())
        drawn = soon[:, None] * barriers * disk
        drawn *= total / max(float(drawn.sum()), 1e-12)
        return near, (1.0 - weight) * far + weight * (drawn + far * (1.0 - disk))

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


def exchanged(matrix: np.ndarray) -> np.ndarray:
    """The matrix with the priorities of its cells exchanged: the first cell asked for gets those of the last, and so on."""
    asked = matrix > 0
    result = matrix.copy()
    result[asked] = matrix[asked][::-1]
    return result

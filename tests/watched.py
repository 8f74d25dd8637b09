"""A model that looks after itself: the laws of the world, checked at the end of every month."""

import numpy as np

from sim.consortium.research import Project
from sim.model import ConsortiumModel

CENT = 1e-5  # million US$; a payment is rounded to whole dollars, a month makes a few


class Watched(ConsortiumModel):
    """Raises AssertionError when a law is broken; consortia in debt are written down."""

    def __init__(self, *told, **more) -> None:
        super().__init__(*told, **more)
        self.debts: dict[str, float] = {}

    def step(self) -> None:
        """One month, then the laws."""
        before = self.firms.density.copy()
        super().step()
        money_adds_up(self)
        self.debts |= {
            body.name: held for body in self.consortia if (held := self.accounts.held(body.account)) < -CENT
        }
        members_live_and_belong_once(self)
        shares_and_know_how_stay_in_range(self)
        density_does_not_fall(self, before)
        portfolios_add_up(self)
        if self.month % 12 == 6:  # June is over
            charters_admit_their_members(self)


def money_adds_up(model: ConsortiumModel) -> None:
    """The sum over all accounts is zero, no reserve is below nothing."""
    assert model.accounts.imbalance() == 0
    assert all(body.reserve >= 0 for body in model.consortia)


def members_live_and_belong_once(model: ConsortiumModel) -> None:
    """Members are alive, belong once, and firm and consortium agree about it."""
    for body in model.consortia:
        rows = [firm.number for firm in body.members]
        assert len(rows) == len(set(rows)), f"{body.name} has a member twice"
        assert model.firms.alive[rows].all(), f"{body.name} has a dead member"
        assert body.rows.tolist() == rows, f"{body.name} remembers other members than it has"
        assert all(body in firm.memberships for firm in body.members)
    for firm in model.living_firms():
        assert all(firm in body.members and body.ended is None for body in firm.memberships)


def charters_admit_their_members(model: ConsortiumModel) -> None:
    """After the review of June no member is left that the charter does not admit."""
    for body in model.consortia:
        out = [firm.name for firm in body.members if not body.may_join(firm)]
        assert not out, f"{body.name} keeps {out}, which its charter does not admit"


def shares_and_know_how_stay_in_range(model: ConsortiumModel) -> None:
    """Shares of makers sum to one, focus over media to one or nothing, know-how lies between 0 and 1."""
    firms, count = model.firms, model.firms.count
    if len(firms.makers()):
        assert abs(firms.share[:count].sum() - 1.0) < 1e-9
    assert not firms.share[:count][~firms.maker[:count]].any()
    focus = firms.focus[:count].sum(axis=1)
    assert np.all((np.abs(focus - 1.0) < 1e-9) | (np.abs(focus) < 1e-9))
    for known in (firms.know_how[:count], model.knowledge.university):
        assert known.min() >= 0.0
        assert known.max() <= 1.0


def density_does_not_fall(model: ConsortiumModel, before: np.ndarray) -> None:
    """What a maker sells never gets less dense; a merger takes the better of two."""
    still = np.flatnonzero(model.firms.maker[: len(before)] & (before > 0))
    assert np.all(model.firms.density[still] >= before[still] * (1 - 1e-12))


def portfolios_add_up(model: ConsortiumModel) -> None:
    """Money per cell and the universities' counters are the sums over running projects."""
    running: dict[int, list[Project]] = {}
    for body in model.consortia:
        cells = np.zeros_like(body.cell_musd)
        for project in body.projects:
            cells[project.system, project.function] += project.total_musd
            assert project.start <= model.month - 1
            if project.performer is not None:
                running.setdefault(project.performer.number, []).append(project)
        assert np.allclose(cells, body.cell_musd, atol=1e-9)
    for university in model.universities:
        projects = running.get(university.number, [])
        assert university.projects == len(projects), university.name
        assert abs(university.industry_musd - sum(p.fee_musd for p in projects)) < 1e-9
        assert abs(university.public_musd - sum(p.public_musd for p in projects)) < 1e-9

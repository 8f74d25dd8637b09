"""Contracts: what every agent of a kind keeps, in a long history and in one of constant change."""

import mesa
import numpy as np
import pytest

from sim.association import IndustryAssociation
from sim.configuration import compose
from sim.consortium.body import Consortium
from sim.firm import Firm
from sim.government import Government
from sim.model import ConsortiumModel
from sim.population import LINES
from sim.university import University

WORLDS = {
    "by default": [],
    "in turmoil": [
        "governance.votes=coin",
        "belonging.attention=0.5",
        "business.deaths_per_year=0.1",
        "business.births_per_year=8",
    ],
}
KINDS = (Firm, University, Government, IndustryAssociation, Consortium)


@pytest.fixture(scope="module", params=list(WORLDS.values()), ids=list(WORLDS))
def world(request: pytest.FixtureRequest) -> ConsortiumModel:
    return ConsortiumModel(compose([*request.param, "horizon.years=24"]), seed=4).run()


def of(world: ConsortiumModel, kind: type) -> list:
    return list(world.agents_by_type.get(kind, []))


def test_everybody_is_an_agent_of_the_model(world: ConsortiumModel) -> None:
    for kind in KINDS:
        assert issubclass(kind, mesa.Agent)
        assert of(world, kind), kind.__name__
        assert all(agent.model is world for agent in of(world, kind))
    assert {type(agent) for agent in world.agents} == set(KINDS)
    assert len({agent.unique_id for agent in world.agents}) == len(world.agents)


# -- firms -------------------------------------------------------------------------------------------------


def test_number_and_row_of_a_firm_agree(world: ConsortiumModel) -> None:
    for row in range(world.firms.count):
        firm = world.firm(row)
        assert firm.number == row
        assert firm.name == world.firms.names[row]
        assert world.accounts.names[world.firms.account[row]] == firm.name
    dice = world.firms.dice[: world.firms.count]
    assert len(set(dice.tolist())) == world.firms.count


def test_living_firms_are_the_firms_of_the_model(world: ConsortiumModel) -> None:
    assert sorted(firm.number for firm in of(world, Firm)) == world.firms.living().tolist()
    assert world.firms.count > len(world.firms.living()), "nobody died: the test says nothing"


def test_the_dead_hold_nothing(world: ConsortiumModel) -> None:
    firms = world.firms
    for row in np.flatnonzero(~firms.alive[: firms.count]):
        firm = world.firm(row)
        assert not firm.memberships
        assert not firm.revenue
        assert not firm.makes_drives
        assert firm.cash == 0.0
        assert not firms.research[row]
        assert not firms.share[row]
        assert not firms.focus[row].any()
        assert row not in world.association.belong


def test_numbers_of_living_firms_stay_in_range(world: ConsortiumModel) -> None:
    firms = world.firms
    rows = firms.living()
    focus = firms.focus[rows].sum(axis=1)
    assert np.all((np.abs(focus - 1) < 1e-9) | (focus == 0))
    assert np.all(firms.revenue[rows] >= 0)
    assert not firms.revenue[rows][~firms.owns[rows]].any()
    for share in (firms.absorptive[rows], firms.threat[rows], firms.share[rows]):
        assert share.min() >= 0.0
        assert share.max() <= 1.0
    for split in (firms.system_weights[rows].sum(axis=1), firms.function_weights[rows].sum(axis=1)):
        assert np.all(np.isclose(split, 1.0) | (split == 0.0))  # who was born this year has no plan yet
        assert np.isclose(split, 1.0).mean() > 0.8
    assert np.all(firms.research[rows] >= 0)


def test_makers_are_who_own_a_drive_line(world: ConsortiumModel) -> None:
    firms, drives = world.firms, LINES.index("drives")
    for row in firms.living():
        assert world.firm(row).makes_drives == bool(firms.owns[row, drives]) == ("drives" in world.firm(row).lines)
    assert np.all(firms.density[firms.makers()] > 0)
    assert np.all(firms.cost[firms.makers()] > 0)


# -- consortia ---------------------------------------------------------------------------------------------


def test_living_consortia_are_the_consortia_of_the_model(world: ConsortiumModel) -> None:
    assert [body.number for body in world.all_bodies] == list(range(len(world.all_bodies)))
    assert len({body.name for body in world.all_bodies}) == len(world.all_bodies)
    assert world.consortia == [body for body in world.all_bodies if body.ended is None]


def test_an_ended_consortium_is_no_agent_any_more(world: ConsortiumModel) -> None:
    agents = set(of(world, Consortium))
    assert agents == set(world.consortia)


def test_ended_consortia_hold_nothing(world: ConsortiumModel) -> None:
    for body in world.all_bodies:
        if body.ended is not None:
            assert not body.members
            assert not body.projects
            assert world.accounts.held(body.account) == 0.0
            assert not any(body in firm.memberships for firm in of(world, Firm))


def test_members_tiers_votes_and_core(world: ConsortiumModel) -> None:
    for body in world.consortia:
        tiers = body.tiers()
        assert len(tiers) == len(body.members)
        assert ((tiers >= 0) & (tiers < len(body.charter.tiers))).all()  # none where the last member has left since June
        assert set(body.core()) <= set(body.members)
        assert {firm for firm, _ in body.voters()} <= set(body.members)
        assert all(votes > 0 for _, votes in body.voters())
        assert {firm.number for firm in body.members} <= body.ever
        body.charter.check()


def test_priorities_and_media_shares_sum_to_one(world: ConsortiumModel) -> None:
    for body in world.consortia:
        assert body.matrix.min() >= 0
        assert body.matrix.sum() == pytest.approx(1.0)
        assert body.medium_shares().sum() == pytest.approx(1.0)
        assert not body.medium_shares()[body.charter.scope() == 0].any()


def test_trust_is_mutual_and_a_share(world: ConsortiumModel) -> None:
    for one in world.consortia:
        for other in world.consortia:
            if one is not other:
                assert one.trust.get(other.number, 0.0) == other.trust.get(one.number, 0.0)
        assert all(0.0 <= trust <= 1.0 for trust in one.trust.values())


def test_history_of_a_consortium_has_no_gap(world: ConsortiumModel) -> None:
    for body in world.all_bodies:
        months = [row[0] for row in body.history]
        last = world.month if body.ended is None else body.ended
        assert months == list(range(body.founded, last)), body.name


def test_projects_are_within_their_time_and_scope_of_numbers(world: ConsortiumModel) -> None:
    for body in world.consortia:
        assert len({project.number for project in body.projects}) == len(body.projects)
        for project in body.projects:
            assert project.start < world.month <= project.end + 1
            assert min(project.fee_musd, project.public_musd, project.match_musd) >= 0
            assert (project.kind == "joint") == (project.performer is None)
        performers = {project.performer.number for project in body.projects if project.performer is not None}
        assert performers <= body.universities_ever


# -- the others --------------------------------------------------------------------------------------------


def test_orientation_of_universities_is_a_share(world: ConsortiumModel) -> None:
    for university in of(world, University):
        assert 0.0 <= university.applied <= 1.0


def test_universities(world: ConsortiumModel) -> None:
    for university in of(world, University):
        assert university.projects >= 0
        assert university.staff > 0
        assert min(university.industry_musd, university.public_musd) > -1e-9


def test_governments(world: ConsortiumModel) -> None:
    assert [government.country for government in world.governments] == ["United States", "Japan"]
    for government in world.governments:
        assert government.committed >= 0
        assert government.expected >= 0
        assert 0.0 <= government.position <= 1.0


def test_the_association_knows_only_the_living(world: ConsortiumModel) -> None:
    assert world.association.belong <= set(world.firms.living().tolist())
    assert 0.0 <= world.association.chain() <= 1.0

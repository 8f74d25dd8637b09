"""The collaboration network: who is in it, what its ties say, and that GraphML keeps it."""

from pathlib import Path

import networkx as nx
import pytest

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.network import collaboration_network, consortium_node, firm_node, university_node


@pytest.fixture(scope="module")
def model() -> ConsortiumModel:
    return ConsortiumModel(compose(["horizon.years=8"]), seed=3).run()


@pytest.fixture(scope="module")
def graph(model: ConsortiumModel) -> nx.Graph:
    return collaboration_network(model)


def ties(graph: nx.Graph, relation: str) -> list[tuple[str, str, dict]]:
    return [(one, other, told) for one, other, told in graph.edges(data=True) if told["relation"] == relation]


def test_everybody_who_lives_is_a_node(model: ConsortiumModel, graph: nx.Graph) -> None:
    kinds = [told["kind"] for _, told in graph.nodes(data=True)]
    assert kinds.count("firm") == len(list(model.living_firms()))
    assert kinds.count("university") == len(model.universities)
    assert kinds.count("consortium") == len(model.consortia) > 0
    firm = next(iter(model.living_firms()))
    told = graph.nodes[firm_node(firm.number)]
    assert (told["label"], told["country"]) == (firm.name, firm.country)
    assert told["revenue_musd"] == pytest.approx(firm.revenue)


def test_members_are_tied_to_their_consortium(model: ConsortiumModel, graph: nx.Graph) -> None:
    assert len(ties(graph, "member_of")) == sum(len(body.members) for body in model.consortia) > 5
    for body in model.consortia:
        for firm, tier in zip(body.members, body.tiers(), strict=True):
            told = graph.edges[firm_node(firm.number), consortium_node(body.number)]
            assert told["tier"] == tier + 1
            assert told["fee_musd"] == pytest.approx(
                body.charter.fee_factor * body.charter.tiers[tier].fee_musd
            )


def test_performers_are_tied_by_their_running_projects(model: ConsortiumModel, graph: nx.Graph) -> None:
    for university in model.universities:
        held = [told for _, _, told in graph.edges(university_node(university.number), data=True)]
        assert sum(told["projects"] for told in held) == university.projects
    money = sum(told["money_musd"] for _, _, told in ties(graph, "performs_for"))
    assert money == pytest.approx(
        sum(p.total_musd for b in model.consortia for p in b.projects if p.performer)
    )
    assert money > 0


def test_allies_share_a_joint_venture(model: ConsortiumModel, graph: nx.Graph) -> None:
    allied = {frozenset(pair[:2]) for pair in ties(graph, "ally")}
    shared = {
        frozenset((firm_node(a), firm_node(b)))
        for body in model.consortia
        for project in body.projects
        for a in project.partners
        for b in project.partners
        if a < b and model.firm(a).alive and model.firm(b).alive
    }
    assert allied == shared


def test_graphml_keeps_all_of_it(graph: nx.Graph, tmp_path: Path) -> None:
    nx.write_graphml(graph, tmp_path / "network.graphml")
    again = nx.read_graphml(tmp_path / "network.graphml")
    assert dict(again.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {frozenset(edge) for edge in again.edges} == {frozenset(edge) for edge in graph.edges}
    for one, other, told in graph.edges(data=True):
        assert again.edges[one, other] == told


def test_a_world_without_consortia_has_no_ties() -> None:
    settings = compose(["scenario=no_consortium", "horizon.years=1"])
    assert collaboration_network(ConsortiumModel(settings, seed=1).run()).number_of_edges() == 0

"""The collaboration network of a moment: who belongs to which consortium, who performs projects for it."""

import itertools
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.model import ConsortiumModel


def collaboration_network(model: "ConsortiumModel") -> nx.Graph:
    """Firms, universities and consortia that live now, and their ties, as a graph that GraphML can hold.

    Nodes carry `kind`, `label`, `country` and what tells their size. Edges carry `relation`: `member_of`
    (tier from 1, fee in million US$ a year), `performs_for` (running projects, their money a year, likewise),
    `ally` between members that share a running joint venture, `trusts` between consortia (0 to 1).
    """
    graph = nx.Graph(month=int(model.month), year=float(model.year))
    _adds_firms(graph, model)
    _adds_universities(graph, model)
    for body in model.consortia:
        _adds_consortium(graph, body)
        _adds_members(graph, body)
        _adds_performers(graph, body)
        _adds_allies(graph, body)
    _adds_trust(graph, model)
    return graph


def firm_node(number: int) -> str:
    """The node of a firm; names are labels and need not be unique."""
    return f"firm {number}"


def university_node(number: int) -> str:
    """The node of a university."""
    return f"university {number}"


def consortium_node(number: int) -> str:
    """The node of a consortium."""
    return f"consortium {number}"


def _adds_firms(graph: nx.Graph, model: "ConsortiumModel") -> None:
    """Living firms: revenue and own R&D (million US$ a year), main line, whether it makes drives."""
    for firm in model.living_firms():
        revenue = model.firms.revenue[firm.number]
        graph.add_node(
            firm_node(firm.number),
            kind="firm",
            label=firm.name,
            country=firm.country,
            revenue_musd=float(revenue.sum()),
            research_musd=float(model.firms.research[firm.number]),
            main_line=main_line(revenue),
            makes_drives=bool(firm.makes_drives),
        )


def main_line(revenue: np.ndarray) -> str:
    """The business line with most revenue; `none` where there is no revenue.

    >>> main_line(np.array([0.0, 3.0, 1.0, 0, 0, 0, 0, 0, 0, 0]))
    'heads'
    """
    from sim.population import LINES

    return LINES[int(np.argmax(revenue))] if revenue.max() > 0 else "none"


def _adds_universities(graph: nx.Graph, model: "ConsortiumModel") -> None:
    """All universities: staff, running projects, orientation."""
    for university in model.universities:
        graph.add_node(
            university_node(university.number),
            kind="university",
            label=university.name,
            country=university.country,
            staff=float(university.staff),
            projects=int(university.projects),
            applied_orientation=float(university.applied),
        )


def _adds_consortium(graph: nx.Graph, body: "Consortium") -> None:
    """A consortium with the terms of its charter."""
    charter = body.charter
    graph.add_node(
        consortium_node(body.number),
        kind="consortium",
        label=body.name,
        country="; ".join(body.countries),
        membership=charter.membership,
        media="; ".join(charter.media),
        host=charter.host,
        members=len(body.members),
        projects=len(body.projects),
        fees_musd=float(body.yearly_fees),
    )


def _adds_members(graph: nx.Graph, body: "Consortium") -> None:
    """Firms that belong, with tier (1 the first) and fee."""
    if not body.members:
        return
    fees = body.charter.fee(body.model.storage_revenue[body.rows])
    for firm, tier, fee in zip(body.members, body.tiers(), fees, strict=True):
        graph.add_edge(
            firm_node(firm.number),
            consortium_node(body.number),
            relation="member_of",
            tier=int(tier) + 1,
            fee_musd=float(fee),
        )


def _adds_performers(graph: nx.Graph, body: "Consortium") -> None:
    """Universities with running projects."""
    for project in body.projects:
        if project.performer is None:
            continue
        ends = university_node(project.performer.number), consortium_node(body.number)
        held = graph.get_edge_data(*ends, {"projects": 0, "money_musd": 0.0})
        count, money = held["projects"] + 1, held["money_musd"] + float(project.total_musd)
        graph.add_edge(*ends, relation="performs_for", projects=count, money_musd=money)


def _adds_allies(graph: nx.Graph, body: "Consortium") -> None:
    """Living firms that take part in the same running joint venture."""
    for project in body.projects:
        partners = [firm_node(number) for number in project.partners if firm_node(number) in graph]
        for one, other in itertools.combinations(partners, 2):
            count = graph.get_edge_data(one, other, {"projects": 0})["projects"] + 1
            graph.add_edge(one, other, relation="ally", projects=count)


def _adds_trust(graph: nx.Graph, model: "ConsortiumModel") -> None:
    """Consortia that trust each other."""
    for one, other in itertools.combinations(model.consortia, 2):
        trust = float(one.trust.get(other.number, 0.0))
        if trust > 0:
            graph.add_edge(
                consortium_node(one.number), consortium_node(other.number), relation="trusts", trust=trust
            )

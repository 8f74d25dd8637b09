"""The network for the page: who is tied to which consortium in each year, and who was bought by whom."""

from typing import Any

from sim.explorer.watching import Watched


def ties(watched: Watched) -> dict[str, Any]:
    """Nodes and yearly ties as plain lists.

    `firms`, `universities` (name, country) and `consortia` (name, country, first year seen), only those that are tied at
    some time or part of a deal; `years` year → [members (firm, consortium, tier), performers (university, consortium,
    projects), firms that live]; `deals` (month, buyer, seller) by place in `firms`; `united` a consortium and those that
    became it, by place in `consortia`.
    """
    graphs = watched.run.networks
    found: dict[str, dict[str, int]] = {"firm": {}, "university": {}, "consortium": {}}
    nodes: dict[str, list[list[Any]]] = {"firm": [], "university": [], "consortium": []}

    def place(graph: Any, node: str, year: int) -> int:
        kind, about = graph.nodes[node]["kind"], graph.nodes[node]
        if node not in found[kind]:
            found[kind][node] = len(nodes[kind])
            nodes[kind].append([about["label"], about["country"], year])
        return found[kind][node]

    years = {str(year): _of_year(graph, lambda node, g=graph, y=year: place(g, node, y)) for year, graph in graphs.items()}
    deals = [deal for deal in watched.deals if _placed(deal, graphs, place)]
    firms, bodies = found["firm"], {node[0]: number for number, node in enumerate(nodes["consortium"])}
    for year, graph in graphs.items():
        years[str(year)].append([firms[node] for node in firms if node in graph])
    return {
        "firms": [node[:2] for node in nodes["firm"]], "universities": [node[:2] for node in nodes["university"]],
        "consortia": nodes["consortium"], "years": years,
        "deals": [[month, firms[f"firm {buyer}"], firms[f"firm {seller}"]] for month, buyer, seller in deals],
        "united": [[bodies[name], [bodies[parent] for parent in parents if parent in bodies]]
                   for name, parents in watched.united.items() if name in bodies],
    }  # fmt: skip


def _of_year(graph: Any, place: Any) -> list[Any]:
    """Members and performers of one year."""
    members, performers = [], []
    for one, other, tie in graph.edges(data=True):
        if tie["relation"] not in ("member_of", "performs_for"):
            continue
        body, who = (one, other) if graph.nodes[one]["kind"] == "consortium" else (other, one)
        if tie["relation"] == "member_of":
            members.append([place(who), place(body), tie["tier"]])
        else:
            performers.append([place(who), place(body), tie["projects"]])
    return [members, performers]


def _placed(deal: tuple[int, int, int], graphs: dict[int, Any], place: Any) -> bool:
    """Whether both sides of a deal are seen in some year; gives them a place."""
    seen = 0
    for number in deal[1:]:
        for year, graph in graphs.items():
            if f"firm {number}" in graph:
                place(graph, f"firm {number}", year)
                seen += 1
                break
    return seen == 2

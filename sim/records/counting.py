"""Counts the series of `counted.py` from the ledger, the stays of members and the list of projects."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.population import FUNCTIONS, LINES
from sim.records.counted import COUNTED, EXITS, KINDS, PARTS, SECTORS
from sim.technology.systems import systems

if TYPE_CHECKING:
    from sim.consortium.projects import Project
    from sim.records.outcomes.seen import Seen

_KIND = {kind: PARTS.index(kind) for kind in KINDS}
_ABROAD = PARTS.index("abroad")
_FIRST_SYSTEM = PARTS.index(f"on_{systems().names[0]}")
_FIRST_FUNCTION = PARTS.index(f"for_{FUNCTIONS[0]}")
_MONTHS_A_YEAR = 12
_YEARS_OF_VOLATILITY = 5


def counted(seen: "Seen") -> dict[str, np.ndarray]:
    """Every series of `COUNTED` by month."""
    found = memberships(seen) | projects(seen)
    found["income_volatility"] = volatility(seen)
    return {name: found[name] for name in COUNTED}


# -- members -----------------------------------------------------------------------------------------------------


def memberships(seen: "Seen") -> dict[str, np.ndarray]:
    """Joins, exits by reason, members by sector and of the sister country."""
    names = ["joins", "exits", *(f"exits_{why}" for why in EXITS), "members_sister_country",
             *(f"members_{sector}" for sector in SECTORS)]  # fmt: skip
    rows = {name: np.zeros(seen.months + 1, dtype=np.int32) for name in names}
    reasons = _reasons(seen)
    sister = seen.model.settings.sister.country
    for firm, start, end in seen.stays:
        rows["joins"][start] += 1
        inside = [f"members_{_sector_of(seen.model.first_line[firm])}"]
        inside += ["members_sister_country"] if seen.model.first_country[firm] == sister else []
        for name in inside:
            rows[name][start] += 1
            rows[name][end] -= 1
        if end < seen.months:
            rows["exits"][end] += 1
            rows[f"exits_{reasons.get((end, seen.model.firms.names[firm]), 'branch')}"][end] += 1
    return {name: np.cumsum(row)[:-1] if name.startswith("members") else row[:-1] for name, row in rows.items()}


def _sector_of(line: int) -> str:
    return next(sector for sector, lines in SECTORS.items() if LINES[line] in lines)


def _reasons(seen: "Seen") -> dict[tuple[int, str], str]:
    """Why a firm left a body of the lineage, by month and name."""
    bodies = {body.name for body in seen.bodies}
    rows = [row for kind in ("membership_lost", "left") for row in seen.events[kind] if row[3] in bodies]
    return {(row[0], row[2]): _reason(row[1], row[4], row[5].get("terms", {})) for row in rows}


def _reason(kind: str, why: str, terms: dict[str, float]) -> str:
    """The reason of an exit, a name of `EXITS`."""
    if kind == "membership_lost":
        goes_elsewhere = why.startswith(("goes to", "becomes part"))
        return "firm_gone" if why == "the firm ended" else "branch" if goes_elsewhere else "not_admitted"
    if "business outside the scope" in terms:
        return "other_business"
    return "other_reasons" if "reasons outside the model" in terms else "disappointed"


# -- projects ----------------------------------------------------------------------------------------------------


def projects(seen: "Seen") -> dict[str, np.ndarray]:
    """Research projects of the lineage running, started and stopped, by kind, place, recording system and function."""
    carries = np.full(seen.months + 1, -1)
    carries[list(seen.path)] = list(seen.path.values())
    bodies = {body.number: row for row, body in enumerate(seen.bodies)}
    carried, begun = carries.tolist(), set()
    come, gone, started, stopped = [], [], [], []  # (body, project, system, month)
    for project, number, start, end in all_spells(seen):
        if project.performer is None:
            continue
        if number in bodies:
            for system, first, after in stretches(project, start, end):
                come.append((bodies[number], project, system, first))
                gone.append((bodies[number], project, system, after))
            if carried[start] == number and id(project) not in begun:
                started.append((0, project, project.awarded_on, start))
            if carried[end] == number and project.stopped == end:
                stopped.append((0, project, project.system, end))
        begun.add(id(project))
    running = np.cumsum(_by_part(seen, come, len(bodies)) - _by_part(seen, gone, len(bodies)), axis=2)
    found = {
        "active": sum((rows * (carries == number) for number, rows in zip(bodies, running, strict=True)), np.zeros(1)),
        "started": _by_part(seen, started)[0],
        "stopped": _by_part(seen, stopped)[0],
    }
    none = np.zeros((len(PARTS), seen.months + 1))
    return {f"projects_{state}_{part}": (rows + none).astype(np.int32)[row, :-1]
            for state, rows in found.items() for row, part in enumerate(PARTS)}  # fmt: skip


def stretches(project: "Project", start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The systems a project worked on between two months, each with its first month and the month after the last.

    >>> from sim.consortium.projects import Project
    >>> list(stretches(Project(1, "travel", 4, 0, 10, 60, 0.1, turns=((23, 3), (35, 7))), 10, 60))
    [(3, 10, 23), (7, 23, 35), (4, 35, 60)]
    """
    turned = [month for month, _ in project.turns if start < month < end]
    for first, after in itertools.pairwise((start, *turned, end)):
        yield project.system_in(first), first, after


def starts_by_cell(seen: "Seen") -> list[tuple[tuple[int, int], int]]:
    """Cell (recording system, function) and month of every research project the lineage started."""
    once = {
        id(project): (project, number) for project, number, _, _ in reversed(all_spells(seen)) if project.performer is not None
    }
    return [((project.awarded_on, project.function), project.start) for project, number in once.values()
            if seen.path.get(project.start) == number]  # fmt: skip


def _by_part(seen: "Seen", what: list[tuple[int, "Project", int, int]], bodies: int = 1) -> np.ndarray:
    """Counts by body, part and month."""
    counts = np.zeros((bodies, len(PARTS), seen.months + 1), dtype=np.int32)
    home = seen.model.settings.home.country
    places = [(body, part, month) for body, project, system, month in what for part in parts_of(project, system, home)]
    if places:
        np.add.at(counts, tuple(np.array(places).T), 1)
    return counts


def parts_of(project: "Project", system: int, home: str) -> list[int]:
    """The places in `PARTS` of the parts in which a research project counts while it works on a system."""
    fixed = [_KIND[project.kind], _FIRST_SYSTEM + system, _FIRST_FUNCTION + project.function]
    return [*fixed, _ABROAD] if project.performer is not None and project.performer.country != home else fixed


def all_spells(seen: "Seen") -> list[tuple["Project", int, int, int]]:
    """Every project with the consortium that ran it, first month and month after the last; those still running too."""
    running = [(project, body.number, project.start if project.since is None else project.since, seen.months)
               for body in seen.model.consortia for project in body.projects]  # fmt: skip
    return [*seen.model.spells, *running]


# -- money -------------------------------------------------------------------------------------------------------


def public_money_by_country(seen: "Seen") -> dict[str, float]:
    """Public money awarded (million US$) by the country of who receives it, all governments and consortia together.

    A university project counts where the university is, a joint venture in even parts where the members are whom the
    programme may fund, an award to a single firm where the firm's ultimate owner is.
    """
    found: dict[str, float] = defaultdict(float)
    projects = {id(project): project for project, _, _, _ in all_spells(seen)}
    for project in projects.values():
        if project.performer is not None and project.public_musd > 0:
            found[project.performer.country] += project.public_musd * (project.end - project.start) / 12.0
    for row in (*seen.events["public_award"], *seen.events["single_award"]):
        for country, money in row[5]["recipients_musd"].items():
            found[country] += money
    return found


def volatility(seen: "Seen") -> np.ndarray:
    """Standard deviation over mean of the lineage's yearly income over the last five years; NaN before it is that old."""
    income = seen["fee_income_musd"] + seen["public_money_musd"]
    so_far = np.concatenate([[0.0], np.cumsum(income)])
    months, span = np.arange(seen.months), _MONTHS_A_YEAR * _YEARS_OF_VOLATILITY
    found = np.full(seen.months, np.nan)
    born = min(seen.path, default=seen.months)
    old = months[(months + 1 >= born + span) & seen.there]
    ends = old[:, None] + 1 - _MONTHS_A_YEAR * np.arange(_YEARS_OF_VOLATILITY)
    yearly = so_far[ends] - so_far[ends - _MONTHS_A_YEAR]
    mean = yearly.mean(axis=1)
    found[old] = np.divide(yearly.std(axis=1), mean, out=np.full(len(old), np.nan), where=mean > 0)
    return found

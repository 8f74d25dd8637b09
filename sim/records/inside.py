"""The tables of the inside of the consortium, built after the last month from what the model kept."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.consortium.projects import RIGHTS, Project
from sim.population import FUNCTIONS, MEDIA
from sim.records.counting import all_spells
from sim.records.tables import Columns, columns_of

if TYPE_CHECKING:
    from sim.records.outcomes.seen import Seen

Row = tuple[Any, ...]
Cell = tuple[int, int]


def inside(seen: "Seen") -> dict[str, Columns]:
    """Every table of `TABLES` by name."""
    made = {"projects": projects, "roadmap": roadmap, "seats": seats, "groups": groups, "matrix": matrix, "money": money}
    return {name: columns_of(name, rows(seen)) for name, rows in made.items()}


def projects(seen: "Seen") -> Iterator[Row]:
    """A row a project, in the order in which they began."""
    spells: dict[int, list[tuple[int, int, int]]] = {}
    for project, body, start, end in all_spells(seen):
        spells.setdefault(id(project), []).append((body, start, end))
    for place, (number, project) in enumerate(seen.model.all_projects):
        yield _project_row(seen, place + 1, number, project, spells[id(project)])


def _project_row(seen: "Seen", place: int, begun_by: int, project: Project, spells: list[tuple[int, int, int]]) -> Row:
    """One project in the order of the columns; `spells` are consortium, first month, month after the last."""
    model, table, university = seen.model, seen.model.systems, project.performer
    last_body, _, last = max(spells, key=lambda spell: spell[2])
    running = any(project is other for other in model.all_bodies[last_body].projects)
    carried = any(seen.path.get(month) == body for body, start, end in spells for month in range(start, end))
    stopped = project.stopped is not None
    state = "running" if running else "stopped" if stopped else "finished" if last >= project.end else "dropped"
    names = model.firms.names
    return (
        place, model.all_bodies[begun_by].name, model.all_bodies[last_body].name, carried, project.branch, project.kind,
        RIGHTS[project.kind], table.names[project.system],
        table.names[project.awarded_on],
        MEDIA[table.medium[project.system]], FUNCTIONS[project.function], bool(project.far), seen.year(project.start),
        seen.year(project.end), math.nan if running else seen.year(last), state, stopped, len(project.turns),
        university.name if university is not None else "", university.country if university is not None else "",
        names[project.lead] if project.lead >= 0 else "", "; ".join(names[firm] for firm in project.partners),
        project.fee_musd, project.public_musd, project.match_musd, project.students, project.quality, project.score,
        project.publications, project.patents,
    )  # fmt: skip


def roadmap(seen: "Seen") -> Iterator[Row]:
    """A row a forecast: what was said of a system, and what came."""
    model = seen.model
    for entry in model.roadmaps:
        came = model.first_product.get(entry.system)
        outcome = math.nan if came is None else seen.year(came)
        yield (entry.month, seen.year(entry.month), model.all_bodies[entry.body].name, seen.path.get(entry.month) == entry.body,
               model.systems.names[entry.system], entry.year, entry.density_gb_in2, entry.trust, outcome,
               outcome - entry.year)  # fmt: skip


def seats(seen: "Seen") -> Iterator[Row]:
    """A row a member, committee and year."""
    for minutes in seen.model.minutes:
        year, body = minutes.year, seen.model.all_bodies[minutes.body].name
        carried = seen.names.get(_december(seen, year)) == body
        for committee in minutes.committees:
            for seat in committee.seats:
                yield year, body, carried, committee.kind, committee.branch, seat.firm.name, seat.tier + 1, seat.seats


def groups(seen: "Seen") -> Iterator[Row]:
    """A row a participant, working group and year."""
    for minutes in seen.model.minutes:
        body = seen.model.all_bodies[minutes.body].name
        carried = seen.path.get(_december(seen, minutes.year)) == minutes.body
        for group in minutes.groups:
            told = [(firm.name, "lead") for firm in group.members] + [(guest, "guest") for guest in group.guests]
            for who, role in told:
                yield minutes.year, body, carried, group.kind, group.subject, who, role


def matrix(seen: "Seen") -> Iterator[Row]:
    """A row a cell of which anything can be said, branch and year."""
    model = seen.model
    noted = {(minutes.year, minutes.body): minutes for minutes in model.minutes}
    awards = _awards(seen)
    keys = {(year, body, branch) for (year, body), minutes in noted.items() for branch in minutes.scored} | awards.keys()
    none = np.full((len(model.systems), len(FUNCTIONS)), math.nan)
    for year, number, branch in sorted(keys):
        there, counts, body = noted.get((year, number)), awards.get((year, number, branch), Counter()), model.all_bodies[number]
        scored = there.scored.get(branch, none) if there is not None else none
        sent = there.sent.get(branch, none) if there is not None else none
        last = min(_december(seen, year), seen.months - 1 if body.ended is None else body.ended - 1)
        carried = seen.path.get(last) == number
        asked = body.asked_in.get((year, branch), np.zeros_like(none))
        told = set(zip(*np.nonzero(np.nan_to_num(scored + sent) + asked), strict=True)) | counts.keys()
        for system, function in sorted(told):
            yield (year, body.name, carried, branch, model.systems.names[system], FUNCTIONS[function],
                   scored[system, function], sent[system, function], asked[system, function],
                   counts[system, function])  # fmt: skip


def _awards(seen: "Seen") -> dict[tuple[int, int, str], Counter[Cell]]:
    """University projects awarded by year, consortium and branch, counted by cell."""
    found: dict[tuple[int, int, str], Counter[Cell]] = {}
    for number, project in seen.model.all_projects:
        if project.performer is not None:
            key = int(seen.year(project.start) + 1e-6), number, project.branch
            found.setdefault(key, Counter())[project.awarded_on, project.function] += 1
    return found


def money(seen: "Seen") -> Iterator[Row]:
    """A row a consortium and year, two in a year in which it came to carry the lineage or ceased to."""
    for number, first, notes in seen.model.recorder.notes():
        before = 0.0
        parts: dict[tuple[int, bool], list[tuple[dict[str, float], float, float]]] = {}
        for month, (flows, reserve, account) in enumerate(notes, start=first):
            key = seen.first_year + month // 12, seen.path.get(month) == number
            parts.setdefault(key, []).append((flows, reserve, account))
        for (year, carried), rows in parts.items():
            _, reserve, account = rows[-1]
            yield (year, seen.model.all_bodies[number].name, carried, *_flows([flows for flows, _, _ in rows], account - before),
                   account - before, account, reserve)  # fmt: skip
            before = account


def _flows(months: list[dict[str, float]], change: float) -> tuple[float, ...]:
    """Fees, public money, match, projects, joint work, administration, and what was passed between consortia."""
    sums = {name: math.fsum([flows[name] for flows in months]) for name in months[0]}
    fees, public, match = sums["fee_income_musd"], sums["public_money_musd"], sums["match_musd"]
    from_fees, joint, administration = sums["project_private_musd"], sums["joint_work_musd"], sums["administration_musd"]
    passed = round(change - (fees - from_fees - joint - administration), 4)  # payments are rounded to whole dollars
    return fees, public, match, from_fees + public + match, joint, administration, passed


def _december(seen: "Seen", year: int) -> int:
    return 12 * (year - seen.first_year) + 11

"""Stages are recognised afterwards, by one published rule on observable state, for simulated and recorded history alike.

Follow the lineage of the consortium founded by the storage firms of the reference country through succession,
spin-off and merger; where it splits, follow the branch that holds the larger share of those firms' drive makers,
twelve months on. Classify the charter in force, the first match wins; a stage is a spell of at least twelve months.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

STAGES = {0: "none", 1: "national", 2: "international", 3: "industry-led", 4: "bi-national", 9: "unrecognised"}
SPELL = 12  # months


class State(NamedTuple):
    """What anybody could observe of a consortium in a month."""

    month: int
    open: bool
    media: tuple[str, ...]
    host: str
    public_money: bool  # in its accounts within the last twelve months
    branches: tuple[str, ...]  # countries with a branch of own budget
    foreign_voters: int
    domestic_voters: int
    voting_branches: tuple[str, ...]  # branches that have voting members
    reference_makers: int  # drive makers of the reference country among its members


@dataclass(frozen=True)
class Body:
    """A consortium in the record or in a run: states by month, and where it came from."""

    name: str
    country: str
    states: Mapping[int, State]
    parents: tuple[str, ...] = ()
    link: str = "founding"  # founding, succession, spin-off, merger


def classify(state: State) -> int:
    """The stage that a charter in force shows; the first match wins."""
    if len(state.branches) >= 2 and len(state.voting_branches) >= 2:
        return 4
    if state.media == ("disk",) and state.host == "association" and not state.public_money:
        return 3
    if state.open and state.foreign_voters >= 1 and len(state.media) >= 2:
        return 2
    if not state.open and len(state.media) >= 2:
        return 1
    return 9


def lineage(bodies: Iterable[Body], reference: str, months: int) -> dict[int, str]:
    """The body to follow in each month: the reference country's first consortium and its successors."""
    known = {body.name: body for body in bodies}
    path: dict[int, str] = {}
    current = _first(known, reference, -1)
    month = 0
    while current is not None and month < months:
        if month in current.states:
            path[month] = current.name
            current = _branch(known, current, month, path)
        elif current.states and month > max(current.states):
            current = _successor(known, current, reference, month)
            if current is not None and month in current.states:
                continue
        month += 1
    return path


def _first(known: Mapping[str, Body], reference: str, after: int) -> Body | None:
    """The first founding in the reference country that begins after a month."""
    founded = [body for body in known.values()
               if body.link == "founding" and body.country == reference and body.states and min(body.states) > after]  # fmt: skip
    return min(founded, key=lambda body: (min(body.states), body.name), default=None)


def _branch(known: Mapping[str, Body], current: Body, month: int, path: dict[int, str]) -> Body:
    """Where a programme has just left, the branch with more of the reference country's makers twelve months on."""
    for child in known.values():
        left = child.link in ("spin-off", "succession") and current.name in child.parents
        begins = left and child.states and min(child.states) == month
        if begins and _makers_later(child, month) > _makers_later(current, month):
            path[month] = child.name
            return child
    return current


def _makers_later(body: Body, month: int) -> int:
    """Reference makers twelve months on, or in its last month before; none when it has ended."""
    state = body.states.get(month + SPELL)
    if state is None:
        later = [m for m in body.states if month <= m < month + SPELL]
        last = body.states[max(later)] if later else None
        ended = bool(later) and max(body.states) < month + SPELL and max(later) - month < SPELL - 1
        return 0 if last is None or (ended and len(body.states) > SPELL) else last.reference_makers
    return state.reference_makers


def _successor(known: Mapping[str, Body], ended: Body, reference: str, month: int) -> Body | None:
    """The body an ended one merged into or was succeeded by; else a later founding in the reference country."""
    for body in known.values():
        if ended.name in body.parents and body.link in ("merger", "succession") and body.states and max(body.states) >= month:
            return body
    return _first(known, reference, max(ended.states))


def stage_by_month(bodies: Iterable[Body], reference: str, months: int) -> list[int]:
    """The stage of the lineage in each month; spells shorter than twelve months count to the stage before."""
    known = list(bodies)
    return stage_along(known, lineage(known, reference, months), months)


def stage_along(bodies: Iterable[Body], path: Mapping[int, str], months: int) -> list[int]:
    """The same along a lineage that is known: the name of the body that carries it, by month."""
    known = {body.name: body for body in bodies}
    raw = [classify(known[path[m]].states[m]) if m in path else 0 for m in range(months)]
    return settle(raw)


def settle(raw: list[int]) -> list[int]:
    """Spells shorter than twelve months are no stage: they count to the one before; the last spell may be cut short.

    >>> settle([1] * 13 + [9] * 3 + [2] * 14) == [1] * 16 + [2] * 14
    True
    """
    settled: list[int] = []
    start = 0
    while start < len(raw):
        end = start
        while end < len(raw) and raw[end] == raw[start]:
            end += 1
        short = end - start < SPELL and raw[start] != 0 and settled
        settled += [settled[-1] if short else raw[start]] * (end - start)
        start = end
    return settled


def spells(stages: list[int], first_year: float) -> list[tuple[str, float, float]]:
    """Stage, start and end (decimal years) of each spell; months without a lineage are left out."""
    result = []
    start = 0
    for month in range(1, len(stages) + 1):
        if month == len(stages) or stages[month] != stages[start]:
            if stages[start] != 0:
                result.append((STAGES[stages[start]], first_year + start / 12.0, first_year + month / 12.0))
            start = month
    return result


def first_years(stages: list[int], first_year: float) -> dict[str, float]:
    """The first month of each stage, as a decimal year; NaN for a stage that never comes."""
    years = {STAGES[number]: float("nan") for number in (1, 2, 3, 4)}
    for month in reversed(range(len(stages))):
        if stages[month] in (1, 2, 3, 4):
            years[STAGES[stages[month]]] = first_year + month / 12.0
    return years


def recorded_bodies(rows: list[dict[str, str]], first_year: int, months: int) -> list[Body]:
    """The recorded history as the recogniser reads it: rows of `data/history/bodies.csv`, a row a spell of charter."""
    bodies: dict[str, Body] = {}
    for row in rows:
        states = {m: _recorded_state(row, m) for m in range(months)
                  if float(row["start"]) <= first_year + m / 12.0 + 1e-9 < float(row["end"] or 9999)}  # fmt: skip
        earlier = bodies.get(row["body"])
        if earlier is not None:
            bodies[row["body"]] = Body(earlier.name, earlier.country, {**earlier.states, **states}, earlier.parents, earlier.link)
        else:
            parents = tuple(name for name in (row["parent"], row["second_parent"]) if name)
            bodies[row["body"]] = Body(row["body"], row["country"], states, parents, row["link"])
    return list(bodies.values())


def _recorded_state(row: dict[str, str], month: int) -> State:
    branches = tuple(c for c in row["branch_countries"].split(";") if c)
    return State(month, row["open"].lower() == "true", tuple(row["media"].split(";")), row["host"],
                 row["public_money"].lower() == "true", branches, int(row["foreign_voting_members"] or 0),
                 int(row["domestic_voting_members"] or 0), branches, int(row["reference_makers"] or 0))  # fmt: skip

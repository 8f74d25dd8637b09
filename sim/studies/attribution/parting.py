"""Worlds that are one for some years: what they share is simulated once."""

import copy
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.shocks.calendar import planned

if TYPE_CHECKING:
    from sim.model import ConsortiumModel
    from sim.settings import Settings


@dataclass(frozen=True)
class World:
    """A world of a study by its name, with those that lack a cause which may never act in it: its `twins`, each with the
    outcome that tells whether the cause has acted."""  # fmt: skip

    name: str
    settings: "Settings"
    twins: tuple[tuple[str, "World"], ...] = ()


@dataclass(frozen=True)
class Family:
    """Worlds that are one until a month of the run: they differ in what is imposed from then on."""

    month: int
    worlds: tuple[World, ...]


def month_apart(one: "Settings", other: "Settings") -> int | None:
    """The month of the run from which on two settings impose different things; None where they differ otherwise, from the
    first month on or not at all."""  # fmt: skip
    if not _alike(one, other):
        return None
    here, there = _imposed(one), _imposed(other)
    apart = min((month for month in here.keys() | there.keys() if here.get(month) != there.get(month)), default=0)
    return apart if 0 < apart < 12 * one.horizon.years else None


def _alike(one: "Settings", other: "Settings") -> bool:
    """Whether two settings are the same but for regimes with dates and for shocks."""
    return dataclasses.replace(one, shocks=other.shocks,
                               funding=dataclasses.replace(one.funding, periods=other.funding.periods)) == other  # fmt: skip


def _imposed(settings: "Settings") -> dict[int, list[tuple]]:
    """What is imposed, by month of the run, so that it can be compared."""
    return {month: [(each.func, each.keywords) for each in happenings] for month, happenings in planned(settings).items()}


def goes_on_under(model: "ConsortiumModel", settings: "Settings") -> "ConsortiumModel":
    """A copy of a world as it stands that goes on under other settings, of which nothing has been felt so far."""
    theirs = {id(getattr(model.settings, field.name)): getattr(settings, field.name) for field in dataclasses.fields(settings)}
    kept = (model.systems, model.chance)  # a table, and numbers that hang on nothing but what is asked
    made = copy.deepcopy(model, theirs | {id(model.settings): settings} | {id(each): each for each in kept})
    made.experiments = {month: what for month, what in planned(settings).items() if month >= made.month}
    return made

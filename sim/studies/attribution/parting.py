"""Worlds that are one until a month: what they share is simulated once."""

import copy
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.shocks.calendar import planned

if TYPE_CHECKING:
    from sim.model import ConsortiumModel
    from sim.settings import Settings


@dataclass(frozen=True)
class Pair:
    """Two worlds that differ in nothing but what is imposed on them from a month of the run on."""

    one: "Settings"
    other: "Settings"
    month: int

    @classmethod
    def of(cls, one: "Settings", other: "Settings") -> "Pair | None":
        """The pair of two settings; None where they differ otherwise, from the first month on or not at all."""
        if not _alike(one, other):
            return None
        here, there = _imposed(one), _imposed(other)
        apart = min((month for month in here.keys() | there.keys() if here.get(month) != there.get(month)), default=0)
        return cls(one, other, apart) if 0 < apart < 12 * one.horizon.years else None


def _alike(one: "Settings", other: "Settings") -> bool:
    """Whether two settings are the same but for regimes with dates and for shocks."""
    return dataclasses.replace(one, shocks=other.shocks,
                               funding=dataclasses.replace(one.funding, periods=other.funding.periods)) == other  # fmt: skip


def _imposed(settings: "Settings") -> dict[int, list[tuple]]:
    """What is imposed, by month of the run, so that it can be compared."""
    return {month: [(each.func, each.keywords) for each in happenings] for month, happenings in planned(settings).items()}


def goes_on_under(model: "ConsortiumModel", settings: "Settings") -> "ConsortiumModel":
    """A copy of a world as it stands that goes on under other settings, which are the same up to this month (see `Pair`)."""
    theirs = {id(getattr(model.settings, field.name)): getattr(settings, field.name) for field in dataclasses.fields(settings)}
    kept = (model.systems, model.chance)  # a table, and numbers that hang on nothing but what is asked
    made = copy.deepcopy(model, theirs | {id(model.settings): settings} | {id(each): each for each in kept})
    made.experiments = {month: what for month, what in planned(settings).items() if month >= made.month}
    return made

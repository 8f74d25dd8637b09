"""The full factorial of causes: every world in which some are at work and the others are not, with the same seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.attribution.causes import Cause
from sim.studies.attribution.parting import Family, World, month_apart
from sim.studies.attribution.shapley import members
from sim.studies.attribution.transitions import TRANSITIONS
from sim.studies.design import Design, Keep, Point


@dataclass(frozen=True)
class Factorial:
    """Causes crossed: the sets of causes by number (see `shapley`), and the worlds that have to be simulated.

    A cause that needs another one is the same with it and without it where that other one is away: such sets share a
    world, and the world is simulated once.
    """

    causes: tuple[Cause, ...]
    overrides: tuple[str, ...] = ()

    def __len__(self) -> int:
        return 2 ** len(self.causes)

    def world_of(self, number: int) -> int:
        """The set whose world stands for a set: without the causes that have nothing to act on."""
        names = [cause.name for cause in self.causes]
        for cause in self.causes:
            if cause.needs in names and not number >> names.index(cause.needs) & 1:
                number &= ~(1 << names.index(cause.name))
        return number

    @property
    def worlds(self) -> list[int]:
        """The sets that have to be simulated: all causes first, then by how many are away."""
        different = {self.world_of(number) for number in range(len(self))}
        return sorted(different, key=lambda number: (-number.bit_count(), number))

    def name(self, number: int) -> str:
        """The name of a set: its causes, or `nothing`."""
        return "+".join(self.causes[cause].name for cause in members(number, len(self.causes))) or "nothing"

    def point(self, number: int) -> Point:
        """The world of a set as a point of a study."""
        turned = [each for place, cause in enumerate(self.causes) for each in cause.overrides(bool(number >> place & 1))]
        return Point(self.name(number), (*self.overrides, *turned))

    def families(self, compose: Callable[..., Any]) -> list[Family]:
        """Worlds that part from one another in the course of the run, so that they are simulated in one go.

        Pairs: a world in which every cause that might never act is at work, and the one that parts from it latest.
        """
        settings = {world: compose(list(self.point(world).overrides)) for world in self.worlds}
        idle = [(place, cause.acts) for place, cause in enumerate(self.causes) if cause.acts]

        def told(world: int) -> World:
            lacking = [(acts, world ^ 1 << place) for place, acts in idle if world >> place & 1]
            twins = [(acts, World(self.name(twin), settings[twin])) for acts, twin in lacking if twin in settings]
            return World(self.name(world), settings[world], tuple(twins))

        found, taken = [], set[int]()
        for world in self.worlds:
            lacks = any(not world >> place & 1 and world | 1 << place in settings for place, _ in idle)
            others = [world ^ 1 << place for place in members(world, len(self.causes)) if world ^ 1 << place in settings]
            apart = [(month, other) for other in others if (month := month_apart(settings[world], settings[other]))]
            if apart and not lacks and world not in taken:
                month, other = max(apart)
                taken.add(other)
                found.append(Family(month, (told(world), told(other))))
        return found

    def design(self, seeds: Sequence[int]) -> Design:
        """Every world with every seed; only the years and waits of the transitions are kept."""
        return Design(tuple(self.point(world) for world in self.worlds), tuple(seeds), Keep(series=False, events=False))

    def pilot(self, seeds: Sequence[int]) -> Design:
        """The world with all causes and those that lack one, with a few seeds: enough to argue how many are needed."""
        everything = len(self) - 1
        lacking = [self.world_of(everything ^ 1 << place) for place in range(len(self.causes))]
        numbers = dict.fromkeys((everything, *lacking))
        return Design(tuple(self.point(number) for number in numbers), tuple(seeds), Keep(series=False, events=False))


@dataclass(frozen=True)
class Histories:
    """What the factorial showed: for each transition years waited and whether it came, sets × seeds."""

    factorial: Factorial
    seeds: tuple[int, ...]
    waits: dict[str, np.ndarray]
    came: dict[str, np.ndarray]
    start: float = 0.0
    """The year from which is waited."""
    left_out: tuple[int, ...] = ()
    """Seeds with a failed run in any world; a comparison needs all worlds."""


def histories(factorial: Factorial, outcomes: pd.DataFrame) -> Histories:
    """The finished runs of the factorial as matrices. Raises LookupError where no seed has all its worlds."""
    needed = [factorial.name(factorial.world_of(number)) for number in range(len(factorial))]
    whole, partly = _seeds(outcomes, set(needed))
    if not whole:
        raise LookupError("no seed has a finished history in every world")
    waits, years = ({each.name: _matrix(outcomes, getattr(each, what), needed, whole) for each in TRANSITIONS}
                    for what in ("wait", "year"))  # fmt: skip
    came = {name: np.isfinite(year).astype(float) for name, year in years.items()}
    return Histories(factorial, tuple(whole), waits, came, _start(waits, years), tuple(partly))


def _start(waits: dict[str, np.ndarray], years: dict[str, np.ndarray]) -> float:
    """The year in which the histories begin, read off whatever came; zero where nothing ever did."""
    starts = np.concatenate([(years[name] - waits[name]).ravel() for name in waits])
    return float(starts[np.isfinite(starts)][0]) if np.isfinite(starts).any() else 0.0


def _seeds(outcomes: pd.DataFrame, worlds: set[str]) -> tuple[list[int], list[int]]:
    """Seeds with a finished run in every world, and the others."""
    worlds_of = outcomes[outcomes["point"].isin(worlds)].groupby("seed")["point"].nunique()
    whole = sorted(int(seed) for seed in worlds_of.index[worlds_of == len(worlds)])
    return whole, sorted({int(seed) for seed in outcomes["seed"]} - set(whole))


def _matrix(outcomes: pd.DataFrame, outcome: str, worlds: Sequence[str], seeds: Sequence[int]) -> np.ndarray:
    """One outcome, sets × seeds."""
    wide = outcomes.pivot(index="point", columns="seed", values=outcome)
    return wide.loc[list(worlds), list(seeds)].to_numpy(dtype=float)

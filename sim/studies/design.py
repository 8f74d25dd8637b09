"""What a study runs: points (places in the space of settings) crossed with seeds, and what each run leaves."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sim.parameters import SettingError, as_written

if TYPE_CHECKING:
    from sim.studies.plan import Plan


@dataclass(frozen=True)
class Point:
    """One place in the space of settings: overrides as they are written, then the values of what is varied.

    `values` holds a number, word, truth value or choice of a group by dotted name (`{"funding": "constant",
    "charter.fee_factor": 2.0}`); they are applied after the overrides.
    """

    name: str
    overrides: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def written(self) -> tuple[str, ...]:
        """Everything as overrides: what `consortium run` takes to come here."""
        return (*self.overrides, *(f"{key}={as_written(value)}" for key, value in self.values.items()))


SERIES = ("none", "thin", "all")


@dataclass(frozen=True)
class Keep:
    """What each run leaves beside its outcomes and stages.

    `series` is true (every month) or false; `thin` keeps one month in so many (12: each January), 1 keeps all.
    """

    series: bool = True
    events: bool = True
    thin: int = 1

    @classmethod
    def named(cls, series: str, *, events: bool = False) -> "Keep":
        """What `--series none|thin|all` asks for; thin is one month a year. Raises SettingError."""
        if series not in SERIES:
            raise SettingError(f"series={series} is no choice; write one of: {', '.join(SERIES)}.")
        return cls(series != "none", events, 12 if series == "thin" else 1)


BY_HAND: Mapping[str, Any] = {"kind": "list", "parameters": {}, "crossed": {}, "rows": 1}
"""The method of points that somebody chose one by one."""


@dataclass(frozen=True)
class Task:
    """One run of a study: its number in the order of the design, its point and its seed."""

    run: int
    point: int
    seed: int


@dataclass(frozen=True)
class Design:
    """Points × seeds. Raises SettingError when it is empty or names a point or a seed twice.

    `method` tells how the points were chosen, as the manifest keeps it (see `sim.studies.sampling`).
    """

    points: Sequence[Point]
    seeds: tuple[int, ...]
    keep: Keep = field(default_factory=Keep)
    method: Mapping[str, Any] = field(default_factory=lambda: dict(BY_HAND), hash=False)

    def __post_init__(self) -> None:
        from sim.studies.points import CrossedPoints

        if not isinstance(self.points, CrossedPoints):  # whose names differ by the way they are made
            object.__setattr__(self, "points", tuple(self.points))
            _refuse_twins("point", [point.name for point in self.points])
        object.__setattr__(self, "seeds", tuple(int(seed) for seed in self.seeds))
        _refuse_twins("seed", list(self.seeds))
        if not self.points or not self.seeds:
            raise SettingError("a study needs at least one point and one seed.")

    @property
    def runs(self) -> int:
        """How many runs the study has."""
        return len(self.points) * len(self.seeds)

    @property
    def varied(self) -> list[str]:
        """The keys that vary, in the order in which they first stand in a point."""
        from sim.studies.points import CrossedPoints

        if isinstance(self.points, CrossedPoints):
            return self.points.keys
        return list(dict.fromkeys(key for point in self.points for key in point.values))

    def tasks(self) -> Iterator[Task]:
        """Every run in order: point by point, seed by seed."""
        seeds = len(self.seeds)
        return (Task(run, run // seeds, self.seeds[run % seeds]) for run in range(self.runs))

    def plan(self, compose: Callable[[Sequence[str]], Any] | None = None) -> "Plan":
        """The settings of every point, checked. Raises SettingError naming the point."""
        from sim.studies.plan import Plan

        return Plan.of(self.points, compose)

    def told(self, plan: "Plan") -> dict[str, Any]:
        """The design as the manifest keeps it, with the hash that decides whether it may be resumed."""
        from sim.records import provenance

        told = {
            "points": {"count": len(self.points), "hash": plan.hash, "varied": self.varied},
            "seeds": list(self.seeds),
            "keep": asdict(self.keep),
            "method": dict(self.method),
            "inputs": plan.inputs(),
        }
        return {"hash": provenance.hash_of(told), **told}

    def hash(self, compose: Callable[[Sequence[str]], Any] | None = None) -> str:
        """What makes this design unlike any other: points, seeds, what is kept, settings, data and code."""
        return str(self.told(self.plan(compose))["hash"])


def _refuse_twins(what: str, names: list[Any]) -> None:
    twins = sorted(str(name) for name, count in Counter(names).items() if count > 1)
    if twins:
        raise SettingError(f"each {what} of a study stands once; {twins[0]} stands twice.")

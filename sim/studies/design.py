"""What a study runs: points (overrides with a name) crossed with seeds, and what each run leaves."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sim.parameters import SettingError
from sim.records import provenance


@dataclass(frozen=True)
class Point:
    """One place in the space of settings: a name and the overrides that lead there."""

    name: str
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keep:
    """What each run leaves beside its outcomes and stages."""

    series: bool = True
    events: bool = True


@dataclass(frozen=True)
class Task:
    """One run of a study: its number in the order of the design, its point and its seed."""

    run: int
    point: int
    seed: int


@dataclass(frozen=True)
class Design:
    """Points × seeds. Raises SettingError when it is empty or names a point or a seed twice."""

    points: tuple[Point, ...]
    seeds: tuple[int, ...]
    keep: Keep = field(default_factory=Keep)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", tuple(self.points))
        object.__setattr__(self, "seeds", tuple(int(seed) for seed in self.seeds))
        if not self.points or not self.seeds:
            raise SettingError("a study needs at least one point and one seed.")
        _refuse_twins("point", [point.name for point in self.points])
        _refuse_twins("seed", list(self.seeds))

    def tasks(self) -> list[Task]:
        """Every run in order: point by point, seed by seed."""
        pairs = ((point, seed) for point in range(len(self.points)) for seed in self.seeds)
        return [Task(run, point, seed) for run, (point, seed) in enumerate(pairs)]

    def settings(self, compose: Callable[[Sequence[str]], Any] | None = None) -> list[Any]:
        """The settings of each point, composed once. Raises SettingError naming the point."""
        from sim.configuration import compose as composed

        made = []
        for point in self.points:
            try:
                made.append((compose or composed)(point.overrides))
            except SettingError as error:
                raise SettingError(f"point {point.name}: {error}") from error
        return made

    def told(self, settings: Sequence[Any]) -> dict[str, Any]:
        """The design as the manifest keeps it, with the hash that decides whether it may be resumed."""
        from sim.configuration import resolved

        resolved_points = [resolved(each) for each in settings]
        inputs = provenance.inputs({"points": resolved_points})
        told = {
            "points": [{"name": point.name, "overrides": list(point.overrides)} for point in self.points],
            "seeds": list(self.seeds),
            "keep": asdict(self.keep),
            "inputs": inputs,
        }
        return {"hash": provenance.hash_of(told), **told}


def _refuse_twins(what: str, names: list[Any]) -> None:
    twins = sorted({str(name) for name in names if names.count(name) > 1})
    if twins:
        raise SettingError(f"each {what} of a study stands once; {twins[0]} stands twice.")

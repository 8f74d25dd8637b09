"""The studies behind a report card, each in a folder of its own, so that each can be broken off and completed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.records.record import Record
from sim.studies import replicates
from sim.studies.design import Design, Keep, Point
from sim.studies.engine import Progress, run_study
from sim.studies.reproduce import SIDE_POINTS, SIDE_SEEDS
from sim.studies.study import Study
from sim.studies.validation.sample import Sample

FIRST_SEED = 9000
"""Fresh seeds: no parameter is chosen, and no other job runs, on these."""
POSTERIOR_SEEDS, THRESHOLD_SEEDS, RECOVERY_SEEDS, RIVAL_SEEDS = 9400, 9500, 9600, 9700
SHIFT_YEARS = 3
DRIVERS = {
    "public money later": f"drivers.shift_public_money_years={SHIFT_YEARS}",
    "flash later": f"drivers.shift_flash_years={SHIFT_YEARS}",
    "appetite later": f"drivers.shift_appetite_years={SHIFT_YEARS}",
    "science later": f"drivers.shift_science_years={SHIFT_YEARS}",
}
"""Paths of the drivers beside the recorded one."""
AS_RECORDED = "as recorded"
THRESHOLDS = range(1, 7)
"""Numbers of makers at which mergers are blocked, as in the published curves of surplus."""
OUTCOMES_ONLY = Keep(series=False, events=False)

Simulate = Callable[[Any, int], Record]


@dataclass(frozen=True)
class Terms:
    """How much is run: seeds of the patterns (None argues them from a pilot), draws from the posterior, seeds at each draw."""

    replicates: int | None = 100
    draws: int = 8
    seeds: int = 8
    recovery: int = 0
    """Known points that are simulated and calibrated blind."""
    rivals: bool = False
    rival_points: int = 24
    rival_seeds: int = 4
    rival_replicates: int = 40


@dataclass
class Works:
    """Runs studies into the folders of one directory; `broken` names the first that was not finished."""

    place: Path
    how: dict[str, Any]
    simulate: Simulate | None = None
    done: dict[str, Study] = field(default_factory=dict)
    broken: Study | None = None
    progress: Progress | None = None
    notice: Callable[[str], None] | None = None

    def run(self, name: str, design: Design) -> Study | None:
        """Run or complete one study; None when it, or one before it, was broken off. Raises SettingError, OutputError."""
        if self.broken is not None:
            return None
        if self.notice is not None:
            self.notice(f"{name}: {len(design.points)} points × {len(design.seeds)} seeds = {design.runs} histories")
        study = run_study(design, self.place / name, simulate=self.simulate, progress=self.progress, notice=self.notice,
                          **self.how)  # fmt: skip
        if not study.complete:
            self.broken = study
            return None
        self.done[name] = study
        return study


def seeds_from(first: int, count: int) -> tuple[int, ...]:
    """So many seeds from a first one on."""
    return tuple(range(first, first + count))


def main_design(sample: Sample, count: int) -> Design:
    """The best point over fresh seeds: what the patterns are held against."""
    return Design((sample.at_best(),), seeds_from(FIRST_SEED, count))


def side_design(sample: Sample, count: int) -> Design:
    """The designs that the patterns of the matrix compare with the main one."""
    points = [Point(each.name, (*sample.overrides, *each.overrides), sample.best) for each in SIDE_POINTS]
    return Design(points, seeds_from(FIRST_SEED, min(count, SIDE_SEEDS)), OUTCOMES_ONLY)


def pilot_design(sample: Sample) -> Design:
    """The first of the seeds, from which the number of seeds is argued."""
    return main_design(sample, replicates.PILOT)


def posterior_design(sample: Sample, seeds: int) -> Design:
    """Every draw with the same few seeds, the drivers as recorded."""
    return Design(sample.points(), seeds_from(POSTERIOR_SEEDS, seeds))


def drivers_design(sample: Sample, seeds: int) -> Design:
    """The same under each of the shifted drivers; only outcomes are kept."""
    points = [point for name, override in DRIVERS.items() for point in sample.points(override, name=f", {name}")]
    return Design(points, seeds_from(POSTERIOR_SEEDS, seeds), OUTCOMES_ONLY)


def threshold_design(sample: Sample, seeds: int) -> Design:
    """Mergers blocked when so many makers or fewer remain; only outcomes are kept."""
    values = {name: value for name, value in sample.best.items() if name != "merger.fewest_makers"}
    points = [Point(f"{fewest}", (*sample.overrides, f"merger.fewest_makers={fewest}"), values) for fewest in THRESHOLDS]
    return Design(points, seeds_from(THRESHOLD_SEEDS, seeds), OUTCOMES_ONLY)


def known_design(points: Sequence[Point], seeds: int) -> Design:
    """Known points with fresh seeds."""
    return Design(tuple(points), seeds_from(RECOVERY_SEEDS, seeds), Keep(series=True, events=False))


def runner(place: Path, *, processes: int | None, overwrite: bool, compose: Callable[..., Any] | None, simulate: Simulate | None,
           progress: Progress | None, notice: Callable[[str], None] | None, command: str | None = None) -> Works:  # fmt: skip
    """The works of a report card in a directory."""
    how = {"processes": processes, "overwrite": overwrite, "compose": compose, "command": command}
    return Works(place, how, simulate, progress=progress, notice=notice)

"""The main job: the historical scenario over many untouched seeds, held against every recorded pattern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.studies.design import Design, Keep, Point
from sim.studies.engine import Progress, run_study
from sim.studies.study import Study

FIRST_SEED = 1000
"""Seeds from here on are untouched: nothing has been chosen by looking at them."""


SIDE_SEEDS = 12
"""Seeds of the side study: what one design cannot show is compared with another, seed by seed."""
SIDE_POINTS = (
    Point("scarce", ("academia.proposals_per_year=0.15",)),  # few proposals come
    Point("permuted", ("calls.permuted=true",)),  # the matrix sent out is not the one that was scored
)


@dataclass
class Reproduction:
    """What the main job leaves: the study, the table of patterns and the files of the report."""

    study: Study
    patterns: Any
    files: list[Path]


def design(replicates: int, overrides: Sequence[str] = (), first_seed: int = FIRST_SEED) -> Design:
    """One point, many seeds. Raises SettingError when there is not even one replicate."""
    seeds = tuple(range(first_seed, first_seed + replicates))
    return Design((Point("historical" if not overrides else "changed", tuple(overrides)),), seeds)


def side_design(replicates: int, overrides: Sequence[str] = (), first_seed: int = FIRST_SEED) -> Design:
    """The designs that pattern P17 compares with the main one, over the first seeds; only outcomes are kept."""
    seeds = tuple(range(first_seed, first_seed + min(replicates, SIDE_SEEDS)))
    points = tuple(Point(point.name, (*overrides, *point.overrides)) for point in SIDE_POINTS)
    return Design(points, seeds, Keep(series=False, events=False))


def reproduce(
    directory: str | Path,
    replicates: int = 100,
    *,
    overrides: Sequence[str] = (),
    first_seed: int = FIRST_SEED,
    processes: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    compose: Callable[..., Any] | None = None,
    command: str | None = None,
) -> Reproduction:
    """Run the scenario, evaluate the patterns and write the report into `directory`.

    A directory that holds part of the same study is completed. After Ctrl-C what is finished is evaluated.
    `command` is what repeats it, kept in the manifest.
    Raises SettingError, OutputError.
    """
    how: dict[str, Any] = {"processes": processes, "overwrite": overwrite, "progress": progress, "notice": notice,
                           "compose": compose, "command": command}  # fmt: skip
    study = run_study(design(replicates, overrides, first_seed), directory, **how)
    side = None
    if study.complete:
        side = run_study(side_design(replicates, overrides, first_seed), Path(directory) / "side", **how)
    return report(study, side)


def report(study: Study, side: Study | None = None) -> Reproduction:
    """Evaluate the patterns of a study, with what a side study adds, and write its report beside it."""
    from sim.patterns import Evidence, evaluate
    from sim.report import reproduce_report

    if study.outcomes.empty:
        return Reproduction(study, None, [])
    patterns = evaluate(Evidence(study, side=side))
    return Reproduction(study, patterns, list(reproduce_report(study, patterns, study.directory)))

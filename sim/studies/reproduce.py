"""The main job: the historical scenario over many untouched seeds, held against every recorded pattern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.studies.design import Design, Point
from sim.studies.engine import Progress, run_study
from sim.studies.study import Study

FIRST_SEED = 1000
"""Seeds from here on are untouched: nothing has been chosen by looking at them."""


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
) -> Reproduction:
    """Run the scenario, evaluate the patterns and write the report into `directory`.

    A directory that holds part of the same study is completed. After Ctrl-C what is finished is evaluated.
    Raises SettingError, OutputError.
    """
    study = run_study(
        design(replicates, overrides, first_seed), directory,
        processes=processes, overwrite=overwrite, progress=progress, notice=notice, compose=compose,
    )  # fmt: skip
    return report(study)


def report(study: Study) -> Reproduction:
    """Evaluate the patterns of a study and write its report beside it."""
    from sim.patterns import evaluate
    from sim.report import reproduce_report

    if study.outcomes.empty:
        return Reproduction(study, None, [])
    patterns = evaluate(study)
    return Reproduction(study, patterns, list(reproduce_report(study, patterns, study.directory)))

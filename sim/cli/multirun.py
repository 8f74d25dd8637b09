"""`consortium run --multirun`: a handful of runs, several values in one override, as Hydra writes them."""

import argparse
import copy
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.cli import terminal
from sim.cli.codes import FAILED_RUNS, FINE, UsageError
from sim.parameters import SettingError
from sim.records.files import OutputError

if TYPE_CHECKING:
    from sim.records.run import Run

MANY = 100
"""From so many runs on a sweep is pointed to: it uses all cores and can be resumed."""


@dataclass(frozen=True)
class Job:
    """One run of several: what is told about it, and what it varies (`seed=1`, `funding=constant`)."""

    told: argparse.Namespace
    varied: tuple[str, ...]
    what: Any

    @property
    def name(self) -> str:
        """`seed=1,funding=constant`."""
        return ",".join(self.varied) or "run"


def act(told: argparse.Namespace) -> int:
    """Make the runs one after the other, each in a directory of its own, and tell them in one table.

    Whatever cannot be composed is refused before the first run. A run that fails is told, the others go on.
    """
    from sim.cli.run import as_yaml

    jobs = planned(told)
    if told.cfg:
        print("\n".join(f"# {job.name}\n{as_yaml(job.what)}" for job in jobs))
        return FINE
    if len(jobs) >= MANY and not told.quiet:
        print(f"{len(jobs)} runs one after the other: `consortium sweep` makes them on all cores and can be resumed.")
    rows, failed = [], 0
    for number, job in enumerate(jobs, start=1):
        if not told.quiet:
            print(f"[{number} of {len(jobs)}] {job.name}", flush=True)
        run, where = _made(job)
        failed += run is None
        rows.append([job.name, *_stages_of(run), where])
    if not told.quiet:
        print(f"\n{_table(rows)}")
    return FAILED_RUNS if failed else FINE


def planned(told: argparse.Namespace) -> list[Job]:
    """Every combination of the values, composed. Raises SettingError, UsageError."""
    from sim.cli.run import add_shocks
    from sim.configuration import composed

    axes = [values(override, told.configs) for override in told.overrides]
    several = [len(axis) > 1 for axis in axes]
    kept = ["horizon.networks=true"] if told.networks else []
    jobs = []
    for words in itertools.product(*axes):
        one = copy.copy(told)
        one.seed = _seed(words, told.seed)
        one.overrides = [word for word in words if not word.startswith("seed=")]
        add_shocks(one)
        varied = tuple(word for word, many in zip(words, several, strict=True) if many)
        jobs.append(Job(one, varied, composed([*one.overrides, *kept], configs=told.configs)))
    for job in jobs:
        job.told.output = told.output / job.name.replace("/", "_") if told.output is not None else None
    return jobs


def values(override: str, configs: Path | None = None) -> list[str]:
    """`seed=1,2` as `seed=1` and `seed=2`; also `seed=range(1,4)` and `funding=glob(*)`. Raises SettingError."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import Glob
    from hydra.errors import HydraException

    from sim.configuration import choices

    try:
        read = OverridesParser.create().parse_override(override)
        if not read.is_sweep_override():
            return [override]
        key, said = read.get_key_element(), cast(Any, read.value())
        if isinstance(said, Glob):
            found = [f"{key}={name}" for name in said.filter(sorted(choices(key.partition("@")[0], configs=configs)))]
            if not found:
                raise SettingError(f"{override} fits no choice; `consortium list {key}` shows them.")
            return found
        if not read.is_discrete_sweep():
            raise SettingError(f"{override} names no single values: write {key}=a,b,c; ranges are sampled by `consortium sweep`.")
        return [f"{key}={value}" for value in read.sweep_string_iterator()]
    except HydraException as error:
        raise SettingError(f"{override} cannot be read: {str(error).splitlines()[0].rstrip('.')}.") from error


def _seed(words: Sequence[str], default: int) -> int:
    """The seed among the words, or the default. Raises UsageError."""
    for word in words:
        if word.startswith("seed="):
            number = word.removeprefix("seed=")
            if not number.isdigit():
                raise UsageError(f"{word}: a seed is a whole number from 0 on; write seed=1,2,3.")
            return int(number)
    return default


def _made(job: Job) -> tuple["Run | None", str]:
    """Make one run and keep it; a failing one gives None and its error. Raises SettingError, OutputError, UsageError."""
    from sim.cli.run import made

    try:
        run, folder, _ = made(job.told, job.what)
    except (SettingError, OutputError, UsageError):
        raise
    except Exception as error:
        if job.told.traceback:
            raise
        return None, f"failed: {type(error).__name__}: {' '.join(str(error).split())}"
    return run, str(folder)


def _stages_of(run: "Run | None") -> list[str]:
    """The first year of each stage of a run."""
    from sim.patterns import record

    first = {} if run is None else run.stages.groupby("stage", sort=False)["start"].min()
    return [f"{first[stage]:.1f}" if stage in first else "–" for stage in record.stages()["stage"]]


def _table(rows: list[list[str]]) -> str:
    from sim.patterns import record

    stages = [str(stage).replace("_", " ") for stage in record.stages()["stage"]]
    return terminal.table(rows, ["run", *stages, "files"], right=tuple(range(1, 1 + len(stages))))

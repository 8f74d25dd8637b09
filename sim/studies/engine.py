"""Run a design: every point with every seed, on all cores, into one directory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.records.record import Record
from sim.studies.design import Design, Keep, Task
from sim.studies.store import Result, Store
from sim.studies.study import Study
from sim.studies.workers import processors, work_through

RUNS_IN_A_PART = 32

Progress = Callable[[int, int, int], None]
"""Told after each run: runs made, runs of the design, runs failed."""


def one_history(settings: Any, seed: int) -> Record:
    """Simulate one history and return its record."""
    from sim.model import ConsortiumModel

    model = ConsortiumModel(settings, seed)
    model.run()
    return Record.of(model)


@dataclass(frozen=True)
class Worksheet:
    """All a worker needs: the settings of every point, what to keep and how a history is made."""

    names: tuple[str, ...]
    settings: tuple[Any, ...]
    keep: Keep
    simulate: Callable[[Any, int], Record]

    def __call__(self, task: Task) -> Result:
        """The result of one run; an error in it becomes a failed result, not an end."""
        result = Result(task.run, self.names[task.point], task.seed)
        try:
            record = self.simulate(self.settings[task.point], task.seed)
        except Exception as error:
            return replace(result, error=_in_one_line(error))
        series = record.series if self.keep.series else {}
        events = record.events if self.keep.events else {}
        return replace(result, record=replace(record, series=series, events=events, networks={}))

    def lost(self, task: Task, reason: str) -> Result:
        """The failed result of a run whose worker died."""
        return Result(task.run, self.names[task.point], task.seed, error=reason)


def run_study(
    design: Design,
    directory: str | Path,
    *,
    processes: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    simulate: Callable[[Any, int], Record] = one_history,
    compose: Callable[..., Any] | None = None,
) -> Study:
    """Make every run of a design that its directory does not hold yet, and return the study.

    The result does not depend on the number of processes. Ctrl-C keeps what is finished: the study returned
    is then not `complete`. A failing run is a row with its error.
    Raises SettingError, OutputError, CrewError.
    """
    settings = design.settings(compose)
    store = Store(Path(directory), design.told(settings), overwrite=overwrite)
    sheet = Worksheet(tuple(point.name for point in design.points), tuple(settings), design.keep, simulate)
    log = _Log(store, notice)
    try:
        _make_missing_runs(design, store, sheet, processes or processors(), progress or _silent, log)
        complete = True
    except KeyboardInterrupt:
        complete = False
    store.consolidate(complete=complete)
    return Study(store.directory)


def _make_missing_runs(
    design: Design, store: Store, sheet: Worksheet, processes: int, progress: Progress, log: "_Log"
) -> None:
    """Work through what is missing, part by part; what is finished is kept whatever happens."""
    tasks, done = design.tasks(), store.done()
    missing = [task for task in tasks if task.run not in done]
    made, failed, part = len(tasks) - len(missing), 0, []
    try:
        for result in work_through(missing, sheet, processes, lost=sheet.lost, notice=log):
            part.append(store.checked(result))
            made, failed = made + 1, failed + (part[-1].record is None)
            if len(part) == RUNS_IN_A_PART:
                part = _committed(store, part)
            progress(made, len(tasks), failed)
    finally:
        _committed(store, part)


def _committed(store: Store, part: list[Result]) -> list[Result]:
    """Keep a part and return the next, empty one."""
    if part:
        store.commit(part)
    return []


@dataclass
class _Log:
    """Notices of the crew: kept in the manifest and passed on."""

    store: Store
    passed_on: Callable[[str], None] | None

    def __call__(self, words: str) -> None:
        self.store.notices.append(words)
        if self.passed_on is not None:
            self.passed_on(words)


def _silent(made: int, total: int, failed: int) -> None:
    """No progress is told."""


def _in_one_line(error: Exception) -> str:
    """An error with the place where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace is not None else ""
    )
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}{place}"

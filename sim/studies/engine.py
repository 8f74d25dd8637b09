"""Run a design: every point with every seed, on all cores or on a cluster, into one directory."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim.records.files import OutputError
from sim.records.record import Record
from sim.studies.design import Design, Keep
from sim.studies.plan import Plan, with_values
from sim.studies.store import Result, Store
from sim.studies.study import Study
from sim.studies.workers import Executor, Work, processors, work_through

RUNS_IN_A_PART = 32
"""A part is written when it holds so many runs and is some seconds old, or holds very many."""
SECONDS_OF_A_PART = 5.0
MOST_IN_A_PART = {True: 64, False: 256}
"""With series or events, and without: what a part takes in memory is bounded."""

Progress = Callable[[int, int, int], None]
"""Told after each run: runs made, runs of the design, runs failed."""


def one_history(settings: Any, seed: int, *, series: bool = True, events: bool = True) -> Record:
    """Simulate one history and return its record, with its series and events where they are wanted."""
    from sim.model import ConsortiumModel

    model = ConsortiumModel(settings, seed)
    model.run()
    return Record.of(model, series=series, events=events)


@dataclass(frozen=True)
class Job:
    """One run as it travels to a worker: its number, point and seed, the base it starts from and what is put into it."""

    run: int
    point: str
    seed: int
    base: int = 0
    values: tuple[tuple[str, Any], ...] = ()


class Known(Protocol):
    """Knows the records of some runs from the results of others, so that they need not be made."""

    def hears(self, result: Result) -> None:
        """A run has been made."""

    def record_of(self, job: Job) -> Record | None:
        """The record of a run that has not been made yet; None where it is not known."""


@dataclass(frozen=True)
class Worksheet:
    """All a worker needs: the bases of the settings, what to keep and how a history is made."""

    bases: tuple[Any, ...]
    keep: Keep
    simulate: Callable[[Any, int], Record]

    def __call__(self, job: Job) -> Result:
        """The result of one run; an error in it becomes a failed result, not an end."""
        result = Result(job.run, job.point, job.seed)
        try:
            record = self.simulate(with_values(self.bases[job.base], dict(job.values)), job.seed)
        except Exception as error:
            return replace(result, error=_in_one_line(error))
        return replace(result, record=kept(record, self.keep))

    def lost(self, job: Job, reason: str) -> Result:
        """The failed result of a run whose worker died."""
        return Result(job.run, job.point, job.seed, error=reason)


def kept(record: Record, keep: Keep) -> Record:
    """What a study keeps of a record."""
    series = record.series if keep.series else {}
    if keep.thin > 1:
        series = {name: column[:: keep.thin] for name, column in series.items()}
    events = record.events if keep.events else {}
    return replace(record, series=series, events=events, networks={}, tables={})


def jobs(design: Design, plan: Plan, todo: np.ndarray) -> Iterator[Job]:
    """The runs that are to be made, in order."""
    seeds = len(design.seeds)
    held, number = design.points[0], -1
    for run in np.flatnonzero(todo).tolist():
        if run // seeds != number:
            number = run // seeds
            held = design.points[number]
        yield Job(run, held.name, design.seeds[run % seeds], plan.base(held), tuple(held.values.items()))


def run_study(
    design: Design,
    directory: str | Path,
    *,
    processes: int | None = None,
    overwrite: bool = False,
    retry_failed: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    simulate: Callable[[Any, int], Record] | None = None,
    compose: Callable[..., Any] | None = None,
    executor: Executor | None = None,
    command: str | None = None,
    known: Known | None = None,
) -> Study:
    """Make every run of a design that its directory does not hold yet, and return the study.

    The result does not depend on where the runs are made: in `processes` of this machine or by an `executor`
    (`sim.studies.dask_executor.on(address)`). Ctrl-C keeps what is finished: the study returned is then not
    `complete`. A failing run is a row with its error; `retry_failed` makes such runs once more. `command` is what
    repeats the study, kept in the manifest. Runs that are `known` from others are not made.
    Raises SettingError, OutputError (also when the disk is full: what is finished is kept), CrewError.
    """
    from sim.studies.origin import origin

    plan = design.plan(compose)
    many = processes or processors()
    where = str(executor) if executor else f"{many} process{'es' * (many > 1)} of this machine"
    store = Store(Path(directory), design.told(plan), design.points, provenance=origin(plan, command, where), overwrite=overwrite)
    simulate = simulate or partial(one_history, series=design.keep.series, events=design.keep.events)
    sheet = Worksheet(plan.bases, design.keep, simulate)
    place = executor or partial(work_through, processes=many)
    place = partial(_without_the_known, place, known) if known else place
    with _kept(store):
        todo = store.todo(retry_failed=retry_failed)
        if todo.any():
            store.write_manifest("running")
            _make(jobs(design, plan, todo), store, sheet, place, _Account(store, todo, progress or _silent), notice or _unheard)
        store.finish()
    return Study(store.directory)


@contextmanager
def _kept(store: Store) -> Iterator[None]:
    """Whatever ends the work, what is finished is kept, the manifest says so, and the directory is let go.

    Ctrl-C ends it quietly. Raises OutputError, saying how much is kept, and whatever else ended it.
    """
    try:
        yield
    except KeyboardInterrupt:
        store.interrupt()
    except OutputError as error:
        store.interrupt()
        held = int(np.count_nonzero(store.state))
        raise OutputError(f"{error} {held} of {store.runs} runs are kept; with room again, the same command goes on.") from error
    except Exception:
        store.interrupt()
        raise
    finally:
        store.close()


def _without_the_known(place: Executor, known: Known, tasks: Iterable[Job], work: Work, *, lost: Callable[[Job, str], Result],
                       notice: Callable[[str], None]) -> Iterator[Result]:  # fmt: skip
    """Work through the tasks but for those whose record is known when their turn comes."""
    ready: deque[Result] = deque()

    def to_be_made() -> Iterator[Job]:
        for job in tasks:
            record = known.record_of(job)
            if record is None:
                yield job
            else:
                ready.append(Result(job.run, job.point, job.seed, record))

    for result in itertools.chain(place(to_be_made(), work, lost=lost, notice=notice), [None]):
        if result is not None:
            ready.append(result)
        while ready:
            known.hears(ready[0])
            yield ready.popleft()


@dataclass
class _Account:
    """How many runs are made and failed, as progress is told."""

    store: Store
    todo: np.ndarray
    progress: Progress

    def __post_init__(self) -> None:
        self.made = int(np.count_nonzero(~self.todo))
        self.failed = int(np.count_nonzero(self.store.state[~self.todo] > 1))

    def __call__(self, result: Result) -> None:
        self.made += 1
        self.failed += result.record is None
        self.progress(self.made, self.store.runs, self.failed)


def _make(
    tasks: Iterator[Job], store: Store, sheet: Worksheet, place: Executor, account: _Account, notice: Callable[[str], None]
) -> None:
    """Work through the tasks, part by part; what is finished is kept whatever happens."""

    def told(words: str) -> None:
        store.tell(words)
        notice(words)

    most = MOST_IN_A_PART[sheet.keep.series or sheet.keep.events]
    part: list[Result] = []
    began = time.monotonic()
    try:
        for result in place(tasks, sheet, lost=sheet.lost, notice=told):
            part.append(store.checked(result))
            account(part[-1])
            if len(part) >= most or (len(part) >= RUNS_IN_A_PART and time.monotonic() - began > SECONDS_OF_A_PART):
                whole, part = part, []
                store.commit(whole)
                began = time.monotonic()
    finally:
        if part:
            store.commit(part)


def _silent(made: int, total: int, failed: int) -> None:
    """No progress is told."""


def _unheard(words: str) -> None:
    """Nobody listens; notices are in the manifest."""


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

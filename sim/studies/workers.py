"""A crew of processes that work through tasks; who dies is named, replaced, and its task tried once more.

Made for Linux, macOS and Windows alike: processes are spawned, so `work` and the tasks must be picklable and
a script that starts a study needs `if __name__ == "__main__":`.
"""

import contextlib
import gc
import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

Work = Callable[[Any], Any]
"""Turns a task into a result; must not raise."""

_FEWEST_AHEAD, _MOST_AHEAD, _SECONDS_AHEAD = 2, 32, 0.25
"""Tasks a worker holds at a time, so that it never waits for the next one: more where they are short."""

_STILLBORN_LIMIT = 3
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class CrewError(RuntimeError):
    """Workers die before they begin: nothing can be run in parallel here."""


def processors() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


class Executor(Protocol):
    """A place where tasks are worked through: the processes of this machine, or a cluster."""

    def __call__(
        self, tasks: Iterable[Any], work: Work, *, lost: Callable[[Any, str], Any], notice: Callable[[str], None]
    ) -> Iterator[Any]:
        """Yield the result of every task, in whatever order they finish; `lost(task, reason)` for one that cannot be had."""


def work_through(
    tasks: Iterable[Any],
    work: Work,
    processes: int,
    *,
    lost: Callable[[Any, str], Any],
    notice: Callable[[str], None],
) -> Iterator[Any]:
    """Yield the result of every task, in whatever order they finish; tasks are taken as they are needed.

    With one process the work is done here. A task whose worker died twice yields `lost(task, reason)`; each
    death is told to `notice`. Raises CrewError when workers cannot even start.
    """
    upcoming = iter(tasks)
    first = list(itertools.islice(upcoming, max(1, processes)))
    if processes <= 1 or len(first) <= 1:
        for number, task in enumerate(itertools.chain(first, upcoming)):
            yield work(task)
            if number == 1:
                _libraries_stay()
        return
    crew = Crew(work, len(first), lost=lost, notice=notice)
    try:
        yield from crew.results(itertools.chain(first, upcoming))
    finally:
        crew.dismiss()


class Worker:
    """One spawned process, the pipe to it and the tasks it holds."""

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(work, theirs), daemon=True)
        with _one_thread_each():
            self.process.start()
        theirs.close()
        self.tasks: deque[Any] = deque()
        self.ready = False

    def give(self, task: Any) -> None:
        """Hand over a task; a worker that has just died is noticed when it is waited for."""
        self.tasks.append(task)
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def received(self) -> list[Any] | None:
        """What it has sent since, or None when it is dead and everything it sent has been read."""
        said: list[Any] = []
        try:
            while self.pipe.poll():
                said.append(self.pipe.recv())
        except (EOFError, OSError):
            return said or None
        return said if said or self.process.is_alive() else None

    def epitaph(self) -> str:
        """How it ended: `signal 9` or `exit code 1`."""
        self.process.join(timeout=5)
        code = self.process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


class Crew:
    """The workers of one study."""

    def __init__(
        self, work: Work, size: int, *, lost: Callable[[Any, str], Any], notice: Callable[[str], None]
    ) -> None:
        self.work, self.lost, self.notice = work, lost, notice
        self.deaths: dict[Any, int] = {}
        self.stillborn = 0
        self.workers = [Worker(work) for _ in range(size)]

    def results(self, tasks: Iterable[Any]) -> Iterator[Any]:
        """Yield results until every task has one."""
        upcoming, waiting = iter(tasks), deque[Any]()
        began, made = time.monotonic(), 0
        while True:
            for worker in self._hungry(made, time.monotonic() - began):
                task = waiting.popleft() if waiting else next(upcoming, None)
                if task is not None:
                    worker.give(task)
            if not any(worker.tasks for worker in self.workers):
                return
            for worker in self._speaking():
                for result in self._heard(worker, waiting):
                    made += 1
                    yield result

    def _hungry(self, made: int, seconds: float) -> Iterator[Worker]:
        """The workers that want a task, as often as they want one, turn by turn."""
        rate = made / seconds / len(self.workers) if made else 0.0
        ahead = min(_MOST_AHEAD, max(_FEWEST_AHEAD, round(rate * _SECONDS_AHEAD)))
        for _ in range(ahead):
            yield from [worker for worker in self.workers if len(worker.tasks) < ahead]

    def _speaking(self) -> list[Worker]:
        """The workers that sent something or ended, once there is one."""
        pipes = [worker.pipe for worker in self.workers]
        heard = wait([*pipes, *(worker.process.sentinel for worker in self.workers)])
        return [each for each in self.workers if each.pipe in heard or each.process.sentinel in heard]

    def _heard(self, worker: Worker, waiting: deque[Any]) -> Iterator[Any]:
        said = worker.received()
        if said is None:
            yield from self._replace(worker, waiting)
            return
        for result in said:
            if worker.ready:
                worker.tasks.popleft()
                yield result
            worker.ready, self.stillborn = True, 0

    def _replace(self, worker: Worker, waiting: deque[Any]) -> Iterator[Any]:
        """Name the dead, give its tasks back, the one it died on once only, and hire another."""
        reason = worker.epitaph()
        self.stillborn += not worker.ready
        if self.stillborn >= _STILLBORN_LIMIT:
            remedy = "a script needs `if __name__ == '__main__':`; --processes 1 does without workers"
            raise CrewError(f"worker processes end before they begin ({reason}); {remedy}.")
        task, *others = worker.tasks or [None]
        waiting.extendleft(reversed(others))
        doing = f" while doing {task}" if task is not None else ""
        self.notice(f"worker {worker.process.pid} died ({reason}){doing}; another takes its place")
        if task is not None and worker.ready:
            self.deaths[task] = self.deaths.get(task, 0) + 1
        if task is not None and self.deaths.get(task, 0) > 1:
            yield self.lost(task, f"its worker died twice ({reason})")
        elif task is not None:
            waiting.appendleft(task)
        worker.pipe.close()
        self.workers[self.workers.index(worker)] = Worker(self.work)

    def dismiss(self) -> None:
        """End every worker, working or not."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(timeout=5)
            worker.pipe.close()


def _serve(work: Work, pipe: Connection) -> None:
    """What a worker does: say that it is ready, then task by task, until it is told to end or left alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        pipe.send(work(pipe.recv()))
        _libraries_stay()
        while True:
            pipe.send(work(pipe.recv()))


def _libraries_stay() -> None:
    """What is loaded after a first task stays: the collector need not look through it after every few more.

    A full look takes a tenth of a second, most of it in libraries, and falls on every sixth history or so. A history makes
    some hundred thousand small objects and hardly a ring of them: the collector looks for young ones less often as well.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children started inside use one thread for linear algebra: the processes are the parallelism."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})

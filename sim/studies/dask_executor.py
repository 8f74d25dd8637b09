"""A Dask cluster as the place where runs are made: the scheduler is given, workers may come and go.

Only runs travel to the cluster; the study stays where the command was typed. A run whose worker is lost is made by
another (Dask does that); one that ends several workers becomes a failed row.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from typing import Any

from sim.studies.workers import Work

SECONDS_TO_CONNECT = 20
SECONDS_FOR_A_WORKER = 600
_ADDRESS = re.compile(r"\w+://\S+:\d+")
AHEAD = 4
"""Tasks in flight for each thread of the cluster: no worker waits, and the memory they take is bounded."""


class ClusterError(RuntimeError):
    """There is no cluster at the address, or its workers run something else; the message says what to do."""


def on(address: str) -> "Cluster":
    """The cluster whose scheduler listens at `address` (`tcp://host:port`). Raises ClusterError."""
    if not _ADDRESS.fullmatch(address):
        raise ClusterError(f"{address} is no address of a scheduler: write tcp://HOST:PORT, for example tcp://127.0.0.1:8786.")
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(f"Dask is not installed ({error}): python -m pip install -c constraints.txt '.[cluster]'.") from error
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error}. Start one, or leave --executor out.") from error
    return Cluster(client)


class Cluster:
    """Works through tasks on the workers of a Dask client; an `Executor`. Leaving its context leaves the cluster running."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def __str__(self) -> str:
        return f"a Dask cluster, {len(self.client.nthreads())} workers when it began"

    def __call__(
        self, tasks: Iterable[Any], work: Work, *, lost: Callable[[Any, str], Any], notice: Callable[[str], None]
    ) -> Iterator[Any]:
        """Yield the result of every task, in whatever order they finish. Raises ClusterError."""
        self._await_a_worker(notice)
        self._refuse_other_programs()
        upcoming, flying = iter(tasks), dict[Future, Any]()
        carried = self.client.submit(_carried, work, pure=False)  # made again where the worker that holds it is lost
        with self.client.get_executor(pure=False) as executor:
            try:
                while True:
                    for task in islice(upcoming, max(0, self._room() - len(flying))):
                        flying[executor.submit(_do, carried, task)] = task
                    if not flying:
                        return
                    for future in wait(flying, return_when=FIRST_COMPLETED).done:
                        yield _result(future, flying.pop(future), lost, notice)
            finally:
                for future in flying:
                    future.cancel()

    def _await_a_worker(self, notice: Callable[[str], None]) -> None:
        """Wait until the cluster has a worker: a queue may let them wait. Raises ClusterError."""
        if self.client.nthreads():
            return
        notice(f"the cluster has no worker yet; waiting up to {SECONDS_FOR_A_WORKER // 60} minutes for the first")
        try:
            self.client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
        except TimeoutError:
            raise ClusterError("no worker came to the cluster; start some, then the same command goes on.") from None

    def _room(self) -> int:
        """How many tasks may be in flight, by the workers that are there now."""
        return AHEAD * max(1, sum(self.client.nthreads().values()))

    def _refuse_other_programs(self) -> None:
        """Raise ClusterError when a worker has other code or data: a study holds the results of one model."""
        mine = _program()
        try:
            found = self.client.run(_program)
        except ImportError as error:
            raise ClusterError(f"the workers of the cluster lack the program ({error}): install this one there.") from error
        other = sorted(worker for worker, theirs in found.items() if theirs != mine)
        if other:
            raise ClusterError(f"{len(other)} workers have another version of the program: install this one there.")


def _carried(work: Work) -> Work:
    """What every task needs, as it lies on a worker."""
    return work


def _do(work: Work, task: Any) -> Any:
    """One task on a worker."""
    return work(task)


def _program() -> tuple[str, str]:
    """The hashes of the code and the data that a process would simulate with."""
    from pathlib import Path

    import sim
    from sim.records import provenance

    return provenance.code_hash(Path(sim.__file__).resolve().parent), provenance.data_hash()


def _result(future: Future, task: Any, lost: Callable[[Any, str], Any], notice: Callable[[str], None]) -> Any:
    """What came of a task; one that the cluster gave up on is told and lost. Raises ClusterError when the cluster is gone."""
    try:
        fault = future.exception()
    except CancelledError:
        raise ClusterError("the cluster is gone; what is finished is kept. Start one, then the same command with its --address "
                           "goes on.") from None  # fmt: skip
    if fault is None:
        return future.result()
    reason = f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
    notice(f"the cluster gave up on {task} ({reason})")
    return lost(task, f"its workers were lost ({type(fault).__name__})")

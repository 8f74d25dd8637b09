"""Many seeds of one setting: run on all cores while the page watches the progress, told as bands and shares."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.explorer.payload import BANDED, columns, shortened
from sim.explorer.wish import Wish
from sim.studies.workers import processors, work_through

SEEDS = 50
FIRST_SEED = 3001
"""Seeds 3001 to 3050, whatever the seed of the page: two settings are compared on the same ones."""
MOST = 200
QUANTILES = (0.1, 0.5, 0.9)
STAGES = (0, 1, 2, 3, 4, 9)
HELD = 12
WAITING = 6
UNWATCHED_S = 20.0
"""Seconds without a question from a page after which a job is stopped: its tab is closed."""


@dataclass(frozen=True)
class OneOfMany:
    """The work of a process: a seed becomes the few columns that bands are made of, or an error in words."""

    settings: Any

    def __call__(self, seed: int) -> dict[str, Any]:
        """The columns of one history."""
        import pandas as pd

        from sim.model import ConsortiumModel
        from sim.records.record import Record

        try:
            model = ConsortiumModel(self.settings, seed)
            model.run()
            record = Record.of(model, events=False)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        held = columns(pd.DataFrame(record.series))
        return {"seed": seed, "columns": {name: held[name].astype(np.float32) for name in (*BANDED, "stage")},
                "outcomes": record.outcomes}  # fmt: skip


def lost(seed: int, why: str) -> dict[str, Any]:
    """The result of a seed whose worker died twice."""
    return {"error": why}


def summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Bands (three quantiles a month) and shares of stages over the results that did not fail."""
    good = [each for each in results if "error" not in each]
    if not good:
        return {"runs": 0, "quantiles": list(QUANTILES), "bands": {}, "stages": {}, "reached": {}}
    bands = {}
    for name in BANDED:
        values = np.stack([each["columns"][name] for each in good]).astype(float)
        values[:, np.isnan(values).all(axis=0)] = 0.0
        bands[name] = [shortened(row) for row in np.nanquantile(values, QUANTILES, axis=0)]
    codes = np.stack([each["columns"]["stage"] for each in good]).astype(int)
    return {"runs": len(good), "quantiles": list(QUANTILES), "bands": bands, "reached": _reached(good),
            "stages": {str(code): shortened((codes == code).mean(axis=0)) for code in STAGES}}  # fmt: skip


def _reached(good: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """By stage: share of the histories that reach it, and the middle of the years in which they do."""
    found = {}
    for stage in ("national", "international", "industry_led", "bi_national"):
        years = np.array([each["outcomes"][f"year_{stage}"] for each in good], dtype=float)
        there = np.isfinite(years)
        found[stage] = [round(float(there.mean()), 3), round(float(np.median(years[there])), 1) if there.any() else None]
    return found


@dataclass
class Job:
    """One ensemble: how far it is, and its summary once it is done. `status`: waiting, running, done, stopped, failed."""

    wish: Wish
    seeds: int
    status: str = "waiting"
    results: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, Any] | None = None
    words: str = ""
    asked: float = field(default_factory=time.monotonic)
    stop: bool = False

    def told(self) -> dict[str, Any]:
        """What the page is told."""
        failed = sum("error" in each for each in self.results)
        return {"key": self.wish.key, "status": self.status, "made": len(self.results) or (self.summary or {}).get("runs", 0),
                "seeds": self.seeds, "first_seed": FIRST_SEED, "failed": failed, "words": self.words,
                "summary": self.summary}  # fmt: skip


class Ensembles:
    """The ensembles of all pages: one runs, a few wait, the last dozen are kept as summaries."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or processors()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._line = ThreadPoolExecutor(1, thread_name_prefix="ensemble")

    def start(self, wish: Wish, seeds: int = SEEDS) -> dict[str, Any]:
        """Begin an ensemble or join the one that runs or is done; the state of it."""
        name = f"{wish.key}-{seeds}"
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.status in ("stopped", "failed"):
                if sum(each.status == "waiting" for each in self._jobs.values()) >= WAITING:
                    return {"key": wish.key, "status": "failed", "words": "Too many ensembles are waiting. Try again later.",
                            "made": 0, "seeds": seeds, "failed": 0, "summary": None}  # fmt: skip
                job = self._jobs[name] = Job(wish, seeds)
                self._line.submit(self._runs, job)
            job.asked, job.stop = time.monotonic(), False
            self._forgets()
        return job.told()

    def state(self, wish: Wish, seeds: int = SEEDS) -> dict[str, Any] | None:
        """How far it is, None for one that nobody began or that is forgotten."""
        with self._lock:
            job = self._jobs.get(f"{wish.key}-{seeds}")
            if job is None:
                return None
            job.asked = time.monotonic()
            return job.told()

    def stop(self, wish: Wish, seeds: int = SEEDS) -> dict[str, Any] | None:
        """Stop it."""
        with self._lock:
            job = self._jobs.get(f"{wish.key}-{seeds}")
            if job is None:
                return None
            job.stop = True
            if job.status in ("waiting", "running"):
                job.status = "stopped"
            return job.told()

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            for job in self._jobs.values():
                job.stop = True
        self._line.shutdown(wait=True, cancel_futures=True)

    def _forgets(self) -> None:
        over = [name for name, job in self._jobs.items() if job.status not in ("waiting", "running")]
        for name in over[: max(0, len(self._jobs) - HELD)]:
            del self._jobs[name]

    def _runs(self, job: Job) -> None:
        """The thread of the one that runs."""
        if job.stop or job.status == "stopped":
            job.status = "stopped"
            return
        job.status = "running"
        tasks = list(range(FIRST_SEED, FIRST_SEED + job.seeds))
        work = work_through(tasks, OneOfMany(job.wish.composed.settings), self._in_processes(), lost=lost, notice=lambda _: None)
        try:
            for result in _watched(work, job):
                job.results.append(result)
            done = not job.stop
            job.summary = summary(job.results) if done else None
            failures = [each["error"] for each in job.results if "error" in each]
            job.words = failures[0] if failures else ""
            job.status = "done" if done and job.summary and job.summary["runs"] else "failed" if done else "stopped"
        except Exception as error:
            job.status, job.words = "failed", f"{type(error).__name__}: {error}"
        finally:
            work.close()  # type: ignore[attr-defined]
            job.results = []

    def _in_processes(self) -> int:
        """At least two: the server itself stays free to answer."""
        return max(2, self.processes)


def _watched(work: Iterator[dict[str, Any]], job: Job) -> Iterator[dict[str, Any]]:
    """The results until the job is stopped or no page asks after it any more."""
    for result in work:
        if time.monotonic() - job.asked > UNWATCHED_S:
            job.stop = True
        if job.stop:
            return
        yield result

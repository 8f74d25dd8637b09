"""What a study costs beyond its histories: against a bare pool, by run, in memory, on disk, when it is opened.

`make bench`, or `python benchmarks/studies.py [--runs 48] [--years 6] [--stubs 10000]`. Runs called *stubs* give back as many
outcomes as a history has, at once: what is left is the bookkeeping. The bars are those of a sweep:
at least 0.9 of a bare pool, at most 1 ms a run, as much memory for 10,000 runs as for 1,000, two seconds to open them.
"""

import argparse
import multiprocessing
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # as in a study: one process, one core

OUTCOMES_ONLY = {"series": False, "events": False}


@dataclass(frozen=True)
class Stub:
    """Gives back the outcomes of a record, each changed a little by the seed: numbers that do not compress."""

    record: Any

    def __call__(self, settings: Any, seed: int) -> Any:
        noise = np.random.default_rng(seed).normal(1.0, 0.01, len(self.record.outcomes))
        outcomes = {name: value * by for (name, value), by in zip(self.record.outcomes.items(), noise.tolist(), strict=True)}
        return replace(self.record, seed=seed, outcomes=outcomes)


def stub() -> Stub:
    """A stub with every outcome of the model and a few stages."""
    from sim.records.outcomes import OUTCOMES
    from sim.records.record import Record

    stages = [("national", 1991.0, 2003.0), ("international", 2003.0, 2011.0)]
    return Stub(Record(seed=0, stages=stages, outcomes=dict(zip(OUTCOMES, map(float, range(1, 1 + len(OUTCOMES))), strict=True))))


def design(runs: int, years: int | None = None, **keep: Any) -> Any:
    """One point with so many seeds; outcomes alone unless more is kept."""
    from sim.studies import Design, Keep, Point

    overrides = (f"horizon.years={years}",) if years else ()
    return Design((Point("only", overrides),), tuple(range(1, 1 + runs)), Keep(**{**OUTCOMES_ONLY, **keep}))


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds by the clock, and of processor time here and in the processes that ended meanwhile."""
    told: dict[str, float] = {}
    clock, before = time.perf_counter(), os.times()
    yield told
    after = os.times()
    told["clock"] = time.perf_counter() - clock
    told["here"] = after.user + after.system - before.user - before.system
    told["there"] = after.children_user + after.children_system - before.children_user - before.children_system


@contextmanager
def place() -> Iterator[Path]:
    """A directory for a study, removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "study"


def study(runs: int, processes: int, simulate: Callable[..., Any] | None = None, years: int | None = None) -> dict[str, float]:
    """What a study of so many runs takes."""
    from sim.studies import run_study

    with place() as folder, measured() as told:
        run_study(design(runs, years), folder, processes=processes, simulate=simulate)
    return told


def pool(runs: int, processes: int, years: int) -> dict[str, float]:
    """What the standard library's pool takes for the same histories, their records sent back and thrown away."""
    from sim.configuration import compose
    from sim.studies.engine import one_history

    with measured() as told:
        settings = compose([f"horizon.years={years}"])
        work = partial(one_history, settings, **OUTCOMES_ONLY)
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as executor:
            for _ in executor.map(work, range(1, 1 + runs)):
                pass
    return told


def against_a_pool(runs: int, years: int, times: int = 3) -> None:
    """The ratio of a sweep to a bare pool over the same histories, measured in turn; start of the workers in both."""
    from sim.studies.workers import processors

    cores = processors()
    pairs = [(study(runs, cores, years=years), pool(runs, cores, years)) for _ in range(times)]
    by_clock = sorted(bare["clock"] / ours["clock"] for ours, bare in pairs)
    by_work = sorted((bare["here"] + bare["there"]) / (ours["here"] + ours["there"]) for ours, bare in pairs)
    middle = times // 2
    print(f"{runs} histories of {years} years on {cores} processes, {times} times in turn with a bare pool: a sweep reaches")
    print(f"  {by_clock[middle]:.2f} of its rate ({by_clock[0]:.2f} to {by_clock[-1]:.2f}), bar 0.90")
    print(f"  {by_work[middle]:.2f} in processor time ({by_work[0]:.2f} to {by_work[-1]:.2f}), moved less by other programs\n")


def beyond_the_model(few: int, many: int) -> None:
    """Processor time a stub run, in one process and sent to workers, without what a study costs once."""
    made = stub()
    bare = 1e3 * alone(made, few)
    study(few, 1, made)  # what is imported once is no cost of a run
    for processes in (1, 2):
        short, long = study(few, processes, made), study(many, processes, made)
        here, there = ((long[what] - short[what]) / (many - few) for what in ("here", "there"))
        spent = 1e3 * (here + there) - bare
        told = f"here {1e3 * here:.2f}, in workers {1e3 * there:.2f}, the stub itself {bare:.2f}"
        print(f"Beyond the model, {processes} process{'es' * (processes > 1)}: {spent:.2f} ms a run ({told}); bar 1 ms")
    print()


def alone(made: Stub, runs: int) -> float:
    """Processor seconds a stub takes by itself."""
    start = time.process_time()
    for seed in range(runs):
        made(None, seed)
    return (time.process_time() - start) / runs


def led(runs: int, made: Stub, folder: Path, channel: Any) -> None:
    """Make a study of stub runs, and send the peak of memory (MB)."""
    from sim.studies import run_study

    run_study(design(runs), folder, processes=1, simulate=made)
    channel.send(float(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1e3)


def memory(*sizes: int) -> None:
    """The peak of memory of a study of stub runs, each in a fresh process."""
    if not Path("/proc/self/status").is_file():
        print("Memory: this system does not tell.")
        return
    context, made, told = multiprocessing.get_context("spawn"), stub(), []
    for runs in sizes:
        with place() as folder:
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=led, args=(runs, made, folder, there))
            process.start()
            told.append(f"{runs:,} runs {here.recv():.0f} MB")
            process.join()
    print(f"Peak memory of a study: {', '.join(told)}\n")


def opening(runs: int) -> None:
    """Seconds until a study of stub runs is opened and its means by point are there, and the bytes of a run."""
    from sim.studies import open_study, run_study

    with place() as folder:
        run_study(design(runs), folder, processes=1, simulate=stub())
        for what, columns in (("every outcome", None), ("one outcome", ["members_mean"])):
            with measured() as told:
                open_study(folder).summary(columns)
            spent = f"{told['clock']:.2f} s ({told['here']:.2f} s of processor)"
            print(f"Opened and summarised, {runs:,} runs, {what}: {spent}; bar 2 s")
        print(f"Bytes a run, outcomes and stages of {runs:,} stubs: {open_study(folder).bytes / runs:,.0f}\n")


def on_disk(runs: int) -> None:
    """Bytes a run by what is kept, of whole histories."""
    from sim.studies import Keep, open_study, run_study

    asked = {"nothing more": Keep(False, False), "--series thin": Keep(True, False, 12), "--series all": Keep(True, False),
             "--series all --events": Keep(True, True)}  # fmt: skip
    told = []
    for words, keep in asked.items():
        with place() as folder:
            run_study(replace(design(runs), keep=keep), folder)
            told.append(f"{words} {sum(each.stat().st_size for each in folder.glob('*.parquet')) / runs / 1e3:,.1f} kB")
            assert open_study(folder).complete
    print(f"On disk a history ({runs} whole ones): {', '.join(told)}")


def machine() -> None:
    """What the figures were measured on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}; Python {platform.python_version()}\n")


def main() -> None:
    """All figures, one after the other."""
    parser = argparse.ArgumentParser(description="What a study costs beyond its histories.")
    parser.add_argument("--runs", type=int, default=48, help="histories made in turn with a bare pool")
    parser.add_argument("--years", type=int, default=6, help="their horizon")
    parser.add_argument("--stubs", type=int, default=10_000, help="runs that cost nothing")
    parser.add_argument("--whole", type=int, default=16, help="whole histories whose bytes are counted")
    told = parser.parse_args()
    machine()
    beyond_the_model(told.stubs // 10, told.stubs)
    memory(told.stubs // 10, told.stubs)
    opening(told.stubs)
    against_a_pool(told.runs, told.years)
    on_disk(told.whole)


if __name__ == "__main__":
    main()

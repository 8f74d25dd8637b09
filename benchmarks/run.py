"""What a history costs, in one run: against Mesa's own example, by verb of the timetable, in parallel, growing, in memory.

`make bench`, or `python benchmarks/run.py [--pairs 7] [--runs 36] [--many 80]`. Nothing here is a test: times differ
between machines and hours, so the first figure is a ratio of two programs measured in turn in the same process;
`tests/test_speed.py` guards ratios.
"""

import argparse
import gc
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # as in a study: one process, one core

MONTHS, AGENTS, BAR = 420, 150, 0.10


def history(seed: int, copies: int = 1, years: int = 35) -> bool:
    """One history with the full population, events and series recorded; whether any consortium ran a project in it."""
    from sim.model import ConsortiumModel
    from sim.settings import Settings

    settings = Settings()
    settings.population.copies, settings.horizon.years = copies, years
    return bool(ConsortiumModel(settings, seed).run().all_projects)


def boltzmann(seed: int) -> None:
    """Mesa's Boltzmann wealth example over as many steps."""
    from mesa.examples.basic.boltzmann_wealth_model.model import BoltzmannScenario, BoltzmannWealth

    model = BoltzmannWealth(BoltzmannScenario(n=AGENTS, rng=seed))
    for _ in range(MONTHS):
        model.step()


def seconds(work: Callable[..., Any], *told: Any) -> float:
    """Processor time of a piece of work: other programs on the machine count less than in wall time."""
    start = time.process_time()
    work(*told)
    return time.process_time() - start


def against_mesa(pairs: int) -> None:
    """The ratio of a history to Mesa's example, measured in turn."""
    history(1), boltzmann(1)
    gc.collect()
    gc.freeze()  # as in the workers of a study: the collector looks through histories, not through libraries
    measured = [(seconds(history, seed), seconds(boltzmann, seed)) for seed in range(2, 2 + pairs)]
    ratios = [ours / theirs for ours, theirs in measured]
    ours, theirs = (1e3 * statistics.median(times) for times in zip(*measured, strict=True))
    print(f"One history of {MONTHS} months {ours:.0f} ms; Boltzmann wealth, {AGENTS} agents, {MONTHS} steps {theirs:.0f} ms")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"Ratio, median of {pairs} pairs: {statistics.median(ratios):.2f} ({spread}); bar {BAR}\n")


@contextmanager
def timed_verbs(spent: Counter[str], called: Counter[str]) -> Iterator[None]:
    """While this lasts, every verb of the timetable is timed."""
    from sim import timetable

    clock = min(seconds(len, ()) for _ in range(100))  # what reading the clock takes is not the verb's

    def timed(verb: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(model: Any) -> None:
            spent[verb.__name__] += seconds(verb, model) - clock
            called[verb.__name__] += 1

        return run

    lists = ("AT_THE_START_OF_A_MONTH", "EVERY_MONTH", "EVERY_QUARTER", "EVERY_HALF_YEAR", "AT_THE_END_OF_A_MONTH")
    plain = {name: getattr(timetable, name) for name in (*lists, "OF_THE_YEAR")}
    try:
        for name in lists:
            setattr(timetable, name, tuple(timed(verb) for verb in plain[name]))
        timetable.OF_THE_YEAR = tuple((month, tuple(timed(verb) for verb in verbs)) for month, verbs in plain["OF_THE_YEAR"])
        yield
    finally:
        for name, verbs in plain.items():
            setattr(timetable, name, verbs)


def by_verb(runs: int) -> None:
    """Milliseconds and share of a history for every phase and verb of the timetable, setting up included."""
    from sim.model import ConsortiumModel
    from sim.records.record import Record
    from sim.settings import Settings

    spent: Counter[str] = Counter()
    called: Counter[str] = Counter()
    start, recorded = time.process_time(), 0.0
    with timed_verbs(spent, called):
        for seed in range(1, 1 + runs):
            begun = time.process_time()
            model = ConsortiumModel(Settings(), seed)
            spent["(setting up)"] += time.process_time() - begun
            model.run()
            begun = time.process_time()
            Record.of(model)
            recorded += time.process_time() - begun
    whole = time.process_time() - start - recorded
    print(f"{'phase of the month':42}{'ms a history':>14}{'share':>8}")
    for phase, verbs in phases().items():
        time_spent = sum(spent[verb] for verb in verbs)
        print(f"{phase:42}{1e3 * time_spent / runs:14.1f}{time_spent / whole:8.1%}")
    print(f"\n{'verb':42}{'ms a history':>14}{'share':>8}{'calls':>8}")
    for name, time_spent in spent.most_common():
        print(f"{name:42}{1e3 * time_spent / runs:14.1f}{time_spent / whole:8.1%}{called[name] // runs or 1:8}")
    rest = whole - sum(spent.values())
    print(f"{'(timetable, and reading the clock)':42}{1e3 * rest / runs:14.1f}{rest / whole:8.1%}")
    print(f"{'beside it: series, events, outcomes put together afterwards':61}{1e3 * recorded / runs:7.1f} ms\n")


def study(runs: int, processes: int) -> float:
    """Seconds that the study layer takes for some histories, their records written."""
    from sim.studies.design import Design, Point
    from sim.studies.engine import run_study

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_study(Design((Point("default"),), tuple(range(1, 1 + runs))), f"{folder}/study", processes=processes)
        return time.perf_counter() - start


def in_parallel(runs: int) -> None:
    """Histories a second through the study layer in one process and on all cores, with and without the start of workers.

    Where others use the cores too, histories a second tell of them as much; what the processes took of the processors
    tells what they would reach alone.
    """
    from sim.studies.workers import processors

    few, rates, taken = max(2, runs // 3), {}, {}
    for processes in dict.fromkeys((1, processors())):
        begun = processor_times()
        short = study(few, processes)
        between = processor_times()
        whole = study(runs, processes)
        parent, workers = (after + before - 2 * there for after, before, there in
                           zip(processor_times(), begun, between, strict=True))  # fmt: skip
        rates[processes] = (runs - few) / max(whole - short, 1e-9)
        taken[processes] = (parent + workers) / (runs - few)
        made = f"Study of {runs} histories, {processes} process{'es' * (processes > 1)}: {runs / whole:.2f} a second"
        print(f"{made}, {rates[processes]:.2f} once started (start {max(0.0, short - few / rates[processes]):.1f} s)")
        told = f"workers {1e3 * workers / (runs - few):.0f} ms, parent {1e3 * parent / (runs - few):.0f} ms"
        print(f"  processor time a history, without starting: {told}")
        if processes > 1:
            alone = processes * taken[1] / taken[processes]
            reached = f"{processes} processes reach {rates[processes] / rates[1]:.2f} times one, bar 1.85"
            print(f"{reached}; by processor time {alone:.2f}")
    print()


def processor_times() -> tuple[float, float]:
    """Processor seconds of this process and of the children it has ended, so far."""
    told = os.times()
    return told.user + told.system, told.children_user + told.children_system


def phases() -> dict[str, list[str]]:
    """The verbs of each phase; one that comes in two months of the year counts in the first."""
    from sim import timetable

    found = dict(timetable.OF_THE_YEAR)
    found |= {"start of every month": timetable.AT_THE_START_OF_A_MONTH, "end of a quarter": timetable.EVERY_QUARTER}
    found |= {"end of a half-year": timetable.EVERY_HALF_YEAR, "every month": timetable.EVERY_MONTH}
    found |= {"end of every month": timetable.AT_THE_END_OF_A_MONTH}
    seen: set[str] = set()
    names = {}
    for phase, verbs in found.items():
        names[phase] = [verb.__name__ for verb in verbs if verb.__name__ not in seen]
        seen.update(names[phase])
    return names


def growth() -> None:
    """How the cost grows with the population and with the horizon; histories without any consortium do not count."""
    base = cost(1, 35)
    told = ", ".join(f"×{copies} {cost(copies, 35) / base:.2f} times" for copies in (3, 10))
    print(f"Population ×1 {1e3 * base:.0f} ms, {told}; bars 3 and 8 times")
    print(f"Horizon of 70 years {cost(1, 70) / base:.2f} times that of 35\n")


def cost(copies: int, years: int) -> float:
    """Median processor time of three histories with a consortium, seeds from 2 on."""
    spent: list[float] = []
    for seed in range(2, 20):
        start = time.process_time()
        if history(seed, copies, years):
            spent.append(time.process_time() - start)
        if len(spent) == 3:
            break
    return statistics.median(spent)


def memory_of_process(what: str) -> float | None:
    """Memory of this process (MB): `VmHWM` the peak so far, `VmRSS` now; None where the system does not tell."""
    try:
        return float(Path("/proc/self/status").read_text().split(f"{what}:")[1].split()[0]) / 1e3
    except (OSError, IndexError):
        return None


def keeps_making(channel: Any, many: int) -> None:
    """Send the peak memory before and after one history, then the memory after a quarter, half and all of many."""
    from sim.model import ConsortiumModel
    from sim.records.record import Record
    from sim.settings import Settings

    told = [memory_of_process("VmHWM")]
    for seed in range(1, 1 + many):
        Record.of(ConsortiumModel(Settings(), seed).run())
        if seed == 1:
            told.append(memory_of_process("VmHWM"))
        if seed in (many // 4, many // 2, many):
            told.append(memory_of_process("VmRSS"))
    channel.send(told)


def memory(many: int) -> None:
    """Peak memory of a process that makes one history, and what it holds after many."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=keeps_making, args=(there, many))
    process.start()
    libraries, whole, *later = here.recv()
    process.join()
    if whole is None:
        print("Memory: this system does not tell.")
        return
    print(f"Peak memory of a process with one history: {whole:.0f} MB, of these {libraries:.0f} MB libraries")
    after = ", ".join(f"{runs}: {held:.0f} MB" for runs, held in zip((many // 4, many // 2, many), later, strict=True))
    print(f"Memory held after so many histories in one process: {after}\n")


def time_to_help(times: int = 5) -> None:
    """Wall seconds until `consortium --help` has answered, the quickest of some."""

    def asks() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "sim", "--help"], capture_output=True, check=True)
        return time.perf_counter() - start

    print(f"consortium --help: {min(asks() for _ in range(times)):.2f} s; bar 0.5 s")


def machine() -> None:
    """What the figures were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "mesa", "numba"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    here = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}"
    print(f"{here}; Python {platform.python_version()}, {packages}\n")


def main() -> None:
    """All figures, one after the other."""
    parser = argparse.ArgumentParser(description="What a history costs.")
    parser.add_argument("--pairs", type=int, default=7, help="histories measured in turn with Mesa's example")
    parser.add_argument("--runs", type=int, default=36, help="histories of the parallel study")
    parser.add_argument("--many", type=int, default=80, help="histories of the process whose memory is watched")
    told = parser.parse_args()
    machine()
    against_mesa(told.pairs)
    by_verb(max(2, told.pairs // 2))
    in_parallel(told.runs)
    growth()
    memory(told.many)
    time_to_help()


if __name__ == "__main__":
    main()

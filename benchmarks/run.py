"""What a history costs, in one run: against Mesa's own example, by verb of the timetable, in parallel, growing, in memory.

`make bench`, or `python benchmarks/run.py [--pairs 7] [--runs 24]`. Nothing here is a test: times differ between machines
and hours, so the first figure is a ratio of two programs measured in turn in the same process.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # as in a study: one process, one core

MONTHS, AGENTS, BAR = 420, 150, 0.4


def history(seed: int, copies: int = 1, years: int = 35) -> None:
    """One history of 35 years with the full population, events and series recorded."""
    from sim.model import ConsortiumModel
    from sim.settings import Settings

    settings = Settings()
    settings.population.copies, settings.horizon.years = copies, years
    ConsortiumModel(settings, seed).run()


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

    def timed(verb: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(model: Any) -> None:
            spent[verb.__name__] += seconds(verb, model)
            called[verb.__name__] += 1

        return run

    lists = ("EVERY_MONTH", "EVERY_QUARTER", "EVERY_HALF_YEAR", "AT_THE_END_OF_A_MONTH")
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
    from sim.settings import Settings

    spent: Counter[str] = Counter()
    called: Counter[str] = Counter()
    start = time.process_time()
    with timed_verbs(spent, called):
        for seed in range(1, 1 + runs):
            begun = time.process_time()
            model = ConsortiumModel(Settings(), seed)
            spent["(setting up)"] += time.process_time() - begun
            model.run()
    whole = time.process_time() - start
    print(f"{'phase of the month':42}{'ms a history':>14}{'share':>8}")
    for phase, verbs in phases().items():
        time_spent = sum(spent[verb] for verb in verbs)
        print(f"{phase:42}{1e3 * time_spent / runs:14.1f}{time_spent / whole:8.1%}")
    print(f"\n{'verb':42}{'ms a history':>14}{'share':>8}{'calls':>8}")
    for name, time_spent in spent.most_common():
        print(f"{name:42}{1e3 * time_spent / runs:14.1f}{time_spent / whole:8.1%}{called[name] // runs or 1:8}")
    rest = whole - sum(spent.values())
    print(f"{'(clock and timetable)':42}{1e3 * rest / runs:14.1f}{rest / whole:8.1%}\n")


def in_parallel(runs: int) -> None:
    """Histories a second through the study layer, records written, in one process and on all cores."""
    from sim.studies.design import Design, Point
    from sim.studies.engine import run_study
    from sim.studies.workers import processors

    for processes in dict.fromkeys((1, processors())):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            run_study(Design((Point("default"),), tuple(range(1, 1 + runs))), f"{folder}/study", processes=processes)
            took = time.perf_counter() - start
        print(f"Study of {runs} histories, {processes} process{'es' * (processes > 1)}: {runs / took:.2f} histories a second")
    print()


def phases() -> dict[str, list[str]]:
    """The verbs of each phase; one that comes in two months of the year counts in the first."""
    from sim import timetable

    found = dict(timetable.OF_THE_YEAR)
    found |= {"end of a quarter": timetable.EVERY_QUARTER, "end of a half-year": timetable.EVERY_HALF_YEAR,
              "every month": timetable.EVERY_MONTH, "end of every month": timetable.AT_THE_END_OF_A_MONTH}  # fmt: skip
    seen: set[str] = set()
    names = {}
    for phase, verbs in found.items():
        names[phase] = [verb.__name__ for verb in verbs if verb.__name__ not in seen]
        seen.update(names[phase])
    return names


def growth() -> None:
    """How the cost grows with the population and with the horizon."""
    cost = {copies: min(seconds(history, 1, copies) for _ in range(3)) for copies in (1, 3, 10)}
    told = ", ".join(f"×{copies} {1e3 * spent:.0f} ms ({spent / cost[1]:.2f} times)" for copies, spent in cost.items())
    print(f"Population {told}")
    cost = {years: min(seconds(history, 1, 1, years) for _ in range(3)) for years in (35, 70)}
    print(f"Horizon 35 years {1e3 * cost[35]:.0f} ms, 70 years {1e3 * cost[70]:.0f} ms: {cost[70] / cost[35]:.2f} times\n")


def peak() -> float | None:
    """Peak memory of this process so far (MB); None where the system does not tell."""
    try:
        return float(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1e3
    except (OSError, IndexError):
        return None


def peak_memory(channel: Any) -> None:
    """Send the peak memory of this process before and after a history."""
    import sim.model  # noqa: F401

    before = peak()
    history(1)
    channel.send((before, peak()))


def memory() -> None:
    """Peak memory of a process that makes one history."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=peak_memory, args=(there,))
    process.start()
    libraries, whole = here.recv()
    process.join()
    if whole is None:
        print("Peak memory: this system does not tell.")
    else:
        print(f"Peak memory of a process with one history: {whole:.0f} MB, of these {libraries:.0f} MB libraries")


def main() -> None:
    """All figures, one after the other."""
    parser = argparse.ArgumentParser(description="What a history costs.")
    parser.add_argument("--pairs", type=int, default=7, help="histories measured in turn with Mesa's example")
    parser.add_argument("--runs", type=int, default=24, help="histories of the parallel study")
    told = parser.parse_args()
    against_mesa(told.pairs)
    by_verb(max(2, told.pairs // 2))
    in_parallel(told.runs)
    growth()
    memory()


if __name__ == "__main__":
    main()

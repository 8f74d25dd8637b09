"""What a history costs, as ratios: none of these is a time, so a slow machine does not turn them red."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.record import Record


def processor_time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def of_child(*command: str) -> float:
    """Processor seconds of a child process, the least of three."""

    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    return min(once() for _ in range(3))


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell what a child took")
def test_help_takes_little_more_than_python_itself() -> None:
    bare = of_child("-c", "import argparse, dataclasses, json, pathlib")
    assert of_child("-m", "sim", "--help") < 8 * bare  # about 3 to 4; with NumPy alone it would be above 8


def test_leads_have_a_place_for_firms_born_later() -> None:
    model = ConsortiumModel(compose(["horizon.years=3"]), 2).run()
    body = next(body for body in model.consortia if body.projects)
    branch, before = body.branches()[0], body.leads.copy()
    free = body.leads_free(branch)
    last = max(number for number, count in enumerate(before[:-1].tolist()) if count)
    body.leads = np.concatenate([before[: last + 1], before[-1:]])  # as if all others had been born since
    assert body.leads_free(branch) == free
    assert len(body.leads) > model.firms.count and body.leads[-1] == before[-1]


@pytest.mark.slow
@pytest.mark.parametrize(("copies", "bar"), [(3, 3.0), (10, 8.0)])
def test_a_larger_population_costs_less_than_in_proportion(copies: int, bar: float) -> None:
    """With a margin of a third: the least of three, measured in turn, because others use the machine too."""

    def model(many: int, seed: int) -> ConsortiumModel:
        return ConsortiumModel(compose([f"population.copies={many}", "horizon.years=20"]), seed)

    def history(many: int) -> float:
        return processor_time(model(many, seed).run)

    # many small founders do not always come to an agreement: a seed with a consortium in either world
    seed = next(each for each in range(2, 40) if all(model(many, each).run().all_projects for many in (1, copies)))
    pairs = [(history(1), history(copies)) for _ in range(3)]
    one, many = (min(times) for times in zip(*pairs, strict=True))
    assert many < 4 / 3 * bar * one


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_histories() -> None:
    """Objects that the collector follows after four histories and after sixteen."""

    def left_after(seeds: range) -> int:
        for seed in seeds:
            Record.of(ConsortiumModel(compose(["horizon.years=12"]), seed).run())
        gc.collect()
        return len(gc.get_objects())

    few = left_after(range(1, 5))
    assert left_after(range(5, 17)) < few + 2000  # one history of twelve years alone is some 5,000

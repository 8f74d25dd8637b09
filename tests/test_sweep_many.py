"""The bookkeeping of very many runs that cost nothing: nothing lost, nothing doubled, memory bounded."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import toy_histories as toy

from sim.studies import Design, Keep, open_study, run_study
from sim.studies.points import CrossedPoints

ROOT = Path(__file__).resolve().parent
OUTCOMES_ONLY = Keep(series=False, events=False)

MEMORY = """
import sys
from pathlib import Path
import toy_histories as toy
from sim.studies import Design, Keep, Point, run_study

if __name__ == "__main__":
    keep = Keep(series=False, events=False)
    design = Design((Point("only"),), range(int(sys.argv[1])), keep)
    run_study(design, sys.argv[2], processes=1, simulate=toy.bare, compose=toy.compose)
    print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.slow
def test_a_hundred_thousand_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off in the middle, gone on, every run there once and in order; opened and summarised at once."""
    monkeypatch.setattr(toy, "OUTCOMES", 3)
    points = CrossedPoints((), [{"slope": float(slope)} for slope in range(1000)])
    design = Design(points, range(100), OUTCOMES_ONLY)
    made = 0

    def presses(done: int, total: int, failed: int) -> None:
        nonlocal made
        made += 1
        if done == 50_000:
            raise KeyboardInterrupt

    how = {"processes": 1, "simulate": toy.bare, "compose": toy.compose, "progress": presses}
    half = run_study(design, tmp_path / "study", **how)
    assert half.missing == 50_000
    assert len(list((tmp_path / "study" / "parts").glob("*.outcomes.parquet"))) < 2000
    began = time.process_time()
    whole = run_study(design, tmp_path / "study", **how)
    spent = time.process_time() - began
    assert whole.complete
    assert made == 100_000
    runs = whole.outcomes
    assert np.array_equal(runs["run"], np.arange(100_000))
    assert np.array_equal(runs["seed"], np.tile(np.arange(100), 1000))
    slope = np.repeat(np.arange(1000.0), 100)
    assert np.array_equal(runs["outcome_2"], runs["seed"] + 2 * slope)
    assert spent / 50_000 < 1e-3, "bookkeeping takes at most a millisecond a run"
    began = time.process_time()
    assert len(open_study(tmp_path / "study").summary(["outcome_1"])) == 1000
    assert time.process_time() - began < 2.0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="this system does not tell the peak of memory")
def test_memory_does_not_grow_with_the_number_of_runs(tmp_path: Path) -> None:
    def peak(runs: int) -> float:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *(each for each in sys.path if each)])}
        script = tmp_path / "memory.py"
        script.write_text(MEMORY, encoding="utf-8")
        words = [sys.executable, str(script), str(runs), str(tmp_path / f"study-{runs}")]
        said = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
        return float(said.stdout) / 1e3

    few, many = peak(2_000), peak(10_000)
    assert many < 1.15 * few, f"{few:.0f} MB for 2,000 runs, {many:.0f} MB for 10,000"

"""Whatever breaks a study off, nothing is lost, doubled or half written, and the same command makes what is missing."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import toy_command
import toy_histories as toy
import yaml

from sim.records.files import OutputError
from sim.studies import Design, Keep, Point, Study, open_study, run_study

ROOT = Path(__file__).resolve().parent
TABLES = ("outcomes", "series", "events", "stages", "points")
SEEDS, RUNS = 150, 300
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of a POSIX system")


def command(directory: Path, processes: int = 2, *more: int) -> subprocess.Popen:
    """A study in a process of its own, which says a line for each run made."""
    words = [sys.executable, str(ROOT / "toy_command.py"), str(directory), str(SEEDS), str(processes), *map(str, more)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *(each for each in sys.path if each)])}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hears)


def _hears() -> None:
    """Ctrl-C reaches the study even where the tests run in the background and are deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(process: subprocess.Popen) -> int:
    """The exit code, once it has ended by itself."""
    process.communicate(timeout=600)
    return int(process.returncode)


def workers(place: Path) -> list[int]:
    """The processes that have made runs, and live."""
    return [pid for pid in (int(path.name.split("-")[1]) for path in place.glob("worker-*")) if alive(pid)]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not (status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The same study with nothing in its way."""
    place = tmp_path_factory.mktemp("undisturbed")
    return run_study(toy_command.design(SEEDS, place), place / "study", processes=1, simulate=toy.history, compose=toy.compose)


def tables(study: Study) -> dict[str, bytes]:
    """The bytes of every table but that of the points, which names where the runs leave their traces."""
    return {name: (study.directory / f"{name}.parquet").read_bytes() for name in TABLES[:-1]}


def sound(directory: Path) -> int:
    """How many runs a study holds that may have been broken off anywhere; each once, with all its rows."""
    study = open_study(directory)
    runs = study.outcomes
    assert not runs["run"].duplicated().any()
    assert len(runs) + study.missing == RUNS
    assert not study.damaged
    if len(runs):
        rows = study.series(["members"]).groupby("run").size()
        assert (rows == toy.MONTHS).all()
        assert set(rows.index) == set(runs["run"])
        assert set(study.missing_runs["run"]) == set(range(RUNS)) - set(runs["run"])
    return len(runs)


@pytest.mark.slow
def test_twenty_kills_at_random_moments(tmp_path: Path, undisturbed: Study) -> None:
    chance, directory = random.Random(5), tmp_path / "study"
    held, killed = 0, {"whole": 0, "worker": 0}
    while sum(killed.values()) < 20:
        study = command(directory)
        assert study.stdout is not None
        for _ in range(chance.randrange(1, 24)):  # lines: runs made, or that a worker died
            if not study.stdout.readline():
                break
        time.sleep(chance.random() * 0.02)
        living = workers(tmp_path)
        if chance.random() < 0.4 and living:
            os.kill(chance.choice(living), signal.SIGKILL)
            killed["worker"] += 1
            time.sleep(chance.random() * 0.1)
        study.kill()
        killed["whole"] += 1
        study.communicate()
        if (directory / "manifest.yaml").is_file():
            now = sound(directory)
            assert now >= held, "what was kept is lost"
            held = now
    assert min(killed.values()) > 2
    assert ended(command(directory)) == 0
    whole = open_study(directory)
    assert whole.complete
    assert tables(whole) == tables(undisturbed)
    assert sorted(path.name for path in directory.iterdir()) == sorted(["manifest.yaml", *(f"{name}.parquet" for name in TABLES)])


@pytest.mark.slow
def test_a_worker_killed_by_its_number(tmp_path: Path, undisturbed: Study) -> None:
    study = command(tmp_path / "study")
    assert study.stdout is not None
    study.stdout.readline()
    victim = workers(tmp_path)[0]
    os.kill(victim, signal.SIGKILL)
    said, _ = study.communicate(timeout=600)
    assert study.returncode == 0
    assert f"worker {victim} died (signal 9)" in said
    assert tables(open_study(tmp_path / "study")) == tables(undisturbed)


def test_a_worker_killed_at_its_task_is_replaced_and_the_task_made(tmp_path: Path) -> None:
    notices: list[str] = []
    trace = tmp_path / "waiting"

    def kills() -> None:
        while not trace.exists():
            time.sleep(0.01)
        os.kill(int(trace.read_text()), signal.SIGKILL)

    threading.Thread(target=kills, daemon=True).start()
    study = run_study(
        Design((Point("only", (f"place={tmp_path}",)),), range(8)), tmp_path / "study", processes=2, simulate=toy.waits,
        compose=toy.compose, notice=notices.append,
    )  # fmt: skip
    assert study.complete
    assert study.outcomes["seed"].tolist() == list(range(8))
    assert f"worker {trace.read_text()} died (signal 9) while doing" in notices[0]
    assert "seed=3" in notices[0]


@pytest.mark.slow
def test_workers_of_a_killed_study_end_themselves(tmp_path: Path) -> None:
    study = command(tmp_path / "study")
    assert study.stdout is not None
    for _ in range(8):
        study.stdout.readline()
    orphans = workers(tmp_path)
    assert orphans
    study.kill()
    study.communicate()
    until = time.monotonic() + 30
    while any(alive(pid) for pid in orphans) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in orphans if alive(pid)]


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, undisturbed: Study) -> None:
    study = command(tmp_path / "study")
    assert study.stdout is not None
    for _ in range(10):
        study.stdout.readline()
    study.send_signal(signal.SIGINT)
    assert ended(study) == 3
    assert 10 <= sound(tmp_path / "study") < RUNS
    assert open_study(tmp_path / "study").manifest["status"] == "interrupted"
    assert ended(command(tmp_path / "study")) == 0
    assert tables(open_study(tmp_path / "study")) == tables(undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("share", "of", "runs", "kept"), [(1.3, "manifest.yaml", RUNS, 0), (0.9, "series.parquet", RUNS // 3, RUNS)]
)
def test_no_space_left(tmp_path: Path, undisturbed: Study, share: float, of: str, runs: int, kept: int) -> None:
    """A limit above the manifest and below a part of all runs, and one between the largest part and the finished table."""
    limit = int(share * (undisturbed.directory / of).stat().st_size)
    full = command(tmp_path / "study", 1, limit, runs)
    _, said = full.communicate(timeout=600)
    assert full.returncode == 4, said
    assert "file too large" in said
    assert "runs are kept; with room again, the same command goes on" in said
    assert sound(tmp_path / "study") == kept
    assert not list((tmp_path / "study").rglob("*.partial"))
    assert ended(command(tmp_path / "study")) == 0
    assert tables(open_study(tmp_path / "study")) == tables(undisturbed)


def broken_off(directory: Path, seeds: int = 9) -> Design:
    """A study that Ctrl-C ended after five of its runs, in one part."""
    design = Design((Point("only", (f"place={directory.parent}",)),), range(seeds))
    run_study(design, directory, processes=1, simulate=toy.interrupted, compose=toy.compose)
    (directory.parent / "calm").touch()
    return design


@pytest.mark.parametrize("kind", ["series", "events", "stages", "outcomes"])
def test_a_truncated_part_is_named_counts_as_missing_and_is_made_again(tmp_path: Path, kind: str) -> None:
    directory = tmp_path / "study"
    design = broken_off(directory)
    assert len(open_study(directory).outcomes) == 5
    (part,) = (directory / "parts").glob(f"*.{kind}.parquet")
    with part.open("rb+") as file:
        file.truncate(part.stat().st_size // 2)
    study = open_study(directory)
    assert list(study.damaged) == ["00000.outcomes.parquet"]
    assert study.missing == 9
    assert study.missing_runs["seed"].tolist() == list(range(9))
    assert study.outcomes.empty
    notices: list[str] = []
    whole = run_study(design, directory, processes=1, simulate=toy.interrupted, compose=toy.compose, notice=notices.append)
    assert whole.complete
    assert whole.outcomes["seed"].tolist() == list(range(9))
    assert "part 00000 cannot be read" in whole.manifest["notices"][0]


def test_a_damaged_finished_table_is_noticed(tmp_path: Path) -> None:
    design = Design((Point("only", (f"place={tmp_path}",)),), range(4))
    how = {"processes": 1, "simulate": toy.history, "compose": toy.compose}
    before = run_study(design, tmp_path / "study", **how)
    series = before.directory / "series.parquet"
    good = series.read_bytes()
    series.write_bytes(good[:-200])
    study = open_study(before.directory)
    assert not study.complete
    assert study.missing == 4
    assert "series" in next(iter(study.damaged.values()))
    assert run_study(design, before.directory, **how).complete
    assert series.read_bytes() == good


def test_retry_failed_makes_failed_runs_again_and_no_others(tmp_path: Path) -> None:
    design = Design((Point("only", (f"place={tmp_path}",)),), range(6))
    how = {"processes": 1, "compose": toy.compose}
    first = run_study(design, tmp_path / "study", simulate=toy.another_shape, **how)
    assert first.failed["seed"].tolist() == [2]
    assert run_study(design, tmp_path / "study", simulate=toy.counts, **how).failed["seed"].tolist() == [2]
    assert not list(tmp_path.glob("made-*"))
    again = run_study(design, tmp_path / "study", simulate=toy.counts, retry_failed=True, **how)
    assert again.failed.empty
    assert again.outcomes["seed"].tolist() == list(range(6))
    assert [path.name.split("-")[1] for path in tmp_path.glob("made-*")] == ["2"]


def test_two_processes_do_not_work_in_one_directory(tmp_path: Path) -> None:
    from sim.studies.store import Store

    design = Design((Point("only", (f"place={tmp_path}",)),), range(2))
    plan = design.plan(toy.compose)
    busy = Store(tmp_path / "study", design.told(plan), design.points)
    with pytest.raises(OutputError, match="another process is at work"):
        run_study(design, tmp_path / "study", processes=1, simulate=toy.history, compose=toy.compose)
    busy.close()
    assert run_study(design, tmp_path / "study", processes=1, simulate=toy.history, compose=toy.compose).complete


@pytest.mark.parametrize(("series", "months"), [("none", 0), ("thin", 2), ("all", toy.MONTHS)])
def test_series_only_when_asked_thinned_or_whole(tmp_path: Path, series: str, months: int) -> None:
    design = Design((Point("only"),), (4, 5), Keep.named(series))
    study = run_study(design, tmp_path / "study", processes=1, simulate=toy.history, compose=toy.compose)
    if not months:
        with pytest.raises(FileNotFoundError, match="keeps no series"):
            study.series()
        return
    kept = study.series(["members"])
    assert kept.groupby("run").size().tolist() == [months, months]
    assert kept["month"].tolist() == 2 * list(range(0, toy.MONTHS, toy.MONTHS // months))


def test_an_error_that_ends_a_study_leaves_it_interrupted(tmp_path: Path) -> None:
    def gives_up(tasks, work, *, lost, notice):  # type: ignore[no-untyped-def]
        yield work(next(iter(tasks)))
        raise RuntimeError("the cluster is gone")

    design = Design((Point("only"),), range(4))
    with pytest.raises(RuntimeError, match="the cluster is gone"):
        run_study(design, tmp_path / "study", simulate=toy.history, compose=toy.compose, executor=gives_up)
    study = open_study(tmp_path / "study")
    assert (study.manifest["status"], len(study.outcomes), study.missing) == ("interrupted", 1, 3)
    told = yaml.safe_load((study.directory / "manifest.yaml").read_text(encoding="utf-8"))
    assert {"command", "citation", "machine", "executor", "versions", "commit", "schema_version", "bases", "design"} <= set(told)
    assert isinstance(study.missing_runs, pd.DataFrame)

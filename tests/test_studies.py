"""Points × seeds become a directory: the same bytes on any number of processes, and nothing is lost."""

import hashlib
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import toy_histories as toy
import yaml

from sim.parameters import SettingError
from sim.records.files import OutputError
from sim.studies import Design, Keep, Point, Study, open_study, run_study
from sim.studies.engine import RUNS_IN_A_PART

POINTS = (Point("flat", ("slope=0",)), Point("steep", ("slope=2",)))


def make(directory: Path, design: Design, **how: Any) -> Study:
    """Run a study of toy histories in this process unless told otherwise."""
    told = {"processes": 1, "simulate": toy.history, "compose": toy.compose, **how}
    return run_study(design, directory, **told)


def at(place: Path, seeds: range) -> Design:
    """One point whose runs may leave traces in `place`."""
    return Design((Point("only", (f"place={place}",)),), tuple(seeds))


def digests(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.glob("*.parquet")}


def test_every_point_with_every_seed_in_order(tmp_path: Path) -> None:
    study = make(tmp_path / "study", Design(POINTS, (4, 9)))
    assert study.complete
    assert study.missing == 0
    assert study.outcomes[["run", "point", "seed", "members_mean"]].to_numpy().tolist() == [
        [0, "flat", 4, 4.0], [1, "flat", 9, 9.0], [2, "steep", 4, 27.0], [3, "steep", 9, 32.0],
    ]  # fmt: skip
    assert study.outcomes["never"].isna().all()
    series = study.series()
    assert list(series.columns) == ["run", "point", "seed", "month", "year", "members", "stage"]
    assert len(series) == 4 * toy.MONTHS
    assert series.query("run == 3 and month == 10")["members"].item() == 29.0
    assert study.events(point="steep")["run"].tolist() == [2, 3]
    assert study.stages["stage"].tolist() == ["national"] * 4
    assert study.points == ["flat", "steep"]


def test_columns_and_points_can_be_chosen(tmp_path: Path) -> None:
    study = make(tmp_path / "study", Design(POINTS, (4, 9)))
    series = study.series(["members"], point="flat")
    assert list(series.columns) == ["run", "point", "seed", "month", "year", "members"]
    assert set(series["point"]) == {"flat"}
    events = study.events(["run", "kind"], point="steep")
    assert events.to_dict("list") == {"run": [2, 3], "kind": ["joined", "joined"]}


def test_what_is_not_kept_is_not_written(tmp_path: Path) -> None:
    study = make(tmp_path / "study", Design(POINTS, (4,), Keep(series=False, events=False)))
    assert sorted(path.name for path in study.directory.iterdir()) == [
        "manifest.yaml", "outcomes.parquet", "points.parquet", "stages.parquet",
    ]  # fmt: skip
    with pytest.raises(FileNotFoundError, match="keeps no events"):
        study.events()


def test_the_bytes_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    design = Design(POINTS, tuple(range(RUNS_IN_A_PART)))
    alone = make(tmp_path / "alone", design)
    together = make(tmp_path / "together", design, processes=3)
    assert digests(alone.directory) == digests(together.directory)
    assert len(digests(alone.directory)) == 5


def test_a_failing_run_is_a_row_with_its_error(tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    design = Design((Point("bad", ("fails=yes",)), Point("good")), (12, 13, 14))
    study = make(tmp_path / "study", design, progress=lambda *numbers: told.append(numbers))
    assert study.complete
    assert study.failed["seed"].tolist() == [13]
    assert study.failed["error"].item().startswith("ValueError: no luck at all (toy_histories.py:")
    assert len(study.outcomes) == 5
    assert told[-1] == (6, 6, 1)


def test_a_killed_worker_is_named_replaced_and_its_run_made(tmp_path: Path) -> None:
    notices: list[str] = []
    study = make(
        tmp_path / "study", at(tmp_path, range(8)), processes=2, simulate=toy.dies_once, notice=notices.append
    )
    assert study.complete
    assert len(study.outcomes) == 8
    assert len(notices) == 1
    assert "died (signal" in notices[0]
    assert "seed=3" in notices[0]
    assert study.manifest["notices"] == notices


def test_a_run_that_kills_every_worker_is_a_failed_row(tmp_path: Path) -> None:
    notices: list[str] = []
    study = make(
        tmp_path / "study",
        at(tmp_path, range(8)),
        processes=2,
        simulate=toy.dies_always,
        notice=notices.append,
    )
    assert study.complete
    assert study.outcomes["seed"].tolist() == [0, 1, 2, 4, 5, 6, 7]
    assert study.failed["error"].tolist() == ["its worker died twice (exit code 17)"]
    assert len(notices) == 2


def test_workers_end_when_their_study_does(tmp_path: Path) -> None:
    make(tmp_path / "study", at(tmp_path, range(4)), processes=2)
    assert multiprocessing.active_children() == []


PARENT = """
import os, pathlib, sys
from sim.studies.workers import Worker

if __name__ == "__main__":
    worker = Worker(print)
    assert worker.pipe.recv() is None
    pathlib.Path(sys.argv[1]).write_text(str(worker.process.pid))
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script, said = tmp_path / "parent.py", tmp_path / "pid"
    script.write_text(PARENT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, str(script), str(said)], env=environment, check=False, **quiet)
    orphan = int(said.read_text())
    for _ in range(200):
        if not _alive(orphan):
            break
        time.sleep(0.05)
    else:
        os.kill(orphan, 9)
        pytest.fail(f"worker {orphan} outlived its parent")
    assert not _alive(orphan)


def _alive(pid: int) -> bool:
    """Whether a process runs (one that has ended and waits to be collected does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_ctrl_c_keeps_what_is_finished_and_the_rest_is_made_later(tmp_path: Path) -> None:
    design = at(tmp_path, range(9))
    broken_off = make(tmp_path / "study", design, simulate=toy.interrupted)
    assert not broken_off.complete
    assert broken_off.missing == 4
    assert broken_off.outcomes["seed"].tolist() == [0, 1, 2, 3, 4]
    assert len(broken_off.series()) == 5 * toy.MONTHS

    (tmp_path / "calm").touch()
    whole = make(tmp_path / "study", design, simulate=toy.interrupted)
    assert whole.complete
    assert whole.outcomes["seed"].tolist() == list(range(9))
    assert len(list(tmp_path.glob("made-*"))) == 9, "no run is made twice"
    assert not (whole.directory / "parts").exists()
    assert digests(whole.directory) == digests(make(tmp_path / "at once", design).directory)


def test_a_part_without_its_mark_does_not_count(tmp_path: Path) -> None:
    design = at(tmp_path, range(9))
    make(tmp_path / "study", design, simulate=toy.interrupted)
    (mark,) = (tmp_path / "study" / "parts").glob("*.outcomes.parquet")
    mark.unlink()
    (tmp_path / "calm").touch()
    whole = make(tmp_path / "study", design, simulate=toy.interrupted)
    assert whole.outcomes["seed"].tolist() == list(range(9))
    assert len(whole.series()) == 9 * toy.MONTHS


def test_a_complete_study_is_not_made_again(tmp_path: Path) -> None:
    design = at(tmp_path, range(3))
    first = make(tmp_path / "study", design, simulate=toy.counts)
    before = digests(first.directory)
    again = make(tmp_path / "study", design, simulate=toy.counts)
    assert len(list(tmp_path.glob("made-*"))) == 3
    assert digests(again.directory) == before


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Design(POINTS, (1, 2, 3)), "other seeds"),
        (Design((*POINTS, Point("third", ("slope=3",))), (1, 2)), "other points"),
        (Design(POINTS, (1, 2), Keep(series=False)), "other keep"),
    ],
)
def test_a_changed_design_is_refused(tmp_path: Path, other: Design, words: str) -> None:
    make(tmp_path / "study", Design(POINTS, (1, 2)))
    before = digests(tmp_path / "study")
    with pytest.raises(OutputError, match=words):
        make(tmp_path / "study", other)
    assert digests(tmp_path / "study") == before
    assert make(tmp_path / "study", other, overwrite=True).complete


def test_settings_behind_the_same_names_count_too(tmp_path: Path) -> None:
    make(tmp_path / "study", Design(POINTS, (1,)))
    with pytest.raises(OutputError, match="other settings, data or code"):
        make(tmp_path / "study", Design(POINTS, (1,)), compose=lambda overrides: toy.ToySettings(slope=9.0))


def test_a_foreign_directory_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my life's work", encoding="utf-8")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="holds other things"):
            make(tmp_path, Design(POINTS, (1,)), overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_runs_of_another_shape_are_failed_rows(tmp_path: Path) -> None:
    study = make(tmp_path / "study", at(tmp_path, range(4)), simulate=toy.another_shape)
    assert study.failed["error"].tolist() == ["other series than before: surplus"]
    assert study.outcomes["seed"].tolist() == [0, 1, 3]


def test_designs_that_cannot_be_are_refused() -> None:
    with pytest.raises(SettingError, match="at least one point and one seed"):
        Design((), (1,))
    with pytest.raises(SettingError, match="each seed of a study stands once; 1 stands twice"):
        Design(POINTS, (1, 1))
    with pytest.raises(SettingError, match="flat stands twice"):
        Design((*POINTS, Point("flat")), (1,))


def test_the_manifest_tells_design_and_versions(tmp_path: Path) -> None:
    study = make(tmp_path / "study", Design(POINTS, (4, 9)))
    told = yaml.safe_load((study.directory / "manifest.yaml").read_text(encoding="utf-8"))
    assert told["design"]["points"]["count"] == 2
    assert study.overrides == {"flat": ["slope=0"], "steep": ["slope=2"]}
    assert told["design"]["seeds"] == [4, 9]
    assert (told["status"], told["runs"]) == ("complete", 4)
    assert "python" in told["versions"]
    with pytest.raises(OutputError, match=r"holds no manifest\.yaml"):
        open_study(tmp_path)

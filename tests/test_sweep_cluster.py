"""A Dask cluster of two workers on this machine makes the same study as the processes of one machine."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import toy_histories as toy
import yaml

import sim.cli
from sim.cli.codes import FINE, WRONG_USE
from sim.studies import Design, Point, Study, open_study, run_study
from sim.studies.dask_executor import ClusterError, on

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parent.parent
TABLES = ("outcomes", "series", "events", "stages", "points")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two worker processes on loopback."""
    how = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(**how, silence_logs=50) as made:
        yield made


def tables(study: Study) -> dict[str, bytes]:
    return {name: (study.directory / f"{name}.parquet").read_bytes()
            for name in TABLES if (study.directory / f"{name}.parquet").is_file()}  # fmt: skip


def provenance(study: Study) -> dict[str, Any]:
    """The manifest without where and how the runs were made."""
    told = yaml.safe_load((study.directory / "manifest.yaml").read_text(encoding="utf-8"))
    return {key: told[key] for key in told if key not in ("executor", "command", "notices")}


@pytest.mark.slow
def test_the_tables_are_those_of_one_machine(cluster: Any, tmp_path: Path) -> None:
    points = (Point("flat", ("slope=0",)), Point("steep", ("slope=2",)), Point("bad", ("fails=yes",)))
    design = Design(points, range(4, 34))
    here = run_study(design, tmp_path / "here", processes=1, simulate=toy.history, compose=toy.compose)
    with on(cluster.scheduler_address) as there:
        away = run_study(design, tmp_path / "away", simulate=toy.history, compose=toy.compose, executor=there)
    assert away.complete
    assert len(away.outcomes) == 89
    assert away.failed["error"].tolist() == here.failed["error"].tolist()
    assert tables(away) == tables(here)
    assert provenance(away) == provenance(here)
    assert here.manifest["executor"] == "1 process of this machine"
    assert away.manifest["executor"].startswith("a Dask cluster, 2 workers")


@pytest.mark.slow
def test_the_model_itself_on_the_cluster(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "--over", "funding=historical,none", "--seeds", "2", "horizon.years=2", "--series", "thin", "--quiet"]
    assert sim.cli.main([*words, "--output", "here", "--processes", "1"]) == FINE
    assert sim.cli.main([*words, "--output", "away", "--executor", "dask", "--address", cluster.scheduler_address]) == FINE
    here, away = open_study("here"), open_study("away")
    assert away.complete
    assert len(away.series(["members"])) == 4 * 2
    assert tables(away) == tables(here)
    assert away.manifest["design"]["hash"] == here.manifest["design"]["hash"]


@pytest.mark.slow
def test_a_worker_of_the_cluster_may_be_lost(tmp_path: Path) -> None:
    how = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    killed: list[int] = []
    with distributed.LocalCluster(**how, silence_logs=50) as made, on(made.scheduler_address) as there:

        def kills(done: int, total: int, failed: int) -> None:
            if done == 5 and not killed:
                killed.append(next(iter(there.client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

        design = Design((Point("only", (f"place={tmp_path}",)),), range(60))
        study = run_study(design, tmp_path / "study", simulate=toy.slow, compose=toy.compose, executor=there, progress=kills)
    assert killed
    assert study.complete
    assert study.outcomes["seed"].tolist() == list(range(60))


def test_an_address_that_is_none_and_one_where_nobody_answers(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.dask_executor.SECONDS_TO_CONNECT", 1)
    with pytest.raises(ClusterError, match=r"foo is no address of a scheduler: write tcp://HOST:PORT"):
        on("foo")
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1"):
        on("tcp://127.0.0.1:1")
    over = ["sweep", "--over", "funding=none"]
    for more, words in [
        (["--executor", "dask"], "--executor dask needs a scheduler that runs"),
        (["--address", "tcp://127.0.0.1:1"], "add --executor dask"),
        (["--executor", "dask", "--address", "foo"], "foo is no address"),
        (["--executor", "dask", "--address", "tcp://127.0.0.1:1", "--processes", "2"], "--processes says how many"),
    ]:
        assert sim.cli.main([*over, *more]) == WRONG_USE
        assert words in capsys.readouterr().err


def test_the_recipe_for_slurm_makes_a_job(tmp_path: Path) -> None:
    jobqueue = pytest.importorskip("dask_jobqueue")
    page = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
    (recipe,) = [block for block in re.findall(r"```python\n(.*?)```", page, flags=re.S) if "SLURMCluster" in block]
    (call,) = re.findall(r"SLURMCluster\((.*?)\n\)", recipe, flags=re.S)
    terms = eval(f"dict({call}\n)")
    with jobqueue.SLURMCluster(**terms, shared_temp_directory=str(tmp_path)) as slurm:
        script = slurm.job_script()
    assert "#SBATCH" in script
    assert "distributed.cli.dask_worker" in script
    assert "OMP_NUM_THREADS=1" in script

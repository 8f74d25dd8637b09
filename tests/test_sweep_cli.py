"""`consortium sweep` and `consortium run --multirun` as they are typed; most histories cost nothing."""

import re
import sys
from pathlib import Path

import pytest
import stub_worlds as stub
import yaml

import sim
import sim.cli
from sim.cli.codes import FAILED_RUNS, FINE, INTERRUPTED, WRONG_USE
from sim.cli.multirun import values
from sim.configuration import choices
from sim.parameters import SettingError
from sim.studies import open_study

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
FEES = ("--over", "membership.fee=1,2,3", "--seeds", "4", "--processes", "1")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.model.ConsortiumModel", stub.StubModel)
    monkeypatch.setattr("sim.studies.engine.Record.of", stub.stub_record)
    monkeypatch.setattr(stub.StubModel, "sick", frozenset())
    monkeypatch.setattr(stub.StubModel, "made", [])


def call(*words: object) -> int:
    return sim.cli.main([str(word) for word in words])


def test_the_example_is_made_told_and_not_made_twice(stubbed: None, capsys: pytest.CaptureFixture) -> None:
    assert call("sweep", "small_grid", "--output", "grid", "--processes", 1) == FINE
    said = capsys.readouterr()
    assert said.out.startswith("40 of 40 runs, 20 points, 2 seeds")
    assert re.search(r"Files: grid \(0\.\d MB, \d\.\d kB a run\)", said.out)
    assert said.err == "", "quiet in a log"
    assert call("sweep", "small_grid", "--output", "grid", "--processes", 1, "--quiet") == FINE
    assert len(stub.StubModel.made) == 40
    told = yaml.safe_load(Path("grid/manifest.yaml").read_text(encoding="utf-8"))
    assert told["command"] == "consortium sweep small_grid --output grid"
    assert told["machine"]["cores"] >= 1
    assert "CITATION.cff" in told["citation"]
    assert len(told["bases"]) == 10


def test_the_command_of_the_manifest_makes_the_same_study(stubbed: None) -> None:
    over = ["--over", "membership.fee=1:6", "--over", "funding=none,constant", "--n", 4, "--seeds", "3:4", "horizon.years=30"]
    assert call("sweep", *over, "--quiet", "--processes", 1) == FINE
    (folder,) = Path("results").iterdir()
    assert re.fullmatch(r"sweep-sobol-[0-9a-f]{8}", folder.name)
    first = open_study(folder)
    import shlex

    assert call(*shlex.split(first.manifest["command"])[1:], "--quiet", "--processes", 1) == FINE
    assert open_study(folder.name).manifest["design"] == first.manifest["design"]


def test_a_poisoned_run_is_a_row_the_others_go_on_and_it_is_tried_again(
    stubbed: None, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stub.StubModel, "sick", frozenset({3}))
    assert call("sweep", *FEES, "--output", "fees") == FAILED_RUNS
    assert "3 runs failed, the first with seed 3: RuntimeError: taken ill" in capsys.readouterr().err
    study = open_study("fees")
    assert len(study.outcomes) == 9
    assert study.failed[["point", "seed"]].to_numpy().tolist() == [[f"fee={fee}", 3] for fee in (1, 2, 3)]
    assert study.varied.loc["fee=2", "membership.fee"] == 2.0, "the parameters of a failed run"
    monkeypatch.setattr(stub.StubModel, "sick", frozenset())
    assert call("sweep", *FEES, "--output", "fees") == FAILED_RUNS, "not tried again unless asked for"
    made = len(stub.StubModel.made)
    assert call("sweep", *FEES, "--output", "fees", "--retry-failed") == FINE
    assert stub.StubModel.made[made:] == [3, 3, 3]
    assert open_study("fees").failed.empty


def test_a_changed_design_is_refused(stubbed: None, capsys: pytest.CaptureFixture) -> None:
    assert call("sweep", *FEES, "--output", "fees") == FINE
    before = Path("fees/outcomes.parquet").read_bytes()
    for other, words in ((("--seeds", 5), "other seeds"), (("--over", "membership.leakage=1,2"), "other points"),
                         (("--series", "thin"), "other keep"), (("horizon.years=30",), "other points")):  # fmt: skip
        assert call("sweep", *FEES, "--output", "fees", *other) == WRONG_USE
        assert words in capsys.readouterr().err
    assert Path("fees/outcomes.parquet").read_bytes() == before


def test_progress_is_one_line_with_done_failed_rate_and_time_left(
    stubbed: None, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stub.StubModel, "sick", frozenset({2}))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    import time

    run = stub.StubModel.run
    monkeypatch.setattr(stub.StubModel, "run", lambda self: (time.sleep(0.06), run(self)))
    assert call("sweep", *FEES, "--output", "fees") == FAILED_RUNS
    shown = capsys.readouterr().err.split("consortium:")[0]
    assert "\n" not in shown
    states = [line for line in shown.split("\r") if "simulating" in line]
    assert any(re.search(r"\d+/12 \[\d\d:\d\d<\d\d:\d\d, +[\d.]+ ?runs/s, failed=\d\]", state) for state in states), states


def test_ctrl_c_ends_with_130_and_says_what_is_missing(
    stubbed: None, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def presses(self: stub.StubModel) -> None:
        if len(stub.StubModel.made) == 5:
            raise KeyboardInterrupt
        stub.StubModel.made = [*stub.StubModel.made, self.seed]

    with monkeypatch.context() as pressed:
        pressed.setattr(stub.StubModel, "run", presses)
        assert call("sweep", *FEES, "--output", "fees") == INTERRUPTED
    assert "broken off: 7 runs are missing; the same command goes on from here" in capsys.readouterr().err
    assert call("sweep", *FEES, "--output", "fees") == FINE
    assert len(stub.StubModel.made) == 12


def test_what_is_wrong_is_one_sentence(capsys: pytest.CaptureFixture) -> None:
    Path("thesis").mkdir()
    Path("thesis/thesis.tex").write_text("my life's work", encoding="utf-8")
    Path("notes.txt").touch()
    over = ["sweep", "--over", "funding=none", "--seeds", 1]
    for words, sentence in [
        (["sweep"], "nothing is varied: give the name of a sweep"),
        (["sweep", "small_grid", "morris_screening"], "a sweep has one name; morris_screening is a second one"),
        (["sweep", "--over", "membership.leekage=1:2"], "Did you mean membership.leakage"),
        ([*over, "--output", "thesis"], "thesis holds other things (thesis.tex)"),
        ([*over, "--output", "notes.txt"], "notes.txt is a file"),
    ]:
        assert call(*words) == WRONG_USE
        said = capsys.readouterr().err
        assert sentence in said
        assert said.count("\n") == 1
        assert "Traceback" not in said
    with pytest.raises(sim.records.files.OutputError, match=r"thesis holds no manifest\.yaml"):
        sim.open_study("thesis")


def test_the_reading_lines_of_the_readme_work_as_typed(stubbed: None, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip("duckdb")
    section = README.split("## Many runs")[1].split("\n## ")[0]
    assert call("sweep", "small_grid", "--output", "results/small_grid", "--processes", 1, "--quiet") == FINE
    (block,) = re.findall(r"```python\n(.*?)```", section, flags=re.S)
    said: dict[str, object] = {}
    exec(block, said)
    for line in block.splitlines():
        name, sign, _ = line.partition(" = ")
        if sign and name.isidentifier():
            assert name == "study" or len(said[name]) > 0, line  # type: ignore[arg-type]
    assert {"pyarrow", "duckdb", "sim"} <= set(said)


def test_several_values_in_an_override() -> None:
    assert values("seed=1,2,3", None) == ["seed=1", "seed=2", "seed=3"]
    assert values("seed=range(1,4)", None) == ["seed=1", "seed=2", "seed=3"]
    assert values("charter.fee_factor=2", None) == ["charter.fee_factor=2"]
    assert values("shocks.list=[]", None) == ["shocks.list=[]"]
    assert values("merger=glob(*)", None) == [f"merger={name}" for name in sorted(choices("merger"))]
    for wrong, words in (("seed=interval(1,2)", "names no single values"), ("merger=glob(zz*)", "fits no choice")):
        with pytest.raises(SettingError, match=words):
            values(wrong, None)


def test_multirun_makes_every_combination_in_directories_of_their_own(capsys: pytest.CaptureFixture) -> None:
    assert call("run", "--multirun", "seed=1,2", "merger=blocked,endogenous", "horizon.years=2", "--output", "several") == FINE
    said = capsys.readouterr().out
    names = [f"seed={seed},merger={merger}" for seed in (1, 2) for merger in ("blocked", "endogenous")]
    assert sorted(path.name for path in Path("several").iterdir()) == sorted(names)
    assert all(f"several/{name}" in said.replace("\\", "/") for name in names)
    one = sim.open_run(f"several/{names[2]}")
    assert one.seed == 2
    alone = sim.simulate(["merger=blocked", "horizon.years=2"], seed=2)
    assert one.outcomes == pytest.approx(alone.outcomes, nan_ok=True)


def test_multirun_without_output_goes_where_each_run_would_go_alone() -> None:
    assert call("run", "-m", "seed=3,4", "horizon.years=1", "--quiet") == FINE
    before = sorted(path.name for path in Path("results").iterdir())
    assert [name.split("-")[1] for name in before] == ["seed3", "seed4"]
    assert call("run", "horizon.years=1", "--seed", 3, "--quiet") == FINE
    assert sorted(path.name for path in Path("results").iterdir()) == before


def test_multirun_refuses_before_anything_runs_and_a_failing_run_does_not_stop_the_others(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("run", "-m", "seed=1,2", "horizon.years=1,0", "--output", "several") == WRONG_USE
    assert not Path("several").exists()
    assert call("run", "-m", "seed=1,two") == WRONG_USE
    assert "a seed is a whole number" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        call("run", "seed=1,2")
    simulate = sim.simulate

    def sick(what: object, *, seed: int, **how: object) -> object:
        if seed == 2:
            raise RuntimeError("taken ill")
        return simulate(what, seed=seed, **how)

    monkeypatch.setattr("sim.simulation.simulate", sick)
    capsys.readouterr()
    assert call("run", "-m", "seed=1,2,3", "horizon.years=1", "--output", "several") == FAILED_RUNS
    assert "failed: RuntimeError: taken ill" in capsys.readouterr().out
    assert sorted(path.name for path in Path("several").iterdir()) == ["seed=1", "seed=2", "seed=3"]
    assert not list(Path("several/seed=2").iterdir())

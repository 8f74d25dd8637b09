"""The verbs over a study, end to end on histories that cost nothing: made, completed, analysed, told, kept."""

import re

import pyarrow.parquet as parquet
import pytest
import stub_worlds as stub
import yaml

import sim.cli
from sim.studies import open_study
from sim.studies.sweep import design, names

RANGES = ("--over", "membership.fee=1:6", "--over", "membership.leakage=0:4")


@pytest.fixture(autouse=True)
def stubbed(monkeypatch):
    monkeypatch.setattr("sim.model.ConsortiumModel", stub.StubModel)
    monkeypatch.setattr("sim.studies.engine.Record.of", stub.stub_record)
    monkeypatch.setattr(stub.StubModel, "sick", frozenset())
    monkeypatch.setattr(stub.StubModel, "made", [])


def call(*words: object) -> int:
    return sim.cli.main([str(word) for word in words])


def made_study(place, *more: object) -> int:
    return call("sensitivity", *RANGES, "--method", "morris", "--n", 4, "--seeds", 4, "--processes", 1, "--output", place,
                "--resamples", 20, "--outcome", "members_mean", *more)  # fmt: skip


def test_a_study_is_made_analysed_told_and_kept(tmp_path, capsys) -> None:
    assert made_study(tmp_path / "study", "horizon.years=30") == 0
    said = capsys.readouterr()
    assert "morris: 12 points × 4 seeds = 48 histories" in said.err
    assert "members_mean is moved" not in said.out
    assert "It is moved most by membership.fee (−" in " ".join(said.out.split())
    (folder,) = (tmp_path / "study" / "analysis").iterdir()
    assert folder.name.startswith("sensitivity-")
    assert (folder / "report.html").is_file()
    assert open_study(tmp_path / "study").complete


@pytest.mark.slow
def test_the_same_command_makes_nothing_twice_and_the_study_stays_as_it_is(tmp_path) -> None:
    made_study(tmp_path / "study")
    before = {path.name: path.read_bytes() for path in (tmp_path / "study").glob("*.*")}
    assert len(stub.StubModel.made) == 48
    assert made_study(tmp_path / "study") == 0
    assert call("sensitivity", tmp_path / "study", "--outcome", "survival", "--resamples", 20, "--quiet") == 0
    assert len(stub.StubModel.made) == 48
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "study").glob("*.*")}
    assert len(list((tmp_path / "study" / "analysis").iterdir())) == 2


def test_the_method_has_to_be_said(tmp_path, capsys) -> None:
    assert call("sensitivity", *RANGES) == 2
    assert "--method morris ranks with few histories" in capsys.readouterr().err
    assert call("sensitivity") == 2
    assert "say which study" in capsys.readouterr().err
    assert call("sensitivity", tmp_path) == 2
    assert "holds no study" in capsys.readouterr().err


@pytest.mark.slow
def test_a_directory_takes_no_terms_of_a_design(tmp_path, capsys) -> None:
    made_study(tmp_path / "study")
    assert call("sensitivity", tmp_path / "study", "--n", 8) == 2
    assert "is a study already" in capsys.readouterr().err


@pytest.mark.slow
def test_a_failed_run_is_named_and_run_again(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(stub.StubModel, "sick", frozenset({3}))
    assert made_study(tmp_path / "study") == 3
    said = " ".join(capsys.readouterr().err.split())
    assert "12 runs of the design are missing: point 00000 with seed 3 (failed: RuntimeError: taken ill" in said
    assert "still after they were run again. Nothing is analysed" in said
    assert not (tmp_path / "study" / "analysis").exists()
    monkeypatch.setattr(stub.StubModel, "sick", frozenset())
    assert call("sensitivity", tmp_path / "study", "--no-complete") == 2
    assert "12 runs of the design are missing" in capsys.readouterr().err
    assert call("sensitivity", tmp_path / "study", "--outcome", "members_mean", "--processes", 1, "--resamples", 20) == 0
    assert "They are run now" in capsys.readouterr().err
    whole = tmp_path / "undisturbed"
    made_study(whole, "--quiet")
    assert parquet.read_table(whole / "outcomes.parquet").equals(parquet.read_table(tmp_path / "study" / "outcomes.parquet"))


@pytest.mark.slow
def test_a_row_that_is_gone_is_named_and_run_again(tmp_path, capsys) -> None:
    made_study(tmp_path / "study")
    path = tmp_path / "study" / "outcomes.parquet"
    table = parquet.read_table(path)
    parquet.write_table(table.filter([row != 5 for row in range(len(table))]), path)
    capsys.readouterr()
    assert call("sensitivity", tmp_path / "study", "--outcome", "members_mean", "--processes", 1, "--resamples", 20) == 0
    assert "1 run of the design is missing: point 00001 with seed 2. It is run now." in capsys.readouterr().err
    assert parquet.read_table(path).equals(table)


@pytest.mark.slow
def test_discover_makes_a_study_and_finds_the_deadly_fee(tmp_path, capsys) -> None:
    assert call("discover", *RANGES, "--n", 64, "--seeds", 2, "--processes", 1, "--output", tmp_path / "study",
                "--outcome", "dies", "--resamples", 2) == 0  # fmt: skip
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"It happens mostly where membership.fee above (3\.[89]|4)", said), said
    assert call("discover", tmp_path / "study", "--outcome", "members_mean") == 2
    assert "say from where on" in capsys.readouterr().err


@pytest.mark.slow
def test_robustness_compares_alternatives_in_the_same_worlds(tmp_path, capsys) -> None:
    assert call("robustness", "--over", "funding=historical,constant", *RANGES, "--n", 8, "--seeds", 2, "--processes", 1,
                "--output", tmp_path / "study", "--alternatives", "funding", "--outcome", "members_mean:more",
                "--threshold", "members_mean>15", "--resamples", 20) == 0  # fmt: skip
    said = " ".join(capsys.readouterr().out.split())
    assert "historical, constant stand in the same 8 worlds" in said
    assert "the same under every alternative" in said
    assert call("robustness", tmp_path / "study", "--alternatives", "funding") == 2
    assert "say what counts" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["morris_screening", "sobol_money", "discover_fate", "robust_funding"])
def test_shipped_designs_can_be_made(name: str) -> None:
    told = yaml.safe_load(names()[name].read_text(encoding="utf-8"))
    planned = design(name)
    assert set(planned.varied) == set(told["over"])
    first = names()[name].read_text(encoding="utf-8").splitlines()[0]
    assert f"{planned.runs:,}" in first.replace("About ", "")

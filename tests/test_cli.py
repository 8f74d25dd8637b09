"""The command line on the model itself: short histories, told, saved, asked why."""

import csv
import hashlib
import io
import json
import math
from pathlib import Path

import pytest
import yaml

import sim.cli
from sim.cli.codes import FINE, WRONG_USE
from sim.records.run import open_run
from sim.records.tables import TABLES

SHORT = "horizon.years=3"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command runs in an empty folder, whatever folder the tests run in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a dozen years on disk."""
    place = tmp_path_factory.mktemp("saved") / "run"
    assert sim.cli.main(["run", "horizon.years=12", "--output", str(place), "--quiet"]) == FINE
    return place


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_run_is_told_and_saved(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    assert sim.cli.main(["run", SHORT, "--seed", "3", "--output", "here"]) == FINE
    said = capsys.readouterr().out
    assert said.splitlines()[0].split() == ["stage", "simulated", "recorded"]
    assert "What happened" in said
    assert "Files: here" in said
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        "series.parquet", "events.parquet", "stages.json", "outcomes.json", "run.yaml", *(f"{name}.parquet" for name in TABLES),
    }  # fmt: skip
    assert open_run("here").seed == 3
    assert len(open_run("here").series) == 36


def test_quiet_says_nothing(capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["run", SHORT, "--quiet"]) == FINE
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_the_same_run_is_the_same_directory_and_the_same_bytes(tmp_path: Path) -> None:
    assert sim.cli.main(["run", SHORT, "--quiet"]) == FINE
    (folder,) = (tmp_path / "results").iterdir()
    before = digests(folder)
    assert sim.cli.main(["run", SHORT, "--quiet"]) == FINE
    assert [path.name for path in (tmp_path / "results").iterdir()] == [folder.name]
    assert digests(folder) == before
    assert sim.cli.main(["run", SHORT, "--quiet", "--seed", "8"]) == FINE
    assert len(list((tmp_path / "results").iterdir())) == 2


def test_a_given_directory_is_not_written_over(saved: Path, capsys: pytest.CaptureFixture) -> None:
    before = digests(saved)
    assert sim.cli.main(["run", SHORT, "--output", str(saved)]) == WRONG_USE
    assert "add --overwrite" in capsys.readouterr().err
    assert digests(saved) == before


def test_the_configuration_can_be_read_before_it_is_run(
    capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    assert sim.cli.main(["run", "--cfg", "horizon.years=4", "funding=constant"]) == FINE
    said = capsys.readouterr().out
    assert yaml.safe_load(said)["horizon"]["years"] == 4
    assert "# funding: constant" in said
    assert not list(tmp_path.iterdir())


def test_the_command_in_the_manifest_repeats_the_run(saved: Path) -> None:
    told = yaml.safe_load((saved / "run.yaml").read_text(encoding="utf-8"))
    _, verb, *words = told["command"].split()
    assert sim.cli.main([verb, *words, "--output", "again", "--quiet"]) == FINE
    assert digests(Path("again")) == digests(saved)


def test_yearly_networks_on_request(tmp_path: Path) -> None:
    import networkx as nx

    assert sim.cli.main(["run", SHORT, "--networks", "--quiet", "--output", "here"]) == FINE
    networks = sorted((tmp_path / "here" / "networks").glob("*.graphml"))
    assert [path.stem for path in networks] == ["1991", "1992", "1993"]
    assert nx.read_graphml(networks[-1]).number_of_nodes() > 0


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("horizon.yeers=3", "horizon.years"),
        ("membershp=3", "membership"),
        ("+horizon.years=3", "not added"),
        ("horizon.years=0", "horizon.years=0 is out of range: length of the run (years), allowed 1 to 100"),
        ("horizon.years=many", "horizon.years: many is not a whole number. It is: length of the run (years), allowed 1 to 100"),
        ("funding=generous", "no choice of funding; write one of: "),
        ("charter=none", "no choice of charter; write one of: "),
        ("charter.media=[]", "charter: media is empty"),
    ],
)
def test_wrong_settings_are_refused_in_one_sentence(
    override: str, words: str, capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    assert sim.cli.main(["run", override]) == WRONG_USE
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir()), "nothing is written"


@pytest.mark.parametrize(
    ("what", "columns"),
    [
        ("parameters", {"name", "default", "unit", "range", "kind", "meaning", "source"}),
        ("series", {"name", "label", "unit", "meaning"}),
        ("events", {"name", "meaning"}),
        ("outcomes", {"name", "unit", "meaning"}),
        ("charters", {"name", "meaning", "source", "sets"}),
        ("funding", {"name", "meaning", "source", "sets"}),
        ("rules", {"name", "meaning", "declared"}),
    ],
)
def test_lists_tell_what_there_is(what: str, columns: set[str], capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["list", what, "--csv"]) == FINE
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) > 2
    assert columns <= set(rows[0])
    assert all(row["meaning"] for row in rows)
    assert sim.cli.main(["list", what, "--json"]) == FINE
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == [row["name"] for row in rows]
    assert sim.cli.main(["list", what]) == FINE
    assert all(row["name"] in capsys.readouterr().out for row in rows[:1])


def test_a_list_can_be_narrowed_and_a_wrong_one_is_refused(capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["list", "parameters", "horizon", "--json"]) == FINE
    assert all("horizon" in row["name"] for row in json.loads(capsys.readouterr().out))
    assert sim.cli.main(["list", "paramters"]) == WRONG_USE
    assert "Did you mean parameters?" in capsys.readouterr().err


def test_every_rule_is_explained_by_the_odd_and_its_code(capsys: pytest.CaptureFixture) -> None:
    from sim.cli.explain import odd_section, odd_text
    from sim.rules import RULES

    for name in RULES:
        assert sim.cli.main(["explain", name]) == FINE
        said = capsys.readouterr().out
        assert odd_section(odd_text(), name), f"the ODD has no section '### rule: {name}'"
        assert "def " in said


def test_an_unknown_rule_is_refused_with_the_nearest(capsys: pytest.CaptureFixture) -> None:
    from sim.rules import RULES

    name = next(iter(RULES))
    assert sim.cli.main(["explain", name + "x"]) == WRONG_USE
    assert f"Did you mean {name}" in capsys.readouterr().err


def test_why_tells_a_firm_its_reasons(saved: Path, capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["why", str(saved), "--who", "Seagate"]) == FINE
    said = capsys.readouterr().out
    assert "Seagate" in said
    assert "recomputed" in said
    assert "they differ" not in said


def test_every_stored_decision_is_recomputed_to_a_billionth(saved: Path) -> None:
    from sim.records.why import TESTS, agrees, recompute

    run = open_run(saved)
    tested = [entry for entry in run.why() if entry.terms.get("test") in TESTS]
    assert len(tested) > 50
    wrong = [str(entry) for entry in tested if not agrees(entry.terms, 1e-9)]
    assert wrong == []
    assert all(math.isfinite(recompute(entry.terms)) for entry in tested)


@pytest.mark.slow
def test_reproduce_leaves_a_report_and_is_resumed(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = ["reproduce", "--replicates", "2", "--processes", "2", "--output", "out"]
    assert sim.cli.main(words) == FINE
    said = capsys.readouterr().out
    assert "P1" in said
    assert "report.html" in said
    assert {"manifest.yaml", "outcomes.parquet", "series.parquet", "events.parquet", "report.html"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    assert sim.cli.main(words) == FINE
    assert sim.cli.main([*words, "--replicates", "3"]) == WRONG_USE
    assert "holds a study with other seeds" in capsys.readouterr().err

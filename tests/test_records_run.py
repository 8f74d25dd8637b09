"""A run is saved whole, read back equal, and never written over what is there."""

import hashlib
import json
import math
import os
import stat
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import yaml

from sim.records import files, provenance
from sim.records.files import OutputError
from sim.records.record import Record
from sim.records.run import Run, default_directory, open_run, same_inputs

VOTE = json.dumps({"test": "vote", "yes": 3, "no": 1, "needed": 0.5, "value": 0.75})


@pytest.fixture
def run() -> Run:
    months = np.arange(24)
    record = Record(
        seed=7,
        series={
            "month": months,
            "year": 1991 + months / 12,
            "members": np.linspace(0.0, 30.0, 24),
            "stage": ["unrecognised"] * 12 + ["national"] * 12,
        },
        events={
            "month": np.array([3, 14]),
            "year": np.array([1991.25, 1992 + 1 / 6]), "kind": ["founded", "joined"],
            "who": ["Körber Storage", "Seagate"], "whom": ["a body", "a body"], "why": ["It was voted.", ""],
            "terms": [VOTE, "{}"],
        },
        stages=[("unrecognised", 1991.0, 1992.0), ("national", 1992.0, 1993.0)],
        outcomes={"members_mean": 15.0, "year_of_stage_2": math.nan},
        networks={1992: nx.Graph([("Seagate", "a body", {"fee": 0.25})])},
    )  # fmt: skip
    return Run(
        record, {"time": {"months": 24}}, choices={"funding": "constant"}, overrides=["funding=constant"]
    )


def test_saved_and_read_back(run: Run, tmp_path: Path) -> None:
    paths = run.save(tmp_path / "out", networks=True)
    back = open_run(tmp_path / "out")
    assert sorted(path.name for path in paths) == [
        "1992.graphml", "events.parquet", "groups.parquet", "matrix.parquet", "money.parquet", "outcomes.json",
        "projects.parquet", "roadmap.parquet", "run.yaml", "seats.parquet", "series.parquet", "stages.json",
    ]  # fmt: skip
    assert back.series.equals(run.series)
    assert back.events.equals(run.events)
    assert back.stages.equals(run.stages)
    assert back.outcomes["members_mean"] == 15.0
    assert math.isnan(back.outcomes["year_of_stage_2"])
    assert (back.seed, back.settings, back.choices, back.overrides) == (
        7, {"time": {"months": 24}}, {"funding": "constant"}, ["funding=constant"],
    )  # fmt: skip
    assert set(back.networks[1992].nodes) == {"Seagate", "a body"}


def test_the_manifest_says_how_to_repeat_the_run(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "out")
    told = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text(encoding="utf-8"))
    assert told["command"] == "consortium run funding=constant --seed 7"
    assert set(told["inputs"]) == {"settings", "data", "code"}
    assert told["schema_version"] == provenance.SCHEMA_VERSION
    assert told["versions"]["numpy"] == np.__version__
    assert told["settings"] == {"time": {"months": 24}}


def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        written = run.save(tmp_path / name)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in written])
    assert digests[0] == digests[1]


def test_nothing_is_written_over_silently(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "out", networks=True)
    with pytest.raises(OutputError, match="holds results already; add --overwrite"):
        run.save(tmp_path / "out")
    run.save(tmp_path / "out", overwrite=True)
    assert not list((tmp_path / "out" / "networks").iterdir())


def test_a_foreign_directory_is_never_written_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my life's work", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds other things \(thesis.tex\)"):
        run.save(tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(OutputError, match="is a file"):
        run.save(tmp_path / "thesis.tex")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs a user without all rights")
def test_an_unwritable_directory_is_a_clear_error(run: Run, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OutputError, match=r"cannot write to .*permission denied; choose another place"):
        run.save(tmp_path / "out")


def test_a_place_below_a_file_is_a_clear_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot write to .*; choose another place with --output"):
        run.save(tmp_path / "file" / "out")


def test_a_write_that_breaks_leaves_the_old_file(tmp_path: Path) -> None:
    path = files.write_text(tmp_path / "kept.txt", "old")

    def breaks(partial: Path) -> None:
        partial.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="no space left"):
        files.write(path, breaks)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]
    assert path.read_text(encoding="utf-8") == "old"


def test_no_run_and_another_shape_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"holds no run\.yaml"):
        open_run(tmp_path)
    run.save(tmp_path / "out")
    manifest = tmp_path / "out" / "run.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("schema_version: 1", "schema_version: 99")
    )
    with pytest.raises(OutputError, match="written in shape 99"):
        open_run(tmp_path / "out")


def test_why_finds_decisions_and_tells_them(run: Run) -> None:
    assert [each.kind for each in run.why(who="a body")] == ["founded", "joined"]
    assert [each.kind for each in run.why(year=1992)] == ["joined"]
    told = str(run.why(who="körber"))
    assert "Körber Storage (a body): founded" in told
    assert "recomputed 0.7500, stored 0.7500" in told


def test_the_default_name_follows_the_inputs(run: Run, tmp_path: Path) -> None:
    other = Run(run._record, {"time": {"months": 25}})
    assert default_directory(run) == default_directory(run)
    assert default_directory(run) != default_directory(other)
    assert default_directory(run).name.startswith("run-seed7-")
    run.save(tmp_path / "out")
    assert same_inputs(run, tmp_path / "out")
    assert not same_inputs(other, tmp_path / "out")
    assert not same_inputs(run, tmp_path)


def test_the_contents_of_files_of_ones_own_are_inputs(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    settings = {"population": {"firms": str(mine)}}
    mine.write_text("name\nA\n", encoding="utf-8")
    before = provenance.inputs({"points": [settings]})
    assert provenance.inputs({"points": [settings]}) == before
    mine.write_text("name\nB\n", encoding="utf-8")
    after = provenance.inputs({"points": [settings]})
    assert {name for name in before if before[name] != after[name]} == {"data"}
    assert provenance.inputs({"population": {"firms": "population/firms_1991.csv"}})["data"] == provenance.data_hash()


def test_hashes_do_not_depend_on_order_or_line_ends(tmp_path: Path) -> None:
    assert provenance.hash_of({"a": 1, "b": [1.5]}) == provenance.hash_of({"b": [1.5], "a": 1})
    assert provenance.hash_of({"a": 1}) != provenance.hash_of({"a": 2})
    for name, ends in (("unix", b"\n"), ("windows", b"\r\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_bytes(b"x = 1" + ends)
    assert provenance.code_hash(tmp_path / "unix") == provenance.code_hash(tmp_path / "windows")

"""The command line without the model: help, exit codes, tables, explanations."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim.cli
from sim.cli import codes, explain, listing, reproduce, run, terminal, why
from sim.cli.codes import FAULT, INTERRUPTED, WRONG_USE, UsageError
from sim.parameters import Declaration, SettingError
from sim.patterns import record as recorded
from sim.records.files import OutputError
from sim.records.record import Record
from sim.records.run import Run

HEAVY = {"numpy", "pandas", "mesa", "hydra", "omegaconf", "pyarrow", "matplotlib", "yaml"}


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys, sim, sim.cli\n"
        "try: sim.cli.main(sys.argv[1:])\n"
        "except SystemExit as leaving: assert not leaving.code\n"
        "print(sorted(sys.modules), file=sys.stderr)\n"
    )
    for flag in ("--help", "--version"):
        said = subprocess.run([sys.executable, "-c", code, flag], capture_output=True, text=True, check=True)
        assert "consortium" in said.stdout
        assert not HEAVY & set(eval(said.stderr))


def test_python_dash_m_is_the_same_command(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    said = subprocess.run(
        [sys.executable, "-m", "sim", "--help"], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert said.returncode == 0
    assert all(verb in said.stdout for verb in ("run", "reproduce", "list", "explain", "why"))


def test_every_verb_says_what_it_does(capsys: pytest.CaptureFixture) -> None:
    for verb in ("run", "reproduce", "list", "explain", "why"):
        with pytest.raises(SystemExit) as leaving:
            sim.cli.main([verb, "--help"])
        assert leaving.value.code == 0
        assert "--traceback" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["fly"], ["run", "--fast"], ["run", "--seed", "seven"], ["run", "--seed", "-1"], ["run", "seed=3"], ["why"],
        ["reproduce", "--replicates", "0"], ["reproduce", "--processes", "0"],
    ],
)  # fmt: skip
def test_wrong_flags_leave_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        sim.cli.main(arguments)
    assert leaving.value.code == WRONG_USE


def test_overrides_may_stand_before_and_after_flags() -> None:
    told = sim.cli.parsed(["run", "a.b=1", "--seed", "3", "c=2", "--quiet", "d=4"])
    assert told.overrides == ["a.b=1", "c=2", "d=4"]
    assert told.seed == 3


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (SettingError("zzz is no setting."), WRONG_USE, "zzz is no setting."),
        (OutputError("cannot write to x."), WRONG_USE, "cannot write to x."),
        (UsageError("there is no rule x."), WRONG_USE, "there is no rule x."),
        (KeyboardInterrupt(), INTERRUPTED, "broken off"),
        (ZeroDivisionError("division by zero"), FAULT, "ZeroDivisionError: division by zero (--traceback"),
    ],
)
def test_errors_are_one_sentence(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    def fails(told: object) -> int:
        raise error

    monkeypatch.setattr(why, "act", fails)
    monkeypatch.setattr(why, "add", _with_act(fails))
    assert sim.cli.main(["why", "somewhere"]) == code
    said = capsys.readouterr()
    assert said.err.startswith(f"consortium: {words}")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_the_traceback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(told: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(why, "add", _with_act(fails))
    with pytest.raises(ZeroDivisionError):
        sim.cli.main(["why", "somewhere", "--traceback"])


def _with_act(act: object):
    def add(verbs) -> None:
        verb = verbs.add_parser("why")
        verb.add_argument("run")
        verb.set_defaults(act=act)

    return add


def test_tables_are_aligned() -> None:
    text = terminal.table([["a", "1"], ["long name", "22"]], ["what", "n"], right=(1,))
    assert text.splitlines() == ["what        n", "a           1", "long name  22"]


def test_no_progress_where_nobody_watches() -> None:
    with terminal.progress("x", "runs", quiet=False) as tell:
        assert tell is None


ODD = """# ODD

### rule: renew

A member renews when it is worth it.

Second paragraph.

### rule: renew_more

Other.
"""


def declaration(name: str) -> Declaration:
    return Declaration(name, 2.0, "years", 0.0, 10.0, "uncertainty", "what it is", "F1", "", None, "m.C")


def test_the_odd_is_read_by_rule() -> None:
    assert explain.odd_section(ODD, "renew") == "A member renews when it is worth it.\n\nSecond paragraph."
    assert explain.odd_section(ODD, "renew_more") == "Other."
    assert explain.odd_section(ODD, "leave") == ""


def test_the_first_sentence_of_a_docstring() -> None:
    assert explain.first_sentence(explain.first_sentence) == "The first sentence of a docstring."


def test_the_parameters_a_rule_reads() -> None:
    code = (
        "def renews(self):\n    told = self.model.settings.membership\n    return told.patience > self.fee\n"
    )
    known = [
        declaration(name) for name in ("membership.patience", "funding.patience", "membership.fee_floor")
    ]
    assert [told.name for told in explain.parameters_read(code, known)] == ["membership.patience"]
    bare = "def f(told):\n    return told.patience\n"
    assert len(explain.parameters_read(bare, known)) == 2
    assert "membership.patience = 2 years  [0 to 10]  what it is (F1)" in explain.parameter_line(known[0])


@dataclass
class Entry:
    label: str
    unit: str
    meaning: str


def test_dictionary_rows_however_declared() -> None:
    assert listing.dictionary_row("joined", "a firm joins") == {"name": "joined", "meaning": "a firm joins"}
    row = listing.dictionary_row("members", Entry("Members", "firms", "how many"))
    assert row == {"name": "members", "label": "Members", "unit": "firms", "meaning": "how many"}
    assert listing.in_words(row).splitlines() == ["members  firms  Members", "    how many"]


def test_nothing_that_is_not_told_is_listed() -> None:
    from sim.records.outcomes import OUTCOMES

    assert all("None" not in row.values() for row in listing.outcomes())
    assert len(listing.outcomes()) == len(OUTCOMES)


def test_records_are_listed_figure_by_figure() -> None:
    tiers = [{"from": 10.0, "fee": 0.5}, {"from": 0.0, "fee": 0.1}]
    assert listing.short(tiers) == "2 (from 10/0, fee 0.5/0.1)"
    assert listing.short({"label": "a", "frozen": True}) == "label: a, frozen: true"


def test_rows_as_csv() -> None:
    assert listing.as_csv([{"name": "a", "unit": "x"}, {"name": "b"}]) == "name,unit\na,x\nb,\n"


def test_the_choices_of_a_group_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "charter").mkdir()
    text = "# @package _global_\n# A club of two (source: F1).\nhost: independent\n"
    (tmp_path / "charter" / "club.yaml").write_text(text, encoding="utf-8")
    rows = {row["name"]: row for row in listing.choices("charter", tmp_path)}
    assert rows["charter=club"] == {
        "name": "charter=club", "meaning": "A club of two", "source": "F1", "sets": "host=independent",
    }  # fmt: skip


@pytest.fixture
def small_run() -> Run:
    months = np.arange(12)
    terms = {"test": "comparison", "terms": {"know how": 0.5, "fee": -0.2}, "threshold": 0.0, "value": 0.3}
    record = Record(
        seed=3,
        series={"month": months, "year": 1991 + months / 12},
        events={
            "month": np.array([2, 5]),
            "year": np.array([1991 + 2 / 12, 1991 + 5 / 12]),
            "kind": ["joined", "consortium_founded"],
            "who": ["Seagate", "Quantum"],
            "whom": ["Body 1", "Body 1"],
            "why": ["It expects know-how.", "They fear being left behind."],
            "terms": [json.dumps(terms), "{}"],
        },
        stages=[("unrecognised", 1991.0, 1991.5), ("national", 1991.5, 1992.0)],
    )
    return Run(record, {"home": {"country": recorded.country()}})


def test_why_prints_the_sum_and_its_check(
    small_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    small_run.save(tmp_path / "run")
    assert sim.cli.main(["why", str(tmp_path / "run"), "--who", "seagate", "--year", "1991"]) == 0
    said = capsys.readouterr().out
    assert "1991-03  Seagate (Body 1): joined. It expects know-how." in said
    assert "for: know how +0.5" in said
    assert "against: fee -0.2" in said
    assert "recomputed 0.3000, stored 0.3000" in said
    assert "Quantum" not in said


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--who", "Seegate"], "nobody in this run is called Seegate. Did you mean Seagate?"),
        (["--kind", "joind"], "no event of the kind joind. Did you mean joined?"),
    ],
)
def test_why_knows_whom_it_does_not_know(
    small_run: Run, tmp_path: Path, flags: list[str], words: str, capsys: pytest.CaptureFixture
) -> None:
    small_run.save(tmp_path / "run")
    assert sim.cli.main(["why", str(tmp_path / "run"), *flags]) == WRONG_USE
    assert words in capsys.readouterr().err


def test_why_of_no_run(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["why", str(tmp_path)]) == WRONG_USE
    assert "holds no run.yaml" in capsys.readouterr().err


def test_the_stages_stand_beside_the_recorded_years(small_run: Run) -> None:
    lines = [line.split() for line in run.stage_table(small_run).splitlines()]
    assert lines[0] == ["stage", "simulated", "recorded"]
    assert lines[1] == ["national", "1991.5", "1991.0"]
    assert ["bi-national", "–", "2016.0"] in lines
    assert lines[-1] == ["unrecognised", "1991.0"]


def test_the_events_that_count_are_told_in_words(small_run: Run) -> None:
    told = run.important_events(small_run)
    assert told == "  1991-06  Quantum is founded (Body 1) – They fear being left behind."


def test_important_events_are_kinds_of_the_ledger() -> None:
    from sim.records.events import EVENTS

    assert set(run.IMPORTANT) <= set(EVENTS)


def test_a_pattern_that_is_not_measured_neither_passes_nor_falls_short() -> None:
    row = dict.fromkeys(("median", "p05", "p95", "inside"), float("nan"))
    row |= {"pattern": "P17", "target": "lower", "pass": False, "measured": False, "naive": "0"}
    line = reproduce.pattern_table(pd.DataFrame([row])).splitlines()[1]
    assert "not measured" in line
    assert "short" not in line


def test_every_important_event_reads_as_a_sentence() -> None:
    for kind in run.IMPORTANT:
        told = run._happening(SimpleNamespace(kind=kind, who="Anna", whom="heat_3d"))
        assert "Anna" in told
        assert "_" not in told
        assert "{" not in told


def test_the_pattern_table() -> None:
    patterns = pd.DataFrame(
        {
            "pattern": ["P1", "P2"], "use": ["fit", "fit"], "target": ["all four", "2003 ± 2"],
            "median": [0.84, float("inf")], "p05": [float("nan"), 2001.0],
            "p95": [float("nan"), float("inf")],
            "inside": [0.84, float("nan")], "pass": [True, False], "naive": ["0.04", "–"],
        }
    )  # fmt: skip
    lines = reproduce.pattern_table(patterns).splitlines()
    assert lines[1].split() == ["P1", "all", "four", "0.84", "–", "–", "–", "84%", "passes", "0.04"]
    assert "2001 – never" in lines[2]
    assert "falls short" in lines[2]


def test_every_exit_code_is_told_in_the_help_and_in_the_readme() -> None:
    readme = Path(__file__).parent.parent / "README.md"
    for text in (sim.cli.parser().format_help(), readme.read_text(encoding="utf-8")):
        said = re.search(r"exit codes?:? .*?130 (when )?broken off", text, re.S)
        assert said
        told = {int(number) for number in re.findall(r"\d+", said[0])}
        assert told == {value for value in vars(codes).values() if isinstance(value, int)}

"""Alternatives in the same worlds: what is compared, what is found, what is refused."""

import math
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim.cli
from sim.cli.codes import FINE
from sim.parameters import SettingError
from sim.records.outcomes import OUTCOMES
from sim.records.outcomes.designs import BETTER
from sim.records.record import Record
from sim.studies import open_study
from sim.studies.comparison import compare, from_charters, from_file, tables
from sim.studies.comparison.alternatives import MAIN, TWIN
from sim.studies.comparison.compare import design

TWO = {"a": ["funding=constant"], "b": ["funding=none"], "c": ["charter.fee_factor=2"]}


def written(folder: Path, text: str) -> Path:
    file = folder / "alternatives.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def made_up(settings, seed: int) -> Record:
    """A world in words of one line: every outcome is noise of the seed, and fees or no money shift some."""
    rng = np.random.default_rng(seed)
    outcomes = {name: float(rng.normal()) for name in OUTCOMES}
    lost = 15.0 * (not settings.scenario.consortia)
    outcomes["members_mean"] = 20.0 + rng.normal() - 5.0 * (settings.charter.fee_factor - 1.0) - lost
    outcomes["public_cost_musd"] = 0.0 if settings.funding.regime == "none" else 300.0 + rng.normal()
    outcomes["concept_to_product_wait"] = 14.0 + (settings.funding.regime == "none") + 0.01 * rng.normal()
    outcomes["survival"] = 1.0
    outcomes["resilience"] = math.nan if seed % 2 else 0.2
    noisy = np.random.default_rng(zlib.crc32(f"{seed} {settings.funding.regime}".encode()))
    outcomes["students_total"] = 100.0 + 50.0 * noisy.normal() + 4.0 * (settings.funding.regime == "none")
    outcomes["public_money_total_musd"], outcomes["fee_money_total_musd"] = 100.0, 50.0
    return Record(seed, outcomes=outcomes, stages=[("none", 1991.0, 1996.0)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("compared")
    file = written(folder, "a: [funding=constant]\nb: [funding=none]\nc: [charter.fee_factor=2]\n")
    return compare(folder / "out", from_file(file), 12, processes=1, simulate=made_up, overrides=["horizon.years=5"])


def row(made, table: str, outcome: str, alternative: str) -> pd.Series:
    told = made.tables[table]
    return told[(told["outcome"] == outcome) & (told["alternative"] == alternative)].iloc[0]


def test_the_same_worlds_seed_by_seed_and_one_without_a_consortium(made) -> None:
    assert made.study.points == ["a", "b", "c", TWIN]
    assert made.study.outcomes.groupby("point")["seed"].apply(list).map(tuple).nunique() == 1
    assert made.names == ["a", "b", "c"]
    assert made.against == "a"


def test_the_world_without_a_consortium_is_that_of_the_alternatives(tmp_path: Path) -> None:
    told = from_file(written(tmp_path, "a: [scenario=china]\nb: [scenario=china, funding=none]\n"))
    twin = design(told, 2, ["horizon.years=5"]).points[-1]
    assert (twin.name, twin.overrides) == (TWIN, ("horizon.years=5", "scenario=china", "scenario.consortia=false"))


def test_differences_are_taken_seed_by_seed(made) -> None:
    told = row(made, "differences", "members_mean", "c")
    assert told["difference"] == pytest.approx(-5.0)
    assert told["decided"]
    assert told["more_runs"] == 0
    same = row(made, "differences", "survival", "b")
    assert (same["difference"], same["decided"], same["more_runs"]) == (0.0, False, 0.0)


def test_what_the_runs_do_not_decide_says_how_many_more_would(made) -> None:
    told = row(made, "differences", "students_total", "b")
    assert not told["decided"]
    assert told["more_runs"] > 0
    page = made.files[0].read_text(encoding="utf-8")
    assert "are not decided by 12 seeds" in page
    assert "more seeds" in page


def test_an_outcome_that_does_not_apply_leaves_its_pair_out(made) -> None:
    assert row(made, "differences", "resilience", "b")["pairs"] == 6


def test_best_regret_and_dominance(made) -> None:
    assert row(made, "best", "public_cost_musd", "b")["best_share"] == 1.0
    assert row(made, "best", "public_cost_musd", "a")["regret_mean"] == pytest.approx(300.0, abs=2.0)
    assert row(made, "best", "survival", "a")["best_share"] == pytest.approx(1 / 3)
    told = made.tables["dominance"]
    assert ("a", "c") in set(zip(told["alternative"], told["dominates"], strict=True))
    assert ("a", "b") not in set(zip(told["alternative"], told["dominates"], strict=True))


def test_the_front_is_of_cost_and_speed(made) -> None:
    told = made.tables["pareto"].set_index("alternative")["on_front"]
    assert told["a"]
    assert told["b"]


def test_added_value_is_against_no_consortium_and_per_dollar(made) -> None:
    told = row(made, "added", "members_mean", "c")
    assert told["difference"] == pytest.approx(10.0)
    assert told["per_public_musd"] == pytest.approx(0.1)
    assert told["per_fee_musd"] == pytest.approx(0.2)


def test_the_report_and_its_tables_stand_beside_the_study(made) -> None:
    names = {path.name for path in made.files}
    assert names >= {"report.html", "report.md", "differences.csv", "pareto.csv", "best.csv", "added.csv", "pareto.png"}
    page = made.files[0].read_text(encoding="utf-8")
    assert "http" not in page.replace("http://www.w3.org", "")
    for words in ("decidedly better", "Who gains", "Best, regret, dominance", "What may not be said"):
        assert words in page


def test_the_same_command_goes_on_and_changes_nothing(made, tmp_path: Path) -> None:
    """What is there is not run again: a simulator that fails would show."""

    def fails(settings, seed: int) -> Record:
        raise AssertionError("ran again")

    again = compare(made.study.directory, made.alternatives, 12, processes=1, simulate=fails, overrides=["horizon.years=5"])
    assert again.study.failed.empty
    pd.testing.assert_frame_equal(again.tables["differences"], made.tables["differences"])


def test_differences_may_be_taken_from_another_alternative(tmp_path: Path) -> None:
    told = from_file(written(tmp_path, "a: []\nb: [charter.fee_factor=2]\n"))
    made = compare(tmp_path / "out", told, 4, processes=1, simulate=made_up, against="b", twin=False)
    assert row(made, "differences", "members_mean", "a")["difference"] == pytest.approx(5.0)
    assert "added" not in made.tables
    with pytest.raises(SettingError, match="aa"):
        compare(tmp_path / "out2", told, 4, processes=1, simulate=made_up, against="aa")


def test_charters_by_name_by_beginning_and_by_file(tmp_path: Path) -> None:
    from sim.configuration import compose

    file = tmp_path / "mine.yaml"
    tier = "{from_revenue_musd: 0, fee_musd: 0.1, executive_seats: 1}"
    text = f"label: \"Mine, the 1st's\"\nmembership: open\ntiers:\n  - {tier}\ncore_tiers: 1\n"
    file.write_text(text, encoding="utf-8")
    told = from_charters(["asrc", "sematech", str(file)])
    assert [point.name for point in told.points] == ["asrc", "sematech_1987", "mine"]
    mine = compose(told.points[2].overrides).charter
    assert (mine.label, mine.membership, len(mine.tiers), mine.core_tiers) == ("Mine, the 1st's", "open", 1, 1)


def test_an_alternative_may_name_a_charter_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("membership: open\n", encoding="utf-8")
    told = from_file(written(tmp_path, "a: []\nb: [charter=mine.yaml, funding=none]\n"))
    assert "charter.membership='open'" in told.points[1].overrides
    assert told.points[1].overrides[-1] == "funding=none"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no alternatives"),
        ("a: [", "no YAML"),
        ("- a\n- b\n", "names no alternatives"),
        ("a: []\n", "nothing to compare"),
        ("a: 3\nb: []\n", "no list of overrides"),
        ("a: [funding]\nb: []\n", "no list of overrides"),
        ("points: {a: [], b: []}\nquestoin: x\n", "Did you mean question"),
        ("points: {a: [], b: []}\noutcomes: [member_mean]\n", "Did you mean members_mean"),
        ("no consortium: []\nb: []\n", "may not be called"),
        ("a: []\nb: [charter=nowhere.yaml]\n", "there is no charter"),
    ],
)
def test_a_file_that_names_no_alternatives_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=words):
        from_file(written(tmp_path, text))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what to compare"),
        (["--charters", "asrc"], "nothing to compare"),
        (["--charters", "asrc,asrc"], "stands twice"),
        (["--charters", "asrc,semattech"], "Did you mean"),
        (["--charters", "asrc,mcc", "--alternatives", "x.yaml"], "one of the two"),
        (["--alternatives", "nowhere.yaml"], "there is no file"),
        (["--charters", "asrc,mcc", "funding.level_musd=-1"], "out of range"),
        (["--charters", "asrc,mcc", "--outcomes", "membrs_mean"], "Did you mean members_mean"),
    ],
)
def test_wrong_use_is_refused_before_anything_runs(arguments: list[str], words: str, capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["compare", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_contradictory_charter_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("label: x\nmedia: []\n", encoding="utf-8")
    assert sim.cli.main(["compare", "--charters", f"asrc,{file}"]) == 2
    assert "line 2: media is empty" in capsys.readouterr().err


def test_every_outcome_compared_is_declared_and_those_judged_have_a_direction() -> None:
    assert set(MAIN) <= set(OUTCOMES)
    assert {name for name, told in OUTCOMES.items() if told.better} == set(BETTER)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    inside = [abs(values.mean() - 1.0) <= tables.half_width(values) for values in rng.normal(1.0, 2.0, (2000, 8))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


@pytest.mark.slow
def test_real_histories_are_compared_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = ["compare", "--charters", "nsic,nsf", "horizon.years=10", "--replicates", "3", "--output", str(tmp_path / "out")]
    assert sim.cli.main([*command, "--processes", "1"]) == 0
    told = capsys.readouterr().out
    assert "nsf_centre" in told
    assert "are not decided by 3 seeds" in told
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.slow
def test_the_manifest_keeps_the_command_as_it_was_typed(tmp_path: Path) -> None:
    typed = ["compare", "--charters", "nsic,asrc", "--replicates", "2", "horizon.years=2", "--no-twin", "--quiet",
             "--output", str(tmp_path / "out")]  # fmt: skip
    assert sim.cli.main(typed) == FINE
    assert open_study(tmp_path / "out").manifest["command"] == " ".join(["consortium", *typed])

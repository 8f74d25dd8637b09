"""A file of patterns of one's own: what the shipped file holds is accepted, what is wrong is named with its line."""

from pathlib import Path

import pytest
from synthetic_study import study_like_the_record

from sim.parameters import SettingError
from sim.paths import data
from sim.patterns import evaluate, patterns
from sim.patterns.own import COLUMNS, read

GOOD = {
    "pattern": "X1", "use": "fit", "label": "members", "measures": "members in 2000", "unit": "firms", "measure": "at",
    "subject": "members", "start": "2000", "end": "", "low": "10", "high": "30", "recorded": "24", "target": "24 ± 10",
    "rule": "median", "naive": "by_construction", "source": "a diary",
}  # fmt: skip


def written(place: Path, *rows: dict[str, str]) -> Path:
    lines = [",".join(COLUMNS), *(",".join(f'"{row[name]}"' for name in COLUMNS) for row in rows)]
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def test_the_shipped_patterns_pass_their_own_check() -> None:
    assert read(Path(str(data("patterns.csv")))) == patterns()


def test_a_pattern_of_ones_own_is_held_against_a_study(tmp_path: Path) -> None:
    own = read(written(tmp_path / "own.csv", GOOD))
    told = evaluate(study_like_the_record(runs=4), declared=own)
    assert told["pattern"].tolist() == ["X1"]
    assert bool(told.loc[0, "pass"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "membrs"}, r"line 2: the pattern X1 reads membrs, and there is no such series\. Did you mean members"),
        ({"measure": "year", "subject": "year_natonal"}, "no such outcome. Did you mean year_national"),
        ({"measure": "exit_share", "subject": "line_mergd"}, "no such event. Did you mean line_merged"),
        ({"measure": "att"}, "there is no measure att"),
        ({"use": "fitt"}, "there is no use fitt. Did you mean fit"),
        ({"rule": "mode"}, "there is no rule mode"),
        ({"naive": "guess"}, "there is no naive benchmark guess"),
        ({"low": "ten"}, "low, high and recorded are numbers"),
        ({"low": "40"}, "runs from 40 down to 30"),
        ({"subject": ""}, "subject is empty"),
    ],
)
def test_a_wrong_row_is_refused_in_words(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        read(written(tmp_path / "own.csv", GOOD | change))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lacks the column pattern"),
        (",".join(COLUMNS) + "\n", "holds no patterns"),
        (",".join([*COLUMNS, "colour"]) + "\n", "nobody reads, colour"),
        (",".join(COLUMNS) + "\nX1,fit\n", "not as many cells"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=words):
        read(file)


def test_twins_and_absent_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="X1 stands twice"):
        read(written(tmp_path / "own.csv", GOOD, GOOD))
    with pytest.raises(SettingError, match="cannot be read as a file of patterns"):
        read(tmp_path / "nowhere.csv")

"""The main job on histories made from the record: a study, its patterns and its report in one directory."""

from pathlib import Path
from typing import Any

import pytest
import synthetic_study
import toy_histories as toy

from sim.cli import reproduce as verb
from sim.cli.codes import FAILED_RUNS, FINE, INTERRUPTED
from sim.records.record import Record
from sim.studies import run_study
from sim.studies.reproduce import FIRST_SEED, Reproduction, design, report


def recorded_history(settings: Any, seed: int) -> Record:
    """A history on the recorded path, a little early or late."""
    chance = synthetic_study.np.random.default_rng(seed)
    outcomes, series, events, stages = synthetic_study._history(
        seed, chance.uniform(-0.5, 0.5), chance, synthetic_study.MONTHS, 0.5
    )
    told = ("run", "point", "seed")
    return Record(
        seed=seed,
        series={name: series[name].to_numpy() for name in series if name not in told},
        events={name: [event[name] for event in events] for name in events[0] if name not in told},
        stages=list(stages[["stage", "start", "end"]].itertuples(index=False, name=None)),
        outcomes={name: float(value) for name, value in outcomes.items() if name not in told},
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Reproduction:
    place = tmp_path_factory.mktemp("reproduce") / "study"
    study = run_study(design(6), place, processes=1, simulate=recorded_history, compose=toy.compose)
    return report(study)


def test_untouched_seeds_at_one_point() -> None:
    planned = design(3)
    assert planned.seeds == (FIRST_SEED, FIRST_SEED + 1, FIRST_SEED + 2)
    assert [point.overrides for point in planned.points] == [()]
    changed = design(2, ["funding=constant"], 5)
    assert (changed.seeds, changed.points[0].overrides) == ((5, 6), ("funding=constant",))


@pytest.mark.slow
def test_the_study_is_held_against_every_pattern(made: Reproduction) -> None:
    assert made.patterns["pattern"].str.match(r"P\d").all()
    assert set(made.patterns["use"]) == {"fit", "check"}
    assert made.patterns.set_index("pattern").loc["P1", "pass"]


@pytest.mark.slow
def test_the_report_lies_beside_the_runs(made: Reproduction) -> None:
    names = {path.name for path in made.files}
    assert {"report.html", "report.md", "patterns.csv"} <= names
    assert all(path.is_file() and path.is_relative_to(made.study.directory) for path in made.files)


@pytest.mark.slow
def test_the_summary_tells_patterns_apart_and_where_the_report_is(made: Reproduction) -> None:
    told = verb.summary(made)
    assert told.startswith("6 histories")
    assert told.index("(fit)") < told.index("(check)") < told.index("report.html")
    assert verb.verdict(made) == FINE


def test_failed_runs_give_their_own_code(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    planned = design(3, ["fails=yes"], first_seed=12)
    study = run_study(planned, tmp_path / "study", processes=1, simulate=toy.history, compose=toy.compose)
    assert verb.verdict(Reproduction(study, None, [])) == FAILED_RUNS
    assert "1 runs failed, the first with seed 13: ValueError: no luck" in capsys.readouterr().err


def test_a_study_broken_off_gives_130(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    planned = design(9, [f"place={tmp_path}"], first_seed=0)
    study = run_study(planned, tmp_path / "study", processes=1, simulate=toy.interrupted, compose=toy.compose)
    assert verb.verdict(Reproduction(study, None, [])) == INTERRUPTED
    assert "broken off: 4 runs are missing" in capsys.readouterr().err


def test_a_study_without_a_finished_run_has_no_report(tmp_path: Path) -> None:
    planned = design(1, ["fails=yes"], first_seed=13)
    study = run_study(planned, tmp_path / "study", processes=1, simulate=toy.history, compose=toy.compose)
    made = report(study)
    assert made.patterns is None
    assert verb.summary(made) == "0 histories: nothing to report."

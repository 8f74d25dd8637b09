"""Calibration: aims, distances, weights, the emulator, the procedure in a world that is known, and what it leaves."""

import csv
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import fitted, paths
from sim.cli import main
from sim.parameters import Prior, SettingError, parameter
from sim.records.files import OutputError
from sim.studies.calibration import Procedure, choosing, load_posterior, priors, procedure, publish, targets
from sim.studies.calibration.emulator import drawn, fit, outlook
from sim.studies.calibration.targets import Target
from sim.studies.calibration.weighting import kernel_weights, log_kernel

NAMES = ("membership.leakage", "technology.ease", "merger.courtship")
SMALL = Procedure(points=40, seeds=2, rounds=1, refined=24, posterior=32, posterior_seeds=2, finalists=4, finalist_seeds=2,
                  finals=1, final=4, final_seeds=2, run_off=2, run_off_seeds=2)  # fmt: skip


def aim(name: str) -> Target:
    return next(each for each in targets.targets() if each.statistic == name)


def at_aims() -> pd.Series:
    return pd.Series({each.statistic: each.aim for each in targets.targets()})


# --- aims and distances ------------------------------------------------------------------------------------------------------


def test_a_band_is_aimed_at_in_its_middle() -> None:
    opening = aim("P2.international")
    assert (opening.aim, opening.half, opening.side) == (2003.0, 2.0, 0)


def test_a_share_that_may_be_one_is_only_missed_from_below() -> None:
    order = aim("P1")
    assert (order.aim, order.half, order.side) == (pytest.approx(0.9), pytest.approx(0.1), -1)


def test_only_fit_patterns_are_aimed_at() -> None:
    from sim.patterns import pattern

    assert {pattern(name).use for name in targets.names()} == {"fit"}
    assert {"P1", "P8.path", "P10", "P13.late"} <= set(targets.names())


def test_the_years_of_a_path_weigh_as_much_as_one_pattern() -> None:
    for path in ("P8.path", "P10"):
        weights = [each.weight for each in targets.targets() if each.pattern == path]
        assert len(weights) > 5
        assert sum(weights) == pytest.approx(1.0)


def test_a_point_at_all_aims_is_at_no_distance_and_one_at_an_edge_one_half_width_away() -> None:
    there = at_aims()
    edge = there.copy()
    edge["P2.international"] += 2.0
    late = there.copy()
    late[[name for name in there.index if name.startswith("P10.")]] += 1.0  # an RMSE of one maker, what the band allows
    off = targets.away(pd.DataFrame([there, edge, late]))
    assert off.iloc[0].max() == 0.0
    assert off.loc[1, "P2.international"] == 1.0
    assert off.loc[2, "P10"] == pytest.approx(1.0)
    patterns = len(targets.names())
    assert targets.distances(pd.DataFrame([edge]))[0] == pytest.approx(1.0 / np.sqrt(patterns))


def test_more_than_asked_for_is_no_miss() -> None:
    more = at_aims()
    more["P1"] = 1.0
    assert targets.distances(pd.DataFrame([more]))[0] == 0.0


def test_a_year_that_never_comes_is_only_far_and_a_run_out_of_order_counts_whole() -> None:
    run = at_aims()
    run["P2.international"], run["P1"] = np.inf, 0.0
    reached = targets.within_reach(pd.DataFrame([run])).iloc[0]
    assert reached["P2.international"] == 2003.0 + 4 * 2.0
    assert reached["P1"] == 0.0


def test_toward_a_known_point_the_point_itself_is_nearest() -> None:
    known = at_aims() + 0.3
    told = targets.toward(known)
    assert targets.distances(pd.DataFrame([known]), told)[0] == 0.0
    assert targets.distances(pd.DataFrame([at_aims()]), told)[0] > 0.0


# --- weights -----------------------------------------------------------------------------------------------------------------


def test_nearer_points_weigh_more_and_far_ones_nothing() -> None:
    weights = kernel_weights(np.array([0.4, 0.1, 2.0, 0.2]), 0.5)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[1] > weights[3] > 0.0
    assert weights[0] == weights[2] == 0.0


@pytest.mark.parametrize("keep", [0.0, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(keep: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        kernel_weights(np.array([1.0, 2.0]), keep)


def test_the_kernel_halves_its_width_per_half_width_and_doubt_widens_it() -> None:
    assert log_kernel(np.array([1.0])) == pytest.approx(-2.0)  # an edge is two standard deviations away
    assert log_kernel(np.array([1.0]), np.array([0.75])) == pytest.approx(-0.5)


# --- emulator ----------------------------------------------------------------------------------------------------------------


def quadratic(places: np.ndarray) -> np.ndarray:
    x, y = (2 * places - 1).T[:2]
    return np.column_stack([3 + 2 * x - y**2, x * y])


def test_an_emulator_learns_a_quadratic_and_tells_its_error() -> None:
    chance = np.random.default_rng(1)
    places = chance.random((120, 4))
    values = quadratic(places) + 0.05 * chance.standard_normal((120, 2))
    learned = fit(places, values, np.ones(120))
    fresh = chance.random((50, 4))
    assert np.sqrt(np.mean((learned(fresh) - quadratic(fresh)) ** 2)) < 0.06
    assert (learned.explained > 0.9).all()
    assert (learned.error > 0.001).all()


def test_few_points_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8 points"):
        fit(np.zeros((5, 2)), np.zeros((5, 1)), np.ones(5))


def test_a_linear_emulator_has_a_term_a_parameter() -> None:
    places = np.random.default_rng(5).random((60, 3))
    learned = fit(places, places @ np.array([[1.0], [2.0], [0.0]]), np.ones(60), linear=True)
    assert learned.powers.shape == (3, 2)
    assert learned(np.array([[0.5, 1.0, 0.0]]))[0, 0] == pytest.approx(2.5, abs=0.1)


def test_the_best_point_is_within_most_bands_and_of_equals_the_nearest() -> None:
    there = at_aims()
    near_but_out, inside, nearer = there.copy(), there.copy(), there.copy()
    near_but_out["P2b"] += 2.5
    inside[["P2b", "P2.international", "P4.2000"]] += [1.9, 1.9, 5.0]
    nearer[["P2b", "P2.international"]] += 1.9
    assert choosing.best(pd.DataFrame([near_but_out, inside, nearer])) == 2
    assert choosing.best(pd.DataFrame([near_but_out, inside])) == 1


def test_places_are_drawn_where_the_aim_is_met() -> None:
    chance = np.random.default_rng(2)
    places = chance.random((80, 2))
    told = (Target("A", "A", 0.5, 0.2, 0, 1.0),)  # the first parameter is to be 0.5 on -1 to 1: place 0.75
    learned = fit(places, 2 * places[:, :1] - 1, np.ones(80))
    found = drawn(outlook(learned, told, np.zeros(1)), 2, 400, 1, places[:5])
    assert found[:, 0].mean() == pytest.approx(0.75, abs=0.05)
    assert found[:, 1].std() > 0.2  # nothing is asked of the second


# --- priors and defaults -----------------------------------------------------------------------------------------------------


def test_places_and_values_are_each_others_inverse() -> None:
    told = priors.calibrated(NAMES)
    places = np.random.default_rng(3).random((5, 3))
    assert priors.places(priors.values(places, told), told) == pytest.approx(places, abs=1e-9)


def test_nothing_that_is_shipped_enters_the_prior_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    told = priors.calibrated()
    places = priors.first(told, 16, 1)
    monkeypatch.setattr("sim.fitted.defaults", lambda: {each.name: each.prior.low for each in told})
    assert (priors.first(priors.calibrated(), 16, 1) == places).all() and (places[0] == 0.5).all()


def test_the_point_chosen_passes_most_patterns_of_all_finals_and_of_equals_is_the_nearest() -> None:
    def final(passes: list[list[bool]], off: list[float]) -> procedure.Round:
        values = pd.DataFrame([at_aims() for _ in off])
        values["P2b"] += off
        return procedure.Round(0, procedure.FINAL, 4, np.zeros((len(off), 1)), np.zeros(len(off)), values, np.zeros(1),
                               pd.DataFrame(passes, columns=["P1", "P2b"]))  # fmt: skip

    earlier = final([[True, False], [True, True]], [0.0, 1.0])
    later = final([[True, False], [True, True]], [0.0, 0.5])
    assert choosing.best_of([earlier, later])[0] is later and choosing.best_of([earlier, later])[1] == 1
    assert choosing.best_of([later, earlier])[0] is later
    fresh = replace(earlier, kind=procedure.RUN_OFF)
    assert choosing.best_of([later, fresh])[0] is fresh, "where there was a run-off, it decides"
    assert [place[0] for place in choosing.ranked([replace(later, places=np.array([[0.1], [0.2]]))])] == [0.2, 0.1]


def test_half_of_the_finals_set_out_from_the_defaults_as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    told = priors.calibrated(NAMES)
    values, passed = pd.DataFrame([at_aims()]), pd.DataFrame([[True]], columns=["P1"])
    at = {kind: procedure.Round(0, kind, 4, np.full((1, 3), place), np.zeros(1), values, np.zeros(1),
                                passed if kind == procedure.FINAL else None)
          for kind, place in ((procedure.PRIOR, 0.5), (procedure.FINALISTS, 0.6), (procedure.FINAL, 0.7))}  # fmt: skip
    asked = []
    monkeypatch.setattr(procedure, "steps", lambda made, beside, points, seed, trust: asked.append((beside, trust)))
    at_work = procedure.Calibration(Path(), Procedure(finals=4), told, (), lambda: None, lambda words: None)
    for finals in range(4):
        at_work._steps([at[procedure.PRIOR], at[procedure.FINALISTS], *[at[procedure.FINAL]] * finals], 8, 1)
    middle, shipped = [0.5] * 3, priors.shipped(told).tolist()
    assert [[place.tolist() for place in beside] for beside, _ in asked] == [
        [middle, [0.6] * 3], [middle, [0.7] * 3], [shipped], [[0.7] * 3]]  # fmt: skip
    assert [trust for _, trust in asked] == [procedure.TRUST, procedure.TRUST / 2] * 2, "long again in the second"


def test_what_the_finals_pass_together_is_said() -> None:
    from sim.report.calibration import traded

    rows = [("07-0000", 17.0, 0.9, 1, 0, 0), ("07-0001", 19.0, 0.5, 1, 1, 0), ("07-0002", 18.0, 0.4, 0, 1, 1)]
    columns = ["point", "passed", "distance", "passes.P1", "passes.P2b", "passes.P10"]
    trace = pd.DataFrame(rows, columns=columns).assign(kind="final")
    said = traded(trace)
    assert said[0].startswith("The point chosen misses P10")
    assert said[1] == "P10 is passed by 1 of 3 points of finals and run-off; the best of them misses P1 instead."
    assert "every fit pattern" in traded(trace.assign(**{"passes.P10": 1}))[0]


def test_a_parameter_without_a_prior_is_refused() -> None:
    with pytest.raises(SettingError, match="has no prior"):
        priors.calibrated(["membership.leakagee"])


@pytest.mark.parametrize("prior", [Prior(0.5, 3.0, "too far"), Prior(0.8, 0.2, "upside down"), Prior(0.0, 1.0, "no log", "log"),
                                   Prior(0.1, 0.5, "")])  # fmt: skip
def test_a_prior_that_cannot_be_is_refused(prior: Prior) -> None:
    with pytest.raises(ValueError, match=r"the prior .* of"):
        parameter(0.3, unit="", low=0.0, high=1.0, kind="uncertainty", meaning="a share", source="none", prior=prior)


def test_the_generated_file_holds_every_fitted_default_and_no_other() -> None:
    assert set(fitted.defaults()) == {told.name for told in priors.calibrated()}


# --- the procedure in a known world ------------------------------------------------------------------------------------------


class Told:
    """A study as the procedure asks for it; its runs are `world` in place of a history."""

    def __init__(self, design, directory: Path, complete: bool = True) -> None:
        self.design, self.directory, self.complete = design, directory, complete
        self.points, self.failed = [point.name for point in design.points], pd.DataFrame()


TRUTH = np.array([0.3, 0.6, 0.5])


def world(study: Told) -> pd.DataFrame:
    """Two statistics lean on the first two parameters, nothing on the third; seeds add their noise."""
    rows = []
    told = priors.calibrated(NAMES)
    for point in study.design.points:
        off = priors.places(np.array([[point.values[name] for name in NAMES]]), told)[0] - TRUTH
        for seed in study.design.seeds:
            noise = 0.1 * np.random.default_rng(seed).standard_normal()
            row = at_aims()
            row["P2.international"] += 10 * (off[0] + noise * 0.1)
            row["P4.2008"] += 50 * off[1] + noise
            rows.append({"point": point.name, "seed": seed, **row})
    return pd.DataFrame(rows)


@pytest.fixture
def known_world(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(design, directory: Path, **how) -> Told:
        return Told(design, directory)

    monkeypatch.setattr(procedure, "run_study", run)
    monkeypatch.setattr(targets, "statistics", world)
    monkeypatch.setattr(targets, "passed", lambda told: targets.away(targets.by_point(world(told))) <= 1)


@pytest.mark.usefixtures("known_world")
def test_the_procedure_finds_what_the_patterns_hold_and_says_what_they_do_not(tmp_path: Path) -> None:
    assert procedure.calibrate(tmp_path / "c", SMALL, only=NAMES) is not None
    found = load_posterior(tmp_path / "c")
    means = [float(found.weights @ found.on_unit(name)) for name in NAMES]
    assert means[:2] == pytest.approx(TRUTH[:2], abs=0.08)
    assert found.narrowed(NAMES[0]) < 0.5
    assert found.narrowed(NAMES[2]) > 0.7  # nothing leans on it
    best = priors.places(np.array([[found.manifest["best"][name] for name in NAMES]]), priors.calibrated(NAMES))[0]
    assert best[:2] == pytest.approx(TRUTH[:2], abs=0.1)
    kinds = [each["kind"] for each in found.manifest["rounds"]]
    assert kinds == ["prior", "refined", "posterior", "finalists", "final", "run-off"]
    assert (tmp_path / "c" / "report.html").is_file()


@pytest.mark.usefixtures("known_world")
def test_broken_off_anywhere_the_same_command_comes_to_the_same_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    procedure.calibrate(tmp_path / "whole", SMALL, only=NAMES)
    left = [2]

    def breaks_off(design, directory: Path, **how) -> Told:
        left[0] -= 1
        return Told(design, directory, complete=left[0] > 0)

    monkeypatch.setattr(procedure, "run_study", breaks_off)
    assert procedure.calibrate(tmp_path / "broken", SMALL, only=NAMES) is None
    left[0] = 99
    assert procedure.calibrate(tmp_path / "broken", SMALL, only=NAMES) is not None
    for name in ("posterior.csv", "trace.csv"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "broken" / name).read_bytes()


@pytest.mark.usefixtures("known_world")
def test_a_round_that_is_not_whole_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    place = tmp_path / "c"
    procedure.calibrate(place, SMALL, only=NAMES)
    before = (place / "posterior.csv").read_bytes()
    half = place / "round-01.csv"
    half.write_text(half.read_text()[:200])
    with pytest.raises(OutputError, match=r"round-01\.csv is not whole: delete it"):
        procedure.calibrate(place, SMALL, only=NAMES)
    half.unlink()
    assert procedure.calibrate(place, SMALL, only=NAMES) is not None
    assert (place / "posterior.csv").read_bytes() == before


@pytest.mark.usefixtures("known_world")
def test_another_calibration_is_not_written_over(tmp_path: Path) -> None:
    procedure.calibrate(tmp_path / "c", SMALL, only=NAMES)
    with pytest.raises(OutputError, match="another calibration \\(parameters differ\\)"):
        procedure.calibrate(tmp_path / "c", SMALL, only=NAMES[:2])


@pytest.mark.usefixtures("known_world")
def test_the_nearest_point_can_become_the_defaults(tmp_path: Path) -> None:
    procedure.calibrate(tmp_path / "c", SMALL, only=NAMES)
    written = publish.write_defaults(tmp_path / "c", tmp_path / "fitted.csv")
    with written.open(newline="") as file:
        rows = {row["parameter"]: float(row["value"]) for row in csv.DictReader(file)}
    best = load_posterior(tmp_path / "c").manifest["best"]
    assert {name: rows[name] for name in NAMES} == pytest.approx(best)
    others = set(rows) - set(NAMES)
    assert {name: rows[name] for name in others} == {name: fitted.defaults()[name] for name in others}


def test_sizes_that_teach_nothing_are_refused() -> None:
    with pytest.raises(SettingError, match="at least eight points"):
        Procedure(points=4)


# --- what is shipped ---------------------------------------------------------------------------------------------------------

SHIPPED = Path(__file__).resolve().parent.parent / "results" / "calibration"


def test_the_shipped_calibration_belongs_to_the_aims_the_priors_and_the_defaults() -> None:
    told = load_posterior(SHIPPED)
    now = publish.inputs(priors.calibrated(told.names))
    assert {name: told.manifest["inputs"][name] for name in now} == now, "run `consortium calibrate`: aims or priors have changed"
    shipped = {name: fitted.defaults()[name] for name in told.names}
    assert shipped == pytest.approx(dict(told.manifest["best"])), f"sim/data/{fitted.FILE} is not what the calibration chose"


def test_the_generated_file_lies_in_the_package() -> None:
    assert paths.data(fitted.FILE).read_text(encoding="utf-8").startswith("parameter,value\n")


# --- the command -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_calibrates_in_small(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {"points": 8, "seeds": 1, "rounds": 1, "refined": 2, "posterior": 3, "posterior-seeds": 2, "finalists": 2,
             "finalist-seeds": 2, "finals": 1, "final": 2, "final-seeds": 2, "run-off": 2, "run-off-seeds": 2}  # fmt: skip
    asked = [f"--{size}={number}" for size, number in sizes.items()]
    over = [f"--over={name}" for name in NAMES]
    assert main(["calibrate", *over, *asked, "--output", str(tmp_path / "c")]) == 0
    assert "Report:" in capsys.readouterr().out
    found = load_posterior(tmp_path / "c")
    assert len(found.sample) == 3
    assert found.sample["P4.2000"].between(1, 120).all()
    held = json.loads((tmp_path / "c" / "procedure.json").read_text())
    assert held["parameters"] == list(NAMES)


def test_the_help_tells_the_sizes_of_the_procedure() -> None:
    from sim.cli.calibrate import USUAL

    assert {size.replace("-", "_"): number for size, number in USUAL.items()} == {
        name: number for name, number in asdict(Procedure()).items() if name not in ("first_seed", "draw")
    }


def test_the_command_refuses_what_has_no_prior(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--over", "horizon.years", "--output", str(tmp_path / "c")]) == 2
    assert "has no prior" in capsys.readouterr().err

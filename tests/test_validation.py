"""The report card: each table's arithmetic on worked examples, and the whole of it on histories that are known."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import toy_report_card as toy
from synthetic_study import study_like_the_record

import sim.cli
from sim.cli.codes import FINE, INTERRUPTED, WRONG_USE
from sim.parameters import SettingError
from sim.patterns import Evidence
from sim.records.files import OutputError
from sim.studies.validation import Terms, Validation, curves, dates, recovery, runs, sample_of, validate, variance

FEW = Terms(replicates=6, draws=3, seeds=3)


def made(place: Path, terms: Terms = FEW, calibration: Path | None = None, **how) -> Validation:
    how = {"processes": 1, "compose": toy.compose, "simulate": toy.history} | how
    return validate(place, calibration, terms, **how)


@pytest.fixture(autouse=True)
def _nothing_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --calibration a card takes the published one, of a world with other settings: here there is none."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    place = tmp_path_factory.mktemp("validation")
    return made(place / "out", calibration=toy.calibration(place / "calibration"))


# -- stages ----------------------------------------------------------------------------------------------------------


def test_confusion_of_two_runs_by_hand() -> None:
    """2001-2004 recorded national, national, international, international; one run right, one a year late."""
    simulated = pd.DataFrame({2001: ["national"] * 2, 2002: ["national"] * 2, 2003: ["international", "national"],
                              2004: ["international"] * 2})  # fmt: skip
    cells = dates.confusion(simulated)
    assert cells.loc["national", "national"] == 4 / 8
    assert cells.loc["international", "national"] == 1 / 8
    assert cells.loc["international", "international"] == 3 / 8
    assert cells.to_numpy().sum() == pytest.approx(1.0)
    told = dates.agreement(cells)
    assert told["agreement"] == pytest.approx(7 / 8)
    assert told["by_chance"] == pytest.approx(0.5 * 5 / 8 + 0.5 * 3 / 8)
    assert told["kappa"] == pytest.approx((7 / 8 - 0.5) / 0.5)
    assert told["commonest"] == pytest.approx(0.5)
    by_year = dates.agreement_by_year(simulated)
    assert by_year["agreement"].tolist() == [1.0, 1.0, 0.5, 1.0]


def test_errors_of_dates_are_what_the_histories_were_late_by() -> None:
    evidence = Evidence(study_like_the_record(runs=11, later=1.5, spread=0.5))
    told = dates.date_errors(evidence).set_index("stage")
    assert told.loc["international", "median"] == pytest.approx(1.5)
    assert told.loc["international", "near"] == 1.0
    assert told.loc["national", "mean_abs"] == 0.0
    assert told.loc["industry-led", "naive_mean_abs"] == pytest.approx(2 * 8 / math.e)
    assert dates.date_errors(Evidence(study_like_the_record(runs=5, later=3.0)))["near"].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_stage_that_never_comes_is_infinitely_late() -> None:
    study = study_like_the_record(runs=4)
    study.outcomes.loc[[0, 1, 2], "year_bi_national"] = np.nan
    told = dates.date_errors(Evidence(study)).set_index("stage").loc["bi-national"]
    assert (told["reached"], told["median"]) == (0.25, math.inf)
    assert told["near"] == 0.25


def test_orders_are_counted_and_the_recorded_one_is_marked() -> None:
    study = study_like_the_record(runs=4)
    study.outcomes.loc[0, "year_international"] = 2020.0
    study.outcomes.loc[1, "year_bi_national"] = np.nan
    told = dates.orders(Evidence(study))
    assert told.iloc[0][["runs", "share", "right"]].tolist() == [2, 0.5, True]
    assert set(told["order"].iloc[1:]) == {"national → industry-led → bi-national → international",
                                           "national → international → industry-led"}  # fmt: skip


# -- variance --------------------------------------------------------------------------------------------------------


def test_additive_effects_get_their_own_variances() -> None:
    a, b, c = np.array([0.0, 3.0, 6.0]), np.array([0.0, 1.0, 2.0, 3.0]), np.array([-5.0, 5.0])
    values = a[:, None, None] + b[None, :, None] + c[None, None, :]
    parts = variance.components(values)
    assert parts["parameters"] == pytest.approx(np.var(a, ddof=1))
    assert parts["seed"] == pytest.approx(np.var(b, ddof=1))
    assert parts["drivers"] == pytest.approx(np.var(c, ddof=1))
    assert sum(parts.values()) == pytest.approx(9.0 + 5 / 3 + 50.0)


def test_an_interaction_is_not_taken_for_a_main_effect() -> None:
    a, b = np.array([-1.0, 1.0]), np.array([-1.0, 1.0])
    values = np.repeat((a[:, None] * b[None, :])[:, :, None], 3, axis=2)
    told = variance.shares(values)
    assert told["parameters × seed"] == pytest.approx(1.0)
    assert told["parameters"] == told["seed"] == 0.0


def test_components_of_a_large_random_table_come_back() -> None:
    chance = np.random.default_rng(4)
    shape = (30, 30, 30)
    values = 2.0 * chance.normal(size=(30, 1, 1)) + chance.normal(size=(1, 30, 1)) + 0.5 * chance.normal(size=shape)
    told = variance.components(values)
    assert told["parameters"] == pytest.approx(4.0, rel=0.45)
    assert told["seed"] == pytest.approx(1.0, rel=0.45)
    assert told["all three together"] == pytest.approx(0.25, rel=0.05)
    assert told["drivers"] < 0.05
    assert variance.spread(values)["parameters"] < 0.15


def test_with_one_set_of_parameters_the_rest_is_shared_out() -> None:
    values = np.array([[[0.0, 10.0], [2.0, 12.0], [4.0, 14.0]]])
    told = variance.components(values)
    assert (told["seed"], told["drivers"], told["parameters"]) == pytest.approx((4.0, 50.0, 0.0))
    with pytest.raises(ValueError, match="at least two levels"):
        variance.components(np.zeros((3, 1, 2)))


# -- recovery --------------------------------------------------------------------------------------------------------


def linear_world(points: int, seed: int) -> tuple[np.ndarray, pd.DataFrame]:
    """Two parameters; the first moves what is shown, the second does not."""
    chance = np.random.default_rng(seed)
    places = chance.uniform(size=(points, 2))
    shown = pd.DataFrame({"a": 4.0 * places[:, 0] + 0.2 * chance.normal(size=points), "b": chance.normal(size=points)})
    return places, shown


def nearest_fifth(others: pd.DataFrame, data: pd.Series) -> np.ndarray:
    off = np.sqrt((((others - data) / others.std()) ** 2).sum(axis=1).to_numpy())
    edge = np.quantile(off, 0.2)
    return np.where(off < edge, 1.0 - (off / edge) ** 2, 0.0)


def test_what_the_patterns_see_comes_back_and_what_they_do_not_is_told() -> None:
    places, shown = linear_world(600, 1)
    known = [recovery.Known(str(row), places[row], shown.iloc[row]) for row in range(150)]
    own = {str(row): row for row in range(150)}
    found = recovery.recovered(known, ["seen", "unseen"], recovery.by_rejection(places, shown, nearest_fifth, own))
    told = recovery.coverage(found).set_index("parameter")
    assert bool(told.loc["seen", "identified"]) and not bool(told.loc["unseen", "identified"])
    assert told.loc["seen", "width"] < 0.4
    assert told.loc["unseen", "width"] > 0.85
    assert told.loc["seen", "correlation"] > 0.9
    assert told.loc["seen", "coverage_0.8"] == pytest.approx(0.8, abs=0.12)
    assert told.loc["unseen", "coverage_0.95"] == pytest.approx(0.95, abs=0.06)
    assert abs(told.loc["seen", "bias"]) < 0.03


def test_the_adjustment_takes_no_spread_from_what_is_not_seen() -> None:
    """As many patterns of mere chance as points that count: the intervals of the unseen parameter still hold their share."""
    places, shown = linear_world(250, 2)
    chance = np.random.default_rng(3)
    shown = pd.concat([shown, pd.DataFrame(chance.normal(size=(250, 40))).add_prefix("chance ")], axis=1)
    known = [recovery.Known(str(row), places[row], shown.iloc[row]) for row in range(100)]
    own = {str(row): row for row in range(100)}
    found = recovery.recovered(known, ["seen", "unseen"], recovery.by_rejection(places, shown, nearest_fifth, own))
    told = recovery.coverage(found).set_index("parameter")
    assert told.loc["unseen", "coverage_0.8"] == pytest.approx(0.8, abs=0.15)
    assert told.loc["seen", "width"] < told.loc["unseen", "width"]


def test_a_ridge_without_noise_finds_the_slopes() -> None:
    chance = np.random.default_rng(5)
    x = chance.normal(size=(200, 3))
    x -= x.mean(axis=0)
    y = x @ np.array([[1.0, 0.0], [-2.0, 0.0], [0.5, 0.0]])
    slopes, taken = recovery.ridge(x, y, np.full(200, 1 / 200))
    assert slopes[:, 0] == pytest.approx([1.0, -2.0, 0.5], abs=0.001)
    assert np.abs(slopes[:, 1]).max() < 1e-9
    assert taken[0] == pytest.approx(3 / 200, rel=0.01)


def test_coverage_of_a_worked_example() -> None:
    found = pd.DataFrame({"point": ["1", "2"], "parameter": ["x", "x"], "truth": [0.2, 0.6], "mean": [0.3, 0.9],
                          "width": [0.5, 0.7], "inside_0.5": [True, False], "inside_0.8": [True, True],
                          "inside_0.95": [True, True]})  # fmt: skip
    (told,) = recovery.coverage(found).to_dict("records")
    assert (told["coverage_0.5"], told["coverage_0.8"]) == (0.5, 1.0)
    assert told["bias"] == pytest.approx(0.2)
    assert told["rmse"] == pytest.approx(math.sqrt((0.01 + 0.09) / 2))
    assert (told["width"], told["identified"]) == (pytest.approx(0.6), True)


def test_weighted_quantiles_follow_the_weights() -> None:
    values, weights = np.arange(5.0), np.array([0.0, 0.0, 0.0, 1.0, 1.0])
    low, high = recovery.weighted_quantile(values[weights > 0], weights[weights > 0], [0.05, 0.95])
    assert (low, high) == (3.0, 4.0)


# -- curves ----------------------------------------------------------------------------------------------------------


def test_curves_by_number_of_makers_by_hand() -> None:
    frame = pd.DataFrame({"year": [1, 1, 2, 2], "makers": [4, 8, 4, 8], "merger": [0.0, 0.2, 0.4, 0.6]})
    plain = curves.by_makers(frame, "merger").set_index("makers")["mean"]
    within = curves.by_makers(frame, "merger", within_years=True).set_index("makers")["mean"]
    assert plain.to_dict() == pytest.approx({4: 0.2, 8: 0.4})
    assert within.to_dict() == pytest.approx({4: 0.2, 8: 0.4})
    time_only = frame.assign(makers=[4, 4, 8, 8], merger=[0.1, 0.1, 0.5, 0.5])
    assert curves.by_makers(time_only, "merger")["mean"].tolist() == pytest.approx([0.1, 0.5])
    assert curves.by_makers(time_only, "merger", within_years=True)["mean"].tolist() == pytest.approx([0.3, 0.3])


def test_a_hump_agrees_with_the_published_hump() -> None:
    hump = curves.published(curves.QUANTITIES["merger"])
    found = pd.DataFrame({"makers": hump.index, "run_years": 100, "mean": hump.to_numpy() * 3.0, "error": 0.1})
    told = curves.compared(found, hump)
    assert told["rank_correlation"] == pytest.approx(1.0)
    assert told["peak"] == told["published_peak"] == 8
    falling = found.assign(mean=-found["makers"].astype(float))
    assert abs(curves.compared(falling, hump)["rank_correlation"]) < 0.5
    few = found.assign(run_years=curves.FEWEST - 1)
    assert math.isnan(curves.compared(few, hump)["rank_correlation"])


def test_mergers_are_counted_by_run_and_year() -> None:
    study = study_like_the_record(runs=3)
    study._series["average_density_gb_in2"] = 0.5 * study._series["product_density_gb_in2"]
    evidence = Evidence(study)
    frame = curves.run_years(evidence)
    merged = frame[frame["year"] == 2011]
    makers = merged["makers"].iloc[0]
    assert (merged["merger"] * makers).tolist() == [1.0, 1.0, 1.0]
    growth, january = frame[frame["year"] == 2012]["improvement"], evidence.yearly("average_density_gb_in2", "first")
    assert growth.iloc[0] == pytest.approx(np.log(january[2013].iloc[0] / january[2012].iloc[0]))


# -- the number of runs ----------------------------------------------------------------------------------------------


def test_every_fit_pattern_argues_its_number_of_seeds() -> None:
    told = {each.what.split(",")[0]: each for each in runs.argued(Evidence(study_like_the_record(runs=16)))}
    assert {"P1", "P2.international", "P4.2008"} <= set(told)
    assert told["P2.international"].matters == 1.0
    assert told["P1"].needed == 20  # a share of one is held to be uncertain by 0.05
    assert all(each.needed >= 8 for each in told.values())


# -- the sample ------------------------------------------------------------------------------------------------------


def test_a_sample_holds_the_best_point_and_draws(tmp_path: Path) -> None:
    sample = sample_of(toy.calibration(tmp_path / "calibration"), 5)
    assert sample.best == {"belonging.attention": 0.06, "merger.courtship": 0.0015}
    assert len(sample.draws) == 5
    assert all(abs(each["belonging.attention"] - 0.06) < 0.006 for each in sample.draws)
    assert "40 weighted points of 2 parameters" in sample.words


def test_without_a_calibration_the_defaults_are_taken_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sample = sample_of(None, 5)
    assert (sample.best, sample.draws, sample.posterior) == ({}, ({},), None)
    assert "no calibration" in sample.words


def test_a_calibration_that_is_not_whole_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no finished calibration"):
        sample_of(tmp_path / "nowhere", 2)
    half = toy.calibration(tmp_path / "half")
    (half / "trace.csv").unlink()
    with pytest.raises(OutputError, match=r"holds half a calibration: there is no trace\.csv"):
        sample_of(half, 2)
    cut = toy.calibration(tmp_path / "cut")
    text = (cut / "posterior.csv").read_text(encoding="utf-8")
    (cut / "posterior.csv").write_text(text[: len(text) // 2].rsplit(",", 2)[0], encoding="utf-8")
    with pytest.raises(OutputError, match="is not whole"):
        sample_of(cut, 2)


def test_priors_outside_their_ranges_and_unknown_parameters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"prior of belonging\.attention, 0\.04 to 1\.5, leaves its declared range, 0 to 1"):
        sample_of(toy.calibration(tmp_path / "wide", high=1.5), 2)
    with pytest.raises(SettingError, match=r"no parameter belonging\.atention\. Did you mean belonging\.attention"):
        sample_of(toy.calibration(tmp_path / "name", names=("belonging.atention", "merger.courtship")), 2)
    with pytest.raises(SettingError, match="turn it round"):
        sample_of(toy.calibration(tmp_path / "round", low=0.09, high=0.08), 2)
    with pytest.raises(SettingError, match=r"belonging\.attention=0\.1 was calibrated"):
        sample_of(toy.calibration(tmp_path / "good"), 2, ("belonging.attention=0.1",))


# -- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_card_holds_every_table(card: Validation) -> None:
    assert card.complete and not card.failed
    assert {"patterns", "orders", "date_errors", "confusion", "agreement_by_year", "curves", "curves_agreement", "variance",
            "replicates"} <= set(card.tables)  # fmt: skip
    table = card.tables["patterns"].set_index("pattern")
    assert bool(table.loc["P1", "pass"]) and bool(table.loc["P1", "posterior_pass"])
    assert card.numbers["confusion"]["agreement"] > 0.9


@pytest.mark.slow
def test_the_variance_goes_to_what_moves_the_dates(card: Validation) -> None:
    told = card.tables["variance"].set_index(["outcome", "part"])["share"]
    assert told["wait_international", "drivers"] > 0.5
    assert told["wait_international", "parameters"] > 0.0
    assert told["wait_international", "all three together"] < 0.01
    assert np.isnan(told["drive_makers_2010", "seed"])  # nothing varies


@pytest.mark.slow
def test_the_surplus_curve_agrees(card: Validation) -> None:
    told = card.tables["curves_agreement"].set_index(["quantity", "within_years"])["rank_correlation"]
    assert told["consumer_surplus_busd", False] == pytest.approx(1.0)
    assert told["producer_surplus_busd", False] == pytest.approx(1.0)


@pytest.mark.slow
def test_the_report_says_its_limits(card: Validation) -> None:
    names = {path.name for path in card.files}
    assert {"report.html", "report.md", "patterns.csv", "confusion.csv", "confusion.png", "variance.svg", "assumptions.csv",
            "curves.png", "date_errors.png"} <= names  # fmt: skip
    said = next(path for path in card.files if path.name == "report.md").read_text(encoding="utf-8")
    for words in ("agreement with a model, not with data", "May be used", "May **not** be extrapolated", "Weak in the record",
                  "Not tried here", "**Not identified** by the record", "Assumptions"):  # fmt: skip
        assert words.lower() in said.lower(), words


@pytest.mark.slow
def test_a_card_broken_off_goes_on(tmp_path: Path) -> None:
    from sim.cli.validate import verdict

    broken = made(tmp_path / "out", Terms(3, 2, 2), simulate=toy.interrupted)
    assert (broken.complete, broken.files, verdict(broken)) == (False, [], INTERRUPTED)
    whole = made(tmp_path / "out", Terms(3, 2, 2))
    straight = made(tmp_path / "at once", Terms(3, 2, 2))
    assert verdict(whole) == FINE
    pd.testing.assert_frame_equal(whole.tables["variance"], straight.tables["variance"])


@pytest.mark.slow
def test_the_number_of_seeds_is_argued_from_a_pilot(tmp_path: Path) -> None:
    found = made(tmp_path / "out", Terms(None, 2, 2))
    assert found.works.done["pilot"].manifest["runs"] == 16
    assert len(found.works.done["study"].outcomes) == found.tables["replicates"]["needed"].max()
    assert "power" in found.argument


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my life's work", encoding="utf-8")
    with pytest.raises(OutputError, match="holds other things"):
        made(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--calibration", "nowhere"], "holds no finished calibration"),
        (["--patterns", "nowhere.csv"], "cannot be read as a file of patterns"),
        (["--recovery", "12"], "a recovery needs a calibration"),
        (["flash=nne"], "nne"),
    ],
    ids=["no calibration", "no patterns", "nothing to recover", "unknown choice"],
)
def test_wrong_use_is_one_sentence(arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture,
                                   monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert sim.cli.main(["validate", *arguments, "--output", str(tmp_path / "out"), "--quiet"]) == WRONG_USE
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_miniature_of_the_card_on_the_model_itself(tmp_path: Path, capsys: pytest.CaptureFixture,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    few = ["--replicates", "3", "--draws", "1", "--seeds", "2"]
    asked = ["validate", "horizon.years=30", *few, "--output", str(tmp_path / "out")]
    assert sim.cli.main(asked) == FINE
    said = capsys.readouterr().out
    assert "no calibration" in said and "Report:" in said
    cells = pd.read_csv(tmp_path / "out" / "confusion.csv", index_col="recorded")
    assert cells.to_numpy().sum() == pytest.approx(1.0, abs=1e-4)
    parts = pd.read_csv(tmp_path / "out" / "variance.csv")
    assert parts.dropna(subset=["share"]).groupby("outcome")["share"].sum().between(0.99, 1.01).all()

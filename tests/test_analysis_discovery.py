"""Discovery: boxes are found where they were planted, and what is no finding is said."""

import numpy as np
import pandas as pd
import pytest
from stub_worlds import cases_from, luck

from sim.parameters import SettingError
from sim.records.outcomes import OUTCOMES
from sim.studies.analysis import CONDITIONS, Cases, discover


def planted(points: int = 160, seeds: int = 2, row: str = "") -> Cases:
    """It dies where the fee is above 3 and money is not constant, seldom elsewhere; four other keys do nothing."""
    rng = np.random.default_rng(4)
    varied = pd.DataFrame(
        {"charter.fee_factor": rng.uniform(0, 5, points), "membership.leakage": rng.uniform(0, 10, points),
         "governance.reach": rng.integers(1, 7, points), "funding": rng.choice(["historical", "none", "constant"], points),
         "association.exists": rng.random(points) < 0.5}, index=[f"{place:05d}" for place in range(points)])  # fmt: skip

    def survival(told: pd.Series, seed: int) -> float:
        deadly = told["charter.fee_factor"] > 3 and told["funding"] != "constant"
        return float(luck("dies", told.name, seed) > (1.5 if deadly else -1.7))

    return cases_from(varied, survival, seeds, "survival")


@pytest.fixture(scope="module")
def found():
    return discover(planted(), "dies", resamples=4)


def test_the_box_is_found_where_it_was_planted(found) -> None:
    limits = {limit.key: limit for limit in found.boxes[0].limits}
    assert set(limits) == {"charter.fee_factor", "funding"}
    assert limits["charter.fee_factor"].low == pytest.approx(3.0, abs=0.3)
    assert limits["charter.fee_factor"].high is None
    assert limits["funding"].choices == ("historical", "none")
    assert found.boxes[0].coverage > 0.6
    assert found.boxes[0].density > 0.9
    assert all(limit.quasi_p < 0.01 for limit in limits.values())


def test_coverage_and_density_are_shares_of_the_points(found) -> None:
    box, inside = found.boxes[0], found.boxes[0].inside
    assert box.coverage == found.y[inside].sum() / found.y.sum()
    assert box.density == found.y[inside].mean()
    assert box.mass == inside.mean()


def test_it_comes_again_when_points_are_drawn_again(found) -> None:
    again = dict(zip(found.resampled.keys["key"], found.resampled.keys["reproduced"], strict=True))
    assert again["charter.fee_factor"] == 1.0
    assert again["funding"] >= 0.75
    assert again.get("membership.leakage", 0.0) <= 0.5
    assert 0.6 < found.resampled.density <= 1.0


def test_the_words_say_where_how_much_and_how_sure(found) -> None:
    said = found.words()
    assert "no consortium carries the lineage at the end" in said
    assert "charter.fee_factor above 2.9" in said or "charter.fee_factor above 3" in said
    assert "funding is historical or none" in said
    assert "not a probability in the world" in said


def test_the_tree_agrees(found) -> None:
    assert "charter.fee_factor above" in found.tree.iloc[0]["rule"]
    assert found.tree["coverage"].sum() == pytest.approx(1.0)


@pytest.mark.slow
def test_the_answer_is_kept(found, tmp_path) -> None:
    names = {path.relative_to(tmp_path).as_posix() for path in found.save(tmp_path)}
    assert {"report.html", "boxes.csv", "trade_off.csv", "resampling.csv", "points.csv", "tree.csv", "figures/box.png",
            "figures/trade_off.png", "figures/pairs.svg", "figures/chance.png"} <= names  # fmt: skip


def test_the_densest_box_of_a_coverage_can_be_asked_for() -> None:
    wide = discover(planted(), "dies", coverage=0.7, resamples=0, most=1)
    assert wide.boxes[0].trade_off.loc[wide.boxes[0].chosen, "coverage"] >= 0.7
    assert wide.resampled is None


@pytest.mark.slow
def test_chance_has_no_box() -> None:
    told = cases_from(planted().varied, lambda row, seed: float(luck("coin", row.name, seed) > 0.0), 1, "survival")
    made = discover(told, "dies", resamples=6)
    if made.boxes:  # chance may look like a box; then points that were not drawn take its density down
        assert made.resampled.density < made.boxes[0].density - 0.1
    else:
        assert "no box of these keys" in made.words()


@pytest.mark.parametrize(("outcome", "words"), [
    ("survival>2", "it happens at none of 160 points"),
    ("survival<2", "it happens at all of 160 points: no setting of this design prevents it"),
])  # fmt: skip
def test_nothing_and_everything_are_said_in_words(outcome: str, words: str) -> None:
    made = discover(planted(), outcome)
    assert words in made.words()
    assert not made.boxes
    assert made.table.empty
    assert list(made.pictures()) == ["chance"]


def test_too_few_cases_and_too_few_others_are_said() -> None:
    few = cases_from(planted().varied, lambda row, seed: float(row.name > "00004"), 2, "survival")
    assert "it happens at 5 of 160 points, too few to tell a box from an accident" in discover(few, "dies").words()
    assert "all but 5 of 160 points, too few others" in discover(few, "survival>0").words()


def test_one_key_is_a_span_and_says_so() -> None:
    varied = pd.DataFrame({"charter.fee_factor": np.linspace(0, 5, 80)}, index=[f"{row:05d}" for row in range(80)])
    made = discover(cases_from(varied, lambda x, seed: float(x[0] < 3), 2, "survival"), "dies", resamples=2)
    assert made.boxes[0].limits[0].low == pytest.approx(3.0, abs=0.1)
    assert "One key varies" in made.words()
    assert set(made.pictures()) == {"box", "trade_off", "chance"}


@pytest.mark.slow
def test_seeds_are_counted_within_their_point() -> None:
    told = planted(seeds=4)
    assert discover(told, "dies", resamples=0).y.size == 160
    runs = discover(told, "dies", by="runs", resamples=0)
    assert runs.y.size == 640
    assert "no independent points" in runs.words()
    some = discover(told, "dies", share=0.25, resamples=0, most=1).y.sum()
    assert some > discover(told, "dies", share=1.0, resamples=0, most=1).y.sum()


def test_what_cannot_be_asked_is_refused() -> None:
    told = planted()
    with pytest.raises(SettingError, match="share=2 is out of range"):
        discover(told, "dies", share=2.0)
    with pytest.raises(SettingError, match="there is nothing to discover"):
        discover(cases_from(pd.DataFrame({"x": [1.0, 1.0]}, index=["a", "b"]), lambda x, seed: 1.0, 2, "survival"), "dies")
    with pytest.raises(SettingError, match="the study holds no outcome opened"):
        discover(told, "stays_national")


def test_every_named_condition_reads_outcomes_that_exist() -> None:
    nothing = {name: [0.0, 1.0] * 4 for name in OUTCOMES}
    varied = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0]}, index=list("abcd"))
    runs = pd.DataFrame({"point": np.repeat(list("abcd"), 2), "seed": [1, 2] * 4, **nothing})
    for name in CONDITIONS:
        assert discover(Cases.of_frames(varied, runs), name).y.size == 4

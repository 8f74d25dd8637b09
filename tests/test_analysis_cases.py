"""What analyses read: nothing missing, nothing doubled, no number where there is none."""

import numpy as np
import pandas as pd
import pytest
from stub_worlds import SPAN, cases_from

from sim.parameters import SettingError
from sim.studies.analysis import Cases
from sim.studies.analysis.cases import named_runs, typed
from sim.studies.analysis.quantities import censored, condition, quantity

NEVER = float("nan")


def cases(**outcomes: list[float]) -> Cases:
    """One point a value, two seeds; outcomes are given point by point, seed by seed."""
    points = len(next(iter(outcomes.values()))) // 2
    varied = pd.DataFrame({"charter.fee_factor": np.arange(points, dtype=float)}, index=[f"{row:05d}" for row in range(points)])
    runs = pd.DataFrame({"point": np.repeat(varied.index, 2), "seed": [1, 2] * points, **outcomes})
    return Cases.of_frames(varied, runs, span=SPAN)


def test_missing_and_failed_runs_are_named_with_point_seed_and_reason() -> None:
    whole = cases(members_mean=[1.0, 2.0, 3.0, 4.0])
    runs = whole.runs.drop(index=1)
    runs.loc[3, ["status", "error"]] = ["failed", "ValueError: no luck"]
    holed = Cases(whole.varied, runs, (1, 2))
    assert holed.lacking()[["point", "seed"]].to_numpy().tolist() == [["00000", 2], ["00001", 2]]
    with pytest.raises(SettingError, match=r"2 runs of the design are missing: point 00000 with seed 2; point 00001 with seed 2 "
                       r"\(failed: ValueError: no luck\)"):  # fmt: skip
        holed.whole()
    assert named_runs(holed.lacking()[:1]).startswith("1 run of the design is missing: point 00000 with seed 2")


def test_doubled_and_strange_runs_are_refused() -> None:
    told = cases(members_mean=[1.0, 2.0])
    with pytest.raises(SettingError, match="point 00000 with seed 1 stands twice"):
        Cases(told.varied, pd.concat([told.runs, told.runs[:1]]), (1, 2)).whole()
    with pytest.raises(SettingError, match="does not have: 00009"):
        Cases(told.varied, told.runs.assign(point="00009"), (1, 2)).whole()


def test_points_with_seeds_of_their_own_are_refused() -> None:
    varied = pd.DataFrame({"x": [0.0, 1.0]}, index=["a", "b"])
    runs = pd.DataFrame({"point": ["a", "b"], "seed": [1, 2], "members_mean": [1.0, 2.0]})
    with pytest.raises(SettingError, match="2 runs of the design are missing"):
        Cases.of_frames(varied, runs).whole()


def test_a_value_that_is_no_number_is_refused_by_name() -> None:
    told = cases(resilience=[0.5, NEVER, 0.1, 0.2])
    with pytest.raises(
        SettingError, match=r"resilience \(fall of .* no number in 1 of 4 runs, the first at point 00000 with seed 2"
    ):
        quantity("resilience", told)


def test_a_date_that_never_comes_is_put_at_the_horizon_and_said() -> None:
    told = cases(year_international=[2000.0, NEVER, 2010.0, 2004.0])
    found = quantity("year_international", told)
    assert found.values.tolist() == [2000.0, 2026.0, 2010.0, 2004.0]
    assert found.notes == ("year_international never comes in 1 history (25%); there it is put at the horizon (2026), so that "
                           "means are means censored there",)  # fmt: skip
    with pytest.raises(SettingError, match="horizon of this study is not known"):
        quantity("year_international", Cases(told.varied, told.runs, (1, 2)))
    assert "is the horizon (35 years) in 50%" in censored("wait_international", cases(wait_international=[35.0, 4.0]))


def test_in_a_comparison_never_is_later_than_any_year() -> None:
    told = cases(year_international=[2000.0, NEVER, 2010.0, 2004.0])
    assert condition("year_international>2005", told).values.tolist() == [0, 1, 1, 0]
    assert condition("year_international<=2026", told).values.tolist() == [1, 0, 1, 1]
    assert condition("not reached(year_international)", told).values.tolist() == [0, 1, 0, 0]
    assert condition("reached(year_international) and year_international>2005", told).values.tolist() == [0, 0, 1, 0]
    with pytest.raises(SettingError, match="never comes in 1 runs"):
        quantity("year_international-1991", told)


def test_expressions_reckon_and_compare() -> None:
    told = cases(members_mean=[1.0, 2.0, 3.0, 4.0], survival=[0.0, 1.0, 1.0, 1.0])
    assert quantity("2*members_mean-1", told).values.tolist() == [1, 3, 5, 7]
    assert condition("1<members_mean<4 and survival", told).values.tolist() == [0, 1, 1, 0]
    assert quantity("survival<1 or members_mean==4", told).unit == "chance"
    with pytest.raises(SettingError, match="divides by zero in 1 runs"):
        quantity("members_mean/survival", told)


@pytest.mark.parametrize(("text", "words"), [
    ("membres_mean>3", "Did you mean members_mean"),
    ("members_mean>", "cannot be read"),
    ("members_mean", r"say from where on .* 'members_mean>2.5'"),
    ("members_mean and survival", "compare it first"),
    ("__import__('os')", "not understood"),
    ("reached(members_mean)", "is no date"),
    ("members_mean.real>1", "not understood"),
    ("[members_mean]", "not understood"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        condition(text, cases(members_mean=[1.0, 2.0, 3.0, 4.0], survival=[0.0, 1.0, 1.0, 1.0]))


def test_a_part_of_a_study_is_chosen_by_value() -> None:
    varied = pd.DataFrame({"funding": ["none", "constant"], "flash.available": [True, False]}, index=["a", "b"])
    told = cases_from(varied, lambda row, seed: float(row["funding"] == "none"), seeds=2)
    part = told.where({"funding": "none", "flash.available": "true"})
    assert part.whole().varied.index.tolist() == ["a"]
    assert part.notes == ("only where funding is none", "only where flash.available is true")
    with pytest.raises(SettingError, match="no point has funding=matching; there are none, constant"):
        told.where({"funding": "matching"})
    with pytest.raises(SettingError, match="fundin does not vary"):
        told.where({"fundin": "none"})


def test_varied_values_have_the_type_they_deserve() -> None:
    assert typed([True, False]).dtype == bool
    assert typed(["1", "2.5"]).tolist() == [1.0, 2.5]
    assert typed(["none", "2"]).tolist() == ["none", "2"]

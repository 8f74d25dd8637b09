"""Patterns over studies made by hand: the record itself, the record shifted, broken off or with holes."""

import math

import numpy as np
import pandas as pd
import pytest
from synthetic_study import SyntheticStudy, study_like_the_record

from sim.patterns import COLUMNS, Evidence, Missing, evaluate
from sim.report.text import shortfalls

BY_DESIGN = {"P17.scarce", "P17.permuted"}
"""What one study cannot show."""


def verdicts(study, **how):
    return evaluate(study, **how).set_index("pattern")


@pytest.fixture(scope="module")
def exact():
    return study_like_the_record()


def without(study, series=(), outcomes=()):
    """The same study without some series or outcomes."""
    return SyntheticStudy(
        study.outcomes.drop(columns=list(outcomes)), study.series().drop(columns=list(series)),
        study.events(), study.stages,
    )  # fmt: skip


def test_the_record_itself_meets_every_pattern_one_study_can_show(exact):
    table = verdicts(exact)
    assert list(table.columns) == list(COLUMNS[1:])
    assert set(table.index[~table["pass"]]) == BY_DESIGN
    assert (table.loc[list(BY_DESIGN), "measured"] == False).all()  # noqa: E712


def test_worked_values_of_the_record(exact):
    value = verdicts(exact)["value"]
    assert value["P4.2000"] == 31 and value["P4.2000_domestic"] == 0
    assert value["P12.before_1999"] == pytest.approx(9 / 11)
    assert value["P12.after_1999"] == 1.0
    assert value["P13.joint_ventures"] == pytest.approx(1 / 2.05)
    assert value["P16.mean"] == pytest.approx((11 + 12 + 17) / 3)
    assert value["P10"] == 0.0


def test_stages_three_years_late_fail_their_years_and_nothing_else(exact):
    changed = verdicts(study_like_the_record(later=3.0))["pass"] != verdicts(exact)["pass"]
    assert set(changed.index[changed]) == {"P2.international", "P2.industry_led"}


def test_density_ten_times_too_high_fails_the_path_and_the_levels(exact):
    series = exact.series().copy()
    series["product_density_gb_in2"] *= 10.0
    table = verdicts(SyntheticStudy(exact.outcomes, series, exact.events(), exact.stages))
    assert table.loc["P8.path", "value"] == pytest.approx(1.0, abs=0.05)
    failed = set(table.index[~table["pass"]]) - BY_DESIGN
    assert failed == {"P8.path", "P9.2015", "P9.2020"}  # growth rates stay what they were


def test_a_stage_that_most_runs_never_reach_is_beyond_the_horizon(exact):
    outcomes = exact.outcomes.copy()
    outcomes.loc[outcomes.index[:12], "year_bi_national"] = np.nan
    table = verdicts(SyntheticStudy(outcomes, exact.series(), exact.events(), exact.stages))
    assert table.loc["P3", "median"] == math.inf and not table.loc["P3", "pass"]
    assert "reached in 40\u00a0% of runs" in table.loc["P3", "note"]
    assert table.loc["P1", "value"] == pytest.approx(0.4)


def test_systems_without_a_product_are_late_and_not_left_out(exact):
    outcomes = exact.outcomes.assign(concept_to_product_years_heat=np.nan, first_product_year_heat=np.nan)
    table = verdicts(SyntheticStudy(outcomes, exact.series(), exact.events(), exact.stages))
    assert table.loc["P16.mean", "median"] == math.inf
    assert "67\u00a0% of the systems reached a product, 11.5 years" in table.loc["P16.mean", "note"]
    assert table.loc["P16.within", "value"] == pytest.approx(2 / 3)
    assert table.loc["P18", "pass"]  # microwave-assisted drives came, and came last


def test_what_is_missing_is_said_and_everything_else_is_scored(exact):
    table = verdicts(without(exact, series=["drive_makers", "stage"], outcomes=["year_sister_founded"]))
    assert table.loc["P10", "note"] == "not measured: the study holds no series drive_makers"
    assert table.loc["P2b", "note"] == "not measured: the study holds no outcome year_sister_founded"
    lacking = {"P2b", "P6.stage_3", "P7", "P10", "P11.makers"}
    assert set(table.index[~table["pass"]]) == BY_DESIGN | lacking
    assert not table.loc[list(lacking), "measured"].any()


def test_short_histories_say_which_years_they_lack():
    table = verdicts(study_like_the_record(months=120))
    assert table.loc["P4.2000", "measured"] and not table.loc["P4.2008", "measured"]
    assert "do not reach 2008.7" in table.loc["P4.2008", "note"]
    assert "do not hold 2001, 2003" in table.loc["P8.path", "note"]


def test_a_study_without_a_finished_run_gives_a_table_and_no_error(exact):
    empty = SyntheticStudy(exact.outcomes[:0], exact.series()[:0], exact.events()[:0], exact.stages[:0])
    table = verdicts(empty)
    assert not table["pass"].any() and not table["measured"].any()
    assert table.loc["P1", "note"] == "not measured: the study holds no finished run"


def test_no_exit_of_a_maker_is_no_share(exact):
    quiet = SyntheticStudy(exact.outcomes, exact.series(), exact.events()[:0], exact.stages)
    table = verdicts(quiet)
    assert math.isnan(table.loc["P12.before_1999", "value"]) and not table.loc["P12.before_1999", "pass"]
    assert "no drive maker left in 100" in table.loc["P12.before_1999", "note"]
    assert table.loc["P12.before_1999", "measured"]  # it was looked for, it did not arise
    assert "does not arise in any history" in " ".join(shortfalls(table.reset_index(), 2026.0))


def test_before_anybody_has_joined_nobody_is_domestic(exact):
    series = exact.series().assign(members_ever=0.0, members_ever_domestic=0.0)
    table = verdicts(SyntheticStudy(exact.outcomes, series, exact.events(), exact.stages))
    assert not table.loc["P4.2000_domestic", "pass"]


def test_a_point_is_scored_alone(exact):
    late = study_like_the_record(later=3.0)
    both = []
    for point, study in enumerate((exact, late)):
        frames = (study.outcomes, study.series(), study.events(), study.stages)
        name, shift = f"point {point}", 1000 * point
        both.append([frame.assign(run=frame["run"] + shift, point=name) for frame in frames])
    joined = [pd.concat(frames, ignore_index=True) for frames in zip(*both, strict=True)]
    study = SyntheticStudy(*joined)
    assert verdicts(study, point="point 0")["value"].equals(verdicts(exact)["value"])
    assert verdicts(study, point="point 1").loc["P2.international", "value"] == pytest.approx(2006.0)


def test_the_order_of_rows_and_runs_does_not_matter(exact):
    shuffled = SyntheticStudy(
        exact.outcomes.sample(frac=1, random_state=3), exact.series().sample(frac=1, random_state=4),
        exact.events().sample(frac=1, random_state=5), exact.stages,
    )  # fmt: skip
    pd.testing.assert_frame_equal(evaluate(shuffled), evaluate(exact))


def test_a_study_that_cannot_pick_columns_of_its_events_is_read_whole(exact):
    class Whole(SyntheticStudy):
        def events(self):
            return self._events

    whole = Whole(exact.outcomes, exact.series(), exact.events(), exact.stages)
    assert list(Evidence(whole).events.columns) == ["run", "year", "kind"]
    assert verdicts(whole)["value"].equals(verdicts(exact)["value"])


def test_evidence_folds_months_into_years(exact):
    evidence = Evidence(exact)
    assert evidence.yearly("members_ever", "last").loc[0, 1999] == 30
    assert evidence.yearly("fee_income_musd", "sum").shape == (20, 35)
    assert evidence.at("drive_makers", 1998.5)[0] == 11
    assert evidence.horizon == pytest.approx(2026.0)
    with pytest.raises(Missing, match="do not reach from 2020 to 2030"):
        evidence.between("drive_makers", 2020, 2030)

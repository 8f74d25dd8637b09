"""How patterns are scored: quantiles with a horizon, rules, naive benchmarks. Worked by hand."""

import csv
import math

import numpy as np
import pytest

from sim.paths import data
from sim.patterns import pattern, patterns, record
from sim.patterns.declared import percent
from sim.patterns.measures import MEASURES, Measured
from sim.patterns.naive import NAIVE, naive
from sim.patterns.score import RULES, quantile, score, wilson
from sim.stages import first_years, recorded_bodies, stage_by_month

INF = math.inf


def scored(name, values, **more):
    return score(pattern(name), Measured(np.array(values, dtype=float), **more))


def test_every_declared_pattern_has_a_measure_a_rule_and_a_benchmark():
    for each in patterns():
        assert each.measure in MEASURES and each.rule in RULES and each.naive.split(":")[0] in NAIVE
        assert each.use in ("fit", "check") and each.source and each.target and each.measures
        assert each.low is None or each.high is None or each.low <= each.high


def test_every_pattern_of_the_specification_is_declared():
    wanted = {"P2b", *(f"P{number}" for number in range(1, 19))}
    assert {each.name.split(".")[0] for each in patterns()} == wanted


def test_recorded_values_lie_in_their_own_bands():
    for each in patterns():
        assert each.recorded is None or each.holds(each.recorded), each.name


def test_a_quantile_that_falls_between_a_year_and_never_is_never():
    assert quantile(np.array([2001.0, 2003.0, INF]), 0.5) == 2003.0
    assert quantile(np.array([2001.0, 2003.0, INF, INF]), 0.5) == INF
    assert quantile(np.array([1.0, 2.0, 4.0, math.nan]), 0.75) == 3.0
    assert math.isnan(quantile(np.array([math.nan]), 0.5))


def test_the_median_decides_and_single_runs_are_counted():
    found = scored("P2b", [1990.0, 1996.0, 2004.0])
    assert (found.value, found.passes) == (1996.0, True)
    assert found.inside == pytest.approx(1 / 3)


def test_a_stage_most_runs_never_reach_lies_beyond_the_horizon():
    found = scored("P3", [2016.0, 2016.0, INF, INF, INF])
    assert (found.median, found.passes) == (INF, False)
    assert found.inside == 0.4


def test_a_pattern_that_applies_to_few_runs_does_not_pass():
    assert not scored("P6.stage_3", [25.0, math.nan, math.nan]).passes
    assert scored("P6.stage_3", [25.0, 25.0, math.nan]).passes


def test_the_opening_needs_both_its_median_and_the_recorded_year_inside_the_runs():
    assert scored("P2.international", np.linspace(2001.0, 2006.0, 21)).passes
    assert not scored("P2.international", np.linspace(2004.0, 2005.5, 21)).passes  # the record lies outside
    assert not scored("P2.international", np.linspace(1999.0, 2020.0, 21)).passes  # the median lies outside


def test_one_draw_of_a_rare_event_must_lie_in_the_central_eighty_percent():
    assert scored("P16.perpendicular", np.linspace(10, 40, 31)).passes
    assert not scored("P16.perpendicular", np.linspace(10, 28.5, 31)).passes


def test_a_path_needs_both_its_mean_and_its_coverage():
    assert scored("P10", [0.5, 2.0], score=0.9, coverage=0.7).passes
    assert not scored("P10", [0.5, 2.0], score=1.1, coverage=1.0).passes
    assert not scored("P10", [0.5, 0.6], score=0.1, coverage=0.6).passes


def test_the_interval_of_a_share_is_wilsons():
    assert wilson(0.5, 10) == pytest.approx((0.2692, 0.7308), abs=1e-4)
    low, high = wilson(1.0, 100)
    assert (round(low, 3), high) == (0.974, pytest.approx(1.0))


def test_percent_is_written_in_one_way():
    assert percent(0.805) == "80\u00a0%" and percent(0.0) == "0\u00a0%"


def test_the_exponential_is_the_benchmark_of_the_makers():
    found = naive(pattern("P10"))
    assert found.value == pytest.approx(1.06, abs=0.005)
    assert not found.meets


def test_constant_growth_through_the_ends_of_the_record_meets_the_density_path():
    found = naive(pattern("P8.path"))
    assert found.value == pytest.approx(0.190, abs=0.001)
    assert found.meets  # so the path alone is no evidence; the three regimes are
    assert naive(pattern("P8.growth_to_1996")).value == pytest.approx((550 / 1.44) ** (1 / 14) - 1)
    assert not naive(pattern("P8.growth_to_2010")).meets


def test_a_constant_hazard_waits_a_mean_of_twelve_years_for_the_opening():
    found = naive(pattern("P2.international"))
    assert found.value == pytest.approx(1991 + 12 * math.log(2))
    assert not found.meets


def test_counts_on_a_straight_line():
    assert naive(pattern("P4.2000")).value == pytest.approx(54 * 9 / 17.7)
    assert naive(pattern("P5.2008")).value == pytest.approx(28 * 17.7 / 9)


def test_a_coin_with_the_recorded_share_meets_neither_kind_of_exit():
    exits = record.maker_exits().sum()
    assert (exits["liquidation"], exits["merger"]) == (9, 6)
    assert naive(pattern("P12.before_1999")).value == pytest.approx(0.6)
    assert not naive(pattern("P12.after_1999")).meets


def test_one_lag_for_all_systems_has_a_third_of_them_in_the_range():
    within = math.exp(-8 / 13) - math.exp(-20 / 13)
    assert naive(pattern("P16.within")).value == pytest.approx(within)


def test_an_unknown_pattern_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"no pattern P99; there are P1, P2\.international"):
        pattern("P99")


def test_the_record_is_read_as_its_readme_says():
    makers = record.makers()
    assert (makers.loc[1991], makers.loc[1999], makers.loc[2010]) == (16, 9, 5)
    assert record.units().loc[2010] == 651.32
    assert 1998 in record.revenue() and record.revenue().loc[1998] == 30.0  # the estimate of 34 is left out
    assert record.density("product").loc[1999] == pytest.approx(math.sqrt(6.7 * 11.8))
    assert [*record.stages()["start"]] == [1991, 2003, 2011, 2016]


def test_the_recogniser_dates_the_recorded_stages_as_the_patterns_do():
    with data("history/bodies.csv").open(encoding="utf-8", newline="") as file:
        bodies = recorded_bodies(list(csv.DictReader(file)), 1991, 420)
    found = first_years(stage_by_month(bodies, "United States", 420), 1991.0)
    assert found == record.stages().set_index("stage")["start"].to_dict()

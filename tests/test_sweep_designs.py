"""Designs of experiments: from YAML or --over to points, levers crossed with uncertainties, scenarios and common seeds."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.parameters import SettingError
from sim.studies.design import Design
from sim.studies.sweep import design, names, seeds_of

OVER = {"membership.leakage": {"low": 0.5, "high": 2}, "charter.fee_factor": {"low": 0.25, "high": 4, "scale": "log"}}
LOW, HIGH = np.array([0.5, 0.25]), np.array([2.0, 4.0])


def sample(planned: Design) -> np.ndarray:
    """The sampled values, a row a point."""
    return np.array([list(point.values.values()) for point in planned.points], dtype=float)


@pytest.mark.parametrize(
    ("method", "n", "points"),
    [("grid", 3, 9), ("latin_hypercube", 10, 10), ("sobol", 10, 10), ("saltelli", 8, 8 * 4), ("morris", 5, 5 * 3)],
)
def test_a_file_and_over_give_the_same_points_within_the_ranges(tmp_path: Path, method: str, n: int, points: int) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump({"over": OVER, "method": method, "n": n, "seeds": 2}, sort_keys=False), encoding="utf-8")
    by_file = design(file)
    by_hand = design(over=["membership.leakage=0.5:2", "charter.fee_factor=0.25:4:log"], method=method, n=n, seeds=2)
    assert list(by_file.points) == list(by_hand.points)
    assert dict(by_file.method) == dict(by_hand.method)
    found = sample(by_file)
    assert found.shape == (points, 2)
    assert (found >= LOW).all()
    assert (found <= HIGH).all()
    assert len({tuple(row) for row in found}) >= points // 2


def test_a_grid_crosses_and_a_list_puts_side_by_side() -> None:
    over = ["funding=historical,none", "charter.fee_factor=1,2"]
    crossed = [tuple(point.values.values()) for point in design(over=over).points]
    assert crossed == list(itertools.product(("historical", "none"), (1.0, 2.0)))
    listed = [tuple(point.values.values()) for point in design(over=over, method="list").points]
    assert listed == [("historical", 1.0), ("none", 2.0)]


def test_named_points_are_a_list_too() -> None:
    planned = design({"points": {"as it was": [], "none": ["funding=none"]}, "seeds": 2})
    assert [(point.name, point.written) for point in planned.points] == [("as it was", ()), ("none", ("funding=none",))]


def test_a_latin_hypercube_has_one_point_in_every_slice_of_every_range() -> None:
    unit = (sample(design(over=["membership.leakage=0:4", "membership.fee=1:5"], method="latin_hypercube", n=16)) - [0, 1]) / 4
    for column in unit.T:
        assert sorted(np.floor(column * 16).astype(int)) == list(range(16))


def test_a_sobol_sequence_is_balanced_and_a_longer_one_begins_alike() -> None:
    over = ["membership.leakage=0:4", "membership.fee=1:5"]
    short, long = sample(design(over=over, n=16)), sample(design(over=over, n=64))
    assert np.array_equal(short, long[:16])
    halves = (long[:, 0] > 2) * 2 + (long[:, 1] > 3)
    assert np.bincount(halves).tolist() == [16, 16, 16, 16]


def test_a_trajectory_of_morris_moves_one_key_at_a_time() -> None:
    rows = sample(design(over=["membership.leakage=0:3", "membership.fee=0:3"], method="morris", n=6, levels=4))
    for trajectory in rows.reshape(6, 3, 2):
        steps = np.abs(np.diff(trajectory, axis=0))
        assert sorted((steps > 0).sum(axis=1)) == [1, 1]
        assert steps.max(axis=1) == pytest.approx([2.0, 2.0])  # levels / (2 (levels - 1)) of the range


def test_levers_uncertainties_scenarios_and_common_seeds() -> None:
    over = ["funding=historical,constant", "scenario=historical,flash_later", "membership.leakage=0.5:2"]
    planned = design(over=over, n=4, seeds="11:13")
    assert planned.runs == 2 * 2 * 4 * 3
    worlds: dict[tuple, set[float]] = {}
    for point in planned.points:
        cell = (point.values["funding"], point.values["scenario"])
        worlds.setdefault(cell, set()).add(point.values["membership.leakage"])
    assert len(worlds) == 4
    assert len({frozenset(each) for each in worlds.values()}) == 1, "every lever meets the same uncertain worlds"
    seeds: dict[int, list[int]] = {}
    for task in planned.tasks():
        seeds.setdefault(task.point, []).append(task.seed)
    assert set(map(tuple, seeds.values())) == {(11, 12, 13)}, "common random numbers: the same seeds at every point"
    roles = planned.method["roles"]
    assert (roles["funding"], roles["membership.leakage"]) == ("lever", "uncertainty")


def test_a_key_alone_is_all_that_its_declaration_allows() -> None:
    assert len(design(over=["merger"]).points) == len(names_of("merger"))
    assert {point.values["flash.available"] for point in design(over=["flash.available"]).points} == {True, False}
    span = design(over=["membership.leakage"], method="grid", n=2)
    assert [point.values["membership.leakage"] for point in span.points] == [0.0, 10.0]


def names_of(group: str) -> list[str]:
    from sim.configuration import choices

    return list(choices(group))


def test_over_replaces_what_a_file_varies() -> None:
    planned = design("small_grid", over=["funding=none"])
    assert len(planned.points) == 4
    assert {point.values["funding"] for point in planned.points} == {"none"}


def test_the_example_has_twenty_points() -> None:
    assert len(design("small_grid").points) == 20
    assert {"small_grid", "sobol_money", "morris_screening"} <= set(names())


def test_seeds_as_they_are_written() -> None:
    assert seeds_of(3) == seeds_of("3") == (1, 2, 3)
    assert seeds_of("101:103") == seeds_of({"first": 101, "count": 3}) == (101, 102, 103)
    assert seeds_of("1,5,9") == seeds_of([1, 5, 9]) == (1, 5, 9)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"over": ["membership.leekage=1:2"]}, "membership.leekage is no setting.*Did you mean membership.leakage"),
        ({"over": ["membership.leakage=-5:2"]}, "membership.leakage=-5 is out of range.*allowed 0 to 10"),
        ({"over": ["membership.leakage=2:1"]}, "the lower bound comes first"),
        ({"over": ["membership.leakage=0:2:log"]}, "log scale starts above zero"),
        ({"over": ["membership.leakage=1:2:cubic"]}, "scale cubic is no choice"),
        ({"over": ["membership.leakage=1,1"]}, "stands twice"),
        ({"over": ["membership.leakage=1,fast"]}, "fast is not a number"),
        ({"over": ["funding=fantasy"]}, "funding=fantasy is no choice of funding; write one of: austerity"),
        ({"over": ["funding=1:2"]}, "is no choice of funding"),
        ({"over": ["membership.leakage=1:2"], "method": "magic"}, "method=magic is no choice; write one of: grid"),
        ({"over": ["membership.leakage=1:2"], "method": "saltelli", "n": 5}, "power of two; write n=4 or n=8"),
        ({"over": ["membership.leakage=1:2"], "method": "morris", "levels": 3}, "even number of levels"),
        ({"over": ["membership.leakage=1:2"], "method": "list"}, "takes listed values"),
        ({"over": ["membership.leakage=1:2"], "method": "grid", "n": 1}, "at least its two bounds"),
        ({"over": ["funding"], "method": "sobol"}, "samples ranges, and none is given"),
        ({"over": ["funding=none,constant", "charter.fee_factor=1,2,3"], "method": "list"}, "all lists have one length"),
        ({"over": ["membership.leakage=1:2"], "seeds": "some"}, "write how many"),
        ({"over": ["membership.leakage=1:2"], "seeds": 0}, "at least one point and one seed"),
        ({"over": ["membership.leakage=1:2"], "series": "most"}, "series=most is no choice"),
        ({"over": ["funding", "funding=none"]}, "funding is varied twice"),
        ({"over": ["funding"], "overrides": ["funding=none"]}, "varied and set to one value"),
        ({"name_or_spec": "smal_grid"}, "there is no sweep smal_grid.*Did you mean small_grid"),
        ({"name_or_spec": {"ovr": {}}}, "ovr is none of.*Did you mean over"),
        ({"over": ["membership.leakage=1:2"], "n": 0}, "whole number from 1 on"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(terms: dict, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        design(**terms)

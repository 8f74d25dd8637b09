"""Robustness: regret by hand, satisficing, what the runs do not decide, and unpaired worlds refused."""

import numpy as np
import pandas as pd
import pytest
from stub_worlds import SPAN, cases_from, luck

from sim.parameters import SettingError
from sim.studies.analysis import Cases, robustness
from sim.studies.analysis.robustness_analysis import paired, regret

MORE = "members_mean:more"


def crossed(
    performance, worlds: int = 3, alternatives=("historical", "constant"), seeds: int = 2, outcome: str = "members_mean"
) -> Cases:
    """Alternatives of funding × worlds of leakage; `performance(alternative, world, seed)`."""
    rows = [(name, float(world)) for name in alternatives for world in range(worlds)]
    varied = pd.DataFrame(rows, columns=["funding", "membership.leakage"], index=[f"{row:05d}" for row in range(len(rows))])
    return cases_from(varied, lambda row, seed: performance(row["funding"], row["membership.leakage"], seed), seeds, outcome)


TABLE = {"historical": (4.0, 6.0, 1.0), "constant": (5.0, 2.0, 4.0)}


def by_table(name: str, world: float, seed: int) -> float:
    return TABLE[name][int(world)] + (0.5 if seed else -0.5)


def test_regret_by_hand() -> None:
    assert regret(np.array([[4.0, 6.0, 1.0], [5.0, 2.0, 4.0]]), 1.0).tolist() == [[1.0, 0.0, 3.0], [0.0, 4.0, 0.0]]
    assert regret(np.array([[4.0, 6.0], [5.0, 2.0]]), -1.0).tolist() == [[0.0, 4.0], [1.0, 0.0]]
    told = robustness(crossed(by_table), "funding", [MORE]).table.set_index("alternative")
    assert told["regret_mean"].to_dict() == pytest.approx({"historical": 4 / 3, "constant": 4 / 3})
    assert told["regret_max"].to_dict() == {"historical": 3.0, "constant": 4.0}
    assert told["worst"].to_dict() == {"historical": 1.0, "constant": 2.0}
    assert told["best_share"].to_dict() == pytest.approx({"historical": 1 / 3, "constant": 2 / 3})
    assert told["mean"].to_dict() == pytest.approx({"historical": 11 / 3, "constant": 11 / 3})


def test_less_may_be_better() -> None:
    told = robustness(crossed(by_table, outcome="wait_international"), "funding", ["wait_international:less"])
    rows = told.table.set_index("alternative")
    assert rows["worst"].to_dict() == {"historical": 6.0, "constant": 5.0}
    assert rows["regret_max"].to_dict() == {"historical": 4.0, "constant": 3.0}
    assert "(less is better)" in told.words()


def test_satisficing_share_and_domain_criterion() -> None:
    made = robustness(crossed(by_table), "funding", [MORE], thresholds=["members_mean>=4", "members_mean<6.2"], reliability=0.8)
    told = made.satisficing.set_index("alternative")
    # historical: 3.5 and 4.5, 5.5 and 6.5, 0.5 and 1.5; constant: 4.5 and 5.5, 1.5 and 2.5, 3.5 and 4.5
    assert told["satisficing"].to_dict() == pytest.approx({"historical": 2 / 6, "constant": 3 / 6})
    assert told["domain"].to_dict() == pytest.approx({"historical": 0.0, "constant": 1 / 3})
    half = robustness(crossed(by_table), "funding", [MORE], thresholds=["members_mean>=4"], reliability=0.5).satisficing
    assert half.set_index("alternative")["domain"].to_dict() == pytest.approx({"historical": 2 / 3, "constant": 2 / 3})


def test_worlds_with_seeds_may_be_worlds_of_their_own() -> None:
    def flips(name: str, world: float, seed: int) -> float:
        return float((name == "constant") == bool(seed))

    means = robustness(crossed(flips), "funding", [MORE]).table.set_index("alternative")
    runs = robustness(crossed(flips), "funding", [MORE], over="runs").table.set_index("alternative")
    assert means["regret_mean"].to_dict() == {"historical": 0.0, "constant": 0.0}
    assert runs["regret_mean"].to_dict() == {"historical": 0.5, "constant": 0.5}


def test_what_runs_decide_and_what_they_do_not() -> None:
    def clear(name: str, world: float, seed: int) -> float:
        return 3.0 * (name == "constant") + luck(world, seed)

    made = robustness(crossed(clear, 12, seeds=8), "funding", [MORE])
    assert made.pairs()["decided"].tolist() == [True]
    assert made.pairs()["difference"].iloc[0] == pytest.approx(-3.0)
    assert "it is first in 100% of the draws" in made.words()
    assert "constant is at least as good as historical in every world" in made.words()

    def alike(name: str, world: float, seed: int) -> float:
        return luck(name, world, seed)

    open_ = robustness(crossed(alike, 12, seeds=8), "funding", [MORE])
    assert open_.pairs()["decided"].tolist() == [False]
    assert "The runs do not tell the means of historical and constant apart" in open_.words()
    told = open_.table
    assert told["regret_by_chance"].iloc[0] == pytest.approx(told["regret_mean"].mean(), rel=0.4)
    assert "if the alternatives were all alike" in open_.words()


def test_alternatives_in_other_worlds_are_refused() -> None:
    told = crossed(by_table)
    kept = told.varied.drop(index="00004")
    unpaired = Cases(kept, told.runs[told.runs["point"].isin(kept.index)], told.seeds, told.method, SPAN)
    with pytest.raises(SettingError, match=r"same worlds: constant lacks 1 of 3, for example membership.leakage=1"):
        robustness(unpaired, "funding", [MORE])
    moved = told.varied.assign(**{"membership.leakage": np.arange(6.0)})
    with pytest.raises(SettingError, match=r"lacks 3 of 6"):
        robustness(Cases(moved, told.runs, told.seeds, told.method, SPAN), "funding", [MORE])


def test_a_hole_is_refused() -> None:
    told = crossed(by_table)
    with pytest.raises(SettingError, match="1 run of the design is missing: point 00002 with seed 1"):
        robustness(Cases(told.varied, told.runs.drop(index=5), told.seeds, told.method), "funding", [MORE])


@pytest.mark.parametrize(("key", "outcomes", "words"), [
    ("fundin", [MORE], r"fundin does not vary in this study. Did you mean funding"),
    ("funding", ["members_mean"], r"say whether more or less of it is better, for example --outcome 'members_mean:more'"),
    ("funding", ["members_mean:up"], "say whether more or less"),
    ("funding", [], "say what counts and which way"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(key: str, outcomes: list[str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        robustness(crossed(by_table), key, outcomes)


def test_alternatives_may_be_several_keys_or_points_written_by_hand() -> None:
    told = crossed(by_table)
    both = told.varied.assign(host=["a", "b"] * 3)
    pairs = paired(Cases(told.varied.assign(merger="endogenous"), told.runs, told.seeds), ["funding", "merger"])
    assert pairs.alternatives == ("historical, endogenous", "constant, endogenous")
    assert both.shape == (6, 3)
    by_hand = Cases(told.varied[[]], told.runs, told.seeds)
    made = robustness(by_hand, "point", [MORE])
    assert made.worlds.alternatives == tuple(told.varied.index)
    assert "nothing but the seed differs" in made.words()


def test_equal_alternatives_are_said_to_be_equal() -> None:
    made = robustness(crossed(lambda name, world, seed: world), "funding", [MORE])
    assert "the same under every alternative in every world" in made.words()


def test_the_answer_is_kept(tmp_path) -> None:
    made = robustness(crossed(by_table), "funding", [MORE], thresholds=["members_mean>3"])
    names = {path.relative_to(tmp_path).as_posix() for path in made.save(tmp_path)}
    assert {"report.md", "performance.csv", "satisficing.csv", "pairs.csv", "worlds.csv", "figures/regret.png",
            "figures/performance.png", "figures/satisficing.svg"} <= names  # fmt: skip
    assert len(pd.read_csv(tmp_path / "worlds.csv")) == 6

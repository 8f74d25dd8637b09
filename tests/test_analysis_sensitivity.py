"""Sensitivity: known answers, common seeds, chance, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from stub_worlds import ishigami, luck, sampled

from sim.parameters import SettingError
from sim.studies.analysis import Cases, sensitivity
from sim.studies.analysis.indices import prefixes
from sim.studies.analysis.seeds import shares

MU = "members_mean"


def test_sobol_indices_of_ishigami() -> None:
    told = sensitivity(sampled("saltelli", ishigami, n=1024, low=-np.pi, high=np.pi, seeds=1), [MU]).table.set_index("parameter")
    assert told["first"].to_dict() == pytest.approx({"x0": 0.314, "x1": 0.442, "x2": 0.0}, abs=0.05)
    assert told["total"].to_dict() == pytest.approx({"x0": 0.558, "x1": 0.442, "x2": 0.244}, abs=0.05)
    assert (told["total_half"] < 0.2).all()


def test_second_order_finds_the_pair() -> None:
    made = sensitivity(sampled("saltelli", ishigami, n=512, low=-np.pi, high=np.pi, seeds=1, second_order=True), [MU])
    pairs = made.tables()["pairs"]
    assert pairs.iloc[0][["parameter", "with"]].tolist() == ["x0", "x2"]
    assert pairs.iloc[0]["second"] == pytest.approx(0.244, abs=0.12)


def test_morris_of_a_line_is_its_slopes_without_spread() -> None:
    made = sensitivity(sampled("morris", lambda x, seed: 10.0 * x[0] - 3.0 * x[1] + seed, n=8), [MU])
    told = made.table.set_index("parameter")
    assert told["mu"].to_dict() == pytest.approx({"x0": 10.0, "x1": -3.0, "x2": 0.0})
    assert told["mu_star"].to_dict() == pytest.approx({"x0": 10.0, "x1": 3.0, "x2": 0.0})
    assert told["sigma"].tolist() == pytest.approx([0.0] * 3, abs=1e-9)
    assert "x2 moves it in no history" in made.words()


def test_morris_of_a_product_has_spread() -> None:
    told = sensitivity(sampled("morris", lambda x, seed: x[0] * x[1], n=30), [MU]).table.set_index("parameter")
    assert told.loc["x0", "mu_star"] == pytest.approx(0.5, abs=0.15)
    assert told.loc["x0", "sigma"] > 0.2
    assert told.loc["x2", "mu_star"] == 0.0


def noisy(x: np.ndarray, seed: int) -> float:
    """x0 counts; the rest is luck that belongs to the seed and is the same wherever the point lies."""
    return float(x[0] + luck("world", seed))


def chaotic(x: np.ndarray, seed: int) -> float:
    """x0 counts; the rest is luck that comes out otherwise at every point."""
    return float(4.0 * x[0] + luck(*x.round(9), seed))


def test_common_seeds_keep_an_inert_factor_at_zero_and_seeds_of_one_s_own_inflate_it() -> None:
    common = sampled("saltelli", noisy, n=64)
    told = sensitivity(common, [MU]).table.set_index("parameter")
    assert told.loc["x1", "total"] == pytest.approx(0.0, abs=1e-9)
    own = common.runs.groupby("point", sort=False).head(1).copy()  # one run a point, each with a seed of its own
    own[MU] = [float(x) + luck("own", place) for place, x in enumerate(common.varied["x0"])]
    alone = Cases.of_frames(common.varied, own, method=common.method)
    assert sensitivity(alone, [MU]).table.set_index("parameter").loc["x1", "total"] > 0.3


def test_what_chance_alone_gives_is_told_from_what_a_parameter_does() -> None:
    made = sensitivity(sampled("morris", chaotic, n=12), [MU])
    told = made.table.set_index("parameter")
    assert told.loc["x0", "chance_gives"] < 0.05
    assert told.loc["x0", "mu_star"] > told.loc["x0", "by_chance"]
    assert (told.loc[["x1", "x2"], "chance_gives"] > 0.05).all()
    assert "Not told apart from chance with these seeds: x" in made.words()


def test_the_variance_is_shared_out_between_parameters_seed_and_both() -> None:
    rng = np.random.default_rng(3)
    rows, columns, both = rng.normal(0, 3, 400), rng.normal(0, 2, 60), rng.normal(0, 1, (400, 60))
    found = shares((rows[:, None] + columns + both)[:, None, :])
    assert found.tolist() == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.1)
    seeds_alone = sensitivity(sampled("morris", lambda x, seed: float(seed % 3), n=4), [MU]).tables()["seed_share"].iloc[0]
    assert seeds_alone[["parameters", "seed", "together"]].tolist() == pytest.approx([0.0, 1.0, 0.0], abs=1e-9)


def test_interplay_of_seed_and_parameter_is_found_where_it_is() -> None:
    made = sensitivity(sampled("saltelli", lambda x, seed: (-1) ** seed * (x[1] - 0.5) + x[0], n=64), [MU])
    told = made.table.set_index("parameter")
    assert told.loc["x1", "seed_interaction"] == pytest.approx(0.5 * 8 / 7, abs=0.1)
    assert told.loc["x0", "seed_interaction"] == pytest.approx(0.0, abs=1e-9)
    assert told.loc["x1", "total"] == pytest.approx(0.0, abs=1e-9)
    assert "What x1 does depends most on the seed" in made.words()


def test_one_seed_says_nothing_about_chance() -> None:
    made = sensitivity(sampled("morris", chaotic, n=4, seeds=1), [MU])
    assert made.table["by_chance"].isna().all()
    assert "one seed only" in made.words()


def test_a_constant_is_said_and_not_divided_by() -> None:
    for kind, n in (("saltelli", 8), ("morris", 4)):
        made = sensitivity(sampled(kind, lambda x, seed: 7.0, n=n), [MU])
        assert made.table.empty
        assert "is 7 firms in every history" in made.words()
        assert list(made.pictures()) == ["constant"]


def test_convergence_ends_with_the_whole_design() -> None:
    made = sensitivity(sampled("saltelli", ishigami, n=64, low=-np.pi, high=np.pi, seeds=2), [MU])
    convergence = made.tables()["convergence"]
    assert sorted(convergence["n"].unique()) == prefixes(64) == [8, 16, 32, 64]
    last = convergence[convergence["n"] == 64].set_index("parameter")["total"]
    assert last.to_dict() == pytest.approx(made.table.set_index("parameter")["total"].to_dict())


def test_points_in_another_order_are_refused() -> None:
    for kind, n in (("saltelli", 8), ("morris", 4)):
        told = sampled(kind, chaotic, n=n, seeds=2)
        shuffled = Cases(told.varied.iloc[::-1].sort_values("x0"), told.runs, told.seeds, told.method)
        with pytest.raises(SettingError, match=r"do not (stand in its order|form trajectories)"):
            sensitivity(shuffled, [MU])
        kept = told.varied.iloc[:-1]
        with pytest.raises(SettingError, match="points are missing or were added"):
            sensitivity(Cases(kept, told.runs[told.runs["point"].isin(kept.index)], told.seeds, told.method), [MU])


def test_other_designs_and_crossed_levels_are_refused_in_words() -> None:
    told = sampled("saltelli", chaotic, n=4, seeds=2)
    with pytest.raises(SettingError, match=r"kind latin_hypercube; sensitivity indices need morris or saltelli"):
        sensitivity(Cases(told.varied, told.runs, told.seeds, {"kind": "latin_hypercube"}), [MU])
    crossed = pd.concat([told.varied.assign(funding="none"), told.varied.assign(funding="constant").rename("b{}".format)])
    runs = pd.concat([told.runs, told.runs.assign(point=told.runs["point"].map("b{}".format))])
    both = Cases(crossed, runs, told.seeds, told.method)
    with pytest.raises(SettingError, match=r"crosses funding: .* --where funding=none"):
        sensitivity(both, [MU])
    assert "only where funding is constant" in sensitivity(both, [MU], where={"funding": "constant"}).cases.notes


def test_a_hole_in_the_design_is_refused_and_no_zero() -> None:
    told = sampled("saltelli", chaotic, n=4, seeds=2)
    with pytest.raises(SettingError, match="1 run of the design is missing: point 00003 with seed 1"):
        sensitivity(Cases(told.varied, told.runs.drop(index=7), told.seeds, told.method), [MU])
    holed = told.runs.copy()
    holed.loc[7, MU] = np.nan
    with pytest.raises(SettingError, match="no number in 1 of 40 runs, the first at point 00003 with seed 1"):
        sensitivity(Cases(told.varied, holed, told.seeds, told.method), [MU])


def test_the_answer_is_kept_as_tables_figures_and_a_page(tmp_path) -> None:
    made = sensitivity(sampled("morris", chaotic, n=6), [MU, "members_mean>2"])
    files = {path.relative_to(tmp_path).as_posix() for path in made.save(tmp_path)}
    assert {"report.html", "report.md", "indices.csv", "seed_share.csv", "convergence.csv", "figures/members_mean.png",
            "figures/members_mean_convergence.svg", "figures/seed_share.png"} <= files  # fmt: skip
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "What may be said" in page
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    sensitivity(sampled("morris", chaotic, n=6), [MU, "members_mean>2"]).save(tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

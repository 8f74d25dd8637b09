"""What causes what: Shapley values on games with known answers, factorials of worlds with known causes, bad input."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import toy_causes as toy
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from toy_causes import FIRMS, MONEY, made

import sim.cli
from sim.cli.codes import FAILED_RUNS, FINE, INTERRUPTED, WRONG_USE
from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.parameters import SettingError
from sim.records.files import OutputError
from sim.records.outcomes import outcomes_of
from sim.studies.attribution import Attribution, Cause, Factorial, chosen, read, shipped
from sim.studies.attribution.effects import CHANCE, YEARS
from sim.studies.attribution.shapley import (
    interaction_weights,
    last_weights,
    members,
    shapley_weights,
    total_weights,
)

GAMES = arrays(float, 16, elements=some.floats(-100, 100))


def row(found: Attribution, transition: str, measure: str, cause: str) -> pd.Series:
    table = found.effects.causes
    (one,) = table[(table["transition"] == transition) & (table["measure"] == measure) & (table["cause"] == cause)].index
    return table.loc[one]


def total(found: Attribution, transition: str, measure: str) -> pd.Series:
    table = found.effects.totals
    (one,) = table[(table["transition"] == transition) & (table["measure"] == measure)].index
    return table.loc[one]


# -- the arithmetic --------------------------------------------------------------------------------------------------


@given(GAMES)
def test_shapley_values_sum_to_the_total_effect(game: np.ndarray) -> None:
    assert math.isclose((shapley_weights(4) @ game).sum(), float((total_weights(4) @ game)[0]), abs_tol=1e-9)


@given(GAMES)
def test_a_cause_that_changes_nothing_gets_nothing(game: np.ndarray) -> None:
    null = np.array([game[number & ~4] for number in range(16)])
    assert np.isclose(shapley_weights(4)[2] @ null, 0.0, atol=1e-9)
    pairs, weights = interaction_weights(4)
    assert np.allclose([weights[at] @ null for at, pair in enumerate(pairs) if 2 in pair], 0.0, atol=1e-9)


@given(GAMES)
def test_causes_that_could_change_places_get_the_same(game: np.ndarray) -> None:
    swapped = [number & ~3 | (number & 1) << 1 | number >> 1 & 1 for number in range(16)]
    shares = shapley_weights(4) @ (game + game[swapped])
    assert math.isclose(shares[0], shares[1], abs_tol=1e-9)


def test_a_game_worked_out_by_hand() -> None:
    """Three causes; the first two are worth 6 only together, the third 3 alone: 3, 3 and 3; the pair interacts by 6."""
    game = np.array([6.0 * (number & 3 == 3) + 3.0 * (number >> 2) for number in range(8)])
    assert np.allclose(shapley_weights(3) @ game, [3.0, 3.0, 3.0])
    assert np.allclose(last_weights(3) @ game, [6.0, 6.0, 3.0])
    pairs, weights = interaction_weights(3)
    assert dict(zip(pairs, weights @ game, strict=True)) == pytest.approx({(0, 1): 6.0, (0, 2): 0.0, (1, 2): 0.0})
    assert members(6, 3) == (1, 2)


# -- worlds with known causes ----------------------------------------------------------------------------------------


def test_known_causes_get_their_shares(tmp_path: Path) -> None:
    found = made(tmp_path / "out", overrides=["noise=1"])
    assert row(found, "opening", YEARS, "money")["share"] == pytest.approx(8 / 12)
    assert row(found, "opening", YEARS, "firms")["share"] == pytest.approx(4 / 12)
    assert row(found, "opening", YEARS, "idle")["share"] == pytest.approx(0.0)
    lead = [row(found, "industry_led", measure, "money") for measure in (CHANCE, YEARS)]
    assert [one["share"] for one in lead] == pytest.approx([0.5, 0.5])
    assert (lead[0]["with_all"], lead[0]["without_it"]) == (1.0, 0.0)
    assert (lead[1]["with_all"], lead[1]["without_it"]) == pytest.approx((2010.8, 2026.0), abs=0.4)
    assert row(found, "opening", YEARS, "money")["without_it"] == pytest.approx(2007.0, abs=0.4)


def test_shares_of_next_to_nothing_are_refused_in_words(tmp_path: Path) -> None:
    found = made(tmp_path / "out")
    for transition in ("founding", "bi_national"):
        assert "too little to share out" in total(found, transition, YEARS)["refusal"]
        assert math.isnan(row(found, transition, YEARS, "money")["share"])
        assert row(found, transition, YEARS, "money")["shapley"] == pytest.approx(0.0)
    assert "too little to share out" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_an_effect_that_the_seeds_do_not_decide_is_not_shared_out(tmp_path: Path) -> None:
    found = made(tmp_path / "one", seeds=2, overrides=["noise=1"])
    assert total(found, "opening", YEARS)["refusal"] == ""
    from sim.studies.attribution.effects import Interval, refusal

    assert "cannot tell" in refusal(Interval(2.0, -1.0, 5.0), YEARS)
    assert "one seed gives no interval" in refusal(Interval(2.0, math.nan, math.nan), YEARS)


def test_intervals_hold_the_truth_and_narrow_with_seeds(tmp_path: Path) -> None:
    few, many = (made(tmp_path / str(seeds), (MONEY, FIRMS), seeds, overrides=["noise=1"]) for seeds in (5, 40))
    shares = [row(each, "industry_led", YEARS, "money") for each in (few, many)]
    widths = [one["shapley_high"] - one["shapley_low"] for one in shares]
    assert widths[1] < widths[0]
    assert all(one["shapley_low"] <= 7.5 <= one["shapley_high"] for one in shares)


def test_the_words_shapley_share_stand_over_every_table(tmp_path: Path) -> None:
    from sim.cli.attribute import summary

    found = made(tmp_path / "out")
    told = summary(found)
    assert told.count("Shapley share of each cause") == 4
    assert "In this model" in told
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("Shapley share of each cause") == 4
    assert {path.name for path in found.files} >= {"report.html", "report.md", "attribution.csv", "attribution.png"}


# -- the study -------------------------------------------------------------------------------------------------------


def test_a_cause_that_needs_another_shares_its_worlds() -> None:
    crossed = Factorial(shipped())
    assert (len(crossed), len(crossed.worlds)) == (64, 48)
    assert crossed.point(crossed.worlds[0]).overrides == ()
    names = [crossed.causes[cause].name for cause in members(crossed.world_of(0b001000), 6)]
    assert names == [], "without mergers foreign ownership has nothing to act on"


def test_worlds_without_mergers_are_the_same_with_and_without_borders() -> None:
    told = [outcomes_of(ConsortiumModel(compose(["horizon.years=12", "merger=blocked", *more]), 5).run())
            for more in ([], ["merger.across_borders=false"])]  # fmt: skip
    assert np.array_equal(list(told[0].values()), list(told[1].values()), equal_nan=True)


def test_an_attribution_broken_off_goes_on(tmp_path: Path) -> None:
    place = [f"place={tmp_path}"]
    broken = made(tmp_path / "out", overrides=place, simulate=toy.interrupted)
    assert broken.effects is None
    from sim.cli.attribute import verdict

    assert verdict(broken) == INTERRUPTED
    (tmp_path / "calm").touch()
    whole = made(tmp_path / "out", overrides=place, simulate=toy.interrupted)
    straight = made(tmp_path / "at once", overrides=place)
    assert verdict(whole) == FINE
    pd.testing.assert_frame_equal(whole.effects.causes, straight.effects.causes)


def test_a_seed_with_a_failed_world_is_left_out_and_named(tmp_path: Path) -> None:
    from sim.cli.attribute import verdict

    found = made(tmp_path / "out", simulate=toy.unlucky)
    assert found.held.left_out == (5002,)
    assert len(found.held.seeds) == 5
    assert "left out for a failed run: 5002" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert verdict(found) == FAILED_RUNS


def test_the_number_of_seeds_is_argued_from_a_pilot(tmp_path: Path) -> None:
    found = made(tmp_path / "out", seeds=None, overrides=["noise=3"])
    told = pd.read_csv(tmp_path / "out" / "replicates.csv")
    assert found.study.manifest["runs"] == 8 * told["needed"].max()
    assert "power" in found.argument


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my life's work", encoding="utf-8")
    with pytest.raises(OutputError, match="holds other things"):
        made(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


# -- causes of one's own ---------------------------------------------------------------------------------------------


def test_the_shipped_causes_change_the_settings() -> None:
    from sim.studies.attribution.causes import refuse_settled

    refuse_settled(shipped(), [], compose)
    assert [cause.name for cause in shipped()] == [
        "money_cut", "mergers", "flash", "foreign_ownership", "association", "legal_shelter",
    ]  # fmt: skip


def test_causes_of_ones_own_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("fees: {without: charter.fee_factor=0.5, with: [charter.fee_factor=2], label: high fees}", encoding="utf-8")
    assert [cause.name for cause in chosen((), file)] == ["fees"]
    own, flash = chosen(["fees", "flash"], file)
    assert own == Cause("fees", "high fees", ("charter.fee_factor=0.5",), ("charter.fee_factor=2",))
    assert own.overrides(True) == ("charter.fee_factor=2",)
    assert flash.overrides(True) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no causes"),
        ("[a, b]", "holds no causes"),
        ("a: [flash=none", "cannot be read as a file of causes"),
        ("a: flash=none", "does not say what takes it away"),
        ("a: {label: x}", "`without` is missing"),
        ("a: {without: [flash]}", "is a list of overrides"),
        ("a: {withut: [flash=none]}", "nobody reads withut. Did you mean without"),
        ("a b: {without: [flash=none]}", "write its name with letters"),
        ("a: {without: [flash=none], acts: mergers_abrod}", "mergers_abrod, which is no outcome. Did you mean mergers_abroad"),
        ("a: {without: [flash=none], needs: mergrs}", "needs mergrs, which is no cause. Did you mean mergers"),
        ("a: {without: [flash=none]}\nb: {without: [flash=slow]}", "a and b both set flash"),
    ],
)
def test_a_wrong_file_of_causes_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=words.replace("(", r"\(")):
        chosen((), file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"nowhere\.yaml cannot be read"):
        read(tmp_path / "nowhere.yaml")


def test_causes_that_cannot_be_crossed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"there is no cause flsh\. Did you mean flash"):
        chosen(["flsh"])
    with pytest.raises(SettingError, match="named twice"):
        chosen(["flash", "flash"])
    with pytest.raises(SettingError, match="leave out the override, or the cause"):
        made(tmp_path / "out", overrides=["money=1"])
    with pytest.raises(SettingError, match="takes nothing away"):
        made(tmp_path / "out", (Cause("same", "same", ("money=1",)),))
    file = tmp_path / "many.yaml"
    file.write_text("\n".join(f"c{k}: {{without: [x{k}=1]}}" for k in range(11)), encoding="utf-8")
    with pytest.raises(SettingError, match="11 causes make 2048 worlds"):
        chosen((), file)


@pytest.mark.parametrize(
    "arguments",
    [["--causes", "flsh"], ["--file", "nowhere.yaml"], ["merger=blocked"], ["flash=nne"]],
    ids=["unknown cause", "no file", "settled", "unknown choice"],
)
def test_wrong_use_is_one_sentence(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert sim.cli.main(["attribute", *arguments, "--output", str(tmp_path / "out"), "--quiet"]) == WRONG_USE
    said = capsys.readouterr().err
    assert said.startswith("consortium: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["1", "none", "2.5"])
def test_a_wrong_number_of_seeds_is_refused(text: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        sim.cli.main(["attribute", "--replicates", text])
    assert "write a number of seeds, or auto" in capsys.readouterr().err


@pytest.mark.slow
def test_the_cut_of_public_money_opens_the_doors(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    asked = ["attribute", "--causes", "money_cut", "--replicates", "8", "--output", str(tmp_path / "out")]
    assert sim.cli.main(asked) == FINE
    told = pd.read_csv(tmp_path / "out" / "attribution.csv").set_index(["transition", "measure"])
    assert told.loc[("opening", CHANCE), "effect"] > 0.3
    assert told.loc[("opening", CHANCE), "share"] == pytest.approx(1.0), "the only cause has the whole of it"
    assert "Shapley share" in capsys.readouterr().out

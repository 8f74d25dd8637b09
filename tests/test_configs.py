"""The shipped choices: each says what it is and where it comes from, composes, does what it is named for."""

import dataclasses
import re

import numpy as np
import pytest
import yaml

from sim.configuration import choices, compose, composed, groups
from sim.consortium.charter import Charter
from sim.parameters import SettingError, declared, validate
from sim.settings import Settings

EVERY = [(group, choice) for group in groups() for choice in choices(group)]
EXPECTED = {
    "scenario": {"historical", "frozen_1991", "no_consortium", "steady_money", "money_later", "flash_later", "china"},
    "population": {"storage_1991", "with_china"},
    "funding": {"historical", "constant", "government_led", "matching", "rolling", "volatile", "austerity",
                "counter_cyclical", "none", "national_mission", "tax_credit"},
    "shocks": {"none", "core_member_leaves", "makers_merge", "appropriation_cut", "flash_falls_faster", "country_closes",
               "association_withdraws", "recession"},
    "merger": {"endogenous", "blocked", "replayed", "by_chance", "distress_only"},
    "flash": {"historical", "none", "fast", "slow"},
    "association": {"idema", "none", "strong"},
    "charter": {"nsic", "insic", "astc", "asrc", "src_japan", "sematech_1987", "vlsi_project", "mcc", "imec",
                "nsf_centre", "european_joint_undertaking", "chinese_enterprise_led"},
}  # fmt: skip


def unlike(one: object, other: object) -> set[str]:
    """The dotted names whose values differ between two settings."""
    found = set()
    for field in dataclasses.fields(one):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if dataclasses.is_dataclass(left):
            found |= {f"{field.name}.{name}" for name in unlike(left, right)}
        elif left != right:
            found.add(field.name)
    return found


@pytest.mark.parametrize("group", EXPECTED)
def test_every_promised_choice_is_shipped(group: str) -> None:
    assert set(choices(group)) >= EXPECTED[group]


@pytest.mark.parametrize(("group", "choice"), EVERY)
def test_every_choice_composes_and_is_valid(group: str, choice: str) -> None:
    made = composed([f"{group}={choice}"])
    assert made.choices[group] == choice
    validate(made.settings)


@pytest.mark.parametrize(("group", "choice"), EVERY)
def test_every_choice_says_what_it_is_and_where_it_comes_from(group: str, choice: str) -> None:
    lines = choices(group)[choice].read_text(encoding="utf-8").splitlines()
    told = next(line for line in lines if not line.startswith("# @package"))
    assert re.fullmatch(r"# [A-Z].{20,}\(source: .+\)\.", told), told
    assert all(len(line) <= 240 for line in lines)


@pytest.mark.parametrize("group", ["funding", "charter", "merger", "flash", "association", "population", "shocks"])
def test_a_choice_writes_only_settings_of_its_own_group(group: str) -> None:
    known = {
        told.name.split(".")[1].removesuffix("[]")
        for told in declared(Settings)
        if told.name.startswith(f"{group}.")
    }
    for choice, file in choices(group).items():
        assert set(yaml.safe_load(file.read_text(encoding="utf-8"))) <= known, choice


def test_choosing_nothing_is_what_the_declarations_say() -> None:
    labels = {"charter.label", "charter.source", "sister_charter.source"}
    assert unlike(compose(), Settings()) == labels


@pytest.mark.parametrize(
    ("override", "changed"),
    [
        ("scenario=frozen_1991", {"drivers.frozen", "scenario.label"}),
        ("scenario=no_consortium", {"scenario.consortia", "scenario.label"}),
        ("scenario=steady_money", {"funding.regime", "scenario.label"}),
        ("scenario=money_later", {"drivers.shift_public_money_years", "scenario.label"}),
        ("scenario=flash_later", {"drivers.shift_flash_years", "scenario.label"}),
        ("funding=tax_credit", {"funding.tax_credit"}),
        ("merger=blocked", {"merger.rule"}),
        ("flash=none", {"flash.available"}),
        ("association=none", {"association.exists"}),
    ],
)
def test_a_scenario_changes_what_it_says_and_nothing_else(override: str, changed: set[str]) -> None:
    assert unlike(compose([override]), compose()) == changed


def test_the_regime_of_each_funding_choice_is_its_name() -> None:
    for choice in set(choices("funding")) - {"tax_credit"}:
        assert compose([f"funding={choice}"]).funding.regime == choice


def test_a_choice_of_ones_own_stands_before_that_of_a_scenario() -> None:
    made = composed(["scenario=steady_money", "funding=none"])
    assert made.settings.funding.regime == made.choices["funding"] == "none"


@pytest.mark.parametrize("choice", choices("charter"))
def test_a_charter_is_the_same_for_either_country(choice: str) -> None:
    made = composed([f"charter={choice}", f"charter@sister_charter={choice}"])
    assert made.choices["charter@sister_charter"] == choice
    assert made.settings.charter == made.settings.sister_charter


def test_one_term_of_a_chosen_charter_may_be_changed() -> None:
    made = compose(["charter=mcc", "charter@sister_charter=imec", "charter.fee_factor=2"])
    assert made.charter == dataclasses.replace(compose(["charter=mcc"]).charter, fee_factor=2.0)
    assert made.sister_charter.fee_factor == 1.0


@pytest.mark.parametrize(
    ("override", "words"),
    [("charter@sister_charter=zz", "no choice of charter"), ("charter@nobody=imec", "no setting")],
)
def test_a_charter_for_nobody_is_refused(override: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        compose([override])


@pytest.mark.parametrize("choice", choices("charter"))
def test_every_charter_has_a_name_a_source_and_votes(choice: str) -> None:
    charter = compose([f"charter={choice}"]).charter
    charter.check()
    assert charter.label != Charter().label
    assert charter.source
    revenue = np.array([5000.0, 10.0])
    assert charter.votes(revenue)[0] > 0
    assert charter.fee(revenue)[0] >= charter.fee(revenue)[1] > 0


def test_a_charter_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(SettingError, match="core_tiers"):
        compose(["charter=mcc", "charter.core_tiers=2"])

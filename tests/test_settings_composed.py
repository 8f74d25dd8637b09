"""Overrides become checked settings, or a sentence that says what to write."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sim.composer import Composer
from sim.configuration import composed, given, resolved
from sim.parameters import SettingError, parameter


@dataclass
class Funding:
    regime: str = parameter(
        "historical", unit="", kind="lever", choices=["historical", "constant"],
        meaning="how the appropriation moves", source="section 7",
    )  # fmt: skip
    cut: float = parameter(
        0.2,
        unit="share",
        low=0.0,
        high=1.0,
        kind="uncertainty",
        meaning="a cut in bad years",
        source="section 7",
    )


@dataclass
class Tier:
    name: str = parameter("core", unit="", kind="lever", meaning="name of a tier", source="F44")
    fee_musd: float = parameter(
        0.25, unit="million US dollars a year", low=0.0, high=10.0, kind="lever", meaning="fee", source="F44"
    )


@dataclass
class Charter:
    tiers: list[Tier] = parameter([Tier()], unit="", kind="lever", meaning="the tiers", source="F44")
    shares: list[float] = parameter(
        [0.9, 0.1], unit="share", low=0.0, high=1.0, kind="lever", meaning="money split", source="F81"
    )

    def check(self) -> None:
        if abs(sum(self.shares) - 1.0) > 1e-9:
            raise SettingError("the shares of the money add up to something else than 1.")


@dataclass
class Membership:
    patience_years: int = parameter(
        2, unit="years", low=0, high=10, kind="uncertainty", meaning="patience of a member", source="F44"
    )
    pays: bool = parameter(True, unit="", kind="lever", meaning="whether members pay", source="F44")


@dataclass
class Toy:
    funding: Funding = field(default_factory=Funding)
    charter: Charter = field(default_factory=Charter)
    membership: Membership = field(default_factory=Membership)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "config": "defaults:\n  - schema\n  - funding: historical\n  - charter: nsic\n  - _self_\n",
        "funding/historical": "regime: historical\n",
        "funding/constant": "regime: constant\ncut: 0.0\n",
        "charter/nsic": "tiers:\n  - {name: core, fee_musd: 0.5}\n  - {name: other, fee_musd: 0.1}\n",
        "charter/broken": "shares: [0.9, 0.3]\n",
        "charter/misspelt": "shares: [0.9, 0.1]\ntiets: []\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def composer(folder: Path) -> Composer:
    return Composer(Toy, folder)


def test_defaults_come_from_the_schema_and_the_chosen_files(composer: Composer) -> None:
    settings = composer.compose().settings
    assert isinstance(settings, Toy)
    assert settings.membership.patience_years == 2
    assert settings.charter.tiers == [Tier("core", 0.5), Tier("other", 0.1)]


def test_choices_and_overrides_are_kept(composer: Composer) -> None:
    composed = composer.compose(["funding=constant", "membership.patience_years=5", "funding.cut=0.3"])
    assert composed.choices == {"funding": "constant", "charter": "nsic"}
    assert composed.overrides == ("funding=constant", "membership.patience_years=5", "funding.cut=0.3")
    assert (composed.settings.funding.regime, composed.settings.funding.cut) == ("constant", 0.3)
    assert composed.settings.membership.patience_years == 5


def test_lists_and_records_can_be_written(composer: Composer) -> None:
    settings = composer.compose(
        ["charter.shares=[0.5,0.5]", "charter.tiers=[{name: all, fee_musd: 1}]"]
    ).settings
    assert settings.charter.shares == [0.5, 0.5]
    assert settings.charter.tiers == [Tier("all", 1.0)]


def test_resolved_is_plain(composer: Composer) -> None:
    plain = resolved(composer.compose().settings)
    assert plain["charter"]["tiers"][0] == {"name": "core", "fee_musd": 0.5}
    assert type(plain["charter"]["shares"]) is list


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("membership.patience=3", ["membership.patience is no setting", "membership.patience_years"]),
        ("patience_years=3", ["no setting", "membership.patience_years"]),
        ("membershp.pays=false", ["Did you mean membership.pays"]),
        ("zzz=3", ["no setting", "consortium list parameters"]),
        ("+membership.patience_years=3", ["not added", "membership.patience_years=value"]),
        ("++funding.cut=0.1", ["not added", "write funding.cut=value"]),
        ("~funding", ["not added or removed"]),
        ("funding", ["group=choice or group.name=value"]),
        ("funding=generous", ["no choice of funding", "constant, historical"]),
        ("funding.cut=2", ["funding.cut=2", "out of range", "a cut in bad years", "share", "0 to 1"]),
        ("funding.cut=nan", ["not a finite number"]),
        ("funding.cut=much", ["funding.cut", "a cut in bad years", "share", "0 to 1", "funding.cut=0.2"]),
        ("membership.patience_years=2.5", ["membership.patience_years", "years", "0 to 10"]),
        ("membership.pays=7x", ["membership.pays", "whether members pay"]),
        ("funding.regime=generous", ["not one of the choices", "historical, constant"]),
        ("charter.shares=[0.5,0.6]", ["charter:", "something else than 1"]),
        ("charter=broken", ["charter:", "something else than 1"]),
        ("charter=misspelt", ["tiets", "charter.tiers"]),
        ("charter.tiers=[{name: core, fee_musd: 99}]", ["charter.tiers[0].fee_musd=99", "0 to 10"]),
        ("charter.tiers=[{name: core, cost: 9}]", ["cost"]),
        ("funding.cut=0.1,0.2", ["funding.cut"]),
        ("hydra.run.dir=x", ["no setting"]),
        ("funding.cut=", ["funding.cut"]),
        ("funding.cut=[", ["funding.cut=["]),
    ],
)
def test_refused_in_words(composer: Composer, override: str, words: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        composer.compose([override])
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_a_folder_of_ones_own_adds_choices(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("my configs")
    (own / "charter").mkdir()
    (own / "charter" / "mine.yaml").write_text("shares: [0.4, 0.6]\n", encoding="utf-8")
    composed = Composer(Toy, folder, own).compose(["charter=mine"])
    assert composed.settings.charter.shares == [0.4, 0.6]
    assert composed.choices["charter"] == "mine"


def test_a_missing_folder_of_ones_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no folder of configs"):
        composed(configs=tmp_path / "missing")


def test_values_after_a_composed_choice_leave_the_choice_alone(composer: Composer) -> None:
    assert composer.compose(["funding=constant", "funding.cut=0.4"]).settings.funding.cut == 0.4
    assert composer.compose(["charter.tiers=[]", "funding=constant"]).settings.charter.tiers == []
    again = composer.compose(["funding=constant"]).settings
    assert (again.funding.cut, len(again.charter.tiers)) == (0.0, 2)


def test_any_folder_and_a_notebook_with_its_own_hydra(composer: Composer, tmp_path: Path) -> None:
    from hydra import compose, initialize_config_dir

    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        with initialize_config_dir(str(tmp_path), version_base="1.3"):
            assert composer.compose(["funding=constant"]).settings.funding.cut == 0.0
            assert compose("config").charter.shares == [0.9, 0.1]
    finally:
        os.chdir(before)
    assert composer.compose().settings.funding.cut == 0.2


def test_ready_settings_are_checked_too() -> None:
    settings = Toy()
    assert given(settings).settings is settings
    settings.funding.cut = 3.0
    with pytest.raises(SettingError, match=r"funding\.cut=3 is out of range"):
        given(settings)

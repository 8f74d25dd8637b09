"""Bad input: refused in a sentence that names what is wrong and what to write, before anything is run."""

from pathlib import Path

import pytest

from sim.configuration import compose
from sim.consortium.charter import Charter, Tier
from sim.model import ConsortiumModel
from sim.parameters import SettingError, validate
from sim.population import LINES
from sim.settings import Settings


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("membership.patience=3", "patience"),
        ("+membership.patience_years=3", "patience_years"),
        ("no_such_group=historical", "no_such_group"),
        ("funding=generous", "historical"),
        ("horizon.years=long", "horizon.years"),
        ("horizon.years=2.5", "horizon.years"),
        ("horizon.years=0", "length of the run"),
        ("horizon.years=-3", "1 to 100"),
        ("charter.majority=0.3", "0.5 to 1"),
        ("charter.majority=1.01", "share of votes"),
        ("charter.fee_factor=nan", "fee_factor"),
        ("drivers.frozen=maybe", "drivers.frozen"),
        ("charter.membership=club", "domestic, open"),
        ("charter.media=[disk,paper]", "paper"),
        ("charter.media=[]", "at least one of disk"),
        ("charter.media=[disk,disk]", "twice"),
        ("charter.core_tiers=7", "4 tiers"),
        ("charter.branches=[Japan]", "two countries"),
        ("sister_charter.full_share=0.8 sister_charter.travel_share=0.5", "more than one"),
        ("charter.fee_floor_musd=2 charter.fee_cap_musd=1", "exchange"),
        ("charter.tiers=[{from_revenue_musd:10,fee_musd:1,executive_seats:1}]", "from_revenue_musd: 0"),
        ("charter.tiers=[{from_revenue_musd:0,fee_musd:1}] charter.core_tiers=1", "executive_seats: 1"),
    ],
)
def test_refused_with_a_sentence(override: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        compose(override.split(" "))
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500


def test_an_unknown_key_names_what_is_near() -> None:
    with pytest.raises(SettingError, match=r"belonging\.patience_years"):
        compose(["belonging.patience_yaers=3"])


def test_a_refusal_says_meaning_unit_range_and_what_to_write() -> None:
    with pytest.raises(SettingError) as caught:
        compose(["belonging.patience_years=99"])
    for part in (
        "belonging.patience_years=99",
        "out of range",
        "years of disappointment",
        "0 to 8",
        "Write for example",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tiers": []}, "tiers"),
        ({"tiers": [Tier(0.0, 0.1, 1), Tier(10.0, 0.1)]}, "largest"),
        ({"tiers": [Tier(10.0, 0.1, 1), Tier(0.0, 0.1, 0, 0, 1)], "core_tiers": 1}, "below core_tiers"),
        ({"full_share": 0.7, "travel_share": 0.4, "core_tiers": 3}, "lower one"),
    ],
)
def test_a_charter_that_contradicts_itself_is_refused(change: dict, said: str) -> None:
    settings = Settings()
    settings.charter = Charter(**({"core_tiers": 1} | change))
    with pytest.raises(SettingError, match="charter") as caught:
        validate(settings)
    assert said in str(caught.value)
    with pytest.raises(SettingError):
        ConsortiumModel(settings)


def population(folder: Path, *rows: dict[str, str]) -> str:
    """A data file of firms; its absolute path."""
    columns = ["name", "country", *LINES, "rd_intensity"]
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    file = folder / "firms.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def test_a_population_without_drive_makers_is_refused(tmp_path: Path) -> None:
    file = population(tmp_path, {"name": "Heads Ltd", "country": "Japan", "heads": "50"})
    with pytest.raises(SettingError, match="no drive maker"):
        ConsortiumModel(compose([f"population.firms={file}"]))


def test_one_maker_is_a_population(tmp_path: Path) -> None:
    file = population(
        tmp_path,
        {"name": "Drives Inc", "country": "United States", "drives": "5000"},
        {"name": "Heads Ltd", "country": "Japan", "heads": "50"},
    )
    model = ConsortiumModel(compose([f"population.firms={file}", "horizon.years=3"])).run()
    assert model.accounts.imbalance() == 0


@pytest.mark.parametrize("setting", ["population.firms", "population.universities", "home.money_file"])
def test_a_missing_data_file_is_refused_by_name(setting: str) -> None:
    with pytest.raises(SettingError, match=r"no data file population/no_such_file\.csv"):
        ConsortiumModel(compose([f"{setting}=population/no_such_file.csv", "horizon.years=1"])).run()


def test_a_single_month_and_a_single_year_run() -> None:
    model = ConsortiumModel(compose(["horizon.years=1"]), seed=1)
    model.step()
    assert model.month == 1
    assert ConsortiumModel(compose(["horizon.years=1"]), seed=1).run().month == 12


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**62])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert ConsortiumModel(compose(["horizon.years=1"]), seed=seed).run().month == 12

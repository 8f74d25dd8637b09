"""Bad input: refused in a sentence that names what is wrong and what to write, before anything is run."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from sim import paths
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
        ("horizon.years=2.5", "horizon.years: 2.5 is not a whole number. It is: length of the run"),
        ("horizon.years=", "nothing is not a whole number"),
        ("belonging.patience_years=abc", "abc is not a number"),
        ("flash.available=none", "none is not true or false"),
        ("drivers.frozen=2", "2 is not true or false"),
        ("charter.media=disk", "not a list"),
        ("charter.media=[disk", "Lists are written [a,b]"),
        ("horizon=3", "Write one of them: horizon.first_year"),
        ("charter.tiers=3", "a list of records, each with from_revenue_musd"),
        ("home.country=", "country= is empty"),
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


FILES = {
    "population.firms": "population/firms_1991.csv",
    "population.universities": "population/universities_1991.csv",
    "home.money_file": "drivers/public_money_us.csv",
    "sister.money_file": "drivers/public_money_japan.csv",
}


@pytest.mark.parametrize(("setting", "like"), FILES.items())
def test_a_missing_data_file_is_refused_by_name(setting: str, like: str) -> None:
    with pytest.raises(SettingError, match=r"no data file nowhere\.csv") as caught:
        compose([f"{setting}=nowhere.csv"])
    said = str(caught.value)
    assert setting.rpartition(".")[2] in said
    assert like.replace("japan", "us") in said
    assert "absolute path" in said


def edited(folder: Path, setting: str, change: Callable[[list[list[str]]], object]) -> str:
    """A shipped data file after a change of its lines, as an override."""
    with open(paths.data(FILES[setting]), encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    change(lines)
    mine = folder / "mine.csv"
    with open(mine, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return f"{setting}={mine}"


def put(line: int, column: int, field: str) -> Callable[[list[list[str]]], object]:
    """A change of one field."""
    return lambda lines: lines[line].__setitem__(column, field)


@pytest.mark.parametrize(
    ("setting", "change", "said"),
    [
        ("population.firms", put(0, 2, "disks"), "no column drives"),
        ("population.firms", put(1, 2, "-5"), "line 2 (Seagate), column drives: -5 cannot be"),
        ("population.firms", put(1, 2, "much"), "at least 0, or leave it empty"),
        ("population.firms", put(2, 3, "nan"), "column heads: nan"),
        ("population.firms", put(1, 12, "6"), "from 0 to 1"),
        ("population.firms", put(2, 0, "Seagate"), "lines 2 and 3 have the same name"),
        ("population.firms", put(2, 1, ""), "column country: it is empty"),
        ("population.firms", lambda lines: lines[1].append("more"), "more fields than the head"),
        ("population.firms", list.clear, "no row"),
        ("population.universities", put(1, 7, "few"), "column staff: few"),
        ("population.universities", put(1, 2, ""), "column heads: it is empty. Write a number from 0 to 1."),
        ("population.universities", lambda lines: lines.__delitem__(slice(1, None)), "no row"),
        ("home.money_file", put(3, 1, "-1"), "line 4 (1992), column appropriation_musd: -1"),
        ("sister.money_file", put(0, 3, "storage"), "no column storage_commitments_musd"),
        ("sister.money_file", put(2, 0, "1991"), "lines 2 and 3 have the same year, 1991"),
    ],
)
def test_a_malformed_data_file_is_refused_by_line_and_column(setting, change, said, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        compose([edited(tmp_path, setting, change)])
    assert "mine.csv" in str(caught.value)
    assert said in str(caught.value)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes("name,country".encode("utf-16"))
    with pytest.raises(SettingError, match=r"mine\.csv cannot be read"):
        compose([f"population.firms={file}"])


def test_a_data_file_is_read_anew_after_a_correction(tmp_path: Path) -> None:
    wrong = edited(tmp_path, "home.money_file", put(1, 1, "x"))
    with pytest.raises(SettingError):
        compose([wrong])
    right = edited(tmp_path, "home.money_file", lambda lines: lines.reverse() or lines.insert(0, lines.pop()))
    assert right == wrong
    settings = compose([right, "horizon.years=2"])
    plain = compose(["horizon.years=2"])
    assert [g.committed for g in ConsortiumModel(settings).run().governments] == [
        g.committed for g in ConsortiumModel(plain).run().governments
    ]


def test_settings_made_in_python_are_held_to_the_same() -> None:
    settings = Settings()
    settings.home.money_file = "nowhere.csv"
    with pytest.raises(SettingError, match="home: money_file"):
        ConsortiumModel(settings)


def test_no_money_file_is_no_money() -> None:
    model = ConsortiumModel(compose(["home.money_file=", "horizon.years=2"])).run()
    assert model.governments[0].committed == 0.0


def test_a_single_month_and_a_single_year_run() -> None:
    model = ConsortiumModel(compose(["horizon.years=1"]), seed=1)
    model.step()
    assert model.month == 1
    assert ConsortiumModel(compose(["horizon.years=1"]), seed=1).run().month == 12


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**62])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert ConsortiumModel(compose(["horizon.years=1"]), seed=seed).run().month == 12

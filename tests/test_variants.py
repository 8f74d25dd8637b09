"""Other countries by configuration alone, and what the regimes do to whoever founds and opens."""

import csv
from pathlib import Path

import numpy as np
import pytest

from sim import paths
from sim.cli.run import stage_table
from sim.configuration import compose
from sim.government import tax_credits
from sim.model import ConsortiumModel
from sim.parameters import SettingError
from sim.records.run import Run
from sim.settings import Settings

CHINA = ["scenario=china"]


@pytest.fixture(scope="module")
def china() -> ConsortiumModel:
    return ConsortiumModel(compose([*CHINA, "horizon.years=12"]), 7).run()


def test_a_chinese_consortium_is_founded_and_its_lineage_is_the_one_that_is_followed(china: ConsortiumModel) -> None:
    founded = {row[3] for row in china.ledger.of("consortium_founded")}
    assert "China" in founded
    followed = {china.all_bodies[number].country for number in china.path().values()}
    assert followed == {"China"}
    assert 1 in china.stage_by_month()
    members = {firm.country for body in china.consortia if body.country == "China" for firm in body.members}
    assert members <= {"China"}
    assert china.accounts.imbalance() == 0


def test_the_mission_is_larger_than_the_level_and_for_those_who_are_behind(china: ConsortiumModel) -> None:
    government = china.governments[0]
    assert (government.country, government.funding.regime) == ("China", "national_mission")
    assert government.funding.domestic_only
    assert government.committed > 3.0 * government.funding.level_musd
    assert china.governments[1].funding.regime == "historical"


def test_latecomers_know_less_at_the_start() -> None:
    model = ConsortiumModel(compose(CHINA), 7)
    known = {firm.name: model.firms.know_how[firm.number].mean() for firm in model.living_firms()}
    abroad = np.mean([known[firm.name] for firm in model.living_firms() if firm.country == "United States"])
    assert 0.7 < known["Amethystum Storage"] / abroad < 0.85
    assert {university.country for university in model.universities} >= {"China", "Japan", "United States"}


def test_the_table_of_stages_of_another_country_shows_no_record(china: ConsortiumModel) -> None:
    told = stage_table(Run.of(china))
    assert "simulated (China)" in told
    assert "recorded" not in told


def further(folder: Path, **changes: str) -> str:
    """One firm in a further file."""
    with open(paths.data("population/firms_china.csv"), encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file)) | changes
    target = folder / "further.csv"
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    return f"population.further_firms={target}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Seagate"}, "line 2: Seagate stands in population/firms_1991.csv already"),
        ({"know_how": "2"}, "column know_how: 2 cannot be. Write a number from 0 to 1.5"),
        ({"drives": "-5"}, "column drives: -5 cannot be"),
    ],
)
def test_a_further_file_that_cannot_be_is_refused_with_its_line(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=words):
        compose([further(tmp_path, **changes)])


def test_a_further_firm_without_know_how_of_its_own_knows_what_others_know(tmp_path: Path) -> None:
    model = ConsortiumModel(compose([further(tmp_path, name="Newcomer", know_how="")]), 7)
    (firm,) = [firm for firm in model.living_firms() if firm.name == "Newcomer"]
    others = np.median(model.firms.know_how[: model.firms.count].mean(axis=(1, 2)))
    assert model.firms.know_how[firm.number].mean() == pytest.approx(others, rel=0.16)


def test_founders_count_on_the_match_of_a_body_that_is_not_there_yet() -> None:
    """Under matching nothing is given while nobody pays fees; founding is weighed with what would be given."""
    model = ConsortiumModel(compose(["funding=matching", "horizon.years=6"]), 4001).run()
    assert model.ledger.of("consortium_founded")
    government = model.governments[0]
    body = next(body for body in model.consortia if body.country == "United States")
    assert government.outside_proposals == 0.0
    fees = float(body.standing().fees.sum())
    assert body.expected_public() == pytest.approx(fees, rel=0.02)


def test_a_tax_credit_is_for_firms_of_the_reference_country() -> None:
    model = ConsortiumModel(compose(["funding.tax_credit=0.2"]), 3)
    paid = tax_credits(model)
    home = model.firms.countries.index("United States")
    assert set(paid[model.firms.country[: model.firms.count] == home]) == {0.2}
    assert set(paid[model.firms.country[: model.firms.count] != home]) == {0.0}
    assert not tax_credits(ConsortiumModel(compose(), 3)).any()


@pytest.mark.parametrize(("domestic", "keeps"), [("true", Settings().funding.open_keeps), ("false", 1.0)])
def test_money_for_domestic_firms_alone_is_what_a_body_loses_when_it_opens(domestic: str, keeps: float) -> None:
    model = ConsortiumModel(compose([f"funding.domestic_only={domestic}", "horizon.years=4"]), 4001).run()
    body = next(body for body in model.consortia if body.country == "United States")
    assert body.outlook().open_keeps == keeps
    assert model.governments[1].funding.domestic_only

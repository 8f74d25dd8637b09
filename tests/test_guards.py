"""Guards against dates in disguise (specification, section 2): remove the causes and the effects go."""

import ast
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from support import OLD, YOUNG, difference, many

import sim
from sim import paths
from sim.composer import Composer
from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.settings import Settings

PACKAGE = Path(sim.__file__).parent
RULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if not {"data", "cli", "report", "patterns", "records", "studies", "configs"}
    & set(path.relative_to(PACKAGE).parts[:-1])
]
NAMES = re.compile(
    r"\b(NSIC|INSIC|ASTC|ASRC|EHDR|INSIC|IDEMA|National Storage Industry|Information Storage Industry|"
    r"Advanced Storage|Seagate|IBM|Quantum|Maxtor|Western Digital|Hitachi|Toshiba|Fujitsu|Samsung|Conner)\b"
)
TOLD = {"source", "meaning", "prior"}  # what a declaration says about itself
FIRST_YEAR = {
    ("settings.py", 1991),
    ("settings.py", 1988),
    ("settings.py", 2010),
}  # default and range of the start of a run


def constants(path: Path) -> list[ast.Constant]:
    """The constants that a module acts on: no docstrings, no sources and meanings of declarations."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in TOLD:
            spared |= {id(inner) for inner in ast.walk(node.value)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(id(node.value))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in spared]


def test_no_rule_knows_a_year() -> None:
    found = [
        (path.name, int(node.value), node.lineno)
        for path in RULES
        for node in constants(path)
        if isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
        and float(node.value).is_integer()
        and 1950 <= node.value <= 2050
    ]
    assert [each for each in found if each[:2] not in FIRST_YEAR] == []


def test_no_rule_knows_a_consortium_or_a_firm_by_name() -> None:
    found = [
        (path.name, node.value, node.lineno)
        for path in RULES
        for node in constants(path)
        if isinstance(node.value, str) and NAMES.search(node.value)
    ]
    assert found == []


def test_the_search_for_years_and_names_finds_them(tmp_path: Path) -> None:
    planted = tmp_path / "rule.py"
    planted.write_text(
        '"""In 1999 NSIC."""\nif year == 2003.0:\n    body = "INSIC"\nparameter(1, source="ASTC 2011")\n'
    )
    assert [node.value for node in constants(planted) if node.value in (2003.0, "INSIC")] == [2003.0, "INSIC"]
    assert not any(str(node.value).startswith(("In 1999", "ASTC")) for node in constants(planted))


def test_charters_of_later_bodies_may_be_deleted_and_all_renamed(tmp_path: Path) -> None:
    """Without the files of INSIC, ASTC and ASRC, and with other names for the others, history is the same."""
    folder = tmp_path / "configs"
    shutil.copytree(paths.configs(), folder)
    for name in ("insic", "astc", "asrc"):
        (folder / "charter" / f"{name}.yaml").unlink()
    span = ["horizon.years=28"]
    labels = ["charter.label=One", "sister_charter.label=Other", "charter.source=none"]
    plain, bare = compose(span), Composer(Settings, folder).compose([*span, *labels]).settings
    one, other = (ConsortiumModel(settings, seed=9).run().ledger.rows for settings in (plain, bare))
    new = {plain.charter.label: "One", plain.sister_charter.label: "Other"}

    def renamed(text: str) -> str:
        for old, name in new.items():
            text = text.replace(old, name)
        return text

    assert [(month, kind, *map(renamed, words), terms) for month, kind, *words, terms in one] == [
        tuple(row) for row in other
    ]
    assert any(row[1] in ("charter_changed", "spin_off", "consortia_merged") for row in other)


# -- drivers cause what they cause -------------------------------------------------------------------------


@pytest.mark.slow
def test_money_later_opens_later() -> None:
    found = difference(many([]), many(["scenario=money_later"]), "wait_international")
    assert found.up, str(found)
    assert found.mean > 1.0, str(found)


@pytest.mark.slow
def test_flash_later_makes_the_industry_lead_later() -> None:
    found = difference(many([]), many(["scenario=flash_later"]), "wait_industry_led")
    assert found.up, str(found)
    assert found.mean > 1.0, str(found)


@pytest.mark.slow
def test_frozen_drivers_leave_few_transitions() -> None:
    found = difference(many([]), many(["scenario=frozen_1991"]), "stage_changes")
    assert found.treated < 0.5, str(found)
    assert found.treated < found.base / 4, str(found)


@pytest.mark.slow
def test_frozen_drivers_leave_no_hazard_that_rises_with_age() -> None:
    """Changes of charter a year of life: the share of the old must not exceed their share of the years."""
    told = {
        name: float(values.sum()) for name, values in many(["scenario=frozen_1991"], range(2001, 2097)).items()
    }
    old, young = told["changes_old"], told["changes_young"]
    years_old, years_young = told["years_old"], told["years_young"]
    assert years_old > 100, (
        f"too few consortia live to {OLD.start} years to say anything: {years_old:.0f} years"
    )
    share = years_old / (years_old + years_young)
    chance = (
        stats.binomtest(int(old), int(old + young), share, alternative="greater").pvalue
        if old + young
        else 1.0
    )
    said = (
        f"years {YOUNG.start}-{YOUNG.stop}: {young:.0f} changes in {years_young:.0f} years; "
        f"years {OLD.start}-{OLD.stop}: {old:.0f} in {years_old:.0f}; p = {chance:.3f}"
    )
    assert chance > 0.05, said


@pytest.mark.slow
def test_tossed_votes_lose_the_order_of_the_stages() -> None:
    tossed, weighed = (many(how)["stages_in_order"].mean() for how in (["governance.votes=coin"], []))
    assert tossed < 0.1, f"{tossed:.2f} of the runs in order by coin, {weighed:.2f} by deliberation"
    assert weighed > tossed + 0.2, f"{tossed:.2f} of the runs in order by coin, {weighed:.2f} by deliberation"


@pytest.mark.slow
def test_permuted_countries_move_the_opening() -> None:
    base, moved = many([]), many(["population.permute_countries=true"])
    found = difference(base, moved, "wait_international")
    assert found.up or found.down, str(found)
    assert np.mean(base["wait_international"] != moved["wait_international"]) > 0.5

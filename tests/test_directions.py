"""Directions that must come out (specification, section 11): turn one knob, the same seeds, say which way."""

import dataclasses

import numpy as np
import pytest
from support import Difference, Numbers, difference, many, paired

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.settings import Settings

pytestmark = pytest.mark.slow
BASE: list[str] = []


def effect(treatment: list[str], outcome: str, base: list[str] = BASE) -> Difference:
    """What a treatment changes in an outcome, against the base."""
    return difference(many(base), many(treatment), outcome)


# 1
def test_steady_appropriation_opens_later() -> None:
    found = effect(["funding=constant"], "wait_international")
    assert found.up, str(found)


# 2
def test_blocked_mergers_lower_the_share_of_the_largest_three() -> None:
    found = effect(["merger=blocked"], "concentration_top3")
    assert found.down, str(found)


def test_blocked_mergers_delay_the_industry_led_stage() -> None:
    found = effect(["merger=blocked"], "wait_industry_led")
    assert found.up, str(found)


# 3
@pytest.mark.parametrize("stage", ["industry_led", "bi_national"])
def test_without_flash_the_late_stages_come_less_often(stage: str) -> None:
    found = effect(["flash=none"], f"wait_{stage}")
    assert found.up, str(found)


def test_without_flash_fewer_members_leave() -> None:
    found = effect(["flash=none"], "exits")
    assert found.down, str(found)


def test_without_flash_fewer_members_leave_for_other_business() -> None:
    found = effect(["flash=none"], "exits_to_other_business")
    assert found.down, str(found)


# 4
@pytest.mark.parametrize("stage", ["industry_led", "bi_national"])
def test_without_an_association_the_late_stages_come_later(stage: str) -> None:
    found = effect(["association=none"], f"wait_{stage}")
    assert found.up, str(found)


MONTH, CUT = 132, 0.75  # fees change eleven years on, in January: by a quarter down, or doubled


# 5
CHEAP, DEAR = (
    ["charter.fee_factor=1", "governance.charter_fixed=true"],
    ["charter.fee_factor=2", "governance.charter_fixed=true"],
)


def test_higher_fees_mean_fewer_members() -> None:
    found = effect(DEAR, "members_mean", CHEAP)
    assert found.down, str(found)


def exits_after_a_rise(settings: Settings, seed: int) -> Numbers:
    """Exits in the four years after the fees of every consortium rise, and of the twin where they stay."""
    told = {}
    for name, factor in (("stay", 1.0), ("rise", 2.0)):
        model = ConsortiumModel(settings, seed)
        while model.month < MONTH + 48:
            if model.month == MONTH:
                for body in model.consortia:
                    dearer = factor * body.charter.fee_factor
                    body.charter = dataclasses.replace(body.charter, fee_factor=dearer)
            model.step()
        told[name] = float(sum(row[0] >= MONTH for row in model.ledger.of("left")))
    return told


def test_higher_fees_mean_more_exits() -> None:
    """The same members on the day on which the fees double."""
    told = many(["governance.charter_fixed=true", "horizon.years=15"], measure=exits_after_a_rise)
    found = paired(told["stay"], told["rise"], "exits in four years")
    assert found.up, str(found)


def test_at_the_extreme_the_consortium_dies() -> None:
    killed = many(["charter.fee_factor=100", "governance.charter_fixed=true"])
    assert killed["survival"].mean() == 0.0
    assert many(BASE)["survival"].mean() > 0.8


# 6


def starts_after_a_cut(settings: Settings, seed: int) -> Numbers:
    """Share of its project starts that a consortium loses in the year of a cut, against its twin without."""
    starts = []
    for factor in (1.0, CUT):
        model = ConsortiumModel(settings, seed)
        while model.month < MONTH:
            model.step()
        body = max(model.consortia, key=lambda each: len(each.projects), default=None)
        if body is None:
            return {"lost": float("nan")}
        body.charter = dataclasses.replace(body.charter, fee_factor=factor * body.charter.fee_factor)
        begun = 0.0
        for _ in range(12):
            model.step()
            begun += model.recorder.bodies[body.number][model.month - 1][_STARTED]
        starts.append(begun)
    return {"lost": 1.0 - starts[1] / starts[0] if starts[0] else float("nan")}


def _column(name: str) -> int:
    from sim.records.series import LINEAGE

    return list(LINEAGE).index(name)


_STARTED = _column("projects_started")


def test_longer_projects_make_a_cut_hit_starts_harder() -> None:
    plain = ["governance.charter_fixed=true", "charter.reserve_share=0", "horizon.years=13"]
    short, long = (
        many([*plain, f"charter.project_years={years}"], measure=starts_after_a_cut) for years in (1.5, 4.0)
    )
    found = difference(short, long, "lost")
    assert found.up, str(found)


# 7
def test_a_reserve_fund_smooths_project_starts() -> None:
    """Bodies change their charters by vote and with them what a reserve does: 48 seeds leave the small effect open."""
    none, much = (many([f"charter.reserve_share={share}"], range(2001, 2161)) for share in ("0", "1.5"))
    found = difference(none, much, "starts_swing")
    assert found.down, str(found)


def test_a_reserve_fund_smooths_project_starts_more_where_the_charter_is_fixed() -> None:
    fixed = ["governance.charter_fixed=true"]
    found = effect([*fixed, "charter.reserve_share=1.5"], "starts_swing", [*fixed, "charter.reserve_share=0"])
    assert found.down, str(found)


# 8
def test_leakage_to_outsiders_lowers_membership() -> None:
    found = effect(["membership.outsiders_learn=0.75"], "members_mean")
    assert found.down, str(found)


# 9
BOLD, TIMID = ["supports.tolerance_of_failure=1"], ["supports.tolerance_of_failure=0"]


def test_tolerance_of_failure_stops_more_projects() -> None:
    found = effect(BOLD, "projects_stopped_total", TIMID)
    assert found.up, str(found)


def test_tolerance_of_failure_brings_far_systems_earlier() -> None:
    """Year of the first product, mean over all systems after the first; the horizon where it never comes."""
    later = [
        name
        for name in many(BASE)
        if name.startswith("first_product_year_") and not name.endswith("longitudinal")
    ]
    settings = compose(BASE)
    end = settings.horizon.first_year + settings.horizon.years
    years = [
        np.mean([np.nan_to_num(many(how)[name], nan=end) for name in later], axis=0) for how in (TIMID, BOLD)
    ]
    found = paired(*years, "first product")
    assert found.down, str(found)


# 10
def test_without_public_money_there_are_fewer_joint_ventures() -> None:
    found = effect(["funding=none"], "joint_ventures_total")
    assert found.down, str(found)


def test_without_public_money_the_national_body_comes_later_or_not() -> None:
    found = effect(["funding=none"], "wait_national")
    assert found.up, str(found)

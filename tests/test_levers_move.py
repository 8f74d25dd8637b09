"""Every lever has its direction: low against high in few seeds, over no more years than it takes to show."""

import dataclasses
import re
from typing import NamedTuple

import pytest
from support import Difference, difference, many
from test_parameters_move import CLAIMS, WITHIN, pair

from sim.parameters import as_written, declared
from sim.settings import Settings

FIRST_SEED = 8101


TIMES = 4
"""Seeds of every step, times those it names."""


class Step(NamedTuple):
    """Low and high (empty: as in `test_parameters_move`), for how many years and seeds, and by which of its outcomes."""

    low: str = ""
    high: str = ""
    years: int = 12
    seeds: int = 4
    outcome: str = ""  # empty: the first that the declaration names
    within: tuple[str, ...] = ()  # settings beside those of `test_parameters_move`


FIXED = ("governance.charter_fixed=true",)
STEPS = {
    "scenario.consortia": Step(years=8, seeds=2),
    "drivers.frozen": Step(years=20, seeds=2, outcome="threat_2010"),
    "drivers.shift_public_money_years": Step(outcome="public_money_total_musd"),
    "drivers.shift_flash_years": Step(years=20, seeds=2, outcome="threat_2010"),
    "drivers.shift_appetite_years": Step(years=20, seeds=2),
    "drivers.shift_science_years": Step("0", "15", years=30, seeds=10),
    "home.shelter": Step("0", "1", years=10, seeds=4),
    "home.merger_threshold": Step("0.15", "1", years=20, seeds=8, outcome="hhi_units_2010"),
    "funding.regime": Step(years=8),
    "funding.level_musd": Step(years=8, seeds=6),
    "funding.match_share": Step("0.15", "0.85", years=9),
    "funding.joint_years": Step("2", "8"),
    "funding.domestic_only": Step(years=16),
    "funding.growth_per_year": Step("-0.05", "0.1"),
    "funding.matching_rate": Step("0.25", "2", years=8),
    "funding.cut_per_year": Step("0", "0.3"),
    "funding.counter_strength": Step("0", "10"),
    "funding.single_years": Step("1.5", "6", years=8),
    "funding.tax_credit": Step(years=6, seeds=2),
    "charter.membership": Step(years=8),
    "charter.media": Step(years=8, seeds=3),
    "charter.host": Step(years=8, seeds=8),
    "charter.public_money": Step(years=8, seeds=3),
    "charter.horizon": Step(years=15, seeds=8),
    "charter.fee_factor": Step("0.5", "4", years=10),
    "charter.fee_percent": Step("0.005", "0.2", years=10),
    "charter.fee_floor_musd": Step("0.01", "0.3", years=10),
    "charter.fee_cap_musd": Step("0.02", "2", years=10),
    "charter.tiers[].fee_musd": Step("0.01", "0.08", years=10),
    "charter.majority": Step("0.5", "1", years=20, seeds=8),
    "charter.share_to_projects": Step("0.4", "1", years=10),
    "charter.common_share": Step("0", "0.9", outcome="cells_effective", within=FIXED),
    "charter.project_years": Step(years=12),
    "charter.full_share": Step("0", "0.6", years=10),
    "charter.travel_share": Step("0", "0.5", years=10),
    "charter.reserve_share": Step("0", "1.5", years=20, outcome="budgets_held_back_share"),  # in 12 years but a few votes
    "charter.pledge_years": Step("0", "4", years=15, seeds=6),
    "charter.notice_years": Step("0", "1", years=15, seeds=6),
    "charter.recruiting": Step("0", "0.6", years=15, seeds=6),
    "charter.performers": Step(years=12),
    "charter.offers": Step("0", "1", years=8),
    "charter.joint_work_share": Step("0", "0.3", years=8),
    "association.exists": Step(years=10, seeds=6, outcome="members_ever_2000"),
    "flash.available": Step(years=20, seeds=2, outcome="threat_2010"),
    "flash.price_factor": Step(years=20, seeds=2, outcome="threat_2010"),
    "belonging.rule": Step(years=10, seeds=6),
    "merger.rule": Step(years=20, seeds=8, outcome="hhi_units_2010"),
    "merger.across_borders": Step(years=30, seeds=20),
    "merger.fewest_makers": Step("1", "10", years=20, seeds=8, outcome="hhi_units_2010"),
    "governance.votes": Step(years=12, seeds=8),
    "governance.charter_fixed": Step(years=20, seeds=6),
    "governance.fewest_founders": Step("2", "10", years=28, seeds=10),
    "governance.merger_majority": Step("0.5", "1", years=32, seeds=12),
    "treasury.reserve_rate": Step("0.01", "0.4", years=15, seeds=40),
    "treasury.fewest_members": Step("1", "10", years=20, seeds=18, within=(*FIXED, "charter.fee_factor=5")),
    "calls.joint_bonus": Step("0", "2", years=8),
    "calls.permuted": Step(years=8),
    "supports.tolerance_of_failure": Step("0.1", "0.9", years=12),
    "supports.platform": Step("0.1", "0.9", years=8),
}

# levers that are labels, files, records or experiments: they have no low and high; what they do is tested with their subject
STRUCTURE = re.compile(
    r"scenario\.label|horizon\.\w+|population\.\w+|home\.(country|money_file)|funding\.(path_file|periods.*)|shocks\.list.*"
    r"|charter\.(label|source|fee_rule|core_tiers|branches|branch_autonomy|tiers\[\]\.(from_revenue_musd|\w+_seats))"
)

LEVERS = [name for name, told in CLAIMS.items() if told.kind == "lever"]


def claimed(name: str) -> tuple[str, str]:
    """The outcome by which a lever is judged and the sign that its declaration gives."""
    claims = [claim.split() for claim in re.split(r" *, *", CLAIMS[name].moves)]
    return next((outcome, sign) for outcome, sign in claims if outcome == (STEPS[name].outcome or claims[0][0]))


def settings_of(name: str, value: str) -> list[str]:
    """The settings of one end."""
    changed = f"{name}={value}"
    if "[]" in name:
        setting = name.rsplit(".", 1)[-1]
        factor = float(value) / CLAIMS[name].default
        tiers = [dataclasses.asdict(tier) for tier in Settings().charter.tiers]
        listed = [",".join(f"{key}:{as_written(factor * held if key == setting else held)}" for key, held in tier.items())
                  for tier in tiers]  # fmt: skip
        changed = "charter.tiers=[" + ",".join("{" + tier + "}" for tier in listed) + "]"
    return [*WITHIN.get(name, []), *STEPS[name].within, f"horizon.years={STEPS[name].years}", changed]


def moved(name: str) -> Difference:
    """The difference that the step from low to high makes."""
    step = STEPS[name]
    ends = (step.low, step.high) if step.low else pair(CLAIMS[name])
    low, high = (many(settings_of(name, end), range(FIRST_SEED, FIRST_SEED + TIMES * step.seeds)) for end in ends)
    return difference(low, high, claimed(name)[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", LEVERS)
def test_low_against_high(name: str) -> None:
    outcome, sign = claimed(name)
    found = moved(name)
    assert found.up if sign == "+" else found.down, f"{name} should move {outcome} {sign}; {found}"


def test_every_lever_has_a_step_or_is_no_amount() -> None:
    assert set(STEPS) == set(LEVERS)
    silent = [told.name for told in declared(Settings) if told.kind == "lever" and not told.moves]
    twins = [name.replace("sister_charter.", "charter.").replace("sister.", "home.") for name in silent]
    assert [name for name in twins if not STRUCTURE.fullmatch(name)] == []

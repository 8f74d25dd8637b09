"""Every parameter that says which outcome it moves does so: low against high, the same seeds, its sign."""

import dataclasses
import math
import os
import re

import pytest
from support import difference, many

from sim.configuration import compose
from sim.parameters import Declaration, as_written, declared
from sim.settings import Settings

SEEDS = range(1, 21)
PAIRS = {
    # settings that are no amounts, or whose default is zero: what is held against what
    "funding.regime": ("none", "constant"),
    "merger.rule": ("blocked", "endogenous"),
    "belonging.rule": ("weighs", "coin"),
    "charter.membership": ("domestic", "open"),
    "charter.media": ("[disk]", "[disk,tape,optical]"),
    "charter.host": ("independent", "association"),
    "charter.horizon": ("short", "long"),
    "charter.performers": ("domestic", "open"),
    "governance.votes": ("deliberate", "coin"),
    "drivers.shift_public_money_years": ("0", "4"),
    "drivers.shift_flash_years": ("0", "4"),
    "drivers.shift_appetite_years": ("0", "4"),
    "drivers.shift_science_years": ("0", "4"),
    "funding.tax_credit": ("0", "0.3"),
    "home.example": ("0", "0.85"),  # above its default the founding waits for nothing any more
}
WITHIN = {
    # what some settings need to say anything at all
    "funding.level_musd": ["funding=constant"],
    "funding.growth_per_year": ["funding=government_led"],
    "funding.matching_rate": ["funding=matching"],
    "funding.cut_per_year": ["funding=austerity"],
    "funding.volatility": ["funding=volatile"],
    "funding.ending_hazard": ["funding=volatile"],
    "funding.counter_strength": ["funding=counter_cyclical", "shocks.list=[{month:1996-01,kind:recession,share:0.3,years:2}]"],
    "charter.fee_percent": ["charter.fee_rule=percentage"],
    "charter.fee_floor_musd": ["charter.fee_rule=flat"],
    "charter.fee_cap_musd": ["charter.fee_rule=percentage", "charter.fee_percent=0.2"],
    "treasury.reserve_rate": ["charter.reserve_share=1.5"],
    "committees.caution": ["charter.reserve_share=1.5"],
    "committees.spends": ["charter.reserve_share=1.5"],
    "belonging.crowd": ["belonging.rule=follows_the_crowd"],
    # terms of the charter are compared where nobody votes them away
    "charter.membership": ["governance.charter_fixed=true"],
    "charter.media": ["governance.charter_fixed=true"],
    "charter.host": ["governance.charter_fixed=true"],
    "charter.horizon": ["governance.charter_fixed=true"],
    "charter.public_money": ["governance.charter_fixed=true"],
}
FAILING: dict[str, str] = {}  # name: what was measured instead


def claims() -> dict[str, Declaration]:
    """Declarations that say what they move, each once: the sister's are those of the home country again."""
    found: dict[tuple[str, str], Declaration] = {}
    for told in declared(Settings):
        if told.moves:
            found.setdefault((told.where, told.name.rsplit(".", 1)[-1]), told)
    return {told.name: told for told in found.values()}


CLAIMS = claims()


def pair(told: Declaration) -> tuple[str, str]:
    """Low and high: as stated above, off and on, or half and one and a half times the default.

    Where the default is zero: zero, and a quarter of the way to the highest value.
    """
    if told.name in PAIRS:
        return PAIRS[told.name]
    if isinstance(told.default, bool):
        return "false", "true"
    if told.default == 0:
        return "0", as_written(type(told.default)(told.high / 4))
    half = 0.5 * abs(told.default)
    ends = [told.default - half, told.default + half]
    low, high = (min(max(end, told.low), told.high if told.high is not None else end) for end in ends)
    if isinstance(told.default, int):
        low, high = min(int(low), told.default - 1), max(round(high), told.default + 1)
        low, high = max(int(told.low), low), min(int(told.high), high)
    return as_written(low), as_written(high)


def overrides(told: Declaration, value: str, outcome: str) -> list[str]:
    """The settings for one end, no longer than the outcome needs."""
    if "[]" in told.name:
        name, setting = "charter.tiers", told.name.rsplit(".", 1)[-1]
        tiers = [dataclasses.asdict(tier) for tier in Settings().charter.tiers]
        factor = float(value) / told.default
        changed = [tier | {setting: factor * tier[setting]} for tier in tiers]
        listed = ",".join(
            "{" + ",".join(f"{k}:{as_written(v)}" for k, v in tier.items()) + "}" for tier in changed
        )
        return [f"{name}=[{listed}]", *WITHIN.get(told.name, [])]
    years = re.search(r"_(20\d\d)(_|$)", outcome)
    first = Settings().horizon.first_year
    span = [f"horizon.years={int(years[1]) - first + 1}"] if years else []
    return [*WITHIN.get(told.name, []), *span, f"{told.name}={value}"]


def moved(told: Declaration, outcome: str, seeds=SEEDS):
    """The difference that the step from low to high makes."""
    low, high = (many(overrides(told, end, outcome), seeds) for end in pair(told))
    return difference(low, high, outcome)


CASES = [(name, *claim.split()) for name, told in CLAIMS.items() for claim in re.split(r" *, *", told.moves)]


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("CONSORTIUM_PARAMETERS"),
    reason="about 7,400 histories, an hour of two cores: set CONSORTIUM_PARAMETERS=1 to run it",
)
@pytest.mark.parametrize(
    ("name", "outcome", "sign"), CASES, ids=[f"{name}-{outcome}" for name, outcome, _ in CASES]
)
def test_low_against_high(name: str, outcome: str, sign: str, request: pytest.FixtureRequest) -> None:
    if name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[name], strict=False))
    told = CLAIMS[name]
    found = moved(told, outcome)
    assert found.up if sign == "+" else found.down, (
        f"{name} {' to '.join(pair(told))} should move {outcome} {sign}; {found}"
    )


def test_every_pair_is_allowed_and_differs() -> None:
    for name, told in CLAIMS.items():
        low, high = pair(told)
        assert low != high, name
        stated = name in PAIRS or name in WITHIN or "[]" in name
        for end in (low, high):
            if stated or told.choices or isinstance(told.default, bool):
                compose(overrides(told, end, "members_mean"))
            else:
                assert told.low <= float(end) <= (math.inf if told.high is None else told.high), name


def test_stated_pairs_and_failures_are_of_declared_settings() -> None:
    assert set(PAIRS) | set(WITHIN) | set(FAILING) <= set(CLAIMS)

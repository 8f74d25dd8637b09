"""Chance: same seed same bytes, bystanders and names change nothing, twins part with their drivers."""

import hashlib
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from sim.chance import SLOTS, Chance
from sim.configuration import compose
from sim.decisions import by_comparison
from sim.drivers import Drivers, DriverSettings
from sim.firm import Firm
from sim.model import ConsortiumModel
from sim.records.record import Record
from sim.technology.systems import systems

YEARS = 16
SHORT = [f"horizon.years={YEARS}"]
FINGERPRINT = """
import sys
from sim.configuration import compose
from sim.model import ConsortiumModel
from test_chance import fingerprint
print(fingerprint(ConsortiumModel(compose(sys.argv[1:]), seed=5).run()))
"""


def fingerprint(model: ConsortiumModel) -> str:
    """A hash of every byte of series and events."""
    record = Record.of(model)
    told = hashlib.sha256(json.dumps(record.events, default=lambda array: array.tolist()).encode())
    for values in record.series.values():
        told.update(np.ascontiguousarray(values).tobytes())
    return told.hexdigest()


def run(*overrides: str, seed: int = 5, **how) -> ConsortiumModel:
    return ConsortiumModel(compose([*SHORT, *overrides]), seed, **how).run()


@pytest.fixture(scope="module")
def plain() -> ConsortiumModel:
    return run()


def series(model: ConsortiumModel) -> dict[str, np.ndarray]:
    return Record.of(model, events=False).series


def first_difference(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> int:
    """The first month in which any series differs; the number of months where none does."""
    apart = [np.flatnonzero(~np.isclose(one[name], other[name], rtol=1e-9, atol=1e-9, equal_nan=True)) for name in one]
    return min((int(months[0]) for months in apart if len(months)), default=len(one["month"]))


def same_events(one: ConsortiumModel, other: ConsortiumModel) -> None:
    """The same events for the same reasons; numbers in the terms may differ in the last digits of a sum."""
    assert [row[:5] for row in one.ledger.rows] == [row[:5] for row in other.ledger.rows]
    for left, right in zip(one.ledger.rows, other.ledger.rows, strict=True):
        assert _flat(left[5]) == pytest.approx(_flat(right[5]), rel=1e-9, abs=1e-9), left


def _flat(terms: dict, prefix: str = "") -> dict:
    """Numbers of nested terms by dotted name; words become hashes."""
    found = {}
    for name, value in terms.items():
        nested = _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else None
        found |= nested if nested is not None else {prefix + name: hash(value) if isinstance(value, str) else value}
    return found


# -- the generator -----------------------------------------------------------------------------------------


def test_a_draw_does_not_depend_on_what_was_drawn_before() -> None:
    one, other = Chance(3), Chance(3)
    asked = [
        ("join", 4, 7, 0),
        ("join", 4, 7, 2),
        ("vote", 4, 7, 0),
        ("join", 5, 7, 0),
        ("join", 4, 300, 0),
        ("join", 4, 8, 0),
    ]
    forward = {key: (one.uniform(*key), one.normal(*key)) for key in asked}
    backward = {key: (other.uniform(*key), other.normal(*key)) for key in reversed(asked)}
    assert forward == backward
    assert len(set(forward.values())) == len(asked)


def test_a_draw_does_not_depend_on_how_many_are_made() -> None:
    few = Chance(3).uniforms("join", 4, 5)
    assert np.array_equal(few, Chance(3).uniforms("join", 4, 3 * SLOTS)[:5])


def test_draws_are_uniform_and_normal() -> None:
    chance = Chance(12)
    uniforms = np.concatenate([chance.uniforms("a", month, 100) for month in range(100)])
    normals = np.concatenate([chance.normals("a", month, 100) for month in range(100)])
    assert abs(uniforms.mean() - 0.5) < 0.012
    assert abs(uniforms.std() - 12**-0.5) < 0.008
    assert abs(normals.mean()) < 0.04
    assert abs(normals.std() - 1.0) < 0.03
    assert abs(np.corrcoef(uniforms[:-1], uniforms[1:])[0, 1]) < 0.04


# -- whole histories ---------------------------------------------------------------------------------------


def test_same_seed_same_bytes_in_one_process(plain: ConsortiumModel) -> None:
    assert fingerprint(run()) == fingerprint(plain)


def test_same_seed_same_bytes_in_another_process(plain: ConsortiumModel) -> None:
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": "99"}
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT, *SHORT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint(plain)


def test_another_seed_is_another_history(plain: ConsortiumModel) -> None:
    assert first_difference(series(plain), series(run(seed=6))) < 24


def test_a_history_in_between_changes_nothing(plain: ConsortiumModel) -> None:
    """Two models stepped in turn: no state is shared."""
    one, other = (ConsortiumModel(compose(SHORT), seed=5) for _ in range(2))
    while one.month < one.months:
        one.step()
        if other.month < 60:
            other.step()
    assert fingerprint(one) == fingerprint(plain)


def test_a_bystander_changes_nothing_else(plain: ConsortiumModel) -> None:
    beside = run("population.bystanders=1")
    same_events(beside, plain)
    one, other = series(plain), series(beside)
    assert np.array_equal(other.pop("firms"), one.pop("firms") + 1)
    assert first_difference(one, other) == beside.months


def test_many_bystanders_change_nothing_else(plain: ConsortiumModel) -> None:
    """More than there is room for in the next power of two of dice."""
    same_events(run("population.bystanders=50"), plain)


def test_permuted_names_change_labels_and_nothing_else(plain: ConsortiumModel) -> None:
    permuted = run("population.permute_names=true")
    assert first_difference(series(plain), series(permuted)) == plain.months
    new = dict(zip(plain.firms.names, permuted.firms.names, strict=True))
    assert sum(old != name for old, name in new.items()) > 50
    words = re.compile("|".join(re.escape(name) for name in sorted(new, key=len, reverse=True)))

    def renamed(text: str) -> str:
        return words.sub(lambda found: new[found[0]], text)

    def ballots(terms: dict) -> dict:
        held = {key: terms[key] for key in ("ballots", "seats", "reasons") if terms.get(key)}
        return terms | {key: {new[name]: cast for name, cast in told.items()} for key, told in held.items()}

    expected = [
        (month, kind, new.get(who, who), new.get(whom, whom), renamed(why), ballots(terms))
        for month, kind, who, whom, why, terms in plain.ledger.rows
    ]
    assert permuted.ledger.rows == expected


def first_month_of_difference(changed: DriverSettings) -> int:
    """The January in which a driver first reads otherwise, as the rules read it."""
    one, other = Drivers(DriverSettings(), 1991), Drivers(changed, 1991)
    published = systems().year_published

    def read(drivers: Drivers, year: int) -> tuple:
        money = [
            drivers.public_money("drivers/public_money_us.csv", key, year + ahead)
            for key, ahead in (
                ("storage_commitments_musd", -1),
                ("storage_commitments_musd", 0),
                ("appropriation_musd", 0),
                ("proposed_musd", 1),
            )
        ]
        abroad = [
            drivers.public_money("drivers/public_money_japan.csv", key, year + ahead)
            for key, ahead in (
                ("storage_commitments_musd", -1),
                ("storage_commitments_musd", 0),
                ("appropriation_musd", 0),
                ("proposed_musd", 1),
            )
        ]
        return (*money, *abroad, *drivers.published(published, year))

    return 12 * next(year - 1991 for year in range(1991, 2100) if read(one, year) != read(other, year))


@pytest.mark.parametrize("years", [3.0, 7.0])
def test_twins_are_equal_until_their_drivers_part(years: float) -> None:
    changed = DriverSettings(shift_science_years=years)
    parting = first_month_of_difference(changed)
    assert parting > 24, "the test says nothing when the drivers part at once"
    one, other = (ConsortiumModel(compose([*SHORT, *more]), 5).run() for more in ([], [f"drivers.shift_science_years={years}"]))
    apart = first_difference(series(one), series(other))
    assert parting <= apart < parting + 36
    early = [[row for row in model.ledger.rows if row[0] < parting] for model in (one, other)]
    assert early[0] == early[1]


class Refuser(Firm):
    """Votes against everything."""

    def votes(self, body, motion, gain):
        return by_comparison({"always no": -1.0})


def test_a_subclass_that_always_votes_no_keeps_every_charter() -> None:
    overrides = ["governance.votes=deliberate", "governance.reach=3", "governance.switching_cost=0.0"]
    willing = ConsortiumModel(compose(overrides), 3).run()
    stubborn = ConsortiumModel(compose(overrides), 3, firm_class=Refuser).run()
    by_vote = ("charter_changed", "spin_off", "consortia_merged")
    assert len(willing.ledger.of(*by_vote)) >= 2
    assert stubborn.ledger.of(*by_vote) == []
    assert stubborn.ledger.of("charter_kept")

"""The exact baseline: results move on purpose only; `python tests/baseline/update.py` writes it anew."""

import json

import pytest
from fingerprints import FILE, RUNS, fingerprint, fingerprints

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.record import Record


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    return fingerprints()


@pytest.mark.parametrize("name", RUNS)
def test_results_have_not_moved(told: dict, name: str) -> None:
    before = json.loads(FILE.read_text(encoding="utf-8")).get(name, {})
    moved = sorted(
        part for part in before.keys() | told[name].keys() if before.get(part) != told[name].get(part)
    )
    assert not moved, (
        f"{name}: results moved in {', '.join(moved)}. If that is the purpose, run "
        "`python tests/baseline/update.py` and say in CHANGELOG.md what moved."
    )


def test_a_small_change_moves_the_fingerprint() -> None:
    prints = [
        fingerprint(Record.of(ConsortiumModel(compose(["horizon.years=3", change]), 1).run()))
        for change in ("technology.ease=1.0", "technology.ease=1.0001")
    ]
    assert prints[0] != prints[1]

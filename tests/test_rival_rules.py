"""Rival rules for membership and for merger, by which the report card measures what the model's own rules are worth."""

import numpy as np
import pytest

from sim.configuration import compose
from sim.consortium.outlook import share_of_peers, worth_of_membership
from sim.consortium.worth import TERMS
from sim.model import ConsortiumModel

YEARS = "horizon.years=14"


def run(*overrides: str, seed: int = 3) -> ConsortiumModel:
    model = ConsortiumModel(compose([YEARS, *overrides]), seed)
    model.run()
    return model


@pytest.fixture(scope="module")
def crowd() -> ConsortiumModel:
    return run("belonging.rule=follows_the_crowd", "belonging.crowd=0.2")


def test_peers_are_the_other_living_firms_of_the_same_line() -> None:
    line = np.array([0, 0, 0, 0, 2, 2, 1])
    alive = np.array([True, True, True, False, True, True, True])
    inside = np.array([True, False, True, False, False, True, True])
    found = share_of_peers(line, alive, inside, np.array([0, 1, 4, 5, 6]))
    assert found.tolist() == [0.5, 1.0, 1.0, 0.0, 0.0]


def test_who_follows_the_crowd_counts_nothing_else(crowd: ConsortiumModel) -> None:
    body = crowd.consortia[0]
    worth = worth_of_membership(crowd, body, [firm.number for firm in crowd.living_firms()])
    network = TERMS.index("network")
    assert not np.delete(worth, network, axis=0).any()
    assert worth[network].min() >= -0.2 and worth[network].max() <= 0.8
    assert len(set(worth[network].round(6))) > 2


def test_the_ledger_shows_what_the_crowd_weighed(crowd: ConsortiumModel) -> None:
    joined = [row[5]["terms"] for row in crowd.ledger.of("joined") if row[5].get("test") == "probability"]
    assert joined
    assert all({name for name, term in terms.items() if term} <= {"network"} for terms in joined)


def test_by_coin_nobody_is_ever_disappointed() -> None:
    model = run("belonging.rule=coin", "belonging.base_exit=0", "belonging.turns_away=0")
    assert model.ledger.of("joined")
    assert not model.ledger.of("left")


def test_by_chance_no_gain_moves_a_merger() -> None:
    model = run("merger=by_chance", "merger.courtship=0.05")
    agreed = [row[5]["terms"] for row in model.ledger.of("line_merged") if row[4].startswith("buyer and seller agree")]
    assert agreed
    assert all(set(terms) == {"courtship"} for terms in agreed)


def test_in_distress_only_nobody_courts() -> None:
    freely, only = run("merger.courtship=0.05"), run("merger=distress_only", "merger.courtship=0.05")
    reasons = [[row[4].split(",")[0] for row in model.ledger.of("line_merged")] for model in (freely, only)]
    assert "buyer and seller agree" in reasons[0]
    assert set(reasons[1]) <= {"a line in distress is sold"}

"""The stored terms of a decision recompute its value and read in plain words."""

import json
import math

import pytest

from sim.records.why import Entries, Entry, agrees, explain, happens, recompute

JOIN = {
    "test": "probability", "terms": {"know_how": 1.0, "fee": -0.4}, "scale": 0.5,
    "value": 0.7685247834990178, "draw": 0.1,
}  # fmt: skip
VOTE = {"test": "vote", "yes": 7, "no": 3, "needed": 2 / 3, "value": 0.7}


@pytest.mark.parametrize(
    ("terms", "value"),
    [
        (JOIN, 1 / (1 + math.exp(-1.2))),
        ({"test": "probability", "terms": {"a": -900.0}, "scale": 1.0}, 0.0),
        ({"test": "hazard", "terms": {"a": -1.0}, "months": 6}, 1 - math.exp(-math.exp(-1) / 2)),
        ({"test": "comparison", "terms": {"a": 2.5, "b": -0.75}, "threshold": 1.0}, 1.75),
        (VOTE, 0.7),
        ({"test": "vote", "yes": 0, "no": 0, "needed": 0.5}, 0.0),
        ({"test": "choice", "options": {"open": 0.2, "stay": 0.9, "narrow": -1.0}}, 0.9),
    ],
)
def test_worked_examples(terms: dict, value: float) -> None:
    assert recompute(terms) == pytest.approx(value, abs=1e-12)


def test_a_sum_does_not_depend_on_the_order_of_its_terms() -> None:
    forward = {"test": "comparison", "terms": {"a": 1e16, "b": 1.0, "c": -1e16}}
    backward = {"test": "comparison", "terms": {"c": -1e16, "b": 1.0, "a": 1e16}}
    assert recompute(forward) == recompute(backward) == 1.0


def test_agreement_is_to_a_billionth() -> None:
    assert agrees(JOIN)
    assert not agrees({**JOIN, "value": JOIN["value"] + 2e-9})


def test_no_test_no_recomputation() -> None:
    with pytest.raises(ValueError, match="no test that can be recomputed"):
        recompute({"cash_musd": 3.0})


def test_happens_follows_draw_threshold_and_quorum() -> None:
    assert happens(JOIN)
    assert not happens({**JOIN, "draw": 0.8})
    assert not happens({"test": "comparison", "terms": {"a": 1.0}, "threshold": 1.0})
    assert happens(VOTE)
    assert not happens({**VOTE, "needed": 0.75})


def event(terms: dict | str, **changes: object) -> dict:
    told = {
        "month": 148,
        "year": 2003 + 4 / 12,
        "kind": "joined",
        "who": "Seagate",
        "whom": "a body",
        "why": "It pays.",
    }
    return {**told, "terms": terms, **changes}


def test_explained_in_plain_words() -> None:
    text = explain(event(json.dumps(JOIN)))
    assert text.splitlines() == [
        "2003-05  Seagate (a body): joined. It pays.",
        "  for: know how +1",
        "  against: fee -0.4",
        "  probability 0.7685, drawn 0.1000: so it happened",
        "  recomputed 0.7685, stored 0.7685",
    ]


def test_a_vote_names_who_voted_how() -> None:
    text = explain(event({**VOTE, "ballots": {"Seagate": True, "IBM": True, "Quantum": False}}))
    assert "  for: 7 votes (Seagate, IBM)\n  against: 3 votes (Quantum)" in text
    assert "  for: 7 votes\n" in explain(event(VOTE))


def test_a_stored_value_that_does_not_fit_is_pointed_out() -> None:
    assert "they differ" in explain(event({**VOTE, "value": 0.9}))


def test_facts_without_a_test_are_listed() -> None:
    assert "  cash musd: -12.5" in explain(event({"cash_musd": -12.5}))


def test_decisions_are_found_by_name_year_and_kind() -> None:
    decision = Entry.of(event(VOTE))
    assert decision.concerns("seag", 2003, "joined")
    assert decision.concerns("A BODY", None, None)
    assert not decision.concerns("Quantum", None, None)
    assert not decision.concerns(None, 2004, None)
    assert not decision.concerns(None, None, "left")
    assert "70.0% in favour" in str(Entries([decision]))
    assert str(Entries()) == "Nothing of that kind happened."

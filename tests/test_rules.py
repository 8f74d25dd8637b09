"""The list of rules: complete, each in place, each with a sentence."""

import ast
import inspect
import re
import textwrap

import pytest

from sim import timetable
from sim.cli.explain import first_sentence, found, parameters_read
from sim.firm import Firm
from sim.parameters import declared
from sim.rules import DECIDERS, RULES
from sim.settings import Settings


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_where_it_is_said_to_be_and_has_a_sentence(name: str) -> None:
    rule = found(name)
    assert rule.__name__ == name
    sentence = first_sentence(rule)
    assert re.match(r"[A-Z].{10,}", sentence), f"{name}: {sentence!r}"


def test_every_verb_of_the_timetable_is_a_rule() -> None:
    tree = ast.parse(inspect.getsource(timetable))
    verbs = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sim.")
        for alias in node.names
    }
    assert len(verbs) > 30
    assert verbs - set(RULES) == set()


def test_every_decision_of_a_firm_is_a_rule() -> None:
    assert {holder for holder in DECIDERS if issubclass(Firm, holder)} == {
        base for base in Firm.__mro__ if base.__name__.endswith("Decisions")
    }
    for name in (
        "examines",
        "joins",
        "stays",
        "votes",
        "founds",
        "adopts",
        "gives_up",
        "bids",
        "turns_to_flash",
    ):
        assert name in RULES


def test_rules_read_declared_numbers() -> None:
    known = declared(Settings)
    read = {
        told.name
        for name in RULES
        for told in parameters_read(textwrap.dedent(inspect.getsource(found(name))), known)
    }
    assert {"belonging.judgement", "governance.reach", "merger.courtship"} <= read

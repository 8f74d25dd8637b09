"""A setting is declared once; what cannot be is refused in a sentence."""

import math
from dataclasses import dataclass, field, make_dataclass
from typing import Any, Optional

import pytest

from sim.parameters import (
    SettingError,
    allowed,
    as_written,
    declared,
    did_you_mean,
    group,
    nearest,
    parameter,
    validate,
)


def told(default: Any, **changes: Any) -> Any:
    """A parameter with the usual words."""
    words = {"unit": "years", "kind": "lever", "meaning": "patience", "source": "F1"}
    return parameter(default, **{**words, **changes})


@dataclass
class Tier:
    fee: float = parameter(1.0, unit="MUSD", low=0, high=9, kind="lever", meaning="fee", source="F44")


@dataclass
class Part:
    real: float = parameter(
        2,
        unit="years",
        low=0,
        high=10,
        kind="uncertainty",
        meaning="patience",
        source="F1",
        moves="members_mean +",
    )
    whole: int = parameter(3, unit="firms", low=1, kind="constant", meaning="how many", source="F2")
    flag: bool = parameter(True, unit="", kind="lever", meaning="whether", source="F3")
    word: str = parameter("a", unit="", kind="lever", meaning="which", source="F4", choices=["a", "b"])
    maybe: Optional[float] = parameter(None, unit="", high=1, kind="lever", meaning="cap", source="F5")  # noqa: UP045
    many: list[float] = parameter([1.0, 2.0], unit="", low=0, kind="lever", meaning="steps", source="F6")
    tiers: list[Tier] = parameter([Tier()], unit="", kind="lever", meaning="tiers", source="F44")

    def check(self) -> None:
        if self.real == self.whole:
            raise SettingError("real and whole must differ.")


@dataclass
class Whole:
    part: Part = field(default_factory=Part)


def test_declared_lists_everything_with_its_place() -> None:
    found = {each.name: each for each in declared(Whole)}
    assert list(found) == [
        "part.real", "part.whole", "part.flag", "part.word", "part.maybe", "part.many", "part.tiers",
        "part.tiers[].fee",
    ]  # fmt: skip
    real = found["part.real"]
    assert (real.default, real.unit, real.range, real.kind) == (2, "years", "0 to 10", "uncertainty")
    assert (real.meaning, real.source, real.moves) == ("patience", "F1", "members_mean +")
    assert real.where.endswith("Part")
    assert found["part.word"].range == "one of: a, b"
    assert found["part.tiers[].fee"].where.endswith("Tier")


def test_defaults_are_valid_and_never_shared() -> None:
    one, two = Whole(), Whole()
    validate(one)
    one.part.many.append(3.0)
    one.part.tiers[0].fee = 5.0
    assert two.part.many == [1.0, 2.0]
    assert two.part.tiers[0].fee == 1.0


def test_group_makes_a_nested_record() -> None:
    nested = make_dataclass("Nested", [("part", Part, group(Part))])
    assert nested().part == Part()
    assert nested().part is not nested().part


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("real", 10.5, "part.real=10.5 is out of range: patience (years), allowed 0 to 10."),
        ("real", 10.5, "Write for example part.real=2."),
        ("real", -1, "is out of range"),
        ("real", math.nan, "part.real=nan is not a finite number"),
        ("real", math.inf, "is not a finite number"),
        ("real", True, "part.real=true is not a number"),
        ("real", "2", "is not a number"),
        ("whole", 2.0, "is not a whole number"),
        ("whole", 0, "is out of range: how many (firms), allowed at least 1"),
        ("flag", 1, "part.flag=1 is not true or false"),
        ("word", "c", "is not one of the choices: which, allowed one of: a, b"),
        ("word", 3, "is not a word"),
        ("maybe", 2.0, "is out of range: cap, allowed at most 1. Write for example part.maybe=null"),
        ("many", [1.0, -1.0], "part.many=[1,-1] is out of range"),
        ("many", [1.0, "x"], "holds an element that is not a number"),
        ("many", 1.0, "is not a list"),
        ("tiers", [Tier(99.0)], "part.tiers[0].fee=99 is out of range: fee (MUSD), allowed 0 to 9"),
        ("whole", 2, "part: real and whole must differ."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(name: str, value: Any, fault: str) -> None:
    settings = Whole()
    setattr(settings.part, name, value)
    with pytest.raises(SettingError) as caught:
        validate(settings)
    assert fault in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("maybe", 0.5), ("maybe", None), ("real", 0), ("real", 10.0)])
def test_bounds_belong_to_the_range_and_optional_may_be_empty(name: str, value: Any) -> None:
    settings = Whole()
    setattr(settings.part, name, value)
    assert validate(settings) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "knob"}, "none of lever, uncertainty, constant"),
        ({"meaning": ""}, "needs a meaning"),
        ({"source": ""}, "and a source"),
        ({"moves": "members up"}, "should read like"),
        ({"low": 3.0}, "is out of range"),
        ({"choices": ["a"]}, "is not one of the choices"),
    ],
)
def test_a_wrong_declaration_is_a_fault_of_the_programmer(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        told(2.0, **changes)


def test_several_outcomes_may_move() -> None:
    assert (
        told(2.0, moves="members_mean -, exits_total +").metadata["moves"] == "members_mean -, exits_total +"
    )


def test_nearest_names() -> None:
    names = ["membership.patience_years", "membership.attention", "funding.patience"]
    assert nearest("membership.patiense_years", names)[0] == "membership.patience_years"
    assert nearest("patience_years", names)[0] == "membership.patience_years"
    assert nearest("zzz", names) == []
    assert did_you_mean("zzz", names) == ""
    assert did_you_mean("funding.patiense", names).startswith(" Did you mean funding.patience")


def test_values_as_they_are_written() -> None:
    assert [as_written(value) for value in (None, True, 1234567.5, 3, "a", [1.0, False])] == [
        "null", "true", "1234567.5", "3", "a", "[1,false]",
    ]  # fmt: skip
    assert allowed(None, None) == "any"
    assert allowed(1.0, None) == "at least 1"

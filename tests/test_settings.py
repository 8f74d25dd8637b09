"""The model's own settings: every number declared, every shipped choice composes, Python and Hydra agree."""

import dataclasses

import pytest

import sim
from sim.configuration import choices, compose, composed, groups, resolved
from sim.parameters import declared, validate
from sim.settings import Settings

DEFAULTS = {
    "scenario", "funding", "charter", "charter@sister_charter", "merger", "flash", "association",
    "population", "shocks",
}  # fmt: skip


def test_the_defaults_compose_and_say_what_they_chose() -> None:
    made = composed()
    assert set(made.choices) == DEFAULTS
    assert isinstance(made.settings, Settings)
    assert validate(made.settings) is None


def test_every_number_is_declared() -> None:
    """A field that is no group and has no declaration would be a number nobody can look up."""
    undeclared = []

    def walk(record: object, prefix: str) -> None:
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            records = value if isinstance(value, list) else [value]
            if records and all(dataclasses.is_dataclass(each) for each in records):
                for each in records:
                    walk(each, f"{prefix}{field.name}.")
            elif not field.metadata.get("kind"):
                undeclared.append(prefix + field.name)

    walk(Settings(), "")
    assert undeclared == []


def test_every_declaration_can_be_read() -> None:
    for told in declared(Settings):
        assert told.meaning[0].islower() or told.meaning[0].isupper(), told.name
        assert told.source, told.name
        assert told.kind == "constant" or told.choices or told.range, told.name


@pytest.mark.parametrize(
    "choice", [f"{group}={name}" for group in groups() if group != "sweep" for name in choices(group)]
)
def test_every_shipped_choice_composes(choice: str) -> None:
    group, _, name = choice.partition("=")
    made = composed([choice])
    assert made.choices[group] == name
    assert resolved(made.settings)


def test_settings_of_the_command_line_and_of_python_are_the_same() -> None:
    by_hand = compose()
    by_hand.horizon.years = 2
    one, two = sim.simulate(["horizon.years=2"], seed=5), sim.simulate(by_hand, seed=5)
    assert one.series.equals(two.series)
    assert one.events.equals(two.events)
    assert one.settings == two.settings
    assert one.overrides == ["horizon.years=2"]
    assert two.overrides == []


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    sim.simulate(["horizon.years=2"], progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (24, 24)


def test_the_package_is_lazy_and_knows_its_names() -> None:
    for name in ("simulate", "open_run", "open_study", "ConsortiumModel", "Firm", "Run", "Study"):
        assert callable(getattr(sim, name))
        assert name in dir(sim)
    assert sim.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        sim.simulat  # noqa: B018

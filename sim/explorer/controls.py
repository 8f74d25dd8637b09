"""What can be turned on the page: choices and numbers, each with unit, range, meaning and source from its declaration."""

import re
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from sim import configuration
from sim.parameters import Declaration, as_written, declared


@dataclass(frozen=True)
class Control:
    """One thing to turn. `low`, `high` and `step` are those of the slider; what is typed may use the whole `range`.

    `section` groups controls on the page; `read_by` names the funding choices under which a number counts (empty: always).
    """

    name: str
    section: str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    read_by: tuple[str, ...] = ()


CONTROLS = (
    Control("scenario", "world"),
    Control("funding", "money"),
    Control("funding.level_musd", "money", 0, 60, 1,
            ("constant", "government_led", "volatile", "counter_cyclical", "national_mission")),
    Control("drivers.shift_public_money_years", "money", -5, 10, 0.5),
    Control("charter", "charter"),
    Control("charter.fee_factor", "charter", 0, 8, 0.25),
    Control("charter.majority", "charter", 0.5, 1, 0.05),
    Control("charter.project_years", "charter", 1, 8, 0.5),
    Control("charter.reserve_share", "charter", 0, 2, 0.1),
    Control("supports.tolerance_of_failure", "firms", 0, 1, 0.05),
    Control("belonging.patience_years", "firms", 0, 8, 0.5),
    Control("membership.leakage", "firms", 0, 4, 0.1),
    Control("merger", "world"),
    Control("flash", "world"),
    Control("drivers.shift_flash_years", "world", -5, 10, 0.5),
    Control("association", "world"),
    Control("home.shelter", "world", 0, 1, 0.05),
    Control("shocks", "world"),
)  # fmt: skip
"""In the order of the page; those of one section stand together."""

_APART = ("population.", "horizon.networks", "horizon.first_year", "scenario.label")
"""Settings that a page may not set: they name files, set up other populations or are labels."""
LONGEST_YEARS = 60
"""The longest history a page may ask for."""


_MARK = re.compile(r"\b[FM]\d{1,2}\b")


@cache
def findings() -> dict[str, str]:
    """The findings that sources name by a mark (F of the paper, M of the wider evidence), as the ODD lists them."""
    text = resources.files("sim").joinpath("ODD.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([FM]\d{1,2}) \| (.+?) \|$", text, flags=re.MULTILINE))


@dataclass(frozen=True)
class Told:
    """A control as the page shows it."""

    name: str
    section: str
    unit: str
    range: str
    meaning: str
    source: str
    default: str
    choices: dict[str, str] = field(default_factory=dict)
    """Choice → the first sentence of its file; empty for a number."""
    slider: tuple[float, float, float] | None = None
    read_by: tuple[str, ...] = ()
    cited: tuple[tuple[str, str], ...] = ()
    """What the marks in `source` stand for: mark and finding."""


@cache
def declarations() -> dict[str, Declaration]:
    """Every declared setting by its dotted name."""
    from sim.settings import Settings

    return {told.name: told for told in declared(Settings)}


@cache
def may_be_set() -> frozenset[str]:
    """The settings a page may set: numbers, switches and words out of a list, but no names of files and no free text."""
    return frozenset(name for name, told in declarations().items() if _plain(told) and not name.startswith(_APART)) | {
        control.name for control in CONTROLS
    }


def _plain(told: Declaration) -> bool:
    """Whether it takes a number, a switch or words out of a list."""
    return "[]" not in told.name and (isinstance(told.default, (bool, int, float)) or told.choices is not None)


def told(control: Control) -> Told:
    """A control with what its declaration or its group of configs says."""
    if control.name in configuration.groups():
        return _choice(control)
    about = declarations()[control.name]
    return Told(control.name, control.section, about.unit, about.range, about.meaning, about.source,
                as_written(about.default), slider=(control.low, control.high, control.step), read_by=control.read_by,
                cited=tuple((mark, findings()[mark]) for mark in _MARK.findall(about.source) if mark in findings()))  # fmt: skip


def _choice(control: Control) -> Told:
    from sim.cli.listing import choices

    about = {row["name"].partition("=")[2]: row["meaning"] for row in choices(control.name)}
    return Told(control.name, control.section, "", "one of: " + ", ".join(about), "", f"configs/{control.name}",
                _defaults()[control.name], choices=about)  # fmt: skip


@cache
def _defaults() -> dict[str, str]:
    return dict(configuration.composed().choices)


def as_plain() -> list[dict[str, Any]]:
    """Every control as plain values for the page."""
    return [asdict(told(control)) for control in CONTROLS]


def effective(settings: Any, choices: dict[str, str]) -> dict[str, str]:
    """What every control stands at in settings that have been composed."""
    found = {}
    for control in CONTROLS:
        if control.name in choices:
            found[control.name] = choices[control.name]
            continue
        value = settings
        for part in control.name.split("."):
            value = getattr(value, part)
        found[control.name] = as_written(value)
    return found

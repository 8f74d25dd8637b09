"""The transitions of the lineage that an attribution explains, and a history followed as long as they may still come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim import stages
from sim.records.events import NoLedger
from sim.records.record import Record
from sim.records.series import NoRecorder
from sim.stages import SPELL
from sim.studies.attribution.parting import Family, goes_on_under

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


@dataclass(frozen=True)
class Transition:
    """A transition of the lineage: what it is called, and the outcome that tells how long it was waited for."""

    name: str
    short: str
    label: str
    wait: str
    year: str


TRANSITIONS = (
    Transition("founding", "founding", "founding of the national body", "wait_national", "year_national"),
    Transition("opening", "opening", "opening to foreign firms", "wait_international", "year_international"),
    Transition("industry_led", "industry-led", "industry-led body", "wait_industry_led", "year_industry_led"),
    Transition("bi_national", "bi-national", "bi-national body", "wait_bi_national", "year_bi_national"),
)
ASKED = tuple(outcome for each in TRANSITIONS for outcome in (each.year, each.wait))
"""The outcomes that an attribution needs."""

SURE = 3 * SPELL
"""Months after which the beginning of a stage stands: a branch is judged twelve months on, a spell lasts twelve."""


def transitions_of(settings: Any, seed: int, asked: Sequence[str] = ASKED, families: Sequence[Family] = ()) -> Record:
    """Simulate one history until the beginnings of its stages stand, or to its horizon; keep what is asked alone.

    Neither series nor events are written: an outcome that is read from them raises LookupError. Where the settings are the
    first of a family, the histories of the others part from this one when their worlds do, and go `along` with the record.
    """
    from sim.model import ConsortiumModel

    model = ConsortiumModel(settings, seed)
    model.recorder, model.ledger = NoRecorder(model.months), NoLedger(model.first_year)
    family = next((each for each in families if each.worlds[0].settings == settings), None)
    if family is None:
        return _transitions(model, asked)
    _runs_to(model, family.month)
    so_far, found = _measured(model, asked).outcomes, dict[str, Record]()
    for world in family.worlds:
        found[world.name] = _transitions(goes_on_under(model, world.settings), asked)
        for acts, twin in world.twins:  # not yet acted, but later on: the world without the cause is another from here on
            if so_far[acts] == 0.0 and found[world.name].outcomes[acts] != 0.0:
                found[twin.name] = _transitions(goes_on_under(model, twin.settings), asked)
    return replace(found.pop(family.worlds[0].name), along=found)


def _transitions(model: "ConsortiumModel", asked: Sequence[str]) -> Record:
    """Run a history on to its end, and what is asked of it."""
    _runs_to(model, model.months)
    return _measured(model, asked)


def _measured(model: "ConsortiumModel", asked: Sequence[str]) -> Record:
    return Record.of(model, series=False, events=False, outcomes=asked)


def _runs_to(model: "ConsortiumModel", month: int) -> None:
    """Run to a month, no further than beginnings may still move."""
    last = model.months - SPELL + 1
    while model.month < month and not all_stages_stand(model) and not (model.month == last and all_is_quiet(model)):
        stops = (12 * (model.month // 12 + 1), month, last)
        for _ in range(model.month, min(stop for stop in stops if stop > model.month)):
            type(model).step(model)  # the month alone: Mesa's clock, which no rule reads, takes a thirtieth of a history


def all_is_quiet(model: "ConsortiumModel") -> bool:
    """Whether no consortium has begun, ended or come to another stage within a spell: less than one before the horizon,
    nothing that has not begun can last long enough."""  # fmt: skip
    since = model.month - SPELL
    for body in model.all_bodies:
        if body.founded >= since or (body.ended or 0) >= since:
            return False
        if body.ended is None and len({stages.classify(stages.State._make(row)) for row in body.history[-SPELL - 1 :]}) > 1:
            return False
    return True


def all_stages_stand(model: "ConsortiumModel") -> bool:
    """Whether each of the four stages has begun so long ago that no later month can move its beginning."""
    branches = max((len(body.charter.branches) for body in model.consortia), default=0)
    if branches < 2:  # the last stage needs two: looked at first, since following the lineage takes long
        return False
    begun = set(model.stage_by_month()[: max(0, model.month - SURE)])
    return begun.issuperset((1, 2, 3, 4))

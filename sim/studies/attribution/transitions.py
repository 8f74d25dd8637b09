"""The transitions of the lineage that an attribution explains, and a history followed as long as they may still come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.records.record import Record
from sim.records.series import NoRecorder
from sim.stages import SPELL

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


def transitions_of(settings: Any, seed: int, asked: Sequence[str] = ASKED) -> Record:
    """Simulate one history until the beginnings of all four stages stand, or to its horizon; keep what is asked alone.

    No series are written: an outcome that is read from them raises LookupError.
    """
    from sim.model import ConsortiumModel

    model = ConsortiumModel(settings, seed)
    model.recorder = NoRecorder(model.months)
    while model.month < model.months and not all_stages_stand(model):
        model.run_for(min(12, model.months - model.month))
    return Record.of(model, series=False, events=False, outcomes=asked)


def all_stages_stand(model: "ConsortiumModel") -> bool:
    """Whether each of the four stages has begun so long ago that no later month can move its beginning."""
    branches = max((len(body.charter.branches) for body in model.consortia), default=0)
    if branches < 2:  # the last stage needs two: looked at first, since following the lineage takes long
        return False
    begun = set(model.stage_by_month()[: max(0, model.month - SURE)])
    return begun.issuperset((1, 2, 3, 4))

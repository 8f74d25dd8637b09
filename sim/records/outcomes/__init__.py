"""The outcomes of a run: flat numbers by name, declared by subject in the files beside this one."""

from typing import TYPE_CHECKING

from sim.records.outcomes import belonging, industry, inside, money, portfolio, stages, technology
from sim.records.outcomes.declared import MEASURES, OUTCOMES, Outcome
from sim.records.outcomes.seen import Seen

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

__all__ = [
    "OUTCOMES",
    "Outcome",
    "belonging",
    "industry",
    "inside",
    "measured",
    "money",
    "outcomes_of",
    "portfolio",
    "stages",
    "technology",
]


def outcomes_of(model: "ConsortiumModel") -> dict[str, float]:
    """Every outcome of a model that has been run, NaN where it does not apply."""
    path = model.path()
    return measured(Seen(model, model.stage_by_month(), path, model.recorder.lineage(path)))


def measured(seen: Seen) -> dict[str, float]:
    """Every outcome of a run as it has been seen."""
    return {name: float(measure(seen)) for name, measure in MEASURES.items()}

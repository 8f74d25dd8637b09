"""The outcomes of a run: flat numbers by name, declared by subject in the files beside this one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.records.outcomes import belonging, designs, industry, inside, money, portfolio, stages, technology
from sim.records.outcomes.declared import MEASURES, OUTCOMES, Outcome
from sim.records.outcomes.seen import Seen

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

designs.judge()

__all__ = [
    "OUTCOMES",
    "Outcome",
    "belonging",
    "designs",
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
    return measured(Seen(model, *model.stages_and_path()))


def measured(seen: Seen, names: Iterable[str] | None = None) -> dict[str, float]:
    """The outcomes of these names (None: every one) of a run as it has been seen."""
    return {name: float(MEASURES[name](seen)) for name in (MEASURES if names is None else names)}

"""The outcomes of a run: flat numbers by name, declared by subject in the files beside this one."""

from typing import TYPE_CHECKING

from sim.records.outcomes import belonging, industry, money, portfolio, stages, technology
from sim.records.outcomes.declared import MEASURES, OUTCOMES, Outcome
from sim.records.outcomes.seen import Seen

if TYPE_CHECKING:
    import numpy as np

    from sim.model import ConsortiumModel

__all__ = [
    "OUTCOMES",
    "Outcome",
    "belonging",
    "industry",
    "money",
    "outcomes_of",
    "portfolio",
    "stages",
    "technology",
]


def outcomes_of(
    model: "ConsortiumModel",
    by_month: list[int] | None = None,
    path: dict[int, int] | None = None,
    lineage: "np.ndarray | None" = None,
) -> dict[str, float]:
    """Every outcome of a model that has been run, NaN where it does not apply.

    Stage by month, path and series of the lineage are reckoned where the caller does not have them already.
    """
    by_month = model.stage_by_month() if by_month is None else by_month
    path = model.path() if path is None else path
    seen = Seen(model, by_month, path, model.recorder.lineage(path) if lineage is None else lineage)
    return {name: float(measure(seen)) for name, measure in MEASURES.items()}

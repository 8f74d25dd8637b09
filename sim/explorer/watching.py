"""One history watched from outside: the run, and what a run does not keep (readiness by system, members by country of
their owner, who bought whom, which consortia became one)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.records.run import Run
from sim.technology.systems import readiness, systems

STEP = 3
"""Months between two looks at what is known; who belongs is looked at every month."""


@dataclass
class Watched:
    """A run with: `ready` quarters × systems (0 to 1), first months of publication and of a product by system (None:
    never), name of the body that carries the lineage by month (empty: none), deals (month, buyer, seller), firms by
    number; `owners` by month: members of the lineage by country of their ultimate owner; `united` name of a consortium
    → names of those that became it."""  # fmt: skip

    run: Run
    ready: np.ndarray
    published: list[int | None]
    sold: list[int | None]
    carrier: list[str]
    deals: list[tuple[int, int, int]] = field(default_factory=list)
    owners: list[dict[str, int]] = field(default_factory=list)
    united: dict[str, list[str]] = field(default_factory=dict)


def watch(what: Any, seed: int, progress: Callable[[int, int], Any] | None = None) -> Watched:
    """Run one history (settings with `horizon.networks`) and watch it. Raises what the model raises."""
    from sim.model import ConsortiumModel

    model = ConsortiumModel(what.settings, seed)
    ready: list[np.ndarray] = []
    belong: list[dict[int, dict[str, int]]] = []
    published: list[int | None] = [None] * len(systems())
    while model.month < model.months:
        model.run_for(1)  # the model is only looked at between months
        belong.append({body.number: dict(Counter(firm.country for firm in body.members)) for body in model.consortia})
        if model.month % STEP and model.month < model.months:
            continue
        ready.append(_ready(model))
        published = [model.month - STEP if known and first is None else first
                     for first, known in zip(published, model.published.tolist(), strict=True)]  # fmt: skip
        if progress is not None and model.month % 12 == 0:
            progress(model.month, model.months)
    path, names = model.path(), {body.number: body.name for body in model.all_bodies}
    return Watched(
        run=Run.of(model, what), ready=np.array(ready), published=published,
        sold=[model.first_product.get(number) for number in range(len(systems()))],
        carrier=[names[path[month]] if month in path else "" for month in range(model.months)],
        deals=[(int(month), int(buyer), int(seller)) for month, buyer, seller in model.merger_log],
        owners=[of_month.get(path.get(month, -1), {}) for month, of_month in enumerate(belong)],
        united={names[number]: [names[parent] for parent in parents]
                for number, (link, parents) in model.origin.items() if link == "merger"},
    )  # fmt: skip


def _ready(model: Any) -> np.ndarray:
    """Readiness by system of the best that living firms know: one product needs all functions, the weakest holds it back."""
    best = model.knowledge.best_of(model.firms, model.firms.living())
    found = readiness(best, model.settings.technology.substitution_exponent)
    return np.where(model.published, found, np.nan)

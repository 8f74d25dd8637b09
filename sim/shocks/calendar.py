"""When the user's experiments happen: the one verb of the timetable that may know a date."""

import dataclasses
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from sim import dates
from sim.shocks import happenings

if TYPE_CHECKING:
    from sim.government import Funding
    from sim.model import ConsortiumModel
    from sim.settings import Settings
    from sim.shocks.declared import Shock

Happening = partial[None]
"""What happens to a model, with what it needs to know."""

FEBRUARY = 1  # the month of every budget


def experiments_are_made(model: "ConsortiumModel") -> None:
    """What the user imposes in this month happens: a regime of public money comes into force or ends, a shock strikes."""
    for happens in model.experiments.pop(model.month, ()):
        happens(model)


def planned(settings: "Settings") -> dict[int, list[Happening]]:
    """What the user imposes, by month of the run."""
    first, months = settings.horizon.first_year, 12 * settings.horizon.years
    plan: dict[int, list[Happening]] = defaultdict(list)
    spans = [(*period.span(first, months), period) for period in settings.funding.periods]
    begins = {start for start, _, _ in spans}
    for start, end, period in spans:
        plan[start].append(partial(_puts_in_force, funding=period.applied_to(settings.funding), since=start,
                                   words=f"the regime {period.in_words()} comes into force"))  # fmt: skip
        if end not in begins:
            plan[end].append(partial(_puts_in_force, funding=settings.funding, since=0,
                                     words=f"the regime {settings.funding.regime} comes back into force"))  # fmt: skip
    for shock in settings.shocks.list:
        month = dates.number_of(shock.month, first)
        plan[month].append(partial(_strikes, shock=shock))
        if shock.lasts():
            plan[month + max(1, round(12 * shock.lasts()))].append(partial(_is_over, shock=shock))
    return dict(plan)


def _puts_in_force(model: "ConsortiumModel", funding: "Funding", since: int, words: str) -> None:
    """A regime comes into force in the reference country; outside of February the budget is made anew at once."""
    government = model.governments[0]
    government.takes_up(dataclasses.replace(funding), since)
    model.ledger.note(model.month, "experiment", government.country, "public money", f"the user's experiment: {words}")
    if model.month % 12 != FEBRUARY:
        government.budgets(int(model.year))


def _strikes(model: "ConsortiumModel", shock: "Shock") -> None:
    """A shock happens, and the ledger says what came of it."""
    told = happenings.BEGIN[shock.kind](model, shock)
    terms = {"share": shock.size(), "years": shock.lasts()} if shock.size() or shock.lasts() else {}
    model.ledger.note(model.month, "experiment", told.who, told.whom, f"the user's experiment: {told.words}", terms)


def _is_over(model: "ConsortiumModel", shock: "Shock") -> None:
    """A shock that lasts some years comes to its end."""
    told = happenings.END[shock.kind](model, shock)
    model.ledger.note(model.month, "experiment", told.who, told.whom, f"the user's experiment: {told.words}")

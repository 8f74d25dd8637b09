"""Verbs of the timetable that belong to technology."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.firm.products import ProductDecisions

if TYPE_CHECKING:
    from sim.model import ConsortiumModel

QUARTER = 0.25  # years


def principles_are_published(model: "ConsortiumModel") -> None:
    """Once a year: a recording principle published by now may be worked on, with what carries over from its parent."""
    model.published = model.drivers.published(model.systems.year_published, model.year)
    model.knowledge.publish(model.firms, model.published)


def know_how_grows(model: "ConsortiumModel") -> None:
    """Own R&D, rivals, publications and the universities' own work raise know-how."""
    model.knowledge.research(model.firms, model.published.astype(float), model.basic_effort, QUARTER)


def laboratories_demonstrate(model: "ConsortiumModel") -> None:
    """The best disk laboratory shows a density."""
    model.knowledge.demonstrate(model.firms, model.published)


def products_improve(model: "ConsortiumModel") -> None:
    """Engineering closes part of the distance between each maker's product and what its know-how allows."""
    firms, who = model.firms, model.firms.makers()
    model.attainable = model.knowledge.attainable(firms, who)
    pace = 1.0 - math.exp(-model.settings.technology.engineering_per_year * QUARTER)
    engineering_closes(who, firms.density, firms.system, model.attainable, pace)


@compiled
def engineering_closes(who, density, system, attainable, pace):
    """A part `pace` of the log distance between each maker's product and what its know-how allows is closed."""
    for place in range(len(who)):
        held = max(density[who[place]], 1e-9)
        gap = max(np.log(attainable[place, system[who[place]]] / held), 0.0)
        density[who[place]] *= np.exp(pace * gap)


def makers_choose_systems(model: "ConsortiumModel") -> None:
    """A maker without a change under way weighs another recording system."""
    makers = model.makers()
    for place in who_may_change(model):
        firm = makers[place]
        if firm.pending is None:
            system, decision = firm.adopts(model.attainable[place], model.published)
            if decision:
                firm.pending = (system, model.month + firm.industrialisation())
                model.ledger.note(model.month, "system_adopted", firm.name, model.systems.names[system],
                                  "it promises more density than the change costs", decision.terms)  # fmt: skip


def who_may_change(model: "ConsortiumModel") -> list[int]:
    """The places of the makers to whom some system promises what a change costs; all where a subclass decides otherwise."""
    if model.firm_class.adopts is not ProductDecisions.adopts:
        return list(range(len(model.attainable)))
    firms, needed = model.firms, math.exp(model.settings.products.adoption_gain - 1e-9)
    may = np.zeros(len(model.attainable), dtype=bool)
    any_may = some_promise(firms.makers(), firms.system, model.attainable, model.published, model.systems.is_disk, needed, may)
    return np.flatnonzero(may).tolist() if any_may else []


@compiled
def some_promise(who, system, attainable, published, is_disk, needed, may):
    """Whether any maker in `who` has a published disk system that gives `needed` times the density of its own; who, into
    `may`."""  # fmt: skip
    found = False
    for place in range(len(who)):
        own, most = system[who[place]], 0.0
        for other in range(len(is_disk)):
            if published[other] and is_disk[other]:
                most = max(most, attainable[place, other])
        held = attainable[place, own] if published[own] and is_disk[own] else 0.0
        if most >= needed * max(held, 1e-9):
            found = may[place] = True
    return found


def new_systems_become_products(model: "ConsortiumModel") -> None:
    """A system whose industrialisation is done goes into products."""
    for firm in model.makers():
        if firm.pending is not None and firm.pending[1] <= model.month:
            system, firm.pending = firm.pending[0], None
            model.firms.system[firm.number] = system
            if system not in model.first_product:
                model.first_product[system] = model.month
                model.ledger.note(model.month, "first_product", firm.name, model.systems.names[system], "first to sell it")

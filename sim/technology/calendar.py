"""Verbs of the timetable that belong to technology."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled

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
    for place, firm in enumerate(model.makers()):
        if firm.pending is None:
            system, decision = firm.adopts(model.attainable[place], model.published)
            if decision:
                firm.pending = (system, model.month + firm.industrialisation())
                model.ledger.note(model.month, "system_adopted", firm.name, model.systems.names[system],
                                  "it promises more density than the change costs", decision.terms)  # fmt: skip


def new_systems_become_products(model: "ConsortiumModel") -> None:
    """A system whose industrialisation is done goes into products."""
    for firm in model.makers():
        if firm.pending is not None and firm.pending[1] <= model.month:
            system, firm.pending = firm.pending[0], None
            model.firms.system[firm.number] = system
            if system not in model.first_product:
                model.first_product[system] = model.month
                model.ledger.note(model.month, "first_product", firm.name, model.systems.names[system], "first to sell it")

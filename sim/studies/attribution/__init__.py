"""What causes what: a full factorial of causes with common random numbers, shared out by Shapley values."""

from sim.studies.attribution.attribute import FIRST_SEED, Attribution, attribute
from sim.studies.attribution.causes import Cause, chosen, read, shipped
from sim.studies.attribution.effects import Effects, effects
from sim.studies.attribution.factorial import Factorial, Histories, histories
from sim.studies.attribution.transitions import TRANSITIONS, Transition, transitions_of

__all__ = [
    "FIRST_SEED", "TRANSITIONS", "Attribution", "Cause", "Effects", "Factorial", "Histories", "Transition", "attribute",
    "chosen", "effects", "histories", "read", "shipped", "transitions_of",
]  # fmt: skip

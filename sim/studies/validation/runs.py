"""Why so many runs: a pilot, its variance, the smallest difference that matters, power, for every *fit* pattern."""

import numpy as np

from sim.patterns import Evidence, Missing, Pattern, patterns
from sim.patterns.measures import measure
from sim.studies import replicates
from sim.studies.replicates import Argument

HALF_WIDTH_OF_A_SHARE = 0.1
"""A share of histories is to be known to plus or minus ten points."""
OF_A_BAND = 0.5
"""The smallest difference that matters in a median: half the way from the middle of its band to the edge."""


def argued(evidence: Evidence, declared: tuple[Pattern, ...] | None = None) -> list[Argument]:
    """How many seeds each *fit* pattern needs, by the runs of a pilot; what the pilot does not measure is left out."""
    found = [_argued(each, evidence) for each in declared or patterns() if each.use == "fit"]
    return [each for each in found if each is not None]


def _argued(each: Pattern, evidence: Evidence) -> Argument | None:
    """One pattern; None where the pilot cannot measure it, or nothing bounds it."""
    try:
        values = measure(each, evidence).values
    except Missing:
        return None
    if each.rule == "share":
        share = float(np.mean(values))
        seeds = replicates.needed_for_share(share, HALF_WIDTH_OF_A_SHARE)
        deviation = float(np.sqrt(share * (1.0 - share)))
        return Argument(f"{each.name}, {each.label}", deviation, HALF_WIDTH_OF_A_SHARE, "(share of histories)", seeds)
    if each.low is None or each.high is None or each.low == each.high:
        return None
    waiting = np.where(np.isinf(values), evidence.horizon, values)  # never counts as the horizon
    matters = OF_A_BAND * (each.high - each.low) / 2.0
    return replicates.argued(f"{each.name}, {each.label}", waiting, matters, each.unit)

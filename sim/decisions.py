"""A decision and its terms: what was weighed, how it was decided, what the dice said.

The terms are kept with the event, so that anybody can reckon the decision again.
"""

import math
from typing import Any, NamedTuple


class Decision(NamedTuple):
    """Whether it happens, and the terms from which that follows."""

    happens: bool
    terms: dict[str, Any]

    def __bool__(self) -> bool:
        return self.happens


def overrides(kind: type, holder: type, *decisions: str) -> bool:
    """Whether a class decides any of these otherwise than `holder`; where none does, they may be taken for all at once."""
    return any(getattr(kind, name) is not getattr(holder, name) for name in decisions)


def logistic(weight: float) -> float:
    """The logistic function.

    >>> round(logistic(1.2), 6)
    0.768525
    """
    if weight >= 0:
        return 1.0 / (1.0 + math.exp(-weight))
    return math.exp(weight) / (1.0 + math.exp(weight))


def by_chance(terms: dict[str, float], scale: float, draw: float) -> Decision:
    """A logit choice: it happens with probability logistic(sum of terms / scale)."""
    value = logistic(math.fsum(terms.values()) / scale)
    return Decision(draw < value, {"test": "probability", "terms": terms, "scale": scale, "value": value, "draw": draw})


def by_hazard(log_rate_terms: dict[str, float], months: float, draw: float) -> Decision:
    """A hazard: it happens within `months` with the chance of a rate a year whose logarithm is the sum of terms."""
    value = chance_within(months, math.fsum(log_rate_terms.values()))
    return Decision(draw < value, {"test": "hazard", "terms": log_rate_terms, "months": months, "value": value, "draw": draw})


def chance_within(months: float, log_rate: float) -> float:
    """The chance that what has this rate a year happens within some months: 1 - exp(-exp(log rate) × months / 12)."""
    return -math.expm1(-math.exp(log_rate) * months / 12.0)


def by_comparison(terms: dict[str, float], threshold: float = 0.0) -> Decision:
    """A comparison: it happens when the sum of terms exceeds the threshold."""
    value = math.fsum(terms.values())
    return Decision(value > threshold, {"test": "comparison", "terms": terms, "threshold": threshold, "value": value})


def by_vote(yes: float, no: float, needed: float, ballots: dict[str, Any]) -> Decision:
    """A vote: it happens when the share of yes reaches what is needed; nobody voting is no."""
    value = yes / (yes + no) if yes + no > 0 else 0.0
    told = {"test": "vote", "yes": yes, "no": no, "needed": needed, "value": value, "ballots": ballots}
    return Decision(yes + no > 0 and value >= needed, told)

"""Why a decision fell as it did: the stored terms, recomputed and told in plain words.

An event keeps the terms of its decision as a small dictionary with a `test`:

- `probability`: 1 / (1 + exp(-sum(terms) / scale)); it happens when `draw` is below;
- `hazard`: 1 - exp(-exp(sum(terms)) * months / 12), the terms being logs of a rate a year; likewise;
- `comparison`: sum(terms), which must exceed `threshold`;
- `vote`: yes / (yes + no), which must reach `needed`;
- `choice`: the largest of `options`, which is chosen.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Terms = Mapping[str, Any]


def probability(terms: Terms) -> float:
    """Logistic probability of a sum of terms: terms {a: 1.0, b: -0.4}, scale 0.5 give 0.768525."""
    weight = math.fsum(terms["terms"].values()) / terms["scale"]
    return 1.0 / (1.0 + math.exp(-weight)) if weight >= 0 else math.exp(weight) / (1.0 + math.exp(weight))


def hazard(terms: Terms) -> float:
    """Probability within some months of a rate a year: terms {a: -1.0}, 6 months give 0.168035."""
    rate = math.exp(math.fsum(terms["terms"].values()))
    return -math.expm1(-rate * terms["months"] / 12.0)


def comparison(terms: Terms) -> float:
    """The sum that is held against a threshold."""
    return math.fsum(terms["terms"].values())


def vote(terms: Terms) -> float:
    """The share of yes among the votes cast; 0 when nobody voted."""
    cast = terms["yes"] + terms["no"]
    return terms["yes"] / cast if cast else 0.0


def choice(terms: Terms) -> float:
    """The largest utility among the options."""
    return max(terms["options"].values())


TESTS: Mapping[str, Callable[[Terms], float]] = {
    "probability": probability,
    "hazard": hazard,
    "comparison": comparison,
    "vote": vote,
    "choice": choice,
}


def recompute(terms: Terms) -> float:
    """The value of a decision from its stored terms. Raises ValueError when they hold no known test."""
    test = str(terms.get("test"))
    if test not in TESTS:
        raise ValueError(
            f"these terms hold no test that can be recomputed: {test!r} is none of {', '.join(TESTS)}"
        )
    return float(TESTS[test](terms))


def agrees(terms: Terms, tolerance: float = 1e-9) -> bool:
    """Whether the stored value is what the stored terms give."""
    return abs(recompute(terms) - float(terms["value"])) <= tolerance


def happens(terms: Terms) -> bool:
    """Whether the decision falls for it: the draw below, the threshold passed, the quorum reached."""
    value = recompute(terms)
    if terms["test"] in ("probability", "hazard"):
        return bool(terms["draw"] < value)
    if terms["test"] == "comparison":
        return bool(value > terms["threshold"])
    return terms["test"] == "choice" or bool(terms["yes"] + terms["no"] > 0 and value >= terms["needed"])


@dataclass(frozen=True)
class Entry:
    """One event of the ledger with the terms of its decision."""

    month: int
    year: float
    kind: str
    who: str
    whom: str
    why: str
    terms: Terms

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Entry":
        """From a row of `events`, whose `terms` may still be JSON text."""
        terms = event["terms"]
        read = json.loads(terms or "{}") if isinstance(terms, str) else dict(terms or {})
        plain = {name: str(event[name] or "") for name in ("kind", "who", "whom", "why")}
        return cls(month=int(event["month"]), year=float(event["year"]), terms=read, **plain)

    def concerns(self, who: str | None, year: float | None, kind: str | None) -> bool:
        """Whether it names `who` (part of a name, any case), in that calendar year, of that kind."""
        named = who is None or who.lower() in f"{self.who}\n{self.whom}".lower()
        dated = year is None or math.floor(self.year) == math.floor(year)
        return named and dated and (kind is None or kind == self.kind)

    def __str__(self) -> str:
        return explain(self)


class Entries(list[Entry]):
    """Entries of the ledger; they print as plain words."""

    def __str__(self) -> str:
        return "\n\n".join(str(decision) for decision in self) or "Nothing of that kind happened."

    __repr__ = __str__


def explain(event: Entry | Mapping[str, Any]) -> str:
    """A decision in plain words: what, why, what spoke for and against, and the check of the sum."""
    told = event if isinstance(event, Entry) else Entry.of(event)
    toward = f" ({told.whom})" if told.whom else ""
    lines = [f"{calendar(told.month, told.year)}  {told.who}{toward}: {told.kind}. {told.why}".rstrip()]
    if told.terms.get("test") in TESTS:
        lines += [*_weighed(told.terms), _verdict(told.terms), _check(told.terms)]
    else:
        lines += [f"  {_words(name)}: {_figure(value)}" for name, value in told.terms.items()]
    return "\n".join(lines)


def calendar(month: int, year: float) -> str:
    """`2003-05` from the decimal year at the start of a month."""
    whole = math.floor(year + 1e-6)
    return f"{whole}-{round((year - whole) * 12) + 1:02d}"


def _weighed(terms: Terms) -> list[str]:
    """The terms for and against, the heaviest first; the ballots of a vote; the options of a choice."""
    if terms["test"] == "vote":
        return [_side("for", terms, True), _side("against", terms, False)]
    if terms["test"] == "choice":
        return ["  options: " + _listed(sorted(terms["options"].items(), key=lambda item: -item[1]))]
    ranked = sorted(terms["terms"].items(), key=lambda item: -abs(item[1]))
    sides = {"for": [i for i in ranked if i[1] > 0], "against": [i for i in ranked if i[1] < 0]}
    return [f"  {side}: {_listed(held)}" for side, held in sides.items() if held]


def _side(side: str, terms: Terms, ballot: bool) -> str:
    """One side of a vote: how many votes and, where the ballots were kept, whose."""
    names = [name for name, cast in terms.get("ballots", {}).items() if bool(cast) is ballot]
    return f"  {side}: {terms['yes' if ballot else 'no']:g} votes" + (
        f" ({', '.join(names)})" if names else ""
    )


def _verdict(terms: Terms) -> str:
    """What the test said, in words."""
    value, fell = recompute(terms), "so it happened" if happens(terms) else "so it did not"
    if terms["test"] in ("probability", "hazard"):
        span = f" within {terms['months']} months" if terms["test"] == "hazard" else ""
        return f"  probability {value:.4f}{span}, drawn {terms['draw']:.4f}: {fell}"
    if terms["test"] == "comparison":
        return f"  sum {value:.4f} against a threshold of {terms['threshold']:.4f}: {fell}"
    if terms["test"] == "vote":
        return f"  {value:.1%} in favour, {terms['needed']:.1%} needed: {fell}"
    return f"  chosen: {_words(max(terms['options'], key=terms['options'].__getitem__))}"


def _check(terms: Terms) -> str:
    doubt = "" if agrees(terms) else "  <- they differ"
    return f"  recomputed {recompute(terms):.4f}, stored {terms['value']:.4f}{doubt}"


def _listed(items: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{_words(name)} {value:+.3g}" for name, value in items)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _figure(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)

"""The patterns of the recorded history, P1 to P18, and how far a study shows them.

`fit` patterns may be used to choose parameters, `check` patterns are only reported. A pattern is declared in
`sim/data/patterns.csv`, taken from the runs by `measures`, scored by `score`, and set beside `naive`.
"""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.patterns.declared import Pattern, pattern, patterns, percent
from sim.patterns.evidence import Evidence, Missing
from sim.patterns.measures import measure
from sim.patterns.naive import naive
from sim.patterns.score import Score, score

__all__ = ["COLUMNS", "Evidence", "Missing", "Pattern", "evaluate", "pattern", "patterns", "percent"]

COLUMNS = (
    "pattern", "use", "label", "measures", "unit", "target", "recorded", "low", "high", "value", "median",
    "p05", "p95", "inside", "pass", "measured", "naive", "naive_words", "naive_value", "naive_pass", "source",
    "note",
)  # fmt: skip
"""What `evaluate` tells of each pattern; `value` is the number held against the band."""


_WORDS = ("use", "label", "measures", "unit", "target", "source")
NOT_MEASURED = Score(math.nan, math.nan, math.nan, math.nan, math.nan, passes=False)


def evaluate(study: Any, point: Any = None, declared: Sequence[Pattern] | None = None) -> pd.DataFrame:
    """Hold every pattern against the runs of a study, or of one of its points: a row a pattern or part.

    `pass` follows the rule of the pattern; `inside` is the share of runs whose own value is in the band.
    A year never reached counts as infinity (beyond the horizon), a value that does not apply as NaN. What
    the study does not hold gives a row with `measured` false, `pass` false and the reason in `note`.
    `study` may also be an `Evidence`, so that a report need not read it twice. `declared` are patterns of one's own
    (`sim.patterns.own.read`) in place of the shipped ones.
    """
    evidence = study if isinstance(study, Evidence) else Evidence(study, point)
    return pd.DataFrame([_row(each, evidence) for each in declared or patterns()], columns=list(COLUMNS))


def _row(each: Pattern, evidence: Evidence) -> dict[str, Any]:
    """One pattern as a row of the table."""
    found, note = _scored(each, evidence)
    benchmark = naive(each)
    told = {name: getattr(each, name) for name in _WORDS}
    bounds = {name: _or_nan(getattr(each, name)) for name in ("recorded", "low", "high")}
    numbers = {name: getattr(found, name) for name in ("value", "median", "p05", "p95", "inside")}
    return {
        "pattern": each.name, **told, **bounds, **numbers, "pass": found.passes,
        "measured": found is not NOT_MEASURED, "naive": str(benchmark), "naive_words": benchmark.words,
        "naive_value": benchmark.value, "naive_pass": benchmark.meets, "note": note,
    }  # fmt: skip


def _scored(each: Pattern, evidence: Evidence) -> tuple[Score, str]:
    """The score and its note; a pattern that cannot be measured gets NaN and the reason."""
    try:
        if not len(evidence):
            raise Missing("the study holds no finished run")
        measured = measure(each, evidence)
    except Missing as missing:
        return NOT_MEASURED, f"not measured: {missing}"
    found = score(each, measured)
    return found, "; ".join(part for part in (measured.note, found.note) if part)


def _or_nan(number: float | None) -> float:
    return math.nan if number is None else number

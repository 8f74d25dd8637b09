"""Series of the lineage that are counted after a run: who came and went and why, members by sector, projects by kind and cell.

They are read from the ledger and from the list of projects, so a month costs nothing more; `counting.py` counts them.
"""

from dataclasses import dataclass

from sim.population import FUNCTIONS
from sim.technology.systems import systems


@dataclass(frozen=True)
class Series:
    """One series: what it is called, its unit, whether it is a stock, a flow a month, a total so far or a state."""

    label: str
    unit: str
    kind: str
    meaning: str


KINDS = ("travel", "partial", "full")
"""Kinds of university project."""

SECTORS = {
    "drives": ("drives",),
    "components": ("heads", "media", "electronics", "equipment", "materials"),
    "tape_optical": ("tape", "optical"),
    "flash": ("flash",),
    "systems": ("systems",),
}
"""Sector → business lines."""

EXITS = {
    "disappointed": "after years in which membership was not worth its fee and the rest",
    "other_business": "because its business turned elsewhere",
    "other_reasons": "for reasons outside the model",
    "firm_gone": "because the firm ended or was bought whole",
    "not_admitted": "because its owner or its business was no longer admitted, or the consortium ended",
    "branch": "because the lineage went on in another consortium, to which it did not go",
}
"""Why a firm is no longer in the lineage → in words."""

_BY = {
    **{kind: (f"{kind} projects", f"{kind} research projects") for kind in KINDS},
    "abroad": ("projects abroad", "research projects at universities outside the reference country"),
    **{f"on_{name}": (f"projects on {name}", f"research projects on {label}")
       for name, label in zip(systems().names, systems().labels, strict=True)},
    **{f"for_{name}": (f"projects for {name}", f"research projects on the function {name}") for name in FUNCTIONS},
}  # fmt: skip
PARTS = tuple(_BY)
"""The parts into which research projects are counted: kind, place, recording system, function."""

_STATES = {
    "active": ("projects", "stock", ", running"),
    "started": ("projects a month", "flow", ", started"),
    "stopped": ("projects a month", "flow", ", stopped before their end"),
}

COUNTED = {
    "joins": Series("joins", "firms a month", "flow", "firms that came into the lineage in the month, founders among them"),
    "exits": Series("exits", "firms a month", "flow", "firms that were in the lineage the month before and are no more"),
    **{f"exits_{name}": Series(f"exits, {name.replace('_', ' ')}", "firms a month", "flow", f"of these, {words}")
       for name, words in EXITS.items()},
    "members_sister_country": Series("members of the sister country", "firms", "stock",
                                     "members with an ultimate owner in the sister country"),
    **{f"members_{name}": Series(f"members, {name.replace('_', ' and ')}", "firms", "stock",
                                 f"members whose largest storage business at their start was {' or '.join(lines)}")
       for name, lines in SECTORS.items()},
    **{f"projects_{state}_{part}": Series(f"{label}{told}", unit, kind, f"{meaning}{told}")
       for state, (unit, kind, told) in _STATES.items() for part, (label, meaning) in _BY.items()},
    "income_volatility": Series("volatility of income", "coefficient of variation", "stock",
                                "standard deviation over mean of the income (fees and public money) of the last five years; "
                                "NaN before the lineage is five years old"),
}  # fmt: skip
"""The series by name, in the order in which they are written."""

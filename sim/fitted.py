"""Numbers whose default was chosen by calibration: one generated file holds them, the declaration all the rest.

`consortium calibrate --defaults` writes `sim/data/fitted.csv`; nobody edits it by hand.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from sim import paths
from sim.parameters import Prior, parameter

FILE = "fitted.csv"


def fitted(name: str, *, prior: Prior, **told: Any) -> Any:
    """Declare a setting whose default stands in the generated file under its dotted name.

    `told` are the terms of `sim.parameters.parameter`. Raises ValueError when the file has no such number, or one that
    the declaration does not allow.
    """
    known = defaults()
    if name not in known:
        raise ValueError(f"{name} has no default in sim/data/{FILE}: add a row with its value, or run the calibration")
    return parameter(known[name], prior=prior, **{"kind": "uncertainty"} | told)


@cache
def defaults() -> dict[str, float]:
    """The fitted defaults by dotted name."""
    with Path(paths.data(FILE)).open(encoding="utf-8", newline="") as file:
        return {row["parameter"]: float(row["value"]) for row in csv.DictReader(file)}

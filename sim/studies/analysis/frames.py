"""The structure of a sensitivity design, found again in its points: nothing is analysed that is not what it says."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError
from sim.studies.analysis.cases import Cases, count, listed

KINDS = ("morris", "saltelli")
_CLOSE = 1e-6


def factors(cases: Cases) -> list[str]:
    """The keys that the design samples; refuses a study of another kind and one in which other keys vary too."""
    kind = str(cases.method.get("kind", "")) or "no design method"
    if kind not in KINDS:
        raise SettingError(f"this study is a design of kind {kind}; sensitivity indices need morris or saltelli. Write "
                           "consortium sensitivity --method morris --over KEY=low:high … --output DIR.")  # fmt: skip
    names = [name for name in cases.method.get("parameters", {}) if name in cases.varied and _sampled(cases, name)]
    others = [key for key in cases.keys if key not in names and cases.varied[key].nunique() > 1]
    if others:
        example = f"{others[0]}={cases.varied[others[0]].iloc[0]}"
        raise SettingError(f"beside what it samples this design crosses {listed(others)}: say where to analyse it, "
                           f"for example --where {example}.")  # fmt: skip
    if not names:
        raise SettingError("the design samples no parameter.")
    return names


def _sampled(cases: Cases, name: str) -> bool:
    return cases.method["parameters"][name].get("low") is not None


def unit(cases: Cases, names: list[str]) -> np.ndarray:
    """The points as numbers between 0 and 1 on the scale (linear or log) on which they were sampled."""
    columns = []
    for name in names:
        told: Mapping[str, Any] = cases.method["parameters"][name]
        low, high = float(told["low"]), float(told["high"])
        values = cases.varied[name].to_numpy(dtype=float)
        if told.get("scale") == "log":
            low, high, values = np.log(low), np.log(high), np.log(values)
        columns.append((values - low) / (high - low))
    return np.column_stack(columns)


def base_rows(cases: Cases, names: list[str]) -> tuple[int, bool]:
    """How many base samples a Saltelli design has and whether it serves second order. Refuses rows in another order."""
    size, second = len(names), bool(cases.method.get("second_order", False))
    step = 2 * size + 2 if second else size + 2
    points = len(cases.varied)
    if points % step:
        raise SettingError(f"a Saltelli design of {count(size, 'parameter')} has a multiple of {step} points; this one has "
                           f"{points}: points are missing or were added.")  # fmt: skip
    values = unit(cases, names).reshape(-1, step, size)
    first, last = values[:, 0], values[:, -1]
    for place, name in enumerate(names):
        wanted = first.copy()
        wanted[:, place] = last[:, place]
        _refuse_order(cases, values[:, place + 1], wanted, name)
        if second:
            wanted = last.copy()
            wanted[:, place] = first[:, place]
            _refuse_order(cases, values[:, place + 1 + size], wanted, name)
    return len(values), second


def _refuse_order(cases: Cases, found: np.ndarray, wanted: np.ndarray, name: str) -> None:
    if not np.allclose(found, wanted, atol=_CLOSE):
        raise SettingError(f"the points of this Saltelli design do not stand in its order (looked at {name}): they were sorted, "
                           "changed or left out. Indices would be wrong; make the study anew.")  # fmt: skip


def trajectories(cases: Cases, names: list[str]) -> tuple[np.ndarray, np.ndarray, float]:
    """What each step of a Morris design changes (trajectories × steps: parameter, sign) and the nominal step.

    Refuses points that do not form trajectories. A step that rounding to whole numbers has swallowed is given to the
    parameter whose turn it was; it moved nothing and its effect is zero.
    """
    size, levels = len(names), int(cases.method.get("levels", 4))
    if len(cases.varied) % (size + 1):
        raise SettingError(f"a Morris design of {count(size, 'parameter')} has a multiple of {size + 1} points; this one has "
                           f"{len(cases.varied)}: points are missing or were added.")  # fmt: skip
    steps = np.diff(unit(cases, names).reshape(-1, size + 1, size), axis=1)
    moved = np.abs(steps) > _CLOSE
    if (moved.sum(axis=2) > 1).any() or (moved.sum(axis=1) > 1).any():
        raise SettingError("the points of this Morris design do not form trajectories (one parameter a step): they were sorted, "
                           "changed or left out. Effects would be wrong; make the study anew.")  # fmt: skip
    which = np.where(moved.any(axis=2), moved.argmax(axis=2), -1)
    for row in which:
        row[row < 0] = sorted(set(range(size)) - set(row[row >= 0].tolist()))
    sign = np.where(np.take_along_axis(steps, which[:, :, None], axis=2)[:, :, 0] < 0, -1.0, 1.0)
    return which, sign, levels / (2.0 * (levels - 1.0))


def ranges(cases: Cases, names: list[str]) -> pd.DataFrame:
    """The range of each sampled parameter: low, high, scale."""
    told = cases.method["parameters"]
    return pd.DataFrame({"low": [told[name]["low"] for name in names], "high": [told[name]["high"] for name in names],
                         "scale": [told[name].get("scale") or "linear" for name in names]}, index=names)  # fmt: skip

"""All patterns on one card: where the runs lie in each band, fit and check apart."""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.report import style

REACH = 3.0
"""How many half-widths of the band the card shows on either side."""
NO_BAND = 0.2
"""Where a pattern has no band the card shows the recorded value ± this share."""


@style.in_style
def pattern_card(table: pd.DataFrame) -> Any:
    """Every pattern as a dot in its band: `table` is what `sim.patterns.evaluate` tells."""
    parts = [table[table["use"] == use] for use in ("fit", "check")]
    figure = style.sheet(12.0, 1.2 + 0.3 * max(len(part) for part in parts))
    for axes, part, title in zip(figure.subplots(1, 2), parts, ("fit", "check"), strict=True):
        _column(axes, part.reset_index(drop=True))
        passed, measured = int(part["pass"].sum()), int(part["measured"].sum())
        axes.set_title(f"{title}: {passed} of {len(part)} met, {measured} measured")
    _key(figure)
    return figure


def _key(figure: Any) -> None:
    """What the marks mean, in one line at the foot."""
    from matplotlib.lines import Line2D

    marks = (
        ("o", style.BLUE, "met"),
        ("s", style.VERMILION, "falls short"),
        (">", style.VERMILION, "falls short, beyond the card"),
        ("x", style.GREY, "naive benchmark"),
    )
    lines = [Line2D([], [], marker=mark, color=colour, linestyle="") for mark, colour, _ in marks]
    figure.legend(lines, [words for *_, words in marks], loc="outside lower center", ncols=4, fontsize=9)


def _column(axes: Any, part: pd.DataFrame) -> None:
    """One use of patterns, a row each."""
    axes.axvspan(-1, 1, color=style.GREEN, alpha=0.13, linewidth=0)
    for height, row in part.iterrows():
        _row(axes, height, row)
    axes.set_xlim(-REACH - 0.25, REACH + 0.25)
    axes.set_ylim(len(part) - 0.4, -0.6)
    names = [f"{row.pattern.split('.')[0]} {row.label}" for row in part.itertuples()]
    axes.set_yticks(range(len(part)), names)
    axes.set_xticks([-1, 1], ["low end", "high end"])
    axes.tick_params(axis="both", length=0, labelsize=8.5)
    axes.grid(axis="y", linewidth=0.6)
    axes.spines["left"].set_visible(False)


def _row(axes: Any, height: Any, row: pd.Series) -> None:
    """Value, spread of the runs and naive benchmark of one pattern, in units of its band."""
    if math.isnan(row["value"]):
        words = "does not arise" if row["measured"] else "not measured"
        axes.text(0, height, words, ha="center", va="center", fontsize=8, color=style.GREY)
        return
    low, value, high, naive = (_in_band(row, row[name]) for name in ("p05", "value", "p95", "naive_value"))
    colour = style.BLUE if row["pass"] else style.VERMILION
    axes.plot([low, high], [height, height], color=colour, linewidth=1.6, alpha=0.6)
    axes.plot(naive, height, marker="x", color=style.GREY, markersize=6, linestyle="")
    marker = ("o" if row["pass"] else "s") if abs(value) < REACH else (">" if value > 0 else "<")
    axes.plot(value, height, marker, color=colour, markersize=7, markeredgecolor="white")
    axes.text(1.02, height, _number(row["value"]), transform=axes.get_yaxis_transform(), va="center",
              fontsize=8.5, color=colour)  # fmt: skip


def _in_band(row: pd.Series, number: float) -> float:
    """A value in half-widths from the middle of the band, cut at the edge of the card."""
    low, high = row["low"], row["high"]
    if math.isnan(low) or math.isnan(high):
        low, high = row["recorded"] * (1 - NO_BAND), row["recorded"] * (1 + NO_BAND)
    half = (high - low) / 2 or 1.0
    if math.isnan(number):
        return math.nan
    return float(np.clip((number - (low + high) / 2) / half, -REACH, REACH))


def _number(number: float) -> str:
    """A value as a reader would write it: years whole, small numbers with two places."""
    if math.isinf(number):
        return "never"
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}" if abs(number) >= 1 else f"{number:.2f}"

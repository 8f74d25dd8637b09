"""Figures of a comparison: differences as a table of colours, public cost against speed, who is best."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.records.outcomes import OUTCOMES
from sim.report import style
from sim.studies.comparison.tables import COST, SPEED

if TYPE_CHECKING:
    from sim.studies.comparison.compare import Comparison

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY, style.BLACK, style.YELLOW)
BETTER, WORSE, SURE, OPEN = "#9ecae9", "#f5b58c", "#d9d9d9", "#ffffff"


def colours(count: int) -> list[str]:
    """As many colours; beyond eight they repeat."""
    return [COLOURS[number % len(COLOURS)] for number in range(count)]


@style.in_style
def differences_figure(made: "Comparison") -> Any:
    """Outcomes × alternatives: the paired difference in figures, coloured by whether it is decided and for whom."""
    told = made.tables["differences"]
    others = [name for name in made.names if name != made.against]
    outcomes = list(dict.fromkeys(told["outcome"]))
    figure = style.sheet(4.6 + 1.75 * len(others), 1.2 + 0.27 * len(outcomes))
    axes = figure.subplots()
    by = {(row.outcome, row.alternative): row for row in told.itertuples(index=False)}
    for y, outcome in enumerate(outcomes):
        better = made.alternatives.judged.get(outcome)
        for x, name in enumerate(others):
            row = by[outcome, name]
            good = None if better is None else better * row.difference > 0
            colour = OPEN if not row.decided else SURE if good is None else BETTER if good else WORSE
            _cell(axes, x, y, colour, _figure(row.difference))
    axes.set_xlim(-0.5, len(others) - 0.5)
    axes.set_ylim(len(outcomes) - 0.5, -0.5)
    axes.set_xticks(range(len(others)), [_wrapped(name) for name in others])
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(outcomes)), [_row(made, outcome) for outcome in outcomes])
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    _key(axes)
    return figure


def _cell(axes: Any, x: int, y: int, colour: str, words: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x - 0.49, y - 0.46), 0.98, 0.92, facecolor=colour, edgecolor="#e6e6e6", linewidth=0.6))
    axes.text(x, y, words, ha="center", va="center", fontsize=8.5)


def _key(axes: Any) -> None:
    from matplotlib.patches import Patch

    told = {BETTER: "decidedly better", WORSE: "decidedly worse", SURE: "decided, no common direction", OPEN: "not decided"}
    handles = [Patch(facecolor=colour, edgecolor="#bbbbbb", label=words) for colour, words in told.items()]
    axes.legend(handles=handles, loc="upper right", bbox_to_anchor=(1.0, -0.01), ncols=2, fontsize=8, handlelength=1.0)


def _row(made: "Comparison", outcome: str) -> str:
    arrow = {1: " ↑", -1: " ↓"}.get(made.alternatives.judged.get(outcome, 0), "")
    return f"{OUTCOMES[outcome].label}{arrow}  [{OUTCOMES[outcome].unit}]".replace("$", r"\$")


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.3g}" if value else "0"


def _wrapped(name: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(name, 18))


@style.in_style
def pareto_figure(made: "Comparison") -> Any:
    """Public cost against years from concept to product: single histories, means with intervals, the front."""
    told = made.tables["pareto"]
    figure = style.sheet(8.4, 4.8)
    axes = figure.subplots()
    for place, (row, colour) in enumerate(zip(told.itertuples(index=False), colours(len(told)), strict=True)):
        axes.plot(made.values[COST][place], made.values[SPEED][place], ".", color=colour, alpha=0.3, markersize=5)
        axes.errorbar(row[1], row[3], xerr=_none(row[2]), yerr=_none(row[4]), fmt="o", color=colour, markersize=7, capsize=3,
                      markeredgecolor="white", zorder=5, label=row[0] + (" (front)" if row[5] else ""))  # fmt: skip
    front = told[told["on_front"]].sort_values(COST)
    axes.plot(front[COST], front[SPEED], color=style.GREY, linewidth=1.2, linestyle="--", zorder=1)
    axes.set_xlabel("public cost over the run, million US$")
    axes.set_ylabel("years from concept to product, later systems")
    axes.grid(True, axis="both")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
    return figure


def _none(half: float) -> float | None:
    return half if half == half else None


@style.in_style
def best_figure(made: "Comparison") -> Any:
    """A bar an outcome, divided by the share of worlds in which each alternative is best."""
    told = made.tables["best"]
    outcomes = list(dict.fromkeys(told["outcome"]))
    figure = style.sheet(9.4, 1.1 + 0.3 * len(outcomes))
    axes = figure.subplots()
    left = np.zeros(len(outcomes))
    for name, colour in zip(made.names, colours(len(made.names)), strict=True):
        share = told[told["alternative"] == name].set_index("outcome")["best_share"].reindex(outcomes).to_numpy()
        axes.barh(range(len(outcomes)), share, left=left, color=colour, label=name, height=0.74, edgecolor="white", linewidth=0.6)
        left += share
    axes.set_yticks(range(len(outcomes)), [_row(made, outcome) for outcome in outcomes])
    axes.set_ylim(len(outcomes) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of worlds in which it is best")
    axes.grid(False)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
    return figure

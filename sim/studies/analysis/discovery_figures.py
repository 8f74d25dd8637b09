"""Figures of a discovery: trade-off of the boxes, their limits, the points in pairs of keys, the chance over one key."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.studies.analysis.answers import Picture

if TYPE_CHECKING:
    from sim.studies.analysis.discovery import Discovery

_MOST_PAIRED = 4
_NEAR = 0.06  # of the range: a bound so near to a limit is not written


def pictures(made: "Discovery") -> dict[str, Picture]:
    """The figures that apply."""
    told: dict[str, Picture] = {}
    if made.boxes:
        told["box"] = Picture(
            "Limits of the first box", "Bars over the range of each limited key that show which part of it the box takes.",
            "Each key over its whole range; the coloured part is the box, its ends as numbers. A small quasi-p-value "
            "says that the "
            "limit is needed; *again* is the share of resamples in which the key was "
            "limited.", partial(box_figure, made))  # fmt: skip
        told["trade_off"] = Picture(
            "Trade-off of coverage and density", "A line of boxes from covering all cases to holding nothing else.",
            "Every mark is a box on the way of the search: to the right more of the cases of interest are inside, "
            "upwards the box "
            "holds fewer other points. The ring is the box that was taken; the cross is what points that were not drawn say.",
            partial(trade_off_figure, made))  # fmt: skip
        if len({limit.key for limit in made.boxes[0].limits}) + (len(made.x.columns) > 1) > 1:
            told["pairs"] = Picture(
                "Points in pairs of keys", "Scatter of the points over pairs of limited keys, with the box drawn in.",
                "Every point of the design; the colour is the share of its seeds in which it happens. The frame is "
                "the first box.",
                partial(pairs_figure, made))  # fmt: skip
    told["chance"] = Picture(
        "Chance over each key", "The share of histories in which it happens, over fifths of each key.",
        "Share of histories in which it happens in each fifth of the points along a key (or for each choice), with a "
        "95 % interval over "
        "points. The dotted line is the share in all.", partial(chance_figure, made))  # fmt: skip
    return told


@style.in_style
def box_figure(made: "Discovery") -> Any:
    """The limits of the first box over the ranges of their keys."""
    box = made.boxes[0]
    again = (
        {} if made.resampled is None else dict(zip(made.resampled.keys["key"], made.resampled.keys["reproduced"], strict=True))
    )
    figure = style.sheet(9.6, 1.3 + 0.62 * len(box.limits))
    axes = figure.subplots()
    for place, limit in enumerate(reversed(box.limits)):
        values = made.x[limit.key]
        axes.barh(place, 1.0, height=0.34, color=style.PALE)
        if limit.choices:
            _choices(axes, place, sorted(values.astype(str).unique()), limit.choices)
        else:
            _span(axes, place, values.to_numpy(dtype=float), limit)
        said = f"quasi-p {limit.quasi_p:.1g}" + (f", again {again.get(limit.key, 0.0):.0%}" if again else "")
        axes.text(1.015, place, said, va="center", fontsize=8.5, color=style.GREY)
    axes.set_yticks(range(len(box.limits)), [limit.key for limit in reversed(box.limits)])
    axes.set(xlim=(0, 1), ylim=(-0.6, len(box.limits) - 0.4))
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_title(f"{made.meaning}: coverage {box.coverage:.0%}, density {box.density:.0%} (all points {made.y.mean():.0%})")
    return figure


def _span(axes: Any, place: int, values: np.ndarray, limit: Any) -> None:
    low, high = float(values.min()), float(values.max())
    start = 0.0 if limit.low is None else (limit.low - low) / (high - low)
    end = 1.0 if limit.high is None else (limit.high - low) / (high - low)
    axes.barh(place, end - start, left=start, height=0.34, color=style.BLUE)
    if limit.low is None or start > _NEAR:
        axes.text(0.0, place - 0.24, f"{low:.3g}", ha="left", va="top", fontsize=8.5, color=style.GREY)
    if limit.high is None or end < 1.0 - _NEAR:
        axes.text(1.0, place - 0.24, f"{high:.3g}", ha="right", va="top", fontsize=8.5, color=style.GREY)
    for at, value in ((start, limit.low), (end, limit.high)):
        if value is not None:
            axes.text(at, place - 0.24, f"{value:.3g}", ha="center", va="top", fontsize=8.5, color=style.BLUE, fontweight="bold")


def _choices(axes: Any, place: int, every: list[str], taken: tuple[str, ...]) -> None:
    width = 1.0 / len(every)
    for number, value in enumerate(every):
        inside = value in taken
        if inside:
            axes.barh(place, width, left=number * width, height=0.34, color=style.BLUE, edgecolor="white")
        axes.text(
            (number + 0.5) * width, place, value, ha="center", va="center", fontsize=8.5, color="white" if inside else style.GREY
        )


@style.in_style
def trade_off_figure(made: "Discovery") -> Any:
    """Coverage against density of the boxes on the way, coloured by the number of limits."""
    path = made.boxes[0].trade_off
    box = made.boxes[0]
    figure = style.sheet(6.6, 4.6)
    axes = figure.subplots()
    axes.plot(path["coverage"], path["density"], color="#cccccc", linewidth=1.0, zorder=1)
    colours = [style.GREY, style.SKY, style.BLUE, style.GREEN, style.ORANGE, style.VERMILION, style.PURPLE]
    for number in sorted(path["limits"].unique()):
        rows = path[path["limits"] == number]
        axes.scatter(rows["coverage"], rows["density"], s=26, zorder=2, color=colours[min(int(number), len(colours) - 1)],
                     label=f"{int(number)} limited {'key' if number == 1 else 'keys'}")  # fmt: skip
    axes.scatter([box.coverage], [box.density], s=150, facecolors="none", edgecolors=style.BLACK, linewidths=1.6, zorder=3,
                 label="box taken")  # fmt: skip
    if made.resampled is not None and made.resampled.found:
        axes.scatter([made.resampled.coverage], [made.resampled.density], marker="x", s=60, color=style.BLACK, zorder=3,
                     label="on points not drawn")  # fmt: skip
    axes.axhline(float(made.y.mean()), color=style.GREY, linewidth=0.9, linestyle=":")
    axes.set(xlim=(0, 1.03), ylim=(0, 1.05), xlabel="coverage: share of the cases of interest inside",
             ylabel="density: share of the box that is of interest")  # fmt: skip
    axes.grid(axis="both")
    axes.legend(loc="lower left", fontsize=8.5)
    axes.set_title("Trade-off")
    return figure


def _paired(made: "Discovery") -> list[str]:
    """The limited keys, and the next best one when there is only one."""
    keys = [limit.key for limit in made.boxes[0].limits][:_MOST_PAIRED]
    return keys if len(keys) > 1 else [*keys, *(key for key in made.x.columns if key not in keys)][:2]


@style.in_style
def pairs_figure(made: "Discovery") -> Any:
    """The points over every pair of limited keys with the box."""
    keys = _paired(made)
    pairs = [(one, two) for number, one in enumerate(keys) for two in keys[number + 1 :]]
    across = min(len(pairs), 3)
    down = -(-len(pairs) // across)
    figure = style.sheet(3.5 * across + 1.0, 3.1 * down + 0.4)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    limits = {limit.key: limit for limit in made.boxes[0].limits}
    marks = None
    for axes, (one, two) in zip(panels, pairs, strict=False):
        x, y = _placed(made.x[one]), _placed(made.x[two])
        order = np.argsort(made.share, kind="stable")
        marks = axes.scatter(x[order], y[order], c=made.share[order], cmap="cividis_r", vmin=0.0, vmax=1.0, s=16, linewidths=0.3,
                             edgecolors="#777777")  # fmt: skip
        _frame(axes, made, limits.get(one), limits.get(two), one, two)
        _axis_of(axes.xaxis, axes.set_xlabel, made.x[one], one)
        _axis_of(axes.yaxis, axes.set_ylabel, made.x[two], two)
        axes.grid(visible=False)
    for axes in panels[len(pairs) :]:
        axes.set_axis_off()
    if marks is not None:
        figure.colorbar(marks, ax=panels.tolist(), label="share of seeds in which it happens", shrink=0.8)
    return figure


def _codes(values: pd.Series) -> list[str] | None:
    """The choices of a key of words, or None for numbers."""
    return None if pd.api.types.is_numeric_dtype(values) else sorted(values.astype(str).unique())


def _placed(values: pd.Series) -> np.ndarray:
    """Where points stand on an axis; choices are spread a little so that points do not hide each other."""
    every = _codes(values)
    if every is None:
        return values.to_numpy(dtype=float)
    spread = np.random.default_rng(1).uniform(-0.28, 0.28, len(values))
    return values.astype(str).map(every.index).to_numpy(dtype=float) + spread


def _axis_of(axis: Any, label: Any, values: pd.Series, key: str) -> None:
    every = _codes(values)
    if every is not None:
        axis.set_ticks(range(len(every)), every)
    label(key, fontsize=8.5)


def _frame(axes: Any, made: "Discovery", one: Any, two: Any, key_one: str, key_two: str) -> None:
    """The box over a pair of keys; choices that need not stand together get a frame each."""
    from matplotlib.patches import Rectangle

    for left, right in _sides(one, made.x[key_one]):
        for low, high in _sides(two, made.x[key_two]):
            axes.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=style.VERMILION, linewidth=1.8))


def _sides(limit: Any, values: pd.Series) -> list[tuple[float, float]]:
    every = _codes(values)
    if every is not None:
        taken = every if limit is None else limit.choices
        return [(every.index(value) - 0.42, every.index(value) + 0.42) for value in taken]
    low, high = float(values.min()), float(values.max())
    if limit is not None:
        low, high = low if limit.low is None else limit.low, high if limit.high is None else limit.high
    return [(low, high)]


@style.in_style
def chance_figure(made: "Discovery") -> Any:
    """Share of histories in which it happens over fifths of every key."""
    keys = list(made.x.columns)[:12]
    across = min(len(keys), 3)
    down = -(-len(keys) // across)
    figure = style.sheet(3.2 * across + 0.4, 2.2 * down + 0.4)
    panels = figure.subplots(down, across, squeeze=False, sharey=True).ravel()
    for axes, key in zip(panels, keys, strict=False):
        _chance(axes, made.x[key], made.share)
        axes.axhline(float(made.share.mean()), color=style.GREY, linewidth=0.9, linestyle=":")
        axes.set_title(key, fontsize=8.5)
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    for axes in panels[len(keys) :]:
        axes.set_axis_off()
    return figure


def _chance(axes: Any, values: pd.Series, share: np.ndarray) -> None:
    every = _codes(values)
    if every is None:
        numbers = values.to_numpy(dtype=float)
        few = np.unique(numbers)
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, 6)))
        part = (
            np.searchsorted(few, numbers)
            if len(few) <= 5
            else np.clip(np.searchsorted(edges, numbers, "right") - 1, 0, len(edges) - 2)
        )
    else:
        numbers = part = values.astype(str).map(every.index).to_numpy()
    groups = [part == number for number in np.unique(part)]
    at = [float(np.mean(numbers[group])) for group in groups]
    mean = np.array([share[group].mean() for group in groups])
    half = np.array([1.96 * share[group].std(ddof=1) / np.sqrt(group.sum()) if group.sum() > 1 else np.nan for group in groups])
    axes.errorbar(at, mean, yerr=np.vstack([np.minimum(half, mean), np.minimum(half, 1 - mean)]), color=style.BLUE, marker="o",
                  markersize=4, linewidth=1.4 if every is None else 0.0, elinewidth=1.0, capsize=2)  # fmt: skip
    if every is not None:
        axes.set_xticks(range(len(every)), every, fontsize=8)
        axes.set_xlim(-0.5, len(every) - 0.5)

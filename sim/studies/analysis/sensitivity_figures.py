"""Figures of a sensitivity analysis: the measures, their convergence, the share of the seed."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style
from sim.studies.analysis.answers import Picture

if TYPE_CHECKING:
    from sim.studies.analysis.sensitivity_analysis import Sensitivity

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)
_MOST = 16


def pictures(made: "Sensitivity") -> dict[str, Picture]:
    """A sheet a quantity for measures and convergence, one for the share of the seed."""
    told: dict[str, Picture] = {}
    varying = [name for name, each in made.found.items() if not each.constant]
    for place, name in enumerate(varying):
        slug = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
        slug = slug if slug not in "".join(told) or place == 0 else f"{slug}_{place}"
        told[slug] = _measures(made, name)
        told[f"{slug}_convergence"] = Picture(
            f"Convergence: {name}", f"Lines of the measures of {name} over the size of the design.",
            "The same measure from the first eighth, quarter, half and the whole of the design, with its interval. "
            "Lines that still "
            "rise or fall say that the design is too small.", partial(convergence_figure, made, name))  # fmt: skip
    if varying and len(made.cases.seeds) > 1:
        told["seed_share"] = Picture(
            "The seed as a factor", "Bars that divide the variance of single histories between parameters, seed and both.",
            "The variance of single histories: what goes with the parameters at any seed, with the seed at any point, "
            "and with the "
            "two together (a parameter that does another thing at another seed). The line is the 95 % interval of the "
            "parameters' part.",
            partial(seed_figure, made))  # fmt: skip
    if not told:
        told["constant"] = Picture("Nothing varies", "An empty sheet.", "Every quantity asked for is constant over the design.",
                                   partial(_nothing, made))  # fmt: skip
    return told


def _measures(made: "Sensitivity", name: str) -> Picture:
    if made.method == "morris":
        return Picture(f"Screening: {name}", f"Bars of mu* for {name} and a scatter of sigma over mu*.",
                       "Left: mean change of the outcome over the whole range of a parameter, up or down, with its 95 "
                       "% interval; "
                       "the grey mark is what chance alone exceeds in one study of twenty. Right: below the line the effect is "
                       "much the same everywhere, above it depends on the other parameters or bends.",
                       partial(morris_figure, made, name))  # fmt: skip
    return Picture(f"Indices: {name}", f"First and total Sobol indices for {name} and the part that depends on the seed.",
                   "Left: shares of the variance of the mean over seeds, with 95 % intervals; the grey mark is the "
                   "total index that "
                   "chance alone exceeds in one study of twenty. Right: the total index of single histories, and the "
                   "part of it that "
                   "is interplay of parameter and seed.", partial(sobol_figure, made, name))  # fmt: skip


def _rows(made: "Sensitivity", name: str, by: str) -> Any:
    """The largest parameters, the largest on top."""
    return made.found[name].table.sort_values(by, ascending=True).tail(_MOST)


def _bars(axes: Any, rows: Any, by: str, colour: str, shift: float = 0.0, height: float = 0.62, label: str = "") -> None:
    places = np.arange(len(rows)) + shift
    axes.barh(places, rows[by], height=height, color=colour, label=label)
    if f"{by}_half" in rows:
        axes.errorbar(rows[by], places, xerr=rows[f"{by}_half"], fmt="none", ecolor=style.BLACK, elinewidth=1.0, capsize=2)


def _named(axes: Any, rows: Any) -> None:
    axes.set_yticks(np.arange(len(rows)), rows.index)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _chance_marks(axes: Any, rows: Any) -> None:
    """Where chance alone would reach."""
    if rows["by_chance"].notna().any():
        places = np.arange(len(rows))
        axes.vlines(rows["by_chance"], places - 0.38, places + 0.38, color=style.GREY, linewidth=2.2, label="chance alone (95 %)")


@style.in_style
def morris_figure(made: "Sensitivity", name: str) -> Any:
    """mu* with intervals and chance; sigma over mu*."""
    rows = _rows(made, name, "mu_star")
    figure = style.sheet(10.4, 1.6 + 0.27 * len(rows) + 1.0)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1.0))
    _bars(left, rows, "mu_star", style.BLUE)
    _chance_marks(left, rows)
    _named(left, rows)
    left.set_xlim(left=0)
    left.set_xlabel(_axis(made, name, "mu*"))
    left.set_title(f"What moves {name}")
    if left.get_legend_handles_labels()[0]:
        left.legend(loc="lower right", fontsize=8.5)
    right.scatter(rows["mu_star"], rows["sigma"], color=style.BLUE, s=26, zorder=3)
    top = max(float(np.nanmax(rows["mu_star"])), float(np.nanmax(np.nan_to_num(rows["sigma"]))), 1e-12) * 1.12
    right.plot([0, top], [0, top], color=style.GREY, linewidth=0.9)
    for key, row in rows.tail(5).iterrows():
        end = row["mu_star"] > 0.6 * top
        right.annotate(str(key).rsplit(".", 1)[-1], (row["mu_star"], row["sigma"]), xytext=(-5 if end else 5, 4),
                       textcoords="offset points", fontsize=8, ha="right" if end else "left")  # fmt: skip
    right.set(xlim=(0, top), ylim=(0, top), xlabel="mu*", ylabel="sigma: how unlike in different places")
    right.set_title("Even or uneven")
    return figure


@style.in_style
def sobol_figure(made: "Sensitivity", name: str) -> Any:
    """First and total indices; total of single runs with the part of the seed."""
    rows = _rows(made, name, "total")
    figure = style.sheet(10.4, 1.8 + 0.42 * len(rows))
    seeds = len(made.cases.seeds) > 1
    axes = figure.subplots(1, 2 if seeds else 1, squeeze=False, sharey=True)[0]
    _bars(axes[0], rows, "total", style.SKY, shift=0.2, height=0.36, label="total")
    _bars(axes[0], rows, "first", style.BLUE, shift=-0.2, height=0.36, label="first")
    _chance_marks(axes[0], rows)
    _named(axes[0], rows)
    axes[0].set_xlabel("share of the variance of the mean over seeds")
    axes[0].set_title(f"What moves {name}")
    axes[0].axvline(0, color="#888888", linewidth=0.8)
    axes[0].legend(loc="lower right", fontsize=8.5)
    if seeds:
        _bars(axes[1], rows, "total_with_seed", style.PALE, label="total, single histories")
        _bars(axes[1], rows, "seed_interaction", style.ORANGE, height=0.3, label="of it with the seed")
        _named(axes[1], rows)
        axes[1].set_xlim(left=0)
        axes[1].set_xlabel("share of the variance of single histories")
        axes[1].set_title("Parameter and seed together")
        axes[1].legend(loc="lower right", fontsize=8.5)
    return figure


@style.in_style
def convergence_figure(made: "Sensitivity", name: str) -> Any:
    """The measures of the six largest over the size of the design."""
    found, by = made.found[name], "mu_star" if made.method == "morris" else "total"
    top = found.table.sort_values(by, ascending=False).index[: len(COLOURS)]
    figure = style.sheet(8.6, 3.8)
    axes = figure.subplots()
    ends = []
    for key, colour in zip(top, COLOURS, strict=False):
        rows = found.convergence[found.convergence["parameter"] == key]
        axes.fill_between(
            rows["n"], rows[by] - rows[f"{by}_half"], rows[by] + rows[f"{by}_half"], color=colour, alpha=0.1, linewidth=0
        )
        axes.plot(rows["n"], rows[by], color=colour, marker="o", markersize=4)
        ends.append((float(rows[by].iloc[-1]), str(key), colour))
    sizes = sorted(found.convergence["n"].unique())
    axes.set_xticks(sizes)
    axes.set_xlabel("trajectories" if made.method == "morris" else "base samples")
    axes.set_ylabel(_axis(made, name, "mu*") if made.method == "morris" else "total index")
    axes.set_title(f"Has it settled? {name}")
    style.end_labels(axes, ends)
    return figure


@style.in_style
def seed_figure(made: "Sensitivity") -> Any:
    """The variance of single histories, divided."""
    told = made.tables()["seed_share"].iloc[::-1]
    figure = style.sheet(9.6, 1.5 + 0.5 * len(told))
    axes = figure.subplots()
    parts = (
        ("parameters", style.BLUE, "parameters"),
        ("seed", style.ORANGE, "seed alone"),
        ("together", style.YELLOW, "both together"),
    )
    start = np.zeros(len(told))
    places = np.arange(len(told))
    for column, colour, label in parts:
        values = told[column].to_numpy()
        axes.barh(places, values, left=start, color=colour, height=0.6, label=label)
        for place, value, left in zip(places, values, start, strict=True):
            if value > 0.06:
                axes.text(left + value / 2, place, f"{value:.0%}", ha="center", va="center", fontsize=9,
                          color="white" if colour == style.BLUE else "black")  # fmt: skip
        start = start + values
    edge, half = told["parameters"].to_numpy(), told["parameters_half"].to_numpy()
    reach = np.vstack([np.minimum(half, edge), np.minimum(half, 1.0 - edge)])
    axes.errorbar(edge, places - 0.22, xerr=reach, fmt="none", ecolor=style.BLACK, elinewidth=1.0, capsize=3)
    axes.set_yticks(places, told["outcome"])
    axes.set(xlim=(0, 1), xlabel="share of the variance of single histories")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.grid(axis="x")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28 if len(told) < 4 else -0.2), ncols=3, fontsize=8.5)
    axes.set_title("Parameters, chance, and both together")
    return figure


def _axis(made: "Sensitivity", name: str, what: str) -> str:
    """The label of an axis with the unit of the quantity."""
    unit = made.quantities[name].unit
    return f"{what} ({unit})" if unit else what


@style.in_style
def _nothing(made: "Sensitivity") -> Any:
    figure = style.sheet(8.0, 1.4)
    figure.text(0.5, 0.5, f"Constant over the design: {', '.join(made.found)}", ha="center", va="center", color=style.GREY)
    return figure

"""Figures of the robustness of alternatives: regret, performance over the worlds, satisficing share."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report import style
from sim.studies.analysis.answers import Picture

if TYPE_CHECKING:
    from sim.studies.analysis.robustness_analysis import Robustness

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY, style.GREY, style.BLACK)


def pictures(made: "Robustness") -> dict[str, Picture]:
    """The figures that apply."""
    told = {
        "regret": Picture(
            "Regret", "Mean, ninetieth percentile and maximum of the regret of each alternative.",
            "What an alternative loses against the best one of the same world: mean with its 95 % interval, the value that one "
            "world in ten exceeds, and the largest. The dotted line is the mean regret that chance alone would show.",
            partial(regret_figure, made)),
        "performance": Picture(
            "Performance over the worlds", "Points of every world for each alternative, with mean and bad tenth.",
            "One point a world (mean over seeds); the bar is the mean over worlds, the short line the value that one "
            "world in ten "
            "falls short of. Worlds are the same in every row.", partial(performance_figure, made)),
    }  # fmt: skip
    if len(made.satisficing):
        told["satisficing"] = Picture(
            "Good enough", "Bars of the satisficing share and of the domain criterion for each alternative.",
            "Share of the histories that meet all thresholds, and share of the worlds in which enough of the seeds do, with 95 % "
            "intervals.", partial(satisficing_figure, made))  # fmt: skip
    return told


def _panels(made: "Robustness", height: float) -> tuple[Any, Any]:
    """A sheet with a panel an outcome."""
    across = min(len(made.standings), 3)
    down = -(-len(made.standings) // across)
    figure = style.sheet(3.6 * across + 1.6, (0.9 + height * len(made.worlds.alternatives)) * down + 0.5)
    panels = figure.subplots(down, across, squeeze=False, sharey=True).ravel()
    for axes in panels[len(made.standings) :]:
        axes.set_axis_off()
    return figure, panels


def _rows(axes: Any, made: "Robustness") -> np.ndarray:
    """Alternatives from top to bottom."""
    places = np.arange(len(made.worlds.alternatives))[::-1]
    axes.set_yticks(places, made.worlds.alternatives)
    axes.set_ylim(-0.6, len(places) - 0.4)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    return places


@style.in_style
def regret_figure(made: "Robustness") -> Any:
    """Regret of every alternative by every outcome."""
    figure, panels = _panels(made, 0.42)
    for axes, (name, standing) in zip(panels, made.standings.items(), strict=False):
        rows = made.performance[made.performance["outcome"] == name]
        places = _rows(axes, made)
        axes.hlines(places, rows["regret_mean"], rows["regret_max"], color="#cccccc", linewidth=2.0, zorder=1)
        axes.errorbar(rows["regret_mean"], places, xerr=np.vstack([np.minimum(rows["regret_mean_half"], rows["regret_mean"]),
                      rows["regret_mean_half"]]), fmt="o", color=style.BLUE, capsize=3, label="mean", zorder=3)  # fmt: skip
        axes.scatter(rows["regret_90"], places, marker="D", s=28, color=style.ORANGE, label="one world in ten exceeds", zorder=2)
        axes.scatter(rows["regret_max"], places, marker="|", s=120, color=style.VERMILION, label="largest", zorder=2)
        alone = float(rows["regret_by_chance"].iloc[0])
        if alone == alone:
            axes.axvline(alone, color=style.GREY, linestyle=":", linewidth=1.1, label="mean by chance alone")
        axes.set_xlim(left=0)
        axes.set_xlabel(f"regret{_unit(standing)}")
        axes.set_title(name)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8.5)
    return figure


@style.in_style
def performance_figure(made: "Robustness") -> Any:
    """Every world under every alternative."""
    figure, panels = _panels(made, 0.5)
    spread = np.random.default_rng(1).uniform(-0.2, 0.2, len(made.worlds.table))
    for axes, (name, standing) in zip(panels, made.standings.items(), strict=False):
        rows = made.performance[made.performance["outcome"] == name].reset_index(drop=True)
        places = _rows(axes, made)
        means = standing.values.mean(axis=2)
        for place, values, colour, (_, row) in zip(places, means, _cycled(len(means)), rows.iterrows(), strict=True):
            axes.scatter(values, place + spread, s=12, color=colour, alpha=0.5, linewidths=0)
            axes.vlines(row["mean"], place - 0.34, place + 0.34, color=style.BLACK, linewidth=2.0)
            axes.vlines(row["bad_tenth"], place - 0.2, place + 0.2, color=style.BLACK, linewidth=1.0)
        axes.set_xlabel(f"{'more' if standing.sign > 0 else 'less'} is better{_unit(standing)}")
        axes.set_title(name)
    return figure


def _cycled(number: int) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(number)]


@style.in_style
def satisficing_figure(made: "Robustness") -> Any:
    """Satisficing share and domain criterion."""
    rows = made.satisficing
    figure = style.sheet(8.2, 1.5 + 0.6 * len(rows))
    axes = figure.subplots()
    places = _rows(axes, made)
    for shift, column, colour, label in ((0.19, "satisficing", style.BLUE, "histories that meet all thresholds"),
                                         (-0.19, "domain", style.ORANGE, f"worlds in which {made.reliability:.0%} of "
                                                                         "the seeds do")):  # fmt: skip
        axes.barh(places + shift, rows[column], height=0.34, color=colour, label=label)
        reach = np.vstack(
            [np.minimum(rows[f"{column}_half"], rows[column]), np.minimum(rows[f"{column}_half"], 1 - rows[column])]
        )
        axes.errorbar(rows[column], places + shift, xerr=reach, fmt="none", ecolor=style.BLACK, elinewidth=1.0, capsize=2)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_title(" and ".join(made.thresholds))
    figure.legend(loc="outside lower center", ncols=2, fontsize=8.5)
    return figure


def _unit(standing: Any) -> str:
    return f" ({standing.quantity.unit})" if standing.quantity.unit else ""

"""Figures of the report card: confusion of stages, errors of dates, recovery, curves over the number of makers, variance."""

from typing import Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.studies.validation import curves, recovery
from sim.studies.validation.variance import PARTS

PART_COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.SKY, "#9ecae9", "#f5d08c", style.PALE)


@style.in_style
def confusion_figure(cells: pd.DataFrame, by_year: pd.DataFrame) -> Any:
    """Recorded by simulated stage as shares of the recorded stage's run-years, and the agreement year by year."""
    figure = style.sheet(11.0, 3.6)
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.25, 1.0]})
    rows = cells.div(cells.sum(axis=1), axis=0)
    left.imshow(rows.to_numpy(), cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for y, x in np.ndindex(*rows.shape):
        share = rows.iat[y, x]
        left.text(x, y, f"{100 * share:.0f} %" if share >= 0.005 else "–", ha="center", va="center", fontsize=9,
                  color="white" if share > 0.55 else style.BLACK)  # fmt: skip
    left.set_xticks(range(len(rows.columns)), [name.replace("-", "-\n") for name in rows.columns], fontsize=8.5)
    left.set_yticks(range(len(rows)), list(rows.index))
    left.set_ylabel("recorded")
    left.set_title("simulated stage in the years of each recorded one")
    left.tick_params(length=0)
    left.grid(False)
    for stage, part in by_year.groupby("recorded", sort=False):
        right.bar(part["year"], part["agreement"], width=1.0, color=style.STAGE_COLOURS[str(stage)], label=str(stage))
    right.set_ylim(0, 1)
    right.set_title("share of histories in the recorded stage, by year")
    right.legend(fontsize=8, ncols=2, loc="lower left", frameon=True)
    return figure


@style.in_style
def errors_figure(errors: pd.DataFrame) -> Any:
    """Simulated less recorded first year of each stage: median, 25–75 % and 5–95 % of the histories."""
    figure = style.sheet(9.6, 2.6)
    axes = figure.subplots()
    for height, row in enumerate(errors.itertuples()):
        low, first, middle, third, high = (_seen(getattr(row, name)) for name in ("p05", "p25", "median", "p75", "p95"))
        colour = style.STAGE_COLOURS[row.stage]
        axes.plot([low, high], [height] * 2, color=colour, linewidth=1.6)
        axes.plot([first, third], [height] * 2, color=colour, linewidth=7, solid_capstyle="butt")
        marker = "o" if np.isfinite(row.median) else ">"
        axes.plot(middle, height, marker=marker, color=colour, markeredgecolor="white", markersize=9)
        axes.text(1.015, height, f"{100 * row.near:.0f} % within two years", va="center", fontsize=8.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.axvspan(-2, 2, color=style.GREEN, alpha=0.13, linewidth=0)
    axes.axvline(0, color=style.BLACK, linewidth=0.8)
    axes.set_yticks(range(len(errors)), list(errors["stage"]))
    axes.set_ylim(len(errors) - 0.5, -0.5)
    axes.set_xlim(-_EDGE - 0.5, _EDGE + 0.5)
    axes.set_xlabel("years too late (cut at 15; never counts there): dot median, thick 25–75 %, thin 5–95 %")
    axes.grid(visible=True, axis="x")
    return figure


_EDGE = 15.0


def _seen(years: float) -> float:
    return float(np.clip(years, -_EDGE, _EDGE))


@style.in_style
def recovery_figure(found: pd.DataFrame, told: pd.DataFrame) -> Any:
    """Means that came back against the truth, a panel a parameter; identified ones in blue, the others in grey."""
    names = list(told["parameter"])
    across = min(6, len(names))
    down = -(-len(names) // across)
    figure = style.sheet(2.0 * across, 1.9 * down + 0.4)
    panels = np.atleast_1d(figure.subplots(down, across, sharex=True, sharey=True)).ravel()
    identified = dict(zip(told["parameter"], told["identified"], strict=True))
    for axes, name in zip(panels, names, strict=False):
        part = found[found["parameter"] == name]
        axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=0.8)
        colour = style.BLUE if identified[name] else style.GREY
        axes.plot(part["truth"], part["mean"], "o", markersize=3.5, color=colour, alpha=0.7)
        axes.set_title(name.replace(".", "\n"), fontsize=7.5)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    figure.supxlabel("truth, place in the prior", fontsize=9)
    figure.supylabel("posterior mean", fontsize=9)
    return figure


@style.in_style
def widths_figure(widths: pd.DataFrame) -> Any:
    """Posterior over prior width of each parameter, the narrowest first."""
    ranked = widths.sort_values("width", kind="stable")
    figure = style.sheet(8.0, 1.0 + 0.24 * len(ranked))
    axes = figure.subplots()
    colours = [style.BLUE if width < recovery.IDENTIFIED else style.GREY for width in ranked["width"]]
    axes.barh(range(len(ranked)), ranked["width"], color=colours, height=0.7)
    axes.axvline(1.0, color=style.BLACK, linewidth=0.8)
    axes.axvline(recovery.IDENTIFIED, color=style.VERMILION, linewidth=0.8, linestyle=(0, (3, 3)))
    axes.set_yticks(range(len(ranked)), list(ranked["parameter"]), fontsize=8)
    axes.invert_yaxis()
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("posterior width over prior width; beyond the dashed line the patterns say little")
    return figure


@style.in_style
def curves_figure(table: pd.DataFrame) -> Any:
    """Simulated and published curves over the number of makers, each over its mean."""
    quantities = list(dict.fromkeys(table["quantity"]))
    figure = style.sheet(11.0, 6.0)
    for axes, quantity in zip(figure.subplots(2, 2).ravel(), quantities, strict=False):
        part = table[table["quantity"] == quantity]
        for within, colour, words in ((False, style.BLUE, "simulated"), (True, style.SKY, "simulated, within years")):
            shown = part[(part["within_years"] == within) & ((part["run_years"] >= curves.FEWEST) | (quantity in curves.SURPLUS))]
            if len(shown):
                scale = shown["mean"].mean() or 1.0
                axes.errorbar(shown["makers"], shown["mean"] / scale, yerr=1.96 * shown["error"] / abs(scale), color=colour,
                              marker="o", markersize=4, linewidth=1.4, capsize=2, label=words)  # fmt: skip
        other = part.dropna(subset=["published"]).drop_duplicates("makers")
        axes.plot(other["makers"], other["published"] / other["published"].mean(), color=style.BLACK, linewidth=1.6,
                  linestyle=(0, (4, 2)), label="published model")  # fmt: skip
        axes.set_title(curves.WORDS[quantity], fontsize=9)
        axes.set_xlabel("makers", fontsize=8.5)
        axes.legend(fontsize=8)
    figure.supylabel("over its own mean", fontsize=9)
    return figure


@style.in_style
def variance_figure(table: pd.DataFrame) -> Any:
    """Shares of the variance of single histories, a bar an outcome."""
    outcomes = list(dict.fromkeys(table["label"]))
    figure = style.sheet(10.5, 1.4 + 0.38 * len(outcomes))
    axes = figure.subplots()
    left = np.zeros(len(outcomes))
    for part, colour in zip(PARTS, PART_COLOURS, strict=True):
        shares = table[table["part"] == part].set_index("label")["share"].reindex(outcomes).fillna(0.0).to_numpy()
        axes.barh(range(len(outcomes)), shares, left=left, color=colour, label=part, height=0.7)
        left = left + shares
    axes.set_yticks(range(len(outcomes)), [name.replace("$", r"\$") for name in outcomes], fontsize=8.5)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of the variance of single histories")
    axes.grid(visible=False)
    figure.legend(loc="outside lower center", ncols=4, fontsize=8.5)
    return figure


@style.in_style
def rivals_figure(table: pd.DataFrame) -> Any:
    """Patterns passed by each rule, fit and check."""
    figure = style.sheet(9.6, 1.2 + 0.45 * len(table))
    axes = figure.subplots()
    places = np.arange(len(table))
    for shift, use, colour in ((-0.2, "fit", style.BLUE), (0.2, "check", style.ORANGE)):
        axes.barh(places + shift, table[f"{use}_passed"], height=0.36, color=colour, label=use)
        for place, passed, measured in zip(places, table[f"{use}_passed"], table[f"{use}_measured"], strict=True):
            axes.text(passed + 0.2, place + shift, f"{passed} of {measured}", va="center", fontsize=8.5)
    axes.set_yticks(places, [f"{row.of}: {row.label}" for row in table.itertuples()], fontsize=8.5)
    axes.invert_yaxis()
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("patterns passed, each rule recalibrated")
    axes.set_xlim(0, 2.5 + float(table[["fit_measured", "check_measured"]].to_numpy().max()))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    return figure

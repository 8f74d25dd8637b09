"""The inside of the consortium in one history: priorities beside awards, roadmaps beside what came, money by source and use."""

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from sim.patterns import Missing
from sim.population import FUNCTIONS
from sim.records.outcomes.portfolio import follows
from sim.report import style
from sim.technology.systems import systems

SOURCES = {"fees_musd": ("fees", style.GREEN), "public_musd": ("public money", style.PURPLE),
           "match_musd": ("match of members", style.SKY), "drawn": ("drawn from the account", "#bdbdbd"),
           "received": ("from other bodies", style.YELLOW)}  # fmt: skip
USES = {"projects_musd": ("projects", style.BLUE), "joint_work_musd": ("joint work", style.ORANGE),
        "administration_musd": ("administration", style.VERMILION), "kept": ("added to the account", "#bdbdbd"),
        "handed": ("to other bodies", style.YELLOW)}  # fmt: skip


def of_lineage(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """The rows of the lineage. Raises Missing when there are none."""
    rows = table[table["lineage"]]
    if rows.empty:
        raise Missing(f"this run holds no {what} of the lineage")
    return rows


# -- priorities and awards ---------------------------------------------------------------------------------------


def asked_and_awarded(run: Any) -> pd.DataFrame:
    """By cell (system, function): `asked`, projects if awards had followed the matrix to the letter; `awarded`, those that came.

    Over the whole lives of the consortia that carry the lineage, as in the outcome `matrix_award_correlation`.
    """
    lineage = of_lineage(run.matrix, "priority matrix")["consortium"].unique()
    rows = run.matrix[run.matrix["consortium"].isin(lineage)]
    cells = rows.groupby(["system", "function"])[["asked", "awarded"]].sum()
    return cells[(cells > 0).any(axis=1)]


def rank_correlation(cells: pd.DataFrame) -> float:
    """Spearman's rank correlation of asked for and awarded, over the cells asked for; NaN below twenty awards."""
    return follows(cells["asked"].to_numpy(dtype=float), cells["awarded"].to_numpy(dtype=float))


@style.in_style
def matrix_figure(run: Any, year: int | None = None) -> Any:
    """Two heat maps, recording systems × functions: projects asked for by the matrix, and projects awarded."""
    cells = asked_and_awarded(run)
    order = [name for name in systems().names if name in cells.index.get_level_values("system")]
    figure = style.sheet(9.6, 1.5 + 0.4 * len(order))
    panels = figure.subplots(1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.06)
    most = float(cells.to_numpy().max())
    for axes, column, title in zip(panels, cells, ("asked for by the priority matrix", "awarded"), strict=True):
        grid = cells[column].unstack().reindex(index=order, columns=list(FUNCTIONS)).fillna(0.0).to_numpy()
        _heat(axes, grid, most)
        axes.set_title(f"{title}: {grid.sum():,.0f} projects", fontsize=9.5)
    panels[0].set_yticks(range(len(order)), order)
    return figure


def _heat(axes: Any, grid: np.ndarray, most: float) -> None:
    """A heat map with the number in every cell that has one."""
    axes.imshow(grid, aspect="auto", cmap="cividis_r", vmin=0.0, vmax=most)
    for (row, column), value in np.ndenumerate(grid):
        if value >= 0.5:
            axes.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=8.5,
                      color="white" if value > 0.5 * most else "black")  # fmt: skip
    axes.set_xticks(range(len(FUNCTIONS)), list(FUNCTIONS), rotation=30, ha="right")
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)


# -- roadmaps ----------------------------------------------------------------------------------------------------


@style.in_style
def roadmap_figure(run: Any, year: int | None = None) -> Any:
    """A panel a recording system: the year forecast by the year in which it was, against today and what came."""
    rows = of_lineage(run.roadmap, "roadmap")
    names = [name for name in systems().names if name in set(rows["system"])]
    columns = min(3, len(names))
    deep = -(-len(names) // columns)
    figure = style.sheet(9.6, 0.9 + 2.5 * deep)
    panels = figure.subplots(deep, columns, sharex=True, sharey=True, squeeze=False)
    start, end = float(np.floor(rows["year"].min())), float(np.ceil(run.series["year"].iloc[-1]))
    for axes, name in zip(panels.flat, names, strict=False):
        _fan(axes, rows[rows["system"] == name], start, end)
        axes.set_title(fill(dict(zip(systems().names, systems().labels, strict=True))[name], 38), fontsize=8.5)
    for number, axes in enumerate(panels.flat):
        axes.set_visible(number < len(names))
        axes.tick_params(labelbottom=number + columns >= len(names))
    top = min(float(rows["forecast_year"].max()), end + 20.0) + 1.0
    panels[0, 0].set_xlim(start, end)
    panels[0, 0].set_ylim(start, top)
    figure.supxlabel("year in which the roadmap was made", fontsize=9.5)
    figure.supylabel("first product, year", fontsize=9.5)
    _key_of_the_fan(figure)
    return figure


def _fan(axes: Any, rows: pd.DataFrame, start: float, end: float) -> None:
    """Forecasts of one system as a line of dots, today as the diagonal, what came as a level line."""
    axes.plot([start, end], [start, end], "--", color=style.GREY, linewidth=1.2)
    for _, told in rows.groupby("consortium", sort=False):
        axes.plot(told["year"], told["forecast_year"], "o-", color=style.BLUE, markersize=3.2, linewidth=1.2)
    came = rows["outcome_year"].iloc[0]
    if np.isfinite(came):
        axes.axhline(came, color=style.VERMILION, linewidth=1.6)
        axes.text(0.03, came, f"{came:.1f}", color=style.VERMILION, va="bottom", fontsize=8.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    else:
        axes.text(0.96, 0.05, "no product in this run", color=style.VERMILION, ha="right", fontsize=8.5,
                  transform=axes.transAxes)  # fmt: skip
    axes.grid(True, axis="x")


def _key_of_the_fan(figure: Any) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=style.BLUE, marker="o", markersize=3.5), Line2D([], [], color=style.VERMILION),
             Line2D([], [], color=style.GREY, linestyle="--")]  # fmt: skip
    figure.legend(lines, ["forecast", "came", "forecast = now"], loc="outside upper left", ncols=3, fontsize=9)


# -- money -------------------------------------------------------------------------------------------------------


def sources_and_uses(run: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Million US$ by year: where the lineage's money came from and what it was used for; both have the same sums."""
    rows = of_lineage(run.money, "money").groupby("year").sum(numeric_only=True)
    change, passed = rows["account_change_musd"], rows["passed_musd"]
    told = rows.assign(drawn=(-change).clip(lower=0.0), kept=change.clip(lower=0.0), received=passed.clip(lower=0.0),
                       handed=(-passed).clip(lower=0.0))  # fmt: skip
    return told[list(SOURCES)], told[list(USES)]


@style.in_style
def money_by_use_figure(run: Any, year: int | None = None) -> Any:
    """Money of the lineage a year: sources stacked upwards, uses downwards, the same height."""
    figure = style.sheet(9.6, 4.8)
    axes = figure.subplots()
    for table, kinds, sign in zip(sources_and_uses(run), (SOURCES, USES), (1.0, -1.0), strict=True):
        reached = np.zeros(len(table))
        for name, (label, colour) in kinds.items():
            height = sign * table[name].to_numpy()
            if np.abs(height).max() > 0.005:
                hatched = {"hatch": "////", "edgecolor": "white", "linewidth": 0.0} if name in ("drawn", "kept") else {}
                axes.bar(table.index + 0.5, height, bottom=reached, width=0.86, color=colour, label=label, **hatched)
            reached = reached + height
    axes.axhline(0.0, color=style.BLACK, linewidth=1.0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    axes.set_ylabel("million US$ a year (nominal)\nuses      |      sources", fontsize=9.5)
    axes.set_xlabel("year")
    _two_legends(figure, axes)
    return figure


def _two_legends(figure: Any, axes: Any) -> None:
    """Sources above, uses below, beside the panel."""
    handles, labels = axes.get_legend_handles_labels()
    sources = {label for label, _ in SOURCES.values()}
    for title, place, wanted in (("sources", "outside right upper", True), ("uses", "outside right lower", False)):
        told = [(handle, label) for handle, label in zip(handles, labels, strict=True) if (label in sources) == wanted]
        if told:
            figure.legend(*zip(*told, strict=True), title=title, alignment="left", fontsize=9, loc=place)

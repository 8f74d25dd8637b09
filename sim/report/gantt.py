"""The projects of the lineage over time: how many ran, and from when to when each did."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.report import style
from sim.report.inside_figures import of_lineage

COLOURS = {"full": style.VERMILION, "partial": style.BLUE, "travel": style.ORANGE, "joint": style.PURPLE}
"""Kind of project → colour."""
LINES, SPAN = 120, 10.0
"""At most so many projects are drawn one by one, of so many years."""


class Shown(NamedTuple):
    """Which projects are drawn one by one."""

    projects: pd.DataFrame
    every: int  # 1 is all of them, 3 every third in the order of their start
    of: int  # how many ran in the span
    start: float
    end: float


def shown(run: Any, year: int | None = None) -> Shown:
    """The projects that ran in the ten years up to the end of `year` (the run's last for None), thinned evenly to 120."""
    rows = of_lineage(run.projects, "projects")
    last = float(np.ceil(run.series["year"].iloc[-1]))
    until = last if year is None else min(last, year + 1.0)
    ends = rows["end"].fillna(last)
    ran = rows.assign(until=ends)[(rows["start"] < until) & (ends > until - SPAN)].sort_values(["start", "number"], kind="stable")
    every = max(1, -(-len(ran) // LINES))
    return Shown(ran.iloc[::every], every, len(ran), until - SPAN, until)


@style.in_style
def projects_gantt_figure(run: Any, year: int | None = None) -> Any:
    """Above, all projects running by kind over the whole run; below, one by one those of ten years."""
    told = shown(run, year)
    figure = style.sheet(9.6, 3.2 + 0.05 * max(40, len(told.projects)))
    top, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [1, 0.024 * max(40, len(told.projects)) + 0.3]})
    _running(top, run)
    top.axvspan(told.start, told.end, color=style.PALE, zorder=0, linewidth=0)
    _bars(below, told)
    return figure


def _running(axes: Any, run: Any) -> None:
    """Projects running in the middle of each quarter, stacked by kind."""
    rows = of_lineage(run.projects, "projects")
    start, end = float(run.series["year"].iloc[0]), float(np.ceil(run.series["year"].iloc[-1]))
    at = np.arange(start, end, 0.25) + 0.125
    begun, over = rows["start"].to_numpy()[:, None] <= at, rows["end"].fillna(np.inf).to_numpy()[:, None] <= at
    alive = begun & ~over
    counts = [alive[(rows["kind"] == kind).to_numpy()].sum(axis=0) for kind in COLOURS]
    axes.stackplot(at, counts, colors=list(COLOURS.values()), labels=list(COLOURS), linewidth=0)
    axes.set_xlim(start, end)
    axes.set_ylabel("projects running")
    axes.set_title(f"all {len(rows)} projects of the lineage, {int(rows['stopped'].sum())} of them stopped", fontsize=9.5)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, title="kind",
                alignment="left")  # fmt: skip


def _bars(axes: Any, told: Shown) -> None:
    """A bar a project in the order of their start; a cross where one was stopped."""
    rows = told.projects.reset_index(drop=True)
    colours = rows["kind"].map(COLOURS)
    axes.barh(rows.index, rows["until"] - rows["start"], left=rows["start"], color=colours, height=0.78)
    stopped = rows[rows["stopped"]]
    axes.plot(stopped["until"], stopped.index, "x", color=style.BLACK, markersize=4.5, markeredgewidth=1.3, label="stopped")
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_xlim(told.start, told.end)
    axes.set_yticks([])
    axes.grid(True, axis="x")
    axes.set_xlabel("year")
    axes.set_ylabel("projects in the order of their start")
    which = f"all {told.of} projects" if told.every == 1 else f"{len(rows)} of {told.of} projects (one in {told.every})"
    axes.set_title(f"{told.start:.0f} to {told.end - 1:.0f}: {which} that ran then", fontsize=9.5)
    if len(stopped):
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=9)

"""One history on one sheet: stages, density, makers, money, members and the events that count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sim.report import style

IMPORTANT = (
    "consortium_founded", "charter_changed", "spin_off", "consortia_merged", "consortium_dissolved",
    "line_merged", "maker_liquidated",
)  # fmt: skip
"""Kinds of event that are drawn first; the rest are taken by how rare they are."""
KINDS = 8
"""How many kinds of event the last panel shows."""


@style.in_style
def run_figure(run: Any) -> Any:
    """Six panels for one history (`run.series`, `.events`, `.stages`); a panel without its series says so."""
    figure = style.sheet(10.5, 8.2)
    panels = figure.subplots(3, 2, sharex=True)
    drawings: tuple[Callable[..., None], ...] = (_stages, _density, _makers, _money, _members, _events)
    for axes, draw in zip(panels.flat, drawings, strict=True):
        _draw(axes, draw, run)
    start, end = float(run.series["year"].iloc[0]), float(run.series["year"].iloc[-1]) + 1 / 12
    panels[0, 0].set_xlim(start, end)
    figure.suptitle(f"One history, seed {run.seed}", x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _draw(axes: Any, draw: Callable[..., None], run: Any) -> None:
    """Draw a panel, or say which series the run does not hold."""
    try:
        draw(axes, run)
    except KeyError as missing:
        axes.text(0.5, 0.5, f"this run holds no {missing.args[0]}", ha="center", transform=axes.transAxes,
                  color=style.GREY)  # fmt: skip


def _stages(axes: Any, run: Any) -> None:
    """The stages as recognised, and below them the recorded ones."""
    from sim.patterns import record

    axes.set_title("stages")
    horizon = float(run.series["year"].iloc[-1]) + 1 / 12
    for row in run.stages.itertuples():
        _piece(axes, row.stage, row.start, row.end, 1.0)
    if run.settings["home"]["country"] != record.country():
        _bare_ribbon(axes, [1], ["this run"])
        return
    rows = record.stages()
    for row, end in zip(rows.itertuples(), [*rows["start"].iloc[1:], horizon], strict=True):
        _piece(axes, row.stage, row.start, min(end, horizon), 0.0)
    _bare_ribbon(axes, [0, 1], ["recorded", "this run"])


def _bare_ribbon(axes: Any, heights: list[int], names: list[str]) -> None:
    axes.set_yticks(heights, names)
    axes.set_ylim(heights[0] - 0.5, 1.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False)


def _piece(axes: Any, stage: str, start: float, end: float, height: float) -> None:
    """One stretch of a ribbon, named when there is room for it."""
    axes.broken_barh([(start, end - start)], (height - 0.34, 0.68), color=style.STAGE_COLOURS[stage])
    if end - start >= 0.4 * len(stage):
        axes.text((start + end) / 2, height, stage, ha="center", va="center", fontsize=6.5,
                  color=style.ink(stage), clip_on=True)  # fmt: skip


def _density(axes: Any, run: Any) -> None:
    """Areal density of products and laboratories."""
    from sim.patterns import record

    axes.set_title("areal density, Gb/in² (logarithmic)")
    style.logarithmic(axes)
    series, start = run.series, float(run.series["year"].iloc[0])
    shown = series.replace({"laboratory_density_gb_in2": {0.0: np.nan}})  # nothing demonstrated yet
    _lines(axes, shown, {"product_density_gb_in2": ("products", style.BLUE),
                          "laboratory_density_gb_in2": ("laboratories", style.GREEN)})  # fmt: skip
    style.dots(axes, record.within(record.density("product"), start, float(series["year"].iloc[-1])))


def _makers(axes: Any, run: Any) -> None:
    """The number of drive makers, with the record."""
    from sim.patterns import record

    axes.set_title("drive makers (dots: recorded)")
    _lines(axes, run.series, {"drive_makers": ("", style.BLUE)})
    start, end = float(run.series["year"].iloc[0]), float(run.series["year"].iloc[-1])
    style.dots(axes, record.within(record.makers(), start, end), shift=0.0)
    axes.set_ylim(0, None)
    axes.yaxis.get_major_locator().set_params(integer=True)


def _money(axes: Any, run: Any) -> None:
    """Income of the last twelve months by source."""
    axes.set_title("income of twelve months, US$ m (nominal)")
    names = {"fee_income_musd": ("fees", style.GREEN), "public_money_musd": ("public", style.PURPLE)}
    names = {name: told for name, told in names.items() if name in run.series}
    year = run.series[["year", *names]].copy()
    year[list(names)] = year[list(names)].rolling(12, min_periods=12).sum()
    _lines(axes, year, names)
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])


def _members(axes: Any, run: Any) -> None:
    """Members by origin, and those in the core."""
    axes.set_title("members of the lineage")
    _lines(axes, run.series, {"members": ("all", style.BLUE), "members_foreign": ("foreign", style.VERMILION),
                              "core_members": ("core", style.ORANGE)})  # fmt: skip
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])
    axes.yaxis.get_major_locator().set_params(integer=True)


def _lines(axes: Any, series: pd.DataFrame, names: dict[str, tuple[str, str]]) -> None:
    """Lines with their names in a legend. Raises KeyError when none of the series is there."""
    there = {name: told for name, told in names.items() if name in series}
    if not there:
        raise KeyError(next(iter(names)))
    for name, (label, colour) in there.items():
        axes.plot(series["year"], series[name], color=colour, linewidth=1.8, label=label or None)
    if any(label for label, _ in names.values()):
        axes.legend(fontsize=8, ncols=3, loc="upper left")


def _events(axes: Any, run: Any) -> None:
    """When the events that change the course of a history happened, a row a kind."""
    axes.set_title("events")
    kinds = _chosen(run.events)
    for height, kind in enumerate(kinds):
        years = run.events.loc[run.events["kind"] == kind, "year"]
        axes.plot(
            years, np.full(len(years), height), "|", color=style.BLUE, markersize=11, markeredgewidth=1.5
        )
    axes.set_yticks(range(len(kinds)), [kind.replace("_", " ") for kind in kinds], fontsize=8)
    axes.set_ylim(len(kinds) - 0.4, -0.6)


def _chosen(events: pd.DataFrame) -> list[str]:
    """The kinds of event to draw: the important ones that happened, then the rarest."""
    counts = events["kind"].value_counts(ascending=True)
    first = [kind for kind in IMPORTANT if kind in counts.index]
    return [*first, *(kind for kind in counts.index if kind not in first)][:KINDS]

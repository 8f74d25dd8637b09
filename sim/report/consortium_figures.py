"""Money, members, universities and projects of the lineage."""

from typing import Any

import numpy as np
import pandas as pd

from sim.patterns import Evidence, pattern, record
from sim.report import style


@style.in_style
def money_figure(evidence: Evidence) -> Any:
    """Income a year by source, and the public share of what is newly committed."""
    figure = style.sheet(9.6, 3.9)
    income, share = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.25, 1]})
    fees = style.band(income, evidence.yearly("fee_income_musd", "sum"), style.GREEN)
    public = style.band(income, evidence.yearly("public_money_musd", "sum"), style.PURPLE)
    income.set_title("income of the lineage, US$ m a year (nominal)", fontsize=9.5)
    income.set_ylim(0, None)
    _axis(income, evidence)
    names = [(style.last(fees), "fees", style.GREEN), (style.last(public), "public", style.PURPLE)]
    style.end_labels(income, names)
    _public_share(share, evidence)
    return figure


def _public_share(axes: Any, evidence: Evidence) -> None:
    """Public share of new joint-venture and project money by year, with the bands of the patterns."""
    public, private = (evidence.yearly(name, "sum") for name in ("new_public_musd", "new_private_musd"))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = public / (public + private)
    style.band(axes, share, style.PURPLE)
    for name in ("P13.joint_ventures", "P13.late"):
        _box(axes, name, evidence.horizon)
    axes.set_ylim(0, 1.03)
    axes.set_title("public share of newly committed money", fontsize=9.5)
    _axis(axes, evidence)


def _axis(axes: Any, evidence: Evidence) -> None:
    style.span(axes, evidence)
    axes.set_xticks(axes.get_xticks()[1::2])


def _box(axes: Any, name: str, horizon: float, start: float | None = None, end: float | None = None) -> None:
    """The band of a pattern over its years, as an outlined box."""
    each = pattern(name)
    begin, until = (each.start if start is None else start), (each.end if end is None else end)
    if begin is None or until is None or begin >= horizon:
        return
    low, high = each.low or 0.0, each.high or 1.0
    axes.broken_barh([(begin, min(until, horizon) - begin)], (low, high - low), facecolor="none",
                     edgecolor=style.BLACK, linewidth=1.1, zorder=5)  # fmt: skip
    axes.annotate(name.split(".")[0], (begin, high), (3, -10), textcoords="offset points", fontsize=8)


@style.in_style
def members_figure(evidence: Evidence) -> Any:
    """Firms and universities, ever and now, against the recorded counts."""
    figure = style.sheet(9.6, 3.9)
    panels = figure.subplots(1, 2)
    _ever(panels[0], evidence, "members", ("P4.2000", "P4.2008"), "firms")
    _ever(panels[1], evidence, "universities", ("P5.2000", "P5.2008"), "universities")
    return figure


def _ever(axes: Any, evidence: Evidence, what: str, names: tuple[str, ...], title: str) -> None:
    """Everyone who ever took part and those who do now, with the recorded counts and their bands."""
    now_name = what if what == "members" else f"{what}_active"
    ever = style.band(axes, evidence.yearly(f"{what}_ever"), style.BLUE)
    labels = [(style.last(ever), "ever", style.BLUE)]
    if evidence.has(now_name):
        now = style.band(axes, evidence.yearly(now_name), style.ORANGE)
        labels.append((style.last(now), "now", style.ORANGE))
    _counts(axes, names, evidence.horizon)
    axes.set_ylim(0, None)
    axes.set_title(f"{title} in the lineage", fontsize=9.5)
    _axis(axes, evidence)
    style.end_labels(axes, labels)


def _counts(axes: Any, names: tuple[str, ...], horizon: float) -> None:
    """Recorded counts at their dates, with the bands of the patterns."""
    for each in (pattern(name) for name in names):
        if (each.start or 0.0) < horizon:
            axes.plot([each.start] * 2, [each.low, each.high], color=style.BLACK, linewidth=1.3, zorder=5)
            style.dots(axes, pd.Series({each.start: each.recorded}), shift=0.0)


@style.in_style
def projects_figure(evidence: Evidence) -> Any:
    """Research projects active at a time, against what the record says of three periods."""
    figure = style.sheet(9.6, 3.8)
    axes = figure.subplots()
    disk = style.band(axes, evidence.yearly("projects_active_disk"), style.BLUE)
    labels = [(style.last(disk), "disk", style.BLUE)]
    if evidence.has("projects_active"):
        every = evidence.yearly("projects_active")
        (centre,) = style.quantiles(every.to_numpy(dtype=float), [0.5])
        axes.plot(style.middle(every), centre, "--", color=style.ORANGE, linewidth=1.8)
        labels.append((style.last(centre), "all media\n(median)", style.ORANGE))
    starts = record.stages()["start"].tolist()
    _box(axes, "P6.mean", evidence.horizon)
    _box(axes, "P6.stage_3", evidence.horizon, starts[2], starts[3])
    _box(axes, "P7", evidence.horizon, starts[3], evidence.horizon)
    axes.set_ylim(0, None)
    axes.set_ylabel("research projects active")
    style.span(axes, evidence)
    axes.set_xlabel("year (boxes: recorded range over the recorded years)")
    style.end_labels(axes, labels, gap=0.12)
    return figure

"""Density, drive makers, market and prices: simulated years against the recorded ones."""

from typing import Any

import numpy as np
import pandas as pd

from sim.patterns import Evidence, pattern, record
from sim.report import style


@style.in_style
def density_figure(evidence: Evidence) -> Any:
    """Product and laboratory density on a logarithmic axis, against the record."""
    figure = style.sheet(9.6, 4.4)
    axes = figure.subplots()
    style.logarithmic(axes)
    product = style.band(axes, evidence.yearly("product_density_gb_in2", "geometric"), style.BLUE)
    labels = [(style.last(product), "in products", style.BLUE)]
    if evidence.has("laboratory_density_gb_in2"):
        shown = style.band(axes, evidence.yearly("laboratory_density_gb_in2", "geometric"), style.GREEN)
        labels.append((style.last(shown), "in laboratories", style.GREEN))
    start, end = evidence.dates[0], evidence.horizon
    style.dots(axes, record.within(record.density("product"), start, end))
    _hollow(axes, record.within(record.density("lab_demo"), start, end))
    _stated(axes, ("P9.2015", "P9.2020"), end)
    _finish(axes, evidence, "areal density, Gb/in² (logarithmic)")
    style.end_labels(axes, labels)
    style.key(axes)
    axes.text(0.985, 0.05, "dots: recorded products; circles: recorded demonstrations;\n"
              "bars: what the paper states for later years, ± 25 %", transform=axes.transAxes, ha="right",
              fontsize=8.5, color=style.GREY)  # fmt: skip
    return figure


def _hollow(axes: Any, points: pd.Series) -> None:
    """Recorded demonstrations: hollow circles."""
    axes.plot(points.index + 0.5, points, "o", color=style.BLACK, markerfacecolor="white", markersize=4.5)


def _stated(axes: Any, names: tuple[str, ...], end: float) -> None:
    """Targets of patterns at a date, with their bands, as far as the histories reach."""
    for each in (pattern(name) for name in names):
        start = each.start or 0.0
        date = (start + (each.end or start)) / 2
        if date < end:
            axes.plot([date] * 2, [each.low, each.high], color=style.BLACK, linewidth=1.3)
            axes.plot(date, each.recorded, "_", color=style.BLACK, markersize=9)


@style.in_style
def makers_figure(evidence: Evidence) -> Any:
    """Drive makers at the start of each year, and exits a year by kind."""
    figure = style.sheet(9.6, 5.4)
    top, *rest = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [2.4, 1, 1]})
    makers = evidence.yearly("drive_makers", "first")
    at = makers.columns.to_numpy(dtype=float)
    style.band(top, makers, style.BLUE, at)
    style.dots(top, record.within(record.makers(), at[0], at[-1] + 1), shift=0.0)
    _exponential(top, at)
    top.set_ylim(0, None)
    top.yaxis.get_major_locator().set_params(integer=True)
    top.set_ylabel("drive makers\nat the start of the year")
    style.key(top, loc="upper right")
    _exits(rest[0], evidence, "maker_liquidated", "liquidation")
    _exits(rest[1], evidence, "line_merged", "merger")
    style.span(rest[-1], evidence)
    rest[-1].set_xlabel("year")
    figure.align_ylabels()
    return figure


def _exponential(axes: Any, at: np.ndarray) -> None:
    """The naive benchmark: an exponential decline fitted to the record."""
    points = record.makers()
    slope, level = np.polyfit(points.index.to_numpy(dtype=float), np.log(points.to_numpy()), 1)
    axes.plot(at, np.exp(level + slope * at), linestyle=":", color=style.GREY, linewidth=1.4)
    where = at[len(at) * 5 // 8]
    axes.annotate("naive: exponential fitted to the record", (where, np.exp(level + slope * where)), (6, 8),
                  textcoords="offset points", fontsize=8.5, color=style.GREY)  # fmt: skip


def _exits(axes: Any, evidence: Evidence, kind: str, column: str) -> None:
    """Exits of one kind a year: mean over runs as bars, the record as dots."""
    events = evidence.events
    chosen = events[events["kind"] == kind]
    years = evidence.yearly("drive_makers", "first").columns
    found = np.floor(chosen["year"] + 1e-6).astype(int).value_counts().reindex(years, fill_value=0)
    axes.bar(style.middle(evidence.yearly("drive_makers", "first")), found / len(evidence), width=0.8,
             color=style.SKY)  # fmt: skip
    points = record.maker_exits()[column]
    style.dots(axes, record.within(points, years[0], years[-1] + 1))
    axes.set_ylim(0, None)
    axes.set_ylabel(f"{column}s\na year")


@style.in_style
def market_figure(evidence: Evidence) -> Any:
    """Units, revenue and the share flash has taken."""
    figure = style.sheet(9.6, 3.5)
    panels = figure.subplots(1, 3)
    for axes, name, title, points, stated in zip(
        panels, ("units_million_per_year", "revenue_busd_per_year", "flash_unit_share"),
        ("drives shipped, million a year", "revenue, US$ bn a year (nominal)", "share of flash in units"),
        (record.units(), record.revenue(), None), ("P11.units", "P11.revenue", None), strict=True,
    ):  # fmt: skip
        style.band(axes, evidence.yearly(name), style.BLUE)
        if points is not None:
            style.dots(axes, record.within(points, evidence.dates[0], evidence.horizon))
        if stated is not None:
            _stated(axes, (stated,), evidence.horizon)
        axes.set_title(title, fontsize=9.5)
        axes.set_ylim(0, 1 if points is None else None)
        style.span(axes, evidence)
        axes.set_xticks(axes.get_xticks()[1::2])
    return figure


@style.in_style
def price_figure(evidence: Evidence) -> Any:
    """Prices of a gigabyte on disk and on flash, logarithmic, against the record."""
    figure = style.sheet(9.6, 4.0)
    axes = figure.subplots()
    style.logarithmic(axes)
    disk = style.band(axes, evidence.yearly("price_usd_per_gb", "geometric"), style.BLUE)
    flash = style.band(axes, evidence.yearly("flash_price_usd_per_gb", "geometric"), style.VERMILION)
    start, end = evidence.dates[0], evidence.horizon
    style.dots(axes, record.within(record.price("hdd_price_per_gb"), start, end))
    for metric in ("flash_price_per_gb", "ssd_price_per_gb"):
        _hollow(axes, record.within(record.price(metric), start, end))
    _finish(axes, evidence, "US$ per GB, nominal (logarithmic)")
    names = [(style.last(disk), "disk", style.BLUE), (style.last(flash), "flash", style.VERMILION)]
    style.end_labels(axes, names)
    style.key(axes, loc="lower left")
    axes.text(0.985, 0.93, "dots: cheapest recorded disk; circles: cheapest recorded flash",
              transform=axes.transAxes, ha="right", fontsize=8.5, color=style.GREY)  # fmt: skip
    return figure


def _finish(axes: Any, evidence: Evidence, label: str) -> None:
    style.span(axes, evidence)
    axes.set_ylabel(label)
    axes.set_xlabel("year")

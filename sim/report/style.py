"""How figures look: a palette safe for colour-blind eyes, direct labels, files that repeat to the byte."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# Okabe & Ito (2008), "Color universal design".
BLACK, GREY, PALE = "#000000", "#6b6b6b", "#e9e9e9"
ORANGE, SKY, GREEN, BLUE = "#E69F00", "#56B4E9", "#009E73", "#0072B2"
VERMILION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"

STAGE_COLOURS = {
    "none": "#ffffff", "national": BLUE, "international": SKY, "industry-led": ORANGE,
    "bi-national": VERMILION, "unrecognised": "#bdbdbd",
}  # fmt: skip
SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"], "font.size": 9.5, "axes.titlesize": 10, "axes.titlelocation": "left",
    "axes.titleweight": "bold", "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": "#888888", "axes.grid": True, "axes.grid.axis": "y", "grid.color": "#e6e6e6",
    "grid.linewidth": 0.8, "axes.axisbelow": True, "xtick.color": "#444444", "ytick.color": "#444444",
    "axes.labelcolor": "#222222", "legend.frameon": False, "svg.fonttype": "path",
    "svg.hashsalt": "storage-consortium", "figure.dpi": 100, "savefig.facecolor": "white",
}  # fmt: skip
CENTRAL = 0.8
"""The share of runs a shaded band holds."""


def ink(stage: str) -> str:
    """Dark or light writing, whichever can be read on the stage's colour."""
    return "white" if stage == "national" else "black"


@contextmanager
def look() -> Iterator[None]:
    """Draw and save in the house style, whatever the caller's own settings are."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def in_style[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in the house style."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with look():
            return draw(*args, **kwargs)

    return drawn


def sheet(width: float = 9.6, height: float = 4.0) -> Any:
    """An empty figure, inches; no window and no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Any, stem: Path) -> list[Path]:
    """Write PNG and SVG beside each other; the same figure gives the same bytes."""
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    with look():
        _arrange(figure)
        figure.savefig(png, dpi=130, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]


def _arrange(figure: Any) -> None:
    """Find room for everything once and keep it, instead of once a file."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def middle(years: pd.DataFrame) -> np.ndarray:
    """Where the value of a calendar year is drawn."""
    return years.columns.to_numpy(dtype=float) + 0.5


def band(axes: Any, years: pd.DataFrame, colour: str, at: np.ndarray | None = None) -> np.ndarray:
    """Median line and central 80 % of the runs, by year; returns the median."""
    values = years.to_numpy(dtype=float)
    place = middle(years) if at is None else at
    tail = (1.0 - CENTRAL) / 2.0
    low, centre, high = quantiles(values, (tail, 0.5, 1.0 - tail))
    axes.fill_between(place, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(place, centre, color=colour, linewidth=2.0)
    return centre


def quantiles(values: np.ndarray, shares: Sequence[float]) -> list[np.ndarray]:
    """Quantiles over runs, year by year; NaN for a year in which no run has a value."""
    found = np.full((len(shares), values.shape[1]), np.nan)
    some = ~np.all(np.isnan(values), axis=0)
    if some.any():
        found[:, some] = np.nanquantile(values[:, some], list(shares), axis=0)
    return list(found)


def dots(axes: Any, points: pd.Series, shift: float = 0.5) -> None:
    """Recorded points: black dots in the middle of their year."""
    if not len(points):  # an empty line that is not clipped would ask for room at the corner of the sheet
        return
    axes.plot(
        points.index.to_numpy(dtype=float) + shift, points.to_numpy(dtype=float), "o", color=BLACK,
        markersize=4.2, markeredgecolor="white", markeredgewidth=0.5, zorder=5, clip_on=False,
    )  # fmt: skip


def end_labels(axes: Any, labels: Sequence[tuple[float, str, str]], gap: float = 0.075) -> None:
    """Name lines at their right end (value, text, colour), pushed apart where they would overlap."""
    axes.get_ylim()  # lets the axis settle before heights are read off it
    places = [axes.transAxes.inverted().transform(axes.transData.transform((0.0, value)))[1]
              for value, _, _ in labels]  # fmt: skip
    for place, (_, text, colour) in zip(_apart(places, gap), labels, strict=True):
        axes.text(1.015, place, text, color=colour, transform=axes.transAxes, va="center", fontsize=9)


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """The same heights with at least `gap` between them, none below 0.02."""
    wanted = [0.5 if not np.isfinite(place) else min(max(place, 0.02), 0.98) for place in places]
    spread = list(wanted)
    floor = 0.02
    for index in sorted(range(len(wanted)), key=lambda index: wanted[index]):
        spread[index] = max(wanted[index], floor)
        floor = spread[index] + gap
    over = max(0.0, max(spread, default=0.0) - 0.98)
    return [place - over for place in spread]


def logarithmic(axes: Any) -> None:
    """A logarithmic axis whose ticks are numbers as people write them."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
    )
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="y", which="minor", length=0)


def last(values: np.ndarray) -> float:
    """The last value that is there; NaN when none is."""
    there = values[np.isfinite(values)]
    return float(there[-1]) if len(there) else float("nan")


def key(axes: Any, what: str = "simulated: median and central 80 % of runs", **where: Any) -> None:
    """Say in one line what band and dots are."""
    where = {"loc": "upper left", "fontsize": 8.5, "handlelength": 1.6} | where
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    dot = Line2D([], [], color=BLACK, marker="o", linestyle="", markersize=4.2)
    axes.legend([(Patch(color=BLUE, alpha=0.22), Line2D([], [], color=BLUE, linewidth=2)), dot],
                [what, "recorded"], **where)  # fmt: skip


def span(axes: Any, evidence: Any) -> None:
    """Let the axis of time hold the histories, with round years as ticks."""
    start, end = float(evidence.dates[0]), float(evidence.horizon)
    step = 5 if end - start > 12 else 2 if end - start > 6 else 1
    axes.set_xlim(start, end)
    axes.set_xticks(np.arange(np.ceil(start / step) * step, end + 0.01, step))

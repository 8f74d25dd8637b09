"""The figures of the report, drawn and described; their words stand in `figures.toml`."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from sim.patterns import Evidence, Missing
from sim.report import style
from sim.report.consortium_figures import members_figure, money_figure, projects_figure
from sim.report.industry_figures import density_figure, makers_figure, market_figure, price_figure
from sim.report.one_history import run_figure
from sim.report.pattern_card import pattern_card
from sim.report.stage_figures import stage_figure

__all__ = ["FIGURES", "Drawn", "draw_all", "run_figure", "stage_figure", "words"]

FIGURES: dict[str, Callable[[Evidence], Any]] = {
    "stages": stage_figure,
    "density": density_figure,
    "makers": makers_figure,
    "market": market_figure,
    "prices": price_figure,
    "money": money_figure,
    "members": members_figure,
    "projects": projects_figure,
}
"""Name of the file → what draws it from a study's evidence; the card of patterns comes beside them."""


@dataclass(frozen=True)
class Drawn:
    """One figure of the report as it stands on disk."""

    name: str
    title: str
    alt: str
    """What somebody who cannot see it would be told first."""
    caption: str
    """What may be read off it and what not."""
    files: tuple[Path, ...]
    """PNG and SVG."""


@cache
def words() -> dict[str, dict[str, str]]:
    """Title, alternative text (`shows`) and caption (`reading`) of every figure."""
    return read_words(resources.files("sim.report").joinpath("figures.toml").read_text(encoding="utf-8"))


def read_words(text: str) -> dict[str, dict[str, str]]:
    """Words of figures from TOML, a table a figure."""
    return tomllib.loads(text)


def draw_all(evidence: Evidence, table: pd.DataFrame, folder: Path) -> dict[str, Drawn]:
    """Draw every figure into `folder` as PNG and SVG; one that lacks its series says so in its place."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {name: _put(name, *_attempt(name, draw, evidence), folder) for name, draw in FIGURES.items()}
    return drawn | {"patterns": _put("patterns", pattern_card(table), "", folder)}


def _attempt(name: str, draw: Callable[[Evidence], Any], evidence: Evidence) -> tuple[Any, str]:
    """The figure, or an empty one with the reason."""
    try:
        return draw(evidence), ""
    except Missing as missing:
        return empty(words()[name]["title"], str(missing)), f"Not drawn: {missing}."


@style.in_style
def empty(title: str, reason: str) -> Any:
    """A sheet that says why there is no figure."""
    figure = style.sheet(9.6, 1.4)
    figure.set_layout_engine("none")
    figure.text(0.5, 0.5, f"{title}: not drawn, {reason}", ha="center", va="center", color=style.GREY)
    return figure


def _put(name: str, figure: Any, failed: str, folder: Path) -> Drawn:
    """Save one figure and describe it."""
    files = tuple(style.save(figure, folder / name))
    told = words()[name]
    return Drawn(name, told["title"], failed or told["shows"], failed or told["reading"], files)

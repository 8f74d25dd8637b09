"""The report of one run: its history, and the inside of its consortium, as a page and as files."""

import math
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sim.patterns import Missing
from sim.report import page, style
from sim.report.figures import Drawn, empty, read_words
from sim.report.gantt import projects_gantt_figure
from sim.report.inside_figures import asked_and_awarded, matrix_figure, money_by_use_figure, rank_correlation, roadmap_figure
from sim.report.one_history import run_figure
from sim.report.organisation import organisation_figure

RUN_FIGURES: dict[str, Callable[[Any, int | None], Any]] = {
    "history": lambda run, year: run_figure(run),
    "organisation": organisation_figure,
    "matrix": matrix_figure,
    "roadmap": roadmap_figure,
    "projects": projects_gantt_figure,
    "money": money_by_use_figure,
}
"""Name of the figure → what draws it from a run and a year (None is the last)."""


def figure_of(run: Any, what: str, year: int | None = None) -> Any:
    """A figure of a run by name. Raises ValueError for another name, Missing where the run does not hold it."""
    if what not in RUN_FIGURES:
        raise ValueError(f"there is no figure {what}; choose one of {', '.join(RUN_FIGURES)}")
    return RUN_FIGURES[what](run, year)


def run_report(run: Any, directory: str | Path, year: int | None = None) -> list[Path]:
    """Write `report.html`, `report.md` and `figures/` into a directory; returns the files, the page first.

    A figure that the run does not hold is left out with the reason. Raises Missing when a chosen `year` has no lineage,
    OutputError where the directory cannot be written to. The same run gives the same files.
    """
    from sim.records import files

    folder = Path(directory)
    if year is not None:
        figure_of(run, "organisation", year)
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        drawn = {name: _put(run, name, year, folder / "figures" / name) for name in RUN_FIGURES}
    except OSError as error:
        raise files.unwritable(folder, error) from error
    told = {"title": f"One history of storage research consortia, seed {run.seed}", "facts": facts(run), "figures": drawn}
    pages = [files.write_text(folder / f"report.{kind}", page.render(f"run_report.{kind}.j2", told)) for kind in ("html", "md")]
    return pages + [path for each in drawn.values() for path in each.files]


def facts(run: Any) -> list[tuple[str, str]]:
    """What was run and how it went, as pairs of label and value."""
    from sim.records import provenance
    from sim.shocks.words import imposed

    stages = "; ".join(f"{row.stage} {row.start:.1f} to {row.end:.1f}" for row in run.stages.itertuples())
    settings = " ".join(run.overrides) or "as shipped"
    return [("Command", provenance.command("run", run.overrides, seed=run.seed)), ("Settings", settings),
            ("Your experiments", "; ".join(imposed(run.settings)) or "none"), ("Stages", stages or "none")]  # fmt: skip


@cache
def run_words() -> dict[str, dict[str, str]]:
    """Title, alternative text (`shows`) and caption (`reading`) of every figure of a run."""
    return read_words(resources.files("sim.report").joinpath("run_figures.toml").read_text(encoding="utf-8"))


def _put(run: Any, name: str, year: int | None, stem: Path) -> Drawn:
    """Draw, save and describe one figure."""
    told = run_words()[name]
    try:
        figure, failed = figure_of(run, name, year), ""
    except Missing as missing:
        figure, failed = empty(told["title"], str(missing.args[0])), f"Not drawn: {missing.args[0]}."
    caption = failed or told["reading"] + (_correlation(run) if name == "matrix" else "")
    return Drawn(name, told["title"], failed or told["shows"], caption, tuple(style.save(figure, stem)))


def _correlation(run: Any) -> str:
    """The rank correlation of the two heat maps, in words."""
    value = rank_correlation(asked_and_awarded(run))
    return "" if math.isnan(value) else f" Rank correlation of the two over cells: {value:.2f}."

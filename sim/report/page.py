"""The report as a page that needs nothing else (`report.html`) and as Markdown beside its figures."""

import base64
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from sim.patterns import Evidence
from sim.report import text
from sim.report.figures import Drawn
from sim.report.tables import stage_summary

_MARKS = (
    (r"\*\*(.+?)\*\*", r"<strong>\1</strong>"),
    (r"\*(.+?)\*", r"<em>\1</em>"),
    (r"`(.+?)`", r"<code>\1</code>"),
)


def contents(
    study: Any, evidence: Evidence, table: pd.DataFrame, figures: dict[str, Drawn]
) -> dict[str, Any]:
    """Everything the two templates print, in words."""
    horizon = evidence.horizon if len(evidence) else float("nan")
    stages = stage_summary(evidence)
    return {
        "title": "How storage research consortia came about: simulated histories against the record",
        "headlines": text.headlines(table, stages, horizon),
        "facts": text.facts(study, evidence),
        "stages": text.stage_rows(stages, horizon),
        "patterns": {use: text.pattern_rows(table, use, horizon) for use in ("fit", "check")},
        "shortfalls": text.shortfalls(table, horizon),
        "unmeasured": text.unmeasured(table),
        "no_evidence": text.no_evidence(table),
        "standing": text.standing(),
        "command": text.command(study, evidence),
        "figures": figures,
    }


def html(told: dict[str, Any]) -> str:
    """The page: figures inside it, no request to anywhere."""
    return render("report.html.j2", told)


def markdown(told: dict[str, Any]) -> str:
    """The same in Markdown; figures are beside it."""
    return render("report.md.j2", told)


def render(name: str, told: dict[str, Any]) -> str:
    """Fill in a template of this folder. An unknown name in it is an error, not a blank."""
    from jinja2 import Environment, StrictUndefined

    page = Environment(
        autoescape=name.endswith("html.j2"), trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    page.filters.update(rich=rich, inline=inline, cell=cell, breakable=breakable)
    template = resources.files("sim.report").joinpath(name).read_text(encoding="utf-8")
    return page.from_string(template).render(**told).rstrip() + "\n"


def rich(words: str) -> Any:
    """`**strong**`, `*emphasis*` and code in HTML; all else is escaped."""
    from markupsafe import Markup, escape

    safe = str(escape(words))
    for mark, tag in _MARKS:
        safe = re.sub(mark, tag, safe)
    return Markup(safe)


def breakable(name: str) -> Any:
    """The name of a pattern with places where a line may break."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


def cell(words: str) -> str:
    """Words that do not break a Markdown table."""
    return words.replace("|", "\\|")


def inline(figure: Drawn) -> str:
    """A figure's SVG as a data address, so that the page needs no second file."""
    svg = next(path for path in figure.files if path.suffix == ".svg")
    return "data:image/svg+xml;base64," + base64.b64encode(Path(svg).read_bytes()).decode("ascii")

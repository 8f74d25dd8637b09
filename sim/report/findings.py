"""A report made of sections: words, tables and figures under a head, as one HTML page and as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.records import files
from sim.report import page, style
from sim.report.figures import Drawn


@dataclass(frozen=True)
class Table:
    """A table as it is printed: cells are words already; columns numbered in `right` hold numbers."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()


@dataclass(frozen=True)
class Section:
    """What stands under one head of a report; words may hold **strong**, *emphasis* and `code`."""

    head: str
    words: Sequence[str] = ()
    points: Sequence[str] = ()
    tables: Sequence[Table] = ()
    figures: Sequence[Drawn] = field(default_factory=tuple)


def put(figure: Any, name: str, title: str, shows: str, reading: str, folder: Path) -> Drawn:
    """Save a figure as PNG and SVG under `folder/figures` with what it shows and how it is read."""
    place = folder / "figures"
    place.mkdir(parents=True, exist_ok=True)
    return Drawn(name, title, shows, reading, tuple(style.save(figure, place / name)))


def write(folder: Path, title: str, facts: Sequence[tuple[str, str]], sections: Sequence[Section]) -> list[Path]:
    """Write `report.html` and `report.md`; the same findings give the same bytes. Raises OutputError."""
    told = {"title": title, "facts": facts, "sections": sections}
    return [files.write_text(folder / f"report.{kind}", page.render(f"findings.{kind}.j2", told)) for kind in ("html", "md")]


def percent(share: float) -> str:
    """A share in words, a dash for none: `percent(0.614)` is 61 %."""
    return "–" if share != share else f"{100 * share:.0f}\u00a0%"


def between(mean: float, low: float, high: float, places: int = 1, sign: str = "+") -> str:
    """A number with its interval: `+3.1 (+1.2 to +5.0)`; a dash for none."""
    if mean != mean:
        return "–"
    form = f"{{:{sign}.{places}f}}"
    return form.format(mean) + ("" if low != low else f" ({form.format(low)} to {form.format(high)})")


def share_between(mean: float, low: float, high: float) -> str:
    """A share with its interval: `61 % (48 to 72 %)`; a dash for none."""
    return "–" if mean != mean else f"{percent(mean)} ({100 * low:.0f} to {percent(high)})"

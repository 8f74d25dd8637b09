"""What every analysis gives: tables, figures, plain words; kept beside the study, never over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.parameters import SettingError, did_you_mean

if TYPE_CHECKING:
    from sim.studies.analysis.cases import Cases

FOLDER = "analysis"


@dataclass(frozen=True)
class Picture:
    """A figure that can be drawn: what it is called, what it shows, how to read it."""

    title: str
    alt: str
    caption: str
    draw: Callable[[], Any]


class Answer:
    """The result of an analysis; a kind of analysis fills in the four parts."""

    kind = "analysis"
    cases: "Cases"

    @property
    def title(self) -> str:
        """What the report is called."""
        raise NotImplementedError

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, the main one first."""
        raise NotImplementedError

    def pictures(self) -> dict[str, Picture]:
        """Every figure by name, the main one first."""
        raise NotImplementedError

    def paragraphs(self) -> list[str]:
        """What may be said, in sentences."""
        raise NotImplementedError

    def asked(self) -> Mapping[str, Any]:
        """What was asked; equal questions to equal studies have equal names."""
        raise NotImplementedError

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return next(iter(self.tables().values()))

    def words(self) -> str:
        """What may be said, in sentences."""
        return "\n\n".join(self.paragraphs())

    def figure(self, name: str | None = None) -> Any:
        """A figure by name, or the main one. Raises SettingError for another name."""
        pictures = self.pictures()
        if name is None:
            name = next(iter(pictures))
        if name not in pictures:
            raise SettingError(f"there is no figure {name}.{did_you_mean(name, pictures)} There are {', '.join(pictures)}.")
        return pictures[name].draw()

    def facts(self) -> list[tuple[str, str]]:
        """What was analysed, as pairs of label and value."""
        told = [("Design", f"{self.cases.method.get('kind', 'list')}, {self.cases.sized()}"),
                ("Seeds", " ".join(map(str, self.cases.seeds))), *(("Note", note) for note in self.cases.notes)]  # fmt: skip
        return [*told, ("Study", self.cases.directory.name)] if self.cases.directory is not None else told

    def place(self) -> Path:
        """The folder of this analysis beside the study: `analysis/sensitivity-1a2b3c4d`."""
        from sim.records import provenance

        if self.cases.directory is None:
            raise SettingError("this analysis belongs to no study on disk; say where to save it.")
        return self.cases.directory / FOLDER / f"{self.kind}-{provenance.hash_of(dict(self.asked()))[:8]}"

    def save(self, directory: str | Path | None = None) -> list[Path]:
        """Write tables (CSV), figures (PNG, SVG), `report.md` and `report.html`; returns the files, the page first.

        Without a directory they go beside the study into `analysis/`. The same analysis writes the same files; a
        directory that holds anything else is refused. Raises OutputError, SettingError.
        """
        from sim.records import files
        from sim.report import page, style
        from sim.report.figures import Drawn

        folder = Path(directory) if directory is not None else self.place()
        files.claim(folder, "report.html", overwrite=True)
        try:
            (folder / "figures").mkdir(parents=True, exist_ok=True)
            written = [
                files.write_text(folder / f"{name}.csv", table.to_csv(index=False)) for name, table in self.tables().items()
            ]
            drawn = {}
            for name, picture in self.pictures().items():
                kept = tuple(style.save(picture.draw(), folder / "figures" / name))
                drawn[name] = Drawn(name, picture.title, picture.alt, picture.caption, kept)
        except OSError as error:
            raise files.unwritable(folder, error) from error
        told = {"title": self.title, "facts": self.facts(), "paragraphs": self.paragraphs(), "figures": drawn,
                "tables": {name: _shown(table) for name, table in self.tables().items()}}  # fmt: skip
        pages = [files.write_text(folder / f"report.{kind}", page.render(f"analysis_report.{kind}.j2", told))
                 for kind in ("html", "md")]  # fmt: skip
        return [*pages, *written, *(path for each in drawn.values() for path in each.files)]


def _shown(table: pd.DataFrame, most: int = 60) -> dict[str, Any]:
    """A table as the page prints it: heads, rows of words, how many rows are left to the file."""
    rows = [[number(value) for value in row] for row in table.head(most).itertuples(index=False)]
    return {"heads": [str(name).replace("_", " ") for name in table.columns], "rows": rows, "more": max(len(table) - most, 0)}


def number(value: Any) -> str:
    """A cell of a table: numbers with three digits, a dash where there is none.

    >>> number(0.123456), number(1991.0), number(float("nan")), number("a")
    ('0.123', '1991', '–', 'a')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)):
        return str(value)
    if value != value:
        return "–"
    if float(value).is_integer() and abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"

"""What a study is told as: figures, tables, `report.html` and `report.md`."""

from pathlib import Path
from typing import Any

__all__ = ["reproduce_report", "run_figure", "stage_figure"]


def reproduce_report(study: Any, patterns: Any = None, out_dir: str | Path = ".") -> list[Path]:
    """Write the report of a study into `out_dir` and return the files, the page first.

    `patterns` is what `sim.patterns.evaluate(study)` tells; None evaluates here. The same study gives the
    same files. Raises OSError when the directory cannot be written to.
    """
    from sim.patterns import Evidence, evaluate
    from sim.report import page, tables
    from sim.report.figures import draw_all

    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    evidence = Evidence(study)
    table = evaluate(evidence) if patterns is None else patterns
    figures = draw_all(evidence, table, folder / "figures")
    told = page.contents(study, evidence, table, figures)
    written = [
        _write(folder / "report.html", page.html(told)),
        _write(folder / "report.md", page.markdown(told)),
    ]
    written += tables.write(table, folder / "patterns")
    written += tables.write(tables.stage_summary(evidence), folder / "stages_summary")
    return written + [path for figure in figures.values() for path in figure.files]


def _write(path: Path, words: str) -> Path:
    path.write_text(words, encoding="utf-8", newline="\n")
    return path


def __getattr__(name: str) -> Any:
    """`run_figure` and `stage_figure`, imported when first asked for (Matplotlib is slow to load)."""
    if name in ("run_figure", "stage_figure"):
        from sim.report import figures

        return getattr(figures, name)
    raise AttributeError(f"module 'sim.report' has no attribute {name!r}")

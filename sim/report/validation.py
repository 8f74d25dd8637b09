"""The report card as a page: sections, figures, tables and the limits that belong to the result."""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.records import files, provenance
from sim.report import findings, text, validation_figures
from sim.report.findings import Section, percent
from sim.report.pattern_card import pattern_card
from sim.report.stage_figures import stage_figure
from sim.report.validation_tables import (
    assumptions,
    coverage_table,
    curves_table,
    errors_table,
    orders_table,
    pattern_tables,
    replicates_table,
    rivals_table,
    variance_table,
)
from sim.report.validation_words import (
    confusion_words,
    curves_words,
    headlines,
    recovery_words,
    rivals_words,
    variance_said,
)

if TYPE_CHECKING:
    from sim.report.figures import Drawn
    from sim.studies.validation.validate import Validation

KEYED = ("confusion",)
"""Tables whose rows have a name."""


@cache
def words() -> dict[str, list[str]]:
    """What every report card says."""
    return tomllib.loads(resources.files("sim.report").joinpath("validation.toml").read_text(encoding="utf-8"))


def validation_report(made: "Validation", folder: Path) -> list[Path]:
    """Write tables, figures, `report.html` and `report.md`; returns the files, the page first. Raises OutputError."""
    tables = [_csv(folder / f"{name}.csv", frame, index=name in KEYED) for name, frame in made.tables.items()]
    weak = assumptions(made)
    tables.append(_csv(folder / "assumptions.csv", weak))
    sections = [
        Section("What may be said", points=headlines(made)),
        *_patterns(made, folder), _stages(made, folder), _recovery(made, folder), _rivals(made, folder),
        _curves(made, folder), _variance(made, folder), _runs(made), _limits(made, weak),
    ]  # fmt: skip
    title = "Report card: how far the simulated histories can be trusted"
    pages = findings.write(folder, title, facts(made), sections)
    return [*pages, *tables, *(path for part in sections for figure in part.figures for path in figure.files)]


def _csv(path: Path, frame: pd.DataFrame, *, index: bool = False) -> Path:
    return files.write_text(path, frame.round(6).to_csv(index=index, lineterminator="\n"))


def facts(made: "Validation") -> list[tuple[str, str]]:
    """What was run, and from which calibration."""
    runs = "; ".join(f"{name} {len(study.outcomes)}" for name, study in made.works.done.items())
    total = sum(len(study.outcomes) for study in made.works.done.values())
    told = made.sample.posterior
    hashes = provenance.hash_of([told.sample.to_csv(index=False), dict(told.manifest)])[:12] if told is not None else "none"
    found = [
        ("Sample", made.sample.words),
        ("Histories", f"{total}: {runs}"),
        ("Failed", str(made.failed) if made.failed else ""),
        ("Settings", " ".join(made.sample.overrides) or "all others as shipped"),
        ("Calibration, hash", hashes),
        ("Hashes of the inputs", _hashes(made)),
        ("Version", provenance.versions()["sim"]),
    ]
    return [(label, value) for label, value in found if value]


def _hashes(made: "Validation") -> str:
    inputs: dict[str, Any] = made.works.done["study"].manifest["design"]["inputs"]
    return ", ".join(f"{name} {str(value)[:12]}" for name, value in inputs.items())


def _patterns(made: "Validation", folder: Path) -> list[Section]:
    """Fit and check patterns apart, and the card of both."""
    assert made.evidence is not None
    table = made.tables["patterns"]
    card = findings.put(pattern_card(table), "patterns", "Patterns", "Every pattern as a dot in its band.",
                        "The best point over fresh seeds. Bars hold 5–95 % of the histories, crosses are the naive benchmarks; "
                        "the green band is the target.", folder)  # fmt: skip
    fit, check = pattern_tables(table, made.evidence.horizon)
    short = text.shortfalls(table, made.evidence.horizon)
    empty = text.no_evidence(table)
    said = [f"Met, but by the naive benchmark as well, and so no evidence: {', '.join(empty)}."] if empty else []
    return [
        Section("Fit patterns: may choose parameters", words=words()["reading"], tables=[fit], figures=[card]),
        Section("Check patterns: may not", words=said, tables=[check]),
        Section("Where it falls short", points=short or ["No pattern that was measured falls short."]),
    ]


def _stages(made: "Validation", folder: Path) -> Section:
    """Order, dates, confusion."""
    assert made.evidence is not None
    put = findings.put
    figures = [
        put(stage_figure(made.evidence), "stages", "Stages", "The recorded ribbon over all simulated ones.",
            "One line a history; below, when each stage began.", folder),
        put(validation_figures.errors_figure(made.tables["date_errors"]), "date_errors", "Errors of dates",
            "Errors of each stage's first year as bars.",
            "Simulated less recorded first year; the green band is two years either way.", folder),
        put(validation_figures.confusion_figure(made.tables["confusion"], made.tables["agreement_by_year"]), "confusion",
            "Confusion of stages", "Recorded by simulated stage, and agreement by year.",
            "Left: in the years of each recorded stage, which stage the histories are in. Right: how many are in it.",
            folder),
    ]  # fmt: skip
    return Section("Stages", words=[confusion_words(made)], figures=figures,
                   tables=[errors_table(made.tables["date_errors"]), orders_table(made.tables["orders"])])  # fmt: skip


def _recovery(made: "Validation", folder: Path) -> Section:
    """What comes back of known points, and what is not identified."""
    head = "Recovery: what the patterns identify"
    if "coverage_blind" not in made.tables:
        return Section(head, words=recovery_words(made))
    figures: list[Drawn] = [
        findings.put(validation_figures.recovery_figure(made.tables["recovery_costless"], made.tables["coverage_costless"]),
                     "recovery", "Recovery", "Posterior means against the truth, a panel a parameter.",
                     "Every point of the prior as a known one. On the line the parameter comes back; a flat cloud says that "
                     "the patterns do not see it (grey).", folder),
        findings.put(validation_figures.widths_figure(made.tables["narrowed"]), "widths", "Posterior over prior width",
                     "Posterior over prior width of each parameter, as bars.",
                     "The posterior of the record. One is a uniform prior that learned nothing.", folder),
    ]  # fmt: skip
    tables = [coverage_table(made.tables["coverage_blind"], "Known points with fresh seeds, calibrated blind"),
              coverage_table(made.tables["coverage_costless"], "Every point of the prior, at no cost")]  # fmt: skip
    return Section(head, words=recovery_words(made), points=words()["recovery_limits"], tables=tables, figures=figures)


def _rivals(made: "Validation", folder: Path) -> Section:
    """Rival rules, each recalibrated."""
    head = "Rival rules for membership and for merger"
    if "rivals" not in made.tables:
        return Section(head, words=["Not run here: `consortium validate --rivals` recalibrates and compares them."])
    figure = findings.put(validation_figures.rivals_figure(made.tables["rivals"]), "rivals", "Rival rules",
                          "Patterns passed by each rule, as bars.", "Fit and check patterns that each passes.",
                          folder)  # fmt: skip
    return Section(head, words=rivals_words(made), points=words()["rivals_limits"], tables=[rivals_table(made.tables["rivals"])],
                   figures=[figure])  # fmt: skip


def _curves(made: "Validation", folder: Path) -> Section:
    """The published curves over the number of makers."""
    figure = findings.put(validation_figures.curves_figure(made.tables["curves"]), "curves", "Curves over the number of makers",
                          "Simulated and published curves over the number of makers.",
                          "Each over its own mean; whiskers are 95 %. Numbers of makers with fewer than twenty run-years are "
                          "left out.", folder)  # fmt: skip
    return Section("Agreement with a model, not with data", words=curves_words(made), points=words()["curves_limits"],
                   tables=[curves_table(made.tables["curves_agreement"])], figures=[figure])  # fmt: skip


def _variance(made: "Validation", folder: Path) -> Section:
    """Seed, parameters, drivers."""
    head = "Where the variance comes from"
    if "variance" not in made.tables:
        return Section(head, words=["Not reckoned: fewer than two seeds have a finished history at every point."])
    figure = findings.put(validation_figures.variance_figure(made.tables["variance"]), "variance", "Variance",
                          "Shares of variance of the main outcomes, as bars.",
                          "Shares of the variance of single histories that go with parameters, seed, drivers and their "
                          "interactions.", folder)  # fmt: skip
    said = [*variance_said(made), *words()["variance_words"]]
    return Section(head, words=said, tables=[variance_table(made.tables["variance"])], figures=[figure])


def _runs(made: "Validation") -> Section:
    """How the number of runs is argued."""
    tables = [replicates_table(made.tables["replicates"])] if "replicates" in made.tables else []
    return Section("The number of runs", words=[made.argument], tables=tables)


def _limits(made: "Validation", weak: pd.DataFrame) -> Section:
    """What the model may be used for, what may not be extrapolated, weak figures, assumptions."""
    standing = text.standing()
    share = f"{len(weak)} of {int(weak.attrs['all'])} settings"
    said = (f"**Assumptions.** {share} rest on an assumption in whole or in part (`assumptions.csv`): "
            f"{int(weak['calibrated'].sum())} of them are calibrated, the others stand as declared. The posterior narrows "
            f"{_narrowed(weak)} of the calibrated ones below 80{chr(160)}% of their prior.")  # fmt: skip
    return Section("Limits", words=[said], points=[
        *(f"May be used {each}" for each in words()["may_be_used"]),
        *(f"May **not** be extrapolated {each}" for each in words()["not_beyond"]),
        *(f"Weak in the record: {each}" for each in standing["weak_figures"]),
    ])  # fmt: skip


def _narrowed(weak: pd.DataFrame) -> str:
    narrow = int((weak["width"] < 0.8).sum())
    return f"{narrow} ({percent(narrow / max(1, int(weak['calibrated'].sum())))})"

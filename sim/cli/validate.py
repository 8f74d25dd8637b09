"""`consortium validate`: the report card."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.attribute import replicates
from sim.cli.codes import FINE
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.validation import Validation


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "validate", help="the report card: how far the histories can be trusted",
        description="Hold the posterior of a calibration against the record over fresh seeds: fit and check patterns with naive "
        "benchmarks, order, dates and confusion of the stages, agreement with published curves, the variance split between "
        "seed, parameters and drivers; on request recovery of known points and rival rules. Ctrl-C keeps what is finished; the "
        "same command goes on. Without --output the files go to results/validate-<hash of all inputs>.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument("--calibration", type=Path, metavar="DIR", help="a calibration (default: the published one, "
                      "results/calibration; where there is none, the defaults)")  # fmt: skip
    verb.add_argument("--replicates", type=replicates, default=100, metavar="N", help="how many seeds for the patterns, or auto "
                      "(default: 100)")  # fmt: skip
    verb.add_argument("--draws", type=at_least(1), default=8, metavar="N", help="draws from the posterior (default: 8)")
    verb.add_argument("--seeds", type=at_least(2), default=8, metavar="N", help="seeds at each draw (default: 8)")
    verb.add_argument("--recovery", type=at_least(0), default=0, metavar="N", nargs="?", const=12,
                      help="known points to simulate and calibrate blind (12 when no number stands; default: none)")  # fmt: skip
    verb.add_argument("--rivals", action="store_true", help="recalibrate and compare rival rules (longer than ten minutes)")
    verb.add_argument("--rival-points", type=at_least(1), default=24, metavar="N", help="points of each search (default: 24)")
    verb.add_argument("--rival-replicates", type=at_least(1), default=40, metavar="N", help="fresh seeds of a rule (default: 40)")
    verb.add_argument("--patterns", type=Path, metavar="FILE", help="patterns of your own, a CSV like sim/data/patterns.csv")
    verb.add_argument("--processes", "--workers", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the studies that DIR holds")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Run the report card, print its sentences and where the files are."""
    from functools import partial

    from sim.cli.reproduce import _notice
    from sim.configuration import compose
    from sim.patterns.own import read
    from sim.studies.validation import Terms, validate

    composed = partial(compose, configs=told.configs)
    terms = Terms(told.replicates, told.draws, told.seeds, told.recovery, told.rivals, told.rival_points,
                  rival_replicates=told.rival_replicates)  # fmt: skip
    own = read(told.patterns) if told.patterns is not None else None
    place = told.output or default_directory(told, terms, composed)
    with terminal.progress("simulating", "histories", quiet=told.quiet) as progress:
        made = validate(place, told.calibration, terms, overrides=told.overrides, patterns=own, processes=told.processes,
                        overwrite=told.overwrite, progress=progress, notice=None if told.quiet else _notice,
                        compose=composed, command=told.typed)  # fmt: skip
    if not told.quiet and made.files:
        print(summary(made))
    return verdict(made)


def default_directory(told: argparse.Namespace, terms: Any, compose: Any) -> Path:
    """`results/validate-1a2b3c4d`: equal names are equal report cards."""
    from dataclasses import asdict

    from sim.records.provenance import hash_of
    from sim.studies.validation import sample_of
    from sim.studies.validation.studies import main_design, posterior_design

    sample = sample_of(told.calibration, terms.draws, tuple(told.overrides))
    designs = [main_design(sample, 1).hash(compose), posterior_design(sample, terms.seeds).hash(compose)]
    return Path("results") / f"validate-{hash_of([*designs, asdict(terms)])[:8]}"


def verdict(made: "Validation") -> int:
    """The exit code: broken off, finished with failed runs, or fine."""
    from sim.cli.reproduce import verdict_of
    from sim.studies.validation.validate import studies_of

    return next((code for code in map(verdict_of, studies_of(made)) if code != FINE), FINE)


def summary(made: "Validation") -> str:
    """The sentences of the report card, the patterns, and where the report is."""
    from sim.cli.reproduce import pattern_table
    from sim.report.validation_words import headlines

    said = "\n".join(terminal.paragraph(words.replace("**", "").replace("`", ""), "") for words in headlines(made))
    patterns = made.tables["patterns"]
    tables = [f"{title} ({use})\n{pattern_table(patterns[patterns['use'] == use])}"
              for use, title in (("fit", "Patterns that may choose parameters"), ("check", "Patterns that may not"))]  # fmt: skip
    pages = "\n".join(f"  {path}" for path in made.files if path.suffix in (".html", ".md"))
    return "\n\n".join([said, *tables, f"{terminal.paragraph(made.argument, '')}\n\nReport:\n{pages}"])

"""`consortium reproduce`: the main job."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FAILED_RUNS, FINE, INTERRUPTED
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.reproduce import Reproduction
    from sim.studies.study import Study


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "reproduce", help="hold many histories against the record, with a report",
        description="Simulate the historical scenario over many untouched seeds on all cores, hold every "
        "pattern of the record against it and write the report. Ctrl-C keeps what is finished; the same "
        "command goes on. Without --output the files go to results/reproduce-<runs>-<hash of all inputs>.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument(
        "--replicates", type=at_least(1), default=100, metavar="N", help="how many seeds (default: 100)"
    )
    verb.add_argument(
        "--first-seed", type=at_least(0), default=1000, metavar="SEED", help="the first (default: 1000)"
    )
    verb.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the study that DIR holds")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Run the study, print the patterns and where the report is."""
    from functools import partial

    from sim.configuration import compose
    from sim.studies.reproduce import reproduce

    with terminal.progress("simulating", "histories", quiet=told.quiet) as progress:
        made = reproduce(
            told.output or default_directory(told), told.replicates,
            overrides=told.overrides, first_seed=told.first_seed, processes=told.processes,
            overwrite=told.overwrite, progress=progress, notice=_notice,
            compose=partial(compose, configs=told.configs), command=told.typed,
        )  # fmt: skip
    if not told.quiet:
        print(summary(made))
    return verdict(made)


def default_directory(told: argparse.Namespace) -> Path:
    """`results/reproduce-100-1a2b3c4d`: equal names are equal studies."""
    from functools import partial

    from sim.configuration import compose
    from sim.studies.reproduce import design

    planned = design(told.replicates, told.overrides, told.first_seed)
    hashed = planned.hash(partial(compose, configs=told.configs))
    return Path("results") / f"reproduce-{told.replicates}-{hashed[:8]}"


def _notice(words: str) -> None:
    print(f"consortium: {words}", file=sys.stderr)


def verdict(made: "Reproduction") -> int:
    """The exit code: broken off, finished with failed runs, or fine."""
    return verdict_of(made.study)


def verdict_of(study: "Study") -> int:
    """The exit code of a study: broken off, finished with failed runs, or fine; the first two are told."""
    if not study.complete:
        _notice(f"broken off: {study.missing} runs are missing; the same command goes on from here")
        return INTERRUPTED
    if len(study.failed):
        first = study.failed.iloc[0]
        _notice(f"{len(study.failed)} runs failed, the first with seed {first['seed']}: {first['error']}")
        return FAILED_RUNS
    return FINE


def summary(made: "Reproduction") -> str:
    """The patterns, fit and check apart, and where the files are."""
    finished = f"{len(made.study.outcomes)} histories"
    if made.patterns is None:
        return f"{finished}: nothing to report."
    tables = [
        f"{title} ({use})\n{pattern_table(made.patterns[made.patterns['use'] == use])}"
        for use, title in (("fit", "Patterns that may choose parameters"), ("check", "Patterns that may not"))
    ]
    pages = [f"  {path}" for path in made.files if path.suffix in (".html", ".md")]
    return "\n\n".join([finished, *tables, "\n".join(["Report:", *pages])])


def pattern_table(patterns: Any) -> str:
    """One line a pattern: target, median, 5–95 %, share inside, verdict, naive benchmark."""
    rows = [
        [
            row["pattern"], str(row["target"]), figure(row["median"]),
            f"{figure(row['p05'])} – {figure(row['p95'])}",
            f"{row['inside']:.0%}" if row["inside"] == row["inside"] else "–",
            _verdict_of(row), str(row["naive"]),
        ]
        for row in patterns.to_dict("records")
    ]  # fmt: skip
    heads = ["pattern", "target", "median", "5–95 %", "inside", "", "naive"]
    return terminal.table(rows, heads, right=(2, 4))


def _verdict_of(row: dict[str, Any]) -> str:
    if not row.get("measured", True):
        return "not measured"
    return "passes" if row["pass"] else "falls short"


def figure(value: float) -> str:
    """A number with four digits; a dash for none, `never` for beyond the horizon."""
    if value != value:
        return "–"
    return "never" if value == float("inf") else f"{value:.4g}"

"""`consortium attribute`: what causes what, by taking causes away."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FINE
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.attribution import Attribution


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "attribute", help="share out each transition among its causes",
        description="Cross the causes that the paper names (cut of public money, mergers, flash, foreign ownership, the "
        "association, legal shelter): every set of them is a world, with the same seeds. For each transition: its chance and "
        "year with and without each cause, Shapley shares with intervals, a figure and the sentence that may be drawn. Ctrl-C "
        "keeps what is finished; the same command goes on. Without --output the files go to results/attribute-<hash of all "
        "inputs>.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument("--causes", type=_names, default=[], metavar="A,B,C", help="which causes (default: all six)")
    verb.add_argument("--file", type=Path, metavar="FILE", help="causes of your own: `name: {without: [flash=none]}`, YAML")
    verb.add_argument("--replicates", type=replicates, default=100, metavar="N", help="how many seeds, or auto (default: 100)")
    verb.add_argument("--first-seed", type=at_least(0), default=5000, metavar="SEED", help="the first (default: 5000)")
    verb.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the attribution that DIR holds")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def replicates(text: str) -> int | None:
    """The reader of `--replicates`: a number of seeds, or None for `auto`."""
    if text == "auto":
        return None
    try:
        return at_least(2)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}; write a number of seeds, or auto") from None


def act(told: argparse.Namespace) -> int:
    """Run the factorial, print the tables and sentences, and say where the files are."""
    from functools import partial

    from sim.cli.reproduce import _notice
    from sim.configuration import compose
    from sim.studies.attribution import attribute, chosen

    composed = partial(compose, configs=told.configs)
    causes = chosen(told.causes, told.file)
    with terminal.progress("simulating", "histories", quiet=told.quiet) as progress:
        made = attribute(
            told.output or default_directory(told, causes, composed), causes, told.replicates,
            overrides=told.overrides, first_seed=told.first_seed, processes=told.processes, overwrite=told.overwrite,
            progress=progress, notice=_notice, compose=composed, command=told.typed,
        )  # fmt: skip
    if not told.quiet and made.effects is not None:
        print(summary(made))
    return verdict(made)


def verdict(made: "Attribution") -> int:
    """The exit code: broken off, finished with failed runs, or fine."""
    from sim.cli.reproduce import verdict_of

    code = verdict_of(made.study)
    if code == FINE and made.effects is None:
        raise LookupError("no seed has a finished history in every world")
    return code


def default_directory(told: argparse.Namespace, causes: Any, compose: Any) -> Path:
    """`results/attribute-1a2b3c4d`: equal names are equal studies."""
    from sim.records.provenance import hash_of
    from sim.studies.attribution import Factorial

    pilot = Factorial(tuple(causes), tuple(told.overrides)).pilot([told.first_seed])
    hashed = hash_of([pilot.hash(compose), told.replicates])
    return Path("results") / f"attribute-{hashed[:8]}"


def summary(made: "Attribution") -> str:
    """The tables under the words *Shapley share*, the sentences, and where the files are."""
    from sim.report.attribution import sentences, table_of
    from sim.studies.attribution import TRANSITIONS

    assert made.effects is not None
    parts = []
    for transition in TRANSITIONS:
        table = table_of(made.effects, transition)
        rows = [[row[column] for column in SHORT.values()] for row in table.rows]
        parts.append(f"{terminal.paragraph(table.caption, '')}\n{terminal.table(rows, list(SHORT), range(1, len(SHORT)))}")
    said = "\n".join(terminal.paragraph(words.replace("**", ""), "") for words in sentences(made.effects))
    pages = "\n".join(f"  {path}" for path in made.files if path.suffix in (".html", ".md") or path.name == "attribution.csv")
    return "\n\n".join([*parts, "What may be said\n" + said, f"{made.argument}\n\nReport:\n{pages}"])


SHORT = {"cause": 0, "chance without": 1, "year without": 2, "sooner by it, years": 4, "Shapley share, years": 6,
         "Shapley share, chance": 7}  # fmt: skip
"""Heads of the table on the terminal, and the columns of the report's table that stand under them."""

"""`consortium compare`: designs and other alternatives in the same worlds."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import UsageError
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.comparison import Alternatives, Comparison


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "compare", help="put designs, or any alternatives, into the same worlds",
        description="Put charters (--charters asrc,sematech,mine.yaml) or any named sets of overrides (--alternatives FILE, or a "
        "folder of experiments) into the same worlds, seed by seed: paired differences with intervals, added value against no "
        "consortium, probability of being best, regret, dominance, public cost against speed, a report. It says which "
        "differences the runs do not decide, and how many more would. Ctrl-C keeps what is finished; the same command goes on. "
        "Without --output the files go to results/compare-<hash of all inputs>.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument("--charters", type=_names, default=[], metavar="A,B,FILE", help="charters by name or file")
    verb.add_argument("--alternatives", type=Path, metavar="FILE", help="YAML: {name: [overrides]}, or the folder of a study")
    verb.add_argument("--against", metavar="NAME", help="the alternative from which differences are taken (default: the first)")
    verb.add_argument("--outcomes", type=_names, default=[], metavar="A,B", help="only these outcomes (consortium list outcomes)")
    verb.add_argument("--replicates", type=at_least(2), metavar="N", help="how many seeds (default: 20, or as FILE says)")
    verb.add_argument("--first-seed", type=at_least(0), metavar="SEED", help="the first (default: 6000, or as FILE says)")
    verb.add_argument("--no-twin", action="store_true", help="leave out the world without a consortium, and added value")
    verb.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the study that DIR holds")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def act(told: argparse.Namespace) -> int:
    """Run the comparison, print what is decided and what is not, and say where the files are."""
    from functools import partial

    from sim.cli.reproduce import _notice, verdict_of
    from sim.configuration import compose
    from sim.studies.comparison import compare
    from sim.studies.comparison.compare import FIRST_SEED, design

    composed = partial(compose, configs=told.configs)
    alternatives = chosen(told)
    replicates = told.replicates or alternatives.replicates or 20
    first = told.first_seed if told.first_seed is not None else alternatives.first_seed
    first = FIRST_SEED if first is None else first
    planned = design(alternatives, replicates, told.overrides, first, twin=not told.no_twin)
    place = told.output or Path("results") / f"compare-{planned.hash(composed)[:8]}"
    with terminal.progress("simulating", "histories", quiet=told.quiet) as progress:
        made = compare(
            place, alternatives, replicates, against=told.against, overrides=told.overrides, first_seed=first,
            twin=not told.no_twin, processes=told.processes, overwrite=told.overwrite, progress=progress, notice=_notice,
            compose=composed, command=told.typed,
        )  # fmt: skip
    if not told.quiet and made.tables:
        print(summary(made))
    return int(verdict_of(made.study))


def chosen(told: argparse.Namespace) -> "Alternatives":
    """The alternatives asked for. Raises UsageError where there are none, or both kinds."""
    import dataclasses

    from sim.studies.comparison import from_charters, from_file

    if bool(told.charters) == (told.alternatives is not None):
        raise UsageError("say what to compare: --charters asrc,sematech,mine.yaml, or --alternatives FILE (one of the two).")
    made = from_charters(told.charters, told.configs) if told.charters else from_file(told.alternatives, told.configs)
    return dataclasses.replace(made, outcomes=tuple(told.outcomes)) if told.outcomes else made


def summary(made: "Comparison") -> str:
    """The means side by side, what may be said, what is open, and where the report is."""
    from sim.report import comparison as told

    table = told.means_table(made)
    parts = [made.alternatives.question, f"{len(made.seeds)} seeds; {table.caption}",
             terminal.table(table.rows, table.heads, list(table.right)), "What may be said"]  # fmt: skip
    parts[-1] += "\n" + "\n".join(terminal.paragraph(plain(words), "  ") for words in told.sentences(made))
    words = (told.undecided_words(made), told.pareto_words(made), told.dominance_words(made))
    parts += [terminal.paragraph(plain(each), "") for each in words]
    pages = "\n".join(f"  {path}" for path in made.files if path.suffix in (".html", ".md"))
    return "\n\n".join([*filter(None, parts), f"Report:\n{pages}"])


def plain(words: str) -> str:
    """Words without marks."""
    return words.replace("**", "").replace("*", "")

"""What the verbs that analyse a study share: the study made, completed or opened, and the answer told."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FAILED_RUNS, FINE, INTERRUPTED, UsageError
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.analysis.answers import Answer
    from sim.studies.analysis.cases import Cases


def add_study(verb: argparse.ArgumentParser) -> None:
    """The flags that say which study, and how one is made that is not there yet."""
    verb.add_argument("study", nargs="?", metavar="DIR_OR_NAME", help="the directory of a study, or the name of a design "
                      "in configs/sweep (or a file of your own)")  # fmt: skip
    add_overrides(verb)
    verb.add_argument(
        "--where", action="append", default=[], metavar="KEY=VALUE", help="only the points with this value (again for more)"
    )
    verb.add_argument(
        "--no-complete", action="store_true", help="refuse a study with missing or failed runs instead of running them"
    )
    made = verb.add_argument_group("making the study first")
    made.add_argument("--over", action="append", default=[], metavar="KEY=low:high",
                      help="vary a setting: low:high, low:high:log, a,b,c, or KEY alone for its declared range")  # fmt: skip
    made.add_argument(
        "--n", type=at_least(1), metavar="N", help="trajectories (morris), base samples (sobol indices), points (others)"
    )
    made.add_argument("--seeds", metavar="SEEDS", help="how many seeds at every point (8), first:last, or a list")
    made.add_argument(
        "--output", type=Path, metavar="DIR", help="where the study goes (default: results/<verb>-<hash of all inputs>)"
    )
    made.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--save", type=Path, metavar="DIR", help="where the report goes (default: analysis/ in the study)")
    verb.add_argument("--resamples", type=at_least(0), metavar="N", help="how often points are drawn again for the intervals")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")


def cases_for(told: argparse.Namespace, verb: str, **terms: Any) -> "Cases | int":
    """The cases that were asked for, or an exit code when the study was broken off.

    A directory is opened and, unless that is refused, completed; a name, a file or --over makes the study first.
    `terms` are terms of the design (method, second_order …) for a study that is made.
    """
    from sim.configuration import compose
    from sim.studies.analysis.studies import cases_of, completed

    composed = partial(compose, configs=told.configs)
    directory = _directory(told)
    if directory is None:
        directory = _made(told, verb, composed, terms)
        if directory is None:
            return INTERRUPTED
    if told.no_complete:
        return cases_of(directory, composed)
    with terminal.progress("completing", "histories", quiet=told.quiet) as progress:
        return completed(directory, compose=composed, notice=_notice(told), processes=told.processes, progress=progress)


def _directory(told: argparse.Namespace) -> Path | None:
    """The directory of a study that is there, or None when one is to be made. Raises UsageError."""
    from sim.studies.store import MARK

    if told.study is not None and "=" in told.study:  # an override stands first
        told.overrides = [told.study, *told.overrides]
        told.study = None
    if told.study is None and not told.over:
        raise UsageError("say which study: its directory, the name of a design (consortium sweep --help lists them), or "
                         "--over KEY=low:high to make one.")  # fmt: skip
    if told.study is None or not Path(told.study).is_dir():
        return None
    if not (Path(told.study) / MARK).is_file():
        raise UsageError(f"{told.study} holds no study: there is no {MARK} in it.")
    if told.over or told.overrides or told.n or told.seeds or told.output:
        raise UsageError(f"{told.study} is a study already; --over, --n, --seeds, --output and overrides say how to make one. "
                         "To analyse a part of it write --where KEY=VALUE.")  # fmt: skip
    return Path(told.study)


def _made(told: argparse.Namespace, verb: str, composed: Any, terms: dict[str, Any]) -> Path | None:
    """Make the study of a design, or what is missing of it; None when it was broken off."""
    from sim.studies import run_study
    from sim.studies.sweep import design

    planned = design(told.study, told.overrides, told.over, configs=told.configs, n=told.n, seeds=told.seeds, **terms)
    place = told.output or Path("results") / f"{verb}-{planned.told(planned.plan(composed))['hash'][:8]}"
    say = _notice(told)
    say(
        f"{planned.method['kind']}: {len(planned.points)} points × {len(planned.seeds)} seeds = {planned.runs} "
        f"histories, in {place}"
    )
    with terminal.progress("simulating", "histories", quiet=told.quiet) as progress:
        study = run_study(planned, place, processes=told.processes, progress=progress, notice=say, compose=composed)
    if study.complete:
        return place
    say(f"broken off: {study.missing} runs are missing; the same command goes on from here")
    return None


def _notice(told: argparse.Namespace) -> Any:
    def say(words: str) -> None:
        import sys

        if not told.quiet:
            print(f"consortium: {words}", file=sys.stderr)

    return say


def conditions(texts: list[str]) -> dict[str, str]:
    """`KEY=VALUE` pairs of --where. Raises UsageError."""
    for text in texts:
        if "=" not in text:
            raise UsageError(f"--where {text}: write KEY=VALUE, for example --where funding=constant.")
    return {key.strip(): value.strip() for key, _, value in (text.partition("=") for text in texts)}


def answered(told: argparse.Namespace, verb: str, analyse: Any, **terms: Any) -> int:
    """Get the cases, analyse them, keep and tell the answer; the exit code."""
    from sim.studies.analysis.studies import IncompleteStudy

    try:
        cases = cases_for(told, verb, **terms)
        if isinstance(cases, int):
            return cases
        answer: Answer = analyse(cases)
    except IncompleteStudy as lacking:
        _notice(argparse.Namespace(quiet=False))(str(lacking))
        return FAILED_RUNS
    files = answer.save(told.save)
    if not told.quiet:
        print("\n\n".join(_plain(each) for each in answer.paragraphs()))
        print(f"\nReport: {files[0]}")
    return FINE


def _plain(words: str) -> str:
    """A paragraph without marks, wrapped to the terminal."""
    return terminal.paragraph(words.replace("**", "").replace("`", ""), indent="")

"""`consortium charter`: show a charter in words, check one for contradictions, begin a new one."""

import argparse
from pathlib import Path
from typing import Any

from sim.cli import terminal
from sim.cli.codes import FINE, WRONG_USE, UsageError


def add(verbs: Any) -> None:
    """Declare the verb with its three actions and their flags."""
    verb = verbs.add_parser(
        "charter", help="show, check or begin a charter",
        description="Charters are records in YAML. `show` says one in words with its organisation chart, `check` finds what "
        "contradicts itself and says what to write instead, `new` writes one to begin with, every term explained. The library: "
        "consortium list charters.",
    )  # fmt: skip
    actions = verb.add_subparsers(metavar="ACTION", dest="action", required=True)
    shows = actions.add_parser("show", help="say a charter in words, with its organisation chart")
    shows.add_argument("name", help="a name of the library (asrc, sematech …) or a file")
    shows.add_argument("--figure", type=Path, metavar="FILE", help="draw the organisation chart too (.png or .svg)")
    checks = actions.add_parser("check", help="find contradictions and say what to write instead")
    checks.add_argument("name", metavar="FILE", help="a file, or a name of the library")
    begins = actions.add_parser("new", help="write a charter to begin with")
    begins.add_argument("file", type=Path, metavar="FILE", help="where to; nothing is overwritten")
    for each in (shows, checks):
        each.add_argument("--configs", type=Path, metavar="DIR", help="a folder of your own with charter/name.yaml")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Do what was asked for; a charter with contradictions gives exit code 2."""
    return {"show": show, "check": check, "new": new}[told.action](told)


def show(told: argparse.Namespace) -> int:
    """Print a charter in words, then its chart; draw it where a figure is wanted."""
    from sim.charters import reading, words

    charter = reading.charter_of(told.name, told.configs)
    for line in words.in_words(charter, reading.find(told.name, told.configs)).splitlines():
        print(_hung(line))
    print(f"\n{words.chart(charter)}")
    if told.figure is not None:
        draw(charter, told.figure)
        print(f"\nFigure: {told.figure}")
    return FINE


def draw(charter: Any, file: Path) -> None:
    """Save the organisation chart. Raises UsageError for another kind of file or a folder that is not there."""
    from sim.report import style
    from sim.report.charter_figure import charter_figure

    if file.suffix not in (".png", ".svg") or not file.parent.is_dir():
        raise UsageError(f"{file}: a figure is written as .png or .svg, into a folder that is there.")
    figure = charter_figure(charter)
    with style.look():
        figure.savefig(file, dpi=130)


def check(told: argparse.Namespace) -> int:
    """Print every contradiction and every doubt with its line."""
    from sim.charters import reading

    file = reading.find(told.name, told.configs)
    read = reading.of(file)
    wrong = [fault for fault in read.faults if not fault.doubt]
    doubts = [fault for fault in read.faults if fault.doubt]
    for title, faults in (("Contradictions", wrong), ("Allowed, but is it meant?", doubts)):
        if faults:
            print(title)
            print("\n".join(terminal.paragraph(str(fault), "  ") for fault in faults))
    if not wrong:
        runs = f"consortium compare --charters nsic,{told.name} --replicates 10"
        print(f"{file} holds together. Try it: {runs}")
    return WRONG_USE if wrong else FINE


def new(told: argparse.Namespace) -> int:
    """Write a charter to begin with."""
    from sim.charters.reading import template

    if told.file.exists():
        raise UsageError(f"{told.file} is there already: choose another name.")
    if not told.file.parent.is_dir():
        raise UsageError(f"there is no folder {told.file.parent}.")
    told.file.write_text(template(), encoding="utf-8")
    print(f"Written: {told.file}. Change it, then: consortium charter check {told.file}")
    return FINE


def _hung(line: str) -> str:
    """A line of words whose further lines hang under the first."""
    import textwrap

    return textwrap.fill(line, terminal.width(), subsequent_indent=" " * 11, break_on_hyphens=False, break_long_words=False)

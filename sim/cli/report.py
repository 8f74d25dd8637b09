"""`consortium report`: the figures of a saved run."""

import argparse
from pathlib import Path
from typing import Any

from sim.cli.codes import FINE
from sim.cli.run import at_least, write_report


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "report", help="draw the figures of a saved run",
        description="Write report.html, report.md and figures/ beside the files of a saved run: the history, the "
        "organisation as it stood in a year, priorities beside awards, roadmaps beside what came, projects, money by "
        "source and use.",
    )  # fmt: skip
    verb.add_argument("directory", type=Path, metavar="DIR", help="the directory of a run")
    verb.add_argument("--year", type=at_least(0), metavar="YEAR",
                      help="year of the organisation, last of the ten years of single projects (default: the last)")  # fmt: skip
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Read the run, write its report and say where."""
    from sim.records.run import open_run

    page = write_report(open_run(told.directory), told.directory, told.year)
    if not told.quiet:
        print(f"Report: {page}")
    return FINE

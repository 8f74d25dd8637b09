"""`consortium why`: what somebody decided in a saved run, and the sum behind it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.codes import FINE, UsageError
from sim.parameters import did_you_mean

if TYPE_CHECKING:
    from sim.records.run import Run

_MOST = 60


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "why", help="show what somebody decided in a run, and why",
        description="Show the decisions of a saved run with the terms for and against; each is reckoned "
        "again from its stored terms.",
    )  # fmt: skip
    verb.add_argument("run", type=Path, metavar="RUN", help="the directory of a run")
    verb.add_argument("--who", metavar="NAME", help="who decided or was decided on (part of a name will do)")
    verb.add_argument("--year", type=int, help="in which calendar year")
    verb.add_argument("--kind", help="which kind of event (consortium list events)")
    verb.add_argument("--all", action="store_true", help=f"show all, not only the first {_MOST}")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Print the decisions asked for."""
    from sim.records.run import open_run
    from sim.records.why import Entries

    run = open_run(told.run)
    _refuse_unknown(run, told.who, told.kind)
    decisions = run.why(who=told.who, year=told.year, kind=told.kind)
    shown = decisions if told.all else Entries(decisions[:_MOST])
    print(shown if decisions else nothing_but(run, told.who, told.kind))
    if len(shown) < len(decisions):
        print(
            f"\n… and {len(decisions) - len(shown)} more; narrow it with --who, --year, --kind, or add --all"
        )
    return FINE


def nothing_but(run: "Run", who: str | None, kind: str | None) -> str:
    """What to say when nothing happened in that year: from when to when there is anything, and the last of it."""
    others = run.why(who=who, kind=kind)
    if not others:
        return f"This run holds nothing of {' and '.join(filter(None, (who, kind))) or 'that year'}: try without --kind or --who."
    years = sorted({int(entry.year) for entry in others})
    span = f"there is something in {len(years)} years from {years[0]} to {years[-1]}"
    return f"Nothing of that in that year; {span}. The last of it:\n\n{others[-1]}"


def _refuse_unknown(run: "Run", who: str | None, kind: str | None) -> None:
    """Raise UsageError with the nearest names when nobody, or nothing, is called that."""
    names = sorted({*run.events["who"], *run.events["whom"]} - {""})
    if who is not None and not any(who.lower() in name.lower() for name in names):
        raise UsageError(f"nobody in this run is called {who}.{did_you_mean(who, names)}")
    kinds = sorted(set(run.events["kind"]))
    if kind is not None and kind not in kinds:
        hint = did_you_mean(kind, kinds) or f" There are {', '.join(kinds)}."
        raise UsageError(f"this run holds no event of the kind {kind}.{hint}")

"""The command `consortium`: verbs with flags for how to run, overrides for what to run.

A verb is a module with `add(verbs)`, which declares its flags, and a function that takes them and returns an
exit code. Modules import what is heavy inside their functions, so that help and version appear at once.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence

from sim.cli import (
    attribute,
    calibrate,
    charter,
    compare,
    discover,
    explain,
    explore,
    listing,
    report,
    reproduce,
    robustness,
    run,
    sensitivity,
    sweep,
    validate,
    why,
)
from sim.cli.codes import FAULT, INTERRUPTED, WRONG_USE, UsageError
from sim.parameters import SettingError
from sim.records.files import OutputError

VERBS = (run, report, reproduce, sweep, sensitivity, discover, robustness, calibrate, validate, attribute, compare, charter,
         explore, listing, explain, why)  # fmt: skip

_SUMMARY = "How storage research consortia come out of the decisions of firms, universities and governments."
_AFTERWORD = """\
exit codes: 0 fine, 1 a fault of the program, 2 wrong use, 3 finished with failed runs, 130 broken off

  consortium run                                  one history, seed 7
  consortium run funding=constant --seed 3        the same world with a steady appropriation
  consortium report DIR --year 2005               the figures of a saved run, its organisation as of 2005
  consortium explore                              watch histories in the browser
  consortium list parameters                      everything that can be changed
  consortium reproduce                            the historical scenario over 100 seeds, with its report
"""


def parser() -> argparse.ArgumentParser:
    """The command line with all its verbs."""
    made = argparse.ArgumentParser(
        prog="consortium",
        description=_SUMMARY,
        epilog=_AFTERWORD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    verbs = made.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True)
    for verb in VERBS:
        verb.add(verbs)
    for each in verbs.choices.values():
        each.add_argument("--traceback", action="store_true", help="show where in the program an error arose")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; errors are one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    told = parsed(arguments)
    told.typed = shlex.join(["consortium", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        if not getattr(told, "multirun", False):  # where each run has its own
            run.add_shocks(told)
        return int(told.act(told))
    except KeyboardInterrupt:
        return _complain("broken off", INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        return FAULT
    except (SettingError, OutputError, UsageError) as error:
        if told.traceback:
            raise
        return _complain(str(error), WRONG_USE)
    except Exception as error:
        if told.traceback:
            raise
        return _complain(f"{type(error).__name__}: {error} (--traceback shows where)", FAULT)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The flags and overrides; overrides may stand before and after flags. Leaves with 2 on a wrong flag."""
    made = parser()
    told, rest = made.parse_known_args(arguments)
    if rest and (not hasattr(told, "overrides") or any(word.startswith("-") for word in rest)):
        made.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        told.overrides = [*told.overrides, *rest]
    for key, sign, value in (word.partition("=") for word in getattr(told, "overrides", ())):
        if sign and key in vars(told) and not (key == "seed" and getattr(told, "multirun", False)):
            made.error(f"{key} says how to run: write --{key.replace('_', '-')} {value}")
    return told


def _complain(words: str, code: int) -> int:
    print(f"consortium: {words}", file=sys.stderr)
    return code


class _Version(argparse.Action):
    """Print the version; looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from sim.version import version

        print(f"consortium {version()}")
        parser.exit()

"""`consortium calibrate`: which parameters the fit patterns allow."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FINE, INTERRUPTED
from sim.cli.run import add_overrides, at_least

if TYPE_CHECKING:
    from sim.studies.calibration.procedure import Procedure

_SIZES = {
    "points": "points of the prior sample",
    "seeds": "common seeds a point, prior and refinement",
    "rounds": "rounds of refinement",
    "refined": "points a round of refinement",
    "posterior": "points of the posterior",
    "posterior-seeds": "seeds a point of the posterior",
    "finalists": "candidates for the defaults",
    "finalist-seeds": "seeds a candidate",
    "finals": "finals: half from the best candidate, half from the shipped defaults",
    "final": "points of a final",
    "final-seeds": "seeds a point of the final",
    "run-off": "points of the run-off over further seeds; 0 lets the finals decide",
    "run-off-seeds": "seeds a point of the run-off",
}


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "calibrate", help="choose parameters by the fit patterns, as a weighted sample",
        description="Sample the priors of all parameters that may be chosen, learn from what was simulated, refine where the fit "
        "patterns are met, and leave a weighted sample (posterior.csv), the trace, a report, and the point nearest to the "
        "patterns. Check patterns are not looked at. Ctrl-C keeps what is finished; the same command goes on. Without --output "
        "the files go to results/calibration-<hash of all inputs>.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument("--over", action="append", default=[], metavar="NAME", help="only this parameter (again for more; default: "
                      "all that have a prior)")  # fmt: skip
    for name, meaning in _SIZES.items():
        least = 0 if name in ("rounds", "run-off") else 1
        verb.add_argument(f"--{name}", type=at_least(least), metavar="N", help=f"{meaning} (default: {USUAL[name]})")
    verb.add_argument("--first-seed", type=at_least(0), metavar="SEED", help="the first common seed (default: 30000)")
    verb.add_argument("--defaults", action="store_true", help="write the nearest point into the package as its defaults: "
                      "sim/data/fitted.csv")  # fmt: skip
    verb.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


USUAL = {"points": 384, "seeds": 3, "rounds": 4, "refined": 96, "posterior": 96, "posterior-seeds": 4, "finalists": 10,
         "finalist-seeds": 24, "finals": 8, "final": 8, "final-seeds": 60, "run-off": 8, "run-off-seeds": 100}  # fmt: skip
"""The sizes of `Procedure`, which takes a second to load and is not needed for the help."""


def procedure_of(told: argparse.Namespace) -> "Procedure":
    """The sizes that were asked for, the others as usual. Raises SettingError."""
    from sim.studies.calibration import Procedure

    asked = {name: getattr(told, name) for name in (*(size.replace("-", "_") for size in _SIZES), "first_seed")}
    return Procedure(**{name: value for name, value in asked.items() if value is not None})


def act(told: argparse.Namespace) -> int:
    """Run or go on with the calibration, tell what may be said, and write the defaults where that is asked for."""
    import functools

    from sim.cli.reproduce import _notice
    from sim.configuration import compose
    from sim.studies.calibration import calibrate, load_posterior, write_defaults

    procedure = procedure_of(told)
    place = told.output or default_directory(told, procedure)
    progress = functools.partial(_progress, quiet=told.quiet)
    made = calibrate(
        place, procedure, only=told.over, overrides=told.overrides, processes=told.processes, progress=progress,
        notice=None if told.quiet else _notice, compose=functools.partial(compose, configs=told.configs),
    )  # fmt: skip
    if made is None:
        _notice("broken off; the same command goes on from here")
        return INTERRUPTED
    if not told.quiet:
        print(summary(load_posterior(place), place))
    if told.defaults:
        print(f"Defaults: {write_defaults(place)}; run the tests, and say in CHANGELOG.md what moved.")
    return FINE


def _progress(words: str, *, quiet: bool) -> Any:
    return terminal.progress(words, "histories", quiet=quiet)


def default_directory(told: argparse.Namespace, procedure: "Procedure") -> Path:
    """`results/calibration-1a2b3c4d`: equal names are equal calibrations."""
    from dataclasses import asdict

    from sim.configuration import compose, resolved
    from sim.records.provenance import hash_of, inputs

    settings = inputs(resolved(compose(told.overrides, configs=told.configs)))
    return Path("results") / f"calibration-{hash_of([asdict(procedure), told.over, settings])[:8]}"


def summary(posterior: Any, place: Path) -> str:
    """What may be said, the parameters, and where the report is."""
    import pandas as pd

    from sim.report.calibration import parameter_table, sentences

    told = parameter_table(posterior)
    table = terminal.table([row[:6] for row in told.rows], told.heads[:6], right=(3, 4))
    words = sentences(posterior, pd.read_csv(place / "trace.csv"))
    said = [terminal.paragraph(each.replace("`", ""), indent="") for each in words]
    return "\n\n".join([*said, table, f"Report:\n  {place / 'report.html'}"])

"""`consortium sensitivity`: which parameters move an outcome, and how much of it is chance."""

import argparse
from functools import partial
from typing import Any

from sim.cli.studying import add_study, answered, conditions

_METHODS = {"morris": "morris", "sobol": "saltelli"}


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "sensitivity", help="which parameters move an outcome, and how much is chance",
        description="Analyse a Morris or Sobol study: measures of every parameter with intervals and convergence, the seed as a "
        "factor of its own (the same eight seeds at every point). Given a design instead of a directory the study is made first; "
        "Ctrl-C keeps what is finished and the same command goes on. Runs that lack or failed are named and run again.",
    )  # fmt: skip
    add_study(verb)
    verb.add_argument("--method", choices=sorted(_METHODS), help="morris ranks with few histories; sobol shares out with many")
    verb.add_argument("--levels", type=int, metavar="N", help="levels of Morris' grid (default: 4)")
    verb.add_argument(
        "--second-order", action="store_true", default=None, help="indices of pairs too (sobol; nearly twice the points)"
    )
    verb.add_argument("--outcome", action="append", default=[], metavar="EXPR",
                      help="an outcome, a comparison, or reached(date) (again for more; default: waits for the "
                           "stages, members, density)")  # fmt: skip
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Make or open the study, analyse it and tell the answer."""
    from sim.cli.codes import UsageError
    from sim.studies.analysis.sensitivity_analysis import RESAMPLES, sensitivity

    if told.study is None and told.over and told.method is None:
        raise UsageError("say how to sample: --method morris ranks with few histories, --method sobol shares out with many.")
    resamples = RESAMPLES if told.resamples is None else max(told.resamples, 10)
    analyse = partial(sensitivity, outcomes=told.outcome, where=conditions(told.where), resamples=resamples)
    method = _METHODS[told.method] if told.method else None
    return answered(told, "sensitivity", analyse, method=method, levels=told.levels, second_order=told.second_order)

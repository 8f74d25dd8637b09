"""`consortium robustness`: which alternative does well enough in many worlds."""

import argparse
from functools import partial
from typing import Any

from sim.cli.studying import add_study, answered, conditions


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "robustness", help="which alternative is robust: regret, satisficing share",
        description="Compare alternatives (the values of a varied setting) over all that else varies: regret (mean, "
                    "one world in ten, "
        "largest), share of histories that meet thresholds, share of worlds that do so reliably. The alternatives must stand in "
        "the same worlds. Given a design instead of a directory the study is made first.",
    )  # fmt: skip
    add_study(verb)
    verb.add_argument(
        "--method", choices=("latin_hypercube", "sobol", "grid"), help="how to sample a study that is made (default: sobol)"
    )
    verb.add_argument("--alternatives", metavar="KEY", required=True, help="the setting whose values are compared (several with "
                      "commas; point for points written by hand)")  # fmt: skip
    verb.add_argument(
        "--outcome", action="append", default=[], metavar="EXPR:more|less", help="what counts and which way (again for more)"
    )
    verb.add_argument(
        "--threshold", action="append", default=[], metavar="EXPR", help="what is good enough, for example 'members_mean>10'"
    )
    verb.add_argument(
        "--regret-over", choices=("worlds", "runs"), default="worlds", help="means over seeds, or every seed a world"
    )
    verb.add_argument(
        "--reliability", type=float, default=0.8, metavar="P", help="share of the seeds that must meet the thresholds in a world"
    )
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Make or open the study, compare the alternatives and tell the answer."""
    from sim.studies.analysis.robustness_analysis import RESAMPLES, robustness

    resamples = RESAMPLES if told.resamples is None else max(told.resamples, 10)
    keys = [key.strip() for key in told.alternatives.split(",") if key.strip()]
    analyse = partial(robustness, alternatives=keys, outcomes=told.outcome, thresholds=told.threshold,
                      where=conditions(told.where), over=told.regret_over, reliability=told.reliability,
                      resamples=resamples)  # fmt: skip
    return answered(told, "robustness", analyse, method=told.method)

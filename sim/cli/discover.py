"""`consortium discover`: under which settings something happens."""

import argparse
from functools import partial
from typing import Any

from sim.cli.run import at_least
from sim.cli.studying import add_study, answered, conditions

_NAMED = "dies, stays_national, locked_in, opens, four_stages, never_bi_national"


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "discover", help="under which settings something happens (scenario discovery)",
        description="Look for boxes of the varied settings in which an outcome happens (PRIM), with coverage, "
                    "density, trade-off, "
        f"quasi-p-values and resampling. Named outcomes: {_NAMED}; any comparison of outcomes may be written "
        "('year_international>2010', 'survival<1 and opened<1'). Given a design instead of a directory the study is made first.",
    )  # fmt: skip
    add_study(verb)
    verb.add_argument(
        "--method", choices=("latin_hypercube", "sobol", "grid"), help="how to sample a study that is made (default: sobol)"
    )
    verb.add_argument("--outcome", metavar="EXPR", required=True, help=f"a condition: {_NAMED}, or a comparison")
    verb.add_argument(
        "--by", choices=("points", "runs"), default="points", help="what a case is: a point of the design or a history"
    )
    verb.add_argument(
        "--share", type=float, default=0.5, metavar="P", help="share of the seeds in which it must hold at a point (default: 0.5)"
    )
    verb.add_argument("--boxes", type=at_least(1), default=2, metavar="N", help="how many boxes at most (default: 2)")
    verb.add_argument(
        "--coverage", type=float, metavar="C", help="take the densest box that covers so much (default: the best mean of both)"
    )
    verb.add_argument("--mass", type=float, default=0.05, metavar="P", help="least share of all points in a box (default: 0.05)")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Make or open the study, look for boxes and tell them."""
    from sim.studies.analysis.discovery import RESAMPLES, discover

    resamples = RESAMPLES if told.resamples is None else told.resamples
    analyse = partial(discover, outcome=told.outcome, where=conditions(told.where), by=told.by, share=told.share, most=told.boxes,
                      coverage=told.coverage, mass=told.mass, resamples=resamples)  # fmt: skip
    return answered(told, "discover", analyse, method=told.method)

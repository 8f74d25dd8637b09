"""What a consortium notes of a year beside who sits where."""

from typing import NamedTuple

import numpy as np

from sim.consortium.committees import WorkingGroup


class Minutes(NamedTuple):
    """The year's priority matrices by branch, as scored and as sent out, and its working groups; nothing is copied."""

    year: int
    body: int  # number of the consortium
    scored: dict[str, np.ndarray]
    sent: dict[str, np.ndarray]
    groups: list[WorkingGroup]  # as they met for the year's roadmap

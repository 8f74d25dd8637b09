"""What a consortium notes of a year."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.consortium.committees import Committee, WorkingGroup


class Minutes(NamedTuple):
    """The year's committees, priority matrices by branch, as scored and as sent out, and working groups; nothing is copied."""

    year: int
    body: int  # number of the consortium
    committees: list[Committee]
    scored: dict[str, np.ndarray]
    sent: dict[str, np.ndarray]
    groups: Sequence[WorkingGroup]  # as they met for the year's roadmap

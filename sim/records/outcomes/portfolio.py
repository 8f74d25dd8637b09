"""Outcomes about projects: how many, how steady, how far, where."""

import math
from collections import defaultdict

import numpy as np

from sim.records.counting import starts_by_cell
from sim.records.outcomes.declared import counted, declare, outcome, sum_of
from sim.records.outcomes.seen import Seen, ratio

_FEWEST_AWARDS = 20

declare(
    "projects_started_total",
    "projects started",
    "projects",
    "research projects the lineage started",
    sum_of("projects_started"),
)
declare(
    "projects_stopped_total",
    "projects stopped",
    "projects",
    "research projects of the lineage stopped before their end",
    sum_of("projects_stopped"),
)
declare(
    "joint_ventures_total",
    "joint ventures",
    "projects",
    "joint ventures started, all consortia together",
    counted("joint_ventures_started"),
)
declare(
    "single_awards_total",
    "single-firm awards",
    "awards",
    "public awards to single firms, all countries together",
    counted("single_awards_total"),
)
declare(
    "students_total",
    "students",
    "students",
    "students trained in projects, all consortia together",
    counted("students_total"),
)


@outcome(
    "programmes",
    "media",
    "mean number of media in scope over the life of the lineage; NaN when there is none",
)
def programmes_mean(seen: Seen) -> float:
    return seen.mean(seen["media_in_scope"][seen.there])


@outcome(
    "far-term share",
    "share",
    "share of the running money on systems far from products, mean over the months in which projects run; "
    "NaN when there are none",
)
def far_share_mean(seen: Seen) -> float:
    running = seen["projects_active"] + seen["joint_ventures_active"] > 0
    return seen.mean(seen["far_share"][running])


@outcome(
    "swing of starts",
    "coefficient of variation",
    "standard deviation over mean of the project starts in the full years of the lineage's life; "
    "NaN below three years",
)
def starts_swing(seen: Seen) -> float:
    starts = seen["projects_started"][seen.there]
    years = len(starts) // 12
    if years < 3:
        return math.nan
    by_year = starts[: 12 * years].reshape(years, 12).sum(axis=1)
    return ratio(float(by_year.std()), float(by_year.mean()))


@outcome(
    "duplication",
    "share of project money",
    "project money of the lineage that repeats what another running project does, over all its project money; NaN without any",
)
def duplication_mean(seen: Seen) -> float:
    return of_results(seen, "duplicated_musd", "spent_musd")


@outcome(
    "duplication avoided",
    "share of project money",
    "project money of the lineage that the information platform kept from repeating, over all its project money",
)
def duplication_avoided(seen: Seen) -> float:
    return of_results(seen, "avoided_musd", "spent_musd")


def of_results(seen: Seen, part: str, whole: str) -> float:
    """One long-term count of the lineage's bodies over another; NaN where the other is zero."""
    total = {name: sum(body.results.get(name, 0.0) for body in seen.bodies) for name in (part, whole)}
    return ratio(total[part], total[whole])


@outcome(
    "awards follow the matrix",
    "rank correlation",
    "Spearman's correlation, over the cells the matrix ever asked for, of the priorities that core members "
    "scored before the lineage awarded projects and the projects awarded; NaN below twenty awards",
)
def matrix_award_correlation(seen: Seen) -> float:
    asked, awards = np.zeros_like(_by_cell(seen, "awards")), _by_cell(seen, "awards")
    for body in seen.bodies:
        for wanted in body.asked_in.values():
            asked += wanted.ravel()
    return follows(asked, awards)


def follows(asked: np.ndarray, awarded: np.ndarray) -> float:
    """How the projects awarded follow those asked for, by cell: their rank correlation over the cells asked for.

    NaN below twenty awards, of which a rank correlation would say little.
    """
    asked = np.round(asked, 9)  # what differs by the order of a sum alone is a tie
    return spearman(asked[asked > 0], awarded[asked > 0]) if awarded.sum() >= _FEWEST_AWARDS else math.nan


@outcome(
    "breadth of the portfolio",
    "cells",
    "effective number of cells (recording system × function) among the lineage's awards; NaN without awards",
)
def cells_effective(seen: Seen) -> float:
    awards = _by_cell(seen, "awards")
    return ratio(float(awards.sum()) ** 2, float((awards * awards).sum()))


@outcome(
    "lock-in of the portfolio",
    "0 to 1",
    "overlap of the cells of the research projects that the lineage started in five years with those of the five years before "
    "(sum of the smaller shares), mean over such spans; one where it never moves on, NaN without two spans",
)
def lock_in_portfolio(seen: Seen) -> float:
    spans: dict[int, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
    for cell, month in starts_by_cell(seen):
        spans[month // 60][cell] += 1.0
    shares = {span: {cell: count / sum(cells.values()) for cell, count in cells.items()} for span, cells in spans.items()}
    pairs = [(shares[span - 1], shares[span]) for span in sorted(shares) if span - 1 in shares]
    return seen.mean(np.array([sum(min(share, before.get(cell, 0.0)) for cell, share in now.items()) for before, now in pairs]))


def _by_cell(seen: Seen, what: str) -> np.ndarray:
    """A count per cell, summed over the bodies of the lineage."""
    return sum((getattr(body, what) for body in seen.bodies), np.zeros(1)).ravel()


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation, ties at their average rank; NaN where one of the two does not vary.

    >>> round(spearman(np.array([1.0, 2.0, 2.0, 5.0]), np.array([3.0, 1.0, 4.0, 9.0])), 6)
    0.632456
    """
    a, b = average_ranks(one), average_ranks(other)
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum()) / size if size > 0 else math.nan


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties at their average rank.

    >>> average_ranks(np.array([0.5, 0.2, 0.5])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2.0)[place]

"""Sharing out an effect among the causes that bring it about together (Shapley 1953), by exact weights.

A *game* gives a value to every set of causes at work, numbered by their bits: set 5 of three causes holds the first and
the third. Every quantity here is linear in the values, so it is a matrix once and for all, and a column of values a
seed gives one answer a seed.
"""

import itertools
import math

import numpy as np

Matrix = np.ndarray


def members(number: int, causes: int) -> tuple[int, ...]:
    """The causes in a set.

    >>> members(5, 3)
    (0, 2)
    """
    return tuple(cause for cause in range(causes) if number >> cause & 1)


def shapley_weights(causes: int) -> Matrix:
    """Causes × sets: what each set's value counts in each cause's Shapley value.

    A cause gets its marginal contribution to each set of the others, averaged over all orders in which the causes may
    come: weight |S|! (n − |S| − 1)! / n! (Shapley 1953). Rows add up to the value of all less the value of none.

    >>> shapley_weights(2) @ [0.0, 1.0, 3.0, 6.0]
    array([2., 4.])
    """
    weights = np.zeros((causes, 2**causes))
    for cause, others in itertools.product(range(causes), range(2**causes)):
        if others >> cause & 1:
            continue
        size = others.bit_count()
        weight = math.factorial(size) * math.factorial(causes - size - 1) / math.factorial(causes)
        weights[cause, others | 1 << cause] += weight
        weights[cause, others] -= weight
    return weights


def interaction_weights(causes: int) -> tuple[list[tuple[int, int]], Matrix]:
    """The pairs of causes, and pairs × sets: the interaction index of Grabisch and Roubens (1999).

    How much more two causes do together than apart, averaged over the orders of all others: weight
    |S|! (n − |S| − 2)! / (n − 1)! on v(S+i+j) − v(S+i) − v(S+j) + v(S).

    >>> pairs, weights = interaction_weights(2)
    >>> pairs, weights @ [0.0, 1.0, 3.0, 6.0]
    ([(0, 1)], array([2.]))
    """
    pairs = list(itertools.combinations(range(causes), 2))
    weights = np.zeros((len(pairs), 2**causes))
    for row, (one, other) in enumerate(pairs):
        both = 1 << one | 1 << other
        for rest in (number for number in range(2**causes) if not number & both):
            size = rest.bit_count()
            weight = math.factorial(size) * math.factorial(causes - size - 2) / math.factorial(causes - 1)
            for number, sign in ((rest | both, 1), (rest | 1 << one, -1), (rest | 1 << other, -1), (rest, 1)):
                weights[row, number] += sign * weight
    return pairs, weights


def last_weights(causes: int) -> Matrix:
    """Causes × sets: the main effect, what a cause adds where all others are at work.

    >>> last_weights(2) @ [0.0, 1.0, 3.0, 6.0]
    array([3., 5.])
    """
    weights = np.zeros((causes, 2**causes))
    everything = 2**causes - 1
    for cause in range(causes):
        weights[cause, everything] = 1.0
        weights[cause, everything ^ 1 << cause] = -1.0
    return weights


def alone_weights(causes: int) -> Matrix:
    """Causes × sets: what a cause brings about where no other is at work.

    >>> alone_weights(2) @ [0.0, 1.0, 3.0, 6.0]
    array([1., 3.])
    """
    weights = np.zeros((causes, 2**causes))
    weights[:, 0] = -1.0
    for cause in range(causes):
        weights[cause, 1 << cause] = 1.0
    return weights


def total_weights(causes: int) -> Matrix:
    """1 × sets: what all causes bring about together, the value of all less the value of none."""
    weights = np.zeros((1, 2**causes))
    weights[0, [0, -1]] = -1.0, 1.0
    return weights

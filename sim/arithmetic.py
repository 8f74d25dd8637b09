"""Exponentials, logarithms and powers of arrays that come out alike on every machine.

NumPy's own differ in the last digit from one processor to the next (it has another formula where there is AVX-512), and a
last digit moves a decision once in some histories. Outside compiled rules the model takes these functions from the
mathematical library, as compiled rules and `math` do: of one number with `math`, of arrays here.
"""

import math

import numpy as np


def exps(values: np.ndarray) -> np.ndarray:
    """The exponential of each value. Raises OverflowError above 709.

    >>> exps(np.array([[0.0, 1.0]])).round(4)
    array([[1.    , 2.7183]])
    """
    return np.array([math.exp(value) for value in values.ravel().tolist()]).reshape(values.shape)


def logs(values: np.ndarray) -> np.ndarray:
    """The natural logarithm of each value. Raises ValueError for zero and below.

    >>> logs(np.array([1.0, 2.0])).round(4)
    array([0.    , 0.6931])
    """
    return np.array([math.log(value) for value in values.ravel().tolist()]).reshape(values.shape)


def powers(base: float, exponents: np.ndarray) -> np.ndarray:
    """A number of zero or more raised to each exponent of zero or more.

    >>> powers(0.5, np.array([0.0, 1.0, 2.0])).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.array([math.pow(base, exponent) for exponent in exponents.ravel().tolist()]).reshape(exponents.shape)

"""The error function of arrays, from a table of its Taylor series."""

import math
from functools import cache

import numpy as np

from graphviz_nn.graph.ir import Array

CELLS = 8
"""The number of series per unit."""
REACH = 6
"""Where the function is 1 in double precision."""
CHUNK = 4096
"""The number of entries computed at once, such that they stay in the cache of the processor."""
DEGREES = {"float64": 11, "float32": 5, "float16": 3}


def erf(x: Array) -> Array:
    """The error function, to the last digits of a floating-point dtype.

    Examples
    --------
    >>> erf(np.array([-np.inf, 0.0, 0.5])) == [-1.0, 0.0, math.erf(0.5)]
    array([ True,  True,  True])
    """
    found = np.empty(x.shape, x.dtype)
    given, results, series = x.ravel(), found.reshape(-1), _series(DEGREES[x.dtype.name])
    with np.errstate(invalid="ignore"):
        for start in range(0, given.size, CHUNK):
            part = slice(start, start + CHUNK)
            results[part] = _chunk(given[part].astype(np.float64), series)
    return found


def _chunk(x: Array, series: Array) -> Array:
    size = np.minimum(np.abs(x), REACH)
    cell = np.rint(size * CELLS)
    offset = size - cell / CELLS
    number = cell.astype(np.intp)
    found: Array = series[-1].take(number, mode="clip")
    for coefficients in series[-2::-1]:
        found *= offset
        found += coefficients.take(number, mode="clip")
    np.copysign(found, x, found)
    return found


@cache
def _series(degree: int) -> Array:
    """The coefficients of the series around each centre, one row per power.

    The derivatives of exp(-x²) are Hermite polynomials times itself.
    """
    centres = np.arange(REACH * CELLS + 1) / CELLS
    slope = 2 / math.sqrt(math.pi) * np.exp(-centres * centres)
    rows, before, hermite = [np.array([math.erf(each) for each in centres])], np.zeros_like(centres), slope
    for n in range(degree):
        rows.append(hermite / math.factorial(n + 1))
        before, hermite = hermite, -2 * centres * hermite - 2 * n * before
    return np.stack(rows)

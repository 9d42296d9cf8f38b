"""Functions of square matrices: powers, products of several, logarithms of determinants, tensors as matrices."""

import math
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.decomposition import matrix_rule, square, transposed
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import apply

matrix_rule(
    "log_det",
    lambda a: np.linalg.slogdet(a)[1],
    lambda a: square(a)[:-2],
    (lambda g, y, a: np.reshape(g, (*np.shape(y), 1, 1)) * transposed(np.linalg.inv(a)),),
    real=True,
    tex=r"\log\left|\det {0}\right|",
    glyph=r"\log|\det|",
)
matrix_rule("det_sign", lambda a: np.linalg.slogdet(a)[0], lambda a: square(a)[:-2], None, glyph=r"\mathrm{sign}\det")


class SignAndLog(NamedTuple):
    """The results of `slogdet`, with NumPy's names."""

    sign: Any
    logabsdet: Any


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> SignAndLog:
    if array(a).dtype.kind == "c":
        # It turns smoothly; that of a real determinant jumps.
        det = np.linalg.det(a)
        return SignAndLog(det / np.abs(det), apply("log_det", a))
    return SignAndLog(apply("det_sign", a), apply("log_det", a))


@implements(np.linalg.matrix_power)
@function
def matrix_power(a: Any, n: int) -> Any:
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise ShapeError(f"the power of a matrix must be a whole number, found {n!r}")
    size = square(np.shape(a))[-1]
    if n == 0:
        return np.broadcast_to(np.eye(size, dtype=a.dtype), np.shape(a))
    a, n = (np.linalg.inv(a), -int(n)) if n < 0 else (a, int(n))
    if n == 3:
        # NumPy's order.
        return np.matmul(np.matmul(a, a), a)
    found = None
    while n:
        if n % 2:
            found = a if found is None else np.matmul(found, a)
        n //= 2
        a = np.matmul(a, a) if n else a
    return found


@implements(np.linalg.multi_dot)
@function
def multi_dot(arrays: Any) -> Any:
    given = [array(each) for each in arrays]
    if len(given) < 2:
        raise ShapeError(f"multi_dot takes at least two arrays, found {len(given)}")
    given[0] = np.reshape(given[0], (1, -1)) if (row := np.ndim(given[0]) == 1) else given[0]
    given[-1] = np.reshape(given[-1], (-1, 1)) if (column := np.ndim(given[-1]) == 1) else given[-1]
    for each in given:
        if np.ndim(each) != 2:
            raise ShapeError(f"multi_dot takes matrices, and vectors at both ends; found shape {np.shape(each)}")
    lengths = [*(np.shape(each)[0] for each in given), np.shape(given[-1])[1]]
    found = _product(given, _orders(lengths), 0, len(given) - 1)
    shape = np.shape(found)[int(row) : 2 - int(column)]
    return np.reshape(found, shape) if row or column else found


def _orders(lengths: list[int]) -> dict[tuple[int, int], int]:
    """Where each part of a chain of products is divided so that it takes the fewest multiplications.

    Source
    ------
    T. H. Cormen et al., Introduction to Algorithms, section 15.2, 2009.
    """
    cost = {(i, i): 0 for i in range(len(lengths) - 1)}
    cuts = {}
    for distance in range(1, len(lengths) - 1):
        for first in range(len(lengths) - 1 - distance):
            last = first + distance
            ways = [
                (cost[first, cut] + cost[cut + 1, last] + lengths[first] * lengths[cut + 1] * lengths[last + 1], cut)
                for cut in range(first, last)
            ]
            cost[first, last], cuts[first, last] = min(ways)
    return cuts


def _product(given: list[Any], cuts: dict[tuple[int, int], int], first: int, last: int) -> Any:
    if first == last:
        return given[first]
    cut = cuts[first, last]
    return np.matmul(_product(given, cuts, first, cut), _product(given, cuts, cut + 1, last))


@implements(np.linalg.tensorinv)
@function
def tensorinv(a: Any, ind: int = 2) -> Any:
    shape = np.shape(a)
    if ind < 1:
        raise ShapeError(f"ind must be at least 1, found {ind}")
    found = np.linalg.inv(np.reshape(a, (-1, math.prod(shape[ind:]))))
    return np.reshape(found, (*shape[ind:], *shape[:ind]))


@implements(np.linalg.tensorsolve)
@function
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = array(a), array(b)
    for axis in axes or ():
        a = np.moveaxis(a, axis_number(axis, np.ndim(a)), -1)
    shape = np.shape(a)[np.ndim(b) :]
    size = math.prod(shape)
    if size * size != np.size(a):
        raise ShapeError(f"shape {np.shape(a)} isn't a square matrix for {np.size(b)} numbers")
    return np.reshape(np.linalg.solve(np.reshape(a, (size, size)), np.ravel(b)), shape)


@batching("log_det", "det_sign")
def _of_matrices(operation: str, size: int, a: Argument) -> Any:
    return apply(operation, a.value)

"""Products of vectors and matrices."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.complex_numbers import conj
from graphviz_nn.ops.many import Argument, batching, reshaped
from graphviz_nn.ops.rules import array
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.tracer import METHODS, apply


def _product(a: Shape, b: Shape) -> Shape:
    if not a or not b:
        raise ShapeError(f"matmul takes arrays, found shapes {a} and {b}; write a * b to scale by a number")
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        hint = "; in the other order they fit" if b[-1] == (a[-2] if len(a) > 1 else a[0]) else ""
        raise ShapeError(
            f"cannot contract {a} with {b}: {a[-1]} columns meet {inner} {'rows' if len(b) > 1 else 'entries'}{hint}"
        )
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise ShapeError(f"the leading axes of {a} and {b} can't be broadcast together") from None
    return (*batch, *(a[-2:-1] if len(a) > 1 else ()), *(b[-1:] if len(b) > 1 else ()))


def _swapped(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _column(x: Any) -> Any:
    return np.reshape(x, (*np.shape(x), 1))


def _products(x: Any, y: Any) -> Any:
    """The products of the last axes, each entry of one with each of the other."""
    if np.ndim(x) == np.ndim(y) == 1:
        return apply("outer", x, y)
    return _column(x) @ np.reshape(y, (*np.shape(y)[:-1], 1, np.shape(y)[-1]))


def _to_first(g: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return g * b if np.ndim(a) == 1 else _products(g, b)
    if np.ndim(a) > 1:
        return g @ _swapped(b)
    # A product of a matrix and a vector has no matrix of one column.
    return b @ g if np.ndim(b) == 2 else np.reshape(b @ _column(g), np.shape(b)[:-1])


def _to_second(g: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 1:
        return g * a if np.ndim(b) == 1 else _products(a, g)
    if np.ndim(b) > 1:
        return _swapped(a) @ g
    return _swapped(a) @ g if np.ndim(a) == 2 else np.reshape(_swapped(a) @ _column(g), (*np.shape(a)[:-2], -1))


op(
    "matmul",
    np.matmul,
    _product,
    (_to_first, _to_second),
    tex=r"{0}\, {1}",
    glyph=r"\bullet",
    category="linear algebra",
)


def _outer_shape(a: Shape, b: Shape) -> Shape:
    return (math.prod(a), math.prod(b))


op(
    "outer",
    np.outer,
    _outer_shape,
    (
        lambda g, y, a, b: np.reshape(g @ np.ravel(b), np.shape(a)),
        lambda g, y, a, b: np.reshape(np.ravel(a) @ g, np.shape(b)),
    ),
    tex=r"{0} \otimes {1}",
    glyph=r"\otimes",
    category="linear algebra",
)


implements(np.linalg.matmul)(lambda x1, x2, /: np.matmul(x1, x2))
implements(np.linalg.vecdot)(lambda x1, x2, /, *, axis=-1: np.sum(conj(x1) * x2, axis=axis))


@implements(np.outer, np.linalg.outer)
def outer(a: Any, b: Any) -> Any:
    return apply("outer", array(a), array(b))


@implements(np.dot)
def dot(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if not np.ndim(a) or not np.ndim(b):
        return a * b
    if np.ndim(b) < 3 or np.ndim(a) == 1 == np.ndim(b):
        return np.matmul(a, b)
    # The last axis of a with the second to last of b, and all others kept: one product of two matrices.
    first, second = np.shape(a), np.shape(b)
    moved = np.reshape(np.moveaxis(b, -2, 0), (second[-2], -1))
    return np.reshape(np.matmul(np.reshape(a, (-1, first[-1])), moved), (*first[:-1], *second[:-2], second[-1]))


@implements(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return np.matmul(conj(np.ravel(a)), np.ravel(b))


@implements(np.inner)
def inner(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if not np.ndim(a) or not np.ndim(b):
        return a * b
    return np.matmul(a, b) if np.ndim(b) == 1 else np.dot(a, np.swapaxes(b, -1, -2))


@batching("matmul")
def _matmul(size: int, a: Argument, b: Argument) -> Any:
    rows, columns = len(a.shape), len(b.shape)
    if not b.many and columns <= 2:
        return apply("matmul", a.value, b.value)
    if not a.many and columns == 1 and rows <= 2:
        # W x for one example is x Wᵀ for many.
        return apply("matmul", b.value, a.value if rows == 1 else apply("transpose", a.value, axes=(1, 0)))
    if rows == columns == 1:
        return apply("sum", apply("multiply", a.value, b.value), axis=1)
    first, second = a.shape if rows > 1 else (1, *a.shape), b.shape if columns > 1 else (*b.shape, 1)
    axes = max(len(first), len(second))
    matrices = [_as_matrix(each, shape, axes) for each, shape in ((a, first), (b, second))]
    lead = np.broadcast_shapes(first[:-2], second[:-2])
    shape = (size, *lead, *(first[-2:-1] if rows > 1 else ()), *(second[-1:] if columns > 1 else ()))
    return reshaped(apply("matmul", *matrices), shape)


def _as_matrix(each: Argument, shape: Shape, axes: int) -> Any:
    if not each.many:
        return reshaped(each.value, shape)
    return reshaped(each.value, (np.shape(each.value)[0], *(1,) * (axes - len(shape)), *shape))


@batching("outer")
def _outer(size: int, a: Argument, b: Argument) -> Any:
    def flat(each: Argument, *, column: bool) -> Any:
        count = int(np.prod(each.shape, dtype=int))
        lead = (size,) if each.many else ()
        return reshaped(each.value, (*lead, count, 1) if column else (*lead, 1, count))

    return apply("multiply", flat(a, column=True), flat(b, column=False))


METHODS["dot"] = np.dot

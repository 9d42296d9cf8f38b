"""Norms of vectors and matrices of every order that NumPy has, and the condition number."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.complex_numbers import squared
from graphviz_nn.ops.rules import array, axes_numbers
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import apply

ORDERS = "'fro', 'nuc', inf, -inf, 1, -1, 2 or -2"


def _of_vectors(x: Any, order: Any, axis: int) -> Any:
    if order in (None, 2):
        return apply("root", np.sum(squared(x), axis=axis))
    sizes = np.abs(x)
    if order in (np.inf, -np.inf):
        return np.max(sizes, axis=axis) if order > 0 else np.min(sizes, axis=axis)
    if order == 0:
        return np.sum((x != 0).astype(sizes.dtype), axis=axis)
    if order == 1:
        return np.sum(sizes, axis=axis)
    if isinstance(order, str) or not np.isscalar(order):
        raise ShapeError(f"the norm of a vector has a number as its order, found ord={order!r}")
    power = float(order)  # type: ignore[arg-type]
    total = np.sum(sizes**power, axis=axis)
    # A vector of zeros has the norm 0, and the gradient 0.
    return np.where(total == 0, 0.0, np.where(total == 0, 1.0, total) ** (1 / power))


def _of_matrices(x: Any, order: Any, rows: int, columns: int) -> Any:
    if order in (None, "fro"):
        return apply("root", np.sum(squared(x), axis=(rows, columns)))
    if order in (1, -1, np.inf, -np.inf):
        along, across = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=along)
        extreme = np.max if order > 0 else np.min
        return extreme(sums, axis=across - (across > along))
    if order not in (2, -2, "nuc"):
        raise ShapeError(f"the norm of a matrix has the order {ORDERS}, found ord={order!r}")
    values = apply("singular_values", np.moveaxis(x, (rows, columns), (-2, -1)))
    if order == "nuc":
        return np.sum(values, axis=-1)
    return np.max(values, axis=-1) if order > 0 else np.min(values, axis=-1)


def _norm(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    x = array(x)
    x = x if x.dtype.kind in "fc" else x.astype("float64")
    shape = np.shape(x)
    if axis is None and (order is None or (order == 2 and len(shape) == 1)):
        found, axes = apply("root", np.sum(squared(x), axis=None)), tuple(range(len(shape)))
    else:
        axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        if not 1 <= len(axes) <= 2:
            raise ShapeError(f"a norm takes one axis or two, found axis={axis!r} of shape {shape}")
        axes = tuple(axes_numbers(each, len(shape))[0] for each in axes)
        if len(set(axes)) != len(axes):
            raise ShapeError(f"axis {axis!r} names an axis twice")
        found = _of_vectors(x, order, axes[0]) if len(axes) == 1 else _of_matrices(x, order, *axes)
    return np.reshape(found, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else found


@implements(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    return _norm(x, ord, axis, keepdims)


@implements(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    shape = np.shape(x)
    axes = axes_numbers(axis, len(shape))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    flat = np.reshape(np.transpose(x, (*rest, *axes)), (*(shape[i] for i in rest), -1))
    found = _norm(flat, ord, -1, False)
    return np.reshape(found, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else found


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return _norm(x, ord, (-2, -1), keepdims)


@implements(np.linalg.cond)
@function
def cond(x: Any, p: Any = None) -> Any:
    if p in (None, 2, -2):
        values = apply("singular_values", x)
        return values[..., -1] / values[..., 0] if p == -2 else values[..., 0] / values[..., -1]
    return _norm(x, p, (-2, -1), False) * _norm(np.linalg.inv(x), p, (-2, -1), False)

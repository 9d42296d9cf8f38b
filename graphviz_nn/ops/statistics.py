"""Averages, spreads and correlations."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.complex_numbers import squared
from graphviz_nn.ops.floats import real
from graphviz_nn.ops.reduction import count, included
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, apply


@implements(np.var)
def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    ddof, a = ddof if correction is None else correction, array(a)
    if dtype is not None or a.dtype == "float16":
        found = np.dtype(dtype or "float16")
        wide = "float32" if found == "float16" else found
        return var(a.astype(wide), axis, ddof=ddof, keepdims=keepdims, where=where, mean=mean).astype(found)
    centre = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    apart = a - centre
    # What is left out may be no number, from which a gradient would come back as none.
    squares = squared(apart if where is True else np.where(where, apart, 0))
    if not ddof:
        return np.mean(squares, axis=axis, keepdims=keepdims, where=where)
    if where is True:
        return np.sum(squares, axis=axis, keepdims=keepdims) / max(count(a, axis) - ddof, 0)
    total = np.sum(squares, axis=axis, keepdims=keepdims, where=where)
    return total / np.maximum(included(a, axis, keepdims, where) - ddof, 0).astype(total.dtype)


@implements(np.std)
def std(a: Any, axis: Any = None, dtype: Any = None, **more: Any) -> Any:
    return apply("root", np.var(a, axis, dtype, **more))


@implements(np.ptp)
@function
def ptp(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@implements(np.average)
@function
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    a = real(a)
    if weights is None:
        found = np.mean(a, axis=axis, keepdims=keepdims)
        return (found, np.full_like(found, count(a, axis))) if returned else found
    if np.shape(weights) != np.shape(a):
        if np.ndim(weights) != 1 or not isinstance(axis, int | np.integer):
            raise ShapeError(f"weights of shape {np.shape(weights)} and an array of {np.shape(a)} need an axis")
        after = np.ndim(a) - 1 - axis_number(int(axis), np.ndim(a))
        weights = np.reshape(weights, (-1, *(1,) * after))
    total = np.sum(np.broadcast_to(weights, np.shape(a)), axis=axis, keepdims=keepdims)
    found = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
    return (found, total.astype(found.dtype)) if returned else found


def _rows(m: Any, y: Any, rowvar: bool) -> Any:
    """Each variable as a row of its observations."""
    found = [np.atleast_2d(array(each)) for each in (m, y) if each is not None]
    found = [each if rowvar or np.ndim(given) == 1 else each.T for each, given in zip(found, (m, y), strict=False)]
    return found[0] if len(found) == 1 else np.concatenate(found, axis=0)


@implements(np.cov)
@function
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    rows = _rows(m, y, rowvar)
    # NumPy computes in double precision or more.
    rows = rows.astype(dtype or np.result_type(rows.dtype, "float64"))
    less = (0 if bias else 1) if ddof is None else ddof
    weights = fweights if aweights is None else aweights if fweights is None else fweights * array(aweights)
    if weights is None:
        centred = rows - np.mean(rows, axis=1, keepdims=True)
        return np.squeeze(centred @ centred.T / max(np.shape(rows)[1] - less, 0))
    weights = array(weights).astype(rows.dtype)
    total = np.sum(weights)
    centred = rows - np.sum(rows * weights, axis=1, keepdims=True) / total
    lost = 0 if not less else less if aweights is None else less * np.sum(weights * aweights) / total
    return np.squeeze((centred * weights) @ centred.T / (total - lost))


@implements(np.corrcoef)
@function
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    found = cov(x, y, rowvar, dtype=dtype)
    if not np.ndim(found):
        return found / found
    spread = np.sqrt(np.diagonal(found))
    return np.clip(found / spread[:, None] / spread, -1, 1)


METHODS.update(var=np.var, std=np.std)

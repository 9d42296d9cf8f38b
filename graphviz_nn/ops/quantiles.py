"""Medians, quantiles and percentiles, also of the entries that are numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, suggest
from graphviz_nn.ops.floats import real
from graphviz_nn.ops.rules import array, axes_numbers
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import Tracer


def _between(alpha: float, beta: float) -> Callable[[Any, Any], Any]:
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


PLACES: dict[str, Callable[[Any, Any], Any]] = {
    "linear": lambda n, q: (n - 1) * q,
    "lower": lambda n, q: np.floor((n - 1) * q),
    "higher": lambda n, q: np.ceil((n - 1) * q),
    "midpoint": lambda n, q: 0.5 * (np.floor((n - 1) * q) + np.ceil((n - 1) * q)),
    "nearest": lambda n, q: np.rint((n - 1) * q),
    "interpolated_inverted_cdf": _between(0, 1),
    "hazen": _between(0.5, 0.5),
    "weibull": _between(0, 0),
    "median_unbiased": _between(1 / 3, 1 / 3),
    "normal_unbiased": _between(3 / 8, 3 / 8),
}
"""The place of a quantile among n sorted entries, counted from 0, by method.

Source: R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, 1996.
"""


def _rows(a: Any, axis: Any) -> Any:
    """The entries that a result comes from, along the last axis, in order."""
    shape = np.shape(a)
    axes = axes_numbers(axis, len(shape))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    order = (*rest, *axes)
    moved = a if order == tuple(range(len(shape))) else np.transpose(a, order)
    rows = moved if len(axes) == 1 else np.reshape(moved, (*(shape[i] for i in rest), -1))
    if not np.shape(rows)[-1]:
        raise ShapeError(f"a median or quantile needs entries, but there are none (shape {shape}, axis {axis})")
    return np.sort(rows)


def _restored(found: Any, a: Any, axis: Any, keepdims: bool, before: tuple[int, ...] = ()) -> Any:
    if not keepdims:
        return found
    axes = axes_numbers(axis, np.ndim(a))
    return np.reshape(found, (*before, *(1 if i in axes else n for i, n in enumerate(np.shape(a)))))


def _unless_missing(found: Any, rows: Any) -> Any:
    """NaN where an entry is NaN, which is sorted last."""
    last = rows[..., -1]
    return np.where(np.isnan(last), last, found) if rows.dtype.kind == "f" else found


@implements(np.median)
@function
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    rows = _rows(array(a), axis)
    length = np.shape(rows)[-1]
    middle = np.mean(rows[..., (length - 1) // 2 : length // 2 + 1], axis=-1)
    return _restored(_unless_missing(middle, rows), a, axis, keepdims)


def _place(method: str, count: Any, q: Any) -> Any:
    if method not in PLACES:
        raise ShapeError(f"there is no method {method!r} of quantiles that can be traced: {suggest(method, PLACES)}")
    return np.clip(PLACES[method](count, q), 0, count - 1)


def _checked(q: Any) -> Any:
    q = array(q)
    if not isinstance(q, Tracer) and not np.all((q >= 0) & (q <= 1)):
        raise ShapeError(f"quantiles are between 0 and 1 (percentiles between 0 and 100), found {q.tolist()}")
    return q


def _quantile(a: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    rows = _rows(real(a), axis)
    place = _place(method, np.shape(rows)[-1], q)
    lower = np.floor(place).astype("int64")
    share = place - lower
    found = rows[..., lower]
    if isinstance(q, Tracer) or np.any(share):
        upper = np.minimum(lower + 1, np.shape(rows)[-1] - 1)
        found = found + (rows[..., upper] - found) * share
    last = rows[(..., -1, *(None,) * np.ndim(q))]
    found = np.where(np.isnan(last), last, found)
    axes = np.ndim(rows) - 1
    if np.ndim(q) and axes:
        found = np.moveaxis(found, tuple(range(axes, axes + np.ndim(q))), tuple(range(np.ndim(q))))
    return _restored(found, a, axis, keepdims, np.shape(q))


def _dtype(a: Any, q: Any) -> Any:
    """NumPy's dtype: a plain number adapts to the array."""
    sample = q if not isinstance(q, Tracer) and not np.ndim(q) else np.zeros(np.shape(q), array(q).dtype)
    return np.quantile(np.ones(2, array(a).dtype), sample).dtype


@implements(np.quantile)
@function
def quantile(a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return _quantile(a, _checked(q), axis, method, keepdims).astype(_dtype(a, q))


def _hundredth(q: Any) -> Any:
    return q / 100 if isinstance(q, Tracer | int | float) else array(q) / 100


@implements(np.percentile)
@function
def percentile(a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    share = _hundredth(q)
    return _quantile(a, _checked(share), axis, method, keepdims).astype(_dtype(a, share))


def _at(rows: Any, places: Any) -> Any:
    """The entry at a place of its own in each row."""
    return np.take_along_axis(rows, np.expand_dims(places, -1), -1)[..., 0]


def _known(a: Any, axis: Any) -> tuple[Any, Any]:
    """Sorted rows, NaN last, and how many entries of each are numbers."""
    rows = _rows(a, axis)
    return rows, np.sum(np.logical_not(np.isnan(rows)), axis=-1)


@implements(np.nanmedian)
@function
def nanmedian(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    rows, count = _known(real(a), axis)
    last = np.maximum(count - 1, 0)
    middle = (_at(rows, last // 2) + _at(rows, np.minimum(count // 2, np.shape(rows)[-1] - 1))) / 2
    return _restored(middle, a, axis, keepdims)


@implements(np.nanquantile)
@function
def nanquantile(a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    wide = real(a)
    rows, count = _known(wide, axis)
    dtype = _dtype(a, q)
    q = _checked(q)

    def one(each: Any) -> Any:
        place = _place(method, np.maximum(count, 1).astype(wide.dtype), each)
        lower = np.floor(place).astype("int64")
        low, high = (_at(rows, places) for places in (lower, np.minimum(lower + 1, np.maximum(count - 1, 0))))
        return _restored(low + (high - low) * (place - lower), a, axis, keepdims).astype(dtype)

    if not np.ndim(q):
        return one(q if isinstance(q, Tracer) else float(q))
    found = np.stack([one(each if isinstance(each, Tracer) else float(each)) for each in np.ravel(q)])
    return np.reshape(found, (*np.shape(q), *np.shape(found)[1:]))


@implements(np.nanpercentile)
def nanpercentile(a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return nanquantile(a, _hundredth(q), axis, method, keepdims)

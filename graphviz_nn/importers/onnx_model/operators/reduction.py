"""Sums, extremes and norms along axes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.table import alike, axis_of, filled, operator, small, whole


def _log_sum_exp(x: Any, axis: Any, keepdims: bool) -> Any:
    if not all(np.shape(x)[each] for each in axis):
        return np.log(_sum(x, axis, keepdims))
    largest = np.max(x, axis=axis, keepdims=True)
    # Where all are infinite, the difference isn't a number.
    largest = np.where(np.isfinite(largest), largest, 0)
    found = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return found if keepdims else np.squeeze(found, axis)


def _extreme(function: Callable[..., Any], lowest: bool) -> Callable[..., Any]:
    def reduced(x: Any, axis: Any, keepdims: bool) -> Any:
        if np.dtype(x.dtype).kind == "b":
            return reduced(x.astype("uint8"), axis, keepdims).astype(bool)
        shape = np.shape(x)
        if all(shape[each] for each in axis):
            return function(x, axis=axis, keepdims=keepdims)
        # Nothing at all has the least of all maxima.
        dtype = np.dtype(x.dtype)
        limits = (-np.inf, np.inf) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        kept = [1 if i in axis else n for i, n in enumerate(shape) if keepdims or i not in axis]
        return filled(kept, np.asarray(limits[0 if lowest else 1], dtype))

    return reduced


def _sum(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims)


REDUCTIONS: dict[str, Callable[[Any, Any, bool], Any]] = {
    "ReduceL1": lambda x, axis, keepdims: _sum(np.abs(x), axis, keepdims),
    "ReduceL2": lambda x, axis, keepdims: np.sqrt(_sum(np.square(x), axis, keepdims)),
    "ReduceLogSum": lambda x, axis, keepdims: np.log(_sum(x, axis, keepdims)),
    "ReduceLogSumExp": _log_sum_exp,
    "ReduceMax": _extreme(np.max, True),
    "ReduceMean": lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    "ReduceMin": _extreme(np.min, False),
    "ReduceProd": lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    "ReduceSum": _sum,
    "ReduceSumSquare": lambda x, axis, keepdims: _sum(np.square(x), axis, keepdims),
}
"""Reductions of an array along axes."""

CALLS = {
    "ReduceL1": "l1_norm",
    "ReduceL2": "l2_norm",
    "ReduceLogSum": "log_sum",
    "ReduceLogSumExp": "log_sum_exp",
    "ReduceSumSquare": "sum_of_squares",
}
"""The names of reductions of several steps."""


def _reduction(function: Callable[[Any, Any, bool], Any]) -> Callable[..., Any]:
    def rule(x: Any, axes: Any = None, *, keepdims: int = 1, noop_with_empty_axes: int = 0) -> Any:
        given = [] if axes is None else whole(axes, "axes")
        along = tuple(sorted({axis_of(each, x) for each in given}))
        if not along and not noop_with_empty_axes:
            along = tuple(range(np.ndim(x)))
        return alike(x, function(x, along, bool(keepdims)))

    return rule


for _name, _function in REDUCTIONS.items():
    operator(_name, static=(1,), call=CALLS.get(_name, ""))(_reduction(_function))


def _arg(search: Callable[..., Any]) -> Callable[..., Any]:
    def rule(x: Any, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> Any:
        axis = axis_of(axis, x)
        found = search(np.flip(x, axis) if select_last_index else x, axis=axis)
        found = np.shape(x)[axis] - 1 - found if select_last_index else found
        found = np.expand_dims(found, axis) if keepdims else found
        return found if found.dtype == np.int64 else found.astype("int64")

    return rule


operator("ArgMax")(_arg(np.argmax))
operator("ArgMin")(_arg(np.argmin))


@operator("CumSum", static=(1,), call="cumulative_sum")
def cum_sum(x: Any, axis: Any, *, exclusive: int = 0, reverse: int = 0) -> Any:
    (number,) = whole(axis, "axis")
    along = axis_of(number, x)
    length = small(np.shape(x)[along : along + 1] * 2)[0]
    # Each entry is a sum with these entries.
    included = np.tri(length, length, -1 if exclusive else 0, dtype=x.dtype)
    included = included.T if reverse else included
    return alike(x, np.moveaxis(np.moveaxis(x, along, -1) @ included.T, -1, along))


@operator("CumProd", static=(1,), call="cumulative_product")
def cum_prod(x: Any, axis: Any, *, exclusive: int = 0, reverse: int = 0) -> Any:
    (number,) = whole(axis, "axis")
    along = axis_of(number, x)
    small(np.shape(x)[along : along + 1] * 2)
    x = np.flip(x, along) if reverse else x
    if exclusive:
        before = (slice(None),) * along
        first = np.ones([1 if i == along else n for i, n in enumerate(np.shape(x))], x.dtype)
        x = np.concatenate([first, x[(*before, slice(0, -1))]], axis=along)
    found = alike(x, np.multiply.accumulate(x, along))
    return np.flip(found, along) if reverse else found

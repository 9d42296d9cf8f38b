"""Sorting, and positions in sorted order."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.indexing import take
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import array, axis_number, counted, whole_numbers
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, Tracer, apply


def _same(x: Shape, *, axis: int) -> Shape:
    counted(axis, len(x))
    return x


op(
    "argsort",
    # NumPy's default order of equal entries depends on the machine.
    lambda x, axis: np.argsort(x, axis, kind="stable"),
    _same,
    None,
    dtype=lambda *_, **__: np.dtype(np.intp),
    category="indexing",
)


@implements(np.argsort)
def argsort(a: Any, axis: int | None = -1, *, kind: Any = None, stable: Any = None) -> Any:
    if axis is None:
        return argsort(np.ravel(a), kind=kind, stable=stable)
    # Calling NumPy with an empty array raises its errors. Any sorting algorithm may keep the order of equal entries.
    try:
        np.argsort([], kind=kind, stable=stable)
    except ValueError as error:
        raise TracingError(f"np.argsort{where_in_code()}: {error}") from None
    return apply("argsort", a, axis=axis_number(axis, np.ndim(a)))


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    if axis is None:
        return take_along_axis(np.ravel(arr), np.ravel(indices), 0)
    number, shape = axis_number(axis, np.ndim(arr)), np.shape(indices)
    if len(shape) != np.ndim(arr):
        raise ShapeError(f"take_along_axis needs indices of {np.ndim(arr)} axes, like the array, found shape {shape}")
    places: list[Any] = list(np.ogrid[tuple(slice(n) for n in shape)])
    places[number] = indices
    for i, (length, wanted) in enumerate(zip(np.shape(arr), shape, strict=True)):
        if i != number and wanted != length:
            raise ShapeError(f"indices of shape {shape} and the array, {np.shape(arr)}, differ along axis {i}")
    return arr[tuple(places)]


@implements(np.sort)
@function
def sort(a: Any, axis: int | None = -1, *, kind: Any = None, stable: Any = None) -> Any:
    if axis is None:
        return sort(np.ravel(a), kind=kind, stable=stable)
    return take_along_axis(a, argsort(a, axis, kind=kind, stable=stable), axis)


def _check_places(a: Any, kth: Any, axis: int | None) -> None:
    length = np.size(a) if axis is None else np.shape(a)[axis_number(axis, np.ndim(a))]
    if any(not -length <= each < length for each in whole_numbers(kth)):
        raise ShapeError(f"kth={kth!r} is outside the {length} entries")


@implements(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, *, kind: Any = None) -> Any:
    _check_places(a, kth, axis)
    # Sorted entries are also partitioned; NumPy's order on both sides depends on the machine.
    return sort(a, axis)


@implements(np.argpartition)
def argpartition(a: Any, kth: Any, axis: int | None = -1, *, kind: Any = None) -> Any:
    _check_places(a, kth, axis)
    return argsort(a, axis)


@implements(np.lexsort)
@function
def lexsort(keys: Any, axis: int = -1) -> Any:
    first, *later = (array(each) for each in keys)
    order = argsort(first, axis)
    for key in later:
        order = take_along_axis(order, argsort(take_along_axis(key, order, axis), axis), axis)
    return order


@implements(np.searchsorted)
@function
def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    a, v = array(a), array(v)
    if side not in ("left", "right"):
        raise ShapeError(f"side is 'left' or 'right', found {side!r}")
    a = a if sorter is None else take(a, sorter)
    before = np.greater_equal if side == "left" else np.greater
    # A number that isn't there is sorted last.
    return np.sum(np.logical_not(before(a, np.expand_dims(v, -1))), axis=-1)


@implements(np.digitize)
@function
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    side = "left" if right else "right"
    rising = searchsorted(bins, x, side)
    falling = np.shape(bins)[0] - searchsorted(np.flip(array(bins)), x, side)
    if isinstance(bins, Tracer):
        return np.where(bins[0] <= bins[-1], rising, falling)
    return rising if len(bins) < 2 or bins[0] <= bins[-1] else falling


@batching("argsort")
def _sorted(size: int, x: Argument, axis: int) -> Any:
    return apply("argsort", x.value, axis=axis + 1)


METHODS.update(argsort=np.argsort, argpartition=np.argpartition, partition="partition", searchsorted=np.searchsorted)

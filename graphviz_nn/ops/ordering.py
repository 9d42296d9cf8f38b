"""Sorting, and positions in sorted order."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import axis_number, counted
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, apply


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


@implements(np.median)
@function
def median(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    if axis is None:
        found = median(np.ravel(a), 0)
        return np.reshape(found, (1,) * np.ndim(a)) if keepdims else found
    number = axis_number(axis, np.ndim(a))
    length = np.shape(a)[number]
    if not length:
        raise ShapeError(f"the median needs entries, but there are none (shape {np.shape(a)}, axis {axis})")
    middle = slice((length - 1) // 2, length // 2 + 1)
    return np.mean(sort(a, number)[(*(slice(None),) * number, middle)], axis=number, keepdims=keepdims)


@batching("argsort")
def _sorted(size: int, x: Argument, axis: int) -> Any:
    return apply("argsort", x.value, axis=axis + 1)


METHODS.update(argsort=np.argsort)

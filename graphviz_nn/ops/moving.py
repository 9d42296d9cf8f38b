"""Move entries."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.ir import Array
from graphviz_nn.ops.rules import axes_numbers, axis_number
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.memory import viewed
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, VIEWS, apply


@implements(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    axes = axes_numbers(axis, np.ndim(m))
    return m[tuple(slice(None, None, -1 if i in axes else None) for i in range(np.ndim(m)))]


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    return flip(m, 1)


@implements(np.flipud)
def flipud(m: Any) -> Any:
    return flip(m, 0)


@implements(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(roll(np.ravel(a), int(np.sum(shift)), 0), np.shape(a))
    shifts, axes = np.broadcast_arrays(shift, axis)
    for by, along in zip(shifts.flat, axes.flat, strict=True):
        number = axis_number(int(along), np.ndim(a))
        length = np.shape(a)[number]
        if length and by % length:
            places = np.roll(np.arange(length), int(by))
            a = a[(*(slice(None),) * number, places)]
    return a


@implements(np.rot90)
@function
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    first, second = (axis_number(each, np.ndim(m)) for each in axes)
    match k % 4:
        case 0:
            return m
        case 1:
            return np.swapaxes(flip(m, second), first, second)
        case 2:
            return flip(m, (first, second))
    return flip(np.swapaxes(m, first, second), second)


def _below(m: Any, k: int) -> Array:
    """The entries of a matrix on or below a diagonal."""
    rows, columns = holdable(np.shape(m)[-2:])
    return np.tri(rows, columns, k) > 0


@implements(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return np.where(_below(m, k), m, m.dtype.type(0))


@implements(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return np.where(_below(m, k - 1), m.dtype.type(0), m)


@implements(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    moved = np.moveaxis(np.moveaxis(a, axis1, 0), axis2 if axis2 > axis1 else axis2 + 1, 1)
    rows, columns = np.shape(moved)[:2]
    places = np.arange(max(0, -offset), max(0, min(rows, columns - offset)))
    chosen = np.moveaxis(moved[places, places + offset], 0, -1)
    return viewed(chosen, a, lambda p: np.diagonal(p, offset, axis1, axis2))


@implements(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    if writeable:
        raise TracingError(f"windows{where()} overlap, so they can't be assigned to; leave out writeable=True")
    lengths = tuple(window_shape) if np.iterable(window_shape) else (window_shape,)
    given = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(lengths) != len(given):
        raise ShapeError(f"sliding_window_view{where()} takes a length for each axis, found {lengths} for {len(given)}")
    found = x
    for each, length in zip(given, lengths, strict=True):
        place = axis_number(each, np.ndim(x))
        if not 0 <= length <= np.shape(found)[place]:
            raise ShapeError(
                f"a window of length {length}{where()} doesn't fit axis {place} of shape {np.shape(found)}"
            )
        windows = np.arange(np.shape(found)[place] - length + 1)[:, np.newaxis] + np.arange(length)
        found = np.moveaxis(np.take(found, windows, axis=place), place + 1, -1)
    return viewed(found, x, lambda p: np.lib.stride_tricks.sliding_window_view(p, window_shape, axis))


@implements(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    if np.ndim(v) != 1:
        raise ShapeError(f"diag takes a vector or a matrix, found shape {np.shape(v)}")
    places = np.arange(np.shape(v)[0])
    index = tuple(tuple(int(i) for i in places + max(0, each)) for each in (-k, k))
    size = np.shape(v)[0] + abs(k)
    return apply("add_at", v, index=index, shape=(size, size))


@implements(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    return np.sum(diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


implements(np.linalg.diagonal)(lambda x, /, *, offset=0: np.diagonal(x, offset, -2, -1))
implements(np.linalg.trace)(lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, -2, -1, dtype))


@implements(np.atleast_1d)
def atleast_1d(ary: Any) -> Any:
    return ary if np.ndim(ary) else np.reshape(ary, (1,))


@implements(np.atleast_2d)
def atleast_2d(ary: Any) -> Any:
    return ary if np.ndim(ary) > 1 else np.reshape(ary, (1, -1))


@implements(np.atleast_3d)
def atleast_3d(ary: Any) -> Any:
    shape = np.shape(ary)
    return ary if len(shape) > 2 else np.reshape(ary, {0: (1, 1, 1), 1: (1, -1, 1)}.get(len(shape), (*shape, 1)))


@implements(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    return np.diag(np.ravel(v), k)


@implements(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    number, place = axis_number(axis, np.ndim(a)), start + np.ndim(a) if start < 0 else start
    if not 0 <= place <= np.ndim(a):
        raise ShapeError(f"an axis of {np.ndim(a)} can't be moved before axis {start}")
    return np.moveaxis(a, number, place - (number < place))


VIEWS.update((np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal, np.diag, np.linalg.diagonal))
VIEWS.update((np.rollaxis, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.lib.stride_tricks.sliding_window_view))
METHODS.update(diagonal=np.diagonal, trace=np.trace, repeat=np.repeat)

"""Join several arrays."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import apply


def _of_dtype(x: Any, dtype: Any) -> Any:
    return x if dtype is None else x.astype(dtype)


@implements(np.stack)
def stack(arrays: Any, axis: int = 0, *, dtype: Any = None) -> Any:
    arrays = [_of_dtype(array(each), dtype) for each in arrays]
    return apply("stack", *arrays, axis=axis_number(axis, np.ndim(arrays[0]) + 1))


@implements(np.concatenate)
def concatenate(arrays: Any, axis: int | None = 0, *, dtype: Any = None) -> Any:
    arrays = [_of_dtype(np.ravel(each) if axis is None else each, dtype) for each in map(array, arrays)]
    if any(not np.ndim(each) for each in arrays):
        raise ShapeError("single numbers can't be concatenated; write np.stack([...])")
    return apply("concatenate", *arrays, axis=axis_number(0 if axis is None else axis, np.ndim(arrays[0])))


@implements(np.hstack)
def hstack(tup: Any, *, dtype: Any = None) -> Any:
    arrays = [each if np.ndim(each) else np.reshape(each, (1,)) for each in map(array, tup)]
    return np.concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1, dtype=dtype)


@implements(np.vstack)
def vstack(tup: Any, *, dtype: Any = None) -> Any:
    arrays = [each if np.ndim(each) > 1 else np.reshape(each, (1, -1)) for each in map(array, tup)]
    return np.concatenate(arrays, axis=0, dtype=dtype)


def _grid(name: str, axis: int, least: int) -> None:
    @implements(name)
    def joined(key: Any) -> Any:
        parts = []
        for each in key if isinstance(key, tuple) else (key,):
            if isinstance(each, str):
                raise ShapeError(f"np.{name}[{each!r}, …]{where()} can't be traced; write np.concatenate or np.stack")
            parts.append(np.r_[each] if isinstance(each, slice) else each)
        # Plain numbers adapt to the arrays beside them.
        dtype = np.result_type(*(each if type(each) in (bool, int, float) else array(each).dtype for each in parts))
        arrays = [array(each).astype(dtype) for each in parts]
        shapes = [(*np.shape(each), *(1,) * (least - np.ndim(each))) for each in arrays]
        pairs = zip(arrays, shapes, strict=True)
        return np.concatenate([x if np.shape(x) == shape else np.reshape(x, shape) for x, shape in pairs], axis=axis)


_grid("r_", 0, 1)
_grid("c_", -1, 2)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    if axis is None:
        return np.concatenate([np.ravel(arr), np.ravel(values)])
    return np.concatenate([arr, values], axis=axis)


@implements(np.column_stack)
def column_stack(tup: Any) -> Any:
    return np.concatenate([np.reshape(each, (-1, 1)) if np.ndim(each) < 2 else each for each in tup], axis=1)


@implements(np.dstack)
def dstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(each) for each in tup], axis=2)


@implements(np.block)
@function
def block(arrays: Any) -> Any:
    depth = _depth(arrays)
    return _joined(arrays, depth, max(depth, _most_axes(arrays)))


def _depth(arrays: Any) -> int:
    if not isinstance(arrays, list):
        return 0
    depths = {_depth(each) for each in arrays}
    if len(depths) != 1:
        raise ShapeError("the lists of np.block must have equal depth, and none may be empty")
    return 1 + depths.pop()


def _most_axes(arrays: Any) -> int:
    return max(map(_most_axes, arrays)) if isinstance(arrays, list) else np.ndim(arrays)


def _joined(arrays: Any, depth: int, axes: int) -> Any:
    """Join the innermost lists along the last axis, and those around them along the axis before."""
    if not isinstance(arrays, list):
        return np.reshape(arrays, (1,) * (axes - np.ndim(arrays)) + tuple(np.shape(arrays)))
    return np.concatenate([_joined(each, depth - 1, axes) for each in arrays], axis=-depth)


@implements(np.tile)
def tile(A: Any, reps: Any) -> Any:  # noqa: N803 (NumPy's name)
    counts = tuple(int(n) for n in reps) if np.ndim(reps) else (int(reps),)
    axes = max(len(counts), np.ndim(A))
    counts = (1,) * (axes - len(counts)) + counts
    shape = (1,) * (axes - np.ndim(A)) + tuple(np.shape(A))
    spread = np.broadcast_to(
        np.reshape(A, tuple(n for length in shape for n in (1, length))),
        tuple(n for count, length in zip(counts, shape, strict=True) for n in (count, length)),
    )
    return np.reshape(spread, tuple(count * length for count, length in zip(counts, shape, strict=True)))


@implements(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    if axis is None:
        return repeat(np.ravel(a), repeats, 0)
    axis = axis_number(axis, np.ndim(a))
    places = np.repeat(np.arange(np.shape(a)[axis]), repeats)
    return a[(*(slice(None),) * axis, places)]

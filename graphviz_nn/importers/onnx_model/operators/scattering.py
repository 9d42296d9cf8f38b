"""Entries written to places, and read from places, that arrays name."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.table import axis_of, operator, refuse, small
from graphviz_nn.tracing.tracer import Tracer, apply


def _counted(places: Any, length: int) -> Any:
    """Places counted from the front."""
    if isinstance(places, Tracer):
        return np.where(places < 0, places + length, places)
    return np.where(np.asarray(places) < 0, np.asarray(places) + length, places)


def rows_at(x: Any, places: Any) -> Any:
    """The entries of x at places along its first axis, also if only these are traced."""
    if isinstance(places, Tracer) and not isinstance(x, Tracer):
        return apply("getitem", x, places, index=("#1",))
    return x[places]


def added(shape: tuple[int, ...], places: Any, updates: Any) -> Any:
    """Zeros, with updates added at places along the first axis."""
    return apply("add_at", updates, places, index=("#1",), shape=shape)


LEAST: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[[Any], Any]]] = {
    "max": (np.max, np.maximum, lambda dtype: -np.inf if dtype.kind == "f" else np.iinfo(dtype).min),
    "min": (np.min, np.minimum, lambda dtype: np.inf if dtype.kind == "f" else np.iinfo(dtype).max),
    "mul": (np.prod, np.multiply, lambda dtype: 1),
}
"""How updates of one place are combined, also with what is there; and what combines to nothing."""


def _written(x: Any, places: Any, updates: Any, reduction: str) -> Any:
    """x, whose rows at places are updates, or are combined with them."""
    shape = np.shape(x)
    if not shape[0]:
        return x
    if not isinstance(x, Tracer | np.ndarray):
        x = np.asarray(x)
    if reduction == "add":
        return x + added(shape, places, updates)
    if reduction == "none":
        ones = np.ones(np.shape(places), "int64")
        count = added(shape[:1], places, ones)
        column = np.reshape(count, (-1, *(1,) * (len(shape) - 1)))
        if np.dtype(x.dtype).kind == "b":
            return np.where(column > 0, added(shape, places, updates.astype("int64")) > 0, x)
        return np.where(column > 0, added(shape, places, updates), x)
    if reduction not in LEAST:
        refuse(f"its reduction {reduction!r:.60} isn't none, add, mul, max or min")
    reduce, combine, neutral = LEAST[reduction]
    # Which update is for which row: one may get several.
    small([*np.shape(places), *shape])
    here = np.reshape(places, (-1, 1)) == np.arange(shape[0])
    here = np.reshape(here, (*np.shape(here), *(1,) * (len(shape) - 1)))
    nothing = np.asarray(neutral(np.dtype(x.dtype)), x.dtype)
    return combine(x, reduce(np.where(here, np.expand_dims(updates, 1), nothing), axis=0))


def _elements(x: Any, indices: Any, updates: Any, axis: int, reduction: str) -> Any:
    axis, shape = axis_of(axis, x), np.shape(x)
    lengths = np.shape(indices)
    # The place of each entry among all entries of x.
    behind = [int(np.prod(shape[i + 1 :])) for i in range(len(shape))]
    rows = np.ogrid[tuple(slice(n) for n in small(lengths))]
    others = sum((row * step for i, (row, step) in enumerate(zip(rows, behind, strict=True)) if i != axis), start=0)
    places = _counted(indices, shape[axis]) * behind[axis] + others
    found = _written(np.reshape(x, (-1,)), np.reshape(places, (-1,)), np.reshape(updates, (-1,)), reduction)
    return np.reshape(found, shape)


@operator("ScatterElements", "Scatter", call="scatter")
def scatter_elements(x: Any, indices: Any, updates: Any, *, axis: int = 0, reduction: str = "none") -> Any:
    return _elements(x, indices, updates, axis, reduction)


def _rows(indices: Any, shape: tuple[int, ...]) -> Any:
    """The number of the part of an array that each index names, counted over its first axes."""
    depth = np.shape(indices)[-1]
    found: Any = 0
    for place in range(depth):
        found = found * shape[place] + _counted(indices[..., place], shape[place])
    return found


@operator("ScatterND", call="scatter")
def scatter_nd(x: Any, indices: Any, updates: Any, *, reduction: str = "none") -> Any:
    shape, depth = np.shape(x), np.shape(indices)[-1]
    if not 1 <= depth <= len(shape):
        refuse(f"its indices have {depth} numbers for {len(shape)} axes")
    places = np.reshape(_rows(indices, shape), (-1,))
    rows = np.reshape(x, (int(np.prod(shape[:depth])), *shape[depth:]))
    given = np.reshape(updates, (np.shape(places)[0], *shape[depth:]))
    return np.reshape(_written(rows, places, given, reduction), shape)


@operator("GatherND")
def gather_nd(x: Any, indices: Any, *, batch_dims: int = 0) -> Any:
    shape, depth = np.shape(x), np.shape(indices)[-1]
    if not 1 <= depth <= len(shape) - batch_dims or batch_dims < 0:
        refuse(f"its indices have {depth} numbers for {len(shape) - batch_dims} axes")
    places = _rows(indices, shape[batch_dims:])
    if batch_dims:
        # Each example has its own rows.
        before = np.shape(indices)[:batch_dims]
        number = np.reshape(np.arange(int(np.prod(before))), (*before, *(1,) * (np.ndim(places) - batch_dims)))
        places = places + number * int(np.prod(shape[batch_dims : batch_dims + depth]))
    inner = batch_dims + depth
    return rows_at(np.reshape(x, (int(np.prod(shape[:inner])), *shape[inner:])), places)


@operator("TensorScatter", call="scatter")
def tensor_scatter(past: Any, update: Any, write_indices: Any = None, *, axis: int = -2, mode: str = "linear") -> Any:
    """Write a stretch of entries into a cache, for each example from its own place on."""
    axis, shape, given = axis_of(axis, past), np.shape(past), np.shape(update)
    starts = np.zeros(shape[0], "int64") if write_indices is None else write_indices
    places = np.reshape(starts, (-1, 1)) + np.arange(given[axis])
    places = places % shape[axis] if mode == "circular" else places
    column = np.reshape(places, (shape[0], *(1,) * (axis - 1), given[axis], *(1,) * (len(shape) - axis - 1)))
    return _elements(past, column + np.zeros(small(given), "int64"), update, axis, "none")


@operator("MaxUnpool", static=(2,), call="max_unpooling")
def max_unpool(
    x: Any, indices: Any, output_shape: Any = None, *, kernel_shape: Any, pads: Any = None, strides: Any = None
) -> Any:
    """Write each largest entry back to where it was; the places count all entries of the unpooled array."""
    shape, axes = np.shape(x), len(kernel_shape)
    steps, widths = strides or [1] * axes, pads or [0] * (2 * axes)
    lengths = [
        (n - 1) * step + size - before - after
        for n, step, size, before, after in zip(
            shape[2:], steps, kernel_shape, widths[:axes], widths[axes:], strict=True
        )
    ]
    inner = (*shape[:2], *lengths)
    wanted = inner if output_shape is None else tuple(int(each) for each in np.ravel(output_shape))
    places, rest, step = 0, indices, 1
    for length, long in zip(inner[::-1], wanted[::-1], strict=True):
        # The places count the entries of the array without what the wanted shape adds.
        places, rest, step = places + rest % length * step, rest // length, step * long
    zeros = np.zeros(int(np.prod(small(wanted))), x.dtype)
    return np.reshape(_written(zeros, np.reshape(places, (-1,)), np.reshape(x, (-1,)), "none"), wanted)


@operator("ReverseSequence", static=(1,))
def reverse_sequence(x: Any, lengths: Any, *, batch_axis: int = 1, time_axis: int = 0) -> Any:
    """The first entries of each example backwards."""
    examples, times = axis_of(batch_axis, x), axis_of(time_axis, x)
    steps = np.arange(np.shape(x)[times])
    column = np.reshape(lengths, (-1, 1))
    places = np.where(steps < column, column - 1 - steps, steps)
    rows = np.moveaxis(x, (examples, times), (0, 1))
    return np.moveaxis(_at_both(rows, places), (0, 1), (examples, times))


def _at_both(rows: Any, places: Any) -> Any:
    return rows[np.arange(np.shape(rows)[0])[:, None], places]

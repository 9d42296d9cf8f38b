"""Gathering and scattering. Indices are taken to lie within bounds, as NumPy's have to."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.jax_functions.late import Counted, Joined, Spread, now
from graphviz_nn.tracing.tracer import Tracer, apply


def _columns(indices: Any, count: int) -> list[Any]:
    """The indices of each axis, without the last axis that holds them."""
    if isinstance(indices, Joined) and len(indices.columns) == count:
        return [_without_last(each) for each in indices.columns]
    if count == 1:
        return [_without_last(indices)]
    indices = now(indices)
    return [indices[..., place] for place in range(count)]


def _without_last(value: Any) -> Any:
    if isinstance(value, Spread) and len(value.shape) - 1 not in value.axes:
        source, shape = value.source, value.shape[:-1]
        if value.axes == tuple(range(len(shape))) and np.shape(source) == shape:
            return _plain(source)
    return _plain(value)[..., 0]


def _plain(value: Any) -> Any:
    return _plain(value.source) if isinstance(value, Counted) else now(value)


def gather(x: Any, indices: Any, *, dimension_numbers: Any, slice_sizes: Any, **_: Any) -> Any:
    """Parts of x at these indices."""
    numbers = dimension_numbers
    mapped = list(numbers.start_index_map)
    columns = dict(zip(mapped, _columns(indices, len(mapped)), strict=True)) if mapped else {}
    batch = np.shape(indices)[:-1]
    for axis, place in zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims, strict=True):
        columns[axis] = np.reshape(np.arange(batch[place]), [-1 if i == place else 1 for i in range(len(batch))])
    single = {*numbers.collapsed_slice_dims, *numbers.operand_batching_dims}
    rest = [axis for axis in range(np.ndim(x)) if axis not in single]
    if any(axis in columns or slice_sizes[axis] != np.shape(x)[axis] for axis in rest):
        return _windows(x, columns, batch, rest, numbers.offset_dims, slice_sizes)
    index = tuple(columns.get(axis, slice(None)) for axis in range(np.ndim(x)))
    while index and isinstance(index[-1], slice):
        index = index[:-1]
    if len(index) == 1 and np.ndim(x) == 2 and isinstance(x, Tracer) and _is_learned(x):
        found = nn.embedding(index[0], x)
    else:
        found = _at(x, index)
    places = [axis for axis in range(np.ndim(x)) if axis in columns]
    # NumPy puts the axes of the indices where they are side by side, otherwise first.
    together = bool(places) and places == list(range(places[0], places[0] + len(places)))
    before = [axis for axis in rest if together and axis < places[0]]
    made = [*(("rest", a) for a in before), *(("batch", i) for i in range(len(batch)))]
    made += [("rest", a) for a in rest if a not in before]
    offsets, wanted = iter(rest), list[tuple[str, int]]()
    examples = iter(range(len(batch)))
    for axis in range(len(made)):
        wanted.append(("rest", next(offsets)) if axis in numbers.offset_dims else ("batch", next(examples)))
    order = tuple(made.index(each) for each in wanted)
    return found if order == tuple(range(len(order))) else np.transpose(found, order)


def _is_learned(x: Tracer) -> bool:
    return x.recording.values[x.number].variable.role == "parameter"


def _at(x: Any, index: tuple[Any, ...]) -> Any:
    """x at an index; an array that isn't traced becomes a constant."""
    if isinstance(x, Tracer) or not any(isinstance(each, Tracer) for each in index):
        return x[index]
    arrays = [each for each in index if isinstance(each, Tracer)]
    slots = iter(range(1, len(arrays) + 1))
    parts = tuple(
        f"#{next(slots)}"
        if isinstance(each, Tracer)
        else each
        if isinstance(each, slice)
        else tuple(np.asarray(each).tolist())
        for each in index
    )
    return apply("getitem", x, *arrays, index=parts)


def _windows(x: Any, columns: Any, batch: Any, rest: Any, offset_dims: Any, slice_sizes: Any) -> Any:
    """Every entry by its own index: windows that begin at indices."""
    axes = len(batch) + len(rest)
    batch_axes = [axis for axis in range(axes) if axis not in offset_dims]
    index = []
    for axis in range(np.ndim(x)):
        parts = []
        if axis in columns:
            row = [1] * axes
            for length, place in zip(np.shape(columns[axis]), batch_axes, strict=True):
                row[place] = length
            parts.append(np.reshape(columns[axis], row))
        if axis in rest:
            row = [1] * axes
            row[offset_dims[rest.index(axis)]] = slice_sizes[axis]
            parts.append(np.reshape(np.arange(slice_sizes[axis]), row))
        index.append(parts[0] if len(parts) == 1 else parts[0] + parts[1])
    return _at(x, tuple(index))


def dynamic_slice(x: Any, *starts: Any, slice_sizes: Any, **_: Any) -> Any:
    """A part of x that begins at traced places."""
    for axis, (start, size, length) in enumerate(zip(starts, slice_sizes, np.shape(x), strict=True)):
        before = (slice(None),) * axis
        if size == length:
            continue
        if isinstance(start, Tracer):
            first = np.minimum(np.maximum(start, 0), length - size)
            x = _at(x, (*before, first + np.arange(size)))
        else:
            first = min(max(int(start), 0), length - size)
            x = x[(*before, slice(first, first + size))]
    return x


def dynamic_update_slice(x: Any, update: Any, *starts: Any, **_: Any) -> Any:
    """x with a part replaced."""
    index, inside = [], np.ones((), bool)
    for axis, (start, size, length) in enumerate(zip(starts, np.shape(update), np.shape(x), strict=True)):
        row = [-1 if i == axis else 1 for i in range(np.ndim(x))]
        first = 0 if size == length else np.minimum(np.maximum(start, 0), length - size)
        places = np.reshape(np.arange(length), row) - first
        if size != length:
            inside = np.logical_and(inside, np.logical_and(places >= 0, places < size))
        index.append(np.minimum(np.maximum(places, 0), size - 1))
    return np.where(inside, _at(update, tuple(index)), x)


def _places(x: Any, indices: Any, update: Any, numbers: Any) -> tuple[Any, ...]:
    """The place in x of every entry of an update, along each axis."""
    window = tuple(numbers.update_window_dims)
    mapped = list(numbers.scatter_dims_to_operand_dims)
    columns = dict(zip(mapped, _columns(indices, len(mapped)), strict=True)) if mapped else {}
    batch_axes = [axis for axis in range(np.ndim(update)) if axis not in window]
    batch = [np.shape(update)[axis] for axis in batch_axes]
    for axis, place in zip(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims, strict=True):
        columns[axis] = np.reshape(np.arange(batch[place]), [-1 if i == place else 1 for i in range(len(batch))])
    single = {*numbers.inserted_window_dims, *numbers.operand_batching_dims}
    rest = [axis for axis in range(np.ndim(x)) if axis not in single]
    found = []
    for axis in range(np.ndim(x)):
        parts = []
        if axis in columns:
            row = [1] * np.ndim(update)
            for length, place in zip(np.shape(columns[axis]), batch_axes, strict=True):
                row[place] = length
            parts.append(np.reshape(columns[axis], row))
        if axis in rest:
            row = [1] * np.ndim(update)
            place = window[rest.index(axis)]
            row[place] = np.shape(update)[place]
            parts.append(np.reshape(np.arange(np.shape(update)[place]), row))
        found.append(parts[0] if len(parts) == 1 else parts[0] + parts[1])
    return tuple(found)


def _spread_out(update: Any, places: tuple[Any, ...], x: Any) -> Any:
    """Zeros of the shape of x, with an update added at these places."""
    shape = np.shape(update)
    if not isinstance(update, Tracer) and not any(isinstance(each, Tracer) for each in places):
        found = np.zeros(np.shape(x), np.asarray(update).dtype)
        np.add.at(found, tuple(np.broadcast_to(each, shape) for each in places), update)
        return found
    slots = iter(range(1, len(places) + 1))
    arrays = [np.broadcast_to(each, shape) for each in places]
    index = tuple(f"#{next(slots)}" for _ in places)
    return apply("add_at", update, *arrays, index=index, shape=tuple(np.shape(x)))


def scatter_add(x: Any, indices: Any, update: Any, *, dimension_numbers: Any, **_: Any) -> Any:
    """x with an update added at indices."""
    return x + _spread_out(update, _places(x, indices, update, dimension_numbers), x)


def scatter(x: Any, indices: Any, update: Any, *, dimension_numbers: Any, **_: Any) -> Any:
    """x with an update in place of the entries at indices."""
    places = _places(x, indices, update, dimension_numbers)
    there = _spread_out(np.ones(np.shape(update)), places, x) > 0
    return np.where(there, _spread_out(update, places, x), x)

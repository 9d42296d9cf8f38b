"""Rearrange entries."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, suggest
from graphviz_nn.graph.ir import Shape
from graphviz_nn.graph.kinds import DTYPES
from graphviz_nn.ops.many import Argument, batching, later
from graphviz_nn.ops.rules import axes_numbers, axis_number, broadcast, counted, whole_numbers
from graphviz_nn.tracing.memory import buffer, overwrite, reshaped, viewed
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.tracer import METHODS, VIEWS, Tracer, apply, recording_of


def _size(shape: Shape) -> int:
    return math.prod(shape)


def _reshaped(x: Shape, *, shape: Shape) -> Shape:
    if min(shape, default=0) < 0 or _size(x) != _size(shape):
        raise ShapeError(f"shape {x} with {_size(x)} entries can't become {shape} with {_size(shape)}")
    return tuple(shape)


def _permuted(x: Shape, *, axes: tuple[int, ...]) -> Shape:
    if sorted(axes) != list(range(len(x))):
        raise ShapeError(f"axes {axes} don't rearrange the {len(x)} axes of shape {x}")
    return tuple(x[i] for i in axes)


def _spread(x: Shape, *, shape: Shape) -> Shape:
    if broadcast(x, shape) != tuple(shape):
        raise ShapeError(f"shape {x} can't be broadcast to {shape}")
    return tuple(shape)


def _stacked(*shapes: Shape, axis: int) -> Shape:
    counted(axis, len(shapes[0]) + 1)
    if len(set(shapes)) != 1:
        raise ShapeError(f"only equal shapes can be stacked, found {', '.join(map(str, shapes))}")
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


def _joined(*shapes: Shape, axis: int) -> Shape:
    counted(axis, min(map(len, shapes)))
    rest = {(s[:axis], s[axis + 1 :], len(s)) for s in shapes}
    if len(rest) != 1:
        raise ShapeError(f"{', '.join(map(str, shapes))} differ along other axes than {axis}")
    return (*shapes[0][:axis], sum(s[axis] for s in shapes), *shapes[0][axis + 1 :])


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argsort(axes))


def _part(g: Any, y: Any, *arrays: Any, slot: int, axis: int) -> Any:
    start = sum(np.shape(each)[axis] for each in arrays[:slot])
    index = (slice(None),) * axis + (slice(start, start + np.shape(arrays[slot])[axis]),)
    return g[index]


op("reshape", np.reshape, _reshaped, (lambda g, y, x, shape: np.reshape(g, np.shape(x)),), category="shape")
op(
    "transpose",
    np.transpose,
    _permuted,
    (lambda g, y, x, axes: np.transpose(g, _inverse(axes)),),
    tex=r"{0}^{{\top}}",
    glyph=r"(\cdot)^{\top}",
    category="shape",
)
op("broadcast_to", np.broadcast_to, _spread, (lambda g, y, x, shape: g,), glyph=r"\mathrm{broadcast}", category="shape")
op(
    "stack",
    lambda *arrays, axis: np.stack(arrays, axis),
    _stacked,
    lambda g, y, *arrays, slot, axis: g[(slice(None),) * axis + (slot,)],
    category="shape",
)
op("concatenate", lambda *arrays, axis: np.concatenate(arrays, axis), _joined, _part, category="shape")


def _cast(x: Shape, *, dtype: str) -> Shape:
    if dtype not in DTYPES:
        raise ShapeError(f"entries can't be converted to {dtype!r}: {suggest(dtype, sorted(DTYPES))}")
    return x


def _cast_dtype(dtype_from: Any, dtype: str) -> np.dtype[Any]:
    if np.dtype(dtype_from).kind == "c" and np.dtype(dtype).kind != "c":
        raise ShapeError(f"complex numbers can't be converted to {dtype}; write np.real(z), np.imag(z) or np.abs(z)")
    return np.dtype(dtype)


op(
    "astype",
    lambda x, dtype: np.asarray(x).astype(dtype),
    _cast,
    (lambda g, y, x, dtype: g if np.dtype(dtype).kind in "fc" and x.dtype.kind in "fc" else None,),
    dtype=_cast_dtype,
    category="shape",
)


@implements(np.reshape)
def reshape(a: Any, /, shape: Any, *more: int, order: str = "C") -> Any:
    if order == "F":
        wanted = whole_numbers((shape, *more) if more else shape)
        return np.transpose(np.reshape(np.transpose(a), wanted[::-1]))
    wanted = whole_numbers((shape, *more) if more else shape)
    if wanted.count(-1) == 1:
        known = _size(tuple(n for n in wanted if n != -1))
        rest = _size(np.shape(a)) // known if known else 0
        wanted = tuple(rest if n == -1 else n for n in wanted)
    return reshaped(apply("reshape", a, shape=wanted), a, wanted)


@implements(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    a = np.transpose(a) if order == "F" and np.ndim(a) > 1 else a
    return a if np.ndim(a) == 1 else np.reshape(a, (_size(np.shape(a)),))


@implements("flat")
def flat(x: Any) -> Any:
    """The entries row by row; what is assigned to them is assigned to the array, however NumPy stores it."""

    def entries(p: Any) -> Any:
        return np.reshape(p, (-1,), copy=False) if isinstance(p, np.ndarray) else np.reshape(p, (-1,))

    found = apply("reshape", x, shape=(_size(np.shape(x)),))
    return viewed(found, x, entries, lambda p, new: overwrite(p, np.reshape(new, np.shape(p))))


@implements("flatten")
def flatten(a: Any, order: Any = "C") -> Any:
    return np.ravel(a, order)


@implements(np.transpose)
def transpose(a: Any, axes: Any = None, *more: int) -> Any:
    shape = np.shape(a)
    given = range(len(shape))[::-1] if axes is None else whole_numbers((axes, *more) if more else axes)
    order = tuple(axis_number(i, len(shape)) for i in given)
    _permuted(shape, axes=order)
    if len(shape) < 2:
        return a
    return viewed(
        apply("transpose", a, axes=order),
        a,
        lambda p: np.transpose(p, order),
        lambda p, new: overwrite(p, np.transpose(new, _inverse(order))),
    )


@implements(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    order = list(range(np.ndim(a)))
    i, j = axis_number(axis1, len(order)), axis_number(axis2, len(order))
    order[i], order[j] = order[j], order[i]
    return np.transpose(a, tuple(order))


@implements(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    ndim = np.ndim(a)
    before, after = ([axis_number(i, ndim) for i in whole_numbers(each)] for each in (source, destination))
    if not len(before) == len(after) == len(set(before)) == len(set(after)):
        raise ShapeError(f"axes {source} can't be moved to {destination}; name equally many, each once")
    order = [i for i in range(ndim) if i not in before]
    for place, number in sorted(zip(after, before, strict=True)):
        order.insert(place, number)
    return np.transpose(a, tuple(order))


@implements(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    return np.swapaxes(x, -1, -2)


@implements(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    shape, given = list(np.shape(a)), whole_numbers(axis)
    for number in axes_numbers(given, len(shape) + len(given)):
        shape.insert(number, 1)
    return np.reshape(a, tuple(shape))


@implements(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    shape = np.shape(a)
    drop = {i for i, n in enumerate(shape) if n == 1} if axis is None else set(axes_numbers(axis, len(shape)))
    long = next((i for i in drop if shape[i] != 1), None)
    if long is not None:
        raise ShapeError(f"it removes axes of length 1, but axis {long} of {shape} has length {shape[long]}")
    return np.reshape(a, tuple(n for i, n in enumerate(shape) if i not in drop))


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: Any) -> Any:
    wanted = whole_numbers(shape)
    if np.shape(array) == wanted:
        return array
    return viewed(apply("broadcast_to", array, shape=wanted), array, lambda p: np.broadcast_to(p, wanted))


@implements("astype", np.astype)
def astype(x: Any, dtype: Any, /) -> Any:
    name = np.dtype(dtype).name
    return x if x.dtype == name else apply("astype", x, dtype=name)


@implements(np.copy)
def copy(a: Any) -> Any:
    return a


def _like(a: Any, fill: Any, dtype: Any, shape: Any) -> Any:
    """A buffer of the shape and dtype of an array, unless others are given."""
    lengths = np.shape(a) if shape is None else whole_numbers(shape)
    return buffer(np.full(holdable(lengths), fill, a.dtype if dtype is None else dtype), recording_of(a))


@implements(np.zeros_like, np.empty_like)
def zeros_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    return _like(a, 0, dtype, shape)


@implements(np.ones_like)
def ones_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    return _like(a, 1, dtype, shape)


@implements(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    if not isinstance(fill_value, Tracer):
        return _like(a, fill_value, dtype, shape)
    lengths = np.shape(a) if shape is None else whole_numbers(shape)
    # A copy, to be assigned to.
    return np.copy(np.broadcast_to(fill_value.astype(a.dtype if dtype is None else dtype), lengths))


# A selection of no entries needs no operation.
implements(np.shape)(lambda a: a.shape)
implements(np.ndim)(lambda a: a.ndim)
implements(np.size)(lambda a: a.size)
implements(np.result_type)(
    lambda *each: np.result_type(*(one.dtype if isinstance(one, Tracer) else one for one in each))
)

METHODS.update(
    reshape=np.reshape,
    transpose=np.transpose,
    ravel=np.ravel,
    flatten="flatten",
    swapaxes=np.swapaxes,
    squeeze=np.squeeze,
    astype=np.astype,
    copy=np.copy,
)


VIEWS.update((np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze))
VIEWS.update((np.matrix_transpose, np.linalg.matrix_transpose, np.broadcast_to))


@batching("reshape")
def _reshape(size: int, x: Argument, shape: Shape) -> Any:
    return apply("reshape", x.value, shape=(size, *shape))


@batching("transpose")
def _transpose(size: int, x: Argument, axes: tuple[int, ...]) -> Any:
    return apply("transpose", x.value, axes=(0, *later(axes)))


@batching("broadcast_to")
def _broadcast_to(size: int, x: Argument, shape: Shape) -> Any:
    return apply("broadcast_to", x.padded(len(shape)), shape=(size, *shape))


@batching("stack", "concatenate")
def _join(operation: str, size: int, *arrays: Argument, axis: int) -> Any:
    return apply(operation, *(each.whole(size) for each in arrays), axis=axis + 1)


@batching("astype")
def _astype(size: int, x: Argument, dtype: str) -> Any:
    return apply("astype", x.value, dtype=dtype)

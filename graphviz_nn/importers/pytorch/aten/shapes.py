"""Shapes, parts and joints of arrays; what changes neither values nor shape is the argument itself."""

from itertools import accumulate
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import along, as_they_are, aten
from graphviz_nn.tracing.recording import Step
from graphviz_nn.tracing.tracer import Tracer, apply


def _itself(x: Any, *_: Any, **__: Any) -> Any:
    return x


as_they_are(
    dict.fromkeys(
        (
            *("contiguous", "clone", "alias", "alias_copy", "requires_grad_", "positive"),
            *("_conj", "resolve_conj", "resolve_neg", "real"),
        ),
        _itself,
    )
)


@aten("detach", "detach_copy")
def detach(x: Any) -> Any:
    is_learned = isinstance(x, Tracer) and x.recording.values[x.number].variable.role != "constant"
    return apply("stop_gradient", x) if is_learned and x.dtype.kind == "f" else x


def _shaped(x: Any, shape: Any) -> Any:
    wanted = tuple(int(each) for each in shape)
    return x if wanted == np.shape(x) else np.reshape(x, wanted)


@aten("view", "reshape", "_unsafe_view", "_reshape_alias", "view_copy", "_reshape_copy")
def reshape(x: Any, shape: Any, *_: Any) -> Any:
    return _shaped(x, shape)


@aten("view_as", "reshape_as")
def reshape_as(x: Any, other: Any) -> Any:
    return _shaped(x, np.shape(other))


@aten("flatten")
def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    first, last = along(x, start_dim), along(x, end_dim)
    shape = np.shape(x) or (1,)
    if last == len(shape) - 1 > first and first < 2:
        # What papers call flatten.
        return nn.flatten(x, batch=first == 1)
    return _shaped(x, (*shape[:first], int(np.prod(shape[first : last + 1], dtype=int)), *shape[last + 1 :]))


@aten("ravel")
def ravel(x: Any) -> Any:
    return _shaped(x, (-1,))


@aten("unflatten")
def unflatten(x: Any, dim: int, sizes: Any) -> Any:
    axis, shape = along(x, dim), np.shape(x)
    return _shaped(
        np.reshape(x, (*shape[:axis], *sizes, *shape[axis + 1 :])), (*shape[:axis], *sizes, *shape[axis + 1 :])
    )


@aten("squeeze")
def squeeze(x: Any, dim: Any = None) -> Any:
    shape = np.shape(x)
    axes = range(len(shape)) if dim is None else [along(x, each) for each in (dim if np.ndim(dim) else (dim,))]
    return _shaped(x, [length for axis, length in enumerate(shape) if axis not in axes or length != 1])


@aten("unsqueeze")
def unsqueeze(x: Any, dim: int) -> Any:
    return np.expand_dims(x, dim)


@aten("permute")
def permute(x: Any, dims: Any) -> Any:
    order = tuple(along(x, each) for each in dims)
    return x if order == tuple(range(np.ndim(x))) else np.transpose(x, order)


@aten("transpose", "swapaxes", "swapdims")
def transpose(x: Any, first: int, second: int) -> Any:
    return x if np.ndim(x) < 2 or along(x, first) == along(x, second) else np.swapaxes(x, first, second)


@aten("t", "numpy_T", "mT", "adjoint")
def turned(x: Any) -> Any:
    return np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x


@aten("movedim", "moveaxis")
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    return np.moveaxis(x, source, destination)


@aten("expand", "broadcast_to")
def expand(x: Any, size: Any, *, implicit: bool = False) -> Any:
    before = len(size) - np.ndim(x)
    wanted = tuple(np.shape(x)[i - before] if each == -1 else int(each) for i, each in enumerate(size))
    return x if wanted == np.shape(x) else np.broadcast_to(x, wanted)


@aten("expand_as")
def expand_as(x: Any, other: Any) -> Any:
    return expand(x, np.shape(other))


@aten("broadcast_tensors")
def broadcast(tensors: Any) -> Any:
    shape = np.broadcast_shapes(*map(np.shape, tensors))
    return tuple(expand(each, shape) for each in tensors)


@aten("cat", "concat", "concatenate")
def concatenate(tensors: Any, dim: int = 0) -> Any:
    # PyTorch ignores empty vectors beside arrays of more axes.
    axes = max(map(np.ndim, tensors))
    return np.concatenate([each for each in tensors if np.ndim(each) == axes], axis=dim)


@aten("stack")
def stack(tensors: Any, dim: int = 0) -> Any:
    return np.stack(list(tensors), axis=dim)


@aten("hstack")
def hstack(tensors: Any) -> Any:
    return np.hstack(list(tensors))


@aten("vstack")
def vstack(tensors: Any) -> Any:
    return np.vstack(list(tensors))


@aten("split", "split_with_sizes", "unsafe_split", "split_copy", "split_with_sizes_copy")
def split(x: Any, size: Any, dim: int = 0) -> Any:
    length = np.shape(x)[dim]
    parts = list(size) if np.ndim(size) else [min(size, length - start) for start in range(0, length, max(size, 1))]
    ends = list(accumulate(parts))
    return tuple(_part(x, dim, end - part, end) for part, end in zip(parts, ends, strict=True))


@aten("chunk", "unsafe_chunk")
def chunk(x: Any, chunks: int, dim: int = 0) -> Any:
    return split(x, max(-(-np.shape(x)[dim] // chunks), 1), dim)


@aten("tensor_split")
def tensor_split(x: Any, given: Any, dim: int = 0) -> Any:
    return tuple(np.array_split(x, given if isinstance(given, int) else list(given), axis=dim))


@aten("unbind", "unbind_copy")
def unbind(x: Any, dim: int = 0) -> Any:
    return tuple(select(x, dim, place) for place in range(np.shape(x)[dim]))


def _at(x: Any, dim: int, index: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * along(x, dim), index)


def _part(x: Any, dim: int, start: int, end: int) -> Any:
    return x if (start, end) == (0, np.shape(x)[dim]) else x[_at(x, dim, slice(start, end))]


@aten("select", "select_copy")
def select(x: Any, dim: int, index: Any) -> Any:
    return x[_at(x, dim, index)]


@aten("slice", "slice_copy")
def part(x: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Any:
    first, last, _ = slice(start, end).indices(np.shape(x)[dim])
    return _part(x, dim, first, last) if step == 1 else x[_at(x, dim, slice(first, last, step))]


@aten("narrow")
def narrow(x: Any, dim: int, start: int, length: int) -> Any:
    return _part(x, dim, start, start + length)


@aten("select_scatter")
def select_scatter(x: Any, source: Any, dim: int, index: int) -> Any:
    return _set(x, dim, int(index) % np.shape(x)[dim], source)


@aten("slice_scatter")
def slice_scatter(x: Any, source: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Any:
    first, last, _ = slice(start, end).indices(np.shape(x)[dim])
    whole = (first, last, step) == (0, np.shape(x)[dim], 1)
    return source if whole else _set(x, dim, slice(first, last, step if step != 1 else None), source)


def _set(x: Any, dim: int, part: int | slice, source: Any) -> Any:
    """An array with other entries at a part of an axis."""
    index = (*(slice(None),) * along(x, dim), part)
    step = x.recording.steps[source.number] if isinstance(x, Tracer) and isinstance(source, Tracer) else None
    if isinstance(step, Step) and step.arguments == [x.number] and step.operation.attributes == {"index": index}:
        # What was computed in place in a part is put there once more.
        return x
    source = source if source.dtype == x.dtype else source.astype(x.dtype.name)
    return apply("set_at", x, source, index=index)


@aten("copy", "copy_")
def copy(x: Any, source: Any, non_blocking: bool = False) -> Any:
    source = source if source.dtype == x.dtype else source.astype(x.dtype.name)
    return expand(source, np.shape(x))


@aten("flip")
def flip(x: Any, dims: Any) -> Any:
    return np.flip(x, tuple(dims))


@aten("roll")
def roll(x: Any, shifts: Any, dims: Any = ()) -> Any:
    return np.roll(x, tuple(shifts), tuple(dims) if len(dims) else None)


@aten("repeat", "tile")
def repeat(x: Any, repeats: Any) -> Any:
    return x if all(each == 1 for each in repeats) and len(repeats) <= np.ndim(x) else np.tile(x, tuple(repeats))


@aten("repeat_interleave")
def repeat_interleave(x: Any, repeats: Any, dim: int | None = None, *, output_size: Any = None) -> Any:
    return np.repeat(np.ravel(x) if dim is None else x, repeats, axis=0 if dim is None else dim)


@aten("diagonal", "diagonal_copy")
def diagonal(x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    return np.diagonal(x, offset, dim1, dim2)


@aten("diag")
def diag(x: Any, diagonal: int = 0) -> Any:
    return np.diag(x, diagonal)


@aten("tril")
def tril(x: Any, diagonal: int = 0) -> Any:
    return np.tril(x, diagonal)


@aten("triu")
def triu(x: Any, diagonal: int = 0) -> Any:
    return np.triu(x, diagonal)


@aten("pixel_shuffle")
def pixel_shuffle(x: Any, factor: int) -> Any:
    *lead, channels, high, wide = np.shape(x)
    parts = np.reshape(x, (*lead, channels // factor**2, factor, factor, high, wide))
    axes, last = tuple(range(len(lead) + 1)), len(lead) + 1
    moved = np.transpose(parts, (*axes, last + 2, last, last + 3, last + 1))
    return np.reshape(moved, (*lead, channels // factor**2, high * factor, wide * factor))


@aten("pixel_unshuffle")
def pixel_unshuffle(x: Any, factor: int) -> Any:
    *lead, channels, high, wide = np.shape(x)
    parts = np.reshape(x, (*lead, channels, high // factor, factor, wide // factor, factor))
    axes, last = tuple(range(len(lead) + 1)), len(lead) + 1
    moved = np.transpose(parts, (*axes, last + 1, last + 3, last, last + 2))
    return np.reshape(moved, (*lead, channels * factor**2, high // factor, wide // factor))


@aten("channel_shuffle")
def channel_shuffle(x: Any, groups: int) -> Any:
    batch, channels, *space = np.shape(x)
    parts = np.reshape(x, (batch, groups, channels // groups, *space))
    return np.reshape(np.swapaxes(parts, 1, 2), np.shape(x))


@aten("pad", "constant_pad_nd")
def pad(x: Any, pad: Any, mode: Any = "constant", value: Any = None) -> Any:
    if not isinstance(mode, str):
        mode, value = "constant", mode
    modes = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    widths = [(0, 0)] * np.ndim(x)
    for number, start in enumerate(range(0, len(pad), 2)):
        widths[-1 - number] = (pad[start], pad[start + 1])
    # A negative width cuts off.
    cut = tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(widths, np.shape(x), strict=True))
    x = x[cut] if any(width < 0 for pair in widths for width in pair) else x
    widths = [(max(a, 0), max(b, 0)) for a, b in widths]
    if not any(map(any, widths)):
        return x
    options = {"constant_values": value or 0} if mode == "constant" else {}
    return np.pad(x, widths, mode=modes[mode], **options)  # type: ignore[call-overload]

"""Pooling: one number for each window."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.nn.common import layer, per_axis, refuse
from graphviz_nn.nn.windows import Sides, Sizes, padded, sides, windows


@layer
def max_pooling_1d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    dilation: Sizes = 1,
    ceil: bool = False,
) -> Any:
    """The largest entry of each window; parameters as for `max_pooling_2d`.

    Shapes
    ------
    x : (..., length)
    result : (..., (length + 2 padding - window) // stride + 1)

    Examples
    --------
    >>> max_pooling_1d([1.0, 3.0, 2.0, 0.0], 2)
    array([3., 2.])
    """
    return _largest("max_pooling_1d", 1, x, window, stride, padding, dilation, ceil)


@layer
def max_pooling_2d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    dilation: Sizes = 1,
    ceil: bool = False,
) -> Any:
    """The largest entry of each window; equal entries share the gradient.

    Parameters
    ----------
    window : int or (int, int)
        The height and width of a window.
    stride : int or (int, int), optional
        The distance between windows; default the size of the window, without overlap.
    padding : int, (int, int) or ((int, int), (int, int))
        How far windows reach beyond the sides, for all, for each axis, or before and after each axis.
    dilation : int or (int, int)
        The distance between the entries of a window.
    ceil : bool
        Whether a last window may reach beyond the end, so that no entry is left out.

    Shapes
    ------
    x : (..., height, width)
    result : (..., rows, columns), along each axis (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> max_pooling_2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 5.,  7.],
           [13., 15.]])
    """
    return _largest("max_pooling_2d", 2, x, window, stride, padding, dilation, ceil)


@layer
def max_pooling_3d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    dilation: Sizes = 1,
    ceil: bool = False,
) -> Any:
    """The largest entry of each window; parameters as for `max_pooling_2d`.

    Shapes
    ------
    x : (..., depth, height, width)
    result : (..., layers, rows, columns), along each axis (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> max_pooling_3d(np.arange(8.0).reshape(2, 2, 2), 2)
    array([[[7.]]])
    """
    return _largest("max_pooling_3d", 3, x, window, stride, padding, dilation, ceil)


@layer
def average_pooling_1d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    ceil: bool = False,
    count_padding: bool = True,
) -> Any:
    """The mean of each window; parameters as for `average_pooling_2d`, shapes as for `max_pooling_1d`.

    Examples
    --------
    >>> average_pooling_1d([1.0, 3.0, 2.0, 0.0], 2)
    array([2., 1.])
    """
    return _average("average_pooling_1d", 1, x, window, stride, padding, ceil, count_padding)


@layer
def average_pooling_2d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    ceil: bool = False,
    count_padding: bool = True,
) -> Any:
    """The mean of each window; other parameters and shapes as for `max_pooling_2d`.

    Parameters
    ----------
    padding : int, (int, int) or ((int, int), (int, int))
        The width of the zero padding, for all sides, for each axis, or before and after each axis.
    count_padding : bool
        Whether the zeros of the padding count as entries.

    Examples
    --------
    >>> average_pooling_2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    return _average("average_pooling_2d", 2, x, window, stride, padding, ceil, count_padding)


@layer
def average_pooling_3d(
    x: Any,
    window: Sizes,
    stride: Sizes | None = None,
    padding: Sides = 0,
    ceil: bool = False,
    count_padding: bool = True,
) -> Any:
    """The mean of each window; parameters as for `average_pooling_2d`, shapes as for `max_pooling_3d`.

    Examples
    --------
    >>> average_pooling_3d(np.arange(8.0).reshape(2, 2, 2), 2)
    array([[[3.5]]])
    """
    return _average("average_pooling_3d", 3, x, window, stride, padding, ceil, count_padding)


@layer
def adaptive_average_pooling(x: Any, size: tuple[int, ...]) -> Any:
    """The means of as many windows as the result has entries, of nearly equal size.

    Window i of n of an axis reaches from entry ⌊i · length / n⌋ up to ⌈(i + 1) · length / n⌉.

    Parameters
    ----------
    size : tuple of int
        The lengths of the result's last axes.

    Shapes
    ------
    x : (..., as many axes as `size` has)
    result : (\\*the same, \\*size)

    Source
    ------
    PyTorch, torch.nn.AdaptiveAvgPool2d.

    Examples
    --------
    >>> adaptive_average_pooling([1.0, 3.0, 5.0], (2,))
    array([2., 4.])
    """
    return _adaptive("adaptive_average_pooling", x, size, np.mean)


@layer
def adaptive_max_pooling(x: Any, size: tuple[int, ...]) -> Any:
    """The largest entries of the windows of `adaptive_average_pooling`; parameters and shapes as there.

    Examples
    --------
    >>> adaptive_max_pooling([1.0, 3.0, 5.0], (2,))
    array([3., 5.])
    """
    return _adaptive("adaptive_max_pooling", x, size, np.max)


def _largest(name: str, axes: int, x: Any, window: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    sizes, strides, widths = _sizes(name, axes, x, window, stride, padding)
    steps = per_axis(name, "the dilation", dilation, axes)
    spreads = tuple((size - 1) * step + 1 for size, step in zip(sizes, steps, strict=True))
    if ceil:
        widths = _reaching(x, spreads, strides, widths)
    if any(map(any, widths)):
        least = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
        x = padded(x, widths, least)
    return np.max(windows(name, x, sizes, strides, steps), axis=-axes - 1)


def _average(
    name: str, axes: int, x: Any, window: Any, stride: Any, padding: Any, ceil: bool, count_padding: bool
) -> Any:
    sizes, strides, widths = _sizes(name, axes, x, window, stride, padding)
    around = _reaching(x, sizes, strides, widths) if ceil else widths
    counts = [
        _counts(length, size, step, outer, inner if count_padding else (0, 0))
        for length, size, step, outer, inner in zip(np.shape(x)[-axes:], sizes, strides, around, widths, strict=True)
    ]
    found = windows(name, padded(x, around), sizes, strides)
    if all((count == size).all() for count, size in zip(counts, sizes, strict=True)):
        return np.mean(found, axis=-axes - 1)
    total = np.sum(found, axis=-axes - 1)
    return total / np.prod(np.broadcast_arrays(*np.ix_(*counts)), axis=0).astype(total.dtype)


def _counts(length: int, size: int, stride: int, around: tuple[int, int], counted: tuple[int, int]) -> Array:
    """How many entries of each window along one axis count."""
    starts = np.arange(0, sum(around) + length - size + 1, stride) - around[0]
    ends = np.minimum(starts + size, length + counted[1])
    found: Array = ends - np.maximum(starts, -counted[0])
    return found


def _sizes(
    name: str, axes: int, x: Any, window: Any, stride: Any, padding: Any
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]:
    """The sizes of the windows, their distances and the padding along each axis."""
    sizes = per_axis(name, "the window", window, axes)
    if np.ndim(x) < axes:
        refuse(name, f"a window {sizes} needs {axes} axes, but x has shape {np.shape(x)}")
    strides = per_axis(name, "the stride", sizes if stride is None else stride, axes)
    return sizes, strides, sides(name, padding, axes)


def _reaching(
    x: Any, spreads: tuple[int, ...], strides: tuple[int, ...], widths: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """The padding with which last windows reach beyond the end; each starts inside, as in PyTorch."""
    found = []
    lengths = np.shape(x)[-len(spreads) :]
    for length, spread, stride, (before, after) in zip(lengths, spreads, strides, widths, strict=True):
        rest = -(length + before + after - spread) % stride
        last = length + before + after + rest - spread
        found.append((before, after + rest if last < length + before else after))
    return tuple(found)


def _adaptive(name: str, x: Any, size: Any, reduce: Callable[..., Any]) -> Any:
    sizes = per_axis(name, "the size", size, len(size) if np.ndim(size) else 1)
    axes = len(sizes)
    if np.ndim(x) < axes or 0 in np.shape(x)[-axes:]:
        refuse(name, f"a size {sizes} needs {axes} axes with entries, but x has shape {np.shape(x)}")
    lead, lengths = np.shape(x)[:-axes], np.shape(x)[-axes:]
    if not any(length % count for length, count in zip(lengths, sizes, strict=True)):
        parts = [part for length, count in zip(lengths, sizes, strict=True) for part in (count, length // count)]
        return reduce(np.reshape(x, (*lead, *parts)), axis=tuple(range(-2 * axes + 1, 0, 2)))
    for axis, (length, count) in enumerate(zip(lengths, sizes, strict=True), len(lead)):
        ends = [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
        before = (slice(None),) * axis
        x = np.stack([reduce(x[(*before, slice(start, end))], axis=axis) for start, end in ends], axis)
    return x

"""Convolutions and pooling, built from strided slices, so that pictures can open them."""

from itertools import product
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Shape
from graphviz_nn.nn.common import expect, layer, per_axis, refuse

Sizes = int | tuple[int, ...]


@layer
def convolution_1d(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    """The sum of `weight` times each window of a signal, with one channel per filter.

    As usual in neural networks, the filter isn't reversed: this is a cross-correlation.

    Shapes
    ------
    x : (inputs, length) or (batch, inputs, length)
    weight : (outputs, inputs, window)
    bias : (outputs,)
    result : (outputs, steps) or (batch, outputs, steps), steps = (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> convolution_1d([[1.0, 2.0, 4.0]], [[[-1.0, 1.0]]])
    array([[1., 2.]])
    """
    return _convolution("convolution_1d", 1, x, weight, bias, stride, padding)


@layer
def convolution_2d(x: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: Sizes = 0) -> Any:
    """The sum of `weight` times each window of an image, with one channel per filter.

    As usual in neural networks, the filter isn't reversed: this is a cross-correlation.

    Parameters
    ----------
    stride, padding : int or (int, int)
        The distance between windows, and the width of the zero padding, for both axes or each.

    Shapes
    ------
    x : (inputs, height, width) or (batch, inputs, height, width)
    weight : (outputs, inputs, rows, columns)
    bias : (outputs,)
    result : (outputs, ...) or (batch, outputs, ...), along each axis (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> convolution_2d(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)))
    array([[[4., 4.],
            [4., 4.]]])
    """
    return _convolution("convolution_2d", 2, x, weight, bias, stride, padding)


@layer
def max_pooling_2d(x: Any, window: Sizes, stride: Sizes | None = None) -> Any:
    """The largest entry of each window; equal entries share the gradient.

    Parameters
    ----------
    window : int or (int, int)
        The height and width of a window.
    stride : int or (int, int), optional
        The distance between windows; default the size of the window, without overlap.

    Shapes
    ------
    x : (..., height, width)
    result : (..., (height - window) // stride + 1, (width - window) // stride + 1)

    Examples
    --------
    >>> max_pooling_2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 5.,  7.],
           [13., 15.]])
    """
    return np.max(_pooled("max_pooling_2d", x, window, stride), axis=-3)


@layer
def average_pooling_2d(x: Any, window: Sizes, stride: Sizes | None = None) -> Any:
    """The mean of each window; parameters and shapes as for `max_pooling_2d`.

    Examples
    --------
    >>> average_pooling_2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    return np.mean(_pooled("average_pooling_2d", x, window, stride), axis=-3)


def _convolution(name: str, axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any) -> Any:
    shape, filters = np.shape(x), np.shape(weight)
    if len(filters) != axes + 2 or len(shape) not in (axes + 1, axes + 2) or shape[-axes - 1] != filters[1]:
        channels = f"takes {filters[1]} channels" if len(filters) == axes + 2 else f"must have {axes + 2} axes"
        refuse(
            name,
            f"the weight {filters} {channels}, but x has {shape}; it must be (channels, …) or (batch, channels, …)",
        )
    patches = _windows(name, _padded(x, per_axis(name, "padding", padding, axes, 0)), filters[2:], stride)
    steps, lead = np.shape(patches)[-axes:], shape[: -axes - 1]
    columns = np.reshape(patches, (*lead, int(np.prod(filters[1:], dtype=int)), int(np.prod(steps, dtype=int))))
    rows = np.reshape(weight, (filters[0], int(np.prod(filters[1:], dtype=int))))
    found = np.reshape(rows @ columns, (*lead, filters[0], *steps))
    if bias is None:
        return found
    expect(name, "bias", bias, filters[:1], f"the weight {filters}")
    return found + np.reshape(bias, (filters[0], *(1,) * axes))


def _pooled(name: str, x: Any, window: Any, stride: Any) -> Any:
    sizes = per_axis(name, "the window", window, 2)
    if np.ndim(x) < 2:
        refuse(name, f"a window {sizes} needs height and width, but x has shape {np.shape(x)}")
    return _windows(name, x, sizes, sizes if stride is None else stride)


def _padded(x: Any, padding: tuple[int, ...]) -> Any:
    for axis, width in enumerate(padding, np.ndim(x) - len(padding)):
        if width:
            zeros = np.zeros((*np.shape(x)[:axis], width, *np.shape(x)[axis + 1 :]), x.dtype)
            x = np.concatenate([zeros, x, zeros], axis=axis)
    return x


def _windows(name: str, x: Any, window: Shape, stride: Any) -> Any:
    """Every window of the last axes; the windows' entries become one leading axis."""
    shape = np.shape(x)[-len(window) :]
    if any(size > length for size, length in zip(window, shape, strict=True)) or 0 in window:
        refuse(name, f"a window {window} doesn't fit into {shape}")
    strides = per_axis(name, "the stride", stride, len(window))
    spans = [length - size + 1 for length, size in zip(shape, window, strict=True)]
    shifted = [
        x[(..., *(slice(at, at + span, step) for at, span, step in zip(offset, spans, strides, strict=True)))]
        for offset in product(*map(range, window))
    ]
    return np.stack(shifted, axis=np.ndim(x) - len(window))

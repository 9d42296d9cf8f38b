"""Pooling: one number for each window, or for each channel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.operators.convolution import Sides, along, sides, spread
from graphviz_nn.importers.onnx_model.table import operator, refuse, taken
from graphviz_nn.nn.windows import padded, windows

LARGEST = {1: nn.max_pooling_1d, 2: nn.max_pooling_2d, 3: nn.max_pooling_3d}
AVERAGE = {1: nn.average_pooling_1d, 2: nn.average_pooling_2d, 3: nn.average_pooling_3d}


class Windows:
    """The windows of a pooling operator along each axis."""

    def __init__(
        self,
        x: Any,
        kernel_shape: Sequence[int],
        strides: Sequence[int] | None,
        pads: Sequence[int] | None,
        dilations: Sequence[int] | None,
        auto_pad: str,
        ceil_mode: int,
    ) -> None:
        self.axes = np.ndim(x) - 2
        if self.axes not in LARGEST:
            refuse(f"it takes 1 to 3 axes beside batch and channels, found shape {np.shape(x)}")
        self.size = along("window", kernel_shape, self.axes)
        self.stride, self.dilation = along("strides", strides, self.axes), along("dilations", dilations, self.axes)
        self.reach = spread(self.size, self.dilation)
        self.lengths = np.shape(x)[2:]
        self.ceil = bool(ceil_mode)
        self.padding = sides(self.lengths, self.reach, self.stride, pads, auto_pad)

    def reaching(self) -> Sides:
        """The padding with which the last windows reach beyond the end."""
        if not self.ceil:
            return self.padding
        found = []
        for length, reach, stride, (before, after) in zip(
            self.lengths, self.reach, self.stride, self.padding, strict=True
        ):
            more = -(length + before + after - reach) % stride
            starts = length + before + after + more - reach
            found.append((before, after + more if starts < length + before else after))
        return tuple(found)

    def all(self, x: Any, fill: float) -> Any:
        """Every window; the entries of one are an axis before those of the steps."""
        return windows("pooling", padded(x, self.reaching(), fill), self.size, self.stride, self.dilation)


@operator("MaxPool")
def max_pool(
    x: Any,
    *,
    kernel_shape: Sequence[int],
    auto_pad: str = "NOTSET",
    ceil_mode: int = 0,
    dilations: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    storage_order: int = 0,
    strides: Sequence[int] | None = None,
    results: int,
) -> Any:
    at = Windows(x, kernel_shape, strides, pads, dilations, auto_pad, ceil_mode)
    found = LARGEST[at.axes](x, at.size, at.stride, at.padding, at.dilation, at.ceil)
    if results == 1:
        return found
    least = np.iinfo(x.dtype).min if np.dtype(x.dtype).kind in "iu" else -np.inf
    chosen = np.argmax(at.all(x, least), axis=-at.axes - 1)
    return found, _places(np.shape(x), at, chosen, bool(storage_order))


def _places(shape: tuple[int, ...], at: Windows, chosen: Any, columns_first: bool) -> Any:
    """The number of the chosen entry of each window among all entries."""
    plane = np.arange(int(np.prod(at.lengths))).reshape(at.lengths, order="F" if columns_first else "C")
    inside = at.all(plane, 0)
    steps = np.shape(inside)[1:]
    rows = np.reshape(np.moveaxis(inside, 0, -1), (-1, np.shape(inside)[0]))
    # Within one plane the windows are counted; each has its own numbers.
    window = np.arange(int(np.prod(steps))).reshape(steps)
    flat = np.ravel(rows)
    numbers = taken(flat, chosen + window * rows.shape[1])
    planes = np.arange(shape[0] * shape[1]).reshape(shape[0], shape[1], *(1,) * at.axes)
    return numbers + planes * int(np.prod(at.lengths))


@operator("AveragePool")
def average_pool(
    x: Any,
    *,
    kernel_shape: Sequence[int],
    auto_pad: str = "NOTSET",
    ceil_mode: int = 0,
    count_include_pad: int = 0,
    dilations: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    at = Windows(x, kernel_shape, strides, pads, dilations, auto_pad, ceil_mode)
    if set(at.dilation) == {1}:
        return AVERAGE[at.axes](x, at.size, at.stride, at.padding, at.ceil, bool(count_include_pad))
    counted = padded(np.ones(at.lengths, x.dtype), at.padding, 1) if count_include_pad else np.ones(at.lengths, x.dtype)
    beyond = [
        (outer[0] - inner[0], outer[1] - inner[1]) if count_include_pad else outer
        for outer, inner in zip(at.reaching(), at.padding, strict=True)
    ]
    counts = windows("pooling", padded(counted, tuple(beyond)), at.size, at.stride, at.dilation)
    return np.sum(at.all(x, 0), axis=-at.axes - 1) / np.sum(counts, axis=0)


def _spatial(x: Any) -> tuple[int, ...]:
    if np.ndim(x) < 2:
        refuse(f"it needs batch and channels, found shape {np.shape(x)}")
    return tuple(range(2, np.ndim(x)))


@operator("GlobalAveragePool", call="global_average_pooling")
def global_average_pool(x: Any) -> Any:
    return np.mean(x, axis=_spatial(x), keepdims=True)


@operator("GlobalMaxPool", call="global_max_pooling")
def global_max_pool(x: Any) -> Any:
    return np.max(x, axis=_spatial(x), keepdims=True)


@operator("GlobalLpPool", since=2, call="global_lp_pooling")
def global_lp_pool(x: Any, *, p: int = 2) -> Any:
    return np.sum(np.abs(x) ** p, axis=_spatial(x), keepdims=True) ** (1 / p)


@operator("LpPool", since=2, call="lp_pooling")
def lp_pool(
    x: Any,
    *,
    kernel_shape: Sequence[int],
    auto_pad: str = "NOTSET",
    ceil_mode: int = 0,
    dilations: Sequence[int] | None = None,
    p: int = 2,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    at = Windows(x, kernel_shape, strides, pads, dilations, auto_pad, ceil_mode)
    return np.sum(np.abs(at.all(x, 0)) ** p, axis=-at.axes - 1) ** (1 / p)

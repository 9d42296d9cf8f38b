"""Convolutions, also transposed ones."""

from typing import Any

import numpy as np

from graphviz_nn.nn.common import expect, layer, per_axis, refuse, whole
from graphviz_nn.nn.windows import Sides, Sizes, padded, sides, windows
from graphviz_nn.tracing.tracer import apply


@layer
def convolution_1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sides = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """The sum of `weight` times each window of a signal, with one channel per filter.

    As usual in neural networks, the filter isn't reversed: this is a cross-correlation. Parameters as for
    `convolution_2d`.

    Shapes
    ------
    x : (inputs, length) or (batch, inputs, length)
    weight : (outputs, inputs / groups, window)
    bias : (outputs,)
    result : (outputs, steps) or (batch, outputs, steps), steps = (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> convolution_1d([[1.0, 2.0, 4.0]], [[[-1.0, 1.0]]])
    array([[1., 2.]])
    """
    return _convolution("convolution_1d", 1, x, weight, bias, stride, padding, dilation, groups)


@layer
def convolution_2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sides = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """The sum of `weight` times each window of an image, with one channel per filter.

    As usual in neural networks, the filter isn't reversed: this is a cross-correlation.

    Parameters
    ----------
    stride, dilation : int or (int, int)
        The distance between windows, and between the entries of a window, for both axes or each.
    padding : int, (int, int) or ((int, int), (int, int))
        The width of the zero padding, for all sides, for each axis, or before and after each axis.
    groups : int
        The channels are divided into this many groups, and each filter sees one of them.

    Shapes
    ------
    x : (inputs, height, width) or (batch, inputs, height, width)
    weight : (outputs, inputs / groups, rows, columns)
    bias : (outputs,)
    result : (outputs, ...) or (batch, outputs, ...), along each axis (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> convolution_2d(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)))
    array([[[4., 4.],
            [4., 4.]]])
    """
    return _convolution("convolution_2d", 2, x, weight, bias, stride, padding, dilation, groups)


@layer
def convolution_3d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sides = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """The sum of `weight` times each window of a volume, with one channel per filter; parameters as for
    `convolution_2d`.

    Shapes
    ------
    x : (inputs, depth, height, width) or (batch, inputs, depth, height, width)
    weight : (outputs, inputs / groups, layers, rows, columns)
    bias : (outputs,)
    result : (outputs, ...) or (batch, outputs, ...), along each axis (length + 2 padding - window) // stride + 1

    Examples
    --------
    >>> convolution_3d(np.ones((1, 2, 2, 2)), np.ones((1, 1, 2, 2, 2)))
    array([[[[8.]]]])
    """
    return _convolution("convolution_3d", 3, x, weight, bias, stride, padding, dilation, groups)


@layer
def transposed_convolution_1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    extra: Sizes = 0,
) -> Any:
    """Each entry of a signal times `weight`, added up at its place; parameters as for `transposed_convolution_2d`.

    Shapes
    ------
    x : (inputs, length) or (batch, inputs, length)
    weight : (inputs, outputs / groups, window)
    bias : (outputs,)
    result : (outputs, steps) or (batch, outputs, steps), steps = (length - 1) stride - 2 padding + window + extra

    Examples
    --------
    >>> transposed_convolution_1d([[1.0, 2.0]], [[[1.0, 10.0]]], stride=2)
    array([[ 1., 10.,  2., 20.]])
    """
    name = "transposed_convolution_1d"
    return _transposed(name, 1, x, weight, bias, stride, padding, dilation, groups, extra)


@layer
def transposed_convolution_2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    extra: Sizes = 0,
) -> Any:
    """Each entry of an image times `weight`, added up at its place: the gradient of a convolution, also called
    deconvolution.

    Parameters
    ----------
    stride, dilation : int or (int, int)
        The distance between places, and between the entries of the weight.
    padding : int or (int, int)
        What is cut off at each side.
    groups : int
        The channels are divided into this many groups; each makes its part of the outputs.
    extra : int or (int, int)
        How much longer the result is at the end of each axis.

    Shapes
    ------
    x : (inputs, height, width) or (batch, inputs, height, width)
    weight : (inputs, outputs / groups, rows, columns)
    bias : (outputs,)
    result : (outputs, ...) or (batch, outputs, ...), along each axis
        (length - 1) stride - 2 padding + window + extra

    Source
    ------
    M. D. Zeiler et al., Deconvolutional networks, CVPR 2010; PyTorch, torch.nn.ConvTranspose2d.

    Examples
    --------
    >>> transposed_convolution_2d([[[1.0, 2.0]]], np.ones((1, 1, 1, 2)))
    array([[[1., 3., 2.]]])
    """
    name = "transposed_convolution_2d"
    return _transposed(name, 2, x, weight, bias, stride, padding, dilation, groups, extra)


@layer
def transposed_convolution_3d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    extra: Sizes = 0,
) -> Any:
    """Each entry of a volume times `weight`, added up at its place; parameters as for `transposed_convolution_2d`.

    Shapes
    ------
    x : (inputs, depth, height, width) or (batch, inputs, depth, height, width)
    weight : (inputs, outputs / groups, layers, rows, columns)
    bias : (outputs,)
    result : (outputs, ...) or (batch, outputs, ...), along each axis
        (length - 1) stride - 2 padding + window + extra

    Examples
    --------
    >>> transposed_convolution_3d(np.ones((1, 1, 1, 2)), np.ones((1, 1, 1, 1, 2)))
    array([[[[1., 2., 1.]]]])
    """
    name = "transposed_convolution_3d"
    return _transposed(name, 3, x, weight, bias, stride, padding, dilation, groups, extra)


def _convolution(
    name: str, axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Any:
    shape, filters = np.shape(x), np.shape(weight)
    groups = whole(name, "the number of groups", groups)
    fits = len(filters) == axes + 2 and len(shape) in (axes + 1, axes + 2)
    if not fits or shape[-axes - 1] != filters[1] * groups:
        inputs = filters[1] * groups if len(filters) > 1 else 0
        channels = f"takes {inputs} channels" if len(filters) == axes + 2 else f"must have {axes + 2} axes"
        refuse(
            name,
            f"the weight {filters} {channels}, but x has {shape}; it must be (channels, …) or (batch, channels, …)",
        )
    if filters[0] % groups:
        refuse(name, f"the {filters[0]} filters of the weight {filters} don't divide into {groups} equal groups")
    patches = windows(name, padded(x, sides(name, padding, axes)), filters[2:], stride, dilation)
    steps, lead = np.shape(patches)[-axes:], shape[: -axes - 1]
    apart = () if groups == 1 else (groups,)
    entries = int(np.prod(filters[1:], dtype=int))
    columns = np.reshape(patches, (*lead, *apart, entries, int(np.prod(steps, dtype=int))))
    rows = np.reshape(weight, (*apart, filters[0] // groups, entries))
    found = np.reshape(rows @ columns, (*lead, filters[0], *steps))
    if bias is None:
        return found
    expect(name, "bias", bias, filters[:1], f"the weight {filters}")
    return found + np.reshape(bias, (filters[0], *(1,) * axes))


def _transposed(
    name: str,
    axes: int,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    extra: Any,
) -> Any:
    """The convolution of x, with zeros between its entries, with the reversed weight."""
    shape, filters = np.shape(x), np.shape(weight)
    groups = whole(name, "the number of groups", groups)
    if len(filters) != axes + 2 or len(shape) not in (axes + 1, axes + 2) or shape[-axes - 1] != filters[0]:
        channels = f"takes {filters[0]} channels" if len(filters) == axes + 2 else f"must have {axes + 2} axes"
        refuse(
            name,
            f"the weight {filters} {channels}, but x has {shape}; it must be (channels, …) or (batch, channels, …)",
        )
    if filters[0] % groups:
        refuse(name, f"the {filters[0]} channels of the weight {filters} don't divide into {groups} equal groups")
    cut, more = per_axis(name, "padding", padding, axes, 0), per_axis(name, "extra", extra, axes, 0)
    strides, steps = per_axis(name, "the stride", stride, axes), per_axis(name, "the dilation", dilation, axes)
    places, lengths, kept = list[slice](), list[int](), list[slice]()
    for length, window, stride_, step, less, longer in zip(
        shape[-axes:], filters[2:], strides, steps, cut, more, strict=True
    ):
        wide, span = step * (window - 1), stride_ * (length - 1) + 1
        before, after = wide - less, wide - less + longer
        if span + before + after <= wide or not length:
            refuse(name, f"padding {less} leaves nothing of {length} entries with a window {window}")
        # More may be cut off than the window overlaps.
        start = max(before, 0)
        places.append(slice(start, start + span, stride_))
        lengths.append(start + span + max(after, 0))
        kept.append(slice(start - before, lengths[-1] - max(-after, 0)))
    lead = shape[:-axes]
    spread = apply("add_at", x, index=(..., *places), shape=(*lead, *lengths))
    if any(each != slice(0, length) for each, length in zip(kept, lengths, strict=True)):
        spread = spread[(..., *kept)]
    flipped = weight[(..., *(slice(None, None, -1),) * axes)]
    if groups == 1:
        turned = np.swapaxes(flipped, 0, 1)
    else:
        parts = np.reshape(flipped, (groups, filters[0] // groups, *filters[1:]))
        turned = np.reshape(np.swapaxes(parts, 1, 2), (groups * filters[1], filters[0] // groups, *filters[2:]))
    return _convolution(name, axes, spread, turned, bias, 1, 0, steps, groups)

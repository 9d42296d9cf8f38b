"""Images read between their entries, moved windows put together again, and crops."""

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Shape
from graphviz_nn.importers.onnx_model.operators.convolution import along, spread
from graphviz_nn.importers.onnx_model.operators.scattering import added, rows_at
from graphviz_nn.importers.onnx_model.table import alike, axis_of, operator, refuse, small, whole


def _cubic(distance: Any, a: float = -0.75) -> Any:
    x = np.abs(distance)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    return np.where(x <= 1, near, ((a * x - 5 * a) * x + 8 * a) * x - 4 * a)


MODES: dict[str, tuple[Sequence[int], Callable[[Any], Any]]] = {
    "linear": ((0, 1), lambda distance: 1 - np.abs(distance)),
    "bilinear": ((0, 1), lambda distance: 1 - np.abs(distance)),
    "cubic": ((-1, 0, 1, 2), _cubic),
    "bicubic": ((-1, 0, 1, 2), _cubic),
    "nearest": ((0,), lambda distance: np.ones(np.shape(distance), distance.dtype)),
}
"""The neighbours of a place along an axis, counted from the entry before it, and their weights by their distance."""


def _reflected(at: Any, low: float, high: float) -> Any:
    """Places outside of an interval, mirrored at its ends as often as it takes."""
    width = high - low
    if not width:
        return at * 0 + low
    over = np.abs(at - low)
    turns = np.floor(over / width)
    rest = over - turns * width
    return low + np.where(turns - 2 * np.floor(turns / 2) == 0, rest, width - rest)


def entries(images: Any, places: Sequence[Any], is_inside: Sequence[Any] | None = None) -> Any:
    """The entries of images at whole places.

    Parameters
    ----------
    images : array
        (batch, channels, lengths…).
    places : sequence of array
        For each axis the places, all (batch, count); they are cut to what there is.

    Returns
    -------
    array of (batch, channels, count); 0 where one of `is_inside` isn't true.
    """
    batch, channels, *lengths = np.shape(images)
    number: Any = np.reshape(np.arange(batch), (-1, 1))
    for at, length in zip(places, lengths, strict=True):
        number = number * length + np.clip(at, 0, length - 1).astype("int64")
    rows = np.reshape(np.moveaxis(images, 1, -1), (batch * prod(lengths), channels))
    found = np.moveaxis(rows_at(rows, number), -1, 1)
    for inside in is_inside or ():
        found = np.where(np.expand_dims(inside, 1), found, np.zeros((), images.dtype))
    return found


@operator("GridSample", call="grid_sample")
def grid_sample(x: Any, grid: Any, *, align_corners: int = 0, mode: str = "linear", padding_mode: str = "zeros") -> Any:
    if mode not in MODES or padding_mode not in ("zeros", "border", "reflection"):
        refuse(f"it has no mode {mode!r:.60} with padding {padding_mode!r:.60}")
    lengths, shape = np.shape(x)[2:], np.shape(grid)
    grid = np.reshape(grid, (shape[0], prod(shape[1:-1]), shape[-1]))
    offsets, weight = MODES[mode]
    centres = []
    # The first number of a place belongs to the last axis.
    for axis, length in enumerate(lengths):
        at = (grid[..., len(lengths) - 1 - axis] + 1) / 2
        at = at * (length - 1) if align_corners else at * length - 0.5
        at = np.rint(at) if mode == "nearest" else at
        if padding_mode == "border":
            at = np.clip(at, 0, length - 1)
        elif padding_mode == "reflection":
            at = _reflected(at, *((0, length - 1) if align_corners else (-0.5, length - 0.5)))
        centres.append(np.rint(at) if mode == "nearest" else at)
    found: Any = 0
    for steps in product(offsets, repeat=len(lengths)):
        places, factor, inside = [], 1, []
        for at, step, length in zip(centres, steps, lengths, strict=True):
            place = np.floor(at) + step
            factor = factor * weight(at - place)
            if padding_mode == "zeros":
                inside.append(np.logical_and(place >= 0, place <= length - 1))
            elif padding_mode == "reflection":
                place = _reflected(place, *((0, length - 1) if align_corners else (-0.5, length - 0.5)))
                place = np.rint(place)
            places.append(place)
        found = found + entries(x, places, inside) * np.expand_dims(factor, 1)
    return alike(x, np.reshape(found, (*np.shape(x)[:2], *shape[1:-1])))


@operator("AffineGrid", static=(1,), call="affine_grid")
def affine_grid(theta: Any, size: Any, *, align_corners: int = 0) -> Any:
    _, _, *lengths = small(whole(size, "size"))
    small([*lengths, len(lengths) + 1])

    def line(n: int) -> Any:
        return np.linspace(-1, 1, n) if align_corners else (2 * np.arange(n) + 1) / n - 1

    axes = np.meshgrid(*(line(n) for n in lengths), indexing="ij")
    places = np.stack([*axes[::-1], np.ones(lengths)], axis=-1).astype(theta.dtype)
    rows = np.reshape(places, (1, prod(lengths), len(lengths) + 1)) @ np.swapaxes(theta, 1, 2)
    return np.reshape(rows, (np.shape(theta)[0], *lengths, len(lengths)))


@operator("RoiAlign", since=10, call="roi_align")
def roi_align(
    x: Any,
    rois: Any,
    batch_indices: Any,
    *,
    coordinate_transformation_mode: str | None = None,
    mode: str = "avg",
    output_height: int = 1,
    output_width: int = 1,
    sampling_ratio: int = 0,
    spatial_scale: float = 1.0,
) -> Any:
    if sampling_ratio < 1:
        refuse("how many places it reads depends on the model's input; give it a sampling_ratio")
    lengths, count, counts = np.shape(x)[2:], np.shape(rois)[0], (output_height, output_width)
    half = 0.5 if coordinate_transformation_mode in (None, "half_pixel") else 0.0
    images, centres = rows_at(x, batch_indices), []
    for axis, bins in enumerate(counts):
        start, end = (rois[:, place] * spatial_scale - half for place in (1 - axis, 3 - axis))
        length = end - start if half else np.maximum(end - start, 1)
        small([count, bins * sampling_ratio])
        steps = (np.arange(bins * sampling_ratio) + 0.5) / (bins * sampling_ratio)
        centres.append(np.reshape(start, (-1, 1)) + np.reshape(length, (-1, 1)) * steps.astype(x.dtype))
    tall, wide = (np.shape(each)[1] for each in centres)
    small([count, np.shape(x)[1], tall, wide])
    both = (np.repeat(centres[0], wide, axis=1), np.tile(centres[1], (1, tall)))
    lost = [np.logical_or(at < -1, at > length) for at, length in zip(both, lengths, strict=True)]
    cut = [np.clip(at, 0, length - 1) for at, length in zip(both, lengths, strict=True)]
    corners = []
    for ends in product((0, 1), repeat=2):
        places = [np.floor(at) + end for at, end in zip(cut, ends, strict=True)]
        factor = (1 - np.abs(cut[0] - places[0])) * (1 - np.abs(cut[1] - places[1]))
        outside = np.logical_or(*lost)
        factor = np.where(outside, np.zeros((), x.dtype), factor)
        corners.append(entries(images, places) * np.expand_dims(factor, 1))
    every = np.stack(corners)
    read = np.max(every, axis=0) if mode == "max" else np.sum(every, axis=0)
    parts = np.reshape(read, (count, np.shape(x)[1], output_height, sampling_ratio, output_width, sampling_ratio))
    return np.max(parts, axis=(3, 5)) if mode == "max" else np.mean(parts, axis=(3, 5))


@operator("Col2Im", static=(1, 2), call="columns_to_image")
def columns_to_image(
    x: Any,
    image_shape: Any,
    block_shape: Any,
    *,
    dilations: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    """The sum of windows put back to where they were."""
    image, block = small(whole(image_shape, "shape")), tuple(whole(block_shape, "windows"))
    axes = len(image)
    steps, far = along("strides", strides, axes), along("dilations", dilations, axes)
    reach, widths = spread(block, far), list(pads or (0,) * (2 * axes))
    if len(block) != axes or len(widths) != 2 * axes or min(widths) < 0:
        refuse(f"its windows {block} and padding {widths} don't fit to {image}")
    lengths: Shape = small([n + widths[i] + widths[i + axes] for i, n in enumerate(image)])
    moves = [(n - size) // step + 1 for n, size, step in zip(lengths, reach, steps, strict=True)]
    number: Any = 0
    for axis in range(axes):
        rows = np.reshape(np.arange(block[axis]) * far[axis], [-1 if i == axis else 1 for i in range(2 * axes)])
        starts = np.reshape(
            np.arange(moves[axis]) * steps[axis], [-1 if i == axis + axes else 1 for i in range(2 * axes)]
        )
        number = number * lengths[axis] + rows + starts
    batch, channels = np.shape(x)[0], np.shape(x)[1] // prod(block)
    columns = np.moveaxis(np.reshape(x, (batch, channels, number.size)), -1, 0)
    found = added((prod(lengths), batch, channels), np.reshape(number, (-1,)), columns)
    whole_image: Any = np.reshape(np.moveaxis(found, 0, -1), (batch, channels, *lengths))
    return whole_image[(..., *(slice(widths[i], widths[i] + n) for i, n in enumerate(image)))]


@operator("CenterCropPad", static=(1,), call="centre")
def center_crop_pad(x: Any, shape: Any, *, axes: Sequence[int] | None = None) -> Any:
    numbers = range(np.ndim(x)) if axes is None else [axis_of(each, x) for each in axes]
    for axis, wanted in zip(numbers, small(whole(shape, "shape")), strict=True):
        length = np.shape(x)[axis]
        if wanted < length:
            start = (length - wanted) // 2
            x = x[(*(slice(None),) * axis, slice(start, start + wanted))]
        elif wanted > length:
            before = (wanted - length) // 2
            x = np.pad(x, [(before, wanted - length - before) if i == axis else (0, 0) for i in range(np.ndim(x))])
    return x


@operator("DeformConv", weights=(1, 3), call="deformable_convolution")
def deformable_convolution(
    x: Any,
    weight: Any,
    offset: Any,
    bias: Any = None,
    mask: Any = None,
    *,
    dilations: Sequence[int] | None = None,
    group: int = 1,
    kernel_shape: Sequence[int] | None = None,
    offset_group: int = 1,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    """A convolution whose windows read at places that the model moves."""
    (batch, channels, *lengths), (results, _, *window) = np.shape(x), np.shape(weight)
    axes, counts = len(lengths), np.shape(offset)[2:]
    steps, far, widths = along("strides", strides, axes), along("dilations", dilations, axes), pads or [0] * 2 * axes
    moved = np.reshape(offset, (batch, offset_group, prod(window), axes, prod(counts)))
    factor = None if mask is None else np.reshape(mask, (batch, offset_group, prod(window), prod(counts)))
    starts = np.meshgrid(*(np.arange(n) * step for n, step in zip(counts, steps, strict=True)), indexing="ij")
    columns = []
    for place, inner in enumerate(product(*map(range, window))):
        parts = []
        for number in range(offset_group):
            own = channels // offset_group
            at = [
                moved[:, number, place, axis]
                + (np.reshape(starts[axis], (-1,)) + inner[axis] * far[axis] - widths[axis]).astype(x.dtype)
                for axis in range(axes)
            ]
            part = _between(x[:, number * own : (number + 1) * own], at)
            parts.append(part if factor is None else part * np.expand_dims(factor[:, number, place], 1))
        columns.append(np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0])
    small([prod(window), batch, channels, prod(counts)])
    # (batch, group, channels of a group × window, count)
    every = np.reshape(np.stack(columns, axis=2), (batch, group, -1, prod(counts)))
    kernel = np.reshape(weight, (1, group, results // group, -1))
    found = np.reshape(kernel @ every, (batch, results, *counts))
    return found if bias is None else found + np.reshape(bias, (-1, *(1,) * axes))


def _between(images: Any, places: Sequence[Any]) -> Any:
    """Images read linearly between their entries; 0 beyond them."""
    found: Any = 0
    for ends in product((0, 1), repeat=len(places)):
        corner = [np.floor(at) + end for at, end in zip(places, ends, strict=True)]
        factor: Any = 1
        for at, each in zip(places, corner, strict=True):
            factor = factor * (1 - np.abs(at - each))
        inside = [
            np.logical_and(each >= 0, each <= n - 1) for each, n in zip(corner, np.shape(images)[2:], strict=True)
        ]
        found = found + entries(images, corner, inside) * np.expand_dims(factor, 1)
    return found

"""Windows of arrays, built from strided slices, so that pictures can open them."""

from itertools import product
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.nn.common import per_axis, refuse, where, whole

Sizes = int | tuple[int, ...]
Sides = Sizes | tuple[tuple[int, int], ...]


def sides(name: str, padding: Any, axes: int) -> tuple[tuple[int, int], ...]:
    """The padding before and after each axis, from one number, one per axis, or a pair per axis.

    >>> sides("convolution_2d", (1, 2), 2), sides("convolution_1d", ((0, 1),), 1)
    (((1, 1), (2, 2)), ((0, 1),))
    """
    if np.ndim(padding) != 2:
        return tuple((width, width) for width in per_axis(name, "padding", padding, axes, 0))
    if np.shape(padding) != (axes, 2):
        raise UsageError(f"{name}{where()}: padding must be one number, {axes}, or {axes} pairs, found {padding!r}")
    return tuple((whole(name, "padding", before, 0), whole(name, "padding", after, 0)) for before, after in padding)


def padded(x: Any, widths: tuple[tuple[int, int], ...], value: Any = 0) -> Any:
    """The array with its last axes extended by a number."""
    for axis, (before, after) in enumerate(widths, np.ndim(x) - len(widths)):
        lead, rest = np.shape(x)[:axis], np.shape(x)[axis + 1 :]
        first, last = ([np.full((*lead, n, *rest), value, x.dtype)] if n else [] for n in (before, after))
        if first or last:
            x = np.concatenate([*first, x, *last], axis=axis)
    return x


def windows(name: str, x: Any, window: Shape, stride: Any, dilation: Any = 1) -> Any:
    """Every window of the last axes; the windows' entries become one leading axis."""
    shape, axes = np.shape(x)[-len(window) :], len(window)
    steps = per_axis(name, "the dilation", dilation, axes)
    spreads = tuple((size - 1) * step + 1 for size, step in zip(window, steps, strict=True))
    if any(size > length for size, length in zip(spreads, shape, strict=True)) or 0 in window:
        refuse(name, f"a window {spreads} doesn't fit into {shape}")
    strides = per_axis(name, "the stride", stride, axes)
    spans = [length - size + 1 for length, size in zip(shape, spreads, strict=True)]
    shifted = [
        x[
            (
                ...,
                *(
                    slice(at * far, at * far + span, step)
                    for at, far, span, step in zip(offset, steps, spans, strides, strict=True)
                ),
            )
        ]
        for offset in product(*map(range, window))
    ]
    return np.stack(shifted, axis=np.ndim(x) - axes)

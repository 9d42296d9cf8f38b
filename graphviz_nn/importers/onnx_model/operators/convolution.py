"""Convolutions, and the padding that they share with pooling."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import operator, refuse

CONVOLUTIONS = {1: nn.convolution_1d, 2: nn.convolution_2d, 3: nn.convolution_3d}
TRANSPOSED = {1: nn.transposed_convolution_1d, 2: nn.transposed_convolution_2d, 3: nn.transposed_convolution_3d}

Sides = tuple[tuple[int, int], ...]


def sides(
    lengths: Sequence[int],
    spreads: Sequence[int],
    strides: Sequence[int],
    pads: Sequence[int] | None,
    auto_pad: str,
) -> Sides:
    """The padding before and after each axis, for windows that reach over `spreads`."""
    axes = len(lengths)
    if auto_pad in ("NOTSET", ""):
        widths = list(pads or (0,) * (2 * axes))
        if len(widths) != 2 * axes or min(widths) < 0:
            refuse(f"its padding {widths} isn't two widths for each of {axes} axes")
        return tuple(zip(widths[:axes], widths[axes:], strict=True))
    if auto_pad == "VALID":
        return ((0, 0),) * axes
    if auto_pad not in ("SAME_UPPER", "SAME_LOWER"):
        refuse(f"its padding {auto_pad!r} isn't NOTSET, VALID, SAME_UPPER or SAME_LOWER")
    found = []
    for length, spread, stride in zip(lengths, spreads, strides, strict=True):
        steps = -(-length // stride)
        total = max(0, (steps - 1) * stride + spread - length)
        less, more = total // 2, total - total // 2
        found.append((less, more) if auto_pad == "SAME_UPPER" else (more, less))
    return tuple(found)


MOST_IN_WINDOW = 65_536
"""Larger windows aren't taken apart."""


def spread(window: Sequence[int], dilations: Sequence[int]) -> tuple[int, ...]:
    """How far windows reach along each axis."""
    if prod(window) > MOST_IN_WINDOW:
        refuse(f"its windows {tuple(window)} have more than {MOST_IN_WINDOW:,} entries")
    return tuple((size - 1) * step + 1 for size, step in zip(window, dilations, strict=True))


def along(name: str, given: Sequence[int] | None, axes: int) -> tuple[int, ...]:
    """A number for each axis, by default 1."""
    found = tuple(given or (1,) * axes)
    if len(found) != axes or min(found) < 1:
        refuse(f"its {name} {found} aren't {axes} numbers of at least 1")
    return found


def _axes(x: Any, known: dict[int, Any]) -> int:
    axes = np.ndim(x) - 2
    if axes not in known:
        refuse(f"it takes 1 to 3 axes beside batch and channels, found shape {np.shape(x)}")
    return axes


@operator("Conv", weights=(1, 2))
def convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    auto_pad: str = "NOTSET",
    dilations: Sequence[int] | None = None,
    group: int = 1,
    kernel_shape: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    axes = _axes(x, CONVOLUTIONS)
    stride, dilation = along("strides", strides, axes), along("dilations", dilations, axes)
    reach = spread(np.shape(weight)[2:], dilation)
    padding = sides(np.shape(x)[2:], reach, stride, pads, auto_pad)
    return CONVOLUTIONS[axes](x, weight, bias, _plain(stride), _equal(padding), _plain(dilation), group)


def _plain(each: tuple[int, ...]) -> Any:
    """One number where all are equal."""
    return each[0] if len(set(each)) == 1 else each


def _equal(padding: Sides) -> Any:
    """One number or one for each axis, where that says as much."""
    if any(before != after for before, after in padding):
        return padding
    return _plain(tuple(before for before, _ in padding))


@operator("ConvTranspose", weights=(1, 2))
def transposed_convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    auto_pad: str = "NOTSET",
    dilations: Sequence[int] | None = None,
    group: int = 1,
    kernel_shape: Sequence[int] | None = None,
    output_padding: Sequence[int] | None = None,
    output_shape: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Any:
    axes = _axes(x, TRANSPOSED)
    stride, dilation = along("strides", strides, axes), along("dilations", dilations, axes)
    reach, extra = spread(np.shape(weight)[2:], dilation), tuple(output_padding or (0,) * axes)
    lengths = np.shape(x)[2:]
    full = [(n - 1) * s + r + e for n, s, r, e in zip(lengths, stride, reach, extra, strict=True)]
    if output_shape is not None or auto_pad.startswith("SAME"):
        wanted = list(output_shape or (n * s for n, s in zip(lengths, stride, strict=True)))[-axes:]
        over = [long - short for long, short in zip(full, wanted, strict=True)]
        upper = auto_pad == "SAME_UPPER"
        # A result that is too short is continued at its end.
        padding = tuple((0, n) if n < 0 else (n // 2, n - n // 2) if upper else (n - n // 2, n // 2) for n in over)
    else:
        padding = sides(lengths, reach, stride, pads, auto_pad)
    is_equal = all(before == after >= 0 for before, after in padding)
    cut = _equal(padding) if is_equal else 0
    found = TRANSPOSED[axes](x, weight, bias, _plain(stride), cut, _plain(dilation), group, _plain(extra))
    if is_equal:
        return found
    found = found[(..., *(slice(b, n - max(a, 0)) for n, (b, a) in zip(full, padding, strict=True)))]
    more = [(0, max(0, -after)) for _, after in padding]
    return np.pad(found, [(0, 0), (0, 0), *more]) if any(after for _, after in more) else found

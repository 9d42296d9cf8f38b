"""Convolutions and pooling, in the order of axes that a framework's model has: each is one layer, with the model's own
shapes outside and the order of `graphviz_nn.nn` inside."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.nn.common import layer

DIRECT = {1: nn.convolution_1d, 2: nn.convolution_2d, 3: nn.convolution_3d}

Pads = tuple[tuple[int, int], ...]


def convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    orders: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]],
    stride: tuple[int, ...],
    padding: Pads,
    stretch: tuple[int, ...] = (),
    dilation: tuple[int, ...] = (),
    groups: int = 1,
) -> Any:
    """A convolution.

    Parameters
    ----------
    orders : tuple
        The axes of x (examples, channels, places), of weight (outputs, inputs, places) and of the result.
    padding : tuple of pairs
        Zeros before and after each axis; negative widths cut.
    stretch : tuple of int
        The distance of neighbouring entries of x, as in a transposed convolution.
    """
    of_x, of_weight, of_result = orders
    axes = len(stride)
    if axes not in DIRECT:
        raise NoRule(f"a convolution over {axes} axes")

    def inside(x: Any, weight: Any, bias: Any = None) -> Any:
        x, weight = turned(x, of_x), turned(weight, of_weight)
        for axis, step in enumerate(stretch, 2):
            x = stretched(x, axis, step, 0) if step > 1 else x
        for axis, (low, high) in enumerate(padding, 2):
            if min(low, high) < 0:
                x = x[(slice(None),) * axis + (slice(max(0, -low), np.shape(x)[axis] - max(0, -high)),)]
        pads = tuple((max(0, low), max(0, high)) for low, high in padding)
        sides = tuple(low for low, _ in pads) if all(low == high for low, high in pads) else pads
        found = DIRECT[axes].__wrapped__(  # type: ignore[attr-defined]
            x, weight, bias, stride, sides, dilation or (1,) * axes, groups
        )
        return turned(found, tuple(int(i) for i in np.argsort(of_result)))

    return called(DIRECT[axes].__name__, inside, x, weight, *([] if bias is None else [bias]))


def pooled(pool: Any, x: Any, places: tuple[int, ...], window: Any, stride: Any, padding: Pads, **more: Any) -> Any:
    """Pooling along these axes of x, wherever they are."""
    order = (*(axis for axis in range(np.ndim(x)) if axis not in places), *places)

    def inside(x: Any) -> Any:
        found = pool.__wrapped__(turned(x, order), tuple(window), tuple(stride), padding, **more)
        return turned(found, tuple(int(i) for i in np.argsort(order)))

    return called(pool.__name__, inside, x)


def called(name: str, function: Any, *arguments: Any) -> Any:
    """Call a function as the layer with this name."""
    function.__name__ = name
    return layer(function)(*arguments)


def turned(x: Any, order: tuple[int, ...]) -> Any:
    """x with its axes in this order."""
    return x if order == tuple(range(len(order))) else np.transpose(x, order)


def stretched(x: Any, axis: int, step: int, value: Any) -> Any:
    """x with `step - 1` equal numbers between its entries along an axis.

    >>> stretched(np.ones(2), 0, 3, 0)
    array([1., 0., 0., 1.])
    """
    shape = np.shape(x)
    row = np.reshape(x, (*shape[: axis + 1], 1, *shape[axis + 1 :]))
    widths = [(0, step - 1) if i == axis + 1 else (0, 0) for i in range(len(shape) + 1)]
    wide = np.pad(row, widths, constant_values=value)
    found = np.reshape(wide, (*shape[:axis], shape[axis] * step, *shape[axis + 1 :]))
    return found[(slice(None),) * axis + (slice(0, (shape[axis] - 1) * step + 1),)]

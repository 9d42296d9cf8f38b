"""Convolutions and pooling, in the order of axes that the model has."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.nn.common import layer

DIRECT = {1: nn.convolution_1d, 2: nn.convolution_2d}


def convolution(
    x: Any,
    weight: Any,
    *,
    dimension_numbers: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any,
    rhs_dilation: Any,
    feature_group_count: int,
    batch_group_count: int = 1,
    **_: Any,
) -> Any:
    """A convolution whose images, weights and results may have their axes in any order."""
    axes = len(window_strides)
    if axes not in DIRECT:
        raise NotImplementedError(f"a convolution over {axes} axes")
    if batch_group_count > 1:
        raise NotImplementedError("a convolution with groups of examples")
    numbers = dimension_numbers
    return oriented(
        x,
        weight,
        None,
        orders=(tuple(numbers.lhs_spec), tuple(numbers.rhs_spec), tuple(numbers.out_spec)),
        stride=tuple(window_strides),
        padding=tuple(map(tuple, padding)),
        stretch=tuple(lhs_dilation),
        dilation=tuple(rhs_dilation),
        groups=feature_group_count,
    )


def oriented(
    x: Any,
    weight: Any,
    bias: Any,
    *,
    orders: Any,
    stride: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
    stretch: tuple[int, ...] = (),
    dilation: tuple[int, ...] = (),
    groups: int = 1,
) -> Any:
    """A convolution; `orders` are the axes of x, weight and result that hold examples, channels and places.

    It is one layer with the model's own shapes outside, and ours inside.
    """
    of_x, of_weight, of_result = orders
    axes = len(stride)

    def inside(x: Any, weight: Any, bias: Any = None) -> Any:
        x, weight = _turned(x, of_x), _turned(weight, of_weight)
        for axis, step in enumerate(stretch, 2):
            if step > 1:
                x = stretched(x, axis, step, 0)
        for axis, step in enumerate(dilation, 2):
            if step > 1:
                weight = stretched(weight, axis, step, 0)
        for axis, (low, high) in enumerate(padding, 2):
            if min(low, high) < 0:
                x = x[(slice(None),) * axis + (slice(max(0, -low), np.shape(x)[axis] - max(0, -high)),)]
        wide = [(max(0, low), max(0, high)) for low, high in padding]
        even = tuple(low for low, high in wide)
        if any(low != high for low, high in wide):
            x, even = np.pad(x, [(0, 0), (0, 0), *wide]), (0,) * axes
        found = _grouped(
            x, weight, bias, stride if axes > 1 else stride[0], even if axes > 1 else even[0], groups, axes
        )
        return _turned(found, tuple(int(i) for i in np.argsort(of_result)))

    inside.__name__ = DIRECT[axes].__name__
    given = (x, weight) if bias is None else (x, weight, bias)
    return layer(inside)(*given)


def _grouped(x: Any, weight: Any, bias: Any, stride: Any, padding: Any, groups: int, axes: int) -> Any:
    """Each group of channels has its own weights."""
    convolve = DIRECT[axes].__wrapped__  # type: ignore[attr-defined]
    if groups == 1:
        return convolve(x, weight, bias, stride, padding)
    inputs, outputs = np.shape(x)[1] // groups, np.shape(weight)[0] // groups
    found = np.concatenate(
        [
            convolve(
                x[:, group * inputs : (group + 1) * inputs],
                weight[group * outputs : (group + 1) * outputs],
                None,
                stride,
                padding,
            )
            for group in range(groups)
        ],
        axis=1,
    )
    return found if bias is None else found + np.reshape(bias, (-1, *(1,) * axes))


def _turned(x: Any, order: tuple[int, ...]) -> Any:
    return x if order == tuple(range(len(order))) else np.transpose(x, order)


def stretched(x: Any, axis: int, step: int, value: Any) -> Any:
    """x with `step - 1` equal numbers between its entries along an axis."""
    shape = np.shape(x)
    row = np.reshape(x, (*shape[: axis + 1], 1, *shape[axis + 1 :]))
    widths = [(0, step - 1) if i == axis + 1 else (0, 0) for i in range(len(shape) + 1)]
    wide = np.reshape(
        np.pad(row, widths, constant_values=value), (*shape[:axis], shape[axis] * step, *shape[axis + 1 :])
    )
    return wide[(slice(None),) * axis + (slice(0, (shape[axis] - 1) * step + 1),)]


def largest(x: Any, **parameters: Any) -> Any:
    """The largest entry of each window."""
    return _pooled(nn.max_pooling_2d, x, -np.inf, **parameters)


def total(x: Any, **parameters: Any) -> Any:
    """The sum of each window."""
    return _pooled(nn.average_pooling_2d, x, 0, **parameters) * int(np.prod(parameters["window_dimensions"]))


def _pooled(
    pool: Any,
    x: Any,
    outside: float,
    *,
    window_dimensions: Any,
    window_strides: Any,
    padding: Any,
    base_dilation: Any = (),
    window_dilation: Any = (),
    **_: Any,
) -> Any:
    if any(step != 1 for step in (*base_dilation, *window_dilation)):
        raise NotImplementedError("windows with gaps")
    lengths = np.shape(x)
    used = [
        axis
        for axis, (size, step, pads) in enumerate(zip(window_dimensions, window_strides, padding, strict=True))
        if size > 1 or step > 1 or any(pads)
    ]
    spatial = [*used, *(axis for axis in reversed(range(len(lengths))) if axis not in used)][:2]
    if len(used) > 2 or len(spatial) < 2:
        raise NotImplementedError(f"windows over {len(used)} axes")
    return pooled(
        pool,
        x,
        tuple(sorted(spatial)),
        tuple(window_dimensions),
        tuple(window_strides),
        tuple(map(tuple, padding)),
        outside,
    )


def pooled(
    pool: Any, x: Any, places: tuple[int, ...], window: Any, strides: Any, padding: Any, outside: float = 0
) -> Any:
    """Pooling along two axes of x, wherever they are; one layer with the model's own shapes outside."""
    order = (*(axis for axis in range(np.ndim(x)) if axis not in places), *places)

    def inside(x: Any) -> Any:
        if any(map(any, padding)):
            x = np.pad(x, list(padding), constant_values=outside)
        sizes = tuple(window[axis] for axis in places), tuple(strides[axis] for axis in places)
        return _turned(pool.__wrapped__(_turned(x, order), *sizes), tuple(int(i) for i in np.argsort(order)))

    inside.__name__ = pool.__name__
    return layer(inside)(x)

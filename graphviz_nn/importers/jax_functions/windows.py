"""Primitives that work on windows: convolutions and pooling."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers import windows
from graphviz_nn.importers.replay import NoRule

LARGEST = {1: nn.max_pooling_1d, 2: nn.max_pooling_2d, 3: nn.max_pooling_3d}
MEAN = {1: nn.average_pooling_1d, 2: nn.average_pooling_2d, 3: nn.average_pooling_3d}


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
    if batch_group_count > 1:
        raise NoRule("a convolution with groups of examples")
    numbers = dimension_numbers
    return windows.convolution(
        x,
        weight,
        orders=(tuple(numbers.lhs_spec), tuple(numbers.rhs_spec), tuple(numbers.out_spec)),
        stride=tuple(window_strides),
        padding=tuple(map(tuple, padding)),
        stretch=tuple(lhs_dilation),
        dilation=tuple(rhs_dilation),
        groups=feature_group_count,
    )


def largest(x: Any, **parameters: Any) -> Any:
    """The largest entry of each window."""
    return _pooled(LARGEST, x, **parameters)


def total(x: Any, **parameters: Any) -> Any:
    """The sum of each window."""
    return _pooled(MEAN, x, **parameters) * int(np.prod(parameters["window_dimensions"]))


def _pooled(
    pools: Any,
    x: Any,
    *,
    window_dimensions: Any,
    window_strides: Any,
    padding: Any,
    base_dilation: Any = (),
    window_dilation: Any = (),
    **_: Any,
) -> Any:
    if any(step != 1 for step in (*base_dilation, *window_dilation)):
        raise NoRule("windows with gaps")
    rows = list(zip(window_dimensions, window_strides, map(tuple, padding), strict=True))
    places = tuple(axis for axis, row in enumerate(rows) if row != (1, 1, (0, 0)))
    if len(places) not in pools:
        raise NoRule(f"windows over {len(places)} axes")
    window, stride, pads = zip(*(rows[axis] for axis in places), strict=True)
    return windows.pooled(pools[len(places)], x, places, window, stride, pads)

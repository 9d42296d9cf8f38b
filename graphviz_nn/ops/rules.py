"""Shape rules and steps that several families share."""

from operator import index
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.registry import FUNCTIONS
from graphviz_nn.tracing.tracer import Tracer, apply, holds_tracer


def broadcast(*shapes: Shape) -> Shape:
    """NumPy's broadcast shape."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(
            f"shapes {' and '.join(map(str, shapes))} can't be broadcast together; "
            "counted from the right, lengths must be equal or 1"
        ) from None


def fits(shape: Shape, whole: Shape) -> bool:
    """Whether an array can be broadcast to a shape."""
    short = len(shape) <= len(whole)
    return short and all(n in (1, m) for n, m in zip(reversed(shape), reversed(whole), strict=False))


def axis_number(axis: int, ndim: int) -> int:
    """An axis counted from the front."""
    if not isinstance(axis, int | np.integer) or isinstance(axis, bool):
        raise ShapeError(f"an axis must be a whole number, found {axis!r}")
    if not -ndim <= axis < ndim:
        raise ShapeError(f"there is no axis {axis} in an array with {ndim} axes")
    return int(axis) % ndim


def counted(axis: int, ndim: int) -> int:
    """An axis that is counted from the front already, as operations store it."""
    if not 0 <= axis < ndim:
        raise ShapeError(f"there is no axis {axis} in an array with {ndim} axes")
    return axis


def axes_numbers(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes of a reduction, counted from the front; all axes for None."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    numbers = tuple(sorted(axis_number(each, ndim) for each in axes))
    if len(set(numbers)) != len(numbers):
        raise ShapeError(f"axis {axis!r} names an axis twice")
    return numbers


def array(value: Any) -> Any:
    """An array, traced or not, for functions that read its dtype."""
    if isinstance(value, Tracer):
        return value
    if isinstance(value, list | tuple) and holds_tracer(value):
        return FUNCTIONS["joined"](value)
    try:
        return numbers(value)
    except ValueError as error:
        raise TracingError(f"an argument{where()} {error}") from None


def whole_numbers(value: Any) -> tuple[int, ...]:
    """A shape or axes, from an integer or a sequence of integers."""
    values = tuple(value) if isinstance(value, tuple | list | np.ndarray) and np.ndim(value) else (value,)
    if any(isinstance(each, bool) or not hasattr(each, "__index__") for each in values):
        raise ShapeError(f"a shape and axes must be whole numbers, found {value!r}")
    return tuple(index(each) for each in values)


def sum_to(x: Any, shape: Shape) -> Any:
    """Sum an array over the axes along which `shape` was broadcast: the gradient of broadcasting."""
    return x if np.shape(x) == shape else apply("sum_to", x, shape=shape)

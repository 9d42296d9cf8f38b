"""Functions known at points: differences, slopes, interpolation, convolution, polynomials."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import VIEWS, apply


def _along(axis: int, part: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@implements(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    if n < 0:
        raise ShapeError(f"n must be a whole number of differences, found {n}")
    number = axis_number(axis, np.ndim(a))
    for _ in range(n):
        a = a[_along(number, slice(1, None))] - a[_along(number, slice(None, -1))]
    return a


@implements(np.gradient)
def gradient(f: Any, *spacings: float, axis: Any = None) -> Any:
    axes = range(np.ndim(f)) if axis is None else (axis,) if np.ndim(axis) == 0 else axis
    numbers = [axis_number(int(each), np.ndim(f)) for each in axes]
    given = spacings if len(spacings) == len(numbers) else spacings * len(numbers) or (1.0,) * len(numbers)
    if any(np.ndim(each) for each in given) or len(given) != len(numbers):
        raise ShapeError("np.gradient needs one distance for all axes, or a number for each, to be traced")
    found = [_slopes(f, number, distance) for number, distance in zip(numbers, given, strict=True)]
    return found[0] if len(found) == 1 else tuple(found)


@function
def _slopes(f: Any, axis: int, distance: float) -> Any:
    if np.shape(f)[axis] < 2:
        raise ShapeError(f"np.gradient needs 2 or more entries along each axis, found shape {np.shape(f)}")

    def between(later: slice, earlier: slice) -> Any:
        return f[_along(axis, later)] - f[_along(axis, earlier)]

    first = between(slice(1, 2), slice(0, 1)) / distance
    last = between(slice(-1, None), slice(-2, -1)) / distance
    middle = between(slice(2, None), slice(None, -2)) / (2 * distance)
    return np.concatenate([first, middle, last], axis=axis)


@implements(np.interp)
@function
def interp(x: Any, xp: Any, fp: Any, left: float | None = None, right: float | None = None) -> Any:
    x, xp, fp = array(x), array(xp), array(fp)
    points = np.shape(xp)[0]
    inside = np.clip(x, xp[0], xp[-1])
    # The number of points to the left, without the first, is the number of the segment.
    line = np.sum(np.expand_dims(inside, -1) >= xp[1 : points - 1], axis=-1) if points > 2 else None
    slopes = (fp[1:] - fp[:-1]) / (xp[1:] - xp[:-1])

    def of_line(table: Any) -> Any:
        return table[0] if line is None else apply("getitem", table, line, index=("#1",))

    found = of_line(fp) + of_line(slopes) * (inside - of_line(xp))
    found = found if left is None else np.where(x < xp[0], left, found)
    return found if right is None else np.where(x > xp[-1], right, found)


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    value = np.zeros_like(x)
    for coefficient in p:
        value = value * x + coefficient
    return value


@implements(np.convolve)
@function
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    long, short = (a, v) if np.size(a) >= np.size(v) else (v, a)
    length, width = np.size(long), np.size(short)
    around = {"full": (width - 1, width - 1), "same": (width // 2, (width - 1) // 2), "valid": (0, 0)}
    if mode not in around:
        raise ShapeError(f"np.convolve has the modes full, same and valid, found {mode!r}")
    padded = np.pad(long, around[mode])
    windows = np.arange(length + sum(around[mode]) - width + 1)[:, None] + np.arange(width)
    return padded[windows] @ np.flip(short)


# No differences are the array itself.
VIEWS.add(np.diff)

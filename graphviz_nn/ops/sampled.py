"""Functions known at points: differences, slopes, interpolation, convolution."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.floats import real
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import VIEWS, apply


def _along(axis: int, part: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@implements(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    if n < 0:
        raise ShapeError(f"n must be a whole number of differences, found {n}")
    number = axis_number(axis, np.ndim(a))
    if prepend is not None or append is not None:
        ends = [None if each is None else _beside(array(each), a, number) for each in (prepend, append)]
        a = np.concatenate([each for each in (ends[0], a, ends[1]) if each is not None], axis=number)
    # Of truth values NumPy tells which differ.
    less = np.not_equal if a.dtype == bool else np.subtract
    for _ in range(n):
        a = less(a[_along(number, slice(1, None))], a[_along(number, slice(None, -1))])
    return a


def _beside(value: Any, a: Any, axis: int) -> Any:
    """A number as a slice of an array."""
    return (
        value if np.ndim(value) else np.broadcast_to(value, tuple(1 if i == axis else n for i, n in enumerate(a.shape)))
    )


@implements(np.ediff1d)
@function
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    found = np.diff(np.ravel(ary))
    ends = [None if each is None else np.ravel(array(each)).astype(found.dtype) for each in (to_begin, to_end)]
    parts = [each for each in (ends[0], found, ends[1]) if each is not None]
    return np.concatenate(parts) if len(parts) > 1 else found


@implements(np.gradient)
def gradient(f: Any, *spacings: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = range(np.ndim(f)) if axis is None else (axis,) if np.ndim(axis) == 0 else axis
    numbers = [axis_number(int(each), np.ndim(f)) for each in axes]
    given = spacings if len(spacings) == len(numbers) else spacings * len(numbers) or (1.0,) * len(numbers)
    if len(given) != len(numbers) or (len(spacings) == 1 < len(numbers) and np.ndim(spacings[0])):
        raise ShapeError("np.gradient needs one distance for all axes, or for each a number or its coordinates")
    if edge_order not in (1, 2):
        raise ShapeError(f"edge_order is 1 or 2, found {edge_order!r}")
    f = real(f)
    found = [_slopes(f, number, each, edge_order) for number, each in zip(numbers, given, strict=True)]
    return found[0] if len(found) == 1 else tuple(found)


@function
def _slopes(f: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    length = np.shape(f)[axis]
    if length <= edge_order:
        raise ShapeError(f"np.gradient needs {edge_order + 1} or more entries along each axis, found {np.shape(f)}")
    if np.ndim(spacing) and np.shape(spacing) != (length,):
        raise ShapeError(f"np.gradient needs {length} coordinates along axis {axis}, found shape {np.shape(spacing)}")
    widths = np.diff(array(spacing)) if np.ndim(spacing) else None

    def entry(place: int) -> Any:
        return f[_along(axis, slice(place, place + 1 or None))]

    def width(place: int) -> Any:
        return spacing if widths is None else widths[place]

    if edge_order == 1:
        first, last = (entry(1) - entry(0)) / width(0), (entry(-1) - entry(-2)) / width(-1)
    else:
        first = _one_sided(entry(0), entry(1), entry(2), width(0), width(1))
        last = -_one_sided(entry(-1), entry(-2), entry(-3), width(-1), width(-2))
    before, after = f[_along(axis, slice(None, -2))], f[_along(axis, slice(2, None))]
    if widths is None:
        middle = (after - before) / (2 * spacing)
    else:
        shape = tuple(-1 if i == axis else 1 for i in range(np.ndim(f)))
        left, right = np.reshape(widths[:-1], shape), np.reshape(widths[1:], shape)
        at = f[_along(axis, slice(1, -1))]
        middle = (left / right * (after - at) + right / left * (at - before)) / (left + right)
    return np.concatenate([first, middle, last], axis=axis).astype(f.dtype)


def _one_sided(end: Any, second: Any, third: Any, near: Any, far: Any) -> Any:
    """The slope at an end of the parabola through three points."""
    both = near + far
    return (second - end) * both / (near * far) - (third - end) * near / (far * both)


@implements(np.interp)
@function
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    # NumPy computes in double precision.
    x, xp, fp = (array(each).astype("float64") for each in (x, xp, fp))
    if np.ndim(xp) != 1 or np.shape(xp) != np.shape(fp) or not np.size(xp):
        raise ShapeError(f"np.interp needs as many values as points, found shapes {np.shape(xp)} and {np.shape(fp)}")
    if period is not None:
        left = right = None
        x, xp = x % period, xp % period
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    points = np.shape(xp)[0]
    inside = np.clip(x, xp[0], xp[-1])
    # The number of points to the left, without the first, is the number of the segment.
    line = np.sum(np.expand_dims(inside, -1) >= xp[1 : points - 1], axis=-1) if points > 2 else None
    slopes = (fp[1:] - fp[:-1]) / (xp[1:] - xp[:-1]) if points > 1 else np.zeros(1)

    def of_line(table: Any) -> Any:
        return table[0] if line is None else apply("getitem", table, line, index=("#1",))

    found = of_line(fp) + of_line(slopes) * (inside - of_line(xp))
    found = found if left is None else np.where(x < xp[0], left, found)
    return found if right is None else np.where(x > xp[-1], right, found)


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


@implements(np.correlate)
@function
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    a, v = array(a), array(v)
    if np.size(a) < np.size(v):
        return np.flip(correlate(v, a, mode))
    return np.convolve(a, np.flip(v), mode)


@implements(np.unwrap)
@function
def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Any:
    p = array(p)
    number = axis_number(axis, np.ndim(p))
    steps = np.diff(p, axis=number)
    whole = p.dtype.kind in "iu" and isinstance(period, int)
    half = period // 2 if whole else period / 2
    turned = (steps + half) % period - half
    if not (whole and period % 2):
        turned = np.where((turned == -half) * (steps > 0), half, turned)
    turns = np.where(np.absolute(steps) < (period / 2 if discont is None else discont), 0, turned - steps)
    first, rest = p[_along(number, slice(0, 1))], p[_along(number, slice(1, None))]
    found = rest + np.cumsum(turns, axis=number)
    return np.concatenate([first.astype(found.dtype), found], axis=number)


# No differences are the array itself.
VIEWS.add(np.diff)

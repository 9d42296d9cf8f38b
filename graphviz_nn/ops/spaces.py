"""Points between ends, and grids of them."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.floats import real
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import VIEWS


def _end(value: Any) -> Any:
    """An end of real numbers; a plain number adapts to the other end."""
    return float(value) if type(value) in (bool, int, float) else real(value)


def _shares(num: int, endpoint: bool, ndim: int, dtype: Any) -> Any:
    """How far each point is from the first to the last, along a new first axis."""
    if num < 0:
        raise ShapeError(f"the number of points must be at least 0, found {num}")
    shares = np.arange(num) / max(num - 1 if endpoint else num, 1)
    return np.reshape(shares.astype(dtype), (num, *(1,) * ndim))


@implements(np.linspace)
@function
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    start, stop = _end(start), _end(stop)
    length = stop - start
    shares = _shares(num, endpoint, np.ndim(length), length.dtype)
    points = start + length * shares
    if dtype is not None:
        points = (np.floor(points) if np.dtype(dtype).kind in "iu" else points).astype(dtype)
    points = np.moveaxis(points, 0, axis) if axis else points
    return (points, length / max(num - 1 if endpoint else num, 1)) if retstep else points


@implements(np.geomspace)
@function
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    start, stop = _end(start), _end(stop)
    ratio = stop / start
    points = start * ratio ** _shares(num, endpoint, np.ndim(ratio), ratio.dtype)
    # NumPy computes in double precision, unless a dtype is given.
    points = points.astype(np.result_type(points.dtype, "float64") if dtype is None else dtype)
    return np.moveaxis(points, 0, axis) if axis else points


@implements(np.logspace)
@function
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    points = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return points if dtype is None else points.astype(dtype)


@implements(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    if indexing not in ("xy", "ij"):
        raise ShapeError(f"indexing is 'xy' or 'ij', found {indexing!r}")
    vectors = [np.ravel(array(each)) for each in xi]
    order = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        order[:2] = [1, 0]
    found = [
        np.reshape(each, tuple(-1 if i == along else 1 for i in range(len(vectors))))
        for each, along in zip(vectors, order, strict=True)
    ]
    return tuple(found) if sparse else np.broadcast_arrays(*found)


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> Any:
    shape = np.broadcast_shapes(*(np.shape(each) for each in args))
    return tuple(np.broadcast_to(array(each), shape) for each in args)


@implements(np.ix_)
def ix_(*args: Any) -> Any:
    if any(np.ndim(each) != 1 for each in args):
        raise ShapeError("np.ix_ takes vectors")
    return tuple(
        np.reshape(array(each), tuple(-1 if i == place else 1 for i in range(len(args))))
        for place, each in enumerate(args)
    )


@implements(np.vander)
@function
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803 (NumPy's name)
    if np.ndim(x) != 1:
        raise ShapeError(f"vander takes a vector, found shape {np.shape(x)}")
    count = np.shape(x)[0] if N is None else N
    x = x.astype(np.promote_types(x.dtype, int))
    powers = np.arange(count)[:: 1 if increasing else -1].astype(x.dtype)
    return np.expand_dims(x, 1) ** powers


@implements(np.trapezoid)
@function
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = array(y)
    number = axis_number(axis, np.ndim(y))
    widths = dx
    if x is not None:
        widths = np.diff(x) if np.ndim(x) == 1 else np.diff(x, axis=axis)
        if np.ndim(x) == 1:
            widths = np.reshape(widths, tuple(-1 if i == number else 1 for i in range(np.ndim(y))))
    along = (slice(None),) * number
    return np.sum(widths * (y[(*along, slice(1, None))] + y[(*along, slice(None, -1))]) / 2.0, axis=number)


VIEWS.add(np.broadcast_arrays)

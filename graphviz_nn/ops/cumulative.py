"""Running sums, products and extremes."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.reduction import long
from graphviz_nn.ops.rules import array, axis_number, counted
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, apply


def _same(x: Shape, *, axis: int) -> Shape:
    counted(axis, len(x))
    return x


def _at(axis: int, part: slice) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, part)


def _rest(g: Any, y: Any, x: Any, axis: int) -> Any:
    """Running sums from the end."""
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def _levels(ufunc: np.ufunc, x: Any, axis: int) -> list[Any]:
    """Running results over 1, 2, 4, … entries; of the last, over all before."""
    levels, reach, length = [x], 1, np.shape(x)[axis]
    while reach < length:
        x = levels[-1]
        later, earlier = x[_at(axis, slice(reach, None))], x[_at(axis, slice(0, length - reach))]
        levels.append(np.concatenate([x[_at(axis, slice(0, reach))], ufunc(earlier, later)], axis))
        reach *= 2
    return levels


def running(ufunc: np.ufunc, x: Any, axis: int) -> Any:
    """The results of a ufunc over all entries up to each, if the order of calls doesn't matter to it."""
    return _levels(ufunc, x, axis)[-1]


def _to_factors(g: Any, y: Any, x: Any, axis: int) -> Any:
    """Back through products of 1, 2, 4, … factors, so it is right for factors of 0, and for every order."""
    levels = _levels(np.multiply, x, axis)
    length = np.shape(x)[axis]
    for number, level in reversed(list(enumerate(levels[:-1]))):
        reach = 2**number
        first, rest = g[_at(axis, slice(0, reach))], g[_at(axis, slice(reach, None))]
        later, earlier = level[_at(axis, slice(reach, None))], level[_at(axis, slice(0, length - reach))]
        ends = np.zeros(np.shape(first), g.dtype)
        g = np.concatenate([first, rest * earlier], axis) + np.concatenate([rest * later, ends], axis)
    return g


op("cumsum", np.cumsum, _same, (_rest,), dtype=long, category="reduction")
op("cumprod", np.cumprod, _same, (_to_factors,), dtype=long, category="reduction")


def _running(name: str, plain: Any, over_numbers: Any) -> None:
    @implements(plain)
    def cumulate(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
        a = array(a)
        a = a if dtype is None else a.astype(dtype)
        a = np.ravel(a) if axis is None else a
        found = apply(name, a, axis=axis_number(0 if axis is None else axis, np.ndim(a)))
        # NumPy lengthens short whole numbers, unless a dtype is given.
        return found if dtype is None else found.astype(dtype)

    def among_numbers(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
        a = array(a)
        neutral = 0 if name == "cumsum" else 1
        return plain(np.where(np.isnan(a), neutral, a) if a.dtype.kind == "f" else a, axis, dtype)

    among_numbers.__name__ = f"nan{name}"
    implements(over_numbers)(function(among_numbers))

    METHODS[name] = plain


_running("cumsum", np.cumsum, np.nancumsum)
_running("cumprod", np.cumprod, np.nancumprod)


def _array_api(whole: Any, along: Any, neutral: int) -> None:
    @implements(whole)
    def cumulative(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
        x = array(x)
        if axis is None and np.ndim(x) > 1:
            raise ShapeError(f"it needs axis=, since the array has {np.ndim(x)} axes")
        number = axis_number(0 if axis is None else axis, np.ndim(x))
        found = along(x, number, dtype)
        if not include_initial:
            return found
        shape = tuple(1 if i == number else n for i, n in enumerate(np.shape(found)))
        return np.concatenate([np.full(shape, neutral, found.dtype), found], number)


_array_api(np.cumulative_sum, np.cumsum, 0)
_array_api(np.cumulative_prod, np.cumprod, 1)


@batching("cumsum", "cumprod")
def _cumulated(operation: str, size: int, x: Argument, axis: int) -> Any:
    return apply(operation, x.value, axis=axis + 1)

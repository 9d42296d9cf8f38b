"""Reductions: sums, means, products, extremes."""

import math
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching, later, reshaped
from graphviz_nn.ops.rules import array, axes_numbers, axis_number, broadcast, counted
from graphviz_nn.tracing.registry import implements, inexact, op
from graphviz_nn.tracing.tracer import METHODS, Tracer, apply

Axis: TypeAlias = int | tuple[int, ...] | None


def _reduced(shape: Shape, *, axis: Axis = None, keepdims: bool = False) -> Shape:
    axes = axes_numbers(axis, len(shape))
    if keepdims:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def _reduced_not_empty(shape: Shape, *, axis: Axis = None, keepdims: bool = False) -> Shape:
    if any(shape[i] == 0 for i in axes_numbers(axis, len(shape))):
        raise ShapeError(f"there are no entries for a mean, maximum or minimum (shape {shape}, axis {axis})")
    return _reduced(shape, axis=axis, keepdims=keepdims)


def _kept(value: Any, x: Any, axis: Any) -> Any:
    """The result of a reduction with the reduced axes restored as length 1."""
    shape = _reduced(np.shape(x), axis=axis, keepdims=True)
    return value if np.shape(value) == shape else np.reshape(value, shape)


def _spread(g: Any, x: Any, axis: Any) -> Any:
    return np.broadcast_to(_kept(g, x, axis), np.shape(x))


def count(x: Any, axis: Any) -> int:
    return math.prod(np.shape(x)[i] for i in axes_numbers(axis, np.ndim(x)))


def _to_extreme(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Entries that share the extreme share its gradient."""
    ties = (x == _kept(y, x, axis)).astype(g.dtype)
    return _kept(g, x, axis) * ties / np.sum(ties, axis=axis, keepdims=True)


def _others(x: Any) -> Any:
    """For each entry along the first axis, the product of all others.

    It works by halves, so it is right for entries of zero, and for derivatives of every order.
    """
    n = np.shape(x)[0]
    if n == 1:
        return np.ones(np.shape(x), x.dtype)
    if n % 2:
        return _others(np.concatenate([x, np.ones((1, *np.shape(x)[1:]), x.dtype)]))[:-1]
    even, odd = x[0::2], x[1::2]
    pairs = _others(even * odd)
    return np.reshape(np.stack([pairs * odd, pairs * even], axis=1), np.shape(x))


def _to_factors(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    shape, axes = np.shape(x), axes_numbers(axis, np.ndim(x))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    order = (*axes, *rest)
    moved = np.transpose(x, order)
    if not count(x, axis) or not moved.size:
        return _spread(g, x, axis) * 0.0
    flat = np.reshape(moved, (-1, *(shape[i] for i in rest)))
    others = np.reshape(_others(flat), tuple(shape[i] for i in order))
    return _kept(g, x, axis) * np.transpose(others, tuple(int(i) for i in np.argsort(order)))


def long(dtype: Any, **_: Any) -> np.dtype[Any]:
    """NumPy's dtype of a sum or product: short whole numbers become long."""
    found: np.dtype[Any] = np.sum(np.zeros(0, dtype)).dtype
    return found


op(
    "sum",
    np.sum,
    _reduced,
    (lambda g, y, x, axis=None, keepdims=False: _spread(g, x, axis),),
    dtype=long,
    tex=r"\sum {0}",
    glyph=r"\Sigma",
    category="reduction",
)
op(
    "mean",
    np.mean,
    _reduced_not_empty,
    (lambda g, y, x, axis=None, keepdims=False: _spread(g / count(x, axis), x, axis),),
    dtype=inexact,
    tex=r"\mathrm{{mean}}\left({0}\right)",
    category="reduction",
)
op("prod", np.prod, _reduced, (_to_factors,), dtype=long, tex=r"\prod {0}", glyph=r"\Pi", category="reduction")
op("max", np.max, _reduced_not_empty, (_to_extreme,), glyph=r"\max", category="reduction")
op("min", np.min, _reduced_not_empty, (_to_extreme,), glyph=r"\min", category="reduction")


def _integer(*_: Any, **__: Any) -> np.dtype[Any]:
    return np.dtype(np.intp)


def _searched(shape: Shape, *, axis: int | None = None, keepdims: bool = False) -> Shape:
    if axis is not None:
        axis = counted(axis, len(shape))
    return _reduced_not_empty(shape, axis=axis, keepdims=keepdims)


op("argmax", np.argmax, _searched, None, dtype=_integer, category="reduction")
op("argmin", np.argmin, _searched, None, dtype=_integer, category="reduction")


def _truth(*_: Any, **__: Any) -> np.dtype[Any]:
    return np.dtype(bool)


op("any", np.any, _reduced, None, dtype=_truth, tex=r"\exists {0}", category="reduction")
op("all", np.all, _reduced, None, dtype=_truth, tex=r"\forall {0}", category="reduction")


def _summed_to(x: Shape, *, shape: Shape) -> Shape:
    if broadcast(x, shape) != x:
        raise ShapeError(f"shape {x} can't be summed to {shape}; it must broadcast from it")
    return tuple(shape)


def _sum_to_kernel(x: Any, shape: Shape) -> Any:
    """Sum over the axes along which an array of this shape was broadcast."""
    lead = np.ndim(x) - len(shape)
    axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and np.shape(x)[i + lead] != 1))
    return np.reshape(np.sum(x, axis=axes, keepdims=True), shape)


op(
    "sum_to",
    _sum_to_kernel,
    _summed_to,
    (lambda g, y, x, shape: np.broadcast_to(g, np.shape(x)),),
    dtype=long,
    glyph=r"\Sigma",
    category="reduction",
)


def _attributes(a: Any, axis: Any, keepdims: Any) -> dict[str, Any]:
    """Only the arguments that differ from the default, so that equal computations have equal graphs."""
    found: dict[str, Any] = {}
    if axis is not None:
        axes = axes_numbers(axis, np.ndim(a))
        found["axis"] = axes[0] if len(axes) == 1 else axes
    return {**found, "keepdims": True} if keepdims else found


WITH_INITIAL = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}
"""How a reduction combines its result with an initial value."""
NEUTRAL = {"sum": 0, "prod": 1}


def _only(name: str, a: Any, where: Any, initial: Any) -> Any:
    """An array whose excluded entries don't affect the result."""
    neutral = NEUTRAL.get(name, initial)
    if neutral is None:
        raise ShapeError(f"np.{name} with where= needs initial=, its result if no entry is included")
    return np.where(where, a, _first(neutral, a.dtype))


def _first(initial: Any, dtype: np.dtype[Any]) -> Any:
    """An initial value in the dtype of the reduction."""
    if isinstance(initial, Tracer):
        return initial if initial.dtype == dtype else initial.astype(dtype)
    if np.ndim(initial):
        raise ShapeError(f"initial must be a single number, found shape {np.shape(initial)}")
    try:
        with np.errstate(all="ignore"):
            return (
                array(initial).astype(dtype)[()]
                if isinstance(initial, np.generic | np.ndarray)
                else dtype.type(initial)
            )
    except (OverflowError, ValueError) as error:
        raise ShapeError(f"initial={initial!r} isn't a number of {dtype}: {error}") from None


def included(a: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """How many entries `where` includes in each result."""
    return np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims)


def _reduction(name: str, *functions: Any) -> None:
    @implements(*functions)
    def reduce(
        a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        a = array(a)
        if dtype is not None:
            return reduce(a.astype(dtype), axis, keepdims=keepdims, initial=initial, where=where).astype(dtype)
        if where is not True and name == "mean":
            total = np.sum(a, axis=axis, keepdims=keepdims, where=where, dtype=inexact(a.dtype))
            return total / included(a, axis, keepdims, where).astype(total.dtype)
        if where is not True:
            a = _only(name, a, where, initial)
        found = apply(name, a, **_attributes(a, axis, keepdims))
        return found if initial is None else WITH_INITIAL[name](found, _first(initial, found.dtype))

    METHODS[name] = functions[0]


_reduction("sum", np.sum)
_reduction("mean", np.mean)
_reduction("prod", np.prod)
_reduction("max", np.max, np.amax)
_reduction("min", np.min, np.amin)


def _search(name: str, function: Any) -> None:
    @implements(function)
    def search(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return apply(
            name,
            a,
            **({} if axis is None else {"axis": axis_number(axis, np.ndim(a))}),
            **({"keepdims": True} if keepdims else {}),
        )

    METHODS[name] = function


_search("argmax", np.argmax)
_search("argmin", np.argmin)


def _quantifier(name: str, function: Any) -> None:
    @implements(function)
    def ask(a: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
        if where is not True:
            a = np.where(where, a, name == "all")
        return apply(name, a, **_attributes(a, axis, keepdims))

    METHODS[name] = function


_quantifier("any", np.any)
_quantifier("all", np.all)


@implements(np.count_nonzero)
def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.sum(a if a.dtype == bool else a != 0, axis=axis, keepdims=keepdims)


@batching("sum", "mean", "prod", "max", "min", "any", "all")
def _reduce(operation: str, size: int, x: Argument, axis: Any = None, keepdims: bool = False) -> Any:
    axes = later(axes_numbers(axis, len(x.shape)))
    return apply(
        operation, x.value, axis=axes[0] if len(axes) == 1 else axes, **({"keepdims": True} if keepdims else {})
    )


@batching("argmax", "argmin")
def _search_of_many(operation: str, size: int, x: Argument, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None:
        place = apply(operation, reshaped(x.value, (size, int(np.prod(x.shape, dtype=int)))), axis=1)
        return reshaped(place, (size, *(1,) * len(x.shape))) if keepdims else place
    return apply(operation, x.value, axis=axis + 1, **({"keepdims": True} if keepdims else {}))


@batching("sum_to")
def _sum_to(size: int, x: Argument, shape: Shape) -> Any:
    lead = len(x.shape) - len(shape)
    axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1))
    return reshaped(apply("sum", x.value, axis=later(axes)), (size, *shape))

"""The primitives of JAX, one row each: what they compute with NumPy and `graphviz_nn.nn`.

A row's function takes the values of an equation in order and its parameters by name.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.jax_functions import indexing, windows
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.importers.windows import stretched
from graphviz_nn.tracing.tracer import apply


def _divided(x: Any, y: Any) -> Any:
    if np.asarray(0, x.dtype if hasattr(x, "dtype") else type(x)).dtype.kind in "iu":
        # Whole numbers are divided towards 0.
        return np.trunc(x / y).astype(x.dtype if hasattr(x, "dtype") else y.dtype)
    return x / y


def _logical(function: Any) -> Any:
    def rule(*values: Any) -> Any:
        if any(np.asarray(each).dtype.kind != "b" for each in values if not hasattr(each, "dtype")) or any(
            each.dtype.kind != "b" for each in values if hasattr(each, "dtype")
        ):
            raise NoRule("it works on the bits of whole numbers")
        return function(*values)

    return rule


def _select(which: Any, *cases: Any) -> Any:
    if len(cases) == 2:
        return np.where(which, cases[1], cases[0])
    found = cases[-1]
    for place in reversed(range(len(cases) - 1)):
        found = np.where(which == place, cases[place], found)
    return found


ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "abs": np.absolute,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "add": lambda x, y: x + y,
    "add_any": lambda x, y: x + y,
    "and": _logical(np.logical_and),
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "ceil": np.ceil,
    "clamp": lambda low, x, high: np.minimum(np.maximum(x, low), high),
    "cos": np.cos,
    "cosh": np.cosh,
    "div": _divided,
    "eq": np.equal,
    "erf": nn.erf,
    "erfc": lambda x: 1 - nn.erf(x),
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "floor": np.floor,
    "ge": np.greater_equal,
    "gt": np.greater,
    "integer_pow": lambda x, y: x**y,
    "is_finite": np.isfinite,
    "le": np.less_equal,
    "log": np.log,
    "log1p": np.log1p,
    "logistic": nn.sigmoid,
    "lt": np.less,
    "max": np.maximum,
    "min": np.minimum,
    "mul": lambda x, y: x * y,
    "ne": np.not_equal,
    "neg": lambda x: -x,
    "not": _logical(np.logical_not),
    "or": _logical(np.logical_or),
    "pow": lambda x, y: x**y,
    "rem": np.fmod,
    "round": np.rint,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "select_n": _select,
    "sign": np.sign,
    "sin": np.sin,
    "sinh": np.sinh,
    "sqrt": np.sqrt,
    "square": np.square,
    "stop_gradient": lambda x: apply("stop_gradient", x),
    "sub": lambda x, y: x - y,
    "tan": np.tan,
    "tanh": np.tanh,
    "xor": _logical(np.not_equal),
}
"""Functions of entries; what only broadcasts or transposes can wait until after them."""

ROWS: dict[str, Callable[..., Any]] = {
    "conv_general_dilated": windows.convolution,
    "dynamic_slice": indexing.dynamic_slice,
    "dynamic_update_slice": indexing.dynamic_update_slice,
    "gather": indexing.gather,
    "reduce_window_max": windows.largest,
    "reduce_window_sum": windows.total,
    "scatter": indexing.scatter,
    "scatter-add": indexing.scatter_add,
    "scatter_add": indexing.scatter_add,
}


def row(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a row under these names."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        ROWS.update(dict.fromkeys(names, function))
        return function

    return add


@row("reshape")
def reshape(x: Any, *, new_sizes: Any, dimensions: Any = None, **_: Any) -> Any:
    return np.reshape(x if dimensions is None else np.transpose(x, dimensions), new_sizes)


@row("squeeze")
def squeeze(x: Any, *, dimensions: Any, **_: Any) -> Any:
    return np.squeeze(x, axis=tuple(int(axis) for axis in dimensions))


@row("concatenate")
def concatenate(*values: Any, dimension: int, **_: Any) -> Any:
    return np.concatenate(list(values), axis=dimension)


@row("convert_element_type")
def convert_element_type(x: Any, *, new_dtype: Any, **_: Any) -> Any:
    # `Replay` casts what has another dtype.
    return np.trunc(x) if np.dtype(new_dtype).kind in "iu" and x.dtype.kind == "f" else x


@row("rev")
def rev(x: Any, *, dimensions: Any, **_: Any) -> Any:
    return np.flip(x, axis=tuple(dimensions))


@row("pad")
def pad(x: Any, value: Any, *, padding_config: Any, **_: Any) -> Any:
    for axis, (_, _, between) in enumerate(padding_config):
        if between:
            x = stretched(x, axis, between + 1, value)
    cut = tuple(
        slice(max(0, -low), n - max(0, -high)) for (low, high, _), n in zip(padding_config, x.shape, strict=True)
    )
    if any(part != slice(0, n) for part, n in zip(cut, x.shape, strict=True)):
        x = x[cut]
    return np.pad(x, [(max(0, low), max(0, high)) for low, high, _ in padding_config], constant_values=value)


@row("split")
def split(x: Any, *, sizes: Any, axis: int, **_: Any) -> Any:
    ends = list(accumulate(int(size) for size in sizes))
    before = (slice(None),) * axis
    return tuple(x[(*before, slice(end - size, end))] for end, size in zip(ends, sizes, strict=True))


@row("unstack")
def unstack(x: Any, *, axis: int, **_: Any) -> Any:
    return tuple(x[(slice(None),) * axis + (place,)] for place in range(np.shape(x)[axis]))


@row("tile")
def tile(x: Any, *, reps: Any, **_: Any) -> Any:
    return np.tile(x, tuple(reps))


@row("argmax")
def argmax(x: Any, *, axes: Any, **_: Any) -> Any:
    return np.argmax(x, axis=int(axes[0]))


@row("argmin")
def argmin(x: Any, *, axes: Any, **_: Any) -> Any:
    return np.argmin(x, axis=int(axes[0]))


@row("sort")
def sort(*values: Any, dimension: int, num_keys: int = 1, **_: Any) -> Any:
    """By the first array; the others are carried along."""
    if len(values) == 1:
        return np.sort(values[0], axis=dimension)
    if num_keys > 1:
        raise NoRule("it sorts by several arrays")
    order = np.argsort(values[0], axis=dimension)
    return tuple(np.take_along_axis(each, order, axis=dimension) for each in values)


@row("top_k")
def top_k(x: Any, *, k: int, axis: int = -1, **_: Any) -> Any:
    axis = axis % np.ndim(x)
    order = np.argsort(-x, axis=axis)[(slice(None),) * axis + (slice(0, k),)]
    return np.take_along_axis(x, order, axis=axis), order


@row("cumsum")
def cumsum(x: Any, *, axis: int, reverse: bool = False, **_: Any) -> Any:
    """A product with a triangle of ones."""
    length = np.shape(x)[axis]
    ones = np.tri(length, dtype=x.dtype).T if not reverse else np.tri(length, dtype=x.dtype)
    return np.moveaxis(np.moveaxis(x, axis, -1) @ ones, -1, axis)


@row("cumprod", "cummax", "cummin", "cumlogsumexp")
def cumulative(x: Any, **_: Any) -> Any:
    raise NoRule("only sums are taken cumulatively")


@row("cholesky")
def cholesky(x: Any, **_: Any) -> Any:
    return np.linalg.cholesky(x)

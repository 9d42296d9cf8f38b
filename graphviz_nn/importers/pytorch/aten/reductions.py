"""Sums, means and other reductions, cumulative sums, order."""

from typing import Any

import numpy as np

from graphviz_nn.importers.pytorch.aten.table import along, aten, axes_of, cast
from graphviz_nn.tracing import function


@aten("sum")
def total(x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    return np.sum(cast(x, dtype), axis=axes_of(dim, x), keepdims=keepdim)


@aten("mean")
def mean(x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    return np.mean(cast(x, dtype), axis=axes_of(dim, x), keepdims=keepdim)


@aten("prod")
def product(x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    return np.prod(cast(x, dtype), axis=axes_of(dim, x), keepdims=keepdim)


@aten("var")
def variance(x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None) -> Any:
    if isinstance(dim, bool):
        # The first variant has the flag alone.
        dim, unbiased = None, dim
    return np.var(x, axis=axes_of(dim, x), ddof=_degrees(unbiased, correction), keepdims=keepdim)


@aten("std")
def deviation(x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None) -> Any:
    return np.sqrt(variance(x, dim, unbiased, keepdim, correction=correction))


@aten("var_mean")
def variance_and_mean(
    x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> Any:
    found = variance(x, dim, unbiased, keepdim, correction=correction)
    return found, mean(x, None if isinstance(dim, bool) else dim, keepdim)


@aten("std_mean")
def deviation_and_mean(
    x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> Any:
    found, middle = variance_and_mean(x, dim, unbiased, keepdim, correction=correction)
    return np.sqrt(found), middle


def _degrees(unbiased: Any, correction: Any) -> int:
    if correction is not None:
        return int(correction)
    return 1 if unbiased is None else int(unbiased)


@aten("amax")
def largest(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return np.max(x, axis=axes_of(dim, x), keepdims=keepdim)


@aten("amin")
def smallest(x: Any, dim: Any = (), keepdim: bool = False) -> Any:
    return np.min(x, axis=axes_of(dim, x), keepdims=keepdim)


@aten("max")
def maximum(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return np.max(x)
    if not isinstance(dim, int):
        return np.maximum(x, dim)
    return np.max(x, axis=dim, keepdims=keepdim), argmax(x, dim, keepdim)


@aten("min")
def minimum(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return np.min(x)
    if not isinstance(dim, int):
        return np.minimum(x, dim)
    return np.min(x, axis=dim, keepdims=keepdim), argmin(x, dim, keepdim)


@aten("argmax")
def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    return np.argmax(x, axis=dim, keepdims=keepdim)


@aten("argmin")
def argmin(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    return np.argmin(x, axis=dim, keepdims=keepdim)


@aten("all")
def every(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return np.min(x.astype("int64"), axis=axes_of(dim, x), keepdims=keepdim) > 0


@aten("any")
def some(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return np.max((x != 0).astype("int64"), axis=axes_of(dim, x), keepdims=keepdim) > 0


@aten("count_nonzero")
def count(x: Any, dim: Any = None) -> Any:
    return np.sum((x != 0).astype("int64"), axis=axes_of(dim, x))


@aten("logsumexp")
def log_sum_exp(x: Any, dim: Any, keepdim: bool = False) -> Any:
    axes = axes_of(dim, x)
    top = np.max(x, axis=axes, keepdims=True)
    found = top + np.log(np.sum(np.exp(x - top), axis=axes, keepdims=True))
    return found if keepdim else np.squeeze(found, axes)


@aten("norm", "linalg_vector_norm", "linalg_norm")
@function
def norm(x: Any, p: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    x, axes = cast(x, dtype), axes_of(dim, x)
    p = 2 if p is None or p == "fro" else p
    if p == 2:
        return np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdim))
    if abs(p) == float("inf"):
        return (np.max if p > 0 else np.min)(np.abs(x), axis=axes, keepdims=keepdim)
    if p == 0:
        return np.sum((x != 0).astype(x.dtype.name), axis=axes, keepdims=keepdim)
    powers = np.sum(np.abs(x) if p == 1 else np.abs(x) ** p, axis=axes, keepdims=keepdim)
    return powers if p == 1 else powers ** (1 / p)


@aten("frobenius_norm")
def frobenius(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return norm(x, 2, dim, keepdim)


@aten("cumsum")
def cumulative_sum(x: Any, dim: int, *, dtype: Any = None) -> Any:
    x = cast(x, dtype)
    x = x.astype("int64") if x.dtype.kind == "b" else x
    if not np.ndim(x):
        return x
    length = np.shape(x)[dim]
    # One product with a triangle of ones.
    ones = np.triu(np.ones((length, length), x.dtype))
    return np.moveaxis(np.moveaxis(x, dim, -1) @ ones, -1, dim)


@aten("cumprod")
def cumulative_product(x: Any, dim: int, *, dtype: Any = None) -> Any:
    return np.multiply.accumulate(cast(x, dtype), dim)


@aten("sort")
def sort(x: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    order = argsort(x, dim, descending)
    return np.take_along_axis(x, order, dim), order


@aten("argsort")
def argsort(x: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    return np.argsort(-x if descending else x, axis=dim, kind="stable")


@aten("topk")
def top(x: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    order = argsort(x, dim, descending=largest)[(*(slice(None),) * along(x, dim), slice(0, k))]
    return np.take_along_axis(x, order, dim), order


@aten("median")
def median(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The lower of two middle entries, as PyTorch takes it."""
    if dim is None:
        return median(np.ravel(x), 0)[0]
    values, order = sort(x, dim)
    middle = slice((np.shape(x)[dim] - 1) // 2, (np.shape(x)[dim] - 1) // 2 + 1)
    found = tuple(each[(*(slice(None),) * along(x, dim), middle)] for each in (values, order))
    return found if keepdim else tuple(np.squeeze(each, along(x, dim)) for each in found)

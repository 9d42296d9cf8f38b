"""Calls of a ufunc with options, and its methods: dtype, reduce, accumulate, reduceat and outer.

Each becomes calls of the ufunc itself, in NumPy's order. NumPy itself, called with ones, decides what is refused and
the dtype.
"""

from functools import partial
from functools import reduce as folded
from itertools import accumulate, pairwise
from operator import index
from typing import Any, Never

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.ops.cumulative import running
from graphviz_nn.ops.rules import array, axes_numbers
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.registry import implements

# Functions that reduce at once what their ufunc does entry by entry.
WHOLE: dict[np.ufunc, Any] = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
RUNNING: dict[np.ufunc, Any] = {
    np.add: np.cumsum,
    np.multiply: np.cumprod,
    **{each: partial(running, each) for each in (np.maximum, np.minimum, np.fmax, np.fmin)},
    **{each: partial(running, each) for each in (np.logical_and, np.logical_or)},
}


def _refuse(ufunc: np.ufunc, method: str, problem: str) -> Never:
    raise TracingError(f"np.{ufunc.__name__}.{method}{where_in_code()}: {problem}")


def _dtype(ufunc: np.ufunc, method: str, x: Any, *arguments: Any, **keywords: Any) -> np.dtype[Any]:
    """The dtype of NumPy's result."""
    ones = np.ones(tuple(min(n, 2) for n in np.shape(x)), x.dtype)
    try:
        with np.errstate(all="ignore"):
            found: np.dtype[Any] = getattr(ufunc, method)(ones, *arguments, **keywords).dtype
    except (TypeError, ValueError) as error:
        _refuse(ufunc, method, str(error).rstrip("."))
    return found


# Other options of a call, and what to write instead.
INSTEAD = {
    "where": "write np.where(mask, np.{name}(...), other), which defines the other entries",
    "out": "write z = np.{name}(...)",
    "order": "leave it out, since it doesn't affect the values",
    "subok": "leave it out, since it doesn't affect the values",
    "signature": "write dtype=... for the dtype of the result, x.astype(...) for that of an argument",
    "sig": "write dtype=... for the dtype of the result, x.astype(...) for that of an argument",
    "axis": "move the axes with np.moveaxis before and after it",
    "axes": "move the axes with np.moveaxis before and after it",
    "keepdims": "write np.expand_dims around it",
}
USUAL: dict[str, Any] = {"where": True, "order": "K", "subok": True, "dtype": None, "casting": "same_kind"}


@implements("ufunc.__call__")
def called(ufunc: np.ufunc, *inputs: Any, dtype: Any = None, casting: Any = "same_kind", **more: Any) -> Any:
    for name, value in more.items():
        if name not in USUAL or value is not USUAL[name]:
            remedy = INSTEAD.get(name, "leave it out").format(name=ufunc.__name__)
            raise TracingError(f"np.{ufunc.__name__}{where_in_code()} got {name}=, which can't be traced; {remedy}")
    given = [
        each if hasattr(each, "dtype") or type(each) in (bool, int, float, complex) else array(each) for each in inputs
    ]
    kinds = [np.dtype(bool) if type(each) is bool else getattr(each, "dtype", type(each)) for each in given]
    try:
        wanted = (*(None for _ in given), None if dtype is None else np.dtype(dtype))
        found = ufunc.resolve_dtypes((*kinds, None), signature=wanted, casting=casting)
    except (TypeError, ValueError) as error:
        raise TracingError(f"np.{ufunc.__name__}{where_in_code()}: {error}; write x.astype(...) before it") from None
    if found[-1].char not in "FD" and found[-1].kind not in "biuf":
        raise TracingError(
            f"np.{ufunc.__name__}{where_in_code()} can't be traced in {found[-1].name}; "
            "take numbers, such as dtype='float64'"
        )
    cast = [
        _cast(each, to) if hasattr(each, "dtype") else _literal(each, to)
        for each, to in zip(given, found[:-1], strict=True)
    ]
    return _cast(ufunc(*cast), found[-1])


def _literal(number: Any, dtype: np.dtype[Any]) -> Any:
    """A number that takes the dtype of the array beside it, which is this one."""
    is_cut = dtype.kind in "iu" and isinstance(number, float)
    return dtype.type(number).item() if is_cut or dtype.kind == "b" else number


def _cast(x: Any, dtype: np.dtype[Any]) -> Any:
    return x if x.dtype == dtype else x.astype(dtype)


@implements("ufunc.reduce")
def reduce(ufunc: np.ufunc, x: Any, /, axis: Any = 0, dtype: Any = None, keepdims: bool = False, **more: Any) -> Any:
    more = {name: value for name, value in more.items() if value is not {"where": True, "initial": None}.get(name)}
    if more and ufunc not in WHOLE:
        _refuse(
            ufunc, "reduce", f"{', '.join(more)} can't be traced; use np.where before it, and np.{ufunc.__name__} after"
        )
    found = _dtype(ufunc, "reduce", x, axis=axis, dtype=dtype)
    axes = axes_numbers(axis, np.ndim(x))
    x = _cast(x, found)
    if (whole := WHOLE.get(ufunc)) is not None:
        return _cast(whole(x, axis=axes, keepdims=keepdims, **more), found)
    shape = np.shape(x)
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    rows = np.reshape(np.transpose(x, (*axes, *rest)), (-1, *(shape[i] for i in rest)))
    if not len(rows):
        _refuse(ufunc, "reduce", f"there are no entries along axis {axis} of shape {shape}")
    result = folded(ufunc, rows)
    return np.reshape(result, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else result


@implements("ufunc.accumulate")
def accumulated(ufunc: np.ufunc, x: Any, /, axis: int = 0, dtype: Any = None) -> Any:
    x = _cast(x, _dtype(ufunc, "accumulate", x, axis=axis, dtype=dtype))
    (along,) = axes_numbers(axis, np.ndim(x))
    if ufunc in RUNNING and np.size(x):
        return _cast(RUNNING[ufunc](x, along), x.dtype)
    return np.stack(list(accumulate(np.moveaxis(x, along, 0), ufunc)), along) if np.size(x) else x


@implements("ufunc.reduceat")
def reduceat(ufunc: np.ufunc, x: Any, indices: Any, /, axis: int = 0, dtype: Any = None) -> Any:
    found = _dtype(ufunc, "reduceat", x, [0], axis=axis, dtype=dtype)
    (along,) = axes_numbers(axis, np.ndim(x))
    moved, count = np.moveaxis(x, along, 0), np.shape(x)[along]
    try:
        starts = [index(each) for each in indices]
    except TypeError:
        _refuse(ufunc, "reduceat", "the indices must be whole numbers that aren't traced")
    if any(not 0 <= each < count for each in starts):
        _refuse(ufunc, "reduceat", f"an index is outside the {count} entries along axis {axis}")
    parts = [moved[start : stop if start < stop else start + 1] for start, stop in pairwise([*starts, count])]
    return np.stack([reduce(ufunc, part, dtype=found) for part in parts], along)


@implements("ufunc.outer")
def outer(ufunc: np.ufunc, a: Any, b: Any, /) -> Any:
    a, b = array(a), array(b)
    if ufunc is np.multiply and np.ndim(a) == np.ndim(b) == 1:
        return np.outer(a, b)
    return ufunc(np.reshape(a, (*np.shape(a), *(1,) * np.ndim(b))), b)

"""NaN and infinities."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.reduction import included
from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function

for _ufunc in (np.isnan, np.isinf, np.isfinite):
    op(_ufunc.__name__, _ufunc, broadcast, None, glyph=rf"\mathrm{{{_ufunc.__name__}}}", category="comparison")


@implements(np.nan_to_num)
@function
def nan_to_num(x: Any, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    if np.dtype(x.dtype).kind == "c":
        raise ShapeError("it has no rule for complex numbers; take np.real(z) and np.imag(z)")
    if np.dtype(x.dtype).kind != "f":
        return x
    limits = np.finfo(x.dtype)
    x = np.where(np.isnan(x), nan, x)
    x = np.where(x == np.inf, float(limits.max) if posinf is None else posinf, x)
    return np.where(x == -np.inf, float(limits.min) if neginf is None else neginf, x)


def _numbers(a: Any, where: Any = True) -> Any:
    """The mask of entries that count."""
    known = np.logical_not(np.isnan(a))
    return known if where is True else np.logical_and(known, where)


def _without(function_: Any, plain: Any) -> None:
    @implements(function_)
    def reduce(a: Any, axis: Any = None, *, where: Any = True, **more: Any) -> Any:
        a = array(a)
        # Whole numbers are all numbers.
        return plain(a, axis, where=_numbers(a, where) if a.dtype.kind == "f" else where, **more)


_without(np.nansum, np.sum)
_without(np.nanprod, np.prod)
_without(np.nanmean, np.mean)
_without(np.nanvar, np.var)
_without(np.nanstd, np.std)


def _extreme(name: str, function_: Any, plain: Any, least: float) -> None:
    def reduce(a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
        a = array(a)
        if a.dtype.kind != "f":
            return plain(a, axis, keepdims=keepdims, initial=initial, where=where)
        known = _numbers(a, where)
        found = plain(a, axis, keepdims=keepdims, initial=least if initial is None else initial, where=known)
        return found if initial is not None else np.where(included(a, axis, keepdims, known) > 0, found, np.nan)

    reduce.__name__ = name
    implements(function_)(function(reduce))


_extreme("nanmax", np.nanmax, np.max, -np.inf)
_extreme("nanmin", np.nanmin, np.min, np.inf)


def _search(function_: Any, plain: Any, least: float) -> None:
    @implements(function_)
    def search(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
        a = array(a)
        return plain(np.where(np.isnan(a), least, a) if a.dtype.kind == "f" else a, axis, keepdims=keepdims)


_search(np.nanargmax, np.argmax, -np.inf)
_search(np.nanargmin, np.argmin, np.inf)


@implements(np.isposinf)
def isposinf(x: Any) -> Any:
    return x == np.inf


@implements(np.isneginf)
def isneginf(x: Any) -> Any:
    return x == -np.inf

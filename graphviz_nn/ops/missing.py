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


def _named(name: str, wrapped: Any) -> None:
    """Register a function that leaves out NaN, one node in pictures."""
    wrapped.__name__ = name
    implements(getattr(np, name))(function(wrapped))


def _without(plain: Any) -> None:
    def reduce(a: Any, axis: Any = None, *, where: Any = True, **more: Any) -> Any:
        a = array(a)
        # Whole numbers are all numbers.
        return plain(a, axis, where=_numbers(a, where) if a.dtype.kind == "f" else where, **more)

    _named(f"nan{plain.__name__}", reduce)


for _plain in (np.sum, np.prod, np.mean, np.var, np.std):
    _without(_plain)


def _extreme(plain: Any, least: float) -> None:
    def reduce(a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
        a = array(a)
        if a.dtype.kind != "f":
            return plain(a, axis, keepdims=keepdims, initial=initial, where=where)
        known = _numbers(a, where)
        found = plain(a, axis, keepdims=keepdims, initial=least if initial is None else initial, where=known)
        return found if initial is not None else np.where(included(a, axis, keepdims, known) > 0, found, np.nan)

    _named(f"nan{plain.__name__}", reduce)


_extreme(np.max, -np.inf)
_extreme(np.min, np.inf)


def _search(plain: Any, least: float) -> None:
    def search(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
        a = array(a)
        return plain(np.where(np.isnan(a), least, a) if a.dtype.kind == "f" else a, axis, keepdims=keepdims)

    _named(f"nan{plain.__name__}", search)


_search(np.argmax, -np.inf)
_search(np.argmin, np.inf)


@implements(np.isposinf)
def isposinf(x: Any) -> Any:
    return x == np.inf


@implements(np.isneginf)
def isneginf(x: Any) -> Any:
    return x == -np.inf

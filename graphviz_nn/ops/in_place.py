"""NumPy's functions that change an array: ``out=``, ``z += b``, `np.copyto`, `np.fill_diagonal` and others."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.ops.assignment import cast, full
from graphviz_nn.ops.indexing import chosen, has_mask, parts_of
from graphviz_nn.ops.masks import uncast
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing import refusals
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.memory import overwrite
from graphviz_nn.tracing.places import plain
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import METHODS, Tracer, apply, call_function


@implements("ufunc.out")
def ufunc_out(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Compute a ufunc into its ``out=``, as `z += b` does."""
    out, *others = keywords["out"] if isinstance(keywords["out"], tuple) else (keywords["out"],)
    rest = {name: value for name, value in keywords.items() if name != "out"}
    if others or not isinstance(out, Tracer):
        raise refusals.not_stored(where_in_code())
    where = rest.pop("where", True)
    if where is not True and method == "__call__":
        inputs = tuple(np.where(where, each, _harmless(each)) for each in inputs)
    computed = getattr(ufunc, method)(*inputs, **rest)
    if not out.ndim and out.place is None:
        # `total += x` on a number binds the name again: numbers don't change.
        return computed
    if where is not True and method == "__call__":
        computed = np.where(where, computed, cast(out, computed.dtype))
    return _into(out, computed, ufunc.__name__)


def _harmless(each: Any) -> Any:
    """A number at which every function has a slope, for the entries that NumPy doesn't compute."""
    return {"b": True, "f": 0.5}.get(array(each).dtype.kind, 1)


@implements("out")
def out(function: Any, arguments: Any, keywords: dict[str, Any]) -> Any:
    """Compute a function into its ``out=``."""
    rest = {name: value for name, value in keywords.items() if name != "out"}
    return _into(keywords["out"], call_function(function, arguments, rest), refusals.name_of(function))


def _into(out: Tracer, value: Any, name: str) -> Tracer:
    if not np.can_cast(value.dtype, out.dtype, "same_kind"):
        raise TracingError(uncast(name, value.dtype, out.dtype))
    if np.shape(value) != out.shape:
        raise ShapeError(
            f"{name} has a result of shape {np.shape(value)}, but it shall be stored in shape {out.shape}"
            f"{where_in_code()}; write z = … for a new array"
        )
    overwrite(out, full(out, value))
    return out


def _changes(name: str, x: Any) -> Tracer:
    """The traced array that a function changes."""
    if not isinstance(x, Tracer):
        raise refusals.not_stored(where_in_code())
    return x


@implements(np.copyto)
def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    x = _changes("copyto", dst)
    value = src if type(src) in (bool, int, float) else array(src)
    if isinstance(value, Tracer | np.ndarray) and not np.can_cast(value.dtype, x.dtype, casting):
        raise TracingError(uncast("np.copyto", value.dtype, x.dtype))
    if where is True:
        x[...] = value
    else:
        overwrite(x, full(x, np.where(where, cast(value, x.dtype), x)))


@implements(np.putmask)
def putmask(a: Any, /, mask: Any, values: Any) -> None:
    if np.shape(values) not in ((), np.shape(a)):
        raise ShapeError("np.putmask is traced with one value, or one for each entry")
    copyto(a, values, "unsafe", mask)


@implements(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    if np.size(vals) != 1:
        raise ShapeError("np.place is traced with one value; write np.where(mask, values, x)")
    copyto(arr, np.reshape(vals, ()), "unsafe", mask)


@implements(np.put)
def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> None:
    x = _changes("put", a)
    if mode != "raise":
        raise ShapeError(f"np.put is traced without mode={mode!r}; write np.clip or % for the indices")
    flat: Any = np.ravel(x).copy()
    count, values = np.size(ind), np.ravel(array(v))
    if np.size(values) < count:
        values = np.tile(values, -(-count // np.size(values)))
    flat[np.ravel(ind)] = values[:count]
    overwrite(x, np.reshape(flat, x.shape))


@implements(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any = -1) -> None:
    x = _changes("put_along_axis", arr)
    if axis is None:
        put(x, indices, values)
        return
    along, shape = axis_number(axis, x.ndim), np.shape(indices)
    places: list[Any] = [np.arange(n).reshape(*(1,) * i, -1, *(1,) * (len(shape) - 1 - i)) for i, n in enumerate(shape)]
    places[along] = indices
    x[tuple(places)] = values


@implements(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    x = _changes("fill_diagonal", a)
    if x.ndim < 2 or wrap or (x.ndim > 2 and len(set(x.shape)) > 1):
        raise ShapeError(f"np.fill_diagonal is traced for a matrix or a cube, without wrap; found shape {x.shape}")
    count = min(x.shape)
    values = np.ravel(array(val)) if np.ndim(val) else val
    if np.ndim(values) and np.size(values) < count:
        values = np.tile(values, -(-count // np.size(values)))
    x[(np.arange(count),) * x.ndim] = values[:count] if np.ndim(values) else values


@implements("fill")
def fill(x: Tracer, value: Any) -> None:
    x[...] = value


@implements("sort")
def sort(x: Tracer, axis: int = -1, kind: Any = None) -> None:
    overwrite(x, full(x, np.sort(x, axis=axis)))


@implements("partition")
def partition(x: Tracer, kth: Any, axis: int = -1, kind: Any = None) -> None:
    sort(x, axis)


@implements("ufunc.at")
def at(ufunc: np.ufunc, a: Any, indices: Any, b: Any = None, /) -> None:
    """Apply a ufunc in place, as often as an index names an entry."""
    x = _changes(f"np.{ufunc.__name__}.at", a)
    given = () if b is None else (array(b),)
    if has_mask(indices):
        x[indices] = ufunc(x[indices], *given)
        return
    parts, arrays = parts_of(x.shape, indices)
    place = chosen(x.shape, *(each.shape for each in arrays), index=parts)
    if ufunc in (np.add, np.subtract):
        spread = np.broadcast_to(cast(b, x.dtype), place)
        change = apply("add_at", spread, *arrays, index=parts, shape=x.shape)
        overwrite(x, full(x, ufunc(x, change)))
        return
    if arrays:
        raise TracingError(
            f"np.{ufunc.__name__}.at with a traced index can't be traced{where_in_code()}; np.add.at can, "
            "and so can indices that aren't traced"
        )
    flat: Any = np.ravel(x).copy()
    places = np.ravel(np.arange(x.size).reshape(x.shape)[plain(parts)])
    values = [np.ravel(np.broadcast_to(each, place)) for each in given]
    turns = np.array([np.sum(places[:n] == each) for n, each in enumerate(places)])
    for turn in range(int(turns.max(initial=-1)) + 1):
        now = np.flatnonzero(turns == turn)
        flat[places[now]] = ufunc(flat[places[now]], *(each[now] for each in values))
    overwrite(x, full(x, np.reshape(flat, x.shape)))


METHODS.update(fill="fill", sort="sort", put=np.put)

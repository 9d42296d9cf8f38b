"""Choose, insert and delete entries at places that are known."""

from operator import index
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.ops.indexing import within
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import METHODS, VIEWS, Tracer, apply
from graphviz_nn.tracing.unsized import unsized


def _along(axis: int, part: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@implements(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    if axis is None:
        return delete(np.ravel(arr), obj, 0)
    number = axis_number(axis, np.ndim(arr))
    try:
        places = np.delete(np.arange(np.shape(arr)[number]), obj)
    except (IndexError, ValueError) as error:
        raise ShapeError(str(error)) from None
    return arr[_along(number, places)]


@implements(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    arr, values = array(arr), array(values)
    if axis is None:
        return insert(np.ravel(arr), obj, values, 0)
    number, ndim = axis_number(axis, np.ndim(arr)), np.ndim(arr)
    length = np.shape(arr)[number]
    single = not isinstance(obj, slice) and not np.ndim(obj)
    values = np.reshape(values, (1,) * (ndim - np.ndim(values)) + tuple(np.shape(values)))
    if single:
        values = np.moveaxis(values, 0, number)
        count = np.shape(values)[number]
    else:
        count = len(range(*obj.indices(length))) if isinstance(obj, slice) else np.size(obj)
    shape = tuple(count if i == number else n for i, n in enumerate(np.shape(arr)))
    new = np.broadcast_to(values, shape).astype(arr.dtype)
    try:
        places = np.insert(np.arange(length), obj, length + np.arange(count))
    except (IndexError, ValueError) as error:
        raise ShapeError(str(error)) from None
    return np.concatenate([arr, new], number)[_along(number, places)]


@implements(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    wanted = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    count = int(np.prod(holdable(tuple(map(index, wanted)))))
    return np.reshape(np.ravel(a)[np.resize(np.arange(np.size(a)), count)], wanted)


@implements(np.choose)
def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    places, *arrays = np.broadcast_arrays(a, *choices)
    chosen = np.expand_dims(within(places, len(arrays), mode), 0)
    return np.take_along_axis(np.stack(arrays), chosen, 0)[0]


@implements(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    if isinstance(condition, Tracer):
        raise unsized(np.compress)
    if axis is None:
        return compress(condition, np.ravel(a), 0)
    return a[_along(axis_number(axis, np.ndim(a)), np.flatnonzero(condition))]


@implements(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    if isinstance(condition, Tracer):
        raise unsized(np.extract)
    return np.ravel(arr)[np.flatnonzero(condition)]


@implements(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    if isinstance(x, Tracer):
        raise unsized(np.bincount)
    places = np.asarray(x)
    if places.dtype.kind not in "iu" or places.ndim != 1 or (places < 0).any():
        raise ShapeError("bincount takes a vector of whole numbers of at least 0")
    size = max(minlength, int(places.max(initial=-1)) + 1)
    return apply("add_at", weights.astype("float64"), index=(tuple(places.tolist()),), shape=(size,))


@implements(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    x = array(x)
    conditions = list(condlist) if isinstance(condlist, list | tuple) or np.ndim(condlist) > np.ndim(x) else [condlist]
    pieces = list(funclist)
    if len(pieces) not in (len(conditions), len(conditions) + 1):
        raise ShapeError(f"np.piecewise needs a function per condition, found {len(pieces)} for {len(conditions)}")
    values = [each(x, *args, **kw) if callable(each) else each for each in pieces]
    found = values[len(conditions)] if len(pieces) > len(conditions) else 0
    for condition, value in zip(conditions, values, strict=False):
        found = np.where(condition, value, found)
    return np.broadcast_to(array(found).astype(x.dtype), np.shape(x))


@implements(np.apply_along_axis)
def apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    number = axis_number(axis, np.ndim(arr))
    moved = np.moveaxis(arr, number, -1)
    rest = np.shape(moved)[:-1]
    found = [array(func1d(moved[place], *args, **kwargs)) for place in np.ndindex(*rest)]
    if not found:
        raise ShapeError(f"there are no vectors along axis {axis} of shape {np.shape(arr)}")
    each = np.shape(found[0])
    whole = np.reshape(np.stack(found), (*rest, *each))
    inner = tuple(range(len(rest), len(rest) + len(each)))
    return np.moveaxis(whole, inner, tuple(number + i for i in range(len(each))))


@implements(np.apply_over_axes)
def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    for axis in (axes,) if np.ndim(axes) == 0 else axes:
        found = func(a, axis_number(int(axis), np.ndim(a)))
        a = found if np.ndim(found) == np.ndim(a) else np.expand_dims(found, axis)
    return a


@implements(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> Any:
    if not np.ndim(x):
        raise TracingError(f"np.unstack{where_in_code()} takes an array with axes, found a number")
    return tuple(np.moveaxis(x, axis, 0))


def _steps(shape: Any, order: str) -> list[tuple[int, int]]:
    """For each axis, its length, and how far apart its neighbours are in memory."""
    lengths = tuple(map(index, (shape,) if np.ndim(shape) == 0 else shape))
    if order not in ("C", "F"):
        raise ShapeError(f"order is 'C' or 'F', found {order!r}")
    later = lengths if order == "C" else lengths[::-1]
    widths = [int(np.prod(later[place + 1 :], dtype=int)) for place in range(len(later))]
    return list(zip(lengths, widths if order == "C" else widths[::-1], strict=True))


@implements(np.unravel_index)
def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    if indices.dtype.kind not in "iu":
        raise ShapeError(f"an index must hold whole numbers, found {indices.dtype}")
    return tuple(indices // width % length for length, width in _steps(shape, order))


@implements(np.ravel_multi_index)
def ravel_multi_index(multi_index: Any, dims: Any, mode: str = "raise", order: str = "C") -> Any:
    places = zip(multi_index, _steps(dims, order), strict=True)
    return sum(within(each, length, mode) * width for each, (length, width) in places)


# Their results depend on a shape alone.
implements(np.tril_indices_from)(lambda arr, k=0: np.tril_indices(arr.shape[0], k, arr.shape[1]))
implements(np.triu_indices_from)(lambda arr, k=0: np.triu_indices(arr.shape[0], k, arr.shape[1]))
implements(np.diag_indices_from)(lambda arr: np.diag_indices(arr.shape[0], arr.ndim))


@implements("compress")
def compress_method(a: Any, condition: Any, axis: int | None = None) -> Any:
    return compress(condition, a, axis)


METHODS.update(choose=np.choose, compress="compress")
VIEWS.add(np.unstack)

"""Assignment to entries: ``x[index] = value``, and NumPy's functions that change an array in place."""

from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.indexing import Index, choice, chosen, has_mask, parts_of, permuted, resolved, show
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import array, fits
from graphviz_nn.tracing.buffer import Memory
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.memory import memory_of, overwrite
from graphviz_nn.tracing.places import cells, is_number
from graphviz_nn.tracing.registry import FUNCTIONS, implements, op
from graphviz_nn.tracing.tracer import Tracer, apply, here


def _assigned(x: Shape, value: Shape, *arrays: Shape, index: Index) -> Shape:
    place = chosen(x, *arrays, index=index)
    if not fits(value, place):
        raise ShapeError(f"shape {value} can't be assigned to [{show(index)}] of shape {x}, which has shape {place}")
    return x


def _dtype(x: Any, value: Any, *arrays: Any, **_: Any) -> np.dtype[Any]:
    for each in arrays:
        if np.dtype(each).kind not in "iu":
            raise ShapeError(f"an index must hold whole numbers, found {np.dtype(each)}")
    found: np.dtype[Any] = np.dtype(x)
    return found


def _set_at(x: Any, value: Any, *arrays: Any, index: Index) -> Any:
    found = np.array(x)
    # At a single entry of an array of objects, NumPy would store an array without axes itself.
    is_object = is_number(np.shape(x), index) and isinstance(value, np.ndarray)
    found[resolved(index, arrays)] = value[()] if is_object else value
    return found


def _last(shape: Shape, place: Shape, arrays: tuple[Any, ...], index: Index) -> Any:
    """Which of the values stay, where an index names an entry several times: the last; None if all do."""
    if not any(isinstance(part, str | tuple) for part in index):
        return None
    numbers = np.arange(prod(place)).reshape(place)
    owners = apply("set_at", np.full(shape, -1), numbers, *arrays, index=index)
    found = np.equal(apply("getitem", owners, *arrays, index=index), numbers)
    return None if isinstance(found, np.ndarray | np.bool_) and np.all(found) else found


def _pulled(g: Any, y: Any, x: Any, value: Any, *arrays: Any, slot: int, index: Index) -> Any:
    if slot > 1 or x.dtype.kind not in "fc":
        return None
    if not slot:
        return apply("set_at", g, 0.0, *arrays, index=index)
    part = apply("getitem", g, *arrays, index=index)
    last = _last(np.shape(x), np.shape(part), arrays, index)
    return part if last is None else np.where(last, part, 0.0)


op("set_at", _set_at, _assigned, _pulled, dtype=_dtype, glyph=r"[\,]\leftarrow", category="indexing")


@batching("set_at")
def _set_at_of_many(size: int, x: Argument, value: Argument, *arrays: Argument, index: Index) -> Any:
    place = chosen(x.shape, *(each.shape for each in arrays), index=index)
    found = choice(size, x.shape, True, arrays, index, len(place))
    given = value.value
    if np.ndim(given):
        back = tuple(int(i) for i in np.argsort(found.order))
        given = permuted(apply("broadcast_to", value.padded(len(place)), shape=(size, *place)), back)
    return apply("set_at", x.whole(size), given, *found.arrays, index=found.places)


def cast(value: Any, dtype: np.dtype[Any]) -> Any:
    """A value in the dtype of the array that it is assigned to; a plain number stays one."""
    if isinstance(value, Tracer):
        return value if value.dtype == dtype else value.astype(dtype)
    given = array(value)
    if isinstance(given, Tracer):
        return cast(given, dtype)
    found = np.empty(given.shape, dtype)
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            found[...] = value if isinstance(value, int) else given
    except (OverflowError, TypeError, ValueError) as error:
        raise TracingError(f"assignment{where_in_code()}: {error}") from None
    if found.ndim:
        return found
    return value if type(value) is int and dtype.kind == "f" and found.item() == value else found.item()


@implements("store")
def store(x: Tracer, index: Index, arrays: tuple[Any, ...], value: Any) -> None:
    """Assign a value to an index, whose arrays may be traced."""
    place = chosen(x.shape, *(np.shape(each) for each in arrays), index=index)
    shape = np.shape(value)
    if len(shape) > len(place) and set(shape[: len(shape) - len(place)]) == {1}:
        # NumPy leaves out leading axes of length 1.
        value = np.reshape(value, shape[len(shape) - len(place) :])
    _assigned(x.shape, np.shape(value), *(np.shape(each) for each in arrays), index=index)
    if not x.is_view:
        memory_of(x).write(index, arrays, value, place)
    elif cells(x.shape, index) == ((), ()):
        overwrite(x, full(x, value))
    else:
        overwrite(x, apply("set_at", x, value, *arrays, index=index))


def full(x: Tracer, value: Any) -> Tracer:
    """An array of the shape and dtype of another, with these entries, as they are now."""
    value = cast(value, x.dtype)
    if isinstance(value, Tracer) and value.shape == x.shape:
        return Tracer(value.recording, value.number)
    if isinstance(value, Tracer):
        found: Tracer = apply("broadcast_to", value, shape=x.shape)
        return found
    recording = x.recording
    return Tracer(recording, recording.constant(np.array(np.broadcast_to(np.asarray(value, x.dtype), x.shape))))


@implements("setitem")
def setitem(x: Tracer, index: Any, value: Any) -> None:
    if isinstance(value, Tracer):
        value = here("an assignment", x.recording, value)
    if has_mask(index) or (_is_mask(index) and not np.ndim(value) and not _is_plain(x)):
        FUNCTIONS["store where"](x, index, value)
        return
    try:
        parts, arrays = parts_of(x.shape, index)
        if _is_itself(x, parts, value):
            return
        store(x, parts, arrays, cast(value, x.dtype))
    except ShapeError as error:
        raise error if where_in_code() in str(error) else ShapeError(f"assignment{where_in_code()}: {error}") from None


def _is_mask(index: Any) -> bool:
    return isinstance(index, np.ndarray) and index.dtype == bool and index.ndim > 0 and index.size > 0


def _is_plain(x: Tracer) -> bool:
    """Whether an array is a buffer that has plain numbers so far."""
    return isinstance(x.place, Memory) and x.place.content is not None


def _is_itself(x: Tracer, index: Index, value: Any) -> bool:
    """Whether a view is assigned to its own place, as Python does after ``x[index] += …``."""
    return isinstance(value, Tracer) and value.is_view and value.place.parent is x and value.place.index == index

"""Choosing entries, by masks and by indices."""

from typing import Any

import numpy as np

from graphviz_nn.importers.pytorch.aten.table import along, aten
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing.tracer import apply


@aten("where")
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None:
        raise NoRule("the number of its results depends on the values")
    return np.where(condition, x, y)


@aten("masked_fill")
def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    return np.where(mask, value, x)


@aten("index_select")
def index_select(x: Any, dim: int, index: Any) -> Any:
    return x[(*(slice(None),) * along(x, dim), _places(index, np.shape(x)[dim]))]


@aten("take")
def take(x: Any, index: Any) -> Any:
    return np.ravel(x)[index]


@aten("gather")
def gather(x: Any, dim: int, index: Any, *, sparse_grad: bool = False) -> Any:
    if not np.ndim(x):
        return x
    axis = along(x, dim)
    # Beside the chosen axis an index may be shorter than the array.
    kept = tuple(slice(None) if i == axis else slice(0, n) for i, n in enumerate(np.shape(index)))
    is_whole = all(i == axis or n == m for i, (n, m) in enumerate(zip(np.shape(index), np.shape(x), strict=True)))
    return np.take_along_axis(x if is_whole else x[kept], index, axis)


@aten("take_along_dim")
def take_along(x: Any, index: Any, dim: int | None = None) -> Any:
    return np.take_along_axis(x, index, dim)


@aten("index", "_unsafe_index")
def index(x: Any, indices: Any) -> Any:
    return x[tuple(slice(None) if each is None else _plain(each) for each in indices)]


def _plain(each: Any) -> Any:
    if _is_mask(each) and not isinstance(each, np.ndarray):
        raise NoRule("the number of its results depends on the values of a mask")
    return each


def _is_mask(each: Any) -> bool:
    return each is not None and bool(each.dtype.kind == "b")


def _places(index: Any, length: int) -> Any:
    return np.asarray(index) % length if isinstance(index, np.ndarray) else index


@aten("scatter")
def scatter(x: Any, dim: int, index: Any, source: Any, *, reduce: str | None = None) -> Any:
    if reduce not in (None, "add"):
        raise NoRule(f"it reduces by {reduce!r}")
    if reduce == "add":
        return x + _added(x, dim, index, source)
    is_there = _added(x, dim, index, 1.0) > 0
    if not hasattr(source, "shape"):
        return np.where(is_there, source, x)
    # Of several entries for one place PyTorch promises none in particular.
    count = np.maximum(_added(x, dim, index, 1.0), 1)
    return np.where(is_there, _added(x, dim, index, source) / count, x)


@aten("scatter_add")
def scatter_add(x: Any, dim: int, index: Any, source: Any) -> Any:
    return x + _added(x, dim, index, source)


def _added(x: Any, dim: int, index: Any, source: Any) -> Any:
    """Zeros like x, with the entries of a source added at the places that an index names along an axis."""
    shape = np.shape(index)
    if hasattr(source, "shape"):
        if np.shape(source) != shape:
            source = source[tuple(slice(0, n) for n in shape)]
    else:
        source = np.full(shape, source, x.dtype if x.dtype.kind == "f" else "float64")
    parts: list[Any] = [_tuples(each) for each in np.ogrid[tuple(slice(n) for n in shape)]]
    parts[along(x, dim)] = "#1"
    return apply("add_at", source, index, index=tuple(parts), shape=np.shape(x))


def _tuples(array: Any) -> Any:
    return tuple(_tuples(each) for each in array) if np.ndim(array) else int(array)


@aten("index_add")
def index_add(x: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
    place = (*(slice(None),) * along(x, dim), "#1")
    return x + apply("add_at", source if alpha == 1 else alpha * source, index, index=place, shape=np.shape(x))


@aten("index_put", "_unsafe_index_put")
def index_put(x: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    if len(indices) == 1 and _is_mask(indices[0]):
        mask = indices[0]
        if np.size(values) != 1:
            raise NoRule("it puts values where a mask is true")
        wide = np.reshape(mask, (*np.shape(mask), *(1,) * (np.ndim(x) - np.ndim(mask))))
        return x + np.where(wide, values, 0) if accumulate else np.where(wide, values, x)
    arrays = [each for each in indices if each is not None]
    numbers = iter(range(1, len(arrays) + 1))
    index = tuple(slice(None) if each is None else f"#{next(numbers)}" for each in indices)

    if not accumulate:
        return apply("set_at", x, values, *arrays, index=index)
    shape = np.shape(x[tuple(slice(None) if each is None else each for each in indices)])
    return x + apply("add_at", np.broadcast_to(values, shape), *arrays, index=index, shape=np.shape(x))


@aten("one_hot")
def one_hot(x: Any, num_classes: int = -1) -> Any:
    if num_classes < 0:
        raise NoRule("the number of classes depends on the values; give num_classes")
    return (np.expand_dims(x, -1) == np.arange(num_classes)).astype("int64")


@aten("bucketize")
def bucketize(x: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    column = np.expand_dims(x, -1)
    below = boundaries <= column if right else boundaries < column
    return np.sum(below.astype("int64"), axis=-1)

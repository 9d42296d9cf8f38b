"""Choices: entries by position or by condition."""

from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import axis_of, number, operator, taken, whole
from graphviz_nn.tracing.tracer import Tracer


@operator("Where")
def where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(condition, x, y)


@operator("Gather")
def gather(x: Any, indices: Any, *, axis: int = 0) -> Any:
    axis = axis_of(axis, x)
    if isinstance(x, Tracer) and isinstance(indices, Tracer) and axis == 0 and np.ndim(x) == 2:
        return nn.embedding(indices, x)
    if not np.ndim(indices) and not isinstance(indices, Tracer):
        return x[(*(slice(None),) * axis, number(indices, "index"))]
    return taken(x, indices, axis)


@operator("GatherElements")
def gather_elements(x: Any, indices: Any, *, axis: int = 0) -> Any:
    axis = axis_of(axis, x)
    # Other axes may be shorter in the indices.
    kept = tuple(slice(None) if i == axis else slice(n) for i, n in enumerate(np.shape(indices)))
    return np.take_along_axis(x[kept], indices, axis)


@operator("Trilu", static=(1,))
def trilu(x: Any, k: Any = None, *, upper: int = 1) -> Any:
    diagonal = 0 if k is None else number(k, "diagonal")
    return np.triu(x, diagonal) if upper else np.tril(x, diagonal)


@operator("TopK", since=10, static=(1,), call="top_k")
def top_k(x: Any, k: Any, *, axis: int = -1, largest: int = 1, sorted: int = 1) -> Any:
    along = axis_of(axis, x)
    (count,) = whole(k, "count")
    if largest:
        # Whole numbers without sign have no negative.
        falling = np.iinfo(x.dtype).max - x if np.dtype(x.dtype).kind == "u" else -x
    order = np.argsort(falling if largest else x, axis=along, stable=True)
    places = order[(*(slice(None),) * along, slice(count))]
    return np.take_along_axis(x, places, along), places


@operator("Compress", static=(1,))
def compress(x: Any, condition: Any, *, axis: int | None = None) -> Any:
    kept = np.flatnonzero(whole(condition, "condition"))
    if axis is None:
        return np.ravel(x)[kept]
    return x[(*(slice(None),) * axis_of(axis, x), kept)]

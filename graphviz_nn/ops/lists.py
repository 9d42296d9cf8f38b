"""Arrays of lists of traced values."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops import rules
from graphviz_nn.tracing import refusals
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import VIEWS, Tracer, apply, call_function, holds_tracer


@implements("listed")
def listed(function: Any, arguments: Any, keywords: Any) -> Any:
    """Call a function that makes arrays, with traced values among its arguments."""
    return call_function(function, arguments, keywords)


@implements("joined")
def joined(value: Any) -> Any:
    """A list with traced values in it, at any depth, as a traced array; everything else unchanged."""
    if not isinstance(value, list | tuple) or not holds_tracer(value):
        return value
    rows = [rules.array(each) for each in value]
    for each in rows:
        if np.shape(each) != np.shape(rows[0]):
            raise ShapeError(
                f"a list{where()} has entries of shapes {np.shape(rows[0])} and {np.shape(each)}, which make no array; "
                "make the lists equally long"
            )
    return apply("stack", *rows, axis=0)


@implements(np.array)
def array(object: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0) -> Any:
    found = joined(object)
    if dtype is not None:
        if np.dtype(dtype) == np.dtype(np.object_):
            raise refusals.of_objects()
        found = rules.array(found).astype(dtype)
    if np.ndim(found) < ndmin:
        found = np.reshape(found, (*(1,) * (ndmin - np.ndim(found)), *np.shape(found)))
    return found


@implements(np.asarray, np.asanyarray, np.ascontiguousarray)
def asarray(a: Any, dtype: Any = None) -> Any:
    return a if isinstance(a, Tracer) and dtype in (None, a.dtype) else array(a, dtype)


VIEWS.update((np.asarray, np.asanyarray, np.ascontiguousarray))


@implements(np.full)
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    value = array(fill_value, dtype)
    return np.copy(np.broadcast_to(value, rules.whole_numbers(shape)))

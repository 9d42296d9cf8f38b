"""The values of a model while its nodes are replayed.

A value is traced, or an array that is known, or `Held` by the file, or `Missing`, or a list of these (ONNX's
sequences); None is an input left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.table import Row
from graphviz_nn.importers.onnx_model.tensors import Held
from graphviz_nn.importers.replay import Known
from graphviz_nn.tracing.tracer import Tracer

SMALL = 10_000
"""Known arrays of this many entries in all are computed at once; larger ones become leaves of the graph."""


@dataclass
class Missing:
    """A value that can't be drawn, and why."""

    reason: str


def kept(name: str, value: Any) -> Any:
    """A result; one that is known, and a weight or large, is held until a step needs it."""
    if isinstance(value, Tracer | Held | list | Missing):
        return value
    array = np.asarray(value)
    is_weight = array.size > SMALL or (array.ndim and array.dtype.kind == "f")
    return Held(name, Known(array.shape, array.dtype.name), array) if is_weight else array


def array_in(value: Any) -> Any:
    """The numbers of a value, if they are known."""
    return value.array if isinstance(value, Held) else None if isinstance(value, Tracer | Missing | list) else value


def known_of(value: Any) -> Known:
    """The shape and dtype of a value that isn't a list."""
    if isinstance(value, Held):
        return value.known
    return Known(np.shape(value), np.dtype(value.dtype).name)


def truth_in(value: Any) -> bool | None:
    """A single truth value, if it is known."""
    array = array_in(value)
    return bool(np.ravel(array)[0]) if array is not None and np.size(array) == 1 else None


def settled(values: Sequence[Any], row: Row) -> list[Any] | None:
    """The arrays of a step that depends on no input and no weight."""
    arrays = [array_in(each) for each in values]
    for slot, (each, array) in enumerate(zip(values, arrays, strict=True)):
        if each is not None and array is None:
            return None
        if isinstance(each, Held) and each.is_learned and not each.is_plain and slot not in row.static:
            return None
    return arrays if sum(array.size for array in arrays if array is not None) <= SMALL else None

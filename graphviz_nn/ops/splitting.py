"""Split an array."""

from itertools import pairwise
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.rules import axis_number
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import VIEWS


def _parts(array: Any, ends: list[int], axis: int) -> list[Any]:
    index = (slice(None),) * axis
    return [array[(*index, slice(start, end))] for start, end in pairwise(ends)]


@implements(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    axis = axis_number(axis, np.ndim(ary))
    length = np.shape(ary)[axis]
    if np.ndim(indices_or_sections):
        # A position counted from the end, or beyond it, as slices take it.
        places = [slice(int(place)).indices(length)[1] for place in indices_or_sections]
        return _parts(ary, [0, *places, length], axis)
    count = int(indices_or_sections)
    if count < 1:
        raise ShapeError(f"an array splits into at least one part, found {count}")
    size, longer = divmod(length, count)
    return _parts(ary, [i * size + min(i, longer) for i in range(count + 1)], axis)


@implements(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    axis = axis_number(axis, np.ndim(ary))
    if not np.ndim(indices_or_sections) and np.shape(ary)[axis] % int(indices_or_sections or 1):
        length = np.shape(ary)[axis]
        raise ShapeError(f"{length} entries can't be split evenly into {indices_or_sections}; write np.array_split")
    return array_split(ary, indices_or_sections, axis)


@implements(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return split(ary, indices_or_sections, 1 if np.ndim(ary) > 1 else 0)


@implements(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    _check_axes("vsplit", ary, 2)
    return split(ary, indices_or_sections, 0)


@implements(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    _check_axes("dsplit", ary, 3)
    return split(ary, indices_or_sections, 2)


def _check_axes(name: str, array: Any, least: int) -> None:
    if np.ndim(array) < least:
        raise ShapeError(f"{name} takes arrays of {least} or more axes, found shape {np.shape(array)}")


VIEWS.update((np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit))

"""Which entries an index means, and whether NumPy would copy them."""

from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.graph.ir import Array, Shape
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.registry import OPS

Index: TypeAlias = tuple[Any, ...]
Axes: TypeAlias = tuple[Any, ...]


def in_full(x: Shape, index: Index) -> tuple[Index, int]:
    """An index with a slice for each axis that it leaves out, and where these are.

    >>> in_full((2, 3), (Ellipsis, 0))
    ((slice(None, None, None), 0), 0)
    """
    left_out = [number for number, part in enumerate(index) if part is Ellipsis]
    if len(left_out) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    place = left_out[0] if left_out else len(index)
    taken = sum(part is not None and part is not Ellipsis for part in index)
    return (*index[:place], *(slice(None),) * (len(x) - taken), *index[place + 1 :]), place


def is_basic(index: Index) -> bool:
    """Whether an index consists of integers, slices and new axes, so that NumPy gives a view."""
    return not any(isinstance(part, str | tuple) for part in index)


def plain(index: Index) -> Index:
    """An index without traced arrays as NumPy takes it."""
    return tuple(np.array(part, dtype=int) if isinstance(part, tuple) else part for part in index)


def is_number(x: Shape, index: Index) -> bool:
    """Whether an index chooses a single number, which isn't an array."""
    return len(index) == len(x) and all(type(part) is int for part in index)


def cells(x: Shape, index: Index) -> tuple[Axes, tuple[int, ...]] | None:
    """The axes that an index is about, and the place along them; None if it isn't that simple.

    It is the axes with an integer, while all others are taken whole; or one axis, with the ends of a slice.

    >>> cells((2, 3), (slice(None), -1)), cells((4,), (slice(1, 3),)), cells((2, 3), (slice(None),))
    (((1,), (2,)), (('part', 0), (1, 3)), ((), ()))
    """
    if not is_basic(index) or None in index:
        return None
    axes, place = list[int](), list[int]()
    parts = list[tuple[int, tuple[int, int]]]()
    for axis, (length, part) in enumerate(zip(x, in_full(x, index)[0], strict=True)):
        if isinstance(part, int):
            axes.append(axis)
            place.append(part % length)
        elif (ends := part.indices(length)) != (0, length, 1):
            if ends[2] != 1:
                return None
            parts.append((axis, ends[:2]))
    if not parts:
        return tuple(axes), tuple(place)
    ((axis, ends),) = parts if len(parts) == 1 and not axes else ((-1, (0, 0)),)
    return None if axis < 0 or ends[0] >= ends[1] else (("part", axis), ends)


# Operations whose entries lie as those of their arguments, and those whose entries lie row by row.
ALIKE = frozenset(["where", "stop_gradient", "sum", "mean", "max", "min", "prod", "concatenate", "stack"])
ORDERED = frozenset(["reshape", "add_at", "broadcast_to", "outer"])


def is_ordered(recording: Recording, number: int) -> bool:
    """Whether the entries of a value surely lie row by row in NumPy's memory, as in arrays that people make."""
    known, waiting = recording.ordered, [number]
    while waiting:
        here = waiting[-1]
        followed = () if here in known else _followed(recording, here)
        unknown = [each for each in followed or () if each not in known]
        if unknown:
            waiting.extend(unknown)
            continue
        known.setdefault(here, followed is not None and all(known[each] for each in followed))
        waiting.pop()
    return known[number]


def _followed(recording: Recording, number: int) -> list[int] | tuple[()] | None:
    """The values whose order gives that of a value; None if it isn't known."""
    step = recording.steps[number]
    axes = sum(n > 1 for n in recording.values[number].variable.shape)
    if axes < 2 or isinstance(step, int) or step.operation.op in ORDERED or (step.name == "matmul" and axes == 2):
        return ()
    operation = step.operation
    if operation.op == "set_at" or (operation.op == "getitem" and _is_forward(operation.attributes["index"])):
        return step.arguments[:1]
    return step.arguments if operation.op in ALIKE or isinstance(OPS[operation.op].kernel, np.ufunc) else None


def _is_forward(index: Index) -> bool:
    return is_basic(index) and all((part.step or 1) > 0 for part in index if isinstance(part, slice))


def stand_in(shape: Shape) -> Array:
    """An array of one byte that looks as if it had a shape, to ask NumPy how the entries of its views lie."""
    strides = tuple(int(each) for each in np.cumprod((1, *shape[:0:-1]))[::-1]) if shape else ()
    return np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), shape, strides)

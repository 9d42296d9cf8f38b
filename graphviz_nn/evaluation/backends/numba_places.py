"""Where the entries of a variable are: in an array, in a number, or at another place of another variable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.backends.numba_nests import aligned, flat
from graphviz_nn.graph.ir import Shape

Index = list[str]


@dataclass(frozen=True)
class Place:
    """The entries of a variable as entries of another one.

    Parameters
    ----------
    base : str
        The variable that has the entries.
    at : callable
        The index into it, from that of an entry of this one.
    reads : tuple of str
        Variables that the index needs.
    """

    base: str
    at: Callable[[Index], Index]
    reads: tuple[str, ...] = ()


def same(call: Call) -> Place:
    return Place(str(call.arguments[0]), lambda index: index)


def transposed(call: Call) -> Place:
    axes = call.attributes["axes"]
    return Place(str(call.arguments[0]), lambda index: [index[axes.index(axis)] for axis in range(len(axes))])


def broadcast(call: Call) -> Place:
    shape = call.shapes[0]
    return Place(str(call.arguments[0]), lambda index: aligned(shape, index))


def long_axes(shape: Shape) -> Shape:
    return tuple(length for length in shape if length != 1)


def reshaped(call: Call) -> Place:
    """Another shape of the same entries; the variable that has them has an array, if other axes than of 1 change."""
    before, after = call.shapes[0], call.shape
    if long_axes(before) != long_axes(after):
        long = [axis for axis, length in enumerate(before) if length != 1]

        def through(index: Index) -> Index:
            # Beyond its length, the last axis counts on through the whole array.
            return [flat(after, index) if axis == long[-1] else "0" for axis in range(len(before))]

        return Place(str(call.arguments[0]), through)

    def at(index: Index) -> Index:
        left = iter([each for each, length in zip(index, after, strict=True) if length != 1])
        return ["0" if length == 1 else next(left) for length in before]

    return Place(str(call.arguments[0]), at)


def lengths(index: tuple[Any, ...], x: Shape) -> dict[str, int]:
    """The length of the axis along which each array of an index selects.

    Examples
    --------
    >>> lengths((slice(None), "#1"), (2, 3))
    {'#1': 3}
    """
    taken = sum(part is not None and part is not Ellipsis for part in index)
    found, axis = dict[str, int](), 0
    for part in index:
        if isinstance(part, str):
            found[part] = x[axis]
        axis += len(x) - taken if part is Ellipsis else part is not None
    return found


def chosen(
    index: tuple[Any, ...], x: Shape, entry: Callable[[Any, Index, int], str], shapes: dict[str, Shape]
) -> Callable[[Index], Index]:
    """The index into ``x`` from that of an entry of ``x[index]``.

    Parameters
    ----------
    entry : callable
        The code of an entry of an array in the index, a slot such as "#1" or a constant tuple, for an axis of a length.
    shapes : dict
        The shapes of the arrays, by slot.
    """
    taken = sum(part is not None and part is not Ellipsis for part in index)
    place = next((number for number, part in enumerate(index) if part is Ellipsis), len(index))
    whole = (*index[:place], *(slice(None),) * (len(x) - taken), *index[place + 1 :])
    arrays = [part for part in whole if isinstance(part, str | tuple)]
    known = [shapes[part] if isinstance(part, str) else np.shape(part) for part in arrays]
    axes = len(np.broadcast_shapes(*known)) if arrays else 0
    advanced = [n for n, part in enumerate(whole) if isinstance(part, str | tuple | int)] if arrays else []
    # An Ellipsis separates its neighbours, even if it stands for no axis.
    spread = [number + (number >= place and place < len(index)) for number in advanced]
    together = not spread or spread[-1] - spread[0] == len(spread) - 1
    start = sum(not isinstance(part, int) for part in whole[: advanced[0]]) if advanced and together else 0

    def at(index: Index) -> Index:
        common, rest = index[start : start + axes], iter([*index[:start], *index[start + axes :]])
        found, lengths = list[str](), iter(x)
        for part in whole:
            if part is None:
                next(rest)
                continue
            length = next(lengths)
            if isinstance(part, slice):
                first, _, step = part.indices(length)
                number = next(rest)
                scaled = number if step == 1 else f"{step} * {number}"
                found.append(scaled if not first else f"({first} + {scaled})")
            elif isinstance(part, int):
                found.append(str(part % length))
            else:
                shape = shapes[part] if isinstance(part, str) else np.shape(part)
                found.append(entry(part, aligned(shape, common), length))
        return found

    return at

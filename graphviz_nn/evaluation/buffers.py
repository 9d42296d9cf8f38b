"""Memory that a program keeps from run to run, so that the system needn't provide it anew each time."""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.evaluation.schedule import Schedule, size_of
from graphviz_nn.evaluation.written import INTO, is_once
from graphviz_nn.graph.ir import Variable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Line

LARGE = 2**16
"""The bytes from which on a value is kept; smaller ones are at hand anyway."""
MOST = 2**28
"""The most bytes that a program keeps, for all of its runs; one that needs more for a single run keeps none."""
MORE = 1.1
"""How much more memory a run may take at its peak, because results can't use what is kept."""
ALIGNED = 64
"""Each array starts at a multiple of so many bytes."""
IN_ORDER = {"matmul", "stack", "concatenate", "einsum", "sum", "mean", "max", "min", "prod", "add_at"}
"""Operations, besides ufuncs, whose result has its entries in the order of their axes."""


class Place(NamedTuple):
    """Where an array is in the memory of a program."""

    start: int
    shape: tuple[int, ...]
    dtype: str


class Buffers:
    """The memory of one program. Each run takes all of its arrays, and gives them back.

    Runs at the same time have arrays of their own.

    Examples
    --------
    >>> buffers = Buffers([Place(0, (2,), "float64"), Place(64, (3,), "bool")])
    >>> first, second = buffers.take()
    >>> first.shape, second.dtype
    ((2,), dtype('bool'))
    >>> buffers.give((first, second))
    >>> buffers.take()[0] is first
    True
    """

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self.size = max(place.start + _bytes(place) for place in places)
        self.free = list[tuple[Any, ...]]()

    def take(self) -> tuple[Any, ...]:
        """All arrays, with any numbers in them."""
        try:
            return self.free.pop()
        except IndexError:
            whole = np.empty(self.size + ALIGNED, np.uint8)
            start = -whole.ctypes.data % ALIGNED
            return tuple(np.ndarray(p.shape, p.dtype, whole, start + p.start) for p in self.places)

    def give(self, arrays: tuple[Any, ...]) -> None:
        """Keep the arrays for the next run, unless many runs at the same time have left too many."""
        if (len(self.free) + 1) * self.size <= MOST:
            self.free.append(arrays)


def planned(schedule: Schedule) -> dict[str, Place]:
    """The places of the large values that end with a run, such that values at the same time don't overlap.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> from graphviz_nn.transforms.passes.listing import Listing
    >>> listing = Listing.of(trace(lambda x: np.sum((x @ x) @ (x @ x + 1)), x=input((128, 128))))
    >>> [place.start for place in planned(Schedule(listing)).values()]
    [0, 131072, 262144]
    """
    listing, cells, ends = schedule.listing, dict[str, str](), dict[str, int]()
    for number, line in enumerate(listing.lines):
        if schedule.is_fresh(line):
            over = schedule.overwritten(number)
            cells[line.result] = cells[schedule.array(over)] if over else line.result
            cell = cells[line.result]
            ends[cell] = max(ends.get(cell, -1), schedule.held(line.result))
    found, lasting, ordered = dict[str, Place](), dict[str, int](), set(listing.leaves)
    for number, line in enumerate(listing.lines):
        is_ordered = _is_ordered(line, ordered, listing.variables)
        if is_ordered:
            ordered.add(line.result)
        variable = listing.variables[line.result]
        is_kept = cells.get(line.result) == line.result and ends[line.result] < len(listing.lines)
        if is_kept and is_ordered and _takes_memory(line, variable):
            lasting = {name: end for name, end in lasting.items() if end >= number}
            start = _gap([found[name] for name in lasting], size_of(variable))
            found[line.result] = Place(start, variable.shape, variable.dtype)
            lasting[line.result] = ends[line.result]
    returned = sum(size_of(listing.variables[name]) for name in listing.outputs)
    total = max(map(_next, found.values()), default=0)
    return found if total <= MOST and total + returned <= MORE * max(schedule.peak, returned) else {}


def _takes_memory(line: Line, variable: Variable) -> bool:
    """Whether a result is large, and is written into an array that is there."""
    if size_of(variable) < LARGE:
        return False
    if line.op == "add_at":
        return is_once(**line.attributes)
    op = OPS.get(line.op)
    return line.op in INTO or (op is not None and isinstance(op.kernel, np.ufunc) and op.kernel.nout == 1)


def _is_ordered(line: Line, ordered: set[str], variables: Mapping[str, Variable]) -> bool:
    """Whether the entries of a result are in the order of its axes, where NumPy chooses; it is faster to follow."""
    if line.op in IN_ORDER or line.op in INTO:
        return True
    if line.op == "reshape":
        return line.given[0] in ordered
    op, shape = OPS.get(line.op), variables[line.result].shape
    if op is None or not isinstance(op.kernel, np.ufunc):
        return False
    return all(each in ordered for each in line.given if isinstance(each, str) and variables[each].shape == shape)


def _gap(taken: list[Place], size: int) -> int:
    """The first place between others where so many bytes fit."""
    start = 0
    for place in sorted(taken):
        if place.start - start >= size:
            break
        start = max(start, _next(place))
    return start


def _next(place: Place) -> int:
    return -(-(place.start + _bytes(place)) // ALIGNED) * ALIGNED


def _bytes(place: Place) -> int:
    return prod(place.shape) * np.dtype(place.dtype).itemsize

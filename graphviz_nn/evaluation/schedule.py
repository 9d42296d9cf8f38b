"""When the values of a run are freed, and which of them a later step may overwrite."""

from collections.abc import Mapping
from functools import cached_property
from math import prod

import numpy as np

from graphviz_nn.evaluation.written import OVERWRITES
from graphviz_nn.graph.ir import Variable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Line, Listing, Slot

SMALL = 1000
"""Values of fewer entries live until the end of a run."""

VIEWS = ("reshape", "transpose")
"""Operations whose result shows every entry of its argument once."""
FRESH = {
    "matmul",
    "outer",
    "where",
    "stack",
    "concatenate",
    "sum",
    "mean",
    "max",
    "min",
    "prod",
    "sum_to",
    "add_at",
    "astype",
}
"""Operations, besides ufuncs, whose result shares no memory with their arguments."""


class Schedule:
    """The last use of each value of a listing.

    Parameters
    ----------
    fresh : set of str, optional
        Operations whose result shares no memory with their arguments, besides ufuncs.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> listing = Listing.of(trace(lambda x: np.sum(np.tanh(np.exp(x))), x=input(5000)))
    >>> schedule = Schedule(listing)
    >>> schedule.freed
    {1: ['v1'], 2: ['v2']}
    >>> schedule.may_overwrite(1, "v1"), schedule.may_overwrite(0, "x")
    (True, False)
    """

    def __init__(self, listing: Listing, fresh: frozenset[str] = frozenset(FRESH)) -> None:
        self.listing, self.outputs = listing, frozenset(listing.outputs)
        self.last = dict[Slot, int]()
        # The new array that a value is, or shows otherwise.
        self._array = dict[Slot, str]()
        self._fresh = {op for op in {line.op for line in listing.lines} if op in fresh or _is_ufunc(op)}
        for number, line in enumerate(listing.lines):
            self.last[line.result] = number
            for each in line.given:
                if each in self.last:
                    self.last[each] = number
            if line.op in self._fresh:
                self._array[line.result] = line.result
            elif line.op in VIEWS and line.given[0] in self._array:
                self._array[line.result] = self._array[line.given[0]]
        # The last use of a value, and of all that may show it.
        held = {name: len(listing.lines) if name in self.outputs else number for name, number in self.last.items()}
        for line in reversed(listing.lines):
            if line.op not in self._fresh:
                held.update((each, max(held[each], held[line.result])) for each in line.given if each in held)
        self._held = {name: held[name] for name in self._array.values()}

    def is_fresh(self, line: Line) -> bool:
        """Whether a result is a new array."""
        return line.op in self._fresh

    @property
    def freed(self) -> dict[int, list[str]]:
        """For each line, by number, the large values that no later line takes."""
        found, variables = dict[int, list[str]](), self.listing.variables
        for line in self.listing.lines:
            if line.result not in self.outputs and prod(variables[line.result].shape) >= SMALL:
                found.setdefault(self.last[line.result], []).append(line.result)
        return found

    def may_overwrite(self, number: int, name: str) -> bool:
        """Whether a line, by number, may write its result into one of its arguments."""
        if name not in self._array or self._held[self._array[name]] != number:
            return False
        line, variables = self.listing.lines[number], self.listing.variables
        before, after = variables[name], variables[line.result]
        return before.shape == after.shape != () and before.dtype == after.dtype

    def overwritten(self, number: int) -> str | None:
        """The argument whose memory a line, by number, takes for its result."""
        line = self.listing.lines[number]
        given = (line.given[slot] for slot in OVERWRITES.get(line.op, ()))
        return next((each for each in given if isinstance(each, str) and self.may_overwrite(number, each)), None)

    @cached_property
    def ended(self) -> dict[int, list[str]]:
        """For each line, by number, the large new arrays that nothing shows afterwards."""
        found = dict[int, list[str]]()
        for name, number in self._held.items():
            if prod(self.listing.variables[name].shape) >= SMALL:
                found.setdefault(number, []).append(name)
        return found

    @cached_property
    def peak(self) -> int:
        """The most bytes that the values take at once, outputs included, arguments and constants not."""
        taken = most = 0
        for number, line in enumerate(self.listing.lines):
            reused = self.overwritten(number)
            if self.is_fresh(line) and reused is None:
                taken += size_of(self.listing.variables[line.result])
                most = max(most, taken)
            ended = (name for name in self.ended.get(number, ()) if reused is None or name != self.array(reused))
            taken -= sum(size_of(self.listing.variables[name]) for name in ended)
        return most

    def held(self, name: str) -> int:
        """The line, by number, after which nothing shows a new array; past the last line for one that is returned."""
        return self._held[name]

    def array(self, name: str) -> str:
        """The new array that a value shows."""
        return self._array[name]


def size_of(variable: Variable) -> int:
    """The bytes of an array."""
    return prod(variable.shape) * np.dtype(variable.dtype).itemsize


def _is_ufunc(op: str) -> bool:
    return op in OPS and isinstance(OPS[op].kernel, np.ufunc)


def freed_after(listing: Listing) -> Mapping[int, list[str]]:
    """For each line, by number, the large values that no later line takes."""
    return Schedule(listing).freed

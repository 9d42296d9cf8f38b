"""Graphs of many single numbers as instructions: each an operation, or a sum of products as one."""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from graphviz_nn.evaluation.backends.calls import Call, calls
from graphviz_nn.graph.ir import Operation
from graphviz_nn.transforms.passes.listing import Listing, Slot

Term: TypeAlias = tuple[Slot, ...]
"""A number, or two that are multiplied."""

TRUTHS = {
    "where": (0,),
    "logical_not": (0,),
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (0, 1)),
}
"""The arguments that are true or false; in the cells they are 1 or 0."""

OF_TRUTHS = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "invert": "logical_not",
    "add": "logical_or",
    "multiply": "logical_and",
}
"""Of what is true or false, operations on bits are logic, and so are sums and products."""


@dataclass(frozen=True)
class Instruction:
    """What makes one number.

    Parameters
    ----------
    operation : str
        An operation, or "sum" for a sum of terms from the left.
    terms : tuple of tuple
        The terms of a sum, of which all but the first have equally many factors; of an operation, each argument.
    result : str
        The variable.
    origin : Operation
        What the user wrote.
    """

    operation: str
    terms: tuple[Term, ...]
    result: str
    origin: Operation

    @property
    def given(self) -> tuple[Slot, ...]:
        """All arguments, one after the other."""
        return tuple(each for term in self.terms for each in term)


def instructions(listing: Listing) -> list[Instruction]:
    """The instructions for a graph; an output that is a leaf is copied to a variable of another name.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda a, b, c: a * b + b * c + a * c, a=input(()), b=input(()), c=input(()))
    >>> [(each.operation, each.terms) for each in instructions(Listing.of(graph))]
    [('sum', (('a', 'b'), ('b', 'c'), ('a', 'c')))]
    """
    found = list(calls(listing))
    made, copied = {call.result for call in found}, Operation("positive")
    copies = (
        Instruction("positive", ((name,),), copy_of(name), copied) for name in listing.outputs if name not in made
    )
    return [*_Sums(found, set(listing.outputs)).found, *copies]


def copy_of(name: str) -> str:
    """The name of a copy of a variable."""
    return f"{name}\0"


class _Sums:
    """Reads calls in order; products and sums that only a further sum takes become terms of it."""

    def __init__(self, found: list[Call], kept: set[str]) -> None:
        uses = Counter(each for call in found for each in call.arguments if isinstance(each, str))
        added = (each for call in found if _adds(call) for each in call.arguments)
        # What one further sum takes, and nothing else.
        self.passing = {each for each in added if isinstance(each, str) and uses[each] == 1} - kept
        self.open, self.found = dict[str, tuple[list[Term], Operation]](), list[Instruction]()
        for call in found:
            self._read(call)

    def _read(self, call: Call) -> None:
        name = OF_TRUTHS.get(call.op.name, call.op.name) if call.dtype.kind == "b" else call.op.name
        if _adds(call):
            terms = self._joined(*call.arguments)
        elif name == "multiply" and call.result in self.passing:
            terms = [call.arguments]
        else:
            terms = [(each,) for each in call.arguments]
            self.found.append(Instruction(name, tuple(terms), call.result, call.origin))
            return
        self.open[call.result] = terms, call.origin
        if call.result not in self.passing:
            self._close(call.result)

    def _joined(self, first: Slot, second: Slot) -> list[Term]:
        """The terms of a sum of two."""
        lengths = self._length(first), self._length(second)
        if lengths[1] > 1 >= lengths[0] or lengths == (1, 0):
            # A sum is continued, and a product comes last.
            first, second = second, first
        if self._length(second) > 1:
            self._close(str(second))
        last = self._taken(second)[0]
        if self._length(first) > 1 and len(self.open[str(first)][0][-1]) != len(last):
            self._close(str(first))
        return [*self._taken(first), last]

    def _length(self, slot: Slot) -> int:
        """The number of terms of a sum or product that isn't closed."""
        return len(self.open[slot][0]) if isinstance(slot, str) and slot in self.open else 0

    def _taken(self, slot: Slot) -> list[Term]:
        return self.open.pop(slot)[0] if isinstance(slot, str) and slot in self.open else [(slot,)]

    def _close(self, name: str) -> None:
        terms, origin = self.open.pop(name)
        self.found.append(Instruction("sum", tuple(terms), name, origin))


def _adds(call: Call) -> bool:
    return call.op.name == "add" and call.dtype.kind == "f"

"""The numbers of an open trace whose arguments are known, and what the author's code reads of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.registry import lookup


class Read(NamedTuple):
    """What the code read of a value: the same code runs as long as it reads the same.

    Parameters
    ----------
    number : int
        The value, by its number in the trace.
    kind : callable
        What was read: `bool`, `float`, `bits`, …
    found : object
        What it gave.
    """

    number: int
    kind: Callable[[Array], Any]
    found: Any

    def holds(self, value: Any) -> bool:
        """Whether a value reads the same; a NaN equals itself."""
        found = self.kind(value)
        return bool(found == self.found) or (found != found and self.found != self.found)


def bits(value: Any) -> bytes:
    """All numbers of an array, as they are stored."""
    return np.ascontiguousarray(value).tobytes()


def number(value: Any) -> Any:
    """A single number as Python's."""
    return np.asarray(value).item()


class Known:
    """The numbers of a trace, computed where the code asks for them.

    Parameters
    ----------
    recording : Recording
        The open trace.
    leaves : dict of int to array, or pair
        What is known of the leaves; a trace around this one and a number are a value there.
    varied : iterable of int
        The leaves that are differentiated by.
    """

    def __init__(self, recording: Any, leaves: Mapping[int, Any], varied: Iterable[int]) -> None:
        self.recording = recording
        self.leaves = dict(leaves)
        self.varied = dict.fromkeys(varied, True)
        self.reads: dict[tuple[int, Callable[..., Any]], Read] = {}
        self._computed: dict[int, Any] = {}
        self._steps: dict[int, Any] = {}
        self._upto = 0

    def value(self, number: int) -> Any:
        """The content of a value; None if it depends on what isn't known."""
        for each in self._before(number, self._computed):
            if each not in self._computed:
                self._computed[each] = self._content(each)
        return self._computed[number]

    def is_varied(self, number: int) -> bool:
        """Whether a value changes smoothly with what is differentiated by."""
        for each in self._before(number, self.varied):
            if each not in self.varied:
                step, smooth = (
                    self._steps.get(each),
                    self.recording.values[each].variable.dtype.startswith(("float", "complex")),
                )
                self.varied[each] = smooth and (
                    any(self.varied[a] for a in step.arguments) if step else self._is_varied_around(each)
                )
        return self.varied[number]

    def read(self, number: int, kind: Callable[[Array], Any]) -> Any:
        """What the code sees of a value; None if it isn't known."""
        value = self.value(number)
        if value is None:
            return None
        if kind is not bits and np.size(value) != 1:
            raise TracingError(
                f"an array of shape {np.shape(value)} is no single {kind.__name__}{frames.where()}; "
                "write np.all(…), np.any(…) or one entry of it"
            )
        found = kind(value)
        self.keep(Read(number, kind, found))
        return found

    def keep(self, read: Read) -> None:
        """Note what the code read."""
        self.reads[read.number, read.kind] = read

    def _before(self, number: int, done: Mapping[int, Any]) -> list[int]:
        """What must be known before a value, in order, and the value itself."""
        steps = self.recording.steps
        if self._upto > len(steps):
            self._upto = 0
        self._steps.update({each.result: each for each in steps[self._upto :] if not isinstance(each, int)})
        self._upto = len(steps)
        needed, waiting = set[int](), [number]
        while waiting:
            each = waiting.pop()
            if each not in done and each not in needed:
                needed.add(each)
                waiting += self._steps[each].arguments if each in self._steps else ()
        # Values are numbered in the order of computation.
        return sorted(needed)

    def _content(self, number: int) -> Any:
        step = self._steps.get(number)
        if step is None:
            return self._leaf(number)
        given = [self._computed[each] for each in step.arguments]
        if any(each is None for each in given):
            return None
        operation, waiting = step.operation, iter(given)
        count = len(given) + len(operation.literals)
        slots = [operation.literals[s] if s in operation.literals else next(waiting) for s in range(count)]
        with np.errstate(all="ignore"):
            return lookup(operation.op).kernel(*slots, **operation.attributes)

    def _leaf(self, number: int) -> Any:
        if number not in self.leaves:
            return self.recording.values[number].variable.value
        leaf = self.leaves[number]
        if not isinstance(leaf, tuple):
            return leaf
        around, there = leaf
        return None if around.known is None else around.known.value(there)

    def _is_varied_around(self, number: int) -> bool:
        """Whether a leaf that is a value of a trace around this one may be differentiated by there."""
        leaf = self.leaves.get(number)
        if not isinstance(leaf, tuple):
            return False
        around, there = leaf
        return around.known is None or around.known.is_varied(there)


def read(tracer: Any, kind: Callable[[Any], Any], refusal: Callable[[], TracingError]) -> Any:
    """What the code sees of a traced value that is known; the refusal if it isn't."""
    known = tracer.recording.known
    found = None if known is None else known.read(tracer.number, kind)
    if found is None:
        raise refusal()
    return found


def content(tracer: Any, refusal: Callable[[], TracingError]) -> Any:
    """All numbers of a traced value that is known; the refusal if it isn't."""
    read(tracer, bits, refusal)
    return np.asarray(tracer.recording.known.value(tracer.number))

"""The operations of a graph in a line, and the stretches of it that may consist of equal parts."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array, Graph, Operation
from graphviz_nn.transforms.reading import Reading, known_signature, unplaced

# How many of the next operations of its kind an operation is compared with, to find how long a part is, and how many
# lengths are tried.
NEXT, LENGTHS = 6, 64


@dataclass(frozen=True)
class Stretch:
    """Places in a line of operations, each like the one a period later."""

    start: int
    end: int
    period: int

    @property
    def further(self) -> int:
        """How many operations come after the first part."""
        return self.end - self.start - self.period


class Line:
    """The operations of a graph in the order of computation."""

    def __init__(self, graph: Graph) -> None:
        self.reading, self.outputs = Reading(graph), set(graph.outputs)
        self.names = self.reading.order()
        self.place = {name: number for number, name in enumerate(self.names)}
        self.made_at = {v: self.place[name] for v, name in self.reading.producer.items()}
        self.number = {v: number for made in self.reading.results.values() for number, v in enumerate(made)}
        same = self._equal_constants()
        self.slots: list[list[tuple[str | None, tuple[Any, ...]]]] = []
        # Numbers for operations: equal for those that compute the same; those with arguments alike; with results alike.
        self.rough, self.given, self.made = list[int](), list[int](), list[int]()
        known: dict[Hashable, int] = {}
        for name in self.names:
            slots: list[tuple[str | None, tuple[Any, ...]]] = [
                (None, each) if isinstance(each, tuple) else (same.get(each, each), self._what(each))
                for each in self.reading.slots[name]
            ]
            self.slots.append(slots)
            kind = self._kind(name), len(slots)
            given = kind, "given", tuple(what for _, what in slots)
            for numbers, key in ((self.rough, kind), (self.given, given), (self.made, (kind, self._made(name)))):
                numbers.append(known.setdefault(key, len(known)))

    def _equal_constants(self) -> dict[str, str]:
        """The first of the constants that hold the same, for each."""
        first: dict[Hashable, str] = {}
        leaves = self.reading.variables.items()
        held = {name: v.value for name, v in leaves if v.role == "constant" and v.value is not None}
        return {
            name: first.setdefault((value.shape, value.dtype.str, value.tobytes()), name)
            for name, value in held.items()
        }

    def _kind(self, name: str) -> Hashable:
        """What an operation computes, whichever part of an array it takes, and whichever results are used."""
        operation = self.reading.operations[name]
        body = () if operation.body is None else known_signature(operation.body)[:-1]
        return operation.op, _attributes(operation), body

    def _made(self, name: str) -> Hashable:
        body = self.reading.operations[name].body
        results = () if body is None else known_signature(body)[-1]
        return results, tuple(
            (v.shape, v.dtype) for v in map(self.reading.variables.get, self.reading.results[name]) if v
        )

    def _what(self, name: str) -> tuple[Any, ...]:
        variable = self.reading.variables[name]
        draw = replace(variable.draw, seed=()) if variable.draw is not None else None
        return variable.shape, variable.dtype, "" if name in self.made_at else variable.role, draw

    # Stretches of equal operations.

    def stretches(self, least: int) -> Iterator[Stretch]:
        """Where the operations may repeat at least so often."""
        rough = np.array(self.rough)
        for period in self._periods(least):
            for start, end in _runs(rough[:-period] == rough[period:]):
                if end - start < period * (least - 1):
                    continue
                near = range(start, end)
                alike = (self.given[k] == self.given[k + period] and self._is_moved(k, period) for k in near)
                for low, high in _runs(np.fromiter(alike, bool, end - start)):
                    # In the first part, what comes from the one before comes from elsewhere.
                    first, last = max(start, start + low - period), start + high + period
                    if last - first >= period * least:
                        yield Stretch(first, last, period)

    def _periods(self, least: int) -> list[int]:
        """How long a part may be."""
        places: dict[int, list[int]] = defaultdict(list)
        for number, kind in enumerate(self.rough):
            places[kind].append(number)
        votes: Counter[int] = Counter()
        for alike in places.values():
            for ahead in range(1, NEXT + 1):
                votes.update(b - a for a, b in zip(alike, alike[ahead:], strict=False))
        enough = [(-count, period) for period, count in votes.items() if count >= least - 1]
        return sorted(period for _, period in sorted(enough)[:LENGTHS])

    def _is_moved(self, k: int, period: int) -> bool:
        """Whether an operation and the one a period later take the same, leaves, or what is as far apart as they."""
        for (one, _), (other, _) in zip(self.slots[k], self.slots[k + period], strict=True):
            if one == other or one is None or other is None:
                continue
            first, second = self.made_at.get(one), self.made_at.get(other)
            if first is None or second is None:
                if first is not second:
                    return False
            elif second - first != period and self.given[first] != self.given[second]:
                return False
        return True


def _attributes(operation: Operation) -> str:
    """The attributes of an operation; which part of an array it takes may differ."""
    if operation.op == "getitem":
        return repr(_pattern(operation.attributes["index"]))
    return repr(sorted(unplaced(operation).items())) if operation.attributes else ""


def _pattern(index: Any) -> Any:
    """An index without its numbers.

    >>> _pattern((3, slice(0, 2), None))
    ('number', ('number', 'number', 'None'), 'None')
    """
    if isinstance(index, tuple):
        return tuple(map(_pattern, index))
    if isinstance(index, slice):
        return tuple(map(_pattern, (index.start, index.stop, index.step)))
    return "number" if isinstance(index, int) and not isinstance(index, bool) else repr(index)


def _runs(truths: Array) -> Iterator[tuple[int, int]]:
    """The beginnings and ends of runs of truths.

    >>> list(_runs(np.array([True, True, False, True])))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], truths, [0]])))
    yield from ((int(start), int(end)) for start, end in edges.reshape(-1, 2))

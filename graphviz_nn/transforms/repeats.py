"""Find equal parts of a graph that follow each other, however they were written."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.reading import unplaced
from graphviz_nn.transforms.stretches import Line, Stretch

# How many beginnings of a part are tried, those that look best first.
BEGINNINGS = 8
# Leaves that are drawn anew or learned for each part, not given.
OWN = ("parameter", "random")


@dataclass(frozen=True)
class Repeat:
    """Equal parts of a graph: the operations of each, in corresponding order.

    Parameters
    ----------
    in_series : bool
        Whether each part takes only results of the one before, besides weights and what all parts share, and only the
        last part's results are used elsewhere.
    """

    parts: tuple[tuple[str, ...], ...]
    in_series: bool

    @property
    def others(self) -> tuple[str, ...]:
        """The operations that others stand for: those of all but the first part, and of the last if not in series."""
        parts = self.parts[1:] if self.in_series else self.parts[1:-1]
        return tuple(name for part in parts for name in part)


def repeats(graph: Graph, in_series: int, otherwise: int) -> list[Repeat]:
    """The repeats of at least so many parts, none within another, those with most operations first.

    Two parts are equal if their operations, attributes, shapes and connections are. Each may have its own weights and
    its own inputs, also as another index of a shared array.

    Parameters
    ----------
    in_series, otherwise : int
        The least parts of a repeat in series, and of any other.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> def model(x, W):
    ...     for i in range(3):
    ...         x = np.tanh(W @ x)
    ...     return x
    >>> found = repeats(trace(model, x=input(2), W=parameter((2, 2))), 3, 3)
    >>> found[0].parts, found[0].in_series
    ((('matmul', 'tanh'), ('matmul_2', 'tanh_2'), ('matmul_3', 'tanh_3')), True)
    """
    line, least = _Parts(graph), min(in_series, otherwise)
    stretches = sorted(line.stretches(least), key=lambda each: (-each.further, each.period, each.start))
    while True:
        found: dict[Stretch, Repeat] = {}
        taken: set[str] = set()
        for stretch in stretches:
            if taken.isdisjoint(line.names[stretch.start : stretch.end]):
                repeat = line.repeat(stretch, least)
                if repeat is not None and len(repeat.parts) >= (in_series if repeat.in_series else otherwise):
                    found[stretch] = repeat
                    taken.update(name for part in repeat.parts for name in part)
        kept = line.closed(found.values())
        if len(kept) == len(found):
            return kept
        # Others may repeat instead.
        stretches = [each for each in stretches if each not in found or found[each] in kept]


class _Source(NamedTuple):
    """Where an argument in a part comes from: an operation of the part, of the part before, or elsewhere.

    Parameters
    ----------
    name : str, optional
        The variable; none for a number.
    what : tuple
        The number, or the shape of the variable and what else it is but for its name.
    step, result : int
        The place of its operation in the part, and of the variable among its results.
    """

    kind: Literal["here", "before", "elsewhere"]
    name: str | None
    what: tuple[Any, ...]
    step: int = 0
    result: int = 0

    def is_moved(self, other: "_Source") -> bool:
        """Whether the same step of another part gives that one."""
        return (self.kind, self.step, self.result) == (other.kind, other.step, other.result)


class _Parts(Line):
    """The parts of stretches of a line."""

    # Where parts begin.

    def repeat(self, stretch: Stretch, least: int) -> Repeat | None:
        """The parts of a stretch, beginning where that looks best; none if they aren't connected alike."""
        for offset in sorted(range(stretch.period), key=lambda offset: self._rank(stretch, offset))[:BEGINNINGS]:
            starts = range(stretch.start + offset, stretch.end - stretch.period + 1, stretch.period)
            found = self._checked([range(start, start + stretch.period) for start in starts], least)
            if found is not None:
                return found
        return None

    def _rank(self, stretch: Stretch, offset: int) -> tuple[Any, ...]:
        """How good parts look that begin here: they are many, little leads from one to the next, they begin where the
        author's code goes back in a loop, and with weights."""
        start, period = stretch.start + offset, stretch.period
        border, reading = start + period, self.reading
        made = (v for k in range(start, border) for v in reading.results[self.names[k]])
        crossing = sum(any(self.place[user] >= border for user in reading.users[v]) for v in made)
        before, after = (reading.operations[self.names[k]].source for k in (border - 1, start))
        goes_back = before is not None and after is not None and before.file == after.file and before.line > after.line
        weighs = any(what[2] == "parameter" for name, what in self.slots[start] if name is not None)
        return -((stretch.end - start) // period), crossing, not goes_back, not weighs, offset

    def _checked(self, parts: Sequence[range], least: int) -> Repeat | None:
        """The longest run of parts that are connected alike, if it is long enough."""
        if len(parts) < least:
            return None
        inside, sources = range(parts[0].start, parts[-1].stop), [self._sources(part) for part in parts]
        best, start = range(0), 0
        for number in range(1, len(parts) + 1):
            if number < len(parts):
                # The first has no part before it.
                agree = self._begins if number == start + 1 else self._continues
                if self._do_the_same(parts[number - 1], parts[number], number + 1 == len(parts)) and agree(
                    sources[number - 1], sources[number], inside
                ):
                    continue
            best, start = max(best, range(start, number), key=len), number if number == start + 1 else number - 1
        if len(best) < len(parts):
            return self._checked(parts[best.start : best.stop], least)
        found = tuple(tuple(self.names[k] for k in part) for part in parts)
        if self._is_chain(parts, sources):
            return Repeat(found, in_series=True)
        return Repeat(found, in_series=False) if self._are_used_alike(parts) else None

    def _do_the_same(self, one: range, other: range, is_last: bool) -> bool:
        """Whether the operations of two parts have results alike; the last may lack what only a next one would take."""
        return is_last or all(self.made[k] == self.made[j] for k, j in zip(one, other, strict=True))

    def _are_used_alike(self, parts: Sequence[range]) -> bool:
        """Whether other operations take the results of each part alike, so that some parts stand for all."""
        return len({tuple(self._uses(part)) for part in parts[1:-1]}) == 1

    def _uses(self, part: range) -> Iterator[Hashable]:
        """What takes the results of a part elsewhere than in it and the next, and which of them are outputs."""
        reading, further = self.reading, part.stop + len(part)
        for k in part:
            for number, result in enumerate(reading.results[self.names[k]]):
                users = [self.place[user] for user in reading.users[result]]
                outside = sorted(self.rough[user] for user in users if not part.start <= user < further)
                if outside or result in self.outputs:
                    yield k - part.start, number, tuple(outside), result in self.outputs

    def _sources(self, part: range) -> list[_Source]:
        """Where the arguments in a part come from."""
        found = []
        for k in part:
            for name, what in self.slots[k]:
                made = self.made_at.get(name or "")
                if name is not None and made is not None and made >= part.start:
                    found.append(_Source("here", name, what, made - part.start, self.number[name]))
                elif name is not None and made is not None and made >= part.start - len(part):
                    found.append(_Source("before", name, what, made - part.start + len(part), self.number[name]))
                else:
                    found.append(_Source("elsewhere", name, what))
        return found

    def _begins(self, first: Sequence[_Source], second: Sequence[_Source], inside: range) -> bool:
        """Whether a first part is like the second; what comes from the part before there comes from anywhere here."""
        for one, other in zip(first, second, strict=True):
            if "here" in (one.kind, other.kind):
                if not one.is_moved(other):
                    return False
            elif other.kind == "before":
                if one.name is not None and one.what[0] != other.what[0]:
                    return False
            elif one.what != other.what or not self._is_outside((one, other), inside):
                return False
        return True

    def _continues(self, one: Sequence[_Source], other: Sequence[_Source], inside: range) -> bool:
        """Whether two parts after the first are alike."""
        return all(
            first.is_moved(second) and (first.kind != "elsewhere" or self._is_outside((first, second), inside))
            for first, second in zip(one, other, strict=True)
        )

    def _is_outside(self, sources: Sequence[_Source], inside: range) -> bool:
        """Whether no part of the repeat makes these."""
        return all(self.made_at.get(each.name or "", -1) not in inside for each in sources)

    # Parts in series.

    def _is_chain(self, parts: Sequence[range], sources: Sequence[Sequence[_Source]]) -> bool:
        """Whether nothing but results of the part before and weights goes into each part, and only what goes into the
        next comes out of it."""
        followed = [(first, *rest) for first, *rest in zip(*sources, strict=True) if rest[0].kind == "before"]
        if not followed or any(first.name is None for first, *_ in followed):
            return False
        if not self._do_the_same(parts[-2], parts[-1], is_last=False):
            return False
        for slots in zip(*sources, strict=True):
            own = {each.name for each in slots}
            if slots[1].kind == "elsewhere" and len(own) > 1 and not all(self._is_weight(name) for name in own if name):
                return False
        for steps in zip(*parts, strict=True):
            attributes = [unplaced(self.reading.operations[self.names[k]]) for k in steps]
            taken = (name for k in steps for name, _ in self.slots[k] if name is not None)
            if any(each != attributes[0] for each in attributes) and not all(map(self._is_weight, taken)):
                return False
        return not any(self._leaves(part, after) for part, after in pairwise(parts))

    def _leaves(self, part: range, after: range) -> bool:
        """Whether a result of a part is used elsewhere than in it and the next."""
        reading = self.reading
        made = [v for k in part for v in reading.results[self.names[k]]]
        users = (self.place[user] for v in made for user in reading.users[v])
        return not self.outputs.isdisjoint(made) or not all(part.start <= user < after.stop for user in users)

    def _is_weight(self, name: str) -> bool:
        """Whether a value is learned or drawn at random, or computed only from what is."""
        waiting, met = [name], set[str]()
        while waiting:
            each = waiting.pop()
            if each in met:
                continue
            met.add(each)
            if each in self.made_at:
                waiting += self.reading.arguments[self.reading.producer[each]].values()
            elif self.reading.variables[each].role not in OWN:
                return False
        return True

    # Several repeats.

    def closed(self, found: Collection[Repeat]) -> list[Repeat]:
        """The repeats of which each part takes nothing of its own from operations that no other part stands for."""
        others = {name for repeat in found for name in repeat.others}
        kept = [repeat for repeat in found if others.issuperset(self._makers(repeat))]
        return kept if len(kept) == len(found) else self.closed(kept)

    def _makers(self, repeat: Repeat) -> Iterator[str]:
        """The operations elsewhere that make what the parts take that others stand for, each its own."""
        reading, inside = self.reading, {name for part in repeat.parts for name in part}
        shared = {v for name in repeat.parts[0] for v in reading.arguments[name].values()}
        for name in repeat.others:
            own = (v for v in reading.arguments[name].values() if v in self.made_at and v not in shared)
            yield from (maker for v in own if (maker := reading.producer[v]) not in inside)

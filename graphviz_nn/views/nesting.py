"""Operations in boxes by the calls around them, such that no box is both before and after another."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from math import ceil
from typing import NamedTuple, TypeAlias

from graphviz_nn.graph.order import order

# More items than that in a box aren't read at a glance; they are cut into stretches of about so many.
MOST, STRETCH = 120, 50
# No model is deeper; a file of a stranger may be.
DEEPEST = 60


class Call(NamedTuple):
    """What a box holds: its title, its class, what tells it from other calls of both, and whether it is a function."""

    title: str
    kind: str = ""
    key: str = ""
    is_function: bool = False


class Step(NamedTuple):
    """An operation, and the call that it is alone in, if there is one."""

    name: str
    call: Call | None = None


class Box(NamedTuple):
    """Items in the order of computation: steps and boxes. Without a call, it is a stretch of the many in one."""

    call: Call | None
    items: list["Item"]


Item: TypeAlias = Box | Step
Paths: TypeAlias = Mapping[str, Sequence[Call]]
Before: TypeAlias = Mapping[str, Sequence[str]]


def nested(paths: Paths, before: Before) -> list[Item]:
    """Put operations into boxes.

    Parameters
    ----------
    paths : mapping of str to sequence of Call
        The calls around each operation, outermost first; the operations are in the order of computation.
    before : mapping of str to sequence of str
        The operations whose results each of them takes.

    Examples
    --------
    >>> block = Call("block")
    >>> [box] = nested({"a": [block], "b": [block]}, {"a": [], "b": ["a"]})
    >>> box.call.title, [step.name for step in box.items]
    ('block', ['a', 'b'])

    What leaves a call and comes back keeps it from being one box:

    >>> found = nested({"a": [block], "x": [], "b": [block]}, {"a": [], "x": ["a"], "b": ["a", "x"]})
    >>> [step.name for step in found]
    ['a', 'x', 'b']
    """
    return _nested(list(paths), paths, before, 0)


def _nested(names: Sequence[str], paths: Paths, before: Before, depth: int) -> list[Item]:
    items: list[Item] = []
    for call, members in _parts(names, paths, before, depth):
        if call is None or len(members) == 1:
            items += [Step(name, call) for name in members]
            continue
        inside = _nested(members, paths, before, depth + 1)
        match inside:
            case [Box(call=Call(is_function=True), items=inner)]:
                # A layer's module holds nothing but the function of the layer.
                inside = inner
        items.append(Box(call, inside))
    while len(items) > MOST:
        parts = ceil(len(items) / STRETCH)
        ends = [round(number * len(items) / parts) for number in range(parts + 1)]
        items = [Box(None, items[start:end]) for start, end in pairwise(ends)]
    return items


class _Part:
    """Operations of one call, of which no value leaves and comes back."""

    def __init__(self, call: Call | None, number: int, bit: int) -> None:
        self.call, self.number, self.bit = call, number, bit
        self.members = list[str]()
        # The parts of calls before and right after it; as bits, in which single operations have none.
        self.above = 0
        self.after = dict[int, _Part]()


def _parts(names: Sequence[str], paths: Paths, before: Before, depth: int) -> Iterator[tuple[Call | None, list[str]]]:
    """The operations of each call at a depth, in the order of computation.

    Where values leave a call and come back, it has several parts: one would be both before and after what is between.
    """
    home, latest, bits = dict[str, _Part](), dict[Call, _Part](), count()
    parts: list[_Part] = []
    for name in names:
        path = paths[name]
        call = path[depth] if depth < min(len(path), DEEPEST) else None
        given = list({home[each].number: home[each] for each in before[name] if each in home}.values())
        part = latest.get(call) if call is not None else None
        if part is None or any(each.above & part.bit for each in given):
            part = _Part(call, len(parts), 0 if call is None else 1 << next(bits))
            parts.append(part)
            if call is not None:
                latest[call] = part
        part.members.append(name)
        home[name] = part
        for each in given:
            if each is not part:
                each.after[part.number] = part
                _lead(part, each.above | each.bit)
    needs = {str(part.number): 0 for part in parts}
    for part in parts:
        for number in part.after:
            needs[str(number)] += 1
    for name in order(needs, lambda number: map(str, parts[int(number)].after)):
        yield parts[int(name)].call, parts[int(name)].members


def _lead(part: _Part, above: int) -> None:
    """Let what is before a part be before all that comes after it."""
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if above & ~each.above:
            each.above |= above
            waiting += each.after.values()

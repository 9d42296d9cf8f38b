"""Branches on the other side, and ways in the other order, where fewer lines cross then."""

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.composed import Choice, Made
from graphviz_nn.layout.judged import at_heads, crossing
from graphviz_nn.layout.obeyed import misplaced, unmet
from graphviz_nn.layout.result import Layout
from graphviz_nn.layout.rows.breaks import is_mark

# Beside a crossing: a bend, an operand that arrives out of order, e times as much room, and a crossed arrowhead.
BEND, UNREAD, ROOM, HEAD = 0.1, 0.3, 2.0, 0.5
# What is better by so much is better.
BETTER = 0.2

Sides: TypeAlias = Mapping[Choice, float]
_KNOWN: ContextVar[dict[Hashable, Sides] | None] = ContextVar("sides", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Meanwhile sides are looked for once for each diagram, however often it is laid out, so that it fits a page."""
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


def remembered() -> dict[Hashable, Sides]:
    """The sides that are known already, to be added to."""
    known = _KNOWN.get()
    return {} if known is None else known


@dataclass(frozen=True)
class Turned:
    """A layout, the sides that were asked for, where branches are, and what the layout is of."""

    layout: Layout
    sides: Sides
    made: Mapping[Choice, Made]
    diagram: Diagram

    @cached_property
    def crossing(self) -> list[tuple[int, int]]:
        """The numbers of the routes that cross, in twos."""
        return crossing(self.layout)

    @cached_property
    def price(self) -> tuple[int, int, float]:
        """How many wishes aren't met, how many texts have no place, and how hard the lines are to follow."""
        layout, routes = self.layout, self.layout.routes
        corners = sum(len(route.points) // 6 for route in routes)
        marks = sum(bool(is_mark(label, route) and label.tex.isdecimal()) for route in routes for label in route.labels)
        room = math.log(max(layout.width * layout.height, 1.0))
        lines = (
            len(self.crossing) + HEAD * at_heads(layout, self.crossing) + BEND * corners + UNREAD * marks + ROOM * room
        )
        return len(list(unmet(layout, self.diagram))) + misplaced(layout, self.diagram), layout.crowded, lines

    def is_better(self, other: "Turned") -> bool:
        """Whether it is, by more than a little."""
        *faults, lines = self.price
        return (*faults, lines + BETTER) <= other.price


class Put(Protocol):
    """Lays out a diagram."""

    def __call__(self, sides: Sides, *, draft: bool) -> Turned | None: ...


def untwisted(first: Turned, put: Put, tries: int) -> Turned:
    """Turn one branch after the other round, while that is better.

    Parameters
    ----------
    put : callable
        Lays out the diagram with some sides asked for, or makes a draft of that, which takes less time.
    tries : int
        The most drafts.
    """
    draft = put(first.sides, draft=True) if first.crossing else None
    if draft is None:
        return first
    best = _best(draft, put, tries)
    found = put(best.sides, draft=False) if best is not draft else None
    return found if found and found.is_better(first) else first


def _best(draft: Turned, put: Put, tries: int) -> Turned:
    """The best of a draft and those with branches turned round."""
    best, seen = draft, set[frozenset[tuple[Choice, float]]]()
    while True:
        for choice in _twisted(best):
            sides = {**best.sides, choice: -best.made[choice].side}
            if (key := frozenset(sides.items())) in seen:
                continue
            if len(seen) == tries:
                return best
            seen.add(key)
            found = put(sides, draft=True)
            if found and found.is_better(best):
                best = found
                break
        else:
            return best


def _twisted(turned: Turned) -> Iterator[Choice]:
    """What may be turned round so that lines cross no more: that of which the most of these lines have one end."""
    lines = Counter[tuple[str, str]]()
    for pair in turned.crossing:
        for number in pair:
            link = turned.layout.routes[number].link
            lines[link.tail, link.head] += 1
    counts = {choice: _ends(made.names, lines) for choice, made in turned.made.items()}
    return iter(sorted((each for each, count in counts.items() if count), key=lambda each: -counts[each]))


def _ends(names: frozenset[str], lines: Mapping[tuple[str, str], int]) -> int:
    return sum(count for ends, count in lines.items() if not names.isdisjoint(ends))

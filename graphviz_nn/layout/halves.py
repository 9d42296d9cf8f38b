"""The two halves of a diagram whose flow turns, and what is between them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from graphviz_nn.forms.diagram import Diagram, Hanging


@dataclass(frozen=True)
class Halves:
    """The shapes on the way down and on the way up, those on the ways across, and where the flow turns.

    Parameters
    ----------
    across : tuple of tuple of str
        For each turn, the shapes on the way from one of its ends to the other, in order.
    foot : tuple of str
        The last shape on the way down, and the first on the way up; between them the one at the bottom, if it is alone.
    """

    down: tuple[str, ...]
    up: tuple[str, ...]
    across: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...]


def halves(diagram: Diagram) -> Halves:
    """Split a diagram at its turns; what is between the innermost of them is half on the way down, half on the way up.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> ways = [Link(*pair, "") for pair in ("ab", "bc", "cd", "de", "as", "se")]
    >>> found = halves(Diagram(tuple(Shape(name, "data", name) for name in "abcdes"), tuple(ways), turns=(("a", "e"),)))
    >>> found.down, found.up, found.across, found.foot
    (('a', 'b'), ('d', 'e'), (('s',),), ('b', 'c', 'd'))
    """
    names = [shape.name for shape in diagram.shapes]
    flow: Any = nx.DiGraph()
    flow.add_nodes_from(names)
    flow.add_edges_from((link.tail, link.head) for link in diagram.links)
    inner, outer = diagram.turns[-1]
    part: Any = flow.subgraph((nx.descendants(flow, inner) & nx.ancestors(flow, outer)) | {inner, outer})
    bottom = [*nx.dag_longest_path(part)]
    half = len(bottom) // 2
    is_alone = flow.in_degree(bottom[half]) == flow.out_degree(bottom[half]) == 1
    foot = tuple(bottom[half - 1 : half + 2] if is_alone else bottom[(len(bottom) - 1) // 2 : len(bottom) // 2 + 1])
    alone = {*foot[1:-1]}
    up = nx.descendants(flow, foot[-1]) | {foot[-1]}
    down = (nx.ancestors(flow, foot[0]) | {foot[0]}) - up
    ways = [
        tuple(each for each in nx.topological_sort(flow) if each in _way(flow, *turn) - up - down - alone)
        for turn in diagram.turns
    ]
    # What is on several ways is on the innermost.
    met = set(alone)
    across: list[tuple[str, ...]] = []
    for way in reversed(ways):
        across.insert(0, tuple(each for each in way if each not in met))
        met.update(way)
    for name in names:
        if name not in up | down | met:
            (down if not down.isdisjoint(nx.ancestors(flow, name)) else up).add(name)
    # A leaf is where it hangs.
    for each in diagram.hanging:
        for side, other in ((down, up), (up, down)):
            if each.leaf in side and each.consumers[0] in other:
                side.discard(each.leaf)
                other.add(each.leaf)
    first, second = (tuple(each for each in names if each in side) for side in (down, up))
    return Halves(first, second, tuple(across), foot)


def _way(flow: Any, tail: str, head: str) -> set[str]:
    """What is on the ways from one shape to another."""
    found: set[str] = nx.descendants(flow, tail) & nx.ancestors(flow, head)
    return found


def part(diagram: Diagram, names: Collection[str], *, after: bool) -> Diagram:
    """The shapes of these names, and what is among them; what hangs off one of them does so on the outside."""
    own = set(names)
    hanging = [each for each in diagram.hanging if own.issuperset((each.leaf, *each.consumers))]
    return replace(
        diagram,
        shapes=tuple(shape for shape in diagram.shapes if shape.name in own),
        links=tuple(link for link in diagram.links if own.issuperset((link.tail, link.head))),
        spine=tuple(name for name in diagram.spine if name in own),
        hanging=_outside(hanging, after=after),
        frames=tuple(frame for frame in diagram.frames if own.issuperset(frame.members)),
        order=tuple(group for group in diagram.order if own.issuperset(group)),
        align=tuple(group for group in diagram.align if own.issuperset(group)),
        rows=(),
        turns=(),
        callouts=(),
        braces=(),
    )


def _outside(hanging: Iterable[Hanging], *, after: bool) -> tuple[Hanging, ...]:
    """The first leaf at each shape on the outside, another one on the other side."""
    taken, found = set[str](), list[Hanging]()
    for each in hanging:
        side = after if taken.isdisjoint(each.consumers) else not after
        taken.update(each.consumers)
        found.append(each.put(side, sideways=False))
    return tuple(found)

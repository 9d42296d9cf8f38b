"""What a diagram is composed of: steps in a line, branches side by side, and what joins it from aside or leaves it.

A diagram whose shapes are contracted one by one, each into the line that it is part of, is left with one shape: the
last. What stands in the way of that are links to far places, which are left out here and drawn afterwards.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import networkx as nx

from graphviz_nn.forms.diagram import Carried

# No more than one in so many links may be left out: else the diagram isn't composed of parts.
RARE = 5
# Parts within parts are followed so deep: beyond that nobody sees what they are parts of.
DEEP = 100

Weight: TypeAlias = tuple[bool, int]


def _sum(weights: Iterable[Weight]) -> Weight:
    found = list(weights)
    return any(is_main for is_main, _ in found), sum(count for _, count in found)


@dataclass
class Way:
    """Steps in a line between two shapes, and the spans before, between and after them; none for a mere arrow."""

    cells: list["Cell"] = field(default_factory=list)
    spans: list["Span"] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Counted when it is made, from the inside outwards, however deep that is.
        parts: list[Cell | Span] = [*self.cells, *self.spans]
        # Whether the main line runs here, and how many shapes there are.
        self.weight: Weight = _sum(part.weight for part in parts)
        self.depth: int = max((part.depth for part in parts), default=0)


@dataclass
class Span:
    """The ways side by side that lead from one shape to another."""

    ways: list[Way]

    @property
    def is_arrow(self) -> bool:
        """Whether there is nothing between the two shapes."""
        return all(not way.cells for way in self.ways)

    def __post_init__(self) -> None:
        self.weight: Weight = _sum(way.weight for way in self.ways)
        self.depth: int = 0 if self.is_arrow else 1 + max(way.depth for way in self.ways)


@dataclass
class Branch:
    """What joins a shape from aside, or leaves it: the shape at its other end, and what is between."""

    end: "Cell"
    span: Span

    def __post_init__(self) -> None:
        self.weight: Weight = _sum((self.end.weight, self.span.weight))
        self.depth: int = max(self.end.depth, self.span.depth)


@dataclass
class Cell:
    """A shape with the branches that lead to it alone, and those that come from it and lead nowhere else."""

    name: str
    weight: Weight
    joining: list[Branch] = field(default_factory=list)
    leaving: list[Branch] = field(default_factory=list)

    @cached_property
    def depth(self) -> int:
        """How many parts are within each other here; what is in line with the shape is no deeper."""
        main = self.main
        others = [branch.depth for branch in (*self.joining, *self.leaving) if branch is not main]
        return max(main.depth if main else 0, 1 + max(others, default=-1))

    @property
    def main(self) -> Branch | None:
        """Of what leads here, that which is in line: the main line, else the longest, the first of these."""
        return max(self.joining, key=lambda branch: branch.weight, default=None)

    def join(self, branch: Branch) -> None:
        """Add a branch that leads here."""
        self.joining.append(branch)
        self.weight = _sum((self.weight, branch.weight))

    def leave(self, branch: Branch) -> None:
        """Add a branch that comes from here."""
        self.leaving.append(branch)
        self.weight = _sum((self.weight, branch.weight))


@dataclass(frozen=True)
class Composition:
    """The last shape of each part that hangs together, with all that leads to it; and the links that were left out."""

    roots: tuple[Cell, ...]
    left_out: frozenset[tuple[str, str]]


def composition(
    names: Sequence[str],
    links: Collection[tuple[str, str]],
    spine: Sequence[str],
    shared: Collection[str] = (),
    carried: Carried = Carried(),
) -> Composition | None:
    """What shapes and links are composed of; none where that isn't most of them.

    Parameters
    ----------
    spine : sequence of str
        The main line: its last shape is the last of all, its links aren't left out.
    shared : collection of str
        Shapes that stand at the first of those that they lead to.
    carried : Carried
        A state: its links aren't left out either, and nothing but it leads in line to the first that it does.

    Examples
    --------
    >>> found = composition("xfgy", [("x", "f"), ("f", "g"), ("x", "g"), ("g", "y")], "xfgy")
    >>> root = found.roots[0]
    >>> root.name, len(root.joining), root.weight, sorted(found.left_out)
    ('y', 1, (True, 4), [])
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from(links)
    # A parameter that several shapes share stands at the first.
    left_out = {(name, head) for name in set(shared) & set(graph) for head in list(graph.successors(name))[1:]}
    graph.remove_edges_from(left_out)
    if not nx.is_directed_acyclic_graph(graph):
        return None
    depth = {name: number for number, name in enumerate(nx.topological_sort(graph))}
    reduced = _Reduced(graph, spine, shared, carried.line)
    fixed = {*pairwise(spine), *carried.handed_on}
    while True:
        reduced.contract()
        if not reduced.links:
            break
        worst = reduced.worst(fixed, depth)
        if worst is None or len(left_out) * RARE >= len(links):
            return None
        left_out.add(reduced.drop(worst))
    roots = tuple(reduced.cells[name] for name in names if name in reduced.after)
    return Composition(roots, frozenset(left_out)) if all(root.depth <= DEEP for root in roots) else None


class _Reduced:
    """What is left of a diagram while its shapes are contracted."""

    def __init__(
        self, graph: "nx.DiGraph[str]", spine: Sequence[str], shared: Collection[str], carried: Sequence[str]
    ) -> None:
        self.last, line = spine[-1] if spine else "", set(spine)
        self.first, self.second = (*carried[:2], "", "")[:2]
        # What is shared is part of no branch.
        self.cells = {name: Cell(name, (name in line, int(name not in shared))) for name in graph}
        self.after: dict[str, dict[str, None]] = {name: dict.fromkeys(graph.successors(name)) for name in graph}
        self.before: dict[str, dict[str, None]] = {name: dict.fromkeys(graph.predecessors(name)) for name in graph}
        self.links: dict[tuple[str, str], list[Way]] = {(tail, head): [Way()] for tail, head in graph.edges}
        self.waiting = deque(nx.topological_sort(graph))

    def contract(self) -> None:
        """Contract whatever can be: a step of a line, a beginning, an end."""
        while self.waiting:
            name = self.waiting.popleft()
            if name not in self.after:
                continue
            before, after = list(self.before[name]), list(self.after[name])
            if not before and len(after) == 1:
                span = self._taken(name, after[0])
                self.cells[after[0]].join(Branch(self.cells[name], span))
                self._gone(name, after)
            elif not after and len(before) == 1 and name != self.last:
                span = self._taken(before[0], name)
                self.cells[before[0]].leave(Branch(self.cells[name], span))
                self._gone(name, before)
            elif len(before) == len(after) == 1 and not self._is_begun(name):
                first, second = self._taken(before[0], name), self._taken(name, after[0])
                ends = before[0], after[0]
                self.links.setdefault(ends, []).append(_joined(first, self.cells[name], second))
                self.after[before[0]][after[0]] = self.before[after[0]][before[0]] = None
                self._gone(name, ends)

    def _is_begun(self, name: str) -> bool:
        """Whether a carried state leads there from its beginning, so that nothing else does in line."""
        return name == self.second and any(branch.end.name == self.first for branch in self.cells[name].joining)

    def _taken(self, tail: str, head: str) -> Span:
        del self.after[tail][head], self.before[head][tail]
        return Span(self.links.pop((tail, head)))

    def _gone(self, name: str, ends: Iterable[str]) -> None:
        del self.before[name], self.after[name]
        self.waiting.extend(ends)

    def worst(self, fixed: Collection[tuple[str, str]], depth: Mapping[str, int]) -> tuple[str, str] | None:
        """The arrow without which most can be contracted; of several the longest."""
        found = []
        for (tail, head), ways in self.links.items():
            first = ways[0].cells[0].name if ways[0].cells else head
            if (
                len(ways) == 1
                and (tail, first) not in fixed
                and (not ways[0].cells or ways[0].spans[0].is_arrow)
                and len(self.after[tail]) > 1
                and (len(self.before[head]) > 1 or ways[0].cells)
            ):
                length = depth[first] - depth[tail]
                found.append((self._frees(tail, head), not ways[0].cells, length, -depth[tail], (tail, head)))
        return max(found)[-1] if found else None

    def _frees(self, tail: str, head: str) -> int:
        """How many of the two ends could be contracted without what is between them."""
        ends = (len(self.before[tail]), len(self.after[tail]) - 1), (len(self.before[head]) - 1, len(self.after[head]))
        return sum(max(each) <= 1 for each in ends)

    def drop(self, ends: tuple[str, str]) -> tuple[str, str]:
        """Leave the arrow out with which a way begins: what is left of it joins its head from aside."""
        (way,) = self._taken(*ends).ways
        self.waiting.extend(ends)
        if not way.cells:
            return ends
        first, *others = way.cells
        span = Span([Way(others, way.spans[1:])]) if others else way.spans[1]
        self.cells[ends[1]].join(Branch(first, span))
        return ends[0], first.name


def _joined(first: Span, cell: Cell, second: Span) -> Way:
    """The way over a shape, as one line."""
    cells, spans = list[Cell](), list[Span]()
    for span, end in ((first, [cell]), (second, [])):
        if len(span.ways) == 1 and span.ways[0].cells:
            cells += span.ways[0].cells
            spans += span.ways[0].spans
        else:
            spans.append(span)
        cells += end
    return Way(cells, spans)

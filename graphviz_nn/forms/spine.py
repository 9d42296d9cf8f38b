"""Find the main line of a picture, and the shapes that hang off it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

from graphviz_nn.forms.carried import carried
from graphviz_nn.forms.conveyors import conveyors, in_lanes
from graphviz_nn.forms.diagram import Carried, Diagram, Frame, Hanging, Link, Shape
from graphviz_nn.forms.entry_order import entry_order
from graphviz_nn.forms.operands import read_after
from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import spoken

# Leaves of these roles may be states of a recurrent network.
DATA = ("input", "constant")


def arranged(graph: Graph, shapes: Iterable[Shape], links: list[Link], end: str = "") -> Diagram:
    """Arrange shapes and links around a main line that ends at `end`, or at the output with the longest path."""
    shapes = tuple(shapes)
    leaves = _leaves(graph, shapes, links)
    data = [n for n, leaf in leaves.items() if leaf.role in DATA and not leaf.is_part]
    found = conveyors(graph, data, links)
    links = in_lanes(graph, found, links)
    states = {name for each in found for name in each.states}
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in links)
    state = Carried() if states else carried(graph, data, drawn)
    spine = _spine(graph, leaves, links, end or _last(graph, links), states, state.line)
    return Diagram(
        shapes,
        tuple(links),
        spine,
        _hanging({name: leaf for name, leaf in leaves.items() if name not in states}, links, spine),
        _frames(graph, shapes),
        rows=entry_order(graph, [s.name for s in shapes], links),
        conveyors=found,
        carried=state,
    )


def _last(graph: Graph, links: Iterable[Link]) -> str:
    """The output with the longest path, the first of several."""
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in links)
    outputs = [name for name in graph.outputs if name in drawn]
    depth: dict[str, int] = {}
    for name in nx.topological_sort(drawn) if len(outputs) > 1 else ():
        depth[name] = max((depth[before] + 1 for before in drawn.predecessors(name)), default=0)
    return max(outputs, key=lambda name: depth.get(name, 0), default="")


def _leaves(graph: Graph, shapes: Iterable[Shape], links: Iterable[Link]) -> dict[str, "_Leaf"]:
    """The inputs: leaves of the graph, their parts, and copies."""
    arrived, known, variables = {link.head for link in links}, graph.leaves, graph.variables
    found = {}
    for shape in shapes:
        of = next((name for name in (shape.name, *shape.also) if name in known), "")
        if of and shape.name not in arrived:
            whole = known[of]
            own = variables.get(shape.name, whole)
            found[shape.name] = _Leaf(whole.role, own.shape, is_part=shape.name not in known)
    return found


def _frames(graph: Graph, shapes: Iterable[Shape]) -> tuple[Frame, ...]:
    """A frame around each opened block, and around what is drawn for equal parts: its steps, and the values that don't
    leave it."""
    drawn = dict.fromkeys(shape.name for shape in shapes)
    found = []
    values = [(name, variable) for name, variable in graph.variables.items() if name in drawn]
    framed = [(name, spoken(function), "", steps) for name, (function, steps) in graph.graph.get("frames", {}).items()]
    repeated = {name: each for name, each in graph.graph.get("repeats", {}).items() if each.in_series}
    framed += [(name, each.title, each.note, each.steps) for name, each in repeated.items()]
    for name, title, note, steps in framed:
        inside = set(steps)
        ends = {
            v
            for v, variable in values
            if (graph.producer(v) in inside or (name in repeated and variable.role in ("parameter", "constant")))
            and set(graph.successors(v))
            and set(graph.successors(v)) <= inside | {name}
        }
        members = tuple(each for each in drawn if each in inside or each in ends)
        if len(members) > (name not in repeated):
            found.append(Frame(name, words(title), members, name in repeated, words(note) if note else ""))
    # An inner frame lies over an outer one.
    return tuple(sorted(found, key=lambda frame: -len(frame.members)))


def _spine(
    graph: Graph,
    leaves: Mapping[str, "_Leaf"],
    links: list[Link],
    end: str,
    states: Collection[str],
    line: Sequence[str],
) -> tuple[str, ...]:
    """The shapes on every path from the data to the first output, and those that a detour skips; a `line` that leads
    there, and what follows."""
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in links)
    if end not in drawn:
        return ()
    above = nx.ancestors(drawn, end)
    sources = [n for n, leaf in leaves.items() if n in above and leaf.role == "input"] or [
        n for n, leaf in leaves.items() if n in above and leaf.role in ("constant", "parameter")
    ]
    root = ""
    drawn.add_edges_from((root, source) for source in sources)
    if not sources:
        return (end,)
    dominators: Mapping[str, str | None] = nx.immediate_dominators(drawn, root)
    spine = [end]
    while (above_it := dominators.get(spine[-1])) not in (None, root, spine[-1]):
        spine.append(str(above_it))
    spine.reverse()
    drawn.remove_node(root)
    beyond = nx.descendants(drawn, line[-1]) if line else set()
    if end in beyond:
        rest = [name for name in spine if name in beyond]
        return (*line, *nx.shortest_path(drawn, line[-1], rest[0])[1:-1], *rest)
    spine = [*_lead(graph, leaves, drawn, sources, spine[0], states), *spine]
    learned = {link.head for link in links if link.tail in leaves and leaves[link.tail].role == "parameter"}
    learned |= {o for n, v in graph.leaves.items() if v.role == "parameter" for o in graph.successors(n)}
    whole = spine[:1]
    for tail, head in pairwise(spine):
        # A residual connection: the layers are the main line, and the arrow past them is the detour.
        between = _between(drawn, tail, head) if drawn.has_edge(tail, head) else set()
        if between & learned:
            part: Any = drawn.subgraph({tail, *between, head})
            whole += nx.dag_longest_path(part)[1:-1]
        whole.append(head)
    return tuple(whole)


def _between(drawn: Any, tail: str, head: str) -> set[str]:
    """The shapes on the paths from one shape to another; shapes beyond them aren't searched."""

    def reached(neighbours: Callable[[str], Iterable[str]], start: str, stop: str) -> set[str]:
        found, waiting = set[str](), [start]
        while waiting:
            new = {each for each in neighbours(waiting.pop()) if each != stop} - found
            found |= new
            waiting += new
        return found

    return reached(drawn.successors, tail, head) & reached(drawn.predecessors, head, tail)


def _lead(
    graph: Graph, leaves: Mapping[str, "_Leaf"], drawn: Any, sources: list[str], first: str, states: Collection[str]
) -> list[str]:
    """The path to the first shape that every path passes: its longest branch, if there is a longest one.

    Of equal branches, one that doesn't begin with a part leads: the state of a recurrent network, which the parts of a
    sequence join. Of several inputs, one with the shape of its result leads, which is a state too; of several `states`
    none. Data of the script come before parameters.
    """
    depth = dict.fromkeys(sources, 0)
    for name in nx.topological_sort(drawn):
        lengths = [depth[each] for each in drawn.predecessors(name) if each in depth]
        if lengths:
            depth[name] = max(lengths) + 1
    parts = {name for name in sources if leaves[name].is_part}
    found: list[str] = []
    while True:
        head = (found or [first])[-1]
        before = {each: depth[each] for each in drawn.predecessors(head) if each in depth}
        if not before.keys().isdisjoint(states):
            return found[::-1]
        longest = [name for name, length in before.items() if length == max(before.values())]
        if len(longest) > 1 and parts:
            whole = [name for name in longest if parts.isdisjoint({name, *nx.ancestors(drawn, name)})]
            longest = whole if len(whole) == 1 else longest
        data = [name for name in longest if name in sources and leaves[name].role == "constant"]
        longest = data if len(data) == 1 and set(longest) <= set(sources) else longest
        if len(longest) > 1 and set(longest) <= set(sources) and head in graph.operations:
            made = {graph.variable(result).shape for result in graph.results(head)}
            longest = [name for name in longest if {leaves[name].shape} == made]
        if len(longest) != 1:
            return found[::-1]
        found += longest


@dataclass(frozen=True)
class _Leaf:
    """An input shape: its role, the extents of its array, and whether it is a part."""

    role: Role
    shape: tuple[int, ...]
    is_part: bool


def _hanging(leaves: Mapping[str, _Leaf], links: list[Link], spine: tuple[str, ...]) -> tuple[Hanging, ...]:
    """Leaves beside their users: one operation, or several on the main line, with one leaf per side.

    The user must have another predecessor: on the main line, or computed beside it. Where the order of operands
    matters, a leaf is on the side where it is read in this order.
    """
    uses: dict[str, list[str]] = {}
    feeders: dict[str, set[str]] = {}
    for link in links:
        uses.setdefault(link.tail, []).append(link.head)
        feeders.setdefault(link.head, set()).add(link.tail)
    position = {name: number for number, name in enumerate(spine)}
    found: list[Hanging] = []
    taken: set[tuple[str, bool, bool]] = set()
    order = read_after(links)

    def is_fed(head: str, leaf: str) -> bool:
        others = feeders[head] - {leaf}
        data = {other for other in others if other in leaves and leaves[other].role == "input"}
        if leaves[leaf].role == "parameter" and any(leaves[other].is_part for other in data):
            return True
        return any(other not in leaves or (head in position and other in {*position, *data}) for other in others)

    # Data have the usual side, parameters what is left.
    for name in sorted(leaves, key=lambda name: leaves[name].role != "input"):
        heads = uses.get(name, [])
        if name in position or not heads or len(set(heads)) < len(heads):
            continue
        if len(heads) > 1 and any(head not in position for head in heads):
            continue
        wanted = {order[name, head] for head in heads if (name, head) in order}
        for below, right in SIDES[wanted.pop() if len(wanted) == 1 else None]:
            sides = {(head, *side) for head in heads for side in ((True, below), (False, right))}
            if taken.isdisjoint(sides) and all(is_fed(head, name) for head in heads):
                taken |= sides
                consumers = tuple(sorted(heads, key=lambda head: position.get(head, 0)))
                found.append(Hanging(name, consumers, below, right))
                break
    return tuple(found)


# Whether a leaf is below a line from left to right, and right of one from top to bottom, by whether it comes after the
# other operands or before them; the best first. Where no order matters, parameters and data are on the usual side.
SIDES: dict[bool | None, tuple[tuple[bool, bool], ...]] = {
    None: ((True, False), (False, True), (True, True), (False, False)),
    True: ((True, True), (True, False), (False, True), (False, False)),
    False: ((False, False), (False, True), (True, False), (True, True)),
}

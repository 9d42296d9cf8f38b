"""Draw leaves near their uses: the parts of an array, and copies of a shared leaf."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import networkx as nx

from graphviz_nn.forms.bundle import bundled
from graphviz_nn.forms.copies import SMALL, copy
from graphviz_nn.forms.diagram import LEAVES, Diagram, Link, Shape, Shown
from graphviz_nn.forms.spine import arranged
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.text import words
from graphviz_nn.ops.indexing import show
from graphviz_nn.style.formula import indexed
from graphviz_nn.style.labels import plain

# Uses of a leaf this many steps apart are far from each other.
FAR = 3
# In more places than these a small leaf that no rail can reach is drawn in each.
SHARED = 2


def beside_uses(
    graph: Graph,
    shapes: Iterable[Shape],
    links: Iterable[Link],
    box: Callable[[str], Shape],
    shown: Shown,
    end: str = "",
    *,
    bundle: bool = True,
) -> Diagram:
    """The diagram of these shapes and links, with leaves beside their uses.

    A backward pass comes back to each leaf once, to add up its gradient, so leaves stay whole.

    Parameters
    ----------
    box : callable
        Returns the shape of a variable.
    bundle : bool
        Whether parameters that the same layers share are one shape.
    """
    if not shown.backward:
        shapes, links = parted(graph, shapes, links, box)
    shapes, links = bundled(shapes, links) if bundle else (shapes, list(links))
    diagram = arranged(graph, shapes, links, end)
    return diagram if shown.backward else repeated(graph, diagram, end)


def parted(
    graph: Graph, shapes: Iterable[Shape], links: Iterable[Link], box: Callable[[str], Shape]
) -> tuple[list[Shape], list[Link]]:
    r"""Give each part of a leaf its own box, if the parts are used far from each other.

    A part is an index or a slice, also of a part. It has the author's name, or its index.

    Parameters
    ----------
    box : callable
        Returns the shape of a variable.

    Examples
    --------
    >>> from graphviz_nn.forms import operations
    >>> from graphviz_nn.tracing import input, trace
    >>> def total(x, h):
    ...     for t in range(3):
    ...         h = -abs(h + x[t])
    ...     return h
    >>> graph = trace(total, x=input(3), h=input(()))
    >>> [shape.label for shape in operations(graph).shapes if shape.kind == "data"]
    ['h', 'x_{\\mathrm{0}}', 'x_{\\mathrm{1}}', 'x_{\\mathrm{2}}']
    """
    drawn = {shape.name: shape for shape in shapes}
    links = list(links)
    places = _places(links, {name for name, shape in drawn.items() if shape.kind == "more"})
    while found := _taken_apart(graph, drawn, links, places):
        leaf, parts = found
        for step in parts:
            links = _put(graph, drawn, links, leaf, step, box)
        if not any(link.tail == leaf for link in links):
            del drawn[leaf]
    return list(drawn.values()), links


def _taken_apart(
    graph: Graph, shapes: Mapping[str, Shape], links: Sequence[Link], places: Mapping[str, tuple[int, int]]
) -> tuple[str, list[str]] | None:
    """The leaf whose parts are used far from each other, and the steps that take them."""
    heads: dict[str, list[str]] = defaultdict(list)
    for link in links:
        heads[link.tail].append(link.head)
    arrived, operations = {link.head for link in links}, graph.operations
    for name, shape in shapes.items():
        if name in arrived or shape.kind not in LEAVES:
            continue
        parts = [head for head in heads[name] if _is_part(graph, operations.get(head), head) and heads[head]]
        uses = [use for head in heads[name] for use in (heads[head] if head in parts else [head])]
        # A part of a part belongs to the original leaf.
        if parts and (len(shape.also) > 1 or _are_far(uses, places) or _are_steps(graph, uses)):
            return name, parts
    return None


def _are_steps(graph: Graph, uses: Sequence[str]) -> bool:
    """Whether different uses are equal operations of which each leads to the next, as the steps of a sequence do."""
    known = graph.operations
    steps = list(dict.fromkeys(uses))
    if len(steps) < 2 or len({known[use].op if use in known else use for use in steps}) > 1:
        return False
    return all(nx.has_path(graph, one, other) for one, other in pairwise(steps))


def _is_part(graph: Graph, operation: Operation | None, name: str) -> bool:
    """Whether a shape is an operation that takes a part, the same one in every computation."""
    if operation is None or operation.op != "getitem" or len(graph.arguments(name)) > 1:
        return False
    return not set(graph.results(name)).intersection(graph.outputs)


def _is_named(graph: Graph, variable: str) -> bool:
    return variable not in graph.graph.get("anonymous", ()) or graph.variable(variable).label is not None


def _put(
    graph: Graph,
    shapes: dict[str, Shape],
    links: Sequence[Link],
    leaf: str,
    step: str,
    box: Callable[[str], Shape],
) -> list[Link]:
    """Put the step that takes a part, and its result, into one box."""
    (made,) = graph.results(step)
    whole, named, index = shapes[leaf], _is_named(graph, made), show(graph.operation(step).attributes["index"])
    found = shapes.get(made) or box(made)
    role, _, told = whole.description.partition(" ")
    called = f"{told.rpartition(', ')[0]}[{index}]"
    part = replace(
        found,
        kind=whole.kind,
        label=found.label if named else _symbol(leaf, whole.label, words(index), shapes.values(), links),
        description=f"{role} {f'{made}, ' if named else ''}{called}, {found.description.rpartition(', ')[2]}",
        also=(step, leaf, *whole.also),
        of="" if named else called,
    )
    # It takes the place of the step.
    ordered = {name: part if name == step else shape for name, shape in shapes.items() if name != made}
    shapes.clear()
    shapes.update({shape.name: shape for shape in ordered.values()})
    flows = made if named else leaf
    return [
        Link(made, link.head, flows, mark=link.mark, layer=link.layer) if link.tail in (step, made) else link
        for link in links
        if link.head != step and (link.tail, link.head) != (step, made)
    ]


def _symbol(leaf: str, whole: str, index: str, shapes: Iterable[Shape], links: Iterable[Link]) -> str:
    """A symbol with an index, or with brackets if another leaf's part has the same symbol."""
    found = indexed(whole, index)
    taken = {plain(each.label) for each in shapes if leaf not in each.also} | {plain(link.label) for link in links}
    return rf"{whole}[{index}]" if plain(found) in taken else found


def _places(links: Iterable[Link], long: Collection[str]) -> dict[str, tuple[int, int]]:
    """The number of arrows to each shape, and from it to the end, on the longest paths; it's far past `long` ones."""
    drawn: Any = nx.DiGraph((link.tail, link.head) for link in links)
    order = list(nx.topological_sort(drawn))
    before, after = dict[str, int](), dict[str, int]()
    for name in order:
        steps = FAR if name in long else 1
        before[name] = max((before[tail] + steps for tail in drawn.predecessors(name)), default=0)
    for name in reversed(order):
        steps = FAR if name in long else 1
        after[name] = max((after[head] + steps for head in drawn.successors(name)), default=0)
    return {name: (before[name], after[name]) for name in order}


def _are_far(uses: Iterable[str], places: Mapping[str, tuple[int, int]]) -> bool:
    """Whether some uses are this many steps from others, counted from the start or from the end."""
    return any(max(steps) - min(steps) >= FAR for steps in zip(*(places[use] for use in uses), strict=True))


def repeated(graph: Graph, diagram: Diagram, end: str = "") -> Diagram:
    """Copy a shared leaf to each of its uses, if they are far apart and no rail reaches them.

    The first copy has its size and its numbers.
    """
    diagram = _copied(graph, diagram, [each.leaf for each in diagram.hanging], end)
    # Obstacles for rails are known by now.
    return _copied(graph, diagram, _reached(diagram), end)


def _copied(graph: Graph, diagram: Diagram, reached: Iterable[str], end: str) -> Diagram:
    """Copy all leaves that are shared by distant uses, except those within reach."""
    at_hand = {*diagram.spine, *reached}
    heads: dict[str, list[str]] = defaultdict(list)
    for link in diagram.links:
        heads[link.tail].append(link.head)
    long = {shape.name for shape in diagram.shapes if shape.kind == "more"}
    arrived, places = {link.head for link in diagram.links}, _places(diagram.links, long)
    shared = {
        shape.name: shape
        for shape in diagram.shapes
        if shape.kind in SMALL
        and shape.name not in at_hand
        and shape.name not in arrived
        and len(set(heads[shape.name])) > SHARED
        and _are_far(heads[shape.name], places)
    }
    if not shared:
        return diagram
    copies = {
        (name, head): copy(shape, head) if place else replace(shape, entries=None)
        for name, shape in shared.items()
        for place, head in enumerate(dict.fromkeys(heads[name]))
    }
    shapes = list[Shape]()
    for shape in diagram.shapes:
        uses = dict.fromkeys(heads[shape.name]) if shape.name in shared else ()
        shapes += [copies[shape.name, head] for head in uses] or [shape]
    links = [
        replace(link, tail=copies[link.tail, link.head].name) if link.tail in shared else link for link in diagram.links
    ]
    return arranged(graph, shapes, links, end)


def _reached(diagram: Diagram) -> list[str]:
    """The leaves that hang off the main line; of those with rails, only such that their rails don't cross.

    Where shapes both join and leave the main line, no side is free for rails.
    """
    place = {name: number for number, name in enumerate(diagram.spine)}
    lanes = set[str]()
    for conveyor in diagram.conveyors:
        after = {link.head for link in diagram.links if link.tail in conveyor.steps}
        before = {link.tail for link in diagram.links if link.head in conveyor.steps}
        lanes |= {*conveyor.states, *(after & before)}
    hung = {each.leaf for each in diagram.hanging}
    aside: Any = nx.Graph((link.tail, link.head) for link in diagram.links if link.tail not in hung)
    comes_in = {link.tail for link in diagram.links if link.head in place} - place.keys() - hung - lanes
    goes_out = {link.head for link in diagram.links if link.tail in place} - place.keys() - lanes
    aside.remove_nodes_from({*place, *lanes})
    parts = list(nx.connected_components(aside))
    is_free = not all(any(part.isdisjoint(ends) for part in parts) for ends in (goes_out, comes_in))
    found, taken = list[str](), list[tuple[int, int]]()
    for each in diagram.hanging:
        if len(each.consumers) > SHARED:
            span = place[each.consumers[0]], place[each.consumers[-1]]
            if not is_free or any(span[0] <= last and first <= span[1] for first, last in taken):
                continue
            taken.append(span)
        found.append(each.leaf)
    return found

"""Remove parts of a diagram from the drawing; the graph stays the same."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import Column, Diagram, Link, Part
from graphviz_nn.forms.spine import arranged
from graphviz_nn.graph.ir import Graph


def without(diagram: Diagram, graph: Graph, parts: Iterable[Part]) -> Diagram:
    """Remove parts of a diagram: arrows into a hidden shape continue past it; a hidden arrow loses its label.

    Raises
    ------
    UsageError
        If the diagram would be empty.
    """
    parts = list(parts)
    gone = dict.fromkeys(name for part in parts for name in part.shapes)
    bare = {number for part in parts if not part.shapes for number in part.links}
    links = [_bare(link) if number in bare else link for number, link in enumerate(diagram.links)]
    shapes = tuple(shape for shape in diagram.shapes if shape.name not in gone)
    if not shapes:
        raise UsageError("nothing is left to draw: hide= hides everything; leave out a name")
    for name in gone:
        links = list(_bridged(links, name))
    if diagram.columns:
        columns = (_shown(column, gone, bare, diagram.links) for column in diagram.columns)
        kept = tuple(column for column in columns if any(column.members))
        return replace(diagram, shapes=shapes, links=tuple(links), columns=kept)
    if diagram.is_solid:
        spine = tuple(name for name in diagram.spine if name not in gone)
        frames = tuple(
            replace(each, members=tuple(n for n in each.members if n not in gone)) for each in diagram.frames
        )
        frames = tuple(each for each in frames if each.members)
        return replace(diagram, shapes=shapes, links=tuple(links), spine=spine, frames=frames)
    return arranged(graph, shapes, links, _end(diagram, gone))


def _bare(link: Link) -> Link:
    return Link(link.tail, link.head, link.variable, mark=link.mark, plain=link.plain, weight=link.weight)


def _bridged(links: Sequence[Link], name: str) -> Iterable[Link]:
    """The links past a shape: from each of its predecessors to each of its successors."""
    tails = dict.fromkeys(link.tail for link in links if link.head == name)
    before = {link.tail: link for link in reversed(links) if link.head == name}
    drawn = set[tuple[str, str]]()
    for link in links:
        if link.head == name:
            continue
        if link.tail != name:
            yield link
            continue
        for number, tail in enumerate(tails):
            if (tail, link.head) in drawn:
                continue
            drawn.add((tail, link.head))
            # The label of the outgoing link, or of the incoming one if the former has no name.
            said = link if link.label else replace(before[tail], mark=link.mark, head=link.head)
            said = said if number == 0 or not link.label else Link(tail, link.head, link.variable, mark=link.mark)
            yield replace(said, tail=tail, weight=None, taken=None)


def _shown(column: Column, gone: Collection[str], bare: set[int], links: Iterable[Link]) -> Column:
    """A column without hidden parts, and without its title if the layer that leads to it is hidden."""
    members = tuple(name for name in column.members if name not in gone)
    leading = {number for number, link in enumerate(links) if link.head in column.members}
    title, subtitle = ("", "") if leading and leading <= bare else (column.title, column.subtitle)
    return replace(column, members=members, title=title, subtitle=subtitle)


def _end(diagram: Diagram, gone: Collection[str]) -> str:
    """The new end of the main line."""
    shown = [name for name in diagram.spine if name not in gone]
    return shown[-1] if shown else next(shape.name for shape in diagram.shapes if shape.name not in gone)

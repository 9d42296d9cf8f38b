"""A diagram without what the author doesn't want to see; what it is of stays the same."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import Column, Diagram, Link, Part
from graphviz_nn.forms.spine import arranged
from graphviz_nn.graph.ir import Graph


def without(diagram: Diagram, graph: Graph, parts: Iterable[Part]) -> Diagram:
    """The diagram without these parts: what came into a hidden shape leads to where it led, a hidden arrow is bare.

    Raises
    ------
    UsageError
        Where nothing would be left.
    """
    parts = list(parts)
    gone = dict.fromkeys(name for part in parts for name in part.shapes)
    bare = {number for part in parts if not part.shapes for number in part.links}
    links = [_bare(link) if number in bare else link for number, link in enumerate(diagram.links)]
    shapes = tuple(shape for shape in diagram.shapes if shape.name not in gone)
    if not shapes:
        raise UsageError("nothing is left to draw: hide= has everything in it")
    for name in gone:
        links = list(_bridged(links, name))
    if diagram.columns:
        columns = (_shown(column, gone, bare, diagram.links) for column in diagram.columns)
        kept = tuple(column for column in columns if any(column.members))
        return replace(diagram, shapes=shapes, links=tuple(links), columns=kept)
    return arranged(graph, shapes, links, _end(diagram, gone))


def _bare(link: Link) -> Link:
    return Link(link.tail, link.head, link.variable, mark=link.mark, plain=link.plain, weight=link.weight)


def _bridged(links: Sequence[Link], name: str) -> Iterable[Link]:
    """The links past a shape: one from each that leads to it, to each that it leads to."""
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
            # What arrives is what is written, once; where that has no name, what left.
            said = link if link.label else replace(before[tail], mark=link.mark, head=link.head)
            said = said if number == 0 or not link.label else Link(tail, link.head, link.variable, mark=link.mark)
            yield replace(said, tail=tail, weight=None)


def _shown(column: Column, gone: Collection[str], bare: set[int], links: Iterable[Link]) -> Column:
    """A column without what is hidden, and without its title where what leads to it is."""
    members = tuple(name for name in column.members if name not in gone)
    leading = {number for number, link in enumerate(links) if link.head in column.members}
    title, subtitle = ("", "") if leading and leading <= bare else (column.title, column.subtitle)
    return replace(column, members=members, title=title, subtitle=subtitle)


def _end(diagram: Diagram, gone: Collection[str]) -> str:
    """Where the main line ends now."""
    shown = [name for name in diagram.spine if name not in gone]
    return shown[-1] if shown else next(shape.name for shape in diagram.shapes if shape.name not in gone)

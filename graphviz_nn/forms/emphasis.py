"""Emphasise parts of a diagram, and make the rest pale."""

from collections.abc import Iterable
from dataclasses import replace

import networkx as nx

from graphviz_nn.forms.diagram import Diagram, Emphasis, Part


def emphasized(diagram: Diagram, parts: Iterable[Part]) -> Diagram:
    """Emphasise these parts and the arrows between them, and make the rest pale.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> whole = Diagram((Shape("x", "data", "x"), Shape("y", "data", "y")), (Link("x", "y", "x"),))
    >>> [shape.emphasis for shape in emphasized(whole, [Part(("x",))]).shapes]
    ['strong', 'pale']
    """
    parts = list(parts)
    strong = {name for part in parts for name in part.shapes}
    inner = {n for n, link in enumerate(diagram.links) if {link.tail, link.head} <= strong}
    links = tuple(replace(link, emphasis="pale") for link in diagram.links)
    shapes = tuple(replace(shape, emphasis="pale") for shape in diagram.shapes)
    return stressed(replace(diagram, shapes=shapes, links=links), [*parts, Part((), tuple(inner))])


def stressed(diagram: Diagram, parts: Iterable[Part], emphasis: Emphasis = "strong") -> Diagram:
    """Give these parts an emphasis, and leave the rest as it is.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Shape
    >>> whole = Diagram((Shape("x", "data", "x"), Shape("y", "data", "y")), ())
    >>> [shape.emphasis for shape in stressed(whole, [Part(("x",))]).shapes]
    ['strong', '']
    """
    parts = list(parts)
    named = {number for part in parts for number in part.links}
    strong = {name for part in parts for name in part.shapes}
    links = (replace(link, emphasis=emphasis) if n in named else link for n, link in enumerate(diagram.links))
    shapes = (replace(each, emphasis=emphasis) if each.name in strong else each for each in diagram.shapes)
    return replace(diagram, shapes=tuple(shapes), links=tuple(links))


def between(diagram: Diagram, start: Part, end: Part) -> Part | None:
    """All parts on any path from one part to another; None without a path."""
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in diagram.links)
    drawn.add_nodes_from(shape.name for shape in diagram.shapes)
    first, last = ([diagram.links[number] for number in part.links] for part in (start, end))
    heads, tails = [*start.shapes, *(link.head for link in first)], [*end.shapes, *(link.tail for link in last)]
    after = {name for head in heads for name in (head, *nx.descendants(drawn, head))}
    before = {name for tail in tails for name in (tail, *nx.ancestors(drawn, tail))}
    on = after & before
    ends = {number for number in start.links if diagram.links[number].head in on}
    ends |= {number for number in end.links if diagram.links[number].tail in on}
    inner = {n for n, link in enumerate(diagram.links) if link.tail in on and link.head in on}
    shapes = tuple(shape.name for shape in diagram.shapes if shape.name in on)
    links = tuple(sorted(inner | ends | set(start.links) & set(end.links)))
    return Part(shapes, links) if shapes or links else None

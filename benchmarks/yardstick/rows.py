"""How a picture is broken into rows."""

import math
from collections.abc import Iterator

from graphviz_nn.forms.diagram import LEAVES, Diagram
from graphviz_nn.layout.continued import Rows
from graphviz_nn.layout.result import Layout
from yardstick.flat import Flat

# An arrow that arrives so near to where another leaves, in pt, looks like one with two heads.
NEAR = 6.0


def inside(layout: Layout, diagram: Diagram) -> int:
    """How many values lead over breaks beside the first: how often a break cuts a branch."""
    rows = layout.rows
    if rows is None:
        return 0
    leaves = _leaves(diagram)
    last = max(rows.row.values())
    over: list[set[tuple[str, str]]] = [set() for _ in range(last)]
    for link in diagram.links:
        if link.tail not in leaves:
            low, high = sorted((rows.row[link.tail], rows.row[link.head]))
            for values in over[low:high]:
                values.add((link.tail, link.variable))
    return sum(max(len(values) - 1, 0) for values in over)


def lettered(layout: Layout, diagram: Diagram) -> int:
    """How many tags have a letter though their value has a name."""
    named = {(link.tail, link.variable) for link in diagram.links if link.label and not link.layer}
    named |= {(link.tail, link.variable) for link in diagram.links if _kinds(diagram)[link.tail] in LEAVES}
    shown = {shape.label for shape in diagram.shapes} | {link.label for link in diagram.links}
    tags = layout.rows.tags if layout.rows else ()
    links = ((tag, diagram.links[tag.link]) for tag in tags)
    return sum(tag.label not in shown and (link.tail, link.variable) in named for tag, link in links)


def stranded(layout: Layout, diagram: Diagram) -> list[str]:
    """Leaves without a user in their row."""
    return list(_stranded(layout.rows, diagram)) if layout.rows else []


def _stranded(rows: Rows, diagram: Diagram) -> Iterator[str]:
    for name in _leaves(diagram):
        users = {rows.row[link.head] for link in diagram.links if link.tail == name}
        if users and rows.row[name] not in users:
            yield name


def two_headed(picture: Flat) -> int:
    """How many arrows arrive where another leaves the same shape."""
    starts: dict[str, list[tuple[float, float]]] = {}
    for line in picture.lines:
        starts.setdefault(line.ends[0], []).append(line.points[0])
    return sum(
        any(math.dist(line.points[-1], start) < NEAR for start in starts.get(line.ends[1], ()))
        for line in picture.lines
    )


def _kinds(diagram: Diagram) -> dict[str, str]:
    return {shape.name: shape.kind for shape in diagram.shapes}


def _leaves(diagram: Diagram) -> list[str]:
    heads = {link.head for link in diagram.links}
    return [shape.name for shape in diagram.shapes if shape.kind in LEAVES and shape.name not in heads]

"""Align layouts so that the same things are in the same columns."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Point
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.layout.stretch import NEAR, Anchor, Anchors, stretched


def aligned(layouts: Sequence[Layout], diagrams: Sequence[Diagram]) -> list[Layout]:
    """Stretch layouts along the flow until shared things have the same position in all of them.

    This concerns the main lines: the position of a variable is that of its box, or of the middle of its arrow. What
    leads from one shared variable to the next, such as a layer, or the operations that it consists of, has the same
    middle. Nothing is compressed. Of models that are compared, shapes that correspond have the same position.
    """
    twins = [_twins(layout, diagram) for layout, diagram in zip(layouts, diagrams, strict=True)]
    if any(twins):
        return stretched(layouts, [{n: x for n, x in each.items() if _count(n, twins) > 1} for each in twins])
    found = [_anchors(layout, diagram) for layout, diagram in zip(layouts, diagrams, strict=True)]
    values = _values(diagrams)
    common = [[name for name in _sorted(each) if name in values and _count(name, found) > 1] for each in found]
    steps = dict.fromkeys(step for line in common for step in pairwise(line))
    found = _renamed(found, [_steps(*each, steps) for each in zip(layouts, diagrams, found, strict=True)])
    return stretched(layouts, [{n: x for n, x in each.items() if _count(n, found) > 1} for each in found])


def _twins(layout: Layout, diagram: Diagram) -> Anchors:
    """The positions of shapes on a main line that have counterparts in another model, by the names that both share."""
    named = {shape.name: shape.twin for shape in diagram.shapes if shape.twin}
    line = (name for name in diagram.spine if name in named)
    return {named[name]: _along(layout, (layout.boxes[name].x, layout.boxes[name].y)) for name in line}


def _anchors(layout: Layout, diagram: Diagram) -> Anchors:
    """The positions of things on a main line."""
    line = set(diagram.spine)
    found: Anchors = {name: _along(layout, (layout.boxes[name].x, layout.boxes[name].y)) for name in diagram.spine}
    for column in diagram.columns:
        box = layout.boxes[next(filter(None, column.members))]
        found[column.name] = _along(layout, (box.x, box.y))
    for route in layout.routes:
        link = route.link
        if link.tail in line and link.head in line and link.variable not in layout.boxes:
            found.setdefault(link.variable, _middle(layout, route))
    return found


def _values(diagrams: Sequence[Diagram]) -> set[Anchor]:
    """The variables of diagrams, without the operations."""
    links = [link for diagram in diagrams for link in diagram.links]
    found: set[Anchor] = {link.variable for link in links if not link.layer}
    found.update(name for link in links if link.layer for name in (link.tail, link.head))
    return found.union(column.name for diagram in diagrams for column in diagram.columns)


def _steps(layout: Layout, diagram: Diagram, anchors: Anchors, steps: Iterable[tuple[Anchor, Anchor]]) -> Anchors:
    """The middle of what leads from one variable to another: of shapes, or of an arrow."""
    found: Anchors = {}
    for step in steps:
        if not all(name in anchors for name in step):
            continue
        start, end = (anchors[name] for name in step)
        boxes = [box for box in layout.boxes.values() if start < _along(layout, (box.x, box.y)) < end]
        ends = [
            _along(layout, (b.x + sign * b.width / 2, b.y + sign * b.height / 2)) for b in boxes for sign in (-1, 1)
        ]
        arrows = [_middle(layout, r) for r in layout.routes if r.link.layer and (r.link.tail, r.link.head) == step]
        between = [(start + end) / 2] if diagram.columns else arrows
        if ends or between:
            found[step] = (min(ends) + max(ends)) / 2 if ends else between[0]
    return found


def _renamed(found: Sequence[Anchors], steps: Sequence[Anchors]) -> list[Anchors]:
    """All anchors; a shape that is a step by itself goes by that, as its name may differ in another view."""
    names = {
        name: step
        for each, those in zip(found, steps, strict=True)
        for name, place in each.items()
        for step, middle in those.items()
        if abs(place - middle) < NEAR and not any(name in ends for ends in those)
    }
    pairs = zip(found, steps, strict=True)
    return [{**{names.get(name, name): place for name, place in each.items()}, **those} for each, those in pairs]


def _count(name: Anchor, found: Iterable[Anchors]) -> int:
    return sum(name in each for each in found)


def _sorted(anchors: Anchors) -> list[Anchor]:
    return sorted(anchors, key=lambda name: anchors[name])


def _middle(layout: Layout, route: Route) -> float:
    """The middle of an arrow along the flow."""
    return (_along(layout, route.points[-1]) + _along(layout, route.points[0])) / 2


def _along(layout: Layout, point: Point) -> float:
    return point[0] if layout.sideways else point[1]

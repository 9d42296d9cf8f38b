"""Put a backward pass below its forward pass, each part under its counterpart, in the same order."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.fit import bounds, fitted
from graphviz_nn.layout.frames import framed
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import lettered
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.layout.route import parted
from graphviz_nn.style.sheet import Sheet


def with_backward(layout: Layout, diagram: Diagram, sheet: Sheet) -> Layout:
    """Extend the layout of a forward pass by its backward pass.

    Positions and paths are the same below the forward pass, or beside it if that runs down; arrows are reversed.
    """
    backward, sideways = diagram.backward, layout.sideways
    assert backward is not None
    left, top, right, bottom = bounds(layout)
    away = (bottom - top if sideways else right - left) + sheet.gap.node

    def across(point: Point) -> Point:
        x, y = point
        return (x, y + away) if sideways else (x + away, y)

    def box(name: str) -> Box:
        if name not in backward.shapes:
            return layout.boxes[name]
        found = layout.boxes[backward.shapes[name]]
        x, y = across((found.x, found.y))
        return replace(found, x=x, y=y)

    boxes = {shape.name: box(shape.name) for shape in diagram.shapes}
    routes = []
    for link, place in zip(diagram.links, backward.links, strict=True):
        points = layout.routes[place].points
        routes.append(Route(link, tuple(map(across, reversed(points))) if link.is_back else points))
    # Arrows that left a shape at one point arrive there when they are reversed.
    leaves = {each.leaf for each in backward.forward.hanging}
    joined = {name for name, forward in backward.shapes.items() if forward in leaves}
    routes = parted(routes, boxes, sheet, sideways, joined)
    routes, notes, crowded, _ = lettered(diagram, boxes, routes, sheet, sideways)
    frames = framed(diagram, boxes, routes, notes, sheet, sideways)
    found = Layout(0.0, 0.0, boxes, tuple(routes), tuple(notes), sideways, tuple(frames), crowded)
    return fitted(found, sheet)

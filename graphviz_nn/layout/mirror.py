"""Put a backward pass below its forward pass, each part under its counterpart."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.fit import bounds, fitted
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import framed, lettered
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.layout.route import parted
from graphviz_nn.style.sheet import Sheet


def mirrored(layout: Layout, diagram: Diagram, sheet: Sheet) -> Layout:
    """Extend the layout of a forward pass by its mirrored backward pass.

    Positions and paths are mirrored below the forward pass, or beside it if that runs down; arrows are reversed.
    """
    mirror, sideways = diagram.mirror, layout.sideways
    assert mirror is not None
    *_, right, bottom = bounds(layout)
    axis = (bottom if sideways else right) + sheet.gap.node / 2

    def across(point: Point) -> Point:
        x, y = point
        return (x, 2 * axis - y) if sideways else (2 * axis - x, y)

    def box(name: str) -> Box:
        if name not in mirror.shapes:
            return layout.boxes[name]
        found = layout.boxes[mirror.shapes[name]]
        x, y = across((found.x, found.y))
        return replace(found, x=x, y=y)

    boxes = {shape.name: box(shape.name) for shape in diagram.shapes}
    routes = []
    for link, place in zip(diagram.links, mirror.links, strict=True):
        points = layout.routes[place].points
        routes.append(Route(link, tuple(map(across, reversed(points))) if link.is_back else points))
    # Arrows that left a shape at one point arrive there when they are reversed.
    leaves = {each.leaf for each in mirror.forward.hanging}
    joined = {name for name, forward in mirror.shapes.items() if forward in leaves}
    routes = parted(routes, boxes, sheet, sideways, joined)
    routes, notes, crowded = lettered(diagram, boxes, routes, sheet, sideways)
    frames = framed(diagram, boxes, routes, sheet)
    found = Layout(0.0, 0.0, boxes, tuple(routes), tuple(notes), sideways, tuple(frames), crowded)
    return fitted(found, sheet)

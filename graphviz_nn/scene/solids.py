"""Volumes as paths: prisms with three faces, stacks of sheets, and the funnels between them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Shape
from graphviz_nn.forms.volume import Volume
from graphviz_nn.layout.funnel import Funnel, between
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.paint import Paint, mixed, toned
from graphviz_nn.scene.primitives import Command, Path
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.style.tables import Look

# The share of its colour that the upper face has; how much of its line the face towards the flow has, less where an
# activation closes it; the share of its colour that channels from elsewhere have.
UPPER, TOWARDS, CLOSING, COPY = 0.55, 0.2, 0.06, 0.3
# The share of a volume that its activation takes, at its end.
LAST = 0.22
# The width of the edges of volumes, in lines, and the share of its colour that a patch has.
EDGE, PATCH = 0.6, 0.35


def solid(shape: Shape, box: Box, sheet: Sheet, sideways: bool) -> list[Path]:
    """The faces of a volume; the first path is its outline."""
    assert box.solid is not None and shape.volume is not None
    if box.solid.sheets:
        return list(_sheets(shape, box, sheet))
    left, top, right, bottom = box.solid.front(box.x, box.y)
    dx, dy = box.solid.back
    own = _look(shape.kind, shape, sheet)
    width = sheet.line.width * EDGE * own.width
    parts = list(_parts(shape.volume, shape, sheet, is_forwards=(dx if sideways else dy) > 0))
    # The faces that are seen: left or right, above or below.
    side, level = (right if dx > 0 else left), (bottom if dy > 0 else top)
    hull = _hull((left, top, right, bottom), (dx, dy))
    faces = [Path(_closed(hull), own.fill)]
    (*_, last) = parts[-1] if (dx if sideways else dy) > 0 else parts[0]
    for start, end, look in parts:
        if sideways:
            a, b = left + start * (right - left), left + end * (right - left)
            front = (a, top), (b, top), (b, bottom), (a, bottom)
            along = (a, level), (b, level), (b + dx, level + dy), (a + dx, level + dy)
        else:
            a, b = top + start * (bottom - top), top + end * (bottom - top)
            front = (left, a), (right, a), (right, b), (left, b)
            along = (side, a), (side, b), (side + dx, b + dy), (side + dx, a + dy)
        faces.append(_face(front, look.fill, look.line, width, look))
        faces.append(_face(along, mixed(sheet.page.background, look.fill, UPPER), look.line, width, look))
    towards = (
        ((side, top), (side, bottom), (side + dx, bottom + dy), (side + dx, top + dy))
        if sideways
        else ((left, level), (right, level), (right + dx, level + dy), (left + dx, level + dy))
    )
    shade = CLOSING if shape.volume.last else TOWARDS
    faces.append(_face(towards, mixed(last.fill, last.line, shade), last.line, width, last))
    return faces


def _look(kind: str, shape: Shape, sheet: Sheet) -> Look:
    look = sheet.look(kind)
    return toned(look, look.ink or sheet.ink(kind), shape.emphasis, sheet)


def _parts(volume: Volume, shape: Shape, sheet: Sheet, *, is_forwards: bool) -> Iterator[tuple[float, float, Look]]:
    """The parts of a volume along the flow: their start, their end, their look."""
    end = 1.0 - LAST if volume.last else 1.0
    total, before = max(volume.channels, 1), 0
    found = []
    for slab in volume.slabs:
        look = _look(slab.kind, shape, sheet)
        look = replace(look, fill=mixed(sheet.page.background, look.fill, COPY)) if slab.is_copy else look
        found.append((before / total * end, (before + slab.channels) / total * end, look))
        before += slab.channels
    if volume.last:
        found.append((end, 1.0, _look(volume.last, shape, sheet)))
    if is_forwards:
        yield from found
    else:
        yield from ((1 - last, 1 - first, look) for first, last, look in reversed(found))


def _face(corners: Iterable[Point], fill: str, line: str, width: float, look: Look) -> Path:
    return Path(_closed(corners), fill, line, width, look.dash)


def _closed(corners: Iterable[Point]) -> tuple[Command, ...]:
    start, *rest = corners
    return ("M", start), *(("L", corner) for corner in rest), ("Z", ())


def _hull(front: tuple[float, float, float, float], back: Point) -> list[Point]:
    """The outline of a prism, from a corner of its front that isn't before its back."""
    left, top, right, bottom = front
    dx, dy = back
    x, u = (left, right) if dx > 0 else (right, left)
    y, v = (top, bottom) if dy > 0 else (bottom, top)
    return [(x, y), (u, y), (u + dx, y + dy), (u + dx, v + dy), (x + dx, v + dy), (x, v)]


def _sheets(shape: Shape, box: Box, sheet: Sheet) -> Iterator[Path]:
    """A stack of sheets, the last one in front."""
    assert box.solid is not None
    left, top, right, bottom = box.solid.front(box.x, box.y)
    look, count = _look(shape.kind, shape, sheet), box.solid.sheets
    for number in range(count):
        share = 1 - number / (count - 1) if count > 1 else 0.0
        x, y = (left + right) / 2 + share * box.solid.back[0], (top + bottom) / 2 + share * box.solid.back[1]
        outline = OUTLINES["box"](x, y, right - left, bottom - top)
        yield Path(outline, look.fill, look.line, sheet.line.width * EDGE * look.width, look.dash)


def funnelled(layout: Layout, diagram: Diagram) -> tuple[list[Route], dict[int, Funnel]]:
    """The routes of a layout, where there is a funnel its first ray as a plain line; and the funnels by their place."""
    volumes = {shape.name: shape.volume for shape in diagram.shapes}
    routes, found = list[Route](), dict[int, Funnel]()
    for number, route in enumerate(layout.routes):
        ends = layout.boxes[route.link.tail], layout.boxes[route.link.head]
        # Between rows there is an arrow instead.
        is_straight = len(route.points) == 2
        funnel = between(route.link, *ends, volumes[route.link.tail], layout.sideways) if is_straight else None
        if funnel is not None:
            found[number] = funnel
            route = replace(route, link=replace(route.link, plain=True), points=funnel.rays[0])
        routes.append(route)
    return routes, found


def rays(funnel: Funnel, paint: Paint, sheet: Sheet) -> tuple[Path, ...]:
    """The patch of a funnel, and its rays but the first."""
    _, *others = [Path((("M", start), ("L", end)), None, paint.colour, paint.width) for start, end in funnel.rays]
    fill = mixed(sheet.page.background, paint.colour, PATCH)
    return *([Path(_closed(funnel.patch), fill, paint.colour, paint.width)] if funnel.patch else []), *others

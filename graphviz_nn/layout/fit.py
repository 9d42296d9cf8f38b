"""Fit the page to its contents and a margin."""

from collections.abc import Iterable
from dataclasses import replace

from graphviz_nn.layout.geometry import Box, Point, sample
from graphviz_nn.layout.result import Layout, Mark, Placed, Route
from graphviz_nn.style.sheet import Sheet


def fitted(layout: Layout, sheet: Sheet) -> Layout:
    """Move everything so that the page ends a margin beyond the outermost ink."""
    left, top, right, bottom = bounds(layout)
    margin = sheet.page.margin
    found = moved(layout, margin - left, margin - top)
    return replace(found, width=right - left + 2 * margin, height=bottom - top + 2 * margin)


def bounds(layout: Layout) -> tuple[float, float, float, float]:
    """The extent of the ink: left, top, right, bottom."""
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    texts += [text for mark in layout.marks for text in mark.texts]
    inked = [*layout.boxes.values(), *(box for box, _ in layout.frames), *(text.extent for text in texts)]
    xs = [x for box in inked for x in (box.x - box.width / 2, box.x + box.width / 2)]
    ys = [y for box in inked for y in (box.y - box.height / 2, box.y + box.height / 2)]
    for way in (*(route.points for route in layout.routes), *(mark.points for mark in layout.marks)):
        for x, y in sample(way):
            xs.append(x)
            ys.append(y)
    return min(xs, default=0.0), min(ys, default=0.0), max(xs, default=0.0), max(ys, default=0.0)


def moved(layout: Layout, dx: float, dy: float) -> Layout:
    """Move everything on a page of the same size."""

    def box(each: Box) -> Box:
        return replace(each, x=each.x + dx, y=each.y + dy)

    def texts(placed: Iterable[Placed]) -> tuple[Placed, ...]:
        return tuple(replace(each, x=each.x + dx, y=each.y + dy) for each in placed)

    def way(points: Iterable[Point]) -> tuple[Point, ...]:
        return tuple((x + dx, y + dy) for x, y in points)

    return replace(
        layout,
        boxes={name: box(each) for name, each in layout.boxes.items()},
        routes=tuple(Route(route.link, way(route.points), texts(route.labels)) for route in layout.routes),
        notes=texts(layout.notes),
        frames=tuple((box(each), texts([title])[0]) for each, title in layout.frames),
        marks=tuple(Mark(mark.name, mark.kind, way(mark.points), texts(mark.texts)) for mark in layout.marks),
    )

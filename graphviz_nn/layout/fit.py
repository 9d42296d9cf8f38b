"""The page: as large as what is on it, and a margin."""

from dataclasses import replace

from graphviz_nn.layout.geometry import Box, sample
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.style.sheet import Sheet


def fitted(layout: Layout, sheet: Sheet) -> Layout:
    """Everything moved so that the page ends a margin beyond the outermost ink."""
    labels = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    inked = [*layout.boxes.values(), *(box for box, _ in layout.frames), *(label.extent for label in labels)]
    xs = [x for box in inked for x in (box.x - box.width / 2, box.x + box.width / 2)]
    ys = [y for box in inked for y in (box.y - box.height / 2, box.y + box.height / 2)]
    for route in layout.routes:
        for x, y in sample(route.points):
            xs.append(x)
            ys.append(y)
    margin = sheet.page.margin
    dx, dy = margin - min(xs, default=0.0), margin - min(ys, default=0.0)
    width, height = max(xs, default=0.0) + dx + margin, max(ys, default=0.0) + dy + margin
    return replace(moved(layout, dx, dy), width=width, height=height)


def moved(layout: Layout, dx: float, dy: float) -> Layout:
    """A layout elsewhere on its page."""

    def box(each: Box) -> Box:
        return replace(each, x=each.x + dx, y=each.y + dy)

    def text(each: Placed) -> Placed:
        return replace(each, x=each.x + dx, y=each.y + dy)

    def way(route: Route) -> Route:
        points = tuple((x + dx, y + dy) for x, y in route.points)
        return Route(route.link, points, tuple(map(text, route.labels)))

    return replace(
        layout,
        boxes={name: box(each) for name, each in layout.boxes.items()},
        routes=tuple(map(way, layout.routes)),
        notes=tuple(map(text, layout.notes)),
        frames=tuple((box(each), text(title)) for each, title in layout.frames),
    )

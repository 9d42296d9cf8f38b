"""The page: as large as what is on it, and a margin."""

from collections.abc import Iterable
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

    def box(each: Box) -> Box:
        return replace(each, x=each.x + dx, y=each.y + dy)

    def moved(placed: Iterable[Placed]) -> tuple[Placed, ...]:
        return tuple(replace(each, x=each.x + dx, y=each.y + dy) for each in placed)

    def way(route: Route) -> Route:
        return Route(route.link, tuple((x + dx, y + dy) for x, y in route.points), moved(route.labels))

    return replace(
        layout,
        width=max(xs, default=0.0) + dx + margin,
        height=max(ys, default=0.0) + dy + margin,
        boxes={name: box(each) for name, each in layout.boxes.items()},
        routes=tuple(map(way, layout.routes)),
        notes=moved(layout.notes),
        frames=tuple((box(each), moved([title])[0]) for each, title in layout.frames),
    )

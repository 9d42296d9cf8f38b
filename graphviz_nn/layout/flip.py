"""Layouts that flow the other way: from right to left, or from bottom to top."""

from dataclasses import replace

from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.result import Layout, Mark, Placed, Route

# The directions that are others, flipped.
FLIPPED = ("RL", "BT")


def flipped(layout: Layout, direction: str) -> Layout:
    """A layout whose flow runs from left to right or from top to bottom, in the given direction."""
    if direction not in FLIPPED:
        return layout
    sideways = layout.sideways

    def point(each: Point) -> Point:
        x, y = each
        return (layout.width - x, y) if sideways else (x, layout.height - y)

    def box(each: Box) -> Box:
        left, above, right, below = each.reserve
        x, y = point((each.x, each.y))
        reserve = (right, above, left, below) if sideways else (left, below, right, above)
        solid = each.solid and each.solid.mirrored(sideways=sideways)
        return replace(each, x=x, y=y, reserve=reserve, ends=each.ends and each.ends[::-1], solid=solid)

    def text(each: Placed) -> Placed:
        x, y = point((each.x, each.y))
        return replace(each, x=x, y=y)

    def frame(each: tuple[Box, Placed]) -> tuple[Box, Placed]:
        # Of a picture that runs up, the title is where it begins, too: at the bottom, where its room is.
        return box(each[0]), text(each[1])

    def mark(each: Mark) -> Mark:
        return replace(each, points=tuple(map(point, each.points)), texts=tuple(map(text, each.texts)))

    def note(each: Placed) -> Placed:
        old = layout.boxes.get(each.owner)
        if old is None or old.cells is None or not old.holds((each.x, each.y)):
            return text(each)
        # Cells stay in their order.
        new = box(old)
        return replace(each, x=new.x + each.x - old.x, y=new.y + each.y - old.y)

    return replace(
        layout,
        boxes={name: box(each) for name, each in layout.boxes.items()},
        routes=tuple(Route(r.link, tuple(map(point, r.points)), tuple(map(text, r.labels))) for r in layout.routes),
        notes=tuple(map(note, layout.notes)),
        frames=tuple(map(frame, layout.frames)),
        marks=tuple(map(mark, layout.marks)),
    )

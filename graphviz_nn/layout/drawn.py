"""Everything drawn in a layout, to find free space for callouts."""

import math
from dataclasses import replace

from graphviz_nn.layout.geometry import NOTHING, Box, Point, along, clear, segments
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.result import Layout, Mark

# The distance in pt below which lines touch.
TOUCHING = 2.5


class Drawn:
    """Shapes, texts and lines of a layout, to which callouts are added."""

    def __init__(self, layout: Layout) -> None:
        self.shapes = {name: replace(box, reserve=NOTHING) for name, box in layout.boxes.items()}
        self.texts: list[Box] = []
        self.lines: list[tuple[int, Point, Point]] = []
        self._ink = Ink()
        for box in self.shapes.values():
            self._ink.add(box)
        for number, route in enumerate(layout.routes):
            for label in route.labels:
                self.write(label.extent)
            for start, end in segments(route.points):
                self.draw(number, start, end)
        for note in layout.notes:
            self.write(note.extent)
        for number, (box, title) in enumerate(layout.frames):
            self.write(title.extent)
            left, right, top, bottom = edges(box)
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
                self.draw(len(layout.routes) + number, start, end)

    def write(self, extent: Box) -> None:
        """Add a text."""
        self.texts.append(extent)
        self._ink.add(extent)

    def draw(self, owner: int, start: Point, end: Point) -> None:
        """Add a line."""
        self.lines.append((owner, start, end))
        self._ink.draw(owner, start, end)

    def mark(self, mark: Mark) -> None:
        """Add a remark."""
        for text in mark.texts:
            self.write(text.extent)
        owner = max((owner for owner, *_ in self.lines), default=0) + 1
        for start, end in segments(mark.points):
            self.draw(owner, start, end)

    def is_free(self, place: Box, gap: float, line_gap: float) -> bool:
        """Whether a place keeps a gap from all shapes and texts, and a line gap from all lines."""
        return self._ink.is_free(place, gap, line_gap)

    def is_clear(self, start: Point, end: Point, target: Box, gap: float) -> bool:
        """Whether a line to a target keeps a gap from all other shapes and all texts."""
        shapes = [box for box in self.shapes.values() if (box.x, box.y) != (target.x, target.y)]
        texts = [box for box in self.texts if box != target]
        return clear(start, end, shapes, gap) and clear(start, end, texts, gap)

    def crossed(self, start: Point, end: Point, own: frozenset[int]) -> int:
        """The number of lines, except `own`, that a line crosses or overlaps."""
        found = set[int]()
        # Other lines may begin where it ends.
        length = math.dist(start, end) or 1.0
        end = along(start, end, max(length - 2 * TOUCHING, 0.0) / length)
        (left, right), (top, bottom) = (sorted(ends) for ends in zip(start, end, strict=True))
        for owner, a, b in self.lines:
            if (
                owner in own
                or owner in found
                or max(a[0], b[0]) < left - TOUCHING
                or min(a[0], b[0]) > right + TOUCHING
                or max(a[1], b[1]) < top - TOUCHING
                or min(a[1], b[1]) > bottom + TOUCHING
            ):
                continue
            if _gap(start, end, a, b) < TOUCHING:
                found.add(owner)
        return len(found)


def edges(box: Box) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a box."""
    return box.x - box.width / 2, box.x + box.width / 2, box.y - box.height / 2, box.y + box.height / 2


def _gap(a: Point, b: Point, c: Point, d: Point) -> float:
    """The distance of two straight lines; 0 if they cross."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
        return 0.0
    return min(_distance(a, c, d), _distance(b, c, d), _distance(c, a, b), _distance(d, a, b))


def _distance(point: Point, a: Point, b: Point) -> float:
    """The distance of a point from a line segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square if square else 0.0
    return math.dist(point, along(a, b, min(max(share, 0.0), 1.0)))

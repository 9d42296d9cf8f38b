"""Arrows that skip shapes in their line: right-angled, with round corners, outside the skipped shapes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphviz_nn.layout.geometry import Box, Point, clear, rounded, segments
from graphviz_nn.style.sheet import Sheet

# The number of places further out that are tried on each side.
TRIES = 16
# The distance of arrows from a shape's corner, in pt, or as a share of its side.
CORNER, SHARE = 6.0, 0.25
# Lines closer than this touch, in pt.
TOUCHING = 5.0


@dataclass
class Skips:
    """Finds the paths of arrows that skip shapes in line with them, each beside the earlier ones."""

    boxes: Mapping[str, Box]
    sheet: Sheet
    sideways: bool
    ends: Counter[tuple[str, float]] = field(default_factory=Counter)

    def way(self, tail: str, head: str, lines: Sequence[tuple[Point, Point]]) -> tuple[Point, ...]:
        """The path with the fewest crossings, and of these the nearest; None if the ends aren't in line."""
        (u0, v0), (u1, v1) = self._middle(tail), self._middle(head)
        if abs(v0 - v1) > 1.0 or u1 <= u0:
            return ()
        others = [box for name, box in self.boxes.items() if name not in (tail, head)]
        found: list[tuple[int, float, float, tuple[Point, ...]]] = []
        for side in (-1.0, 1.0):
            # Of several on one side, each leaves before the one inside of it, and arrives after that.
            start, end = u0 - self._shift(tail, side), u1 + self._shift(head, side)
            first, last = self._touches(tail, start - u0, side), self._touches(head, end - u1, side)
            if first is None or last is None:
                continue
            for number in range(TRIES):
                level = v0 + side * (max(abs(first - v0), abs(last - v0)) + self.sheet.gap.node * (1 + number) / 2)
                corners = [self._point(*each) for each in ((start, first), (start, level), (end, level), (end, last))]
                if all(clear(a, b, others, self.sheet.gap.label) for a, b in pairwise(corners)):
                    crossed = _crossed(corners, lines)
                    ways = rounded(corners, 1.5 * self.sheet.gap.inside)
                    found.append((crossed, abs(level - v0), side, ways))
                    if not crossed:
                        break
        if not found:
            return ()
        *_, side, ways = min(found)
        self.ends.update([(tail, side), (head, side)])
        return ways

    def _shift(self, name: str, side: float) -> float:
        return self.ends[name, side] * CORNER

    def _touches(self, name: str, shift: float, side: float) -> float | None:
        """Whether a vertical line beside the middle of a shape meets its side, away from its corners."""
        box = self.boxes[name]
        _, middle = self._middle(name)
        along, across = (box.width, box.height) if self.sideways else (box.height, box.width)
        if box.outline == "circle":
            return middle + side * (along**2 / 4 - shift**2) ** 0.5 if abs(shift) < along / 4 else None
        return middle + side * across / 2 if abs(shift) <= along / 2 - _corner(along) else None

    def _middle(self, name: str) -> Point:
        box = self.boxes[name]
        return self._point(box.x, box.y)

    def _point(self, along: float, across: float) -> Point:
        return (along, across) if self.sideways else (across, along)


def _crossed(corners: Sequence[Point], lines: Sequence[tuple[Point, Point]]) -> int:
    """The number of lines that a path of horizontal and vertical segments crosses or touches."""
    thin = [
        Box((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, abs(a[0] - b[0]), abs(a[1] - b[1]), "box")
        for a, b in pairwise(corners)
    ]
    return sum(not clear(a, b, thin, TOUCHING) for a, b in lines)


def lines_of(ways: Sequence[Sequence[Point]]) -> list[tuple[Point, Point]]:
    """Paths as short segments."""
    return [line for way in ways for line in segments(way)]


def _corner(side: float) -> float:
    """The distance of arrows from the corners of a side of this length."""
    return min(CORNER, SHARE * side)


def off_corners(points: Sequence[Point], tail: Box, head: Box) -> tuple[Point, ...]:
    """Move the ends of a path along their sides, away from corners.

    >>> box, other = Box(0, 0, 40, 40, "box"), Box(100, 100, 40, 40, "box")
    >>> off_corners([(20, 20), (80, 80)], box, other)
    ((20.0, 14.0), (80.0, 86.0))
    """
    found = list(points)
    for place, beside, box in ((0, 1, tail), (-1, -2, head)):
        dx, dy = _away(found[place], box)
        x, y = found[place]
        found[place] = (x + dx, y + dy)
        if len(found) > 2:
            # It leaves in the same direction.
            found[beside] = (found[beside][0] + dx, found[beside][1] + dy)
    return tuple(found)


def _away(point: Point, box: Box) -> Point:
    """The movement of an end along its side, away from corners."""
    if box.outline in ("circle", "pill"):
        return 0.0, 0.0
    dx, dy = point[0] - box.x, point[1] - box.y
    a, b = box.width / 2, box.height / 2
    limit_x, limit_y = a - _corner(box.width), b - _corner(box.height)
    if abs(dx) <= limit_x or abs(dy) <= limit_y:
        return 0.0, 0.0
    # On a vertical side it moves up or down, on a horizontal one left or right.
    if a - abs(dx) <= b - abs(dy):
        return 0.0, (limit_y - abs(dy)) * (1 if dy > 0 else -1)
    return (limit_x - abs(dx)) * (1 if dx > 0 else -1), 0.0

"""Points, boxes and curves; in pt, with y pointing down."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from graphviz_nn.layout.solid import Solid

Point: TypeAlias = tuple[float, float]
Room: TypeAlias = tuple[float, float, float, float]
"""The free space left of a box, above, right and below."""

# So near to 0 a product of two sides is 0.
TOUCHING = 1e-6

NOTHING: Room = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """A placed shape: centre, size, outline.

    `reserve` is the space for its notes. `ends` are the lengths of a trapezoid's two ends, at the entry and the exit of
    the flow, which goes from left to right if `sideways`. `cells` are the height of the label's row, and the width of
    the first cell below it, 0 if it is the only one. `lanes` are how far from the middle of both sides lines
    arrive that go on beside each other. A `solid` fills its box.
    """

    x: float
    y: float
    width: float
    height: float
    outline: str
    reserve: Room = NOTHING
    ends: tuple[float, float] | None = None
    sideways: bool = True
    cells: tuple[float, float] | None = None
    lanes: tuple[float, ...] = ()
    solid: Solid | None = None

    def holds(self, point: Point, gap: float = 0.0) -> bool:
        """Whether a point is inside, or closer than `gap`."""
        dx, dy = abs(point[0] - self.x), abs(point[1] - self.y)
        a, b = self.width / 2 + gap, self.height / 2 + gap
        if self.outline == "circle":
            return dx * dx + dy * dy <= a * a if self.width == self.height else _in_stadium(dx, dy, a, b)
        if self.is_slanted:
            far, reach = (dy, self.reach(point[0])) if self.sideways else (dx, self.reach(point[1]))
            return dx <= a and dy <= b and far <= reach + gap
        return _in_stadium(dx, dy, a, b) if self.outline == "pill" else dx <= a and dy <= b

    @property
    def is_slanted(self) -> bool:
        """Whether it is a trapezoid whose two ends may differ."""
        return self.outline == "trapezoid" and self.ends is not None

    def reach(self, place: float) -> float:
        """The half width of a trapezoid across the flow, at a position along the flow.

        >>> Box(0, 0, 20, 40, "trapezoid", ends=(20.0, 40.0)).reach(5.0)
        17.5
        """
        assert self.ends is not None
        first, last = self.ends
        start, length = (self.x, self.width) if self.sideways else (self.y, self.height)
        return (first + (last - first) * min(max((place - start) / length + 0.5, 0.0), 1.0)) / 2

    def beside(self, side: float, sideways: bool) -> float:
        """The extent of the box and its notes across the flow, left or up if `side` is negative."""
        left, above, right, below = self.reserve
        half, first, last = (self.height / 2, above, below) if sideways else (self.width / 2, left, right)
        return half + (first if side < 0 else last)

    def crossed(self, sideways: bool) -> "Box":
        """The same box on the other side of a line, with its free space swapped."""
        left, above, right, below = self.reserve
        return replace(self, reserve=(left, below, right, above) if sideways else (right, above, left, below))

    def side(self, toward: Point, sideways: bool) -> Point:
        """Where an arrow leaves: in the middle of the side, left or right if `sideways`, or in its lane."""
        away = toward[1] - self.y if sideways else toward[0] - self.x
        along = toward[0] - self.x if sideways else toward[1] - self.y
        return self._lane(next((lane for lane in self.lanes if abs(lane - away) < 1.0), 0.0), along, sideways)

    def lane(self, number: int, other: "Box", sideways: bool) -> tuple[Point, Point]:
        """A line in one of its lanes to a box with the same ones."""
        along = other.x - self.x if sideways else other.y - self.y
        return self._lane(self.lanes[number], along, sideways), other._lane(other.lanes[number], -along, sideways)

    def _lane(self, shift: float, along: float, sideways: bool) -> Point:
        """Where a line touches it on the side that lies in a direction, at a distance from the middle of that side."""
        half = math.copysign((self.width if sideways else self.height) / 2, along)
        middle = (self.x + half, self.y) if sideways else (self.x, self.y + half)
        return self.beside_middle(middle, shift, sideways) if shift else middle

    def beside_middle(self, middle: Point, shift: float, sideways: bool) -> Point:
        """The point on a side at a distance from its middle, across the flow.

        >>> Box(0, 0, 60, 20, "pill").beside_middle((-30, 0), 6.0, True)
        (-28.0, 6.0)
        """
        inward = 0.0
        if self.outline in ("pill", "circle"):
            radius = min(self.width, self.height) / 2
            straight = (self.height if sideways else self.width) / 2 - radius
            inward = radius - (radius**2 - max(0.0, abs(shift) - straight) ** 2) ** 0.5
        x, y = middle
        if sideways:
            return (x - math.copysign(inward, x - self.x), y + shift)
        return (x + shift, y - math.copysign(inward, y - self.y))


def _in_stadium(dx: float, dy: float, a: float, b: float) -> bool:
    radius = min(a, b)
    x, y = max(0.0, dx - (a - radius)), max(0.0, dy - (b - radius))
    return x * x + y * y <= radius * radius


def edge(box: Box, inside: Callable[[float], Point], start: float, end: float) -> float:
    """The parameter at which a curve from inside a box leaves it, by bisection."""
    for _ in range(28):
        middle = (start + end) / 2
        if box.holds(inside(middle)):
            start = middle
        else:
            end = middle
    return (start + end) / 2


def leaving(box: Box, goal: Point) -> float:
    """The share of a straight line from the middle of a box to a goal outside at which it leaves the box.

    >>> leaving(Box(0, 0, 20, 20, "box"), (40.0, 10.0)), leaving(Box(0, 0, 20, 20, "circle"), (0.0, 40.0))
    (0.25, 0.25)
    """
    dx, dy = abs(goal[0] - box.x), abs(goal[1] - box.y)
    if box.outline == "circle" and box.width == box.height:
        return min(box.width / 2 / (math.hypot(dx, dy) or 1.0), 1.0)
    if box.is_slanted:
        return edge(box, lambda t: along((box.x, box.y), goal, t), 0.0, 1.0)
    if box.outline in ("circle", "pill"):
        return _leaving_stadium(dx, dy, box.width / 2, box.height / 2)
    shares = (half / length for half, length in ((box.width / 2, dx), (box.height / 2, dy)) if length > 1e-12)
    return min((*shares, 1.0))


def _leaving_stadium(dx: float, dy: float, a: float, b: float) -> float:
    """The share of a line from the middle of a stadium at which it leaves a straight side, or a round end.

    >>> _leaving_stadium(20.0, 40.0, 30.0, 10.0), _leaving_stadium(40.0, 0.0, 30.0, 10.0)
    (0.25, 0.75)
    """
    if a < b:
        dx, dy, a, b = dy, dx, b, a
    middle = a - b
    if dy * middle > b * dx:
        return min(b / dy, 1.0)
    square = dx * dx + dy * dy
    if not square:
        return 1.0
    return min((middle * dx + math.sqrt(max(0.0, square * b * b - (middle * dy) ** 2))) / square, 1.0)


def along(a: Point, b: Point, t: float) -> Point:
    """The point at a share of a segment."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def bezier(p: Sequence[Point], t: float) -> Point:
    """A point of a cubic curve."""
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = p
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def part(p: Sequence[Point], t: float) -> tuple[list[Point], list[Point]]:
    """Split a cubic curve (de Casteljau)."""
    rows = [list(p)]
    while len(rows[-1]) > 1:
        rows.append([along(a, b, t) for a, b in zip(rows[-1], rows[-1][1:], strict=False)])
    return [row[0] for row in rows], [row[-1] for row in reversed(rows)]


def sample(points: Sequence[Point]) -> list[Point]:
    """A path as a chain of short segments."""
    if len(points) == 2:
        return list(points)
    pieces = [points[i : i + 4] for i in range(0, len(points) - 3, 3)]
    return [points[0], *(point for piece in pieces for point in _sampled(piece))]


def _sampled(piece: Sequence[Point]) -> Iterable[Point]:
    """Points of a cubic curve after its first: of one that is level or upright, the last alone."""
    (x, y), *others = piece
    if all(u == x for u, _ in others) or all(v == y for _, v in others):
        return (piece[-1],)
    return (bezier(piece, k / 12) for k in range(1, 13))


def segments(points: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    """A path as short segments."""
    return pairwise(sample(points))


def rounded(corners: Sequence[Point], radius: float) -> tuple[Point, ...]:
    """A path of horizontal and vertical segments as cubic pieces, with round corners where possible."""
    ways = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        r = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        ways += _thirds(ways[-1], _toward(corner, before, r))
        # At nine twentieths of the radius from the corner, a cubic is nearest to a quarter circle.
        ways += _toward(corner, before, r * 0.45), _toward(corner, after, r * 0.45), _toward(corner, after, r)
    return (*ways, *_thirds(ways[-1], corners[-1]))


def _length(start: Point, end: Point) -> float:
    return abs(start[0] - end[0]) + abs(start[1] - end[1])


def _toward(start: Point, goal: Point, distance: float) -> Point:
    return along(start, goal, distance / (_length(start, goal) or 1.0))


def _thirds(start: Point, end: Point) -> tuple[Point, Point, Point]:
    return along(start, end, 1 / 3), along(start, end, 2 / 3), end


def overlap(a: Box, b: Box, gap: float) -> bool:
    """Whether two boxes are closer than `gap`; `b` includes the space for its notes."""
    left, above, right, below = b.reserve
    across, down = (a.width + b.width) / 2 + gap, (a.height + b.height) / 2 + gap
    return -across - left < a.x - b.x < across + right and -down - above < a.y - b.y < down + below


def clear(start: Point, end: Point, others: Sequence[Box], gap: float) -> bool:
    """Whether a straight line keeps its distance from all boxes."""
    (left, top), (right, bottom) = start, end
    if right < left:
        left, right = right, left
    if bottom < top:
        top, bottom = bottom, top
    for box in others:
        before, above, after, below = box.reserve
        a, b = box.width / 2 + gap, box.height / 2 + gap
        sides = box.x - a - before, box.x + a + after, box.y - b - above, box.y + b + below
        # Most boxes are far away, and there are many.
        if sides[1] < left or sides[0] > right or sides[3] < top or sides[2] > bottom:
            continue
        if _crosses(start, end, *sides):
            return False
    return True


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight lines cross: not if the one ends on the other.

    >>> crosses((0, 0), (4, 4), (0, 4), (4, 0)), crosses((0, 0), (4, 4), (2, 2), (4, 0))
    (True, False)
    """
    return _side(a, b, c) * _side(a, b, d) < -TOUCHING and _side(c, d, a) * _side(c, d, b) < -TOUCHING


def _side(a: Point, b: Point, point: Point) -> float:
    """Below 0 on one side of a line, above on the other."""
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


def _crosses(start: Point, end: Point, left: float, right: float, top: float, bottom: float) -> bool:
    """Whether a segment meets a rectangle.

    Source: Y.-D. Liang, B. A. Barsky, A new concept and method for line clipping, 1984.
    """
    low, high = 0.0, 1.0
    dx, dy = end[0] - start[0], end[1] - start[1]
    for delta, room in (
        (-dx, start[0] - left),
        (dx, right - start[0]),
        (-dy, start[1] - top),
        (dy, bottom - start[1]),
    ):
        if abs(delta) < 1e-9:
            if room < 0:
                return False
        elif delta < 0:
            low = max(low, room / delta)
        else:
            high = min(high, room / delta)
    return low <= high

"""Which boxes are near a line: looked up in squares, so that many boxes take no longer than few."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from graphviz_nn.layout.geometry import Box, Point, clear

# The side of a square, in pt.
SQUARE = 128.0


class Near:
    """Boxes by name.

    Examples
    --------
    >>> near = Near({"a": Box(0, 0, 20, 20, "box"), "b": Box(500, 0, 20, 20, "box")})
    >>> near.among([(-30.0, 5.0), (30.0, 5.0)], 4.0)
    ['a']
    >>> near.is_free([(-30.0, 5.0), (30.0, 5.0)], 4.0, ("a",))
    True
    """

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        self.boxes = dict(boxes)
        self._squares: dict[tuple[int, int], list[str]] = defaultdict(list)
        for name, box in boxes.items():
            for square in _own(box):
                self._squares[square].append(name)

    def put(self, name: str, box: Box) -> None:
        """Add a box, or move one."""
        for square in _own(self.boxes[name]) if name in self.boxes else ():
            self._squares[square].remove(name)
        self.boxes[name] = box
        for square in _own(box):
            self._squares[square].append(name)

    def beside(self, box: Box, gap: float, apart: Collection[str] = ()) -> list[Box]:
        """The boxes that may be nearer to a box than a gap, but for those `apart`."""
        a, b = box.width / 2, box.height / 2
        return self.along([(box.x - a, box.y - b), (box.x + a, box.y + b)], gap, apart)

    def along(self, points: Sequence[Point], gap: float, apart: Collection[str] = ()) -> list[Box]:
        """As `among`, the boxes themselves."""
        return [self.boxes[name] for name in self.among(points, gap, apart)]

    def among(self, points: Sequence[Point], gap: float, apart: Collection[str] = ()) -> list[str]:
        """The boxes that may be nearer to a line through some points than a gap, but for those `apart`."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        here = squares(min(xs) - gap, max(xs) + gap, min(ys) - gap, max(ys) + gap)
        found = dict.fromkeys(name for square in here for name in self._squares.get(square, ()))
        return [name for name in found if name not in apart]

    def within(self, points: Sequence[Point], apart: Collection[str] = ()) -> bool:
        """Whether the rectangle around some points touches a box, but for those `apart`."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        for box in self.along(points, 0.0, apart):
            first, last, upper, lower = _sides(box)
            if first <= right and last >= left and upper <= bottom and lower >= top:
                return True
        return False

    def is_free(self, points: Sequence[Point], gap: float, apart: Collection[str] = ()) -> bool:
        """Whether a line through some points is a gap away from all boxes but those `apart`."""
        others = self.along(points, gap, apart)
        return not others or all(clear(a, b, others, gap) for a, b in pairwise(points))


def _own(box: Box) -> list[tuple[int, int]]:
    """The squares of a box and the space for its notes."""
    return squares(*_sides(box))


def _sides(box: Box) -> tuple[float, float, float, float]:
    """The left, right, top and bottom of a box and the space for its notes."""
    left, above, right, below = box.reserve
    a, b = box.width / 2, box.height / 2
    return box.x - a - left, box.x + a + right, box.y - b - above, box.y + b + below


def squares(left: float, right: float, top: float, bottom: float) -> list[tuple[int, int]]:
    """The squares that a rectangle touches."""
    rows = range(int(top // SQUARE), int(bottom // SQUARE) + 1)
    return [(i, j) for i in range(int(left // SQUARE), int(right // SQUARE) + 1) for j in rows]

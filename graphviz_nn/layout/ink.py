"""An index of drawn things, so that text can avoid them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace

from graphviz_nn.layout.geometry import NOTHING, Box, Point, clear, overlap

# The side of the index's squares, in pt.
CELL = 64.0


class Ink:
    """Boxes and lines; a look-up takes the same time in a picture of any size."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[int, int], list[Box]] = defaultdict(list)
        self._lines: dict[tuple[int, int], list[tuple[int, Point, Point]]] = defaultdict(list)

    def add(self, box: Box) -> None:
        """Add a shape or a text, without the space for its notes."""
        box = replace(box, reserve=NOTHING)
        for cell in _cells(
            box.x - box.width / 2, box.x + box.width / 2, box.y - box.height / 2, box.y + box.height / 2
        ):
            self._boxes[cell].append(box)

    def draw(self, owner: int, start: Point, end: Point) -> None:
        """A straight line."""
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(start, end, strict=True))
        for cell in _cells(left, right, top, bottom):
            self._lines[cell].append((owner, start, end))

    def is_free(self, place: Box, gap: float, line_gap: float, own: Collection[int] = ()) -> bool:
        """Whether a place keeps a gap from every box and line; lines of `own` may be up to 1 pt away."""
        reach = max(gap, line_gap)
        a, b = place.width / 2 + reach, place.height / 2 + reach
        for cell in _cells(place.x - a, place.x + a, place.y - b, place.y + b):
            if any(overlap(place, box, gap) for box in self._boxes.get(cell, ())):
                return False
            for owner, start, end in self._lines.get(cell, ()):
                if not clear(start, end, (place,), 1.0 if owner in own else line_gap):
                    return False
        return True


def _cells(left: float, right: float, top: float, bottom: float) -> Iterator[tuple[int, int]]:
    for i in range(int(left // CELL), int(right // CELL) + 1):
        for j in range(int(top // CELL), int(bottom // CELL) + 1):
            yield i, j

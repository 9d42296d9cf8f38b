"""Marks at arrowheads: the number of an operand, or a plus for added values."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from graphviz_nn.forms.diagram import SUM
from graphviz_nn.layout.geometry import Point, along, sample
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.style.sheet import Sheet

# The number of places along an arrow that are tried; beside a flat arrow there is space only further from its head.
STEPS = 8
# A mark is in the last part of its arrow, of this length, unless the arrow is too short.
PART = 0.5


def operands(routes: Sequence[Route], ink: Ink, sheet: Sheet, sideways: bool) -> tuple[dict[int, Placed], int]:
    """Number operands whose arrows arrive in another order, put a plus where values are added, and say what a matrix
    is that is taken transposed.

    Also return the number of marks without a free place.
    """
    heads: dict[str, list[int]] = defaultdict(list)
    for number, route in enumerate(routes):
        if route.link.mark:
            heads[route.link.head].append(number)

    def arrival(number: int) -> tuple[float, float]:
        x, y = (round(value, 1) for value in routes[number].points[-1])
        return (y, x) if sideways else (x, y)

    found, crowded = {}, 0
    for numbers in heads.values():
        seen = [routes[number].link.mark for number in sorted(numbers, key=arrival)]
        is_said = seen != sorted(seen) or SUM in seen
        for n in numbers:
            # What is no number says what its operand is, not its place.
            if is_said or not routes[n].link.mark.isdecimal():
                other = next((routes[m].points[0] for m in numbers if m != n), routes[n].points[0])
                places = list(_places(routes[n], other, sheet))
                free = (each for each in places if ink.is_free(each.extent, 0.5, 1.0))
                found[n] = next(free, places[0])
                crowded += not ink.is_free(found[n].extent, 0.5, 1.0)
                # Another number mustn't be read on in it.
                apart = found[n].extent
                ink.add(replace(apart, width=apart.width + sheet.text.note_size))
    return found, crowded


def _places(route: Route, other: Point, sheet: Sheet) -> Iterator[Placed]:
    """Places for a mark from the head back, first on the side away from the other operand."""
    way, (x1, y1) = sample(route.points), route.points[-1]
    nearest = sheet.line.arrow_length + 2.0
    furthest = max(nearest, PART * sum(math.dist(a, b) for a, b in pairwise(way)))
    aside = 0.55 * sheet.text.note_size + sheet.gap.label / 2
    for step in range(STEPS):
        back = nearest + step * sheet.text.note_size
        if back > furthest:
            return
        (x, y), (dx, dy) = _before(way, back)
        away = -1 if (other[0] - x1) * dy - (other[1] - y1) * dx > 0 else 1
        for side in (away * aside, -away * aside):
            pale = route.link.emphasis == "pale"
            yield Placed(route.link.mark, x + dy * side, y - dx * side, sheet.text.note_size, quiet=True, pale=pale)


def _before(way: Sequence[Point], distance: float) -> tuple[Point, Point]:
    """The point at a distance before the end of a path, and the direction there."""
    lines = [(a, b) for a, b in pairwise(way) if a != b] or [(way[0], way[-1])]
    while len(lines) > 1 and distance > math.dist(*lines[-1]):
        distance -= math.dist(*lines.pop())
    start, end = lines[-1]
    length = math.dist(start, end) or 1.0
    return along(end, start, distance / length), ((end[0] - start[0]) / length, (end[1] - start[1]) / length)

"""Arrows as TikZ paths between named nodes, so that they follow when a node is moved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphviz_nn.layout.geometry import Point
from graphviz_nn.render.svg import number
from graphviz_nn.render.tikz_shapes import Place, beside
from graphviz_nn.scene.primitives import Group, Path

# How far an end may be from where TikZ puts it, in pt.
NEAR = 0.06


@dataclass(frozen=True)
class Arrow:
    """A line from shape to shape: its points, pieces of a cubic curve if more than two, and the size of its head."""

    tail: Place
    head: Place
    points: tuple[Point, ...]
    tip: tuple[float, float] | None

    @property
    def is_straight(self) -> bool:
        return len(self.points) == 2

    @property
    def style(self) -> str:
        """TikZ's option for the head."""
        return f"-{{Triangle[length={number(self.tip[0])}bp, width={number(self.tip[1])}bp]}}" if self.tip else ""


def arrow(group: Group, tail: Place | None, head: Place | None) -> Arrow | None:
    """The arrow of a group; None if its ends have no shapes, or it isn't a line with a head."""
    lines = [each for each in group.items if isinstance(each, Path)]
    if tail is None or head is None or not lines or len(lines) > 2 or lines[0].fill or not lines[0].stroke:
        return None
    if any(letter not in "MLC" for letter, _ in lines[0].commands):
        return None
    points = [(values[i], values[i + 1]) for _, values in lines[0].commands for i in range(0, len(values), 2)]
    if len(points) != 2 and len(points) % 3 != 1:
        return None
    tip = None
    if len(lines) == 2:
        # A head is its tip and two wings; the line ends inside it.
        corners = [(values[0], values[1]) for _, values in lines[1].commands if values]
        if len(corners) != 3 or lines[1].fill != lines[0].stroke:
            return None
        end, one, two = corners
        back = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
        tip = math.dist(end, back), math.dist(one, two)
        points[-1] = end
    return Arrow(tail, head, tuple(points), tip)


def route(found: Arrow, label: str = "") -> tuple[str, str]:
    """The path of an arrow, with a label on a straight one, and further options."""
    first, last = found.points[0], found.points[-1]
    if found.is_straight:
        bare = [_meets(place, first, last) for place in (found.tail, found.head)]
        ends = [
            f"({place.name})" if is_bare else end(place, point)
            for place, point, is_bare in zip((found.tail, found.head), (first, last), bare, strict=True)
        ]
        return f"{ends[0]} -- {label}{ends[1]}", ""
    start, stop = end(found.tail, first), end(found.head, last)
    corners = _corners(found.points)
    if corners is None:
        return f"{start} {_curve(found.points, stop)}", ""
    legs = list(pairwise(corners))
    steps = [f"-- ++{_step(a, b)} " for a, b in legs[:-2]]
    turn = "|-" if abs(legs[-1][0][1] - legs[-1][1][1]) < NEAR else "-|"
    return f"{start} {''.join(steps)}{turn} {stop}", f"rounded corners={number(_radius(found.points, corners))}bp"


def end(place: Place, point: Point) -> str:
    """A point at the border of a shape, by the name of its side, or else from its middle."""
    sides = {
        "east": (place.x + place.width / 2, place.y),
        "west": (place.x - place.width / 2, place.y),
        "north": (place.x, place.y - place.height / 2),
        "south": (place.x, place.y + place.height / 2),
    }
    for side, middle in sides.items():
        if math.dist(middle, point) < NEAR:
            return f"({place.name}.{side})"
    return beside(place, *point)


def _meets(place: Place, start: Point, stop: Point) -> bool:
    """Whether TikZ ends a line at the same point of a shape: one that leads to its middle and meets its outline."""
    length = math.dist(start, stop)
    if not place.outline or not length:
        return False
    dx, dy = (stop[0] - start[0]) / length, (stop[1] - start[1]) / length
    is_level = min(abs(dx), abs(dy)) < 1e-6
    if place.outline in ("rounded", "pill") and not is_level:
        return False
    return abs((place.x - start[0]) * dy - (place.y - start[1]) * dx) < NEAR


def _step(start: Point, stop: Point) -> str:
    return f"({number(stop[0] - start[0])}, {number(stop[1] - start[1])})"


def _curve(points: Sequence[Point], stop: str) -> str:
    """Cubic pieces; the first and last control points belong to the ends, the points between stay where they are."""
    parts = []
    for i in range(1, len(points), 3):
        before, first, second, after = points[i - 1 : i + 3]
        target = stop if i + 3 >= len(points) else f"({number(after[0])}, {number(after[1])})"
        parts.append(f".. controls +{_step(before, first)} and +{_step(after, second)} .. {target}")
    return " ".join(parts)


def _corners(points: Sequence[Point]) -> list[Point] | None:
    """The ends and corners of a way of level and upright legs with round corners; None for another curve."""
    pieces = [points[i : i + 4] for i in range(0, len(points) - 1, 3)]
    if len(pieces) < 3 or len(pieces) % 2 == 0:
        return None
    found, legs = [points[0]], pieces[::2]
    upright = [all(abs(x - leg[0][0]) < NEAR for x, _ in leg) for leg in legs]
    level = [all(abs(y - leg[0][1]) < NEAR for _, y in leg) for leg in legs]
    for number_, (one, two) in enumerate(pairwise(legs)):
        if upright[number_] and level[number_ + 1]:
            found.append((one[0][0], two[0][1]))
        elif level[number_] and upright[number_ + 1]:
            found.append((two[0][0], one[0][1]))
        else:
            return None
    return [*found, points[-1]]


def _radius(points: Sequence[Point], corners: Sequence[Point]) -> float:
    """The radius of the smallest corner."""
    ends = points[3:-1:6]
    return min(math.dist(point, corner) for point, corner in zip(ends, corners[1:], strict=False))

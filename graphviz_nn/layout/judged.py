"""How easily the lines of a layout are followed."""

from itertools import combinations

from graphviz_nn.layout.geometry import Point, segments
from graphviz_nn.layout.result import Layout, Route


def crossings(layout: Layout) -> int:
    """How many pairs of lines cross that have no shape in common."""
    ways = [list(segments(route.points)) for route in layout.routes]
    return sum(
        any(_meet(*a, *b) for a in ways[one] for b in ways[other])
        for one, other in combinations(range(len(ways)), 2)
        if not _joined(layout.routes[one], layout.routes[other])
    )


def corners(layout: Layout) -> int:
    """How often lines turn."""
    return sum(len(route.points) // 6 for route in layout.routes)


def _joined(one: Route, other: Route) -> bool:
    return bool({one.link.tail, one.link.head} & {other.link.tail, other.link.head})


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces of lines cross."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0

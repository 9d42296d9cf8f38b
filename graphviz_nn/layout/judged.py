"""How easily the lines of a layout are followed."""

from collections import defaultdict
from collections.abc import Sequence

from graphviz_nn.layout.geometry import Box, Point, clear, crosses, segments
from graphviz_nn.layout.near import squares
from graphviz_nn.layout.result import Layout, Route

# A corner is so much of a crossing, a main line that isn't straight half a one.
CORNER, CROOKED = 0.3, 0.5
# The length and width of what is looked at around an arrow's end, in pt.
HEAD = 20.0


def tangled(layout: Layout, spine: Sequence[str]) -> float:
    """How hard the lines of a layout are to follow; 0 if no two cross that have no shape in common."""
    routes = layout.routes
    crossed = sum(not _joined(routes[one], routes[other]) for one, other in crossing(layout))
    if not crossed:
        return 0.0
    corners = sum(len(route.points) // 6 for route in layout.routes)
    across = [layout.boxes[name].y if layout.sideways else layout.boxes[name].x for name in spine]
    is_crooked = max(across, default=0.0) - min(across, default=0.0) > 1.0
    return crossed + CORNER * corners + CROOKED * is_crooked


def crossing(layout: Layout) -> list[tuple[int, int]]:
    """The numbers of the routes that cross, in twos."""
    here: dict[tuple[int, int], list[tuple[int, Point, Point]]] = defaultdict(list)
    found = dict[tuple[int, int], None]()
    for number, route in enumerate(layout.routes):
        for a, b in segments(route.points):
            xs, ys = sorted((a[0], b[0])), sorted((a[1], b[1]))
            for square in squares(*xs, *ys):
                for other, c, d in here[square]:
                    if other != number and (other, number) not in found and crosses(a, b, c, d):
                        found[other, number] = None
                here[square].append((number, a, b))
    return list(found)


def at_heads(layout: Layout, crossed: Sequence[tuple[int, int]]) -> int:
    """How many arrowheads routes that cross run through."""
    ways = layout.routes

    def is_at_head(way: Route, other: Route) -> bool:
        x, y = other.points[-1]
        head = Box(x, y, HEAD, HEAD, "box")
        return not all(clear(*line, (head,), 0.0) for line in segments(way.points))

    return sum(is_at_head(ways[a], ways[b]) + is_at_head(ways[b], ways[a]) for a, b in crossed)


def _joined(one: Route, other: Route) -> bool:
    return bool({one.link.tail, one.link.head} & {other.link.tail, other.link.head})

"""How easily the lines of a layout are followed."""

from collections.abc import Sequence
from itertools import combinations

from graphviz_nn.layout.geometry import crosses, segments
from graphviz_nn.layout.result import Layout, Route

# A corner is so much of a crossing, a main line that isn't straight half a one.
CORNER, CROOKED = 0.3, 0.5


def tangled(layout: Layout, spine: Sequence[str]) -> float:
    """How hard the lines of a layout are to follow; 0 if no two cross that have no shape in common."""
    ways = [list(segments(route.points)) for route in layout.routes]
    crossed = sum(
        any(crosses(*a, *b) for a in ways[one] for b in ways[other])
        for one, other in combinations(range(len(ways)), 2)
        if not _joined(layout.routes[one], layout.routes[other])
    )
    if not crossed:
        return 0.0
    corners = sum(len(route.points) // 6 for route in layout.routes)
    across = [layout.boxes[name].y if layout.sideways else layout.boxes[name].x for name in spine]
    is_crooked = max(across, default=0.0) - min(across, default=0.0) > 1.0
    return crossed + CORNER * corners + CROOKED * is_crooked


def _joined(one: Route, other: Route) -> bool:
    return bool({one.link.tail, one.link.head} & {other.link.tail, other.link.head})

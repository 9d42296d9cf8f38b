"""Stretch layouts along the flow until the same things are at the same places."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import networkx as nx

from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.result import Layout, Placed, Route

Map: TypeAlias = Callable[[float], float]
Anchor: TypeAlias = "str | tuple[Anchor, Anchor]"
"""A shape or variable, or the step from one variable to the next."""
Anchors: TypeAlias = dict[Anchor, float]

# Things that are nearer than this, in pt, are at one place.
NEAR = 1.0


def stretched(layouts: Sequence[Layout], anchors: Sequence[Anchors]) -> list[Layout]:
    """Layouts with their anchors, given as positions along the flow, at the same positions; nothing is compressed."""
    order: Any = nx.DiGraph()
    kept = [_ordered(each, order) for each in anchors]
    places = _places(order)
    start = min(_map(each, places)(0.0) for each in kept)
    places = {name: place - start for name, place in places.items()}
    return [_stretched(layout, _map(each, places)) for layout, each in zip(layouts, kept, strict=True)]


def _ordered(anchors: Anchors, order: Any) -> Anchors:
    """The anchors that agree with the known order; the distances between neighbours are added to it."""
    kept: Anchors = {}
    last = None
    for name, place in sorted(anchors.items(), key=lambda item: item[1]):
        if last is not None and (
            place - kept[last] < NEAR or (name in order and last in order and nx.has_path(order, name, last))
        ):
            continue
        order.add_node(name)
        if last is not None:
            known = order.edges[last, name]["distance"] if order.has_edge(last, name) else 0.0
            order.add_edge(last, name, distance=max(known, place - kept[last]))
        kept[name], last = place, name
    return kept


def _places(order: Any) -> Anchors:
    """A position for each anchor that keeps all distances: the mean of the first possible one and the last."""
    names = list(nx.lexicographical_topological_sort(order, key=list(order).index))
    early: Anchors = {}
    for name in names:
        early[name] = max((early[p] + order.edges[p, name]["distance"] for p in order.predecessors(name)), default=0.0)
    late: Anchors = {}
    for name in reversed(names):
        ends = [late[n] - order.edges[name, n]["distance"] for n in order.successors(name)]
        late[name] = min(ends, default=max(early.values()) if order.in_degree(name) else early[name])
    return {name: (early[name] + late[name]) / 2 for name in names}


def _map(anchors: Anchors, places: Anchors) -> Map:
    """The piecewise linear map from a layout's positions to the common ones."""
    pairs = sorted((place, places[name]) for name, place in anchors.items())

    def move(x: float) -> float:
        if not pairs:
            return x
        index = bisect_right(pairs, (x, float("inf")))
        if index == 0:
            return x - pairs[0][0] + pairs[0][1]
        if index == len(pairs):
            return x - pairs[-1][0] + pairs[-1][1]
        (a, p), (b, q) = pairs[index - 1], pairs[index]
        return p + (x - a) / (b - a) * (q - p)

    return move


def _holds(frame: Box, box: Box) -> bool:
    """Whether the middle of a box is in a frame."""
    return abs(box.x - frame.x) < frame.width / 2 and abs(box.y - frame.y) < frame.height / 2


def _stretched(layout: Layout, move: Map) -> Layout:
    def moved(point: Point) -> Point:
        x, y = point
        return (move(x), y) if layout.sideways else (x, move(y))

    def box(each: Box) -> Box:
        x, y = moved((each.x, each.y))
        return replace(each, x=x, y=y)

    def shifted(point: Point, old: Box, new: Box) -> Point:
        return (point[0] + new.x - old.x, point[1] + new.y - old.y)

    boxes = {name: box(each) for name, each in layout.boxes.items()}

    def route(each: Route) -> Route:
        ends = (each.link.tail, each.link.head)
        (tail, head), (new_tail, new_head) = ((m[ends[0]], m[ends[1]]) for m in (layout.boxes, boxes))
        points = (
            shifted(each.points[0], tail, new_tail),
            *(moved(point) for point in each.points[1:-1]),
            shifted(each.points[-1], head, new_head),
        )
        labels = []
        for label in each.labels:
            is_mark = bool(label.tex) and label.tex == each.link.mark
            x, y = shifted((label.x, label.y), head, new_head) if is_mark else moved((label.x, label.y))
            labels.append(replace(label, x=x, y=y))
        return Route(each.link, points, tuple(labels))

    def placed(each: Placed) -> Placed:
        x, y = moved((each.x, each.y))
        return replace(each, x=x, y=y)

    def frame(each: tuple[Box, Placed]) -> tuple[Box, Placed]:
        old, title = each
        middle, length = (old.x, old.width) if layout.sideways else (old.y, old.height)
        ends = middle - length / 2, middle + length / 2
        # Each end stays as far from what is next to it inside.
        inside = [(b.x if layout.sideways else b.y) for b in layout.boxes.values() if _holds(old, b)] or [middle]
        nearest = [min(inside, key=lambda place: abs(place - end)) for end in ends]
        low, high = (end + move(place) - place for end, place in zip(ends, nearest, strict=True))
        at = title.x if layout.sideways else title.y
        shift = low - ends[0] if at - ends[0] < ends[1] - at else high - ends[1]
        if layout.sideways:
            return replace(old, x=(low + high) / 2, width=high - low), replace(title, x=title.x + shift)
        return replace(old, y=(low + high) / 2, height=high - low), replace(title, y=title.y + shift)

    return replace(
        layout,
        width=move(layout.width) if layout.sideways else layout.width,
        height=layout.height if layout.sideways else move(layout.height),
        boxes=boxes,
        routes=tuple(map(route, layout.routes)),
        notes=tuple(map(placed, layout.notes)),
        frames=tuple(map(frame, layout.frames)),
    )

"""Labels on both sides of lines: the name on one, the number on the other."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from graphviz_nn.layout.geometry import Box, along, clear, overlap
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.style.sheet import Sheet

# The positions of labels on converging lines: where the lines are far apart, but not too near their start.
SHARES = (0.3, 0.25, 0.35, 0.2, 0.4, 0.15, 0.45)
# The middle of a single line without its arrowhead.
MIDDLE = (0.46,)


def labelled(routes: Sequence[Route], boxes: Sequence[Box], sheet: Sheet) -> list[Route]:
    """Label the routes; converging ones have their labels at the same share of their length."""
    found = {}
    heads = dict.fromkeys(route.link.head for route in routes if route.link.label or route.link.note)
    for head in heads:
        group = [route for route in routes if route.link.head == head]
        tries = [[_flanked(route, share, sheet) for route in group] for share in (MIDDLE, SHARES)[len(group) > 1]]
        best = min(tries, key=lambda each: _conflicts(each, routes, boxes, sheet.gap.label))
        found.update({(route.link.tail, head): route for route in best})
    return [found.get((route.link.tail, route.link.head), route) for route in routes]


def _flanked(route: Route, share: float, sheet: Sheet) -> Route:
    """A straight route with its name above (right of one that runs down), and its number on the other side."""
    start, end = route.points
    (x, y), (dx, dy) = along(start, end, share), (end[0] - start[0], end[1] - start[1])
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = dy / length, -dx / length
    if ny > 1e-9 or (abs(ny) <= 1e-9 and nx < 0):
        nx, ny = -nx, -ny
    labels, pale = [], route.link.emphasis == "pale"
    gap = sheet.gap.label + (sheet.weight.most / 2 if route.link.weight is not None else 0.0)
    texts = (route.link.label, sheet.text.link_size, 1), (route.link.note, sheet.text.note_size, -1)
    for tex, size, side in texts:
        if tex:
            room = Placed(tex, 0.0, 0.0, size).extent
            away = abs(nx) * room.width / 2 + abs(ny) * room.height / 2 + gap
            labels.append(Placed(tex, x + side * nx * away, y + side * ny * away, size, side < 0, "", pale))
    return replace(route, labels=tuple(labels))


def _conflicts(group: Sequence[Route], routes: Sequence[Route], boxes: Sequence[Box], gap: float) -> int:
    """The number of lines, shapes and other labels that the labels touch."""
    labels = [label.extent for route in group for label in route.labels]
    lines = [ends for route in routes for ends in pairwise(route.points)]
    return (
        sum(not clear(*line, [label], gap / 2) for line in lines for label in labels)
        + sum(overlap(label, box, gap / 2) for box in boxes for label in labels)
        + sum(overlap(a, b, gap / 2) for a, b in combinations(labels, 2))
    )

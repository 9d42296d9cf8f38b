"""Callouts in free places beside their targets, each with a thin line to its target."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from graphviz_nn.forms.diagram import Diagram, Remark
from graphviz_nn.layout.drawn import Drawn, edges
from graphviz_nn.layout.geometry import Box, Point, along, bezier, edge
from graphviz_nn.layout.prose import broken, extent, placed
from graphviz_nn.layout.result import Layout, Mark, Placed
from graphviz_nn.style.sheet import Sheet

# The costs of a line that crosses another one, passes near a shape or a text, or crosses it, in pt of its length.
CROSSING, NEAR, COVERING = 60.0, 60.0, 1000.0
# The distances at which a line is near foreign shapes and texts, and touches them; other programs set text wider.
APART, TOUCHING = 3.0, 0.5
# The cost per pt of a larger page, and of a slanted line.
GROWTH, SLANT = 0.5, 0.25
# The positions along a side of a target that are tried, from one end to the other; and beyond, in distances.
OFFSETS = (
    *((share, 0.0) for share in (0.0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1.0, -1.0)),
    *((sign, sign * aside) for aside in (0.6, 1.2, 2.0) for sign in (1.0, -1.0)),
)
# The positions on an arrow that a line may point at.
MIDDLES = (0.46, 0.3, 0.62)
# The distance between a line and the text that it leads to, in pt.
TEXT = 3.5
# The most shapes of several that are tried.
MOST = 12


@dataclass(frozen=True)
class _Place:
    """A place for a callout: its text, its side of the target, the ends of its line, and its cost."""

    text: Box
    side: int
    start: Point
    end: Point
    cost: float


def called(layout: Layout, diagram: Diagram, braces: Sequence[Mark], sheet: Sheet) -> list[Mark]:
    """Place the callouts of a diagram: near, on free ground, and with few crossings."""
    if not diagram.callouts:
        return []
    drawn = Drawn(layout)
    for mark in braces:
        drawn.mark(mark)
    found = []
    for remark in diagram.callouts:
        mark = _mark(remark, layout, diagram, drawn, sheet)
        drawn.mark(mark)
        found.append(mark)
    return found


def _mark(remark: Remark, layout: Layout, diagram: Diagram, drawn: Drawn, sheet: Sheet) -> Mark:
    size = sheet.text.link_size
    lines = broken(remark.said, sheet.callout.measure, size)
    width, height = extent(lines, size)
    places = (
        _best(target, own, width, height, layout, drawn, sheet) for target, own in _targets(remark, layout, diagram)
    )
    best = min(places, key=lambda place: place.cost)
    left, right, top, _ = edges(best.text)
    # A text beside its target ends where its line begins.
    x = {1: left, -1: right}.get(best.side, best.text.x)
    texts = placed(lines, x, top, size, side=best.side, kind="callout")
    return Mark(remark.name, "callout", (best.start, best.end), texts)


def _targets(remark: Remark, layout: Layout, diagram: Diagram) -> Iterator[tuple[Box, frozenset[int]]]:
    """The targets that a line may lead to, and the arrows that it may touch there."""
    part = remark.part
    frame = next((box for box, title in layout.frames if set(part.shapes) == _inside(box, layout)), None)
    if frame is not None and len(part.shapes) > 1:
        yield frame, frozenset({len(layout.routes) + [box for box, _ in layout.frames].index(frame)})
        return
    heads = {diagram.links[number].head for number in part.links}
    titles = {column.title for column in diagram.columns if heads and heads <= set(column.members)}
    said = [_room(note) for note in layout.notes if note.tex in titles and note.tex]
    if said and not part.shapes:
        # The lines between two columns have one common label, which is the target.
        yield min(said, key=lambda text: _far(text, heads, layout)), frozenset()
        return
    for name in part.shapes[:MOST]:
        yield layout.boxes[name], frozenset()
    for number in () if part.shapes else part.links[:MOST]:
        route = layout.routes[number]
        yield from ((_room(label), frozenset[int]()) for label in route.labels if not label.quiet)
        points = route.points
        for share in MIDDLES:
            x, y = along(points[0], points[1], share) if len(points) == 2 else _at(points, share)
            yield Box(x, y, 0.0, 0.0, "point"), frozenset({number})


def _room(text: Placed) -> Box:
    """A text with the margin up to which a line comes."""
    box = text.extent
    return replace(box, width=box.width + 2 * TEXT, height=box.height + 2 * TEXT)


def _far(text: Box, heads: Iterable[str], layout: Layout) -> float:
    """The distance of a text, along the flow, from the middle of these shapes."""
    boxes = [layout.boxes[name] for name in heads]
    return min(abs(text.x - box.x if layout.sideways else text.y - box.y) for box in boxes)


def _at(points: Sequence[Point], share: float) -> Point:
    """The point at a share of a curve of cubic pieces."""
    number, rest = divmod(share * (len(points) - 1) / 3, 1)
    return bezier(points[3 * int(number) : 3 * int(number) + 4], rest)


def _inside(box: Box, layout: Layout) -> set[str]:
    """The shapes in a frame."""
    return {name for name, each in layout.boxes.items() if box.holds((each.x, each.y))}


def _best(
    target: Box, own: frozenset[int], width: float, height: float, layout: Layout, drawn: Drawn, sheet: Sheet
) -> _Place:
    """The cheapest place at a target; the cost grows with the distance."""
    best: _Place | None = None
    distance, gap = sheet.gap.node * 0.7, sheet.gap.inside
    outside = layout.width + layout.height + width + height
    for _ in count():
        if best is not None and distance >= min(best.cost, outside):
            return best
        for text, side in _around(target, width, height, distance):
            start, end = _line(text, side, target, layout.sideways, sheet)
            cost = _cost(text, start, end, layout, sheet)
            if (best is not None and cost >= best.cost) or not drawn.is_free(text, gap, 1.5 * gap):
                continue
            if not drawn.is_clear(start, end, target, APART):
                cost += NEAR if drawn.is_clear(start, end, target, TOUCHING) else COVERING
            if best is not None and cost >= best.cost:
                continue
            cost += CROSSING * drawn.crossed(start, end, own)
            if best is None or cost < best.cost:
                best = _Place(text, side, start, end, cost)
        # Far away, a finer search would find nothing better.
        distance += max(2 * sheet.gap.label, distance / 6)
    raise AssertionError("unreachable: rings go on until a place is found")


def _cost(text: Box, start: Point, end: Point, layout: Layout, sheet: Sheet) -> float:
    """The cost of a place without obstacles."""
    slant = min(abs(start[0] - end[0]), abs(start[1] - end[1]))
    return math.dist(start, end) + SLANT * slant + GROWTH * _growth(text, layout, sheet)


def _around(target: Box, width: float, height: float, distance: float) -> Iterator[tuple[Box, int]]:
    """Places around a target: above, below, right (side 1) and left of it (side -1)."""
    across, down = (target.width + width) / 2, (target.height + height) / 2
    for share, aside in OFFSETS:
        for sign in (-1, 1):
            x, y = target.x + share * across + aside * distance, target.y + sign * (down + distance)
            yield Box(x, y, width, height, "box"), 0
    for share, aside in OFFSETS:
        for sign in (1, -1):
            x, y = target.x + sign * (across + distance), target.y + share * down + aside * distance
            yield Box(x, y, width, height, "box"), sign


def _line(text: Box, side: int, target: Box, sideways: bool, sheet: Sheet) -> tuple[Point, Point]:
    """The line from a text to the outline of its target, as straight as possible."""
    left, right, top, bottom = edges(text)
    gap = sheet.gap.label / 2
    start: Point
    if side:
        start = (
            left - gap if side > 0 else right + gap,
            min(max(target.y, top + text.height / 4), bottom - text.height / 4),
        )
    else:
        inside = min(text.width / 2, sheet.text.link_size)
        x = min(max(target.x, left + inside), right - inside)
        start = (x, bottom + gap if text.y < target.y else top - gap)
    return start, _end(start, target, not side, sideways)


def _end(start: Point, target: Box, upright: bool, sideways: bool) -> Point:
    """The end of a line on the outline of its target."""
    centre = target.x, target.y
    if target.outline == "point":
        return centre
    if target.outline in ("circle", "pill"):
        return along(centre, start, edge(target, lambda t: along(centre, start, t), 0.0, 1.0))
    left, right, top, bottom = edges(target)
    keep = min(target.width, target.height) / 4
    if upright:
        x = min(max(start[0], left + keep), right - keep)
        if target.is_slanted and sideways:
            return (x, target.y + math.copysign(target.reach(x), start[1] - target.y))
        return (x, bottom if start[1] > target.y else top)
    y = min(max(start[1], top + keep), bottom - keep)
    if target.is_slanted and not sideways:
        return (target.x + math.copysign(target.reach(y), start[0] - target.x), y)
    return (right if start[0] > target.x else left, y)


def _growth(text: Box, layout: Layout, sheet: Sheet) -> float:
    """The growth of the page."""
    left, right, top, bottom = edges(text)
    margin = sheet.page.margin
    beyond = margin - left, right - layout.width + margin, margin - top, bottom - layout.height + margin
    return sum(max(each, 0.0) for each in beyond)

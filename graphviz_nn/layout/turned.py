"""Lay out a diagram whose flow turns, as a U: down on the left, and up again on the right."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.fit import bounds, fitted, moved
from graphviz_nn.layout.flip import flipped
from graphviz_nn.layout.frames import framed
from graphviz_nn.layout.geometry import Box, Point, rounded
from graphviz_nn.layout.halves import Halves, halves, part
from graphviz_nn.layout.labels import lettered
from graphviz_nn.layout.result import Layout
from graphviz_nn.layout.route import routes
from graphviz_nn.layout.size import room, sizes
from graphviz_nn.layout.stretch import Anchors, stretched
from graphviz_nn.style.sheet import Sheet

Put = Callable[[Diagram], Layout | None]
Boxes = Mapping[str, Box]
Ways = dict[tuple[str, str], tuple[Point, ...]]


def turned(diagram: Diagram, sheet: Sheet, put: Put) -> Layout | None:
    """Lay out both halves, the second one from bottom to top, so that the shapes of each turn are side by side.

    Parameters
    ----------
    put : callable
        Lays out a half, from top to bottom; none where it can't.
    """
    found = halves(diagram)
    parts = [part(diagram, found.down, after=False), part(diagram, found.up, after=True)]
    first, second = (put(each) for each in parts)
    if first is None or second is None:
        return None
    diagram = replace(diagram, hanging=tuple(each for half in parts for each in half.hanging))
    left, right = stretched(*_levels(diagram, found, first, flipped(second, "BT")))
    right = moved(right, _apart(diagram, found, left, right, sheet), 0.0)
    boxes = {**left.boxes, **right.boxes}
    boxes |= _across(diagram, found, boxes, sheet)
    known = {(route.link.tail, route.link.head): route.points for route in (*left.routes, *right.routes)} | _foot(
        found, boxes, sheet
    )
    boxes = {shape.name: boxes[shape.name] for shape in diagram.shapes}
    ways, crossed = routes(diagram, boxes, {}, known, sheet, False, apart=False)
    ways, notes, crowded, _ = lettered(diagram, boxes, ways, sheet, False)
    frames = framed(diagram, boxes, ways, notes, sheet, False)
    whole = Layout(0.0, 0.0, boxes, tuple(ways), tuple(notes), False, tuple(frames), crowded + len(crossed))
    return fitted(whole, sheet)


def _levels(
    diagram: Diagram, found: Halves, left: Layout, right: Layout
) -> tuple[tuple[Layout, Layout], tuple[Anchors, Anchors]]:
    """Both halves, and where along them the shapes of each turn are."""
    turns = [*diagram.turns, (found.foot[0], found.foot[-1])] if len(found.foot) == 2 else diagram.turns
    pairs = dict.fromkeys(turns)
    return (left, right), (
        {tail: left.boxes[tail].y for tail, _ in pairs},
        {tail: right.boxes[head].y for tail, head in pairs},
    )


def _apart(diagram: Diagram, found: Halves, left: Layout, right: Layout, sheet: Sheet) -> float:
    """How far the second half is to be moved so that what is between the two has room."""
    own, gap = sizes(diagram, sheet, False), sheet.gap
    far = bounds(left)[2] - bounds(right)[0] + 2 * gap.node
    written = [room(link, sheet)[0] for link in diagram.links if link.tail in left.boxes and link.head in right.boxes]
    arrow = max([gap.rank, *(width + sheet.line.arrow_length + 2 * gap.label for width in written)])
    ways = [(turn, way) for turn, way in zip(diagram.turns, found.across, strict=True)]
    for (tail, head), way in ways:
        between = sum(own[name].width + gap.rank for name in way) + arrow
        ends = left.boxes[tail].x + left.boxes[tail].width / 2 - right.boxes[head].x + right.boxes[head].width / 2
        far = max(far, ends + between)
    for name in found.foot[1:-1]:
        ends = left.boxes[found.foot[0]].x - right.boxes[found.foot[-1]].x
        far = max(far, ends + own[name].width + 2 * gap.rank)
    return far


def _across(diagram: Diagram, found: Halves, boxes: Boxes, sheet: Sheet) -> dict[str, Box]:
    """The places of what is between the halves: on the ways across, and at the bottom."""
    own, gap = sizes(diagram, sheet, False), sheet.gap
    placed: dict[str, Box] = {}
    for (tail, head), way in zip(diagram.turns, found.across, strict=True):
        start, end = boxes[tail].x + boxes[tail].width / 2, boxes[head].x - boxes[head].width / 2
        spare = (end - start - sum(own[name].width for name in way)) / (len(way) + 1)
        for name in way:
            start += spare
            placed[name] = replace(own[name], x=start + own[name].width / 2, y=boxes[tail].y)
            start += own[name].width
    for name in found.foot[1:-1]:
        sides = [boxes[found.foot[0]], boxes[found.foot[-1]]]
        low = max(box.y + box.height / 2 for box in boxes.values())
        low = max(low + gap.node, max(box.y + box.height / 2 for box in sides) + gap.rank - own[name].height / 2)
        placed[name] = replace(own[name], x=sum(box.x for box in sides) / 2, y=low + own[name].height / 2)
    return placed


def _foot(found: Halves, boxes: Boxes, sheet: Sheet) -> Ways:
    """The arrows to and from the shape at the bottom."""
    ways: Ways = {}
    for name in found.foot[1:-1]:
        low, radius = boxes[name], 1.5 * sheet.gap.inside
        for end, side in ((found.foot[0], -1.0), (found.foot[-1], 1.0)):
            above = boxes[end]
            corners = [
                (above.x, above.y + above.height / 2),
                (above.x, low.y),
                (low.x + side * low.width / 2, low.y),
            ]
            pair = (end, name) if side < 0 else (name, end)
            ways[pair] = rounded(corners if side < 0 else corners[::-1], radius)
    return ways

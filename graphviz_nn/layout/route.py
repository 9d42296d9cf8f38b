"""Route arrows between outlines: straight if nothing is in the way, otherwise along the engine's curve."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.forms.operands import read_after
from graphviz_nn.layout.bends import DEAR, DRAFT, Bends, corner
from graphviz_nn.layout.geometry import Box, Point, along, bezier, clear, edge, leaving, part, rounded, sample, segments
from graphviz_nn.layout.near import Near
from graphviz_nn.layout.result import Route
from graphviz_nn.layout.untangle import untangle
from graphviz_nn.style.sheet import Sheet

# Where more arrows have to go round something the engine's curves are taken: each is tried against all lines.
BENT = 100
# The most that a slanted arrow leads across the flow for each step along it, and how many usual ones it is long.
STEEP, LONG = 1.6, 2.2
# So many arrows that meet at one point of a side are parted, on this share of it.
MEETING, SPREAD = 2, 0.85


def straight(tail: Box, head: Box, sideways: bool) -> tuple[Point, Point]:
    """A straight arrow between two outlines.

    A slanted arrow meets boxes in the middle of the facing side; any other arrow aims at centres.
    """
    if sideways:
        apart = abs(head.x - tail.x) > (tail.width + head.width) / 2 and abs(head.y - tail.y) > 0.5
    else:
        apart = abs(head.y - tail.y) > (tail.height + head.height) / 2 and abs(head.x - tail.x) > 0.5
    centres: tuple[Point, Point] = (tail.x, tail.y), (head.x, head.y)
    by_side = [apart and box.outline != "circle" for box in (tail, head)]
    start = tail.side(centres[1], sideways) if by_side[0] else centres[0]
    end = head.side(centres[0], sideways) if by_side[1] else centres[1]
    first = 0.0 if by_side[0] else leaving(tail, end)
    last = 0.0 if by_side[1] else leaving(head, start)
    return along(start, end, first), along(end, start, last)


def clipped(points: Sequence[Point], tail: Box, head: Box) -> tuple[Point, ...]:
    """A curve of cubic pieces from centre to centre, clipped at the outlines of tail and head."""
    pieces = [list(points[i : i + 4]) for i in range(0, len(points) - 3, 3)]
    while len(pieces) > 1 and tail.holds(pieces[0][-1]):
        pieces.pop(0)
    while len(pieces) > 1 and head.holds(pieces[-1][0]):
        pieces.pop()
    if tail.holds(pieces[0][0]):
        first = pieces[0]
        pieces[0] = part(first, edge(tail, lambda t: bezier(first, t), 0.0, 1.0))[1]
    if head.holds(pieces[-1][-1]):
        last = pieces[-1]
        pieces[-1] = part(last, 1.0 - edge(head, lambda t: bezier(last, 1.0 - t), 0.0, 1.0))[0]
    return (pieces[0][0], *(point for piece in pieces for point in piece[1:]))


def bowed(tail: Box, head: Box, bow: float) -> tuple[Point, ...]:
    """A curve from outline to outline that deviates from the straight line by `bow` in its middle."""
    a, b = (tail.x, tail.y), (head.x, head.y)
    length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    dx, dy = -(b[1] - a[1]) / length * bow * 4 / 3, (b[0] - a[0]) / length * bow * 4 / 3
    third, two_thirds = along(a, b, 1 / 3), along(a, b, 2 / 3)
    curve = (a, (third[0] + dx, third[1] + dy), (two_thirds[0] + dx, two_thirds[1] + dy), b)
    return clipped(curve, tail, head)


def routes(
    diagram: Diagram,
    boxes: Mapping[str, Box],
    splines: Mapping[int, tuple[Point, ...]],
    rails: Mapping[tuple[str, str], tuple[Point, ...]],
    sheet: Sheet,
    sideways: bool,
    *,
    apart: bool,
    kept_free: Sequence[Box] = (),
    draft: bool = False,
) -> tuple[list[Route], list[str]]:
    """The way of every link, without labels, and the shapes that they cross.

    Parameters
    ----------
    apart : bool
        Whether arrows that carry the same value don't run together.
    kept_free : sequence of Box
        Places of labels that arrows with right angles go round.
    draft : bool
        Whether arrows that cross stay where they are found.
    """
    pairs = Counter((link.tail, link.head) for link in diagram.links)
    drawn: Counter[tuple[str, str]] = Counter()
    found, crossed = [], list[str]()
    near = Near(boxes)
    bent = _bent(
        diagram, near, rails, sheet, sideways, slanted=bool(splines), apart=apart, kept_free=kept_free, draft=draft
    )
    for number, link in enumerate(diagram.links):
        tail, head = boxes[link.tail], boxes[link.head]
        pair = (link.tail, link.head)
        drawn[pair] += 1
        line = straight(tail, head, sideways)
        points: tuple[Point, ...] = line
        if pair in rails:
            points = rails[pair]
        elif pairs[pair] == len(tail.lanes) == len(head.lanes):
            points = tail.lane(drawn[pair] - 1, head, sideways)
        elif pairs[pair] > 1:
            points = bowed(tail, head, (drawn[pair] - (pairs[pair] + 1) / 2) * min(tail.height, head.height) * 0.6)
        if pair in bent:
            points = bent[pair]
        elif pair not in rails and number in splines and not near.is_free(sample(points), sheet.gap.label, pair):
            # A box may have moved since the engine drew the curve from centre to centre.
            points = clipped(((tail.x, tail.y), *splines[number][1:-1], (head.x, head.y)), tail, head)
        if pair not in bent and pair not in rails:
            others = near.among(sample(points), 0.0, pair)
            crossed += [name for name in others if not _keeps_off(points, [boxes[name]], 0.0)]
        found.append(Route(link, off_corners(points, tail, head)))
    return parted(found, boxes, sheet, sideways), crossed


def parted(
    found: Sequence[Route], boxes: Mapping[str, Box], sheet: Sheet, sideways: bool, joined: Collection[str] = ()
) -> list[Route]:
    """Spread arrows that arrive at one side, so that each has its own end.

    They keep the order in which they arrive; a level one stays. At shapes `joined` to a rail, they arrive as one.
    """
    arriving: dict[tuple[str, Point], list[int]] = {}
    for number, route in enumerate(found):
        if route.link.head in joined:
            continue
        head = boxes[route.link.head]
        middle = head.side(route.points[-1], sideways)
        if head.outline != "circle" and abs(middle[not sideways] - route.points[-1][not sideways]) < _depth(head):
            arriving.setdefault((route.link.head, middle), []).append(number)
    apart = list(found)
    near = Near(boxes)
    for (name, middle), numbers in arriving.items():
        meet = [number for number in numbers if math.dist(found[number].points[-1], middle) < 1.0]
        if len(meet) < MEETING:
            continue
        slopes = {number: _slope(found[number].points[-2:], sideways) for number in numbers}
        numbers.sort(key=slopes.__getitem__)
        level = [place for place, number in enumerate(numbers) if slopes[number] == 0.0]
        straight_on = level[0] if level else (len(numbers) - 1) / 2
        most = max(straight_on, len(numbers) - 1 - straight_on)
        half = (boxes[name].height if sideways else boxes[name].width) / 2
        step = min(1.3 * sheet.line.arrow_width, SPREAD * half / most)
        for place, number in enumerate(numbers):
            points = found[number].points
            end = boxes[name].beside_middle(middle, (place - straight_on) * step, sideways)
            # A curve arrives in the same direction.
            dx, dy = end[0] - points[-1][0], end[1] - points[-1][1]
            bent = [(points[-2][0] + dx, points[-2][1] + dy)] if len(points) > 2 else [points[-2]]
            way = (*points[:-2], *bent, end)
            if near.is_free(sample(way), 0.0, (name, found[number].link.tail)):
                apart[number] = replace(found[number], points=way)
    return apart


def _depth(box: Box) -> float:
    """The distance from a box's middle to which a side is usable: that of a pill is round."""
    return min(box.width, box.height) / 2 if box.outline == "pill" else 1.0


def _slope(line: Sequence[Point], sideways: bool) -> float:
    """The slope of a line relative to the flow; 0 if it is level."""
    (x0, y0), (x1, y1) = line
    along_flow, across = (x1 - x0, y1 - y0) if sideways else (y1 - y0, x1 - x0)
    return 0.0 if abs(across) < 0.5 else -across / max(abs(along_flow), 0.01)


def _bent(
    diagram: Diagram,
    near: Near,
    rails: Mapping[tuple[str, str], tuple[Point, ...]],
    sheet: Sheet,
    sideways: bool,
    *,
    slanted: bool,
    apart: bool,
    kept_free: Sequence[Box],
    draft: bool,
) -> dict[tuple[str, str], tuple[Point, ...]]:
    """The ways of the arrows that have right angles, short ones inside of long ones.

    These are those in whose line something stands, and those too steep or too long for a slant, unless all may be
    `slanted`.
    """
    pairs = Counter((link.tail, link.head) for link in diagram.links)
    value = {(link.tail, link.head): (link.tail, link.head if apart else link.variable) for link in diagram.links}
    order = read_after(diagram.links)
    bends, waiting, boxes = (
        Bends(near.boxes, sheet, sideways, kept_free, order, DRAFT if draft else DEAR),
        [],
        near.boxes,
    )
    lines, backwards = dict[tuple[str, str], tuple[Point, ...]](), dict[tuple[str, str], None]()
    for tail, head in pairs:
        if (tail, head) in rails:
            bends.draw(sample(rails[tail, head]), value[tail, head], head)
            continue
        line = straight(boxes[tail], boxes[head], sideways)
        is_straight = slanted or _is_flat(boxes[tail], boxes[head], sheet, sideways)
        is_free = is_straight and near.is_free(line, sheet.gap.label, (tail, head))
        if is_free and not slanted and _is_back(boxes[tail], boxes[head], sideways):
            backwards[tail, head] = None
        if pairs[tail, head] == 1 and (not is_free or (tail, head) in backwards):
            waiting.append((math.dist(*line), tail, head))
        else:
            bends.draw(line, value[tail, head], head)
            if pairs[tail, head] == 1 and not slanted:
                lines[tail, head] = line
    bent = dict.fromkeys(
        (tail, head)
        for _, tail, head in (sorted(waiting) if len(waiting) <= BENT or not slanted else ())
        if bends.way(tail, head, value[tail, head])
    )
    for tail, head in backwards:
        # A way that crosses others is no better.
        if (tail, head) not in bent or bends.across(tail, head):
            if bent.pop((tail, head), True) is None:
                bends.take_out(tail, head)
            lines[tail, head] = straight(boxes[tail], boxes[head], sideways)
            bends.draw(lines[tail, head], value[tail, head], head)
    if not draft:
        untangle(bends, [*bent, *lines])
    found: dict[tuple[str, str], tuple[Point, ...]] = {}
    for ends in (*bent, *lines):
        corners = [bends.flow(point) for point in bends.drawn[ends].corners]
        if ends in bent or tuple(corners) != lines[ends]:
            found[ends] = rounded(corners, 1.5 * sheet.gap.inside)
    return found


def _is_flat(tail: Box, head: Box, sheet: Sheet, sideways: bool) -> bool:
    """Whether a straight arrow is level, upright, or slanted so little and so short that it looks straight on."""
    dx, dy = abs(head.x - tail.x), abs(head.y - tail.y)
    if not sideways:
        dx, dy = dy, dx
    between = dx - (tail.width + head.width if sideways else tail.height + head.height) / 2
    return dy < 1.0 or dx < 1.0 or (dy <= STEEP * between and between <= LONG * sheet.gap.rank)


def _is_back(tail: Box, head: Box, sideways: bool) -> bool:
    """Whether a slanted arrow would arrive on the side where others leave, as its head is before its tail."""
    along, across = (tail.x - head.x, tail.y - head.y) if sideways else (tail.y - head.y, tail.x - head.x)
    reach = (tail.width + head.width) / 2 if sideways else (tail.height + head.height) / 2
    return along > reach and abs(across) > 1.0


def _keeps_off(points: Sequence[Point], boxes: Iterable[Box], gap: float) -> bool:
    boxes = list(boxes)
    return all(clear(a, b, boxes, gap) for a, b in segments(points))


def off_corners(points: Sequence[Point], tail: Box, head: Box) -> tuple[Point, ...]:
    """A way that touches no corner: its ends moved along the sides that they are on.

    >>> box, other = Box(0, 0, 40, 40, "box"), Box(100, 100, 40, 40, "box")
    >>> off_corners([(20, 20), (80, 80)], box, other)
    ((20.0, 14.0), (80.0, 86.0))
    """
    found = list(points)
    for place, beside, box in ((0, 1, tail), (-1, -2, head)):
        dx, dy = _away(found[place], box)
        x, y = found[place]
        found[place] = (x + dx, y + dy)
        if len(found) > 2:
            # It leaves in the same direction.
            found[beside] = (found[beside][0] + dx, found[beside][1] + dy)
    return tuple(found)


def _away(point: Point, box: Box) -> Point:
    """How an end on the outline of a shape with corners is to be moved along its side."""
    if box.outline in ("circle", "pill"):
        return 0.0, 0.0
    dx, dy = point[0] - box.x, point[1] - box.y
    a, b = box.width / 2, box.height / 2
    limit_x, limit_y = a - corner(box.width), b - corner(box.height)
    if abs(dx) <= limit_x or abs(dy) <= limit_y:
        return 0.0, 0.0
    # On the upright side it goes up or down, on the level one left or right.
    if a - abs(dx) <= b - abs(dy):
        return 0.0, (limit_y - abs(dy)) * (1 if dy > 0 else -1)
    return (limit_x - abs(dx)) * (1 if dx > 0 else -1), 0.0

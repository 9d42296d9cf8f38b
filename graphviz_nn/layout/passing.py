"""The ways between volumes: funnels, arrows between rows, and skips over the top."""

import math
from collections.abc import Iterable, Mapping, Sequence

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.funnel import between, faced
from graphviz_nn.layout.geometry import Box, Point, rounded
from graphviz_nn.layout.plates import Plate, broken
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.size import Row
from graphviz_nn.layout.stations import Stations
from graphviz_nn.style.sheet import Sheet

# Where skips leave the top of a volume and where they arrive, from its start.
LEAVING, ARRIVING = 0.72, 0.28
# The radius of the corners of skips, in pt.
RADIUS = 5.0


def ways(
    diagram: Diagram,
    boxes: Mapping[str, Box],
    stand: Stations,
    notes: Sequence[Placed],
    sheet: Sheet,
    flow: Flow,
) -> list[Route]:
    """A route for each link, past what is written."""
    shapes = {shape.name: shape for shape in diagram.shapes}
    found: dict[int, Route] = {}
    over = list[int]()
    for number, link in enumerate(diagram.links):
        tail, head = boxes[link.tail], boxes[link.head]
        steps = stand.column[link.head] - stand.column[link.tail]
        is_level = stand.row[link.tail] == stand.row[link.head]
        if stand.is_u and not is_level:
            is_down = stand.row[link.head] > stand.row[link.tail]
            room = _room(link, diagram, boxes, stand)
            found[number] = _turn(link, tail, head, notes, room, sheet, is_down=is_down)
        elif stand.is_u and steps > 1:
            start, end = _leaving(tail, flow), _entering(head, flow)
            found[number] = Route(link, (start, (end[0], start[1])))
        elif is_level and (steps > 1 or _is_second(number, link, diagram.links)):
            over.append(number)
        elif is_level:
            funnel = between(link, tail, head, shapes[link.tail].volume, flow.sideways)
            points = funnel.rays[0] if funnel else _bent(tail, head, steps, sheet, flow, is_first=True)
            found[number] = Route(link, points, _signed(link, points, sheet, flow))
        else:
            points = _bent(tail, head, steps, sheet, flow, is_first=stand.row[link.tail] == 0)
            found[number] = Route(link, points, _signed(link, points, sheet, flow))
    found |= _over(diagram, over, boxes, shapes, sheet, flow)
    return [found[number] for number in range(len(diagram.links))]


def _is_second(number: int, link: Link, links: Sequence[Link]) -> bool:
    """Whether another link leads the same way before it."""
    return any((each.tail, each.head) == (link.tail, link.head) for each in links[:number])


def _leaving(box: Box, flow: Flow) -> Point:
    """The middle of the face towards the flow."""
    assert box.solid is not None
    if box.solid.sheets:
        left, top, right, bottom = box.solid.front(box.x, box.y)
        return (right, (top + bottom) / 2) if flow.sideways else ((left + right) / 2, bottom)
    x, y = faced(box, flow.sideways, 0.5, 0.5)
    return (x, y - box.solid.back[1] / 2) if flow.sideways else (x - box.solid.back[0] / 2, y)


def _entering(box: Box, flow: Flow) -> Point:
    """The middle of the edge of the front that the flow comes to."""
    assert box.solid is not None
    left, top, right, bottom = box.solid.front(box.x, box.y)
    return (left, (top + bottom) / 2) if flow.sideways else ((left + right) / 2, top)


def _turn(
    link: Link, tail: Box, head: Box, notes: Iterable[Placed], room: float, sheet: Sheet, *, is_down: bool
) -> Route:
    """A straight arrow from a level of a U to the next, past what is written, with its words to its right."""
    upper, lower = (tail, head) if is_down else (head, tail)
    x, end = _crossing(lower), lower.y - lower.height / 2
    start = upper.y + upper.height / 2
    for note in notes:
        said = note.extent
        if start < said.y < end and abs(said.x - x) < said.width / 2 + sheet.gap.label:
            start = said.y + said.height / 2
    assert lower.solid is not None
    ends = (x, start + sheet.gap.label), (x, end - lower.solid.back[1] / 2)
    plate = _worded(link, room - 2 * sheet.gap.label, sheet)
    # Beside an arrow that runs up is what is written below its head.
    middle = (ends[0][1] + end) / 2 if is_down else end - sheet.gap.label - plate.height / 2
    place = x + sheet.gap.label + plate.width / 2, middle
    return Route(link, ends if is_down else ends[::-1], tuple(plate.placed(*place, pale=link.emphasis == "pale")))


def _crossing(lower: Box) -> float:
    """Where the arrow between a volume and the one above it is."""
    assert lower.solid is not None
    left, _, right, _ = lower.solid.front(lower.x, lower.y)
    return (left + right + lower.solid.back[0]) / 2


def _room(link: Link, diagram: Diagram, boxes: Mapping[str, Box], stand: Stations) -> float:
    """The room to the right of an arrow between two levels of a U, up to the one that leads back."""

    def levels(each: Link) -> set[int]:
        return {stand.row[each.tail], stand.row[each.head]}

    def place(each: Link) -> float:
        lower = max(each.tail, each.head, key=lambda name: stand.row[name])
        return _crossing(boxes[lower])

    others = [place(each) - place(link) for each in diagram.links if levels(each) == levels(link)]
    return min((each for each in others if each > 0), default=math.inf)


def _worded(link: Link, room: float, sheet: Sheet) -> Plate:
    """The words of a link, in lines that fit some room."""
    lines = broken(link.label.split("\n"), room, sheet.text.note_size) if link.label else []
    return Plate((), tuple(Row(each, "quiet") for each in lines), sheet.text.note_size, link.variable)


def _bent(tail: Box, head: Box, steps: int, sheet: Sheet, flow: Flow, *, is_first: bool) -> tuple[Point, ...]:
    """An arrow from row to row that bends right after its tail if it `is_first`, otherwise right before its head."""
    (x, y), (u, v) = (flow.point(*each) for each in (_leaving(tail, flow), _entering(head, flow)))
    if abs(y - v) < 0.5:
        return flow.point(x, y), flow.point(u, v)
    bend = (u - x) if steps == 1 else min(2 * sheet.gap.rank, u - x)
    start, end = (x, x + bend) if is_first else (u - bend, u)
    middle = (start + end) / 2
    curve = [(start, y), (middle, y), (middle, v), (end, v)]
    if steps > 1 and is_first:
        curve += [(end + (u - end) / 3, v), (end + (u - end) * 2 / 3, v), (u, v)]
    elif steps > 1:
        curve = [(x, y), (x + (start - x) / 3, y), (x + (start - x) * 2 / 3, y), *curve]
    return tuple(flow.point(*each) for each in curve)


def _signed(link: Link, points: Sequence[Point], sheet: Sheet, flow: Flow) -> tuple[Placed, ...]:
    """The sign of a join, before the tip of its arrow."""
    if not link.mark:
        return ()
    size, (x, y) = sheet.text.note_size, points[-1]
    back, aside = sheet.line.arrow_length + size / 2, size * 0.7
    place = (x - back, y - aside) if flow.sideways else (x - aside, y - back)
    return (Placed(link.mark, *place, size, pale=link.emphasis == "pale", owner=link.variable),)


def _over(
    diagram: Diagram,
    numbers: Iterable[int],
    boxes: Mapping[str, Box],
    shapes: Mapping[str, Shape],
    sheet: Sheet,
    flow: Flow,
) -> dict[int, Route]:
    """The skips over the top of what they pass, the shortest lowest."""
    found, taken = dict[int, Route](), list[tuple[float, float, float]]()
    edges = [_edges(box, flow) for box in boxes.values()]
    ends = {
        number: (
            _top(boxes[link.tail], LEAVING, flow),
            _top(boxes[link.head], _place(shapes[link.head], shapes[link.tail]), flow),
        )
        for number, link in enumerate(diagram.links)
        if number in set(numbers)
    }
    for number in sorted(ends, key=lambda each: ends[each][1][0] - ends[each][0][0]):
        link, ((start, one), (end, other)) = diagram.links[number], ends[number]
        plate = _worded(link, max(end - start, 1.0), sheet)
        high = (plate.height if flow.sideways else plate.width) + 2 * sheet.gap.label if plate.lines else 0.0
        passed = [top for first, last, top in edges if first < end and last > start]
        level = min([*passed, one, other]) - sheet.gap.node / 2
        for first, last, above in sorted(taken, key=lambda each: -each[2]):
            if first < end and last > start:
                level = min(level, above - sheet.gap.node / 2)
        taken.append((start, end, level - high))
        corners = [flow.point(*each) for each in ((start, one), (start, level), (end, level), (end, other))]
        middle = level - sheet.gap.label - (plate.height if flow.sideways else plate.width) / 2
        texts = plate.placed(*flow.point((start + end) / 2, middle), pale=link.emphasis == "pale")
        points = rounded(corners, RADIUS)
        found[number] = Route(link, points, (*texts, *_crowned(link, points[-1], sheet, flow)))
    return found


def _crowned(link: Link, tip: Point, sheet: Sheet, flow: Flow) -> tuple[Placed, ...]:
    """The sign of a join, beside the tip of a skip."""
    if not link.mark:
        return ()
    size, (x, y) = sheet.text.note_size, tip
    back, aside = sheet.line.arrow_length / 2, sheet.line.arrow_width / 2 + size * 0.5
    place = (x - aside, y - back) if flow.sideways else (x - back, y - aside)
    return (Placed(link.mark, *place, size, pale=link.emphasis == "pale", owner=link.variable),)


def _edges(box: Box, flow: Flow) -> tuple[float, float, float]:
    """Where a box begins and ends along the flow, and its upper (left) edge."""
    if flow.sideways:
        return box.x - box.width / 2, box.x + box.width / 2, box.y - box.height / 2
    return box.y - box.height / 2, box.y + box.height / 2, box.x - box.width / 2


def _place(head: Shape, tail: Shape) -> float:
    """Where a skip arrives: at the channels that are copies of it, if any."""
    slabs = head.volume.slabs if head.volume else ()
    before, total = 0, sum(slab.channels for slab in slabs)
    for slab in slabs:
        if slab.is_copy and tail.volume and slab.channels == tail.volume.channels:
            return (before + slab.channels / 2) / total
        before += slab.channels
    return ARRIVING


def _top(box: Box, share: float, flow: Flow) -> Point:
    """A point in the middle of the upper (left) side of a volume, along and across the flow."""
    assert box.solid is not None
    left, top, right, bottom = box.solid.front(box.x, box.y)
    dx, dy = (0.0, 0.0) if box.solid.sheets else box.solid.back
    if not flow.sideways:
        return top + share * (bottom - top), left if not box.solid.sheets else box.x - box.width / 2
    if box.solid.sheets:
        return left + share * (right - left) + box.solid.back[0] / 2, box.y - box.height / 2
    return left + share * (right - left) + dx / 2, top + dy / 2

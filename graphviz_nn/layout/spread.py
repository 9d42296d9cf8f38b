"""Move ranks apart where the labels of arrows need it, and no further."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.size import gradient_room, link_sides, note_sides, room, rows_room
from graphviz_nn.style.sheet import Sheet

# Shapes whose middles differ by less along the flow are in one rank.
SAME = 1.0


@dataclass
class _Rank:
    """The position of a rank along the flow, and the extents of its shapes, without and with notes."""

    middle: float
    half: float = 0.0
    noted: float = 0.0


def spread(
    diagram: Diagram, boxes: Mapping[str, Box], ways: Mapping[int, tuple[Point, ...]], sheet: Sheet, sideways: bool
) -> tuple[dict[str, Box], dict[int, tuple[Point, ...]]]:
    """Boxes and curves with space for the labels along each arrow, and between the notes of shapes."""
    ranks, home = _ranks(diagram, boxes, sheet, sideways)
    places = _places(diagram, boxes, ranks, home, sheet, sideways)
    # From the old to the new ends of each rank; the space between ranks is stretched.
    old = [rank.middle + sign * rank.half for rank in ranks for sign in (-1, 1)]
    new = [place + sign * rank.half for rank, place in zip(ranks, places, strict=True) for sign in (-1, 1)]

    def moved(along: float) -> float:
        at = bisect_right(old, along)
        if at in (0, len(old)):
            return along + new[at and -1] - old[at and -1]
        length = old[at] - old[at - 1]
        share = (along - old[at - 1]) / length if length > 0 else 0.0
        return new[at - 1] + share * (new[at] - new[at - 1])

    def point(each: Point) -> Point:
        return (moved(each[0]), each[1]) if sideways else (each[0], moved(each[1]))

    found = {}
    for name, box in boxes.items():
        shift = places[home[name]] - ranks[home[name]].middle
        found[name] = replace(box, x=box.x + shift) if sideways else replace(box, y=box.y + shift)
    return found, {number: tuple(map(point, way)) for number, way in ways.items()}


def _ranks(
    diagram: Diagram, boxes: Mapping[str, Box], sheet: Sheet, sideways: bool
) -> tuple[list[_Rank], dict[str, int]]:
    """The ranks along the flow, and the rank of each shape."""
    hanging = {each.leaf for each in diagram.hanging}
    notes = {shape.name: _noted(shape, shape.name in hanging, sheet, sideways) for shape in diagram.shapes}
    ranks, home = list[_Rank](), dict[str, int]()
    for name, box in sorted(boxes.items(), key=lambda each: each[1].x if sideways else each[1].y):
        along, length = (box.x, box.width) if sideways else (box.y, box.height)
        if not ranks or along - ranks[-1].middle > SAME:
            ranks.append(_Rank(along))
        rank = ranks[-1]
        rank.half = max(rank.half, length / 2)
        rank.noted = max(rank.noted, length / 2, notes[name] / 2)
        home[name] = len(ranks) - 1
    return ranks, home


def _noted(shape: Shape, hangs: bool, sheet: Sheet, sideways: bool) -> float:
    """The extent of a shape's notes along the flow."""
    return max(rows_room(rows, sheet)[not sideways] for rows in note_sides(shape, hangs, sideways))


def _places(
    diagram: Diagram,
    boxes: Mapping[str, Box],
    ranks: list[_Rank],
    home: Mapping[str, int],
    sheet: Sheet,
    sideways: bool,
) -> list[float]:
    """The new positions of the ranks: at least as far apart as before, and further if necessary."""
    arriving: dict[int, list[tuple[int, float]]] = {}
    shapes, hanging = {shape.name: shape for shape in diagram.shapes}, {each.leaf for each in diagram.hanging}
    for link in diagram.links:
        first, last = sorted((home[link.tail], home[link.head]))
        needed = longest(link, sheet, sideways)
        if needed and first < last:
            ends = (
                half(link, shapes[name], boxes[name], name in hanging, sheet, sideways)
                for name in (link.tail, link.head)
            )
            arriving.setdefault(last, []).append((first, needed + sum(ends)))
    found = [rank.middle for rank in ranks[:1]]
    for number in range(1, len(ranks)):
        before, rank = ranks[number - 1], ranks[number]
        least = max(rank.middle - before.middle, before.noted + rank.noted + 2 * sheet.gap.label)
        found.append(max([found[-1] + least, *(found[first] + apart for first, apart in arriving.get(number, ()))]))
    return found


def longest(link: Link, sheet: Sheet, sideways: bool) -> float:
    """How long an arrow has to be for what is written beside it."""
    sizes = [each for each in (room(link, sheet), gradient_room(link, sheet)) if each[0]]
    along = max((width if sideways else height for width, height in sizes), default=0.0)
    # The head keeps half of a gap on either side.
    return along + sheet.line.arrow_length + sheet.gap.label if along else 0.0


def half(link: Link, shape: Shape, box: Box, hangs: bool, sheet: Sheet, sideways: bool) -> float:
    """How far a shape reaches along the flow, with those of its notes that a link's texts reach across the flow."""
    length, across = (box.width, box.height) if sideways else (box.height, box.width)
    found = length / 2
    for rows, (width, height) in zip(
        note_sides(shape, hangs, sideways), link_sides(link, sheet, sideways), strict=True
    ):
        reach = height if sideways else width
        if reach and reach + sheet.gap.label > across / 2:
            found = max(found, rows_room(rows, sheet)[not sideways] / 2)
    return found

"""Place labels beside arrows in free space."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.geometry import Box, Point, along, segments
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.measure import line
from graphviz_nn.layout.notes import noted, rows
from graphviz_nn.layout.operands import operands
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.size import LEADING, gradient_room, gradient_rows, label_lines, note_rows, room
from graphviz_nn.style.sheet import Sheet

# The positions along an arrow that are tried for its label, without the arrowhead. An arrow is often just long enough
# for its label, which then fits only in the middle.
SHARES = (0.46, 0.5, 0.38, 0.54, 0.3, 0.62, 0.22, 0.7, 0.14, 0.78)
# The distance of labels from other lines, in gaps: as large as possible, to show which line they belong to.
DISTANCES = (2.0, 1.0, 0.5, 0.25)
# The shortest piece of a path that isn't part of a bend.
STRAIGHT = 12.0
# What has its name in its shape, wherever it is: where an arrow from it is interrupted, nothing marks its end.
NAMED = ("parameter", "constant", "data", "target")


def lettered(
    diagram: Diagram, boxes: Mapping[str, Box], routes: Sequence[Route], sheet: Sheet, sideways: bool
) -> tuple[list[Route], list[Placed], int, list[Box]]:
    """The routes with their labels, the notes of the shapes, the number of labels and notes without a free place, and
    where these labels would be."""
    ink = Ink()
    for box in boxes.values():
        ink.add(box)
    for number, route in enumerate(routes):
        for start, end in segments(route.points):
            ink.draw(number, start, end)
    marks, unmarked = operands(routes, ink, sheet, sideways)
    notes, crowded = noted(diagram, boxes, ink, sheet, sideways)
    crowded += unmarked
    wanted = list[Box]()
    carriers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, route in enumerate(routes):
        carriers[route.link.tail, route.link.variable].append(number)
    named = {shape.name for shape in diagram.shapes if shape.kind in NAMED}
    labels: dict[int, list[Placed]] = {number: [mark] for number, mark in marks.items()}
    # What needs room on both sides finds less of it.
    both = [bool(gradient_rows(route.link)) and room(route.link, sheet)[0] > 0 for route in routes]
    for number in sorted(range(len(routes)), key=lambda number: not both[number]):
        link = routes[number].link
        if link.label or note_rows(link) or gradient_rows(link):
            same = carriers[link.tail, link.variable]
            if _is_alone(link, [routes[each].link for each in same], named):
                same = [number]
            (place, other), is_free = _place(link, [routes[each].points for each in same], ink, same, sheet)
            if not is_free:
                wanted += [each for each in (place, other) if each.width]
                crowded += 1
            found = list(written(link, place, other, sheet))
            for each in found:
                ink.add(each.extent)
            labels.setdefault(number, []).extend(found)
    return [replace(route, labels=tuple(labels.get(n, ()))) for n, route in enumerate(routes)], notes, crowded, wanted


def _is_alone(link: Link, others: Sequence[Link], named: Collection[str]) -> bool:
    """Whether the label of an arrow isn't the name of its value, and so stands at no other arrow of that."""
    return bool(link.label) and (link.tail in named or any(each.label not in ("", link.label) for each in others))


def _place(
    link: Link, ways: Sequence[Sequence[Point]], ink: Ink, own: Sequence[int], sheet: Sheet
) -> tuple[tuple[Box, Box], bool]:
    """Places on both sides of one of the arrows that carry a value, and whether they are free."""
    sizes = room(link, sheet), gradient_room(link, sheet)
    if link.layer:
        # The name of a layer is where its arrow arrives, as other arrows may begin with the same line.
        ways = [*(_last_piece(way, max(width for width, _ in sizes)) for way in ways), *ways]
    has_both = all(width for width, _ in sizes)
    pairs = [
        (Box(*one, *sizes[0], "box"), Box(*other, *sizes[1], "box"))
        for way in ways
        for one, other in islice(
            zip(
                _beside(way, *sizes[0], sheet, 1, is_left=has_both),
                _beside(way, *sizes[1], sheet, -1, is_left=has_both),
                strict=True,
            ),
            None,
            None,
            # A value is never below its gradient.
            2 if has_both else 1,
        )
    ]
    if has_both:
        pairs += [pair for way in ways for pair in _below_each_other(way, *sizes, sheet)]
    for distance in DISTANCES:
        gaps = min(distance, 1.0) * sheet.gap.label, distance * sheet.gap.label
        for pair in pairs:
            if all(ink.is_free(place, *gaps, own) for place in pair if place.width):
                return pair, True
    return pairs[0], False


def _below_each_other(
    way: Sequence[Point], upper: tuple[float, float], lower: tuple[float, float], sheet: Sheet
) -> Iterator[tuple[Box, Box]]:
    """Places for two texts on the same side of an arrow."""
    apart = LEADING * sheet.text.note_size
    width, height = max(upper[0], lower[0]), upper[1] + apart + lower[1]
    for x, y in _beside(way, width, height, sheet, 1):
        top = y - height / 2
        yield Box(x, top + upper[1] / 2, *upper, "box"), Box(x, y + height / 2 - lower[1] / 2, *lower, "box")


def written(link: Link, place: Box, other: Box, sheet: Sheet) -> Iterator[Placed]:
    """A link's label in its place, with the name over the note, and its gradient in the other place."""
    top = place.y - place.height / 2
    size = sheet.text.link_size
    for words in label_lines(link, sheet):
        row = line(words)
        yield Placed(words, place.x, top + (row.above - row.middle) * size, size, pale=link.emphasis == "pale")
        top += (row.height + LEADING) * size
    if link.label:
        top += LEADING * (sheet.text.note_size - size)
    yield from rows(note_rows(link), link, place.x, top, sheet)
    yield from rows(gradient_rows(link), link, other.x, other.y - other.height / 2, sheet)


def _beside(
    points: Sequence[Point], width: float, height: float, sheet: Sheet, first: int, *, is_left: bool = False
) -> Iterator[Point]:
    """The centres of places along a path, above and below each point; above comes first, or last if -1 does.

    For a vertical path, right corresponds to above, or left if `is_left`.
    """
    for share in SHARES:
        (x, y), (dx, dy) = _at(points, share)
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        nx, ny = dy / length, -dx / length
        if ny > 0 or (abs(ny) < 1e-9 and (nx > 0) == is_left):
            nx, ny = -nx, -ny
        away = abs(nx) * width / 2 + abs(ny) * height / 2 + sheet.gap.label
        yield from ((x + side * nx * away, y + side * ny * away) for side in (first, -first))


def _last_piece(way: Sequence[Point], width: float) -> Sequence[Point]:
    """The last straight piece of a path if a text of this width has room along it, otherwise the whole path."""
    pieces = [piece for piece in segments(way) if math.dist(*piece) >= STRAIGHT]
    if not pieces:
        return way
    (x, y), (u, v) = pieces[-1]
    return pieces[-1] if abs(u - x) >= width and abs(v - y) < 1.0 else way


def _at(points: Sequence[Point], share: float) -> tuple[Point, Point]:
    """A point of a path at this share of its length, and the direction there."""
    pieces = list(segments(points))
    lengths = [math.dist(*piece) for piece in pieces]
    ends = list(accumulate(lengths))
    number = min(bisect_left(ends, share * ends[-1]), len(pieces) - 1)
    (start, end), length = pieces[number], lengths[number]
    inside = 1.0 - (ends[number] - share * ends[-1]) / length if length else 0.5
    return along(start, end, inside), (end[0] - start[0], end[1] - start[1])

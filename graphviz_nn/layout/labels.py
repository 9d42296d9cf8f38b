"""Place labels, notes and titles in free space."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.geometry import Box, Point, along, segments
from graphviz_nn.layout.grid import Grid
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.measure import line
from graphviz_nn.layout.operands import operands
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.size import (
    BLOCKS,
    LEADING,
    Row,
    cell_rows,
    gradient_room,
    gradient_rows,
    label_lines,
    measured,
    note_rows,
    note_sides,
    notes_room,
    room,
    rows_room,
)
from graphviz_nn.style.heat import HeatMap
from graphviz_nn.style.sheet import Sheet

# The positions along an arrow that are tried for its label, without the arrowhead. An arrow is often just long enough
# for its label, which then fits only in the middle.
SHARES = (0.46, 0.5, 0.38, 0.54, 0.3, 0.62, 0.22, 0.7, 0.14, 0.78)
# The distance of labels from other lines, in gaps: as large as possible, to show which line they belong to.
DISTANCES = (2.0, 1.0, 0.5, 0.25)


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
    notes, crowded = _notes(diagram, boxes, ink, sheet, sideways)
    crowded += unmarked
    wanted = list[Box]()
    carriers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, route in enumerate(routes):
        carriers[route.link.tail, route.link.variable].append(number)
    labels: dict[int, list[Placed]] = {number: [mark] for number, mark in marks.items()}
    # What needs room on both sides finds less of it.
    both = [bool(gradient_rows(route.link)) and room(route.link, sheet)[0] > 0 for route in routes]
    for number in sorted(range(len(routes)), key=lambda number: not both[number]):
        link = routes[number].link
        if link.label or note_rows(link) or gradient_rows(link):
            same = carriers[link.tail, link.variable]
            (place, other), is_free = _place(link, [routes[each].points for each in same], ink, same, sheet)
            if not is_free:
                wanted += [each for each in (place, other) if each.width]
                crowded += 1
            found = list(written(link, place, other, sheet))
            for each in found:
                ink.add(each.extent)
            labels.setdefault(number, []).extend(found)
    return [replace(route, labels=tuple(labels.get(n, ()))) for n, route in enumerate(routes)], notes, crowded, wanted


# Labels beside arrows.


def _place(
    link: Link, ways: Sequence[Sequence[Point]], ink: Ink, own: Sequence[int], sheet: Sheet
) -> tuple[tuple[Box, Box], bool]:
    """Places on both sides of one of the arrows that carry a value, and whether they are free."""
    sizes = room(link, sheet), gradient_room(link, sheet)
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
    yield from _rows(note_rows(link), link, place.x, top, sheet)
    yield from _rows(gradient_rows(link), link, other.x, other.y - other.height / 2, sheet)


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


def _at(points: Sequence[Point], share: float) -> tuple[Point, Point]:
    """A point of a path at this share of its length, and the direction there."""
    pieces = list(segments(points))
    lengths = [math.dist(*piece) for piece in pieces]
    ends = list(accumulate(lengths))
    number = min(bisect_left(ends, share * ends[-1]), len(pieces) - 1)
    (start, end), length = pieces[number], lengths[number]
    inside = 1.0 - (ends[number] - share * ends[-1]) / length if length else 0.5
    return along(start, end, inside), (end[0] - start[0], end[1] - start[1])


def _rows(
    rows: Sequence[Row], said: Shape | Link, x: float, top: float, sheet: Sheet, kind: str = ""
) -> Iterator[Placed]:
    """Small lines below each other, centred at `x`."""
    size, pale = sheet.text.note_size, said.emphasis == "pale"
    owner = said.name if isinstance(said, Shape) else said.variable
    for each, own in rows:
        height = measured(each).height * size
        place = Placed(each if isinstance(each, str) else "", x, top + height / 2, size, True, own or kind, pale, owner)
        yield replace(
            place,
            heat=each if isinstance(each, HeatMap) else None,
            grid=each if isinstance(each, Grid) else None,
        )
        top += height + LEADING * size


# Labels beside shapes.


def _notes(
    diagram: Diagram, boxes: Mapping[str, Box], ink: Ink, sheet: Sheet, sideways: bool
) -> tuple[list[Placed], int]:
    """The notes of shapes: below, beside them if the flow runs down, or elsewhere if that is occupied."""
    found: list[Placed] = []
    crowded, gap = 0, sheet.gap.label
    hanging = {each.leaf for each in diagram.hanging}
    leaves = _at_leaves(diagram, boxes, ink, sheet) if sideways else {}
    for part, _ in (each for parts in leaves.values() for each in parts):
        ink.add(part)
    for shape in diagram.shapes:
        found += _in_cells(shape, boxes[shape.name], sheet)
        if not note_rows(shape):
            continue
        kind = shape.table if shape.kind in BLOCKS or shape.change else ""
        parted = leaves.get(shape.name) or _parted(
            shape, boxes[shape.name], shape.name in hanging, ink, sheet, sideways
        )
        if parted:
            for part, rows in parted:
                ink.add(part)
                found += _rows(rows, shape, part.x, part.y - part.height / 2, sheet, kind)
            continue
        box, (width, height) = boxes[shape.name], notes_room(shape, sheet)
        down, aside = (box.height + height) / 2 + gap, (box.width + width) / 2 + gap
        under = [(box.x, box.y + down), (box.x, box.y - down)]
        beside = [(box.x + aside, box.y), (box.x - aside, box.y)]
        # Past an arrow that arrives from there.
        past = width / 2 + gap + sheet.line.arrow_width / 2
        under += [(box.x + s * past, box.y + t * down) for t in (1, -1) for s in (1, -1)]
        middles = [*under, *beside] if sideways else [*beside, *under]
        places = [Box(*each, width, height, "box") for each in middles]
        tries = ((each, away) for away in (gap, gap / 2, 1.0) for each in places)
        place = next((each for each, away in tries if ink.is_free(each, gap / 2, away)), None)
        crowded += place is None
        place = place or places[0]
        ink.add(place)
        found += _rows(note_rows(shape), shape, place.x, place.y - height / 2, sheet, kind)
    return found, crowded


def _at_leaves(
    diagram: Diagram, boxes: Mapping[str, Box], ink: Ink, sheet: Sheet
) -> dict[str, list[tuple[Box, list[Row]]]]:
    """Places beside the leaves that hang off a line: left for the value, right for the gradient, below for the size.

    As leaves of one kind look alike, these have none if one is occupied.
    """
    found: dict[str, dict[str, list[tuple[Box, list[Row]]]]] = defaultdict(dict)
    taken, gap, occupied = Ink(), sheet.gap.label, set[str]()
    shapes = {shape.name: shape for shape in diagram.shapes}
    for each in diagram.hanging:
        shape = shapes[each.leaf]
        if shape.value and shape.gradient:
            parts = _around(shape, boxes[shape.name], 1 if each.is_below else -1, sheet)
            if not all(ink.is_free(place, gap / 2, gap / 2) and taken.is_free(place, gap, gap) for place, _ in parts):
                occupied.add(shape.kind)
            for place, _ in parts:
                taken.add(place)
            found[shape.kind][shape.name] = parts
    return {name: parts for kind, each in found.items() if kind not in occupied for name, parts in each.items()}


def _around(shape: Shape, box: Box, out: int, sheet: Sheet) -> list[tuple[Box, list[Row]]]:
    """Places left, right, and below or above a leaf; what is higher than the leaf reaches out of the line."""
    gap, (value, rest), gradient = sheet.gap.label, note_sides(shape, hangs=False), gradient_rows(shape)
    found = []
    for side, rows in ((-1, value), (1, gradient), (0, [row for row in rest if row not in gradient])):
        width, height = rows_room(rows, sheet)
        over = max(0.0, height - box.height) / 2 if side else (box.height + height) / 2 + gap
        place = Box(box.x + side * ((box.width + width) / 2 + gap), box.y + out * over, width, height, "box")
        found += [(place, rows)] if rows else []
    return found


def _in_cells(shape: Shape, box: Box, sheet: Sheet) -> Iterator[Placed]:
    """The numbers in the cells of a shape."""
    if box.cells is None:
        return
    head, first = box.cells
    left, right, middle = box.x - box.width / 2, box.x + box.width / 2, box.y + head / 2
    sides = [(left, left + first), (left + first, right)] if first else [(left, right)] * 2
    for rows, (start, end) in zip(cell_rows(shape), sides, strict=True):
        yield from _rows(rows, shape, (start + end) / 2, middle - rows_room(rows, sheet)[1] / 2, sheet)


def _parted(shape: Shape, box: Box, hangs: bool, ink: Ink, sheet: Sheet, sideways: bool) -> list[tuple[Box, list[Row]]]:
    """Places on both sides of a shape for its value and for its other notes; None if one is occupied."""
    found = []
    first, last = note_sides(shape, hangs)
    for side, rows in ((-1, first), (1, last)) if first else ():
        width, height = rows_room(rows, sheet)
        away = side * ((box.height + height if sideways else box.width + width) / 2 + sheet.gap.label)
        x, y = (box.x, box.y + away) if sideways else (box.x + away, box.y)
        found.append((Box(x, y, width, height, "box"), rows))
    return found if all(ink.is_free(place, sheet.gap.label / 2, 1.0) for place, _ in found) else []

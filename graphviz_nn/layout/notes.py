"""Place the sizes and numbers of shapes beside them in free space."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram, Hanging, Link, Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.grid import Grid
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.result import Placed
from graphviz_nn.layout.size import (
    BLOCKS,
    LEADING,
    Row,
    cell_rows,
    free_sides,
    gradient_rows,
    measured,
    note_rows,
    note_sides,
    number_rows,
    rows_room,
)
from graphviz_nn.style.heat import HeatMap
from graphviz_nn.style.sheet import Sheet

Parts: TypeAlias = Sequence[tuple[Box, Sequence[Row]]]
"""Places, and the small lines in each."""


def noted(
    diagram: Diagram, boxes: Mapping[str, Box], ink: Ink, sheet: Sheet, sideways: bool
) -> tuple[list[Placed], int]:
    """The notes of shapes, and how many have no free place.

    The value is above a shape and the gradient below it, or on its left and on its right if the flow runs down. Where
    that is occupied, and at leaves, all are on one side, or elsewhere.
    """
    found: list[Placed] = []
    crowded = 0
    leaves = _at_leaves(diagram, boxes, ink, sheet) if sideways else {}
    for place, _ in (part for parts in leaves.values() for part in parts):
        ink.add(place)
    hanging = {each.leaf for each in diagram.hanging}
    for shape in diagram.shapes:
        found += _in_cells(shape, boxes[shape.name], sheet)
        if not note_rows(shape):
            continue
        parts = leaves.get(shape.name)
        if parts is None:
            tries = list(_places(shape, boxes[shape.name], shape.name in hanging, sheet, sideways))
            free = (each for each, gap, line_gap in tries if _is_free(each, ink, gap, line_gap))
            parts = next(free, None)
            crowded += parts is None
            parts = parts or tries[-1][0]
        kind = shape.table if (shape.kind in BLOCKS and not shape.hue) or shape.change else ""
        for place, lines in parts:
            ink.add(place)
            found += rows(lines, shape, place.x, place.y - place.height / 2, sheet, kind)
    return found, crowded


def _is_free(parts: Parts, ink: Ink, gap: float, line_gap: float) -> bool:
    return all(ink.is_free(place, gap, line_gap) for place, _ in parts)


def rows(
    lines: Sequence[Row], said: Shape | Link, x: float, top: float, sheet: Sheet, kind: str = ""
) -> Iterator[Placed]:
    """Small lines below each other, centred at `x`."""
    size, pale = sheet.text.note_size, said.emphasis == "pale"
    owner = said.name if isinstance(said, Shape) else said.variable
    for each, own, of in lines:
        height = measured(each).height * size
        place = Placed(
            each if isinstance(each, str) else "", x, top + height / 2, size, True, own or kind, pale, owner, of=of
        )
        yield replace(
            place,
            heat=each if isinstance(each, HeatMap) else None,
            grid=each if isinstance(each, Grid) else None,
        )
        top += height + LEADING * size


def _places(shape: Shape, box: Box, hangs: bool, sheet: Sheet, sideways: bool) -> Iterator[tuple[Parts, float, float]]:
    """Places for the notes of a shape, the best first, and how far from shapes and lines each is to be."""
    gap = sheet.gap.label
    first, last = note_sides(shape, hangs, sideways)
    if first:
        parts = []
        for side, lines in ((-1, first), (1, last)):
            width, height = rows_room(lines, sheet)
            away = side * ((box.height + height if sideways else box.width + width) / 2 + gap)
            x, y = (box.x, box.y + away) if sideways else (box.x + away, box.y)
            parts.append((Box(x, y, width, height, "box"), lines))
        yield parts, gap / 2, 1.0
        if sideways:
            yield _beside(shape, box, 1, _parted(shape, 1), sheet), gap / 2, gap / 2
    lines = note_rows(shape)
    width, height = rows_room(lines, sheet)
    down, aside = (box.height + height) / 2 + gap, (box.width + width) / 2 + gap
    under = [(box.x, box.y + down), (box.x, box.y - down)]
    beside = [(box.x + aside, box.y), (box.x - aside, box.y)]
    # Past an arrow that arrives from there.
    past = width / 2 + gap + sheet.line.arrow_width / 2
    under += [(box.x + s * past, box.y + t * down) for t in (1, -1) for s in (1, -1)]
    is_under = sideways and not (hangs and number_rows(shape)) and not first
    middles = [*under, *beside] if is_under else [*beside, *under]
    places = [[(Box(*each, width, height, "box"), lines)] for each in middles]
    yield from ((each, gap / 2, away) for away in (gap, gap / 2, 1.0) for each in places)
    yield places[0], 0.0, 0.0


# Leaves that hang off a line from left to right.


def _at_leaves(diagram: Diagram, boxes: Mapping[str, Box], ink: Ink, sheet: Sheet) -> dict[str, Parts]:
    """Places beside leaves that have numbers.

    The value is on the left and the gradient on the right, if that is free at all leaves of a kind, which look alike.
    Otherwise both are on the side where room is kept for them.
    """
    shapes = {shape.name: shape for shape in diagram.shapes}
    kinds: dict[str, list[Hanging]] = defaultdict(list)
    for each in diagram.hanging:
        if number_rows(shapes[each.leaf]):
            kinds[shapes[each.leaf].kind].append(each)
    found: dict[str, Parts] = {}
    sides = free_sides(diagram)
    for alike in kinds.values():
        for way in (_parted, _together):
            free, taken = dict[str, Parts](), Ink()
            for place, _ in (part for parts in found.values() for part in parts):
                taken.add(place)
            for each in alike:
                shape, out = shapes[each.leaf], 1 if each.is_below else -1
                parts = _beside(shape, boxes[each.leaf], out, way(shape, sides[each.leaf]), sheet)
                gap = sheet.gap.label
                if all(ink.is_free(place, gap / 2, gap / 2) and taken.is_free(place, gap, gap) for place, _ in parts):
                    free[each.leaf] = parts
                    for place, _ in parts:
                        taken.add(place)
            if len(free) == len(alike):
                break
        found |= free
    return found


def _parted(shape: Shape, side: int) -> dict[int, list[Row]]:
    """The value of a shape on its left and the gradient on its right; the one alone is on a side."""
    gradient = gradient_rows(shape)
    value = [row for row in number_rows(shape) if row not in gradient]
    return {-1: value, 1: gradient} if value and gradient else _together(shape, side)


def _together(shape: Shape, side: int) -> dict[int, list[Row]]:
    """All numbers of a shape on one side, below each other."""
    return {side: number_rows(shape)}


def _beside(shape: Shape, box: Box, out: int, sides: Mapping[int, list[Row]], sheet: Sheet) -> Parts:
    """Places left and right of a shape for its numbers, and below or above it for its size; what is higher than the
    shape reaches out of the line."""
    gap = sheet.gap.label
    numbers = number_rows(shape)
    found = []
    for side, lines in (*sides.items(), (0, [row for row in note_rows(shape) if row not in numbers])):
        width, height = rows_room(lines, sheet)
        over = max(0.0, height - box.height) / 2 if side else (box.height + height) / 2 + gap
        place = Box(box.x + side * ((box.width + width) / 2 + gap), box.y + out * over, width, height, "box")
        found += [(place, lines)] if lines else []
    return found


def _in_cells(shape: Shape, box: Box, sheet: Sheet) -> Iterator[Placed]:
    """The numbers in the cells of a shape."""
    if box.cells is None:
        return
    head, first = box.cells
    left, right, middle = box.x - box.width / 2, box.x + box.width / 2, box.y + head / 2
    sides = [(left, left + first), (left + first, right)] if first else [(left, right)] * 2
    for lines, (start, end) in zip(cell_rows(shape), sides, strict=True):
        yield from rows(lines, shape, (start + end) / 2, middle - rows_room(lines, sheet)[1] / 2, sheet)

"""The sizes of shapes and labels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from graphviz_nn.forms.diagram import Diagram, Hanging, Link, Shape
from graphviz_nn.graph.difference import KINDS as CHANGES
from graphviz_nn.layout.geometry import Box, Room
from graphviz_nn.layout.grid import Grid, grid
from graphviz_nn.layout.measure import Typeset, line, typeset
from graphviz_nn.style.heat import HeatMap
from graphviz_nn.style.sheet import Sheet

# The gap between two lines of a label, in font sizes.
LEADING = 0.35
# The kind of a shape that is a mere point, where an arrow turns.
TURN = "turn"
BLOCKS = ("layer", "activation", "function")
# The radius of the sign of a change, in font sizes of a note.
BADGE = 0.62
# The width of a function's curve, in least operations.
CURVE = 1.25
# The width and height of the curve beside a unit, in least units.
UNIT_CURVE = 0.9, 0.6
# The least ratio of width to height of an outline.
WIDER = {"pill": 1.25, "box": 1.1, "rounded": 1.1, "octagon": 1.1}


class Row(NamedTuple):
    """TeX, an array in rows and columns, or a heat map; the kind that sets its colour; and the variable whose numbers
    these are."""

    said: str | Grid | HeatMap
    kind: str = ""
    of: str = ""


def font(shape: Shape, sheet: Sheet) -> float:
    """The font size of a shape's text."""
    size: float = getattr(sheet.text, f"{shape.text}_size")
    return size


def unit_lines(shape: Shape, sheet: Sheet) -> list[tuple[str, float]]:
    """The lines inside a unit with their font sizes: its symbol, or its number, perhaps below a name."""
    if not shape.value:
        return [(shape.label, font(shape, sheet))]
    return [(tex, sheet.text.note_size) for tex in (shape.note, shape.value) if tex]


def unit_room(shape: Shape, sheet: Sheet) -> tuple[float, float]:
    """The space of the lines inside a unit."""
    lines = [(typeset(tex), size) for tex, size in unit_lines(shape, sheet)]
    between = (len(lines) - 1) * LEADING * sheet.text.note_size
    return max(text.width * size for text, size in lines), sum(text.height * size for text, size in lines) + between


def curve_height(sheet: Sheet) -> float:
    """The height of the curve inside a shape; it is wider."""
    height: float = CURVE * sheet.size.operation * 0.75
    return height


def sizes(diagram: Diagram, sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """The sizes of all shapes, at the origin, with space for their own notes and those of arrows beside leaves."""
    hanging, free = {each.leaf: each for each in diagram.hanging}, free_sides(diagram)
    found = {}
    for shape in diagram.shapes:
        box, hangs = shape_size(shape, sheet, sideways), hanging.get(shape.name)
        sides = note_sides(shape, bool(hangs), sideways)
        first, last = (_reach(rows_room(rows, sheet), sheet, sideways) for rows in sides)
        # A sign is on a corner there.
        first = max(first, BADGE * sheet.text.note_size) if shape.change in CHANGES else first
        before = after = 0.0
        if hangs is not None and sideways:
            # Numbers are beside it; what is higher than the shape reaches out of the line.
            width, height = rows_room(number_rows(shape), sheet)
            last = max(last, height - box.height)
            aside = width + sheet.gap.label if width else 0.0
            before, after = (aside, 0.0) if free[shape.name] < 0 else (0.0, aside)
        # A shape below a line has its notes below it; for a line that runs down, the first side is left.
        if hangs is not None and not hangs.is_after(sideways):
            first, last = last, first
        left, above, right, below = _sided(first, last, sideways)
        found[shape.name] = replace(box, reserve=(left + before, above, right + after, below))
    beside: dict[str, list[Link]] = defaultdict(list)
    for link in diagram.links if hanging else ():
        for end in {link.tail, link.head}:
            beside[end].append(link)
    for name, each in hanging.items():
        links = [link for link in beside[each.consumers[0]] if link.tail != each.leaf]
        first, last = _stem(each, links, found, free[name], sheet, sideways)
        left, above, right, below = found[name].reserve
        more = _sided(first, last, sideways)
        found[name] = replace(found[name], reserve=(left + more[0], above + more[1], right + more[2], below + more[3]))
    return found | _laned(diagram, found, sheet, sideways)


def free_sides(diagram: Diagram) -> dict[str, int]:
    """The side of each leaf beside a line from left to right where there is more room: 1 after it, or -1 before it.

    A rail leaves it at its end; otherwise that is free, unless a leaf follows there and none comes before.
    """
    hung = {(name, each.is_below) for each in diagram.hanging for name in each.consumers}
    leaves = {each.leaf for each in diagram.hanging}
    before, after = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for link in diagram.links if hung else ():
        if link.tail not in leaves:
            after[link.tail].append(link.head)
            before[link.head].append(link.tail)
    found = {}
    for each in diagram.hanging:
        (head, *others), side = each.consumers, each.is_below
        follows, precedes = (any((name, side) in hung for name in near[head]) for near in (after, before))
        found[each.leaf] = -1 if others or (follows and not precedes) else 1
    return found


def _laned(diagram: Diagram, boxes: Mapping[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """The steps that hand on several states, as wide across the flow as these side by side."""
    found = {}
    for each in diagram.conveyors:
        states = [boxes[name] for name in each.states if name in boxes]
        step = sheet.gap.node + max(sum(box.beside(side, sideways) for side in (-1.0, 1.0)) for box in states)
        lanes = tuple((number - (len(states) - 1) / 2) * step for number in range(len(states)))
        for name in (name for name in each.steps if name in boxes):
            box = replace(boxes[name], lanes=lanes)
            wide = max(box.height if sideways else box.width, len(states) * step)
            box = replace(box, height=wide) if sideways else replace(box, width=wide)
            found[name] = replace(box, ends=(wide, wide)) if box.ends else box
    return found


def _sided(first: float, last: float, sideways: bool) -> Room:
    """The space on both sides across the flow."""
    return (0.0, first, 0.0, last) if sideways else (first, 0.0, last, 0.0)


def _reach(size: tuple[float, float], sheet: Sheet, sideways: bool) -> float:
    """The extent of a text across the flow, from its shape."""
    along = size[1] if sideways else size[0]
    return along + sheet.gap.label if along else 0.0


def _stem(
    hanging: Hanging, beside: Sequence[Link], boxes: Mapping[str, Box], free: int, sheet: Sheet, sideways: bool
) -> tuple[float, float]:
    """The space between a leaf and its shape on both sides, if the arrows beside it have labels.

    Numbers on the `free` side of the leaf also need it beyond what is written at the shape there.
    """
    head = hanging.consumers[0]
    is_after = hanging.is_after(sideways)
    texts = [link_sides(link, sheet, sideways)[is_after] for link in beside]
    reach = max((_reach(text, sheet, sideways) for text in texts), default=0.0) + sheet.gap.label
    left, _, right, _ = boxes[hanging.leaf].reserve
    if sideways and (left or right):
        ends = [(link.tail, link.head)[::free] for link in beside]
        near = [boxes[other].beside(1.0 if is_after else -1.0, sideways) for own, other in ends if own == head]
        reach = max([reach, *(far + sheet.gap.node / 4 for far in near)])
    half = (boxes[head].height if sideways else boxes[head].width) / 2
    # In whole steps, so that neighbours with similar labels are in line.
    step = sheet.gap.node / 2
    more = step * ceil(max(0.0, reach - half - sheet.gap.node) / step) if step else 0.0
    return (more, 0.0) if is_after else (0.0, more)


def shape_size(shape: Shape, sheet: Sheet, sideways: bool) -> Box:
    """A shape's size, at the origin."""
    if shape.kind == TURN:
        return Box(0, 0, 0, 0, "box")
    look = sheet.look(shape.kind)
    texts = [typeset(each) for each in (shape.label, shape.room) if each] or [typeset(shape.label)]
    size = font(shape, sheet)
    width, height = (max(values) * size for values in zip(*((t.width, t.height) for t in texts), strict=True))
    if shape.curve and look.outline == "circle":
        side = CURVE * sheet.size.operation * 2**0.5
        return Box(0, 0, side, side, "circle")
    if shape.curve:
        width, height = max(width, CURVE * sheet.size.operation), height + sheet.gap.inside + curve_height(sheet)
    least = getattr(sheet.size, shape.kind if shape.kind in ("operation", "constant") else "variable")
    if look.outline == "circle" and max(width, height) <= least * 1.15 - sheet.gap.inside:
        side = max(least, (width**2 + height**2) ** 0.5 + sheet.gap.inside)
        return Box(0, 0, side, side, "circle")
    if any(cell_rows(shape)):
        return _celled(shape, width, height, look.outline, sheet)
    outline = "pill" if look.outline == "circle" else look.outline
    width = max(width + (3 if outline == "pill" else 2) * sheet.gap.inside, least * WIDER.get(outline, 1.0))
    height = max(least, height + 2 * sheet.gap.inside)
    if shape.entries is None:
        return Box(0, 0, width, height, outline)
    first, last = (_grown(entries, shape.kind in BLOCKS, sheet) for entries in shape.entries)
    if sideways:
        first, last = max(first, height), max(last, height)
        # A pill as high as wide would be a circle, which is an operation.
        width = max(width, WIDER["pill"] * first) if outline == "pill" else width
        return Box(0, 0, width, max(first, last), outline, ends=(first, last))
    across = width - _grown(1, shape.kind in BLOCKS, sheet)
    ends = max(first + across, width), max(last + across, width)
    return Box(0, 0, max(ends), height, outline, ends=ends, sideways=False)


def _celled(shape: Shape, width: float, height: float, outline: str, sheet: Sheet) -> Box:
    """The size of a shape with cells below its label."""
    rooms = [rows_room(rows, sheet) for rows in cell_rows(shape) if rows]
    pad, inside = sheet.gap.label, sheet.gap.inside
    cells = [wide + 2 * pad for wide, _ in rooms]
    whole = max(width + 2 * inside if shape.label else 0.0, sum(cells))
    first = cells[0] + (whole - sum(cells)) / 2 if len(cells) > 1 else 0.0
    head = max(font(shape, sheet), height) + inside if shape.label else 0.0
    # Round ends would have no room for cells.
    kind = "box" if outline in ("pill", "circle") else outline
    return Box(0, 0, whole, head + max(high for _, high in rooms) + 2 * pad, kind, cells=(head, first))


def _grown(entries: int, is_block: bool, sheet: Sheet) -> float:
    """A length for a number of entries: distinct for few, and limited for many."""
    least, span = (sheet.size.layer, sheet.size.layer_growth) if is_block else (sheet.size.variable, sheet.size.growth)
    share: float = 1 - max(entries, 1) ** (-1 / 3)
    return least + span * share


def label_lines(link: Link, sheet: Sheet) -> list[str]:
    """The label of a link, on one line or on several."""
    words = link.label.split("\n")
    whole = r"\ ".join(words)
    is_wide = typeset(whole).width * sheet.text.link_size > sheet.text.link_width
    return words if is_wide else [whole] if whole else []


def room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The space for the label of a link and the lines below it."""
    own, other = _room(link, sheet), _room(replace(link, label=link.room), sheet) if link.room else (0.0, 0.0)
    return max(own[0], other[0]), max(own[1], other[1])


def _room(link: Link, sheet: Sheet) -> tuple[float, float]:
    words, size = label_lines(link, sheet), sheet.text.link_size
    lines = [line(each) for each in words]
    width, height = notes_room(link, sheet)
    height += sum(each.height * size for each in lines) + max(len(lines) - 1, 0) * LEADING * size
    height += LEADING * sheet.text.note_size if words and note_rows(link) else 0.0
    return max([width, *(typeset(each).width * size for each in words)]), height


def note_rows(said: Shape | Link) -> list[Row]:
    """The small lines beside a shape or below the label of a link; a heat map is below its number."""
    found = [Row(said.note)] if said.note else []
    if isinstance(said, Link):
        return found + _values(said)
    first, last = cell_rows(said)
    own = [*_values(said), *gradient_rows(said)]
    return found + [row for row in own if row not in (*first, *last)]


def cell_rows(shape: Shape) -> tuple[list[Row], list[Row]]:
    """The small lines in the two cells of a shape: its value, and its gradient."""
    if not shape.cells:
        return [], []
    return _values(shape), _numbers(shape.gradient, shape.gradient_heat, "gradient", _variable(shape))


def number_rows(shape: Shape) -> list[Row]:
    """The small lines of a shape but for its size: its value first."""
    return [row for row in note_rows(shape) if row != Row(shape.note)]


def note_sides(shape: Shape, hangs: bool, sideways: bool) -> tuple[list[Row], list[Row]]:
    """The small lines above and below a shape, or left and right of it if the flow runs down.

    If both are known, the value is on the first side and the gradient on the other. A shape that hangs off the main
    line has them on one side, but for its numbers where this runs from left to right: they are beside it.
    """
    if hangs:
        return [], [row for row in note_rows(shape) if not (sideways and row in number_rows(shape))]
    if shape.cells or not (shape.value and shape.gradient):
        return [], note_rows(shape)
    first = _values(shape)
    return first, [row for row in note_rows(shape) if row not in first]


def gradient_rows(said: Shape | Link) -> list[Row]:
    """The small lines of the gradient, and of the numbers of parameters below the names of these.

    Those of a link are on its other side.
    """
    found = _numbers(said.gradient, said.gradient_heat, "gradient", _variable(said))
    for each in said.learned:
        found += [Row(each.label), *_numbers(each.value, each.value_heat, "value", each.name)]
        found += _numbers(each.gradient, each.gradient_heat, "gradient", each.name)
    return found


def _values(said: Shape | Link) -> list[Row]:
    return _numbers(said.value, said.value_heat, "value", _variable(said))


def _variable(said: Shape | Link) -> str:
    """The variable whose numbers a shape or a link has."""
    return said.variable if isinstance(said, Link) else said.of or said.name


def _numbers(tex: str, heat: HeatMap | None, kind: str, of: str) -> list[Row]:
    return [Row(each, kind, of) for each in (grid(tex) or tex, heat) if each]


def measured(said: str | Grid | HeatMap) -> Typeset | Grid | HeatMap:
    """An object with the width and the height of a row, at size 1."""
    return typeset(said) if isinstance(said, str) else said


def link_sides(link: Link, sheet: Sheet, sideways: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """The space of the texts above and below an arrow, or left and right of one that runs down.

    Without a gradient, all texts of an arrow that runs down are on the right.
    """
    first, last = room(link, sheet), gradient_room(link, sheet)
    return (first, last) if sideways or last[0] else (last, first)


def notes_room(said: Shape | Link, sheet: Sheet) -> tuple[float, float]:
    """The space of the small lines of a shape or link."""
    return rows_room(note_rows(said), sheet)


def gradient_room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The space of the gradient of a link's variable."""
    return rows_room(gradient_rows(link), sheet)


def rows_room(rows: list[Row], sheet: Sheet) -> tuple[float, float]:
    """The space of small lines."""
    found, size = [measured(each) for each, *_ in rows], sheet.text.note_size
    height = sum(each.height * size for each in found) + max(len(found) - 1, 0) * LEADING * size
    return max((each.width * size for each in found), default=0.0), height

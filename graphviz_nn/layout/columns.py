"""Lay out a diagram in columns: shapes at even steps, headings and notes at the ends, names between columns."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate, pairwise

from graphviz_nn.errors import refuse_unknown
from graphviz_nn.forms.diagram import Column, Diagram, Link, Shape
from graphviz_nn.layout.engine import ENGINES
from graphviz_nn.layout.fit import fitted
from graphviz_nn.layout.flanks import labelled
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.headings import between, counted, is_pale, texts
from graphviz_nn.layout.result import Layout, Placed, Route, is_sideways
from graphviz_nn.layout.route import straight
from graphviz_nn.layout.size import UNIT_CURVE, font, shape_size, unit_room
from graphviz_nn.style.sheet import Sheet

# The least distance of columns, as a share of the height of their lines; steeper lines are indistinguishable.
SLOPE = 0.5
# The same for lines with labels.
FLAT = 0.8
# The share of the distance between two converging lines that remains at their labels.
LEFT = 0.7
# The distance of the dots for omitted shapes, in sizes of a name.
DOTS = 0.45


def in_columns(diagram: Diagram, sheet: Sheet, *, direction: str = "LR", engine: str = "wasm") -> Layout:
    """Lay out a diagram of columns; this needs no engine, but refuses an unknown one.

    Raises
    ------
    UsageError
        For an unknown direction or engine.
    """
    refuse_unknown("layout engine", engine, ENGINES)
    flow = Flow(is_sideways(direction))
    sizes = _sizes(diagram, sheet)
    pitch = _pitch(diagram, sizes, sheet, flow)
    across = {
        name: _across(column, place) * pitch for column in diagram.columns for place, name in enumerate(column.members)
    }
    places = [0.0, *accumulate(_steps(diagram, sizes, across, sheet, flow))]
    found = {}
    dots = []
    for column, along in zip(diagram.columns, places, strict=True):
        for place, name in enumerate(column.members):
            x, y = flow.point(along, _across(column, place) * pitch)
            if name:
                found[name] = replace(sizes[name], x=x, y=y)
            else:
                apart = [flow.point(0.0, shift * sheet.text.name_size * DOTS) for shift in (-1, 0, 1)]
                size, pale = sheet.text.note_size * 0.75, is_pale(column, diagram)
                dots += [Placed(r"\bullet", x + dx, y + dy, size, pale=pale, owner=column.name) for dx, dy in apart]
    boxes = {shape.name: found[shape.name] for shape in diagram.shapes}
    routes = [Route(link, straight(boxes[link.tail], boxes[link.head], flow.sideways)) for link in diagram.links]
    routes = labelled(routes, list(boxes.values()), sheet)
    notes = (*dots, *texts(diagram, boxes, places, sheet, flow.sideways))
    marks = tuple(counted(diagram, boxes, sheet, flow.sideways))
    return fitted(Layout(0.0, 0.0, boxes, tuple(routes), notes, flow.sideways, marks=marks), sheet)


def _across(column: Column, place: int) -> float:
    """The number of steps from the middle of a column to a member."""
    return place - (len(column.members) - 1) / 2


def _sizes(diagram: Diagram, sheet: Sheet) -> dict[str, Box]:
    """Give all shapes the size of the largest circle; shapes with words or curves may be wider."""
    rooms = {shape.name: _room(shape, sheet) for shape in diagram.shapes}
    outlines = {shape.name: sheet.look(shape.kind).outline for shape in diagram.shapes}
    round_ones = [shape.name for shape in diagram.shapes if outlines[shape.name] == "circle"]
    diagonals = [(rooms[name].width ** 2 + rooms[name].height ** 2) ** 0.5 for name in round_ones]
    size = max(sheet.size.unit, max(diagonals, default=0.0) + sheet.gap.inside)
    inside = 2 * sheet.gap.inside
    curves = [shape for shape in diagram.shapes if shape.curve is not None and shape.kind == "unit"]
    text = max((rooms[shape.name].width for shape in curves), default=0.0)
    wide = Box(0, 0, text + UNIT_CURVE[0] * sheet.size.unit + 2 * inside, size, "pill")

    def least(shape: Shape) -> float:
        return sheet.size.constant if shape.kind == "constant" else size

    own = {shape.name: wide for shape in curves}
    own |= {s.name: shape_size(s, sheet, True) for s in diagram.shapes if s.curve is not None and s.kind != "unit"}
    return {
        shape.name: own[shape.name]
        if shape.name in own
        else Box(0, 0, size, size, "circle")
        if outlines[shape.name] == "circle"
        else Box(0, 0, max(least(shape), rooms[shape.name].width + inside), least(shape), outlines[shape.name])
        for shape in diagram.shapes
    }


def _room(shape: Shape, sheet: Sheet) -> Box:
    """The space for the text inside a shape."""
    if shape.kind == "unit":
        return Box(0, 0, *unit_room(shape, sheet), "box")
    return Placed(shape.label, 0.0, 0.0, font(shape, sheet)).extent


def _label_room(links: Iterable[Link], sheet: Sheet) -> Box:
    """The space for the name and the number of a link, one above the other."""
    names = [Placed(link.label, 0.0, 0.0, sheet.text.link_size).extent for link in links]
    numbers = [Placed(link.note, 0.0, 0.0, sheet.text.note_size).extent for link in links]
    width = max((box.width for box in [*names, *numbers]), default=0.0)
    height = sum(max((box.height for box in part), default=0.0) for part in (names, numbers))
    return Box(0, 0, width, height, "box")


def _pitch(diagram: Diagram, sizes: Mapping[str, Box], sheet: Sheet, flow: Flow) -> float:
    """The distance of neighbours in a column, with space for the labels of converging lines."""
    long = {name for column in diagram.columns if len(column.members) > 1 for name in column.members}
    least = max((flow.across(sizes[name]) for name in long if name), default=0.0) + sheet.gap.node / 2
    room = _label_room([link for link in diagram.links if link.tail in long and link.label], sheet)
    if not room.width:
        return least
    # A label beside a slanted line needs more space the longer it is.
    needed = room.height + SLOPE * room.width if flow.sideways else 2 * room.width + SLOPE * room.height
    return max(least, (needed + 5 * sheet.gap.label) / LEFT)


def _steps(
    diagram: Diagram, sizes: Mapping[str, Box], across: Mapping[str, float], sheet: Sheet, flow: Flow
) -> list[float]:
    """The distance of each column from the one before; columns of a network are equidistant."""
    links: dict[str, list[Link]] = {}
    for link in diagram.links:
        links.setdefault(link.head, []).append(link)
    found, networks = [], []
    for before, column in pairwise(diagram.columns):
        those = [link for name in column.members for link in links.get(name, ())]
        drop = max((abs(across[link.tail] - across[link.head]) for link in those), default=0.0)
        shapes = sum(max(flow.along(sizes[name]) for name in each.members if name) for each in (before, column)) / 2
        label = flow.along(_label_room(those, sheet)) * (2.5 if drop else 1.0)
        arrow = sheet.line.arrow_length + 2 * sheet.gap.label
        line = max(sheet.gap.rank, label + arrow, drop * (FLAT if label else SLOPE))
        found.append(max(shapes + line, between(before, column, sheet, flow.sideways)))
        networks.append(any(link.plain for link in those))
    equal = max((step for step, is_network in zip(found, networks, strict=True) if is_network), default=0.0)
    return [equal if is_network else step for step, is_network in zip(found, networks, strict=True)]

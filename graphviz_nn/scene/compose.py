"""From a layout to a scene: outlines, arrows, text."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Emphasis, Frame, Shape, table
from graphviz_nn.graph.difference import KINDS as CHANGES
from graphviz_nn.layout.continued import continued
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.measure import level
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.layout.size import font
from graphviz_nn.scene.badge import badge, corner
from graphviz_nn.scene.cells import cells
from graphviz_nn.scene.curve import curve_place, drawn_curve
from graphviz_nn.scene.grid import numbered, numbers
from graphviz_nn.scene.heat import heat
from graphviz_nn.scene.outlines import OUTLINES, trapezoid
from graphviz_nn.scene.paint import Paint, own, paint, toned
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Source, Text
from graphviz_nn.scene.remarks import remark
from graphviz_nn.scene.solids import funnelled, rays, solid
from graphviz_nn.scene.steepness import Scale, filled
from graphviz_nn.scene.unit import inside, shaded
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import Sheet

# The least width of an arrowhead, in widths of its line.
HEAD = 2.8


def compose(layout: Layout, diagram: Diagram, sheet: Sheet, title: str, scale: Scale | None = None) -> Scene:
    """The scene of a layout, with arrows under shapes, except on the faces of volumes, and blocks in the shades of a
    scale."""
    diagram = continued(diagram, layout.rows)
    scale = scale if any(shape.norms for shape in diagram.shapes) else None
    routes, funnels = funnelled(layout, diagram)
    paints = [paint(route.link, diagram.strongest, sheet) for route in routes]
    arrows = [_arrow(*each, number, sheet) for number, each in enumerate(zip(routes, paints, strict=True))]
    patches = [
        Group(f"funnel-{number}", "what is taken in", rays(funnel, paints[number], sheet))
        for number, funnel in funnels.items()
    ]
    # Emphasised lines lie over pale ones.
    arrows = [arrow for _, arrow in sorted(zip(paints, arrows, strict=True), key=lambda each: each[0].order)]
    arrows = [replace(arrow, facts=diagram.facts.get(arrow.name, ()) + arrow.facts) for arrow in arrows]
    shapes = [_shape(shape, layout.boxes[shape.name], sheet, layout.sideways, scale) for shape in diagram.shapes]
    shapes = [replace(shape, facts=diagram.facts.get(shape.name, ())) for shape in shapes]
    notes = tuple(_text(n, sheet) for n in layout.notes if n.tex)
    texts = (*layout.notes, *(n for r in layout.routes for n in r.labels))
    arrays = [
        drawn(each, f"{said}-{each.kind}-{_owned(each)}", _ink(each, sheet), sheet)
        for said, drawn in (("numbers", numbers), ("heat", heat))
        for each in texts
        if (each.grid if said == "numbers" else each.heat)
    ]
    frames = _united(
        (frame, _frame(frame, box, title, sheet))
        for frame, (box, title) in zip(diagram.frames, layout.frames, strict=True)
    )
    badges = [
        _badge(shape.name, shape.change, layout.boxes[shape.name], layout.sideways, sheet) for shape in diagram.shapes
    ]
    badges += [
        _badge(frame.name, frame.change, box, layout.sideways, sheet)
        for frame, (box, _) in zip(diagram.frames, layout.frames, strict=True)
    ]
    marks = [remark(mark, number, sheet) for number, mark in enumerate(layout.marks, 1)]
    extra = [Group("sizes", "sizes", notes)] if notes else []
    drawn_over = (*shapes, *arrows, *patches) if diagram.is_solid else (*arrows, *shapes)
    return Scene(
        layout.width,
        layout.height,
        sheet.page.background,
        title,
        _description(diagram),
        (*frames, *drawn_over, *extra, *arrays, *filter(None, badges), *marks),
    )


def _description(diagram: Diagram) -> str:
    """A description of the picture in a sentence."""
    described = "; ".join(shape.description for shape in diagram.shapes if shape.kind != "operation")
    if diagram.columns:
        return f"A network of units in {len(diagram.columns)} columns: {described}"
    if diagram.is_solid:
        return f"A network of {len(diagram.shapes)} volumes: {described}"
    operations = sum(shape.kind == "operation" for shape in diagram.shapes)
    # If all operations are folded, the description lists the layers.
    counted = f" of {operations} operation{'s' * (operations > 1)}" if operations else ""
    return f"A computation graph{counted}: {described}"


def _badge(name: str, change: str, box: Box, sideways: bool, sheet: Sheet) -> Group | None:
    """The sign of a difference from another model, at a corner."""
    if change not in CHANGES:
        return None
    return Group(f"change-{_identifier(name)}", f"{name}: {change}", badge(change, *corner(box, sideways), sheet))


def _frame(frame: Frame, box: Box, title: Placed, sheet: Sheet) -> Group:
    emphasis: Emphasis = "pale" if title.pale and not frame.change else ""
    look = toned(sheet.frame, sheet.frame.ink or sheet.text.notes, emphasis, sheet)
    if frame.change:
        own = sheet.look(table(frame.change))
        look = replace(look, line=own.line, dash=own.dash, width=sheet.emphasis.strong, ink=own.line)
    outline = OUTLINES[look.outline](box.x, box.y, box.width, box.height)
    said = (Text(title.tex, title.x, title.y, title.size, look.ink),) if title.tex else ()
    items = Path(outline, look.fill, look.line, sheet.line.width * look.width, look.dash), *said
    return Group(f"frame-{_identifier(frame.name)}", f"inside {plain(frame.title)}", items, name=frame.name)


def _united(frames: Iterable[tuple[Frame, Group]]) -> list[Group]:
    """The groups of frames, with one for all parts of a frame: the fill of each covers the lines in it."""
    parts: dict[str, list[Group]] = {}
    for frame, group in frames:
        parts.setdefault(frame.whole or frame.name, []).append(group)
    found = []
    for first, *others in parts.values():
        items = [item for group in (first, *others) for item in group.items]
        paths = [item for item in items if isinstance(item, Path)]
        if others:
            # What is left of a line is its outer half.
            lines = [replace(path, fill=None, width=2 * path.width) for path in paths]
            fills = [replace(path, stroke=None, width=0.0, dash=()) for path in paths]
            items = [*lines, *fills, *(item for item in items if not isinstance(item, Path))]
        found.append(replace(first, items=tuple(items)))
    return found


def _owned(text: Placed) -> str:
    """The owner of a text, and the parameter inside it that it is a number of."""
    return "-".join(map(_identifier, dict.fromkeys(filter(None, (text.owner, text.of)))))


def _identifier(text: str) -> str:
    """An XML id for a name, unique for each; other characters than letters and digits become their numbers."""
    return re.sub(r"[^\w-]", lambda found: f".{ord(found[0]):x}.", text)


def _shape(shape: Shape, box: Box, sheet: Sheet, sideways: bool, scale: Scale | None) -> Group:
    if box.solid is not None:
        return Group(_node(shape.name), shape.description, tuple(solid(shape, box, sheet, sideways)), name=shape.name)
    usual = own(shape, sheet)
    usual = shaded(shape, replace(usual, ink=sheet.ink(shape.kind)), sheet) if shape.kind == "unit" else usual
    look = toned(usual, usual.ink or sheet.ink(shape.table), shape.emphasis, sheet)
    place = box.x, box.y, box.width, box.height
    is_trapezoid = box.outline == "trapezoid" and box.ends is not None
    outline = trapezoid(*place, box.ends, sideways) if is_trapezoid and box.ends else OUTLINES[box.outline](*place)
    edge = Path(outline, look.fill, look.line, sheet.line.width * look.width, look.dash)
    drawn = filled(shape, edge, box, scale, sheet) if scale else [edge]
    items: list[Path | Text] = [] if shape.kind == "more" else [*drawn]
    if shape.kind == "unit":
        items += inside(shape, box, look, sheet)
        source = Source("unit", *shape.place) if shape.place else None
        return Group(_node(shape.name), shape.description, tuple(items), name=shape.name, source=source)
    size = font(shape, sheet)
    middle = box.y + level(shape.label) * size
    if shape.curve is not None:
        area, lift = curve_place(shape, box, sheet)
        items += drawn_curve(shape.curve, area, look.line, look.ink, sheet)
        middle -= lift
    if box.cells is not None:
        items += cells(box, edge, sheet)
        middle += (box.cells[0] - box.height) / 2
    if shape.label and (shape.curve is None or box.outline != "circle"):
        items.append(Text(shape.label, box.x, middle, size, look.ink, sheet.text.family))
    return Group(_node(shape.name), shape.description, tuple(items), name=shape.name)


def _node(name: str) -> str:
    return f"node-{_identifier(name)}"


def colour(kind: str, sheet: Sheet) -> str:
    """The colour of text for a kind of shape, values, gradients or notes."""
    numbers = {"value": sheet.text.values, "gradient": sheet.text.gradients, "note": sheet.text.notes}
    return numbers.get(kind) or sheet.look(kind).line


def _text(placed: Placed, sheet: Sheet) -> Text:
    source = numbered(placed)
    return Text(placed.tex, placed.x, placed.y, placed.size, _ink(placed, sheet), sheet.text.family, source)


def _ink(text: Placed, sheet: Sheet) -> str:
    if text.pale:
        return sheet.emphasis.ink
    if text.kind:
        return colour(text.kind, sheet)
    return sheet.text.notes if text.quiet else sheet.text.ink


def _arrow(route: Route, paint: Paint, number: int, sheet: Sheet) -> Group:
    points, line = route.points, sheet.line
    tip = points[-1]
    # The head of a thick line is larger.
    scale = max(1.0, HEAD * paint.width / line.arrow_width) if line.arrow_width else 1.0
    length = line.arrow_length * scale
    back = _toward(tip, _before(points, length), length)
    direction = math.atan2(tip[1] - back[1], tip[0] - back[0])
    shaft = points if route.link.plain else (*points[:-1], _toward(tip, back, length * 0.8))
    commands: list[Command] = [("M", shaft[0])]
    if len(points) == 2:
        commands.append(("L", shaft[1]))
    else:
        commands += [
            ("C", tuple(value for point in shaft[i : i + 3] for value in point)) for i in range(1, len(shaft), 3)
        ]
    half = line.arrow_width * scale / 2
    wings = [(back[0] + s * half * math.sin(direction), back[1] - s * half * math.cos(direction)) for s in (1, -1)]
    head: tuple[Command, ...] = (("M", tip), ("L", wings[0]), ("L", wings[1]), ("Z", ()))
    items: list[Path | Text] = [Path(tuple(commands), None, paint.colour, paint.width, paint.dash)]
    items += [] if route.link.plain else [Path(head, paint.colour)]
    items += [_text(each, sheet) for each in route.labels if each.tex]
    link = route.link
    return Group(
        f"edge-{number}-{_identifier(link.variable)}",
        f"{link.variable}: {link.tail} to {link.head}",
        tuple(items),
        (_node(link.tail), _node(link.head)),
        link.variable,
        (("weight", f"{link.weight:.4g}"),) if link.weight is not None else (),
        Source("weight", *link.place) if link.place else None,
    )


def _before(points: Sequence[Point], distance: float) -> Point:
    """The point of a path where its arrowhead starts."""
    tip, control = points[-1], points[-2]
    if math.dist(tip, control) > 1e-6 or len(points) < 4:
        return control
    return next((p for p in reversed(points) if math.dist(p, tip) > distance / 2), points[0])


def _toward(start: Point, goal: Point, distance: float) -> Point:
    length = math.dist(start, goal) or 1.0
    return (
        start[0] + (goal[0] - start[0]) / length * distance,
        start[1] + (goal[1] - start[1]) / length * distance,
    )

"""From a diagram to a layout: measure, ask Graphviz, route, put labels where there is room."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from graphviz_nn.errors import LayoutError, UsageError, suggest
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.engine import run
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.route import Box, Point, bezier, bowed, clear, clipped, straight
from graphviz_nn.style.sheet import Sheet

Direction: TypeAlias = Literal["LR", "TB"]
DIRECTIONS = ("LR", "TB")


@dataclass(frozen=True)
class Placed:
    """A piece of TeX with the middle of its ink, and its font size."""

    tex: str
    x: float
    y: float
    size: float
    quiet: bool = False


@dataclass(frozen=True)
class Route:
    """A link's way: two points of a straight line, or cubic pieces; and the labels beside it."""

    link: Link
    points: tuple[Point, ...]
    labels: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A size, boxes by name, and routes; in pt, y down."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    notes: tuple[Placed, ...] = ()


def place(diagram: Diagram, sheet: Sheet, *, direction: str = "LR", engine: str = "wasm") -> Layout:
    """Give everything in a diagram its place.

    Raises
    ------
    LayoutError
        Where the engine fails or its answer makes no sense.
    UsageError
        For an unknown direction or engine.
    """
    if direction not in DIRECTIONS:
        raise UsageError(f"there is no direction {direction!r}: {suggest(str(direction), DIRECTIONS)}")
    sizes = {shape.name: _size(shape, sheet) for shape in diagram.shapes}
    names = {shape.name: f"n{number}" for number, shape in enumerate(diagram.shapes)}
    answer = run(engine, _dot(diagram, sizes, names, sheet, direction))
    boxes, splines = _read(answer, diagram, sizes, names)
    sideways = direction == "LR"
    boxes = _levelled(diagram, _centred(diagram, boxes, sheet, sideways), sheet, sideways)
    routes = _routes(diagram, boxes, splines, sheet, sideways)
    return _fitted(boxes, routes, _notes(diagram, boxes, routes, sheet), sheet)


def _size(shape: Shape, sheet: Sheet) -> Box:
    """A shape's size, at the origin."""
    look = sheet.look(shape.kind)
    is_operation = shape.kind == "operation"
    text = typeset(shape.label)
    font = sheet.text.glyph_size if is_operation else sheet.text.name_size
    width, height = text.width * font, text.height * font
    least = getattr(sheet.size, shape.kind if shape.kind in ("operation", "constant") else "variable")
    reserve = sheet.gap.label + sheet.text.note_size if shape.note else 0.0
    if look.outline == "circle" and max(width, height) <= least * 1.15 - sheet.gap.inside:
        side = max(least, (width**2 + height**2) ** 0.5 + sheet.gap.inside)
        return Box(0, 0, side, side, "circle", reserve)
    height = max(least, height + 2 * sheet.gap.inside)
    outline = "pill" if look.outline == "circle" else look.outline
    width = max(
        width + (3 if outline == "pill" else 2) * sheet.gap.inside,
        least * (1.2 if outline == "pill" else 1.1),
    )
    return Box(0, 0, width, height, outline, reserve)


def _room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The room that the labels of a link take."""
    name, note = typeset(link.label), typeset(link.note)
    width = max(name.width * sheet.text.link_size, note.width * sheet.text.note_size)
    height = name.height * sheet.text.link_size if link.label else 0.0
    height += sheet.text.note_size if link.note else 0.0
    return width, height


def _dot(diagram: Diagram, sizes: Mapping[str, Box], names: Mapping[str, str], sheet: Sheet, direction: str) -> str:
    """The diagram as DOT without any text."""
    lines = [
        "digraph {",
        f"rankdir={direction}; newrank=true; outputorder=nodesfirst;",
        f"ranksep={sheet.gap.rank / 72:.6f}; nodesep={sheet.gap.node / 72:.6f};",
        'node [shape=box, fixedsize=true, label="", margin=0];',
        "edge [arrowhead=none, tailclip=false, headclip=false];",
    ]
    spine, line = set(diagram.spine), set(pairwise(diagram.spine))
    for shape in diagram.shapes:
        box = sizes[shape.name]
        group = ", group=spine" if shape.name in spine else ""
        width, height = box.width / 72, (box.height + 2 * box.reserve) / 72
        lines.append(f"{names[shape.name]} [width={width:.6f}, height={height:.6f}{group}];")
    hanging = dict(diagram.hanging)
    seen: Counter[str] = Counter()
    for number, link in enumerate(diagram.links):
        tail, head = names[link.tail], names[link.head]
        if hanging.get(link.tail) == link.head:
            seen[link.head] += 1
            # In one rank Graphviz puts an edge's tail before its head; the first hangs below.
            below = (seen[link.head] == 1) != (direction == "LR")
            ends = f"{tail} -> {head} [e={number}" if below else f"{head} -> {tail} [e={-number - 1}"
            lines.append(f"{{rank=same; {tail}; {head};}} {ends}, weight=4];")
            continue
        weight = 40 if (link.tail, link.head) in line else 2
        lines.append(f"{tail} -> {head} [e={number}, weight={weight}{_reserved(link, sheet, direction)}];")
    linked = {(link.tail, link.head) for link in diagram.links}
    for tail, head in pairwise(diagram.spine):
        if (tail, head) not in linked:
            # The main line goes straight on where it branches and joins again.
            lines.append(f"{names[tail]} -> {names[head]} [style=invis, weight=40];")
    return "\n".join([*lines, "}"])


def _reserved(link: Link, sheet: Sheet, direction: str) -> str:
    """Room beside an edge for its labels: more rank distance, so that the edge itself stays straight."""
    width, height = _room(link, sheet)
    along = width if direction == "LR" else height
    free = sheet.gap.rank - sheet.line.arrow_length - 2 * sheet.gap.label
    return f", minlen={1 + int(along // max(free, 1.0))}" if along > free else ""


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.replace(",", " ").split()]


def _read(
    answer: Mapping[str, Any], diagram: Diagram, sizes: Mapping[str, Box], names: Mapping[str, str]
) -> tuple[dict[str, Box], dict[int, tuple[Point, ...]]]:
    """Boxes and curves from Graphviz's answer, y turned down."""
    shapes = {drawn: name for name, drawn in names.items()}
    boxes: dict[str, Box] = {}
    splines: dict[int, tuple[Point, ...]] = {}
    try:
        top = _numbers(answer["bb"])[3]
        for node in answer.get("objects", []):
            if node["name"] not in shapes:
                continue
            name = shapes[node["name"]]
            x, y = _numbers(node["pos"])
            size = sizes[name]
            boxes[name] = Box(x, top - y, size.width, size.height, size.outline, size.reserve)
        for each in answer.get("edges", []):
            if "e" not in each:
                continue
            number = int(each["e"])
            # An edge without a way is drawn straight.
            if "pos" in each:
                values = _numbers(each["pos"].split(";")[0])
                points = tuple((x, top - y) for x, y in zip(values[::2], values[1::2], strict=True))
                splines[number if number >= 0 else -number - 1] = points if number >= 0 else points[::-1]
    except (KeyError, ValueError, IndexError) as error:
        raise LayoutError(f"the layout engine's answer can't be read: {error!r}") from None
    missing = [shape.name for shape in diagram.shapes if shape.name not in boxes]
    if missing:
        raise LayoutError(f"the layout engine gave {missing[0]} no place")
    return {shape.name: boxes[shape.name] for shape in diagram.shapes}, splines


def _centred(diagram: Diagram, boxes: dict[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """Boxes with each operation on leaves of its own in the middle between them, where there is room."""
    uses = Counter(link.tail for link in diagram.links)
    tails: dict[str, list[str]] = {}
    for link in diagram.links:
        tails.setdefault(link.head, []).append(link.tail)
    fixed = {*diagram.spine, *(head for _, head in diagram.hanging)}
    found = dict(boxes)
    for name, feeders in tails.items():
        leaves = all(uses[tail] == 1 and tail not in tails for tail in feeders)
        if name in fixed or not leaves or len(feeders) < 2:
            continue
        box = found[name]
        middle = sum((found[t].y if sideways else found[t].x) for t in feeders) / len(feeders)
        moved = replace(box, y=middle) if sideways else replace(box, x=middle)
        if not any(_overlap(moved, other, sheet.gap.node / 2) for n, other in found.items() if n != name):
            found[name] = moved
    return found


def _levelled(diagram: Diagram, boxes: dict[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """Boxes that are almost in line with what they are linked to put in line: a slope of a few pt looks crooked."""

    def across(name: str) -> float:
        return boxes[name].y if sideways else boxes[name].x

    lines = {name: [name] for name in boxes}
    for link in diagram.links:
        joined = [*lines[link.tail], *lines[link.head]]
        places = [across(name) for name in joined]
        if lines[link.tail] is not lines[link.head] and max(places) - min(places) < sheet.gap.inside:
            lines.update(dict.fromkeys(joined, joined))
    found = dict(boxes)
    spine = set(diagram.spine)
    for name, box in boxes.items():
        leader = next((each for each in lines[name] if each in spine), lines[name][0])
        moved = replace(box, y=across(leader)) if sideways else replace(box, x=across(leader))
        if not any(_overlap(moved, other, sheet.gap.node / 2) for n, other in found.items() if n != name):
            found[name] = moved
    return found


def _notes(diagram: Diagram, boxes: Mapping[str, Box], routes: Sequence[Route], sheet: Sheet) -> list[Placed]:
    """The sizes of shapes: below, or above where an arrow is in the way, or else beside."""
    found = []
    size, gap = sheet.text.note_size, sheet.gap.label
    for shape in diagram.shapes:
        if not shape.note:
            continue
        box, text = boxes[shape.name], typeset(shape.note)
        width, height = text.width * size, text.height * size
        down, aside = (box.height + height) / 2 + gap, (box.width + width) / 2 + gap
        places = [
            (box.x, box.y + down),
            (box.x, box.y - down),
            (box.x + aside, box.y),
            (box.x - aside, box.y),
        ]
        near = [route for route in routes if shape.name in (route.link.tail, route.link.head)]
        x, y = next((p for p in places if _untouched(Box(*p, width, height, "box"), near)), places[0])
        found.append(Placed(shape.note, x, y, size, quiet=True))
    return found


def _untouched(label: Box, routes: Iterable[Route]) -> bool:
    return all(clear(a, b, [label], 1.0) for route in routes for a, b in _segments(route.points))


def _routes(
    diagram: Diagram,
    boxes: Mapping[str, Box],
    splines: Mapping[int, tuple[Point, ...]],
    sheet: Sheet,
    sideways: bool,
) -> list[Route]:
    pairs = Counter((link.tail, link.head) for link in diagram.links)
    drawn: Counter[tuple[str, str]] = Counter()
    routes = []
    every = list(boxes.items())
    gap = sheet.gap.label
    for number, link in enumerate(diagram.links):
        tail, head = boxes[link.tail], boxes[link.head]
        pair = (link.tail, link.head)
        drawn[pair] += 1
        line = straight(tail, head, sideways)
        others = [box for name, box in every if name not in pair]
        spline = splines.get(number, ())
        points: tuple[Point, ...]
        if pairs[pair] > 1:
            points = bowed(tail, head, (drawn[pair] - (pairs[pair] + 1) / 2) * min(tail.height, head.height) * 0.6)
        elif clear(*line, others, gap) or len(spline) < 4:
            points = line
        else:
            # A box may have moved since the engine drew the curve from centre to centre.
            points = clipped(((tail.x, tail.y), *spline[1:-1], (head.x, head.y)), tail, head)
        routes.append(Route(link, points))
    marks = _marks(routes, sheet, sideways)
    taken = [*(box for _, box in every), *(_extent(mark) for mark in marks.values())]
    return [_labelled(route, marks.get(number), routes, taken, sheet) for number, route in enumerate(routes)]


def _extent(placed: Placed) -> Box:
    text = typeset(placed.tex)
    return Box(placed.x, placed.y, text.width * placed.size, text.height * placed.size, "box")


def _marks(routes: Sequence[Route], sheet: Sheet, sideways: bool) -> dict[int, Placed]:
    """Numbers of operands, where the order in which their arrows arrive on the picture isn't theirs."""
    heads: dict[str, list[int]] = {}
    for number, route in enumerate(routes):
        if route.link.mark:
            heads.setdefault(route.link.head, []).append(number)

    def arrival(number: int) -> tuple[float, float]:
        x, y = (round(value, 1) for value in routes[number].points[-1])
        return (y, x) if sideways else (x, y)

    found = {}
    for numbers in heads.values():
        seen = [routes[number].link.mark for number in sorted(numbers, key=arrival)]
        if seen != sorted(seen):
            for n in numbers:
                other = next(routes[m].points[0] for m in numbers if m != n)
                found[n] = _mark(routes[n].points, routes[n].link.mark, other, sheet)
    return found


def _labelled(route: Route, mark: Placed | None, routes: Sequence[Route], boxes: Sequence[Box], sheet: Sheet) -> Route:
    """A route with its labels, name over note, where they touch nothing."""
    link = route.link
    found = [] if mark is None else [mark]
    lines = [other.points for other in routes]
    if link.label or link.note:
        width, height = _room(link, sheet)
        x, y = _free_place(route.points, width, height, boxes, lines, sheet)
        top = y - height / 2
        if link.label:
            name = typeset(link.label).height * sheet.text.link_size
            found.append(Placed(link.label, x, top + name / 2, sheet.text.link_size))
            top += name + 0.3 * sheet.text.note_size
        if link.note:
            note = typeset(link.note).height * sheet.text.note_size
            found.append(Placed(link.note, x, top + note / 2, sheet.text.note_size, quiet=True))
    return Route(link, route.points, tuple(found))


def _mark(points: Sequence[Point], mark: str, other: Point, sheet: Sheet) -> Placed:
    """An operand's number beside the arrowhead, on the side away from where the other operand comes from."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    back, aside = sheet.line.arrow_length + 2.0, 0.55 * sheet.text.note_size + sheet.gap.label / 2
    if (other[0] - x1) * dy - (other[1] - y1) * dx > 0:
        aside = -aside
    return Placed(
        mark,
        x1 - dx * back + dy * aside,
        y1 - dy * back - dx * aside,
        sheet.text.note_size * 0.85,
        quiet=True,
    )


def _at(points: Sequence[Point], share: float) -> tuple[Point, Point]:
    """A point of a way and the direction there."""
    if len(points) == 2:
        (x0, y0), (x1, y1) = points
        return (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share), (x1 - x0, y1 - y0)
    sampled = sample(points)
    index = min(int(share * (len(sampled) - 1)), len(sampled) - 2)
    (x0, y0), (x1, y1) = sampled[index], sampled[index + 1]
    return ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0, y1 - y0)


def sample(points: Sequence[Point]) -> list[Point]:
    """A way as a chain of short lines."""
    if len(points) == 2:
        return list(points)
    pieces = [points[i : i + 4] for i in range(0, len(points) - 3, 3)]
    return [points[0], *(bezier(piece, k / 12) for piece in pieces for k in range(1, 13))]


def _free_place(
    points: Sequence[Point],
    width: float,
    height: float,
    boxes: Sequence[Box],
    lines: Sequence[Sequence[Point]],
    sheet: Sheet,
) -> Point:
    """The middle of a label beside a line: the first place that touches nothing, else the first."""
    gap = sheet.gap.label
    # The arrowhead isn't line: what is left is centred on the rest.
    places = []
    for share in (0.46, 0.38, 0.54, 0.3, 0.62):
        (x, y), (dx, dy) = _at(points, share)
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        nx, ny = dy / length, -dx / length
        if ny > 0 or (abs(ny) < 1e-9 and nx < 0):
            nx, ny = -nx, -ny
        away = abs(nx) * width / 2 + abs(ny) * height / 2 + gap
        places += [(x + nx * away, y + ny * away), (x - nx * away, y - ny * away)]
    for x, y in places:
        label = Box(x, y, width, height, "box")
        if not any(_overlap(label, box, gap / 2) for box in boxes) and all(
            clear(a, b, [label], 1.0) for line in lines for a, b in _segments(line)
        ):
            return x, y
    return places[0]


def _segments(line: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    chain = sample(line)
    return pairwise(chain)


def _overlap(a: Box, b: Box, gap: float) -> bool:
    return (
        abs(a.x - b.x) < (a.width + b.width) / 2 + gap and abs(a.y - b.y) < (a.height + b.height) / 2 + b.reserve + gap
    )


def _fitted(boxes: Mapping[str, Box], routes: Sequence[Route], notes: Sequence[Placed], sheet: Sheet) -> Layout:
    """Everything moved so that the page ends a margin beyond the outermost ink."""
    xs: list[float] = []
    ys: list[float] = []
    for box in boxes.values():
        xs += [box.x - box.width / 2, box.x + box.width / 2]
        ys += [box.y - box.height / 2, box.y + box.height / 2]
    for route in routes:
        for x, y in sample(route.points):
            xs.append(x)
            ys.append(y)
    for placed in [*notes, *(label for route in routes for label in route.labels)]:
        ink = _extent(placed)
        xs += [ink.x - ink.width / 2, ink.x + ink.width / 2]
        ys += [ink.y - ink.height / 2, ink.y + ink.height / 2]
    margin = sheet.page.margin
    dx, dy = margin - min(xs, default=0.0), margin - min(ys, default=0.0)

    def moved(placed: Iterable[Placed]) -> tuple[Placed, ...]:
        return tuple(replace(each, x=each.x + dx, y=each.y + dy) for each in placed)

    return Layout(
        max(xs, default=0.0) + dx + margin,
        max(ys, default=0.0) + dy + margin,
        {name: replace(box, x=box.x + dx, y=box.y + dy) for name, box in boxes.items()},
        tuple(Route(r.link, tuple((x + dx, y + dy) for x, y in r.points), moved(r.labels)) for r in routes),
        moved(notes),
    )

"""From a diagram to a layout: measure, ask Graphviz, route, put labels where there is room."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2
from typing import Any, Literal, TypeAlias

import networkx as nx

from graphviz_nn.errors import LayoutError, UsageError, suggest
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.engine import run
from graphviz_nn.layout.measure import line, typeset
from graphviz_nn.layout.route import Box, Point, bezier, bowed, clear, clipped, straight
from graphviz_nn.style.sheet import Sheet

# The gap between two lines of a label, in font sizes.
LEADING = 0.35
BLOCKS = ("layer", "activation", "function")
Direction: TypeAlias = Literal["LR", "TB"]
DIRECTIONS = ("LR", "TB")


@dataclass(frozen=True)
class Placed:
    """A piece of TeX with the middle of its ink, its font size, and the kind of shape whose colour it has."""

    tex: str
    x: float
    y: float
    size: float
    quiet: bool = False
    kind: str = ""


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
    sideways: bool = True
    frames: tuple[tuple[Box, Placed], ...] = ()


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
    sideways = direction == "LR"
    sizes = {shape.name: _size(shape, sheet, sideways) for shape in diagram.shapes}
    names = {shape.name: f"n{number}" for number, shape in enumerate(diagram.shapes)}
    merges = _merges(diagram)
    for held in (False, True) if any(merges.values()) else (True,):
        # Equal branches lie evenly around the main line, unless it gets crooked by that.
        lines = [ends for ends, is_even in merges.items() if held or not is_even]
        answer = run(engine, _dot(diagram, sizes, names, sheet, direction, lines))
        boxes, splines = _read(answer, diagram, sizes, names)
        boxes = _levelled(diagram, _centred(diagram, boxes, sheet, sideways), sheet, sideways)
        across = [boxes[name].y if sideways else boxes[name].x for name in diagram.spine]
        if max(across, default=0.0) - min(across, default=0.0) < 0.01:
            break
    routes = _routes(diagram, boxes, splines, sheet, sideways)
    notes = _notes(diagram, boxes, routes, sheet, sideways)
    return _fitted(boxes, routes, notes, _frames(diagram, boxes, routes, notes, sheet), sheet, sideways)


FONTS = {
    "unit": "link_size",
    "operation": "glyph_size",
    "layer": "word_size",
    "activation": "word_size",
    "function": "word_size",
}


def font(shape: Shape, sheet: Sheet) -> float:
    """The font size of a shape's inside."""
    is_block = shape.kind == "loss" and not shape.description.startswith("output")
    size: float = getattr(sheet.text, "word_size" if is_block else FONTS.get(shape.kind, "name_size"))
    return size


def _size(shape: Shape, sheet: Sheet, sideways: bool) -> Box:
    """A shape's size, at the origin."""
    look = sheet.look(shape.kind)
    text = typeset(shape.label)
    size = font(shape, sheet)
    width, height = text.width * size, text.height * size
    least = getattr(sheet.size, shape.kind if shape.kind in ("operation", "constant") else "variable")
    reserve = sheet.gap.label + sheet.text.note_size if shape.note else 0.0
    if look.outline == "circle" and max(width, height) <= least * 1.15 - sheet.gap.inside:
        side = max(least, (width**2 + height**2) ** 0.5 + sheet.gap.inside)
        return Box(0, 0, side, side, "circle", reserve)
    outline = "pill" if look.outline == "circle" else look.outline
    width += (3 if outline == "pill" else 2) * sheet.gap.inside
    height = max(least, height + 2 * sheet.gap.inside)
    if shape.entries is None:
        return Box(0, 0, max(width, least * (1.2 if outline == "pill" else 1.1)), height, outline, reserve)
    base = sheet.size.layer if shape.kind in BLOCKS else least
    grown = [base + sheet.size.growth * log2(max(entries, 1)) for entries in shape.entries]
    if sideways:
        grown = [max(each, height) for each in grown]
        return Box(0, 0, max(width, least), max(grown), outline, reserve, (grown[0], grown[1]))
    grown = [each - base + max(width, base) for each in grown]
    return Box(0, 0, max(grown), height, outline, reserve, (grown[0], grown[1]))


def _lines(link: Link, sheet: Sheet) -> list[str]:
    """The label of a link, on one line or on several."""
    words = link.label.split("\n")
    whole = r"\ ".join(words)
    is_wide = typeset(whole).width * sheet.text.link_size > sheet.text.link_width
    return words if is_wide else [whole] if whole else []


def _room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The room that the labels of a link take."""
    words, note = _lines(link, sheet), typeset(link.note)
    lines = [line(each) for each in words]
    width = max([note.width * sheet.text.note_size, *(typeset(each).width * sheet.text.link_size for each in words)])
    height = sum(each.height * sheet.text.link_size for each in lines)
    height += max(len(lines) - 1, 0) * LEADING * sheet.text.link_size
    height += sheet.text.note_size if link.note else 0.0
    return width, height


def _merges(diagram: Diagram) -> dict[tuple[str, str], bool]:
    """Where the main line branches and joins again, and whether the branches there are equally long.

    Where all that is between hangs together the main line can't go on beside it: there it has no place.
    """
    linked = list({(link.tail, link.head): None for link in diagram.links})
    gaps = [pair for pair in pairwise(diagram.spine) if pair not in linked]
    found = {}
    if gaps:
        drawn: Any = nx.DiGraph(linked)
        for tail, head in gaps:
            between: Any = nx.descendants(drawn, tail) & nx.ancestors(drawn, head)
            part: Any = drawn.subgraph(between)
            branches: list[Any] = [part.subgraph(each) for each in nx.weakly_connected_components(part)]
            lengths = {nx.dag_longest_path_length(branch) for branch in branches}
            if len(branches) > 1:
                found[tail, head] = len(lengths) == 1
    return found


def _dot(
    diagram: Diagram,
    sizes: Mapping[str, Box],
    names: Mapping[str, str],
    sheet: Sheet,
    direction: str,
    merges: Iterable[tuple[str, str]],
) -> str:
    """The diagram as DOT without any text."""
    lines = [
        "digraph {",
        f"rankdir={direction}; newrank=true; outputorder=nodesfirst;",
        f"ranksep={_step(diagram, sheet, direction) / 72:.6f}; nodesep={sheet.gap.node / 72:.6f};",
        'node [shape=box, fixedsize=true, label="", margin=0];',
        "edge [arrowhead=none, tailclip=false, headclip=false];",
    ]
    spine, line = set(diagram.spine), set(pairwise(diagram.spine))
    for shape in diagram.shapes:
        box = sizes[shape.name]
        group = ", group=spine" if shape.name in spine else ""
        note = typeset(shape.note).width * sheet.text.note_size
        width, height = max(box.width, note) / 72, (box.height + 2 * box.reserve) / 72
        lines.append(f"{names[shape.name]} [width={width:.6f}, height={height:.6f}{group}];")
    for number, frame in enumerate(diagram.frames):
        members = " ".join(f"{names[member]};" for member in frame.members)
        lines.append(f"subgraph cluster_{number} {{margin={2 * sheet.gap.inside:.6f}; {members}}}")
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
    # The main line goes straight on where it branches and joins again.
    lines += [f"{names[tail]} -> {names[head]} [style=invis, weight=40];" for tail, head in merges]
    return "\n".join([*lines, "}"])


def _step(diagram: Diagram, sheet: Sheet, direction: str) -> float:
    """The distance of ranks: where arrows are layers, the widest label fits, so that all steps are equal."""
    rooms = [_room(link, sheet) for link in diagram.links if link.layer]
    along = max((width if direction == "LR" else height for width, height in rooms), default=0.0)
    return max(sheet.gap.rank, along + sheet.line.arrow_length + 2 * sheet.gap.label) if rooms else sheet.gap.rank


def _reserved(link: Link, sheet: Sheet, direction: str) -> str:
    """Room beside an edge for its labels: more rank distance, so that the edge itself stays straight."""
    if link.layer:
        return ""
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
            boxes[name] = replace(size, x=x, y=top - y)
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


def _notes(
    diagram: Diagram, boxes: Mapping[str, Box], routes: Sequence[Route], sheet: Sheet, sideways: bool
) -> list[Placed]:
    """The notes of shapes: below, or beside where the flow goes down, elsewhere where something is in the way."""
    found = []
    size, gap = sheet.text.note_size, sheet.gap.label
    for shape in diagram.shapes:
        if not shape.note:
            continue
        box, text = boxes[shape.name], typeset(shape.note)
        width, height = text.width * size, text.height * size
        down, aside = (box.height + height) / 2 + gap, (box.width + width) / 2 + gap
        places = [(box.x, box.y + down), (box.x, box.y - down), (box.x + aside, box.y), (box.x - aside, box.y)]
        places = places if sideways else [*places[2:], *places[:2]]
        others = [other for name, other in boxes.items() if name != shape.name]
        others += [_extent(label) for route in routes for label in route.labels]
        x, y = next((p for p in places if _untouched(Box(*p, width, height, "box"), others, routes)), places[0])
        found.append(Placed(shape.note, x, y, size, quiet=True, kind=shape.kind if shape.kind in BLOCKS else ""))
    return found


def _frames(
    diagram: Diagram, boxes: Mapping[str, Box], routes: Sequence[Route], notes: Sequence[Placed], sheet: Sheet
) -> list[tuple[Box, Placed]]:
    """Frames around their members and what is written between these, with the title inside at the top left."""
    found = []
    for frame in diagram.frames:
        members = set(frame.members)
        inner = [boxes[name] for name in frame.members]
        inner += [
            _extent(label)
            for route in routes
            if route.link.tail in members and route.link.head in members
            for label in route.labels
        ]
        title, size, pad = typeset(frame.title), sheet.text.note_size, sheet.gap.inside
        width, height = title.width * size, title.height * size
        left = min(box.x - box.width / 2 for box in inner) - pad
        right = max(max(box.x + box.width / 2 for box in inner) + pad, left + width + 2 * pad)
        top = min(box.y - box.height / 2 for box in inner) - 1.5 * pad - height
        bottom = max(box.y + box.height / 2 for box in inner) + pad
        box = Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, "rounded")
        places = [(x, top + 0.75 * pad + height / 2) for x in (left + pad + width / 2, right - pad - width / 2)]
        x, y = next((p for p in places if _untouched(Box(*p, width, height, "box"), (), routes)), places[0])
        found.append((box, Placed(frame.title, x, y, size, quiet=True)))
    return found


def _untouched(label: Box, boxes: Iterable[Box], routes: Iterable[Route]) -> bool:
    return not any(_overlap(label, box, 1.0) for box in boxes) and all(
        clear(a, b, [label], 1.0) for route in routes for a, b in _segments(route.points)
    )


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
    found = []
    for number, route in enumerate(routes):
        found.append(_labelled(route, marks.get(number), routes, taken, sheet))
        taken += map(_extent, found[-1].labels)
    return found


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
        size = sheet.text.link_size
        for words in _lines(link, sheet):
            room = line(words)
            found.append(Placed(words, x, top + (room.above - room.middle) * size, size))
            top += (room.height + LEADING) * size
        if link.label:
            top += 0.3 * sheet.text.note_size - LEADING * sheet.text.link_size
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
    for share in (0.46, 0.38, 0.54, 0.3, 0.62, 0.22, 0.7, 0.14, 0.78):
        (x, y), (dx, dy) = _at(points, share)
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        nx, ny = dy / length, -dx / length
        if ny > 0 or (abs(ny) < 1e-9 and nx < 0):
            nx, ny = -nx, -ny
        away = abs(nx) * width / 2 + abs(ny) * height / 2 + gap
        places += [(x + side * nx * away, y + side * ny * away) for side in (1, -1)]
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


def _fitted(
    boxes: Mapping[str, Box],
    routes: Sequence[Route],
    notes: Sequence[Placed],
    frames: Sequence[tuple[Box, Placed]],
    sheet: Sheet,
    sideways: bool,
) -> Layout:
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
    for box, _ in frames:
        xs += [box.x - box.width / 2, box.x + box.width / 2]
        ys += [box.y - box.height / 2, box.y + box.height / 2]
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
        sideways,
        tuple((replace(box, x=box.x + dx, y=box.y + dy), moved([title])[0]) for box, title in frames),
    )

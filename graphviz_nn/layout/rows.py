"""Break a long chain into rows, like text into lines; an arrow leads from the end of each row to the next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias

import networkx as nx

from graphviz_nn.forms.diagram import Diagram, Link, Part, Remark, Shape
from graphviz_nn.layout.fit import bounds, fitted, moved
from graphviz_nn.layout.geometry import Box, Point, clear, rounded, segments
from graphviz_nn.layout.labels import written
from graphviz_nn.layout.marks import marked
from graphviz_nn.layout.place import place
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.layout.size import TURN, gradient_room, room
from graphviz_nn.style.sheet import Sheet

Span: TypeAlias = tuple[float, float]

# Kinds of shapes that aren't steps.
LEAVES_AND_VALUES = ("data", "parameter", "target", "constant")
# A row of one shape is as bad as this many tears.
ALONE = 2
# Stubs at the ends of a row's part of the main line; they only reserve space.
ENTERS, LEAVES = "(enters)", "(leaves)"


def in_rows(
    diagram: Diagram, whole: Layout, limit: float, sheet: Sheet, *, direction: str = "LR", engine: str = "wasm"
) -> Iterator[Layout]:
    """Layouts of a diagram in more and more rows, each about `limit` long or less; none if it can't be broken.

    The chain breaks at single arrows of the main line that nothing bypasses, outside frames, and not between operations
    with parameters; if possible before a layer with parameters. From top to bottom, rows are columns.

    Parameters
    ----------
    whole : Layout
        The diagram's layout in one piece.
    limit : float
        The limit in pt.
    """
    breaks = _breaks(diagram)
    words = _words(diagram, breaks)
    spans = [_span([whole.boxes[name] for name in word], whole.sideways) for word in words]
    learned = _learned(diagram)
    tears = [0, *(not _is_apt(diagram.spine, head, learned) for _, head in breaks)]
    lone = [len(word) == 1 for word in words]
    for count in range(2, len(words) + 1):
        cuts = _cuts(spans, tears, lone, count, sheet.gap.rank, limit)
        if cuts:
            parts = [{name for word in words[start:end] for name in word} for start, end in pairwise(cuts)]
            drawn = [_part(diagram, part) for part in parts]
            rows = [place(each, sheet, direction=direction, engine=engine) for each in drawn]
            rows = [row for each, one in zip(rows, drawn, strict=True) for row in marked([each], [one], sheet)]
            layout = fitted(_joined(diagram, parts, rows, sheet), sheet)
            if _is_clear(layout):
                yield layout


def _breaks(diagram: Diagram) -> list[tuple[str, str]]:
    """The arrows of the main line where a row may end, in order."""
    kinds = {shape.name: shape.kind for shape in diagram.shapes}
    linked = Counter((link.tail, link.head) for link in diagram.links)
    bridges = {frozenset(ends) for ends in nx.bridges(nx.Graph([*linked]))}
    # Consecutive operations with parameters are one layer.
    layers = [name for name, is_learned in _learned(diagram).items() if is_learned and kinds[name] == "operation"]
    whole = [set(layers), *(set(frame.members) for frame in diagram.frames)]
    return [
        ends
        for ends in pairwise(diagram.spine)
        if linked[ends] == 1 and frozenset(ends) in bridges and not any(part.issuperset(ends) for part in whole)
    ]


def _words(diagram: Diagram, breaks: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The parts that can't be broken, in the order of the main line."""
    drawn: Any = nx.Graph((link.tail, link.head) for link in diagram.links)
    drawn.remove_edges_from(breaks)
    parts = [nx.node_connected_component(drawn, head) for _, head in breaks]
    home = {name: number for number, part in enumerate(parts, 1) for name in part}
    words: list[list[str]] = [[] for _ in range(len(breaks) + 1)]
    for shape in diagram.shapes:
        words[home.get(shape.name, 0)].append(shape.name)
    return words


def _learned(diagram: Diagram) -> dict[str, bool]:
    """Whether each step of the main line has parameters; other shapes are absent."""
    kinds = {shape.name: shape.kind for shape in diagram.shapes}
    fed = {link.head for link in diagram.links if kinds[link.tail] == "parameter"}
    steps = (name for name in diagram.spine if kinds[name] not in LEAVES_AND_VALUES)
    return {name: name in fed or kinds[name] == "layer" for name in steps}


def _is_apt(spine: Sequence[str], head: str, learned: Mapping[str, bool]) -> bool:
    """Whether a layer with parameters begins at a shape of the main line, or with the step after it."""
    place = spine.index(head)
    before = next((learned[name] for name in reversed(spine[:place]) if name in learned), True)
    after = next((learned[name] for name in spine[place:] if name in learned), False)
    return after and not before


def _span(boxes: Sequence[Box], along: bool) -> Span:
    """The extent of boxes from left to right, or from top to bottom if not `along`."""
    ends = [(box.x, box.width) if along else (box.y, box.height) for box in boxes]
    return min(middle - size / 2 for middle, size in ends), max(middle + size / 2 for middle, size in ends)


def _length(spans: Sequence[Span], start: int, end: int, turn: float) -> float:
    """The length of a row, with space for the arrows at its ends."""
    low, high = min(low for low, _ in spans[start:end]), max(high for _, high in spans[start:end])
    return high - low + turn * ((start > 0) + (end < len(spans)))


def _cuts(
    spans: Sequence[Span], tears: Sequence[int], lone: Sequence[bool], count: int, turn: float, limit: float
) -> list[int]:
    """The starts of this many rows, and the end, with no row longer than `limit`; or nothing.

    The best solution has the fewest tears and rows of a single shape, each of which counts as several tears; then the
    most even rows.
    """
    # For each number of words the best way to make rows of them: its faults, the longest row, the starts.
    best: dict[int, tuple[int, float, list[int]]] = {0: (0, 0.0, [0])}
    for _ in range(count):
        longer: dict[int, tuple[int, float, list[int]]] = {}
        for start, (faults, most, cuts) in best.items():
            for end in range(start + 1, len(spans) + 1):
                length = _length(spans, start, end, turn)
                if length > limit:
                    break
                alone = ALONE * (lone[start] and end == start + 1)
                way = (faults + tears[start] + alone, max(most, length), [*cuts, end])
                longer[end] = min(longer.get(end, way), way)
        best = longer
    return best[len(spans)][2] if len(spans) in best else []


def _part(diagram: Diagram, part: set[str]) -> Diagram:
    """A part of a diagram, with stubs at the ends of the main line."""
    numbers = [n for n, link in enumerate(diagram.links) if link.tail in part and link.head in part]
    links = [diagram.links[number] for number in numbers]

    def groups(hints: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        return tuple(group for group in hints if part.issuperset(group))

    def remarks(given: Iterable[Remark]) -> tuple[Remark, ...]:
        """Repeat a broken callout or brace in each row."""
        found = []
        for each in given:
            shapes = tuple(name for name in each.part.shapes if name in part)
            ways = tuple(numbers.index(number) for number in each.part.links if number in numbers)
            found += [replace(each, part=Part(shapes, ways))] if shapes or ways else []
        return tuple(found)

    stubs: list[str] = []
    for link in diagram.links:
        if (link.tail in part) != (link.head in part):
            tail, head = (ENTERS, link.head) if link.head in part else (link.tail, LEAVES)
            links.append(Link(tail, head, link.variable))
            stubs.append(ENTERS if link.head in part else LEAVES)
    spine = [name for name in diagram.spine if name in part]
    return Diagram(
        (*(Shape(name, TURN, "") for name in stubs), *(each for each in diagram.shapes if each.name in part)),
        tuple(links),
        (*(name for name in stubs if name == ENTERS), *spine, *(name for name in stubs if name == LEAVES)),
        tuple(each for each in diagram.hanging if each.leaf in part),
        tuple(frame for frame in diagram.frames if part.issuperset(frame.members)),
        order=groups(diagram.order),
        align=groups(diagram.align),
        rows=groups(diagram.rows),
        callouts=remarks(diagram.callouts),
        braces=remarks(diagram.braces),
    )


def _joined(diagram: Diagram, parts: Sequence[set[str]], rows: Sequence[Layout], sheet: Sheet) -> Layout:
    """Rows below each other, all beginning at one place, and the arrows between them."""
    sideways, margin, gap = rows[0].sideways, sheet.page.margin, sheet.gap
    home = {name: number for number, part in enumerate(parts) for name in part}
    leads = [
        _span([row.boxes[name] for name in part], sideways)[0] - margin for part, row in zip(parts, rows, strict=True)
    ]
    turning = {home[link.head]: link for link in diagram.links if home[link.tail] != home[link.head]}
    found: list[Layout] = []
    turns: list[Route] = []
    edge = 0.0
    for number, row in enumerate(rows):
        indent, run = max(leads) - leads[number] - margin, 0.0
        if number:
            above, below = (
                _across(size(turning[number], sheet), sideways, gap.label) for size in (room, gradient_room)
            )
            run, edge = edge + gap.node + above, edge + 2 * gap.node + above + below
        found.append(moved(row, *_point(indent, edge - margin, sideways)))
        if number:
            turns.append(_turn(turning[number], found[-2], found[-1], run, sheet))
        edge += (row.height if sideways else row.width) - 2 * margin
    # Within a row, everything is in the order of the diagram.
    routes, frames = [iter(row.routes) for row in found], [iter(row.frames) for row in found]
    return Layout(
        0.0,
        0.0,
        {shape.name: found[home[shape.name]].boxes[shape.name] for shape in diagram.shapes},
        tuple(
            next(routes[home[link.tail]]) if home[link.tail] == home[link.head] else turns[home[link.head] - 1]
            for link in diagram.links
        ),
        tuple(note for row in found for note in row.notes),
        sideways,
        tuple(next(frames[home[frame.members[0]]]) for frame in diagram.frames),
        sum(row.crowded for row in found),
        tuple(mark for row in found for mark in row.marks),
    )


def _point(along: float, across: float, sideways: bool) -> Point:
    return (along, across) if sideways else (across, along)


def _across(size: tuple[float, float], sideways: bool, gap: float) -> float:
    """The space that something takes across the flow, with its gaps; 0 for nothing."""
    width, height = size
    return (height if sideways else width) + 2 * gap if width else 0.0


def _turn(link: Link, before: Layout, after: Layout, run: float, sheet: Sheet) -> Route:
    """The arrow from the end of a row to the start of the next, with its label on the way back."""
    sideways, gap = before.sideways, sheet.gap
    tail, head = before.boxes[link.tail], after.boxes[link.head]
    leaves, enters = before.boxes[LEAVES], after.boxes[ENTERS]
    # Outside of everything in the rows.
    (left, top, *_), (*_, right, bottom) = bounds(after), bounds(before)
    start, end = (left, right) if sideways else (top, bottom)
    (_, u0), (u3, _) = _span([tail], sideways), _span([head], sideways)
    (v0, _), (v3, _) = _span([leaves], not sideways), _span([enters], not sideways)
    corners = [(u0, v0), (end, v0), (end, run), (start, run), (start, v3), (u3, v3)]
    points = rounded([_point(*corner, sideways) for corner in corners], 1.5 * gap.inside)
    (width, height), (wide, high) = room(link, sheet), gradient_room(link, sheet)
    middle = (start + end) / 2
    over = _point(middle, run - gap.label - (height if sideways else width) / 2, sideways)
    under = _point(middle, run + gap.label + (high if sideways else wide) / 2, sideways)
    labels = written(link, Box(*over, width, height, "box"), Box(*under, wide, high, "box"), sheet)
    return Route(link, points, tuple(labels))


def _is_clear(layout: Layout) -> bool:
    """Whether no arrow touches a foreign shape."""
    return all(
        clear(a, b, [box for name, box in layout.boxes.items() if name not in (route.link.tail, route.link.head)], 0.0)
        for route in layout.routes
        for a, b in segments(route.points)
    )

"""Curly braces along parts of a picture, beside everything else, in levels where they would overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graphviz_nn.forms.diagram import Diagram, Part, Remark
from graphviz_nn.layout.drawn import edges
from graphviz_nn.layout.geometry import Box, Point, along, sample
from graphviz_nn.layout.prose import broken, extent, placed
from graphviz_nn.layout.result import Layout, Mark, Placed
from graphviz_nn.style.sheet import Sheet

# The distance between the ends of two braces on one line, in pt.
APART = 4.0


@dataclass(frozen=True)
class _Span:
    """A brace along the flow: its ends, the lines of its label, and the label's extent along and across the flow."""

    remark: Remark
    start: float
    end: float
    lines: tuple[str, ...]
    along: float
    across: float
    level: int = 0

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    def meets(self, other: "_Span", gap: float) -> bool:
        """Whether two braces overlap by more than a gap, or their labels are closer than that."""
        labels = abs(self.middle - other.middle) < (self.along + other.along) / 2 + gap
        return labels or (self.start + gap < other.end and other.start + gap < self.end)

    @property
    def reach(self) -> tuple[float, float]:
        """The extent of brace and label."""
        return min(self.start, self.middle - self.along / 2), max(self.end, self.middle + self.along / 2)


def braced(layout: Layout, diagram: Diagram, sheet: Sheet) -> list[Mark]:
    """Place the braces of a diagram on the side that is nearer to their parts.

    If both sides are equal, braces are above a line from left to right, and right of one that runs down. A brace is on
    the other side than most if its parts are nearer to that by more than the distance of two nodes: those of two
    branches are on both sides.
    """
    if not diagram.braces:
        return []
    spans = [_span(each, layout, sheet) for each in diagram.braces]
    inked = list(_inked(layout))
    usual = -1 if layout.sideways else 1
    most = _side(spans, usual, sheet.gap.label, inked, layout, sheet)
    sides = [_side([span], most, sheet.gap.node, inked, layout, sheet) for span in spans]
    found: dict[int, Mark] = {}
    for side in dict.fromkeys(sides):
        numbers = [number for number, each in enumerate(sides) if each == side]
        those = _levels([spans[number] for number in numbers], sheet)
        bases = _bases(those, inked, side, sheet)
        marks = (_mark(span, bases[span.level], side, layout.sideways, sheet) for span in those)
        found.update(zip(numbers, marks, strict=True))
    return [found[number] for number in range(len(spans))]


def _side(
    spans: Sequence[_Span],
    usual: int,
    tolerance: float,
    inked: Sequence[tuple[float, float, float, float]],
    layout: Layout,
    sheet: Sheet,
) -> int:
    """The usual side for some braces, unless they are nearer to their parts on the other one."""
    levels = _levels(spans, sheet)
    here, there = (_far(layout, levels, _bases(levels, inked, side, sheet), side) for side in (usual, -usual))
    return usual if here <= there + tolerance else -usual


def _turned(box: tuple[float, float, float, float], sideways: bool) -> tuple[float, float, float, float]:
    """The ends of a box along and across the flow."""
    left, right, top, bottom = box
    return (left, right, top, bottom) if sideways else (top, bottom, left, right)


def _boxes(remark: Remark, layout: Layout) -> list[tuple[float, float, float, float]]:
    """The parts along a brace: shapes, and arrows with their labels."""
    found = [edges(layout.boxes[name]) for name in remark.part.shapes]
    for number in remark.part.links:
        route = layout.routes[number]
        labels = [label.extent for label in route.labels if not label.quiet]
        found += [edges(label) for label in labels] or [_around(route.points)]
    return [_turned(box, layout.sideways) for box in found]


def _around(points: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*sample(points), strict=True)
    return min(xs), max(xs), min(ys), max(ys)


def _inked(layout: Layout) -> Iterable[tuple[float, float, float, float]]:
    """The ends of all ink along and across the flow."""
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    boxes: list[Box] = [*layout.boxes.values(), *(box for box, _ in layout.frames), *(text.extent for text in texts)]
    found = [edges(box) for box in boxes]
    for route in layout.routes:
        chain = sample(route.points)
        found += [_around(pair) for pair in pairwise(chain)]
    return (_turned(each, layout.sideways) for each in found)


def _span(remark: Remark, layout: Layout, sheet: Sheet) -> _Span:
    boxes = _boxes(remark, layout)
    start, end = min(box[0] for box in boxes), max(box[1] for box in boxes)
    size = sheet.text.link_size
    room = max(end - start, sheet.callout.measure / 2) if layout.sideways else sheet.callout.measure
    lines = tuple(broken(remark.said, room, size))
    width, height = extent(lines, size)
    along, across = (width, height) if layout.sideways else (height, width)
    return _Span(remark, start, end, lines, along, across)


def _levels(spans: Sequence[_Span], sheet: Sheet) -> list[_Span]:
    """Put each brace beyond the shorter ones that it overlaps; shorten neighbours that only touch."""
    found: dict[int, _Span] = {}
    for number in sorted(range(len(spans)), key=lambda n: (spans[n].end - spans[n].start, spans[n].start)):
        below = [other.level for other in found.values() if spans[number].meets(other, sheet.gap.inside)]
        found[number] = replace(spans[number], level=max(below, default=-1) + 1)
    order = sorted(found, key=lambda number: found[number].start)
    for before, after in ((a, b) for a in order for b in order if found[a].start < found[b].start):
        one, other = found[before], found[after]
        if one.level == other.level and other.start - one.end < APART < one.end - one.start:
            middle = (one.end + other.start) / 2
            found[before] = replace(one, end=middle - APART / 2)
            found[after] = replace(other, start=middle + APART / 2)
    return [found[number] for number in range(len(spans))]


def _bases(
    spans: Sequence[_Span], inked: Sequence[tuple[float, float, float, float]], side: int, sheet: Sheet
) -> list[float]:
    """The positions of the braces' ends across the flow; braces of a level share a line."""
    found: list[float] = []
    gap = sheet.gap.inside
    for level in range(max(span.level for span in spans) + 1):
        those = [span for span in spans if span.level == level]
        passed = [
            side * box[2 + (side > 0)]
            for span in those
            for box in inked
            if box[0] - gap < span.reach[1] and span.reach[0] < box[1] + gap
        ]
        out = max(passed, default=0.0) + gap
        if found:
            below = max(span.across for span in spans if span.level == level - 1)
            out = max(out, side * found[-1] + sheet.brace.depth + sheet.gap.label + below + gap)
        found.append(side * out)
    return found


def _far(layout: Layout, spans: Iterable[_Span], bases: Sequence[float], side: int) -> float:
    """The distance of the braces from their parts."""
    return sum(
        side * bases[span.level] - max(side * box[2 + (side > 0)] for box in _boxes(span.remark, layout))
        for span in spans
    )


def beside(name: str, tex: str, ends: tuple[float, float], base: float, side: int, upright: bool, sheet: Sheet) -> Mark:
    """A brace of one line of text whose ends have this distance from the origin, upright or lying."""
    room = Placed(tex, 0.0, 0.0, sheet.text.link_size).extent
    along, across = (room.height, room.width) if upright else (room.width, room.height)
    span = _Span(Remark(name, Part(), ()), *ends, (tex,), along, across)
    return _mark(span, base, side, not upright, sheet)


def _mark(span: _Span, base: float, side: int, sideways: bool, sheet: Sheet) -> Mark:
    size, tip = sheet.text.link_size, base + side * sheet.brace.depth

    def point(along: float, across: float) -> Point:
        return (along, across) if sideways else (across, along)

    text = tip + side * sheet.gap.label
    if sideways:
        top = text if side > 0 else text - span.across
        texts = placed(span.lines, span.middle, top, size, kind="brace")
    else:
        texts = placed(span.lines, text, span.middle - span.along / 2, size, side=side, kind="brace")
    ways = curly(span.start, span.end, base, tip)
    return Mark(span.remark.name, "brace", tuple(point(*each) for each in ways), texts)


def curly(start: float, end: float, base: float, tip: float) -> tuple[Point, ...]:
    """A brace as six cubic pieces: a hook, an arm, up to the tip, and the same back.

    >>> curly(0.0, 100.0, 0.0, -10.0)[9]
    (50.0, -10.0)
    """
    middle, half = (start + end) / 2, (base + tip) / 2
    reach = min(abs(tip - base) * 0.9, (end - start) / 4)

    def side(outer: float, direction: float) -> tuple[Point, ...]:
        """From an end to the tip."""
        first, last = (outer + direction * reach, half), (middle - direction * reach, half)
        near, far = direction * reach * 0.05, direction * reach * 0.4
        hook = ((outer + near, base + (half - base) * 0.75), (outer + far, half))
        rise = ((middle - far, half), (middle - near, half + (tip - half) * 0.25))
        arm = along(first, last, 1 / 3), along(first, last, 2 / 3)
        return ((outer, base), *hook, first, *arm, last, *rise, (middle, tip))

    return (*side(start, 1.0), *side(end, -1.0)[-2::-1])

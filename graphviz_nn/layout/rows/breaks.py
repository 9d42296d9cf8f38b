"""Where a picture may be broken into rows, and which of these places are the best."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Box, Point, bezier, part, sample
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.style.sheet import Sheet

Span: TypeAlias = tuple[float, float]

# Kinds of shapes that aren't steps.
LEAVES_AND_VALUES = ("data", "parameter", "target", "constant")
# A break within a layer or a frame is as bad as so many tears; so is one that leaves a leaf without a user.
INSIDE, STRANDED = 3.0, 2.0
# The least room for a break, in pt.
LEAST = 3.0
# A line that leads so little across the flow is level, in pt.
LEVEL = 0.5


@dataclass(frozen=True)
class Break:
    """A place for a break, where no shape and no text is.

    Parameters
    ----------
    end, start : float
        Where the row before ends along the flow, and where the next one starts.
    lead : float
        How much longer lines have to be on both sides, as there is little room.
    over : tuple of int
        The routes that lead over it.
    faults : float
        How bad it is: one for each value over it but the first, one where no layer begins, and more within a layer.
    """

    end: float
    start: float
    lead: float
    over: tuple[int, ...]
    faults: float


class Strip:
    """A layout in one piece, along the flow and across it.

    Parameters
    ----------
    layout : Layout
        From left to right, or from top to bottom.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.sideways = layout.sideways
        self.chains = [[self.flow(point) for point in sample(route.points)] for route in layout.routes]

    def flow(self, point: Point) -> Point:
        """A point along the flow and across it; or back."""
        return point if self.sideways else (point[1], point[0])

    def span(self, box: Box) -> Span:
        """Where a box begins and ends along the flow."""
        place, size = (box.x, box.width) if self.sideways else (box.y, box.height)
        return place - size / 2, place + size / 2

    def place(self, thing: Box | Placed) -> float:
        """Where the middle of something is along the flow."""
        return thing.x if self.sideways else thing.y

    def row(self, thing: Box | Placed, breaks: Sequence[Break]) -> int:
        """The row of something between breaks."""
        return bisect_left(breaks, self.place(thing), key=lambda each: (each.end + each.start) / 2)

    def breaks(self, diagram: Diagram, sheet: Sheet) -> list[Break]:
        """All places for a break, in the order of the flow."""
        rooms = _free(self._solid())
        reach = [(min(u for u, _ in chain), max(u for u, _ in chain)) for chain in self.chains]
        over = _meeting(rooms, reach)
        rooms = self._unlettered(rooms, over)
        cost = _Cost(diagram, self.layout)
        found = []
        for room, numbers in zip(rooms, over, strict=True):
            if room[1] - room[0] >= LEAST:
                middle = (room[0] + room[1]) / 2
                there = [number for number in numbers if reach[number][0] < middle < reach[number][1]]
                if self._is_passed_once(there, middle):
                    lead = sheet.gap.rank / 2
                    end, start = self._ends(room, there, lead)
                    more = max(lead - (end - room[0]), 0.0)
                    found.append(Break(end, start, more, tuple(there), cost.of(there, middle, self)))
        return self._with_shapes(found)

    def _solid(self) -> list[Span]:
        """From where to where things are that no break may cut; a shape and what is written at it are one."""
        boxes = self.layout.boxes
        found = {name: self.span(box) for name, box in boxes.items()}
        others = [self.span(title.extent) for _, title in self.layout.frames]
        for note in self.layout.notes:
            low, high = self.span(note.extent)
            if note.owner in boxes:
                start, end = found[note.owner]
                found[note.owner] = min(start, low), max(end, high)
            else:
                others.append((low, high))
        return [*found.values(), *others]

    def _with_shapes(self, breaks: Sequence[Break]) -> list[Break]:
        """The breaks without those before which no shape is since the last one, or after which none is."""
        places = sorted(self.place(box) for box in self.layout.boxes.values())
        found, count = list[Break](), 0
        for each in breaks:
            before = bisect_left(places, (each.end + each.start) / 2)
            if count < before < len(places):
                found.append(each)
                count = before
        return found

    def _unlettered(self, rooms: Sequence[Span], over: Sequence[Sequence[int]]) -> list[Span]:
        """Rooms without those labels that can't move to the arrow's way back."""
        found = list(rooms)
        starts = [room[0] for room in rooms]
        leading = [set(numbers) for numbers in over]
        for number, route in enumerate(self.layout.routes):
            for label in route.labels:
                low, high = self.span(label.extent)
                for place in range(max(bisect_right(starts, low) - 1, 0), bisect_left(starts, high)):
                    if number not in leading[place] or is_mark(label, route):
                        found[place] = _without(found[place], low, high)
        return found

    def _is_passed_once(self, numbers: Sequence[int], place: float) -> bool:
        """Whether routes lead over a place once, from a shape on its one side to a shape on the other."""
        for number in numbers:
            link = self.layout.routes[number].link
            ends = [self.place(self.layout.boxes[name]) < place for name in (link.tail, link.head)]
            sides = [u < place for u, _ in self.chains[number]]
            turns = sum(before != after for before, after in pairwise(sides))
            if turns != 1 or ends[0] == ends[1]:
                return False
        return True

    def _ends(self, room: Span, numbers: Sequence[int], lead: float) -> Span:
        """Where rows end and start in a room: apart, if all that leads over it is level there."""
        low, high = room
        middle = (low + high) / 2
        for number in numbers:
            chain = self.chains[number]
            pieces = [(a, b) for a, b in pairwise(chain) if min(a[0], b[0]) < high and max(a[0], b[0]) > low]
            across = [v for piece in pieces for _, v in piece]
            if max(across) - min(across) > LEVEL:
                return middle, middle
        return (low + lead, high - lead) if low + lead < middle - LEVEL else (middle, middle)

    def cut(self, number: int, places: Sequence[Break]) -> list[tuple[Point, ...]]:
        """The pieces of a route between breaks that it leads over, along the flow and across it, as cubic pieces."""
        rest = tuple(self.flow(point) for point in self.layout.routes[number].points)
        if len(rest) == 2:
            (x, y), (u, v) = rest
            rest = (rest[0], (x + (u - x) / 3, y + (v - y) / 3), (u - (u - x) / 3, v - (v - y) / 3), rest[1])
        found = []
        forward = rest[0][0] < rest[-1][0]
        for each in places if forward else places[::-1]:
            before, rest = _split(rest, each.end if forward else each.start)
            found.append(before)
            if each.end != each.start:
                _, rest = _split(rest, each.start if forward else each.end)
        return [*found, rest]


def is_mark(label: Placed, route: Route) -> bool:
    """Whether a label says which operand an arrow is."""
    return bool(route.link.mark) and label.tex == route.link.mark


def _free(spans: Sequence[Span]) -> list[Span]:
    """The rooms between things along the flow, where nothing is."""
    found: list[Span] = []
    end = float("inf")
    for low, high in sorted(spans):
        if low > end:
            found.append((end, low))
        end = max(high, end) if end < float("inf") else high
    return found


def _meeting(rooms: Sequence[Span], reach: Sequence[Span]) -> list[list[int]]:
    """The routes that reach over each room."""
    found: list[list[int]] = [[] for _ in rooms]
    starts, ends = [low for low, _ in rooms], [high for _, high in rooms]
    for number, (low, high) in enumerate(reach):
        for place in range(bisect_left(starts, low - LEAST), bisect_right(ends, high + LEAST)):
            found[place].append(number)
    return found


def _without(room: Span, low: float, high: float) -> Span:
    """The larger part of a room that is left on one side of something."""
    if high <= room[0] or low >= room[1]:
        return room
    before, after = (room[0], max(low, room[0])), (min(high, room[1]), room[1])
    return max(before, after, key=lambda each: each[1] - each[0])


class _Cost:
    """How bad breaks are."""

    def __init__(self, diagram: Diagram, layout: Layout) -> None:
        self._layout = layout
        self._kinds = {shape.name: shape.kind for shape in diagram.shapes}
        learned = _learned(diagram, self._kinds)
        line = list(pairwise(diagram.spine))
        self._next = {ends: _is_apt(diagram.spine, place, learned) for place, ends in enumerate(line, 1)}
        layers = {name for name, is_learned in learned.items() if is_learned and self._kinds[name] == "operation"}
        self._layers = {ends for ends in line if layers.issuperset(ends)}
        steps = set(diagram.spine)
        leaves = (link.tail for link in diagram.links if self._kinds[link.tail] in LEAVES_AND_VALUES)
        self._uses = Counter(name for name in leaves if name not in steps)
        self._frames = [frame.members for frame in diagram.frames]

    def of(self, over: Sequence[int], place: float, strip: Strip) -> float:
        """The faults of a break, with the routes over it."""
        links = [self._layout.routes[number].link for number in over]
        ends = {(link.tail, link.head) for link in links}
        values = {(link.tail, link.variable) for link in links}
        torn = not any(self._next.get(each, False) for each in ends)
        inside = bool(ends & self._layers) or any(_is_between(members, place, strip) for members in self._frames)
        leading = Counter(link.tail for link in links)
        stranded = sum(self._uses[name] == count for name, count in leading.items() if name in self._uses)
        return max(len(values) - 1, 0) + torn + INSIDE * inside + STRANDED * stranded


def _is_between(members: Sequence[str], place: float, strip: Strip) -> bool:
    sides = {strip.place(strip.layout.boxes[name]) < place for name in members}
    return len(sides) == 2


def _learned(diagram: Diagram, kinds: Mapping[str, str]) -> dict[str, bool]:
    """Whether each step of the main line has parameters; other shapes are absent."""
    fed = {link.head for link in diagram.links if kinds[link.tail] == "parameter"}
    steps = (name for name in diagram.spine if kinds[name] not in LEAVES_AND_VALUES)
    return {name: name in fed or kinds[name] == "layer" for name in steps}


def _is_apt(spine: Sequence[str], place: int, learned: Mapping[str, bool]) -> bool:
    """Whether a layer with parameters begins at a place of the main line, or with the step after it."""
    before = next((learned[name] for name in reversed(spine[:place]) if name in learned), True)
    after = next((learned[name] for name in spine[place:] if name in learned), False)
    return after and not before


def _split(points: Sequence[Point], place: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The two parts of a path of cubic pieces before and after the place along the flow that it passes."""
    is_before = points[0][0] < place
    for at in range(0, len(points) - 3, 3):
        piece = points[at : at + 4]
        if (piece[-1][0] < place) != is_before or at + 4 >= len(points):
            break
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        u = bezier(piece, middle)[0]
        low, high = (middle, high) if (u < place) == is_before else (low, middle)
    first, second = part(piece, (low + high) / 2)
    return (*points[:at], *first), (*second, *points[at + 4 :])


def words(diagram: Diagram, strip: Strip, breaks: Sequence[Break]) -> list[int]:
    """How many shapes of the main line are between one break and the next."""
    places = [each.end for each in breaks]
    found = [0] * (len(breaks) + 1)
    for name in diagram.spine:
        found[bisect_left(places, strip.place(strip.layout.boxes[name]))] += 1
    return found

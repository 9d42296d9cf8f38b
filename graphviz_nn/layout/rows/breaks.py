"""Where a picture may be broken into rows, and which of these places are the best."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Box, Point, part, sample
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.layout.rows.faults import Faults
from graphviz_nn.style.sheet import Sheet

Span: TypeAlias = tuple[float, float]

# The least room for a break, in pt.
LEAST = 3.0
# So near to a shape no line leads past it to the end of a row, in pt.
NEAR = 6.0
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
        How bad it is, as `Faults` say.
    beyond : pair of float
        How much further than the end of the row before, and than the start of the next one, what goes with their steps
        is.
    depth : int
        How many values lead over it beside the first.
    """

    end: float
    start: float
    lead: float
    over: tuple[int, ...]
    faults: float
    beyond: Span = (0.0, 0.0)
    depth: int = 0

    @property
    def middle(self) -> float:
        """What is before it belongs to the row before."""
        return (self.end + self.start) / 2


class Strip:
    """A layout in one piece, along the flow and across it.

    Parameters
    ----------
    layout : Layout
        From left to right, or from top to bottom.
    steps : mapping of str to str
        The step that each shape goes with, as `steps` gives it.
    """

    def __init__(self, layout: Layout, steps: Mapping[str, str] | None = None) -> None:
        self.layout = layout
        self.sideways = layout.sideways
        self.steps = {name: name for name in layout.boxes} if steps is None else steps
        self.chains = [[self.flow(point) for point in sample(route.points)] for route in layout.routes]
        # Many ways to break it cut a route at the same place.
        self._cuts: dict[tuple[int, tuple[Span, ...]], list[tuple[Point, ...]]] = {}

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

    def home(self, name: str) -> float:
        """Where the step is that a shape goes with."""
        return self.place(self.layout.boxes[self.steps[name]])

    def row(self, thing: Box | Placed, breaks: Sequence[Break]) -> int:
        """The row of something between breaks; what is written at a shape is in the row of its step."""
        if isinstance(thing, Placed) and thing.owner in self.layout.boxes:
            return self._row(self.home(thing.owner), breaks)
        return self._row(self.place(thing), breaks)

    def rows(self, breaks: Sequence[Break]) -> dict[str, int]:
        """The row of each shape between breaks."""
        return {name: self._row(self.home(name), breaks) for name in self.layout.boxes}

    def _row(self, place: float, breaks: Sequence[Break]) -> int:
        return bisect_left(breaks, place, key=lambda each: each.middle)

    def least_height(self, breaks: Sequence[Break]) -> float:
        """How much rows take across the flow at least, each as much as its largest shape."""
        largest = dict[int, float]()
        for box in self.layout.boxes.values():
            row = self.row(box, breaks)
            largest[row] = max(largest.get(row, 0.0), box.height if self.sideways else box.width)
        return sum(largest.values())

    def breaks(self, diagram: Diagram, sheet: Sheet) -> list[Break]:
        """All places for a break, in the order of the flow."""
        spans = self._spans()
        rooms = [self._kept_off(room, spans) for room in _free(self._solid(spans))]
        reach = [(min(u for u, _ in chain), max(u for u, _ in chain)) for chain in self.chains]
        # An arrow within a step, or what goes with it, leads over no break.
        apart = [self.steps[route.link.tail] != self.steps[route.link.head] for route in self.layout.routes]
        over = [[number for number in there if apart[number]] for there in _meeting(rooms, reach)]
        rooms = self._unlettered(rooms, over, apart)
        carried = [name for name, step in self.steps.items() if step != name]
        along = [_around(spans[name], spans[self.steps[name]]) for name in carried]
        ends = [sorted(map(self.home, (route.link.tail, route.link.head))) for route in self.layout.routes]
        apart_at = _meeting(rooms, [(low, high) for low, high in ends])
        faults = Faults(diagram, self.layout)
        found = []
        for room, numbers, beside, between in zip(rooms, over, _meeting(rooms, along), apart_at, strict=True):
            if room[1] - room[0] >= LEAST:
                middle = (room[0] + room[1]) / 2
                there = [number for number in numbers if reach[number][0] < middle < reach[number][1]]
                parted = {number for number in between if ends[number][0] < middle < ends[number][1]}
                if parted == set(there) and self._is_passed_once(there, middle):
                    lead = sheet.gap.rank / 2
                    end, start = self._ends(room, there, lead)
                    more = max(lead - (end - room[0]), 0.0)
                    near = [carried[number] for number in beside]
                    if self._is_open(there, middle, (end, start), near):
                        is_before = {name: self.home(name) < middle for name in (*near, *faults.framed)}
                        further = (
                            max([0.0, *(spans[name][1] - end for name in near if is_before[name])]),
                            max([0.0, *(start - spans[name][0] for name in near if not is_before[name])]),
                        )
                        bad, depth = faults.of(there, is_before), faults.depth(there)
                        found.append(Break(end, start, more, tuple(there), bad, further, depth))
        return self._with_shapes(found)

    def _spans(self) -> dict[str, Span]:
        """From where to where each shape is, with what is written at it."""
        found = {name: self.span(box) for name, box in self.layout.boxes.items()}
        for note in self.layout.notes:
            if note.owner in found:
                found[note.owner] = _around(self.span(note.extent), found[note.owner])
        return found

    def _solid(self, spans: Mapping[str, Span]) -> list[Span]:
        """From where to where things are that no break may cut: steps, and what belongs to no shape."""
        found = [span for name, span in spans.items() if self.steps[name] == name]
        found += [self.span(title.extent) for _, title in self.layout.frames]
        found += [self.span(note.extent) for note in self.layout.notes if note.owner not in spans]
        return found

    def _kept_off(self, room: Span, spans: Mapping[str, Span]) -> Span:
        """What of a room is before the shapes that go with a step after it, and after the others, if that is enough."""
        low, high = room
        for name, step in self.steps.items():
            start, end = spans[name]
            if step != name and start < room[1] and end > room[0]:
                if spans[step][0] >= room[1]:
                    high = min(high, start)
                elif spans[step][1] <= room[0]:
                    low = max(low, end)
        return (low, high) if high - low >= LEAST else room

    def _with_shapes(self, breaks: Sequence[Break]) -> list[Break]:
        """The breaks without those before which no shape is since the last one, or after which none is."""
        places = sorted(map(self.home, self.layout.boxes))
        found, count = list[Break](), 0
        for each in breaks:
            before = bisect_left(places, each.middle)
            if count < before < len(places):
                found.append(each)
                count = before
        return found

    def _unlettered(self, rooms: Sequence[Span], over: Sequence[Sequence[int]], apart: Sequence[bool]) -> list[Span]:
        """Rooms without those labels that can't move to the arrow's way back, nor go with a step."""
        found = list(rooms)
        starts = [room[0] for room in rooms]
        leading = [set(numbers) for numbers in over]
        for number, route in enumerate(self.layout.routes):
            for label in route.labels if apart[number] else ():
                low, high = self.span(label.extent)
                for place in range(max(bisect_right(starts, low) - 1, 0), bisect_left(starts, high)):
                    if number not in leading[place] or is_mark(label, route):
                        found[place] = _without(found[place], low, high)
        return found

    def _is_passed_once(self, numbers: Sequence[int], place: float) -> bool:
        """Whether routes lead over a place once, from a shape before it to one after it or back."""
        for number in numbers:
            link = self.layout.routes[number].link
            ends = [self.home(name) < place for name in (link.tail, link.head)]
            sides = [u < place for u, _ in self.chains[number]]
            turns = sum(before != after for before, after in pairwise(sides))
            if turns != 1 or ends[0] == ends[1] or ends[0] != sides[0]:
                return False
        return True

    def _is_open(self, numbers: Sequence[int], place: float, ends: Span, near: Sequence[str]) -> bool:
        """Whether routes reach the ends of rows past the shapes there that go with a step."""
        across = [self.across(number, place) for number in numbers]
        for name in near:
            low, high = self.span(self.layout.boxes[name])
            is_in_the_way = high > ends[0] - NEAR if self.home(name) < place else low < ends[1] + NEAR
            box = self.layout.boxes[name]
            v, half = (box.y, box.height / 2) if self.sideways else (box.x, box.width / 2)
            if is_in_the_way and any(abs(each - v) < half + NEAR for each in across):
                return False
        return True

    def across(self, number: int, place: float) -> float:
        """Where a route is across the flow, at a place along it that it passes once."""
        for (u, v), (x, y) in pairwise(self.chains[number]):
            if min(u, x) <= place <= max(u, x):
                return v + (y - v) * (place - u) / (x - u) if x != u else v
        return self.chains[number][0][1]

    def aside(self, number: int) -> float:
        """How far across the flow a route leads from the middle of its tail."""
        _, middle = self.side(self.layout.routes[number].link.tail, 1.0)
        return max(abs(v - middle) for _, v in self.chains[number])

    def side(self, name: str, out: float) -> Point:
        """The middle of a shape's side at its end, or its start."""
        box = self.layout.boxes[name]
        low, high = self.span(box)
        return high if out > 0 else low, box.y if self.sideways else box.x

    def is_free(self, name: str, start: Point, place: float) -> bool:
        """Whether no other shape, and nothing written elsewhere, is in the way straight from a shape to a place."""
        (u, v), boxes = start, [box for other, box in self.layout.boxes.items() if other != name]
        boxes += [note.extent for note in self.layout.notes if note.owner != name]
        for route in self.layout.routes:
            if name not in (route.link.tail, route.link.head):
                boxes += [label.extent for label in route.labels]
        for box in boxes:
            low, high = self.span(box)
            across, half = (box.y, box.height / 2) if self.sideways else (box.x, box.width / 2)
            if high > min(u, place) and low < max(u, place) and abs(across - v) < half + NEAR:
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
        key = number, tuple((each.end, each.start) for each in places)
        if key not in self._cuts:
            self._cuts[key] = self._cut(number, places)
        return self._cuts[key]

    def _cut(self, number: int, places: Sequence[Break]) -> list[tuple[Point, ...]]:
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


def _around(span: Span, other: Span) -> Span:
    return min(span[0], other[0]), max(span[1], other[1])


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


def _split(points: Sequence[Point], place: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The two parts of a path of cubic pieces before and after the place along the flow that it passes."""
    is_before = points[0][0] < place
    for at in range(0, len(points) - 3, 3):
        piece = points[at : at + 4]
        if (piece[-1][0] < place) != is_before or at + 4 >= len(points):
            break
    low, high, ((x0, _), (x1, _), (x2, _), (x3, _)) = 0.0, 1.0, piece
    for _ in range(40):
        # As `bezier`, along the flow alone.
        t = (low + high) / 2
        s = 1 - t
        u = s * s * s * x0 + 3 * s * s * t * x1 + 3 * s * t * t * x2 + t * t * t * x3
        low, high = (t, high) if (u < place) == is_before else (low, t)
    first, second = part(piece, (low + high) / 2)
    return (*points[:at], *first), (*second, *points[at + 4 :])


def words(diagram: Diagram, strip: Strip, breaks: Sequence[Break]) -> list[int]:
    """How many shapes of the main line are between one break and the next."""
    places = [each.end for each in breaks]
    found = [0] * (len(breaks) + 1)
    for name in diagram.spine:
        found[bisect_left(places, strip.place(strip.layout.boxes[name]))] += 1
    return found

"""Arrows with right angles and round corners, where a straight one would be steep or in the way of something."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from graphviz_nn.layout import maze as mazes
from graphviz_nn.layout.geometry import Box, Point, clear, crosses
from graphviz_nn.layout.maze import Maze, unbent
from graphviz_nn.layout.near import Near, squares
from graphviz_nn.style.sheet import Sheet

# So near to a corner no arrow touches a shape, in pt, or of its side.
CORNER, SHARE = 6.0, 0.25
# Arrows that carry other values are at least so far from each other, in pt.
APART = 7.0
# So near to each other no arrow arrives where another leaves, as their heads would point at each other.
MEETING = 11.0
# How many places for an end, or further out for a rail, are tried on each side.
ENDS, LEVELS = 2, 16
# What is worse than a bend, and how much: to cross a line, to run along one, to be as long as a usual arrow; and a rail
# on the side where leaves hang; and to turn under the arrowhead.
CROSSING, ALONG, LENGTH, TURNED = 3.0, 12.0, 0.12, 2.0
# An operand that arrives on the side where others are read before it, or after it.
UNREAD = 0.8
# An end that isn't in the middle, each step; an end on the flank of a shape that isn't round; one where notes are.
ASIDE, FLANK, NOTED = 0.3, 0.8, 1.5
ROUND = ("circle", "pill")
# How far from shapes a way keeps, in gaps between these, if it can.
WIDE = 0.4
# Where between two shapes a way has its corners.
SHARES = (0.5, 0.3, 0.7, 0.2, 0.8)
# A way that costs more than this is searched for among all, in a draft one that costs more than that; so far around its
# ends, past so many shapes.
DEAR, DRAFT, WINDOW, MOST = 8.0, 30.0, 150.0, 150


@dataclass(frozen=True, eq=False)
class Line:
    """A piece of an arrow, along the flow and across it; `value` is what it carries, and from where."""

    start: Point
    end: Point
    value: tuple[str, str]
    head: str
    number: int


@dataclass(frozen=True)
class Drawn:
    """The corners of an arrow, what it carries, and how bad it is but for what it crosses."""

    corners: tuple[Point, ...]
    value: tuple[str, str]
    own: float


class Bends:
    """Finds ways that keep off all shapes, and off places kept free, and cross few of the lines that it was given
    before."""

    def __init__(
        self,
        boxes: Mapping[str, Box],
        sheet: Sheet,
        sideways: bool,
        kept_free: Sequence[Box] = (),
        after: Mapping[tuple[str, str], bool] | None = None,
        dear: float = DEAR,
    ) -> None:
        # No shape has such a name.
        whole = {**boxes, **{f"\0{number}": box for number, box in enumerate(kept_free)}}
        self.boxes = whole if sideways else {name: _turned(box) for name, box in whole.items()}
        self.sheet, self.sideways = sheet, sideways
        self._after, self._dear = after or {}, dear
        # An arrow turns no nearer to a shape, so that its head is straight.
        self.straight = sheet.line.arrow_length + CORNER
        self._near = Near(self.boxes)
        self._places = {name: place for place, name in enumerate(self.boxes)}
        self._top = min((box.y - box.height / 2 for box in self.boxes.values()), default=0.0)
        self._bottom = max((box.y + box.height / 2 for box in self.boxes.values()), default=0.0)
        self.drawn: dict[tuple[str, str], Drawn] = {}
        self._open: dict[tuple[str, str], list[tuple[float, list[Point]]]] = {}
        self._count, self._highest, self._lowest = 0, 0.0, 0.0
        self._squares: dict[tuple[int, int], list[Line]] = defaultdict(list)
        self._at: dict[str, list[Line]] = defaultdict(list)

    def draw(self, points: Sequence[Point], value: tuple[str, str], head: str) -> None:
        """Take a way, as short lines."""
        corners = [self.flow(point) for point in points]
        self.keep(Drawn(tuple(corners), value, self._own(corners)), head)

    def way(self, tail: str, head: str, value: tuple[str, str]) -> list[Point]:
        """Take the best way, of those that are usual if it is good, and return its corners; none where each touches a
        shape."""
        cost, corners = self._usual(tail, head, value, WIDE * self.sheet.gap.node, self._dear)
        found = self._drawn(cost, corners, value, head) if corners else self.best(tail, head, value)
        if found is None:
            return []
        self.keep(found, head)
        return [self.flow(point) for point in found.corners]

    def best(self, tail: str, head: str, value: tuple[str, str], most: float = float("inf")) -> Drawn | None:
        """The best of all ways, usual or not; none where each touches a shape, or costs more than `most`."""
        best = self._usual(tail, head, value, WIDE * self.sheet.gap.node, most)
        best = min(best, self._search(tail, head, value, self.sheet.gap.label, best[0]))
        return self._drawn(*best, value, head) if best[1] else None

    def _drawn(self, cost: float, corners: Sequence[Point], value: tuple[str, str], head: str) -> Drawn:
        return Drawn(tuple(corners), value, cost - self.crossed(corners, value, head))

    def flow(self, point: Point) -> Point:
        """A point along the flow and across it; or back."""
        return point if self.sideways else (point[1], point[0])

    def keep(self, drawn: Drawn, head: str) -> None:
        """Take a way, so that others keep off it."""
        self.drawn[drawn.value[0], head] = drawn
        for start, end in pairwise(drawn.corners):
            self._take(start, end, drawn.value, head)

    def take_out(self, tail: str, head: str) -> Drawn:
        """Forget a way."""
        drawn = self.drawn.pop((tail, head))
        here = [
            self._squares[each] for start, end in pairwise(drawn.corners) for each in squares(*_reach_of(start, end))
        ]
        for lines in (*here, self._at[tail], self._at[head]):
            lines[:] = [line for line in lines if (line.value[0], line.head) != (tail, head)]
        return drawn

    def _take(self, start: Point, end: Point, value: tuple[str, str], head: str) -> None:
        line = Line(start, end, value, head, self._count)
        self._count += 1
        self._highest, self._lowest = min(self._highest, start[1], end[1]), max(self._lowest, start[1], end[1])
        for square in squares(*_reach_of(start, end)):
            self._squares[square].append(line)
        for name in (line.value[0], line.head):
            self._at[name].append(line)

    def _own(self, corners: Sequence[Point]) -> float:
        """How bad a way is but for where its ends are and what it crosses."""
        length = sum(math.dist(a, b) for a, b in pairwise(corners))
        # A style may leave no gaps.
        return len(corners) - 2 + LENGTH * length / max(self.sheet.gap.rank, 1.0)

    def _usual(
        self, tail: str, head: str, value: tuple[str, str], gap: float, most: float = float("inf")
    ) -> tuple[float, list[Point]]:
        """The best of the usual ways that keep so far from all shapes, and what it costs, if less than `most`."""
        best: tuple[float, list[Point]] = most, []
        ends = tail, head
        tries = self._open.get(ends)
        if tries is None:
            tries = [(self._priced(corners, worse), corners) for worse, corners in self._tries(tail, head)]
        still, stopped = list[tuple[float, list[Point]]](), dict[tuple[Point, tuple[int, int]], float]()
        for cost, corners in tries:
            if cost < best[0]:
                if not self._is_open(corners, gap, ends, stopped):
                    continue
                crossed = cost + self.crossed(corners, value, head, best[0] - cost)
                if crossed < best[0]:
                    best = crossed, corners
            still.append((cost, corners))
        # What something is in the way of isn't tried again.
        self._open[ends] = still
        return best

    def _priced(self, corners: Sequence[Point], worse: float) -> float:
        """How bad a usual way is, so much worse than others with as many bends, but for what it crosses."""
        cost = self._own(corners) + worse
        return cost + TURNED if math.dist(*corners[-2:]) < self.straight - 0.01 else cost

    def _is_open(
        self,
        corners: Sequence[Point],
        gap: float,
        ends: tuple[str, str],
        stopped: dict[tuple[Point, tuple[int, int]], float],
    ) -> bool:
        """Whether a way keeps so far from all shapes, and doesn't run through those at its ends.

        How far from its ends something is in the way is kept in `stopped`: what leads further is in its way too.
        """
        pieces = list(pairwise(corners))
        first, last = pieces[0], pieces[-1][::-1]
        for start, end in (first, last):
            length = math.dist(start, end)
            side = start, (_sign(end[0] - start[0]), _sign(end[1] - start[1]))
            if length >= stopped.get(side, math.inf):
                return False
            if not self._near.is_free((start, end), gap, ends):
                stopped[side] = length
                return False
        if not all(self._near.is_free(piece, gap, ends) for piece in pieces[1:-1]):
            return False
        tail, head = ([self.boxes[name]] for name in ends)
        return all(clear(*piece, tail, 0.0) for piece in pieces[1:]) and all(
            clear(*piece, head, 0.0) for piece in pieces[:-1]
        )

    def _search(
        self, tail: str, head: str, value: tuple[str, str], gap: float, most: float
    ) -> tuple[float, list[Point]]:
        """The best of all ways, and what it costs, if that isn't more than `most`."""
        a, b = self.boxes[tail], self.boxes[head]
        unit = self.sheet.gap.rank
        low, high = min(a.x, b.x) - WINDOW, max(a.x, b.x) + WINDOW
        window = [(low, self._top), (high, self._bottom)]
        names = sorted(self._near.among(window, 0.0, (tail, head)), key=self._places.__getitem__)
        near = [box for box in map(self.boxes.__getitem__, names) if _is_between(low, high, box)]
        if len(near) > MOST:
            return float("inf"), []
        starts, ends = _stubs(a, 1.0, gap), _stubs(b, -1.0, self.straight)
        maze = Maze(near, gap + 1.0, [*starts, *ends], (low, high))
        for box, reach in ((a, gap), (b, self.straight)):
            # No way turns back between a shape and the place where its arrow may turn.
            near_by = reach - 0.1
            wide, high_up = box.width / 2 + near_by, _outline(box, box.x, 1) - box.y + near_by
            maze.block(box.x - wide, box.x + wide, box.y - high_up, box.y + high_up)
        scale = unit / LENGTH
        top, bottom = min(self._top, self._highest), max(self._bottom, self._lowest)
        here = {line.number: line for each in squares(low, high, top, bottom) for line in self._squares.get(each, ())}
        for _, line in sorted(here.items()):
            if line.value != value and min(line.start[0], line.end[0]) < high and max(line.start[0], line.end[0]) > low:
                maze.line(line.start, line.end, APART * 0.6, CROSSING * scale, ALONG * scale)
        _, found = maze.way(
            [(stub, way) for stub, (_, way) in starts.items()],
            [(stub, way) for stub, (_, way) in ends.items()],
            scale,
            most * scale,
        )
        if not found:
            return float("inf"), []
        first, last = (min(each, key=partial(math.dist, at)) for each, at in ((starts, found[0]), (ends, found[-1])))
        corners = unbent([starts[first][0], *found, ends[last][0]])
        if not all(clear(p, q, near, 0.0) for p, q in pairwise(corners)):
            return float("inf"), []
        return self._own(corners) + self.crossed(corners, value, head), corners

    def _tries(self, tail: str, head: str) -> Iterator[tuple[float, list[Point]]]:
        """The ways that are usual, and how much worse each is than others with as many bends."""
        a, b, after = self.boxes[tail], self.boxes[head], self._after.get((tail, head))
        leaves, enters = a.x + a.width / 2, b.x - b.width / 2
        side = 1.0 if b.y > a.y else -1.0
        # Straight on, if the one stands before a side of the other.
        if abs(a.y - b.y) > (a.height + b.height) / 2:
            for u in (b.x, (a.x + b.x) / 2, a.x):
                if all(abs(u - box.x) <= _reach(box.width, box.outline) for box in (a, b)):
                    yield ASIDE, [(u, _outline(a, u, side)), (u, _outline(b, u, -side))]
        if enters > leaves:
            for v in (b.y, (a.y + b.y) / 2, a.y):
                if all(abs(v - box.y) <= _reach(box.height, box.outline) for box in (a, b)):
                    yield ASIDE, [(_inset(a, v, 1.0), v), (_inset(b, v, -1.0), v)]
        if abs(a.y - b.y) >= 1.0:
            # From the side across the flow, and on to the head; along the flow, and in from the side across.
            for u, aside in _ends(a.x, a.width, a.outline):
                for v, off in _ends(b.y, b.height, b.outline) if u + CORNER < enters else ():
                    yield aside + off + _noted(a, side), [(u, _outline(a, u, side)), (u, v), (_inset(b, v, -1.0), v)]
            for u, aside in _ends(b.x, b.width, b.outline):
                for v, off in _ends(a.y, a.height, a.outline) if leaves + CORNER < u else ():
                    flank = _noted(b, -side) + (0.0 if b.outline in ROUND else FLANK) + _unread(after, -side)
                    yield aside + off + flank, [(_inset(a, v, 1.0), v), (u, v), (u, _outline(b, u, -side))]
            # With two corners between the two.
            room, unit = enters - leaves, min(enters - leaves, self.sheet.gap.rank)
            for share in SHARES if room > 3 * CORNER else ():
                for u in (leaves + unit * share, enters - unit * share):
                    for v, off in _ends(b.y, b.height, b.outline):
                        yield off, [(leaves, a.y), (u, a.y), (u, v), (_inset(b, v, -1.0), v)]
        # Outside of all that is between them.
        for out in (-1.0, 1.0) if b.x > a.x + 1.0 else ():
            noted = _noted(a, out) + _noted(b, out) + _unread(after, out)
            first = max(out * each.y + each.height / 2 for each in (a, b))
            for number in range(LEVELS):
                v = out * (first + max(self.straight, self.sheet.gap.node / 2) + number * self.sheet.gap.node / 2)
                for u, aside in _ends(a.x, a.width, a.outline):
                    for w, off in _ends(b.x, b.width, b.outline):
                        if u + 2 * CORNER < w:
                            yield (
                                aside + off + noted,
                                [(u, _outline(a, u, out)), (u, v), (w, v), (w, _outline(b, w, out))],
                            )

    def crossed(self, corners: Sequence[Point], value: tuple[str, str], head: str, most: float = float("inf")) -> float:
        """What crossing lines costs, running along them, and arriving where others do; no further than `most`."""
        cost, apart = 0.0, 0.6 * APART
        for start, end in pairwise(corners):
            left, right, top, bottom = _reach_of(start, end)
            thin = Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, "box")
            for line in self._near_by(start, end, apart):
                if line.value == value:
                    # Lines that carry the same value run together, and part.
                    cost += CROSSING * crosses(start, end, line.start, line.end)
                elif not clear(line.start, line.end, (thin,), apart):
                    cost += ALONG if _is_along(line, start, end) else CROSSING
                if cost >= most:
                    return cost
        near = dict.fromkeys((*self._at.get(head, ()), *self._at.get(value[0], ())))
        for line in (each for each in near if each.value != value):
            arrives = line.head == head and math.dist(line.end, corners[-1]) < APART * 0.8
            leaves = line.value[0] == value[0] and math.dist(line.start, corners[0]) < APART * 0.8
            # Nor does an arrow arrive where another leaves.
            meets = line.value[0] == head and math.dist(line.start, corners[-1]) < MEETING
            meets |= line.head == value[0] and math.dist(line.end, corners[0]) < MEETING
            cost += ALONG * (arrives + leaves + meets)
        return cost

    def across(self, tail: str, head: str) -> list[tuple[str, str]]:
        """The ends of the arrows that an arrow crosses."""
        found = dict[tuple[str, str], None]()
        for start, end in pairwise(self.drawn[tail, head].corners):
            for line in self._near_by(start, end, 0.0):
                if crosses(start, end, line.start, line.end):
                    found[line.value[0], line.head] = None
        return list(found)

    def _near_by(self, start: Point, end: Point, gap: float) -> Iterable[Line]:
        """The lines that may be so near to a piece of a way."""
        left, right, top, bottom = _reach_of(start, end)
        here = squares(left - gap, right + gap, top - gap, bottom + gap)
        return dict.fromkeys(line for square in here for line in self._squares.get(square, ()))


def _sign(number: float) -> int:
    return (number > 0.0) - (number < 0.0)


def _reach_of(start: Point, end: Point) -> tuple[float, float, float, float]:
    """The left, right, top and bottom of a line."""
    (x0, y0), (x1, y1) = start, end
    return min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)


def _is_between(low: float, high: float, box: Box) -> bool:
    return box.x - box.width / 2 < high and box.x + box.width / 2 > low


def _is_along(line: Line, start: Point, end: Point) -> bool:
    """Whether a line has the direction of a piece that is level or upright."""
    dx, dy = abs(line.start[0] - line.end[0]), abs(line.start[1] - line.end[1])
    return dy < 0.3 * dx if abs(start[1] - end[1]) < 0.01 else dx < 0.3 * dy


def _noted(box: Box, side: float) -> float:
    """How much worse an end is on a side of a shape where its notes are."""
    _, above, _, below = box.reserve
    return NOTED if (above if side < 0 else below) else 0.0


def _unread(after: bool | None, side: float) -> float:
    """How much worse an end is on a side where an operand isn't read in order."""
    return UNREAD if after is not None and after != (side > 0) else 0.0


def _turned(box: Box) -> Box:
    """A box of a picture from top to bottom, with its flow from left to right."""
    left, above, right, below = box.reserve
    return Box(box.y, box.x, box.height, box.width, box.outline, (above, left, below, right), box.ends)


def _stubs(box: Box, side: float, reach: float) -> dict[Point, tuple[Point, int]]:
    """Points so far from a shape; where an arrow that passes there touches it, and its direction."""
    found = {(box.x + side * (box.width / 2 + reach), box.y): ((box.x + side * box.width / 2, box.y), mazes.ALONG)}
    for out in (-1, 1):
        for u, _ in _ends(box.x, box.width, box.outline):
            v = _outline(box, u, out)
            found[u, v + out * reach] = (u, v), mazes.ACROSS
    return found


def _ends(middle: float, side: float, outline: str) -> Iterator[tuple[float, float]]:
    """Places on a side of a shape where an arrow may touch it, and how much worse than in the middle each is."""
    yield middle, 0.0
    limit = _reach(side, outline)
    for number in range(1, ENDS + 1):
        # The side of a small circle is a little shorter.
        away = min(number * APART, limit)
        for shift in (-away, away) if away > (number - 0.2) * APART else ():
            yield middle + shift, number * ASIDE


def _reach(side: float, outline: str) -> float:
    """How far from the middle of a side an arrow may touch it."""
    return side / 4 if outline == "circle" else side / 2 - corner(side)


def _outline(box: Box, along: float, side: float) -> float:
    """Where an upright line meets the outline of a shape."""
    half = box.height / 2
    if box.outline in ROUND:
        half = _bulge(box.width, box.height, along - box.x)
    elif box.is_slanted:
        half = box.reach(along)
    return box.y + side * half


def _inset(box: Box, across: float, side: float) -> float:
    """Where a level line meets the outline of a shape."""
    is_round = box.outline in ROUND
    return box.x + side * (_bulge(box.height, box.width, across - box.y) if is_round else box.width / 2)


def _bulge(length: float, width: float, place: float) -> float:
    """How far a circle or pill reaches to one side, at a place along it from its middle."""
    radius = min(length, width) / 2
    beyond = max(abs(place) - (length / 2 - radius), 0.0)
    return width / 2 - radius + math.sqrt(max(radius**2 - beyond**2, 0.0))


def corner(side: float) -> float:
    """How far from a corner arrows stay, on a side so long."""
    return min(CORNER, SHARE * side)

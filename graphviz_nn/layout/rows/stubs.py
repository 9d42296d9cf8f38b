"""Where arrows over breaks leave a row, and come into the next one."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.rows.breaks import LEVEL, Break, Strip, is_mark
from graphviz_nn.layout.rows.overs import Over, Value, texts
from graphviz_nn.style.sheet import Sheet

# The distance of lines and of tags across the flow, in pt; how far along it they get it.
LINE, AROUND, JOG = 3.5, 2.0, 14.0


class Ends:
    """The arrows that leave a row at its end and come into it there, or at its start.

    Parameters
    ----------
    overs : mapping of int to Over
        All that lead over breaks.
    """

    def __init__(
        self,
        over: Mapping[int, Over],
        row: int,
        strip: Strip,
        breaks: Sequence[Break],
        sheet: Sheet,
        *,
        is_start: bool,
    ) -> None:
        self.row, self.strip, self.breaks, self.sheet = row, strip, breaks, sheet
        self._out = -1.0 if is_start else 1.0
        at = row - is_start
        self._lead = breaks[at].lead if 0 <= at < len(breaks) else 0.0
        self._ways: dict[int, tuple[Point, ...]] = {}
        here = [each for each in over.values() if row == (max if is_start else min)(each.tail, each.head)]
        left = set[Value]()
        self.overs: list[Over] = []
        for each in here:
            # A value that is named, or that leaves the row already, needs no other end.
            is_known = each.is_named or each.value in left
            if each.label and each.tail == row and is_known and not self._has_texts(each):
                continue
            if each.tail == row and each.label:
                left.add(each.value)
            self.overs.append(each)
        self._straight = self._level(breaks[at].start if is_start else breaks[at].end) if self.overs else {}
        self.overs.sort(key=self._across)
        led = (each for each in self.overs if not each.label)
        # Those beside each other that carry the same value are led back as one line.
        self.led = [list(same) for _, same in groupby(led, key=lambda over: over.value)]
        self._slots = self._parted()
        self.tags: dict[str, Box] = {}
        self.names: dict[int, str] = {}
        for each in self.overs:
            self._ways[each.route] = self._continued(each)

    def _has_texts(self, over: Over) -> bool:
        return bool(self._own_labels(over)) or (over.is_lettered and over.texts_in == self.row)

    @property
    def reach(self) -> float:
        """How far along the flow they are at the end, or back at the start."""
        ends = [self._out * self.strip.flow(point)[0] for way in self._ways.values() for point in way]
        ends += [max(self._out * end for end in self.strip.span(tag)) for tag in self.tags.values()]
        return self._out * max(ends, default=-math.inf)

    def way(self, over: Over) -> tuple[Point, ...]:
        """The piece of an arrow in this row."""
        return self._ways[over.route]

    def labels(self, over: Over) -> tuple[Placed, ...]:
        """The texts of an arrow in this row."""
        if over.label and over.is_lettered and over.texts_in == self.row:
            link, middle = (
                self.strip.layout.routes[over.lettered].link,
                self._far(over) + self._out * self._text(over) / 2,
            )
            moved = texts(self.strip, link, over.rooms, (middle, self._slots[over.route]), self.sheet)
            return (*self._own_labels(over), *moved)
        return tuple(self._own_labels(over))

    def _own_labels(self, over: Over) -> list[Placed]:
        route = self.strip.layout.routes[over.route]
        found = []
        for label in route.labels:
            is_here = self.strip.row(label, self.breaks) == self.row
            # What a tag says isn't said beside it; its size is.
            is_said = bool(over.label) and label.tex == over.label
            if is_here and (is_mark(label, route) or not (over.is_lettered or is_said)):
                found.append(label)
        return found

    def _text(self, over: Over) -> float:
        """How long the texts on both sides of the end of an arrow before its tag are."""
        if not over.label or over.texts_in != self.row or not over.is_lettered:
            return 0.0
        return max(size[not self.strip.sideways] for size in over.rooms) + 2 * self.sheet.gap.label

    def _piece(self, over: Over) -> tuple[Point, ...]:
        """The piece of the route in this row, as it was."""
        at = self.row if self._out > 0 else self.row - 1
        if over.tail == self.row:
            if over.value in self._straight:
                return self._straight[over.value]
            link, piece = (
                self.strip.layout.routes[over.leaving].link,
                self.strip.cut(over.leaving, self.breaks[at : at + 1])[0],
            )
            return self._levelled(piece[::-1], link.tail, over.leaving)[::-1]
        low, high = sorted((over.tail, over.head))
        piece = self.strip.cut(over.route, self.breaks[low:high])[-1]
        return self._levelled(piece, self.strip.layout.routes[over.route].link.head, over.route)

    def _levelled(self, piece: tuple[Point, ...], name: str, number: int) -> tuple[Point, ...]:
        """The piece from the end of the row to a shape as one level line, if that is free and meets its side there.

        One that something is written at stays where that is.
        """
        if any(self.strip.row(label, self.breaks) == self.row for label in self.strip.layout.routes[number].labels):
            return piece
        (u, _), end = piece[0], piece[-1]
        side = self.strip.side(name, self._out)
        is_there = abs(end[0] - side[0]) < LEVEL
        if is_there and abs(piece[0][1] - end[1]) > LEVEL and self.strip.is_free(name, end, u):
            return _line((u, end[1]), end)
        return piece

    def _level(self, at: float) -> dict[Value, tuple[Point, ...]]:
        """Straight lines to a place for values that leave the row with several arrows, none of them level."""
        found: dict[Value, tuple[Point, ...]] = {}
        arrows = Counter(over.value for over in self.overs if over.tail == self.row)
        for value in (value for value, many in arrows.items() if many > 1):
            leaving = next(over.leaving for over in self.overs if over.value == value and over.tail == self.row)
            start = self.strip.side(value[0], self._out)
            if self.strip.aside(leaving) > LEVEL and self.strip.is_free(value[0], start, at):
                found[value] = _line(start, (at, start[1]))
        return found

    def _end(self, over: Over) -> Point:
        """Where it leaves the row, or comes into it."""
        piece = self._piece(over)
        return piece[-1] if over.tail == self.row else piece[0]

    def _across(self, over: Over) -> tuple[float, Value, int]:
        return self._end(over)[1], over.value, over.route

    def _size(self, over: Over) -> tuple[float, float]:
        """The width and height of a tag."""
        text, size, pad = typeset(over.label), self.sheet.text.link_size, self.sheet.gap.inside
        height = max(text.height * size, 0.8 * size) + pad
        return max(text.width * size + pad, height), height

    def _half(self, over: Over) -> float:
        """How far it reaches across the flow, with its distance."""
        if not over.label:
            return LINE
        width, height = self._size(over)
        beside = (
            max(size[self.strip.sideways] for size in over.rooms) + self.sheet.gap.label if self._text(over) else 0.0
        )
        return max((height if self.strip.sideways else width) / 2 + AROUND, beside)

    def _parted(self) -> dict[int, float]:
        """Where each arrow is across the flow at the end of the row; those of one value at one place stay together."""
        slots: list[list[Over]] = []
        for over in self.overs:
            last = slots[-1][0] if slots else None
            same = last and last.value == over.value and bool(last.label) == bool(over.label)
            if last and same and abs(self._across(last)[0] - self._across(over)[0]) < LINE:
                slots[-1].append(over)
            else:
                slots.append([over])
        places = apart([self._across(slot[0])[0] for slot in slots], [self._half(slot[0]) for slot in slots])
        return {over.route: place for slot, place in zip(slots, places, strict=True) for over in slot}

    def _continued(self, over: Over) -> tuple[Point, ...]:
        """The piece of an arrow with what is added at the end of the row."""
        piece, (u, v) = self._piece(over), self._end(over)
        place, far = self._slots[over.route], self._far(over)
        added: list[Point] = [(u, v)]
        if far != u:
            added += [((u + far) / 2, v), ((u + far) / 2, place), (far, place)]
        if self._text(over):
            start, far = far, far + self._out * self._text(over)
            added += [(start + (far - start) * share, place) for share in (1 / 3, 2 / 3, 1.0)]
        if over.label:
            self._tag(over, far, place)
        flow = [self.strip.flow(point) for point in piece]
        more = [self.strip.flow(point) for point in added]
        return (*flow, *more[1:]) if over.tail == self.row else (*more[:0:-1], *flow)

    def _far(self, over: Over) -> float:
        """How far along the flow it has its place across it."""
        is_moved = any(abs(self._across(each)[0] - self._slots[each.route]) > LINE / 7 for each in self.overs)
        return self._end(over)[0] + self._out * (self._lead + JOG * is_moved)

    def _tag(self, over: Over, u: float, v: float) -> None:
        width, height = self._size(over)
        long = width if self.strip.sideways else height
        x, y = self.strip.flow((u + self._out * long / 2, v))
        outline = "circle" if width - height < 0.5 else "pill"
        leaves = over.tail == self.row
        word = "leaves" if leaves else "arrives in"
        name = f"{over.value[0]}, {over.value[1]} {word} row {self.row + 1} at {v:.1f}"
        self.names[over.route] = name
        self.tags[name] = Box(x, y, width, height, outline)


def _line(start: Point, end: Point) -> tuple[Point, ...]:
    """A straight line as a cubic piece."""
    (x, y), (u, v) = start, end
    return tuple((x + (u - x) * share, y + (v - y) * share) for share in (0.0, 1 / 3, 2 / 3, 1.0))


def apart(places: Sequence[float], halves: Sequence[float]) -> list[float]:
    """Places in the same order, moved as little as possible, so that things of some half sizes don't overlap.

    >>> apart([0.0, 1.0, 30.0], [5.0, 5.0, 5.0])
    [-4.5, 5.5, 30.0]
    """
    # Groups of neighbours that touch: the sum of where each would like the first to be, and how far each is from that.
    groups: list[tuple[float, list[float], float]] = []
    for place, half in zip(places, halves, strict=True):
        total, offsets, length = place - half, [half], 2 * half
        while groups and groups[-1][0] / len(groups[-1][1]) + groups[-1][2] > total / len(offsets):
            before, others, size = groups.pop()
            total = before + total - size * len(offsets)
            offsets = [*others, *(size + each for each in offsets)]
            length += size
        groups.append((total, offsets, length))
    return [total / len(offsets) + each for total, offsets, _ in groups for each in offsets]


def reversed_way(route: Route) -> Route:
    """The same way from its end to its start."""
    return replace(route, points=route.points[::-1])

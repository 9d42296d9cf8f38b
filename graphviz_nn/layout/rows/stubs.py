"""Arrows over breaks between rows: how each goes on, and where it leaves a row or comes into one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from string import ascii_lowercase
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import written
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.rows.breaks import Break, Strip, is_mark
from graphviz_nn.layout.size import gradient_room, room
from graphviz_nn.style.sheet import Sheet

# The most arrows over a break that are led back to the next row; the others end in tags.
RAILS = 3
# What stands for itself wherever it is: where an arrow from it is interrupted, nothing marks its end.
NAMED = ("parameter", "constant", "data", "target")
# The greatest width of a tag with a symbol, in font sizes; other values have a letter.
SHORT = 2.5
# The distance of lines and of tags across the flow, in pt; how far along it they get it.
LINE, AROUND, JOG = 3.5, 2.0, 14.0


Rooms: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""The sizes of the texts on both sides of an arrow."""


@dataclass(frozen=True)
class Over:
    """An arrow over one break or more.

    Parameters
    ----------
    route : int
        Its number.
    tail, head : int
        The rows of its ends.
    value : tuple of str
        What it carries, and from where.
    label, kind : str
        Of the tags that interrupt it; "" if it is led back to the next row.
    is_named : bool
        Whether the tags have the symbol of a shape that is seen to be meant.
    rooms : pair of sizes
        The room of its texts on both sides of the way back, as they have none elsewhere.
    """

    route: int
    tail: int
    head: int
    value: tuple[str, str]
    label: str
    kind: str
    is_named: bool
    rooms: Rooms

    @property
    def is_lettered(self) -> bool:
        """Whether its texts are to be put on both sides of what is added to it."""
        return any(width for width, _ in self.rooms)


def overs(
    diagram: Diagram, strip: Strip, breaks: Sequence[Break], home: Mapping[str, int], sheet: Sheet
) -> dict[int, Over]:
    """The arrows over breaks, by number."""
    shapes = {shape.name: shape for shape in diagram.shapes}
    line = set(pairwise(diagram.spine))
    routes = strip.layout.routes
    led = set[int]()
    for each in breaks:
        able = []
        for number in each.over:
            link = routes[number].link
            is_main = (link.tail, link.head) in line
            if abs(home[link.tail] - home[link.head]) == 1 and (is_main or shapes[link.tail].kind not in NAMED):
                able.append((not is_main, number))
        led |= {number for _, number in sorted(able)[:RAILS]}
    letters: dict[tuple[str, str], str] = {}
    # A leaf without a user in its row would stand alone.
    used = {link.tail for link in diagram.links if home[link.tail] == home[link.head]}
    used |= {link.head for link in diagram.links}
    found: dict[int, Over] = {}
    for number in sorted({number for each in breaks for number in each.over}):
        link = routes[number].link
        label = kind = ""
        if number not in led:
            label, kind = shapes[link.tail].label, shapes[link.tail].kind
            if kind not in NAMED or typeset(label).width > SHORT:
                letter = letters.setdefault((link.tail, link.variable), _letters(len(letters)))
                label, kind = rf"\mathrm{{{letter}}}", "constant"
        rooms = room(link, sheet), gradient_room(link, sheet)
        is_named = bool(label) and kind == shapes[link.tail].kind and label == shapes[link.tail].label
        found[number] = Over(
            number,
            home[link.tail],
            home[link.head],
            (link.tail, link.variable),
            label,
            kind,
            is_named and link.tail in used,
            rooms if _is_lost(number, strip, breaks, home) else ((0.0, 0.0), (0.0, 0.0)),
        )
    return found


def _letters(number: int) -> str:
    """Letters for numbers: a to z, then aa, ab and so on.

    >>> _letters(0), _letters(25), _letters(26)
    ('a', 'z', 'aa')
    """
    first, last = divmod(number, len(ascii_lowercase))
    return (_letters(first - 1) if first else "") + ascii_lowercase[last]


def _is_lost(number: int, strip: Strip, breaks: Sequence[Break], home: Mapping[str, int]) -> bool:
    """Whether a text of an arrow is where a break is, or in a row that the arrow doesn't appear in."""
    route = strip.layout.routes[number]
    labels = [label for label in route.labels if not is_mark(label, route)]
    rows = {home[route.link.tail], home[route.link.head]}
    cut = any(_is_at(label, each, strip) for each in breaks for label in labels)
    return cut or any(strip.row(label, breaks) not in rows for label in labels)


def _is_at(label: Placed, each: Break, strip: Strip) -> bool:
    low, high = strip.span(label.extent)
    return low < each.start and high > each.end


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
        left = set[tuple[str, str]]()
        self.overs: list[Over] = []
        for each in here:
            # A value that is named, or that leaves the row already, needs no other end.
            is_known = each.is_named or each.value in left
            if each.label and each.tail == row and is_known and not self._own_labels(each) and not each.is_lettered:
                continue
            if each.tail == row and each.label:
                left.add(each.value)
            self.overs.append(each)
        self.overs.sort(key=self._across)
        led = (each for each in self.overs if not each.label)
        # Those beside each other that carry the same value are led back as one line.
        self.led = [list(same) for _, same in groupby(led, key=lambda over: over.value)]
        self._slots = self._parted()
        self.tags: dict[str, Box] = {}
        self.names: dict[int, str] = {}
        for each in self.overs:
            self._ways[each.route] = self._continued(each)

    def way(self, over: Over) -> tuple[Point, ...]:
        """The piece of an arrow in this row."""
        return self._ways[over.route]

    def labels(self, over: Over) -> tuple[Placed, ...]:
        """The texts of an arrow in this row."""
        if over.label and over.is_lettered and over.tail == self.row:
            link, middle = self.strip.layout.routes[over.route].link, self._far(over) + self._out * self._text(over) / 2
            moved = texts(self.strip, link, over.rooms, (middle, self._slots[over.route]), self.sheet)
            return (*self._own_labels(over), *moved)
        return tuple(self._own_labels(over))

    def _own_labels(self, over: Over) -> list[Placed]:
        route = self.strip.layout.routes[over.route]
        found = []
        for label in route.labels:
            is_here = self.strip.row(label, self.breaks) == self.row
            if is_here and (is_mark(label, route) or not over.is_lettered):
                found.append(label)
        return found

    def _text(self, over: Over) -> float:
        """How long the texts on both sides of the end of an arrow before its tag are."""
        if not over.label or over.tail != self.row or not over.is_lettered:
            return 0.0
        return max(size[not self.strip.sideways] for size in over.rooms) + 2 * self.sheet.gap.label

    def _piece(self, over: Over) -> tuple[Point, ...]:
        """The piece of the route in this row, as it was."""
        low, high = sorted((over.tail, over.head))
        found = self.strip.cut(over.route, self.breaks[low:high])
        return found[0] if over.tail == self.row else found[-1]

    def _end(self, over: Over) -> Point:
        """Where it leaves the row, or comes into it."""
        piece = self._piece(over)
        return piece[-1] if over.tail == self.row else piece[0]

    def _across(self, over: Over) -> tuple[float, int]:
        return self._end(over)[1], over.route

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


def texts(strip: Strip, link: Link, rooms: Rooms, middle: Point, sheet: Sheet) -> Iterator[Placed]:
    """The texts of an arrow on both sides of a point of it, where it is level."""
    (width, height), (wide, high) = rooms
    u, v = middle
    above = strip.flow((u, v - sheet.gap.label - (height if strip.sideways else width) / 2))
    below = strip.flow((u, v + sheet.gap.label + (high if strip.sideways else wide) / 2))
    return written(link, Box(*above, width, height, "box"), Box(*below, wide, high, "box"), sheet)


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

"""Arrows over breaks between rows: how each goes on, and where it leaves a row or comes into one."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby, pairwise
from string import ascii_lowercase
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import written
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.layout.rows.breaks import LEVEL, Break, Strip, is_mark
from graphviz_nn.layout.size import gradient_room, room
from graphviz_nn.style.sheet import Sheet

# Where arrows of more values lead over a break, only the main line is led back to the next row; the others end in tags.
RAILS = 2
# What stands for itself wherever it is: where an arrow from it is interrupted, nothing marks its end.
NAMED = ("parameter", "constant", "data", "target")
# The greatest width of a tag with the name of its value, in font sizes; otherwise it has a letter.
SHORT = 6.0
# The distance of lines and of tags across the flow, in pt; how far along it they get it.
LINE, AROUND, JOG = 3.5, 2.0, 14.0


# A letter, or several, in TeX that aren't part of the name of a command.
LETTERS = re.compile(r"(?<![A-Za-z\\])[A-Za-z]+")

Rooms: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""The sizes of the texts on both sides of an arrow."""
Value: TypeAlias = tuple[str, str]
"""The shape that a value comes from, and the variable."""
NOTHING: Rooms = (0.0, 0.0), (0.0, 0.0)


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
    leaving : int
        The route with which it leaves its row, as arrows of one value part after the break.
    lettered : int
        The route whose texts are to be put beside it: itself, or another one of its value.
    label, kind : str
        Of the tags that interrupt it; "" if it is led back to the next row.
    is_named : bool
        Whether what the tags say is seen in the row that it leaves.
    is_layer : bool
        Whether its texts say what it does, so that they belong to the row of its head.
    rooms : pair of sizes
        The room of its texts on both sides of the way back, or before a tag, as they have none elsewhere.
    """

    route: int
    tail: int
    head: int
    value: Value
    leaving: int
    lettered: int
    label: str
    kind: str
    is_named: bool
    is_layer: bool
    rooms: Rooms

    @property
    def is_lettered(self) -> bool:
        """Whether its texts are to be put on both sides of what is added to it."""
        return any(width for width, _ in self.rooms)

    @property
    def texts_in(self) -> int:
        """The row where a tag has its texts."""
        return self.head if self.is_layer else self.tail


def overs(
    diagram: Diagram, strip: Strip, breaks: Sequence[Break], home: Mapping[str, int], sheet: Sheet
) -> dict[int, Over]:
    """The arrows over breaks, by number."""
    shapes = {shape.name: shape for shape in diagram.shapes}
    line = set(pairwise(diagram.spine))
    routes = strip.layout.routes
    places = {
        number: (row, strip.across(number, each.middle)) for row, each in enumerate(breaks) for number in each.over
    }
    numbers = sorted(places, key=lambda number: (home[routes[number].link.tail], places[number], number))
    inner = {link.head for link in diagram.links}
    led = set[int]()
    for each in breaks:
        near = [
            number for number in each.over if abs(home[routes[number].link.tail] - home[routes[number].link.head]) == 1
        ]
        main = {_value(routes[number].link) for number in near if _ends(routes[number].link) in line}
        able = {_value(routes[number].link): number for number in near if routes[number].link.tail in inner}
        unnamed = {value for value in able if shapes[value[0]].kind not in NAMED} | main
        # What has a shape with its name needs no line, if another leads on.
        on = unnamed or set(able)
        on = on if len(on) <= RAILS and (unnamed or len(on) == 1) else main
        led |= {number for number in near if _value(routes[number].link) in on}
    leaving: dict[tuple[Value, bool], int] = {}
    for number in sorted(
        numbers, key=lambda each: (_ends(routes[each].link) not in line, each not in led, strip.aside(each), each)
    ):
        leaving.setdefault(_way_out(routes[number].link, home), number)
    names = _names(diagram)
    letters = _letters(diagram)
    lettered: dict[Value, str] = {}
    # A leaf without a user in its row would stand alone.
    used = {link.tail for link in diagram.links if home[link.tail] == home[link.head]}
    used |= {link.head for link in diagram.links}
    found: dict[int, Over] = {}
    for number in numbers:
        link = routes[number].link
        value, label, kind, is_named = _value(link), "", "", False
        out = leaving[_way_out(link, home)]
        is_lost = _is_lost(number, strip, breaks, home, others=out != number)
        if number not in led:
            label, kind = names.get(value, ("", ""))
            is_named = label == shapes[link.tail].label and link.tail in used
            if not label or typeset(label).width > SHORT:
                if value not in lettered:
                    lettered[value] = next(letters)
                label, kind, is_named = rf"\mathrm{{{lettered[value]}}}", "constant", False
            is_named |= _is_seen(label, number, strip, breaks, home)
            is_lost |= link.layer and any(strip.row(each, breaks) != home[link.head] for each in routes[number].labels)
        found[number] = Over(
            number,
            home[link.tail],
            home[link.head],
            value,
            out,
            number,
            label,
            kind,
            is_named,
            link.layer,
            (room(link, sheet), gradient_room(link, sheet)) if is_lost and not _is_said(label, link) else NOTHING,
        )
    return _told(dict(sorted(found.items())), strip, sheet)


def _told(overs: dict[int, Over], strip: Strip, sheet: Sheet) -> dict[int, Over]:
    """The arrows, with the name that a tag would say beside the line with which its value is led back."""
    found = dict(overs)
    for number, over in overs.items():
        out, link = found.get(over.leaving), strip.layout.routes[number].link
        if not out or out is over or out.label or out.is_lettered or over.is_named:
            continue
        if _is_said(over.label, link) and not strip.layout.routes[over.leaving].link.label:
            found[number] = replace(over, is_named=True)
            rooms = room(link, sheet), gradient_room(link, sheet)
            found[over.leaving] = replace(out, lettered=number, rooms=rooms)
    return found


def _value(link: Link) -> Value:
    return link.tail, link.variable


def _ends(link: Link) -> tuple[str, str]:
    return link.tail, link.head


def _way_out(link: Link, home: Mapping[str, int]) -> tuple[Value, bool]:
    """The value that leaves a row, and whether to a later one."""
    return _value(link), home[link.tail] < home[link.head]


def _names(diagram: Diagram) -> dict[Value, tuple[str, str]]:
    """The name of each value that has one, and the kind of its tags."""
    shapes = {shape.name: shape for shape in diagram.shapes}
    found = {}
    for link in diagram.links:
        tail = shapes[link.tail]
        if tail.kind in NAMED:
            found[_value(link)] = tail.label, tail.kind
        elif link.label and not link.layer:
            found[_value(link)] = link.label, "data"
    return found


def _is_said(label: str, link: Link) -> bool:
    """Whether the tags of a link say all that is written at it."""
    return bool(label) and link.label == label and not (link.note or link.value or link.gradient)


def _is_seen(label: str, number: int, strip: Strip, breaks: Sequence[Break], home: Mapping[str, int]) -> bool:
    """Whether the label of a tag is written at another arrow of its value in the row that it leaves."""
    link = strip.layout.routes[number].link
    row = home[link.tail]
    return any(
        text.tex == label and strip.row(text, breaks) == row
        for other, route in enumerate(strip.layout.routes)
        if other != number and _value(route.link) == _value(link) and home[route.link.head] == row
        for text in route.labels
    )


def _letters(diagram: Diagram) -> Iterator[str]:
    """Letters that nothing in a diagram has: a to z, then aa, ab and so on."""
    texts = [*(shape.label for shape in diagram.shapes), *(link.label for link in diagram.links)]
    taken = {each for text in texts for each in LETTERS.findall(text)}
    return (letter for letter in map(_lettered, count()) if letter not in taken)


def _lettered(number: int) -> str:
    """Letters for numbers.

    >>> _lettered(0), _lettered(25), _lettered(26)
    ('a', 'z', 'aa')
    """
    first, last = divmod(number, len(ascii_lowercase))
    return (_lettered(first - 1) if first else "") + ascii_lowercase[last]


def _is_lost(number: int, strip: Strip, breaks: Sequence[Break], home: Mapping[str, int], *, others: bool) -> bool:
    """Whether a text of an arrow is where a break is, or where the arrow doesn't appear: as it leaves with `others`."""
    route = strip.layout.routes[number]
    labels = [label for label in route.labels if not is_mark(label, route)]
    rows = {home[route.link.head]} if others else {home[route.link.tail], home[route.link.head]}
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
            return self._levelled(piece[::-1], link.tail)[::-1]
        low, high = sorted((over.tail, over.head))
        piece = self.strip.cut(over.route, self.breaks[low:high])[-1]
        return self._levelled(piece, self.strip.layout.routes[over.route].link.head)

    def _levelled(self, piece: tuple[Point, ...], name: str) -> tuple[Point, ...]:
        """The piece from the end of the row to a shape as one level line, if that is free and meets its side there."""
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

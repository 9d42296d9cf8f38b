"""Arrows that lead over breaks between rows: which are led back, and what tags the others end in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from string import ascii_lowercase
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import NAMED, written
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Placed
from graphviz_nn.layout.rows.breaks import Break, Strip, is_mark
from graphviz_nn.layout.size import gradient_room, room
from graphviz_nn.style.sheet import Sheet

# Where arrows of more values lead over a break, only the main line is led back to the next row; the others end in tags.
RAILS = 2
# The greatest width of a tag with the name of its value, in font sizes; otherwise it has a letter.
SHORT = 6.0
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


def texts(strip: Strip, link: Link, rooms: Rooms, middle: Point, sheet: Sheet) -> Iterator[Placed]:
    """The texts of an arrow on both sides of a point of it, where it is level."""
    (width, height), (wide, high) = rooms
    u, v = middle
    above = strip.flow((u, v - sheet.gap.label - (height if strip.sideways else width) / 2))
    below = strip.flow((u, v + sheet.gap.label + (high if strip.sideways else wide) / 2))
    return written(link, Box(*above, width, height, "box"), Box(*below, wide, high, "box"), sheet)

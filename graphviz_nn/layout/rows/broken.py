"""Rows that are about as long as is asked for."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from graphviz_nn.forms.diagram import LEAVES, Diagram
from graphviz_nn.layout.geometry import Box, segments
from graphviz_nn.layout.near import Near
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.layout.rows.belonging import steps
from graphviz_nn.layout.rows.breaks import Break, Strip, words
from graphviz_nn.layout.rows.choices import MORE, Rooms, choices
from graphviz_nn.layout.rows.cut import APART, Cut
from graphviz_nn.style.sheet import Sheet

# Leaves that would be a row of their own make the first row longer by at most this share of a row.
BARE = 0.06
# A branch of at most this share of a row is in the row of the step that it leads to.
SHORT = 0.3
# So many times rows are chosen again, as what leads over the chosen breaks needs more room than was thought.
AGAIN = 4


def in_rows(
    diagram: Diagram, whole: Layout, limit: float, sheet: Sheet, *, slack: float = 1.0, highest: float = math.inf
) -> Iterator[Layout]:
    """Layouts of a diagram in rows, each about `limit` long or less, the best first; none if it can't be broken.

    Rows end where the fewest values lead over the break, so between branches and not within, if possible before a layer
    with parameters and outside of layers and frames, and are about equally long. From top to bottom, rows are columns.

    Parameters
    ----------
    whole : Layout
        The diagram's layout in one piece, without braces and callouts.
    limit : float
        The limit in pt.
    slack : float
        By how much a row may be longer where a better one isn't to be had, as a factor.
    highest : float
        Rows whose shapes alone take more than this across the flow aren't made, in pt; after a few of them, none are.
    """
    along = Strip(whole)
    strip = Strip(whole, steps(diagram, {name: along.span(box) for name, box in whole.boxes.items()}, limit * SHORT))
    breaks = strip.breaks(diagram, sheet)
    ends = [strip.span(box) for box in whole.boxes.values()]
    extent = min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=0.0)
    too_high = 0
    many = words(diagram, strip, breaks)
    bare = min(_bare(diagram, strip, breaks), BARE * limit) if slack > 1.0 else 0.0

    def ways(rooms: Rooms) -> Iterator[list[int]]:
        return choices(breaks, extent, many, rooms, limit, slack, bare)

    def cut_at(numbers: Sequence[int]) -> Cut:
        return Cut(diagram, strip, [breaks[number] for number in numbers], sheet)

    for numbers in ways(_rooms(breaks, ways, cut_at, sheet)):
        if strip.least_height([breaks[number] for number in numbers]) > highest:
            too_high += 1
            if too_high > MORE:
                return
            continue
        cut = cut_at(numbers)
        if not cut.has_empty_rows and is_clear(layout := cut.layout(limit)):
            yield layout


def _rooms(
    breaks: Sequence[Break],
    ways: Callable[[Rooms], Iterator[list[int]]],
    cut_at: Callable[[Sequence[int]], Cut],
    sheet: Sheet,
) -> Rooms:
    """The room before each row and after it: for a single line over each break, or what the best rows need."""
    before = [APART + sheet.gap.rank / 2, *(APART + max(each.lead, each.beyond[1]) for each in breaks)]
    after = [*(APART + max(each.lead, each.beyond[0]) for each in breaks), 0.0]
    known = set[int]()
    for _ in range(AGAIN):
        numbers = next(ways((before, after)), [])
        if known.issuperset(numbers):
            break
        known.update(numbers)
        cut = cut_at(numbers)
        for number, room in zip(numbers, () if cut.has_empty_rows else cut.rooms(), strict=False):
            before[number + 1], after[number] = room
    return before, after


def _bare(diagram: Diagram, strip: Strip, breaks: Sequence[Break]) -> float:
    """How long what is before the first break is, if these are leaves alone; otherwise 0."""
    first = [shape for shape in diagram.shapes if breaks and strip.home(shape.name) < breaks[0].middle]
    if any(shape.kind not in LEAVES for shape in first):
        return 0.0
    start = min((strip.span(strip.layout.boxes[shape.name])[0] for shape in first), default=0.0)
    return breaks[0].start - start if first else 0.0


def is_clear(layout: Layout) -> bool:
    """Whether no arrow touches a foreign shape, and no two shapes lie on each other."""
    near = Near(layout.boxes)
    apart = all(_is_apart(box, near.beside(box, 0.0, (name,))) for name, box in layout.boxes.items())
    return apart and all(_keeps_off(route, near) for route in layout.routes)


def _keeps_off(route: Route, near: Near) -> bool:
    """Whether an arrow touches no foreign shape; a curve is looked at closer where one is within its points' reach."""
    ends = route.link.tail, route.link.head
    count = len(route.points)
    pieces = [route.points[at : at + 4] for at in range(0, count - 3, 3)] if count > 2 else [route.points]
    return all(
        not near.within(piece, ends) or all(near.is_free(each, 0.0, ends) for each in segments(piece))
        for piece in pieces
    )


def _is_apart(box: Box, others: Iterable[Box]) -> bool:
    return all(
        abs(box.x - each.x) >= (box.width + each.width) / 2 or abs(box.y - each.y) >= (box.height + each.height) / 2
        for each in others
    )

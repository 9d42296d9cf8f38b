"""Break a picture into rows, like text into lines: an arrow over a break goes on in the next row.

A picture in one piece is cut across the flow, like a strip of paper; what is between two cuts stays as it is. An arrow
over a cut is led back to the start of the next row: along the row's end, between the rows, and along the next one's
start. So arrows that don't cross in one piece don't cross in rows. Where an arrow leads further, or there are many, it
ends in a small tag, and begins again at a tag with the same label.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from graphviz_nn.forms.diagram import Diagram, Link, Part, Remark
from graphviz_nn.layout.braces import braced
from graphviz_nn.layout.callouts import called
from graphviz_nn.layout.continued import Rows, Tag, pieces
from graphviz_nn.layout.fit import bounds, fitted, moved
from graphviz_nn.layout.geometry import Box, Point, rounded
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.layout.rows.breaks import Break, Span, Strip
from graphviz_nn.layout.rows.overs import Over, overs, texts
from graphviz_nn.layout.rows.squeeze import squeezed
from graphviz_nn.layout.rows.stubs import Ends, reversed_way
from graphviz_nn.style.sheet import Sheet

Thing = TypeVar("Thing")
Extent: TypeAlias = tuple[float, float, float, float]

# The distance of lines that are led back, in pt, and of rows from these, in gaps between shapes.
APART, PAD = 7.0, 0.7


class Cut:
    """A strip that is cut at some breaks."""

    def __init__(self, diagram: Diagram, strip: Strip, breaks: Sequence[Break], sheet: Sheet) -> None:
        self.diagram, self.strip, self.breaks, self.sheet = diagram, strip, breaks, sheet
        self.whole, self.sideways = strip.layout, strip.sideways
        self.home = strip.rows(breaks)
        self.over = overs(diagram, strip, breaks, self.home, sheet)
        count = range(len(breaks) + 1)
        self.starts = [Ends(self.over, row, strip, breaks, sheet, is_start=True) for row in count]
        self.ends = [Ends(self.over, row, strip, breaks, sheet, is_start=False) for row in count]
        self.inside = _grouped(
            (self.home[route.link.tail], at) for at, route in enumerate(self.whole.routes) if at not in self.over
        )
        self.shapes = _grouped((row, name) for name, row in self.home.items())
        self.notes = _grouped((strip.row(note, breaks), note) for note in self.whole.notes)
        values = [{self.over[n].value for n in each.over if not self.over[n].is_named} for each in breaks]
        self.rows = Rows(self.home, tuple(self._tags()), max(map(len, values)))

    @property
    def has_empty_rows(self) -> bool:
        """Whether there is a row without shapes: of a picture of few, if long words below make it long."""
        return len(self.shapes) <= len(self.breaks)

    def layout(self, limit: float) -> Layout:
        """The rows below each other, and the arrows between them.

        The first shapes are below each other, or if the picture is longer than a limit so, what is before them.
        """
        rows = [self._row(number) for number in range(len(self.breaks) + 1)]
        leads = self._leads(rows, limit)
        placed: list[Layout] = []
        runs: dict[int, float] = {}
        edge = 0.0
        for number, row in enumerate(rows):
            _, low, _, high = self._bounds(row)
            if number:
                edge = self._led_back(number - 1, edge, runs)
            placed.append(moved(row, *self._xy(-leads[number], edge - low)))
            edge += high - low
        return fitted(self._joined(placed, leads, runs), self.sheet)

    def rooms(self) -> Iterator[Span]:
        """How far what leads over each break is before the next row, and after the one that ends there."""
        for number, each in enumerate(self.breaks):
            lines = APART * len(self.ends[number].led)
            first = min(self.starts[number + 1].reach, self._lead(number + 1) - self.sheet.gap.rank / 2)
            before, after = each.start - first, self.ends[number].reach - each.end
            yield max(before, each.beyond[1]) + lines, max(after, each.beyond[0]) + lines

    def _bounds(self, row: Layout) -> Extent:
        """The extent of a row: its start, its side above, its end, its side below."""
        left, top, right, bottom = bounds(row)
        return (left, top, right, bottom) if self.sideways else (top, left, bottom, right)

    def _xy(self, u: float, v: float) -> Point:
        return self.strip.flow((u, v))

    def _leads(self, rows: Sequence[Layout], limit: float) -> list[float]:
        """Where each row has the place that is below that of the others."""
        firsts = [self._lead(number) for number in range(len(rows))]
        lines = [0, *(len(side.led) for side in self.ends[:-1])]
        least = [self.sheet.gap.rank / 2 * bool(number) + APART * led for number, led in enumerate(lines)]
        before, after = [], []
        for row, first, led, side in zip(rows, firsts, lines, self.ends, strict=True):
            low, _, high, _ = self._bounds(row)
            before.append(max(first - low, self.sheet.gap.rank / 2 * bool(led)) + APART * led)
            after.append(high - first + APART * len(side.led))
        if max(before) + max(after) <= limit:
            return firsts
        return [first - max(own - max(least), 0.0) for first, own in zip(firsts, before, strict=True)]

    def _lead(self, number: int) -> float:
        """Where the first shape of a row begins."""
        return min(self.strip.span(self.whole.boxes[name])[0] for name in self.shapes[number])

    # Rows.

    def _row(self, number: int) -> Layout:
        """What a row contains, where it was; its routes are those within it, then the pieces of the others."""
        boxes = {name: self.whole.boxes[name] for name in self.shapes[number]}
        routes = [self.whole.routes[at] for at in self.inside[number]]
        for side in (self.starts[number], self.ends[number]):
            boxes |= side.tags
            routes += [Route(self._link(over), side.way(over), side.labels(over)) for over in side.overs]
        frames = tuple(each for row, each in self._frames() if row == number)
        found = Layout(0.0, 0.0, boxes, tuple(routes), tuple(self.notes[number]), self.sideways, frames)
        found = squeezed(found, self.sheet.gap.node)
        return self._marked(found, number) if self.diagram.callouts or self.diagram.braces else found

    def _link(self, over: Over) -> Link:
        return self.whole.routes[over.route].link

    def _frames(self) -> Iterator[tuple[int, tuple[Box, Placed]]]:
        """The row of each piece of a frame, and that piece; where it goes on, it is open up to the cut."""
        for frame, (box, title) in zip(self.diagram.frames, self.whole.frames, strict=True):
            parts = pieces(frame, self.rows)
            for number, part in enumerate(parts):
                row = self.home[part.members[0]]
                low, high = self.strip.span(box)
                first = low if not number else self.breaks[row - 1].start
                last = high if number == len(parts) - 1 else self.breaks[row].end
                again = self._again(title) if number else title
                yield row, (self._clipped(box, first, last), self._title(again, box, first) if number else title)

    def _clipped(self, box: Box, low: float, high: float) -> Box:
        middle, size = (low + high) / 2, high - low
        return replace(box, x=middle, width=size) if self.sideways else replace(box, y=middle, height=size)

    def _again(self, title: Placed) -> Placed:
        """The title of a later piece: it is the same once more."""
        found = replace(title, tex=rf"{title.tex}\ \ \mathrm{{continued}}")
        return replace(found, x=title.x + (found.extent.width - title.extent.width) / 2)

    def _title(self, title: Placed, box: Box, first: float) -> Placed:
        """The title of a frame once more, where a piece of it begins."""
        if self.sideways:
            return replace(title, x=first + title.x - (box.x - box.width / 2))
        return replace(title, y=first + title.y - (box.y - box.height / 2))

    def _marked(self, row: Layout, number: int) -> Layout:
        """A row with the braces and callouts on what is in it."""
        inside = [*self.inside[number]]
        inside += [over.route for side in (self.starts[number], self.ends[number]) for over in side.overs]

        def remarks(given: Iterable[Remark]) -> tuple[Remark, ...]:
            found = []
            for each in given:
                shapes = tuple(name for name in each.part.shapes if self.home[name] == number)
                ways = tuple(inside.index(link) for link in each.part.links if link in inside)
                found += [replace(each, part=Part(shapes, ways))] if shapes or ways else []
            return tuple(found)

        links = tuple(route.link for route in row.routes)
        said = Diagram((), links, callouts=remarks(self.diagram.callouts), braces=remarks(self.diagram.braces))
        page = fitted(row, self.sheet)
        left, top, *_ = bounds(row)
        braces = braced(page, said, self.sheet)
        page = replace(page, marks=(*braces, *called(page, said, braces, self.sheet)))
        return moved(page, left - self.sheet.page.margin, top - self.sheet.page.margin)

    # Between rows.

    def _tags(self) -> Iterator[Tag]:
        for over in self.over.values():
            if over.label:
                tail, head = self._sides(over)
                yield Tag(over.route, tail.names.get(over.route, ""), head.names[over.route], over.label, over.kind)

    def _sides(self, over: Over) -> tuple[Ends, Ends]:
        """The sides of rows at which the route of something leaves one row, and arrives in the other."""
        (leaving, arriving) = (self.ends, self.starts) if over.tail < over.head else (self.starts, self.ends)
        return leaving[over.tail], arriving[over.head]

    def _led_back(self, number: int, edge: float, runs: dict[int, float]) -> float:
        """Give each line that is led back between two rows its place there; return where the next row begins."""
        pad = PAD * self.sheet.gap.node
        edge += pad
        for place, same in enumerate(reversed(self.ends[number].led)):
            above, below = (max(map(self._room, sizes)) for sizes in zip(*(over.rooms for over in same), strict=True))
            edge += above + (APART if place else 0.0)
            runs |= {over.route: edge for over in same}
            edge += below
        return edge + pad

    def _room(self, size: tuple[float, float]) -> float:
        """The room that a label takes across the flow, with its gaps."""
        width, height = size
        return (height if self.sideways else width) + 2 * self.sheet.gap.label if width else 0.0

    def _run(self, same: Sequence[Over]) -> float:
        """How long the way back of a line is at least, for its texts to be between its corners."""
        longest = max(size[not self.sideways] for over in same for size in over.rooms)
        return longest + 2 * (self.sheet.gap.label + self._radius) if longest else 0.0

    @property
    def _radius(self) -> float:
        """The radius of the corners of lines that are led back."""
        return 1.5 * float(self.sheet.gap.inside)

    def _joined(self, placed: Sequence[Layout], leads: Sequence[float], runs: dict[int, float]) -> Layout:
        """One layout of all rows."""
        boxes = {name: placed[row].boxes[name] for name, row in self.home.items()}
        boxes |= {name: box for row in placed for name, box in row.boxes.items() if name not in boxes}
        found: dict[tuple[int, int], Route] = {}
        for row, layout in enumerate(placed):
            crossing = [over.route for side in (self.starts[row], self.ends[row]) for over in side.overs]
            found |= {(at, row): route for at, route in zip([*self.inside[row], *crossing], layout.routes, strict=True)}
        routes: dict[int, Route] = {}
        more: list[Route] = []
        tags = {tag.link: tag for tag in self.rows.tags}
        extents = [self._bounds(row) for row in placed]
        for at, route in enumerate(self.whole.routes):
            over = self.over.get(at)
            if over is None:
                routes[at] = found[at, self.home[route.link.tail]]
            elif over.label:
                arriving = replace(found[at, over.head], link=replace(route.link, tail=tags[at].arrives))
                if tags[at].leaves:
                    routes[at] = replace(found[at, over.tail], link=replace(route.link, head=tags[at].leaves))
                    more.append(arriving)
                else:
                    routes[at] = arriving
            else:
                routes[at] = self._rail(over, found, extents, leads, runs[at])
        frames = [iter(row.frames) for row in placed]
        return Layout(
            0.0,
            0.0,
            boxes,
            (*routes.values(), *more),
            tuple(note for row in placed for note in row.notes),
            self.sideways,
            tuple(next(frames[row]) for row, _ in self._frames()),
            self.whole.crowded,
            tuple(mark for row in placed for mark in row.marks),
            self.rows,
        )

    def _rail(
        self,
        over: Over,
        found: dict[tuple[int, int], Route],
        extents: Sequence[Extent],
        leads: Sequence[float],
        run: float,
    ) -> Route:
        """An arrow that is led back from the end of a row to the start of the next."""
        row = min(over.tail, over.head)
        before, after = found[over.route, row], found[over.route, row + 1]
        forward = over.tail < over.head
        start = self.strip.flow((before if forward else reversed_way(before)).points[-1])
        end = self.strip.flow((after if forward else reversed_way(after)).points[0])
        led = self.ends[row].led
        place = next(number for number, same in enumerate(led) if over in same)
        # An arrow needs room before the first shape.
        first = self._lead(row + 1) - leads[row + 1]
        edge = min(extents[row + 1][0], first - self.sheet.gap.rank / 2)
        left = edge - APART * (place + 1)
        right = max(extents[row][2], edge + max(map(self._run, led))) + APART * (len(led) - place)
        corners = [start, (right, start[1]), (right, run), (left, run), (left, end[1]), end]
        way = tuple(map(self.strip.flow, rounded(corners, self._radius)))
        points: tuple[Point, ...] = (*before.points[:-1], *way, *after.points[1:])
        if not forward:
            points = (*after.points[:-1], *way[::-1], *before.points[1:])
        labels = (*before.labels, *after.labels)
        if over.is_lettered:
            middle = (left + right) / 2, run
            link = self.whole.routes[over.lettered].link
            labels = (*labels, *texts(self.strip, link, over.rooms, middle, self.sheet))
        return Route(self._link(over), points, labels)


def _grouped(pairs: Iterable[tuple[int, Thing]]) -> Mapping[int, list[Thing]]:
    """What belongs to each row, in order."""
    found: dict[int, list[Thing]] = defaultdict(list)
    for row, thing in pairs:
        found[row].append(thing)
    return found

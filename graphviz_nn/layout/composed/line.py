"""Blocks of a composition: lines of shapes, branches side by side, and what joins from aside or leaves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from graphviz_nn.forms.operands import read_after
from graphviz_nn.layout.composed.block import Aside, Block, Choice, Made, Room
from graphviz_nn.layout.composed.parts import Branch, Cell, Span, Way
from graphviz_nn.layout.composed.rooms import Rooms

# A slanted arrow leads so far across the flow for each step along it, but where that would make it longer than so many
# of the usual ones.
SLOPE, LONGEST = 1.3, 1.6
# Ways with equally many shapes look alike where the shortest is no shorter than this part of the longest.
ALIKE = 0.8

# The side of a line where an operand is, by whether it is read after the others; either where that doesn't matter.
SIDES = {None: 0.0, False: -1.0, True: 1.0}
# An arrow past others is on the side where it is read in order, unless that is further out by so many gaps.
OUT_OF_ORDER = 1.5


class Composer:
    """Builds the blocks of a diagram."""

    def __init__(
        self, rooms: Rooms, order: dict[tuple[str, str], tuple[str, int]], sides: Mapping[Choice, float]
    ) -> None:
        self._after = read_after(rooms.diagram.links)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for link in rooms.diagram.links:
            self._beside[link.tail].add(link.head)
            self._beside[link.head].add(link.tail)
        self.rooms = rooms
        self.gap = rooms.sheet.gap
        self._order, self._sides = order, sides
        self._straight = {*pairwise(rooms.diagram.carried.line)}

    def tree(self, root: Cell) -> Block:
        """All that leads to a shape."""
        return self._settled(self._line(*_unrolled(root)))

    def _settled(self, block: Block) -> Block:
        return block.settled(self.gap.node / 2, self._sides)

    def _line(self, cells: Sequence[Cell], spans: Sequence[Span], heads: Sequence[Branch] = ()) -> Block:
        """Shapes in a line with the spans between them; at its first shape begin branches that are alike, if any."""
        found = Block()
        middles: list[float] = []
        sides: list[set[float]] = [self.rooms.sides_of_leaves(cell.name) for cell in cells]
        for number, cell in enumerate(cells):
            shape = self.rooms.shape(cell.name)
            if not number:
                found.put(shape, 0.0, 0.0)
                middles.append(0.0)
                self._heads(found, heads, cell.name)
                continue
            tail, span, half = cells[number - 1].name, spans[number - 1], self.rooms.along(cell.name) / 2
            between = self._span(tail, cell.name, span)
            at = middles[-1] + self.rooms.along(tail) / 2
            # What hangs off neighbours, or joins what is between them, mustn't touch.
            at += found.push(between.rooms, at, self.gap.node / 2)
            place = at + between.end + half
            place += found.push(shape.rooms, place, self.gap.node / 2)
            found.put(_stretched(between, place - half - at), at, 0.0)
            found.put(shape, place, 0.0)
            middles.append(place)
            if (
                len(span.ways) > 1
                and any(not way.cells for way in span.ways)
                and (tail, cell.name) not in self._straight
            ):
                side = self._rail(found, middles[-2], place, SIDES[self._after.get((tail, cell.name))])
                sides[number - 1].add(side)
                sides[number].add(side)
        found.start = -self.rooms.along(cells[0].name) / 2
        found.end = middles[-1] + self.rooms.along(cells[-1].name) / 2
        line = {cell.name for cell in cells} | {branch.end.name for branch in heads}
        asides = found.asides
        shared = list[Aside]()
        for cell, at, taken in zip(cells, middles, sides, strict=True):
            for branch in (branch for branch in cell.joining if branch.end.name not in line):
                # What others share is beyond all that a shape has for itself.
                among = asides if branch.weight[1] else shared
                among.append(self._joining(branch, cell.name, at, taken))
            asides += [self._leaving(branch, cell.name, at, taken) for branch in cell.leaving]
        asides += shared
        for cell, at, taken in zip(cells, middles, sides, strict=True):
            asides += self.rooms.shared(cell.name, at, taken)
        # What is wider than the line has its place once all is known that may be in its way.
        ends = found.start - self.gap.node, found.end + self.gap.node
        found.asides = [aside for aside in asides if not aside.reaches_beyond(*ends)]
        found = self._settled(found)
        found.asides = [aside for aside in asides if aside.reaches_beyond(*ends)]
        return found

    # Between two shapes.

    def _span(self, tail: str, head: str, span: Span) -> Block:
        """What is between two shapes of a line, from the outline of the one on to that of the other."""
        if span.is_arrow:
            length = self.rooms.gap(tail, head)
            return Block(rooms=self.rooms.arrow(tail, head, 0.0, length), end=length)
        ways = sorted((way for way in span.ways if way.cells), key=lambda way: self._operand(way, head))
        direct, order = len(ways) < len(span.ways), (tail, head, "ways")
        if self._sides.get(order) == -1.0:
            ways.reverse()
        blocks = [self._way(tail, way, head) for way in ways]
        weights = [way.weight for way in ways]
        middle = None if (tail, head) in self._straight else _middle(blocks, weights)
        centred = [-(block.start + block.end) / 2 for block in blocks]
        # What joins the line from aside may be further out than its neighbours where these are on one side of it.
        open_ = None if middle is None or 0 < middle < len(blocks) - 1 else middle
        blocks = [block if number == open_ else self._settled(block) for number, block in enumerate(blocks)]
        lanes = () if direct else self._lanes(tail, head, len(blocks))
        levels = list(lanes) or self._levels(blocks, centred, middle, direct=direct)
        leads = [self._lead(block, 0.0 if lanes else level) for block, level in zip(blocks, levels, strict=True)]
        for number, (way, block) in enumerate(zip(ways, blocks, strict=True)):
            if (tail, way.cells[0].name) in self.rooms.diagram.carried.handed_on:
                # Arrows there have right angles; what joins the next step from aside begins after the state.
                begins = block.start - min(room.start for room in block.rooms) + self.gap.node / 4
                leads[number] = max(block.before, begins), block.after
        length = max(
            before + block.end - block.start + after for (before, after), block in zip(leads, blocks, strict=True)
        )
        if direct:
            length = max(length, self.rooms.gap(tail, head))
        found = Block(end=length)
        if direct or middle is not None:
            found.add(Room(0.0, length, -1.0, 1.0))
        outwards = sorted(range(len(blocks)), key=lambda number: abs(levels[number]))
        for number in outwards:
            (before, after), block, level = leads[number], blocks[number], levels[number]
            along = before + (length - (before + block.end - block.start + after)) / 2 - block.start
            if level and not lanes:
                # Where it is in the end, others may be in its way.
                side = 1.0 if level > 0 else -1.0
                level = side * max(abs(level), found.clearance(block.rooms, along, side, self.gap.node))
            found.put(block, along, level)
        if len(ways) > 1:
            found.made[order] = Made(self._sides.get(order, 1.0), frozenset(found.places))
        return found

    def _lanes(self, tail: str, head: str, count: int) -> tuple[float, ...]:
        """How far from the line so many ways are that go on in the lanes of both shapes, if they do."""
        lanes = self.rooms.boxes[tail].lanes
        return lanes if len(lanes) == count and lanes == self.rooms.boxes[head].lanes else ()

    def _way(self, tail: str, way: Way, head: str) -> Block:
        """The shapes of a way, and how far from its ends those must be that it leads from and to."""
        found = self._line(way.cells, way.spans[1:-1])
        first, last = (
            self._span(tail, way.cells[0].name, way.spans[0]),
            self._span(way.cells[-1].name, head, way.spans[-1]),
        )
        found.before = first.end if way.spans[0].is_arrow else self._put_before(found, first)
        found.after = last.end if way.spans[-1].is_arrow else self._put_after(found, last)
        return found

    def _put_before(self, block: Block, span: Block) -> float:
        """Add what is between a shape and the first of a block, and return how long that is."""
        ground = Block()
        ground.put(span, block.start - span.end, 0.0)
        length = span.end + ground.push(block.rooms, 0.0, self.gap.node / 2)
        block.put(span, block.start - length, 0.0)
        return length

    def _put_after(self, block: Block, span: Block) -> float:
        """Add what is between the last shape of a block and another one, and return how long that is."""
        more = block.push(span.rooms, block.end, self.gap.node / 2)
        block.put(span, block.end + more, 0.0)
        return more + span.end

    def _lead(self, block: Block, level: float) -> tuple[float, float]:
        slanted = min(abs(level) / SLOPE, LONGEST * self.gap.rank) if level else 0.0
        return max(block.before, slanted), max(block.after, slanted)

    def _side(self, block: Block, tail: str, head: str) -> float:
        """Where a branch is read in the order of operands; where more arrows lead there, it is put near these."""
        alone = all(
            each in block.places or (each, name) == (head, tail) for name in block.places for each in self._beside[name]
        )
        return SIDES[self._after.get((tail, head))] if alone else 0.0

    def _operand(self, way: Way, head: str) -> tuple[str, int]:
        return self._order.get((way.cells[-1].name, head), ("", 0))

    def _levels(
        self, blocks: Sequence[Block], places: Sequence[float], middle: int | None, *, direct: bool
    ) -> list[float]:
        """How far each of some blocks side by side is from the line: the middle one on it, the others around it.

        Parameters
        ----------
        places : sequence of float
            Where each is along the flow.
        direct : bool
            Whether an arrow runs on the line where no block does.
        """
        count = len(blocks)
        first, last = (count // 2, count // 2) if middle is None else (middle, middle + 1)
        levels = [0.0] * count
        half = self.gap.node if direct or middle is not None else self.gap.node / 2
        for side, numbers in ((-1.0, range(first - 1, -1, -1)), (1.0, range(last, count))):
            ground = Block()
            for number in range(first, last):
                ground.put(blocks[number], places[number], 0.0)
            for number in numbers:
                block, along = blocks[number], places[number]
                least = half + max(room.high if side < 0 else -room.low for room in block.rooms)
                level = max(least, ground.clearance(block.rooms, along, side, self.gap.node), 0.0)
                levels[number] = side * level
                ground.put(block, along, side * level)
        return levels

    def _rail(self, found: Block, start: float, end: float, wanted: float) -> float:
        """Room for an arrow past what is between two places, on the side where it is nearer, or soon read in order."""
        reaches = {side: found.reach(start + 1.0, end - 1.0, side) for side in (-1.0, 1.0)}
        further = {-wanted: OUT_OF_ORDER * self.gap.node}
        side = min(reaches, key=lambda each: (round(reaches[each] + further.get(each, 0.0)), each))
        level = reaches[side] + self.gap.node / 2
        found.add(Room(start, end, min(0.0, side * level), max(0.0, side * level)))
        return side

    # From aside.

    def _heads(self, found: Block, heads: Sequence[Branch], name: str) -> None:
        """Branches that are alike, one above the other, before the shape at which they meet."""
        if not heads:
            return
        ordered = sorted(heads, key=lambda each: self._order.get((each.end.name, name), ("", 0)))
        blocks = []
        for branch in ordered:
            block, nearest, is_arrow = self._tributary(branch, name)
            block.after = self.rooms.gap(nearest, name) if is_arrow else block.after
            blocks.append(block)
        middle = len(blocks) // 2 if len(blocks) % 2 else None
        ends = [-self.rooms.along(name) / 2 - block.after - block.end for block in blocks]
        lanes = self._lanes(name, name, len(blocks))
        levels = list(lanes) or self._levels(blocks, ends, middle, direct=False)
        # They end at one place.
        slanted = 0.0 if lanes else min(max(map(abs, levels)) / SLOPE, LONGEST * self.gap.rank)
        after = max(slanted, *(block.after for block in blocks))
        for block, level in zip(blocks, levels, strict=True):
            found.put(block, -self.rooms.along(name) / 2 - after - block.end, level)

    def _joining(self, branch: Branch, name: str, at: float, taken: set[float]) -> Aside:
        """A branch that joins a line at a shape: its last shape is right over or under that one, if it can."""
        block, nearest, is_arrow = self._tributary(branch, name)
        if is_arrow:
            found = self._upright(block, nearest, name, at, taken, (nearest, name))
            kind = self.rooms.whole(_unrolled(branch.end)[0][0].name)
            return replace(found, wanted=self._side(block, nearest, name), kind=kind)
        along = at - self.rooms.along(name) / 2 - block.after - block.end
        level = dict.fromkeys((-1.0, 1.0), self.gap.node)
        return Aside(block, along, at, level, taken, stem=False, choice=(nearest, name))

    def _leaving(self, branch: Branch, name: str, at: float, taken: set[float]) -> Aside:
        """A branch that leaves a line at a shape: its first shape is right over or under that one, if it can."""
        way = branch.span.ways[0] if len(branch.span.ways) == 1 else Way()
        cells = [*way.cells, branch.end]
        block, first = self._settled(self._line(cells, way.spans[1:])), cells[0].name
        start = way.spans[0] if way.cells else branch.span
        if start.is_arrow:
            return self._upright(block, first, name, at, taken, (name, first))
        before = self._put_before(block, self._span(name, first, start))
        block = self._settled(block)
        along = at + self.rooms.along(name) / 2 + before - block.start
        level = dict.fromkeys((-1.0, 1.0), self.gap.node)
        return Aside(block, along, at, level, taken, stem=False, choice=(name, first))

    def _upright(
        self, block: Block, nearest: str, name: str, at: float, taken: set[float], ends: tuple[str, str]
    ) -> Aside:
        """A branch to which an arrow across the flow leads, or from there."""
        stem = self.rooms.across(name) / 2 + self.rooms.stem(*ends)
        own = [room for room in block.rooms if room.start <= block.places[nearest][0] <= room.end and room.is_line]
        low, high = min(room.low for room in own), max(room.high for room in own)
        least = {1.0: stem - low, -1.0: stem + high}
        return Aside(block, at - block.places[nearest][0], at, least, taken, stem=True, choice=ends)

    def _tributary(self, branch: Branch, name: str) -> tuple[Block, str, bool]:
        """A branch that leads to a shape, as a line; its last shape; and whether an arrow leads from there."""
        cells, spans, heads = _unrolled(branch.end)
        way = branch.span.ways[0] if len(branch.span.ways) == 1 else Way()
        line = [*cells, *way.cells]
        block, nearest = self._settled(self._line(line, [*spans, *way.spans[:-1]], heads)), line[-1].name
        end = way.spans[-1] if way.cells else branch.span
        if not end.is_arrow:
            block.after = self._put_after(block, self._span(nearest, name, end))
            block = self._settled(block)
        return block, nearest, end.is_arrow


def _unrolled(root: Cell) -> tuple[list[Cell], list[Span], list[Branch]]:
    """The line that ends at a shape, from its beginning, with what is between; and branches alike that begin it."""
    cells, spans = [root], list[Span]()
    while main := cells[0].main:
        alike = [branch for branch in cells[0].joining if _is_like(branch, main)]
        if len(alike) > 1 and main.weight[0] == all(branch.weight[0] for branch in alike):
            return cells, spans, alike
        only = main.span.ways[0]
        if len(main.span.ways) == 1 and only.cells:
            cells[:0], spans[:0] = [main.end, *only.cells], only.spans
        else:
            cells[:0], spans[:0] = [main.end], [main.span]
    return cells, spans, []


def _is_like(branch: Branch, other: Branch) -> bool:
    """Whether two branches have equally many shapes in the same order."""
    return branch.weight == other.weight and other.weight[1] > 0 and len(branch.span.ways) == len(other.span.ways)


def _middle(blocks: Sequence[Block], weights: Sequence[tuple[bool, int]]) -> int | None:
    """Which of some ways is on the line; none where they are an even number, all alike."""
    lengths = [block.end - block.start for block in blocks]
    alike = len({count for _, count in weights}) == 1 and min(lengths) > ALIKE * max(lengths)
    if alike and len(blocks) > 1:
        return len(blocks) // 2 if len(blocks) % 2 else None
    # With branches on both sides the line runs through the middle, unless what is there is short.
    half = (len(blocks) - 1) // 2
    inner = [number for number in range(half, len(blocks) - half) if lengths[number] > max(lengths) / 2]
    return max(inner if len(blocks) > 2 and inner else range(len(blocks)), key=lambda n: (weights[n], -n))


def _stretched(block: Block, length: float) -> Block:
    """What is between two shapes, in the middle where these are further apart."""
    spare = (length - block.end) / 2
    if spare <= 0.0:
        return block
    found = Block(end=length)
    found.put(block, spare, 0.0)
    return found

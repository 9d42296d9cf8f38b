"""How large shapes are along the flow and across it, with what is written beside them and hangs off them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graphviz_nn.forms.diagram import Diagram, Hanging, Link
from graphviz_nn.layout.composed.block import Aside, Block, Room
from graphviz_nn.layout.dot import step
from graphviz_nn.layout.frames import title_size
from graphviz_nn.layout.geometry import NOTHING, Box
from graphviz_nn.layout.size import link_sides, note_sides, rows_room
from graphviz_nn.layout.spread import half, longest
from graphviz_nn.style.sheet import Sheet


@dataclass
class Rooms:
    """The rooms of a diagram's shapes and arrows."""

    diagram: Diagram
    boxes: Mapping[str, Box]
    sheet: Sheet
    sideways: bool
    links: dict[tuple[str, str], list[Link]] = field(init=False)
    hung: dict[str, list[Hanging]] = field(init=False)

    def __post_init__(self) -> None:
        self.links, self.hung = defaultdict(list), defaultdict(list)
        for link in self.diagram.links:
            self.links[link.tail, link.head].append(link)
        for each in self.diagram.hanging:
            self.hung[each.consumers[0]].append(each)
        self._shapes = {shape.name: shape for shape in self.diagram.shapes}
        self._leaves = {each.leaf: self._side(each) for each in self.diagram.hanging}
        self._step = step(self.diagram, self.sheet, self.sideways)
        self._frames = [set(frame.members) for frame in self.diagram.frames]
        self._titles = [title_size(frame, self.sheet) for frame in self.diagram.frames]
        self._reach = [self._reached(members) for members in self._frames]

    def _reached(self, members: Collection[str]) -> tuple[float, float]:
        """How far the shapes in a frame reach on both sides, with what is written beside them and hangs off them."""

        def reach(side: int) -> float:
            own = (name for name in members if name not in self._leaves)
            found = [max(self.across(name) / 2, self.boxes[name].beside(side, self.sideways)) for name in own]
            for head in members:
                leaves = [each.leaf for each in self.hung[head] if self._side(each) == side and each.leaf in members]
                found += (self._away(n, head, side) + self.boxes[n].beside(side, self.sideways) for n in leaves)
            return max(found, default=0.0)

        return reach(-1), reach(1)

    def _side(self, hanging: Hanging) -> int:
        return 1 if hanging.is_after(self.sideways) else -1

    def _away(self, leaf: str, head: str, side: int) -> float:
        """How far the middle of a leaf is from that of the shape that it hangs off."""
        return self.across(head) / 2 + self.stem(leaf, head) + self.boxes[leaf].beside(-side, self.sideways)

    def whole(self, name: str) -> tuple[str, ...]:
        """What a shape is a part of, if it is one."""
        return self._shapes[name].also[1:]

    def along(self, name: str) -> float:
        """How long a shape is."""
        box = self.boxes[name]
        return box.width if self.sideways else box.height

    def across(self, name: str) -> float:
        """How wide it is across the flow."""
        box = self.boxes[name]
        return box.height if self.sideways else box.width

    def own(self, name: str) -> list[Room]:
        """The rooms of a shape and of what is written on its two sides, around its middle."""
        a, b = self.along(name) / 2, self.across(name) / 2
        box = self.boxes[name]
        left, _, right, _ = box.reserve if self.sideways else NOTHING
        # Between numbers less room is enough.
        spare = max(self.sheet.gap.node / 4 - 0.6 * self.sheet.gap.label, 0.0)
        before, after = max(left - spare, 0.0), max(right - spare, 0.0)
        found = [Room(-a - before, a + after, -b, b)]
        noted = max(a, self._noted(name))
        low, high = box.beside(-1, self.sideways), box.beside(1, self.sideways)
        for side, far in ((-1, low), (1, high)):
            # Numbers beside a leaf that are higher than it reach out of the line.
            first, last = (before, after) if side == self._leaves.get(name) else (0.0, 0.0)
            if far > b:
                near, beyond = sorted((side * b, side * far))
                found.append(Room(min(-noted, -a - first), max(noted, a + last), near, beyond))
        around = [number for number, members in enumerate(self._frames) if name in members]
        if around:
            pad = len(around) * self.sheet.gap.inside
            above = 1.5 * pad + sum(self._titles[number] for number in around) if self.sideways else pad
            # A frame is as wide as the widest in it.
            reach = [self._reach[number] for number in around if name not in self._leaves]
            before, after = (max(values) for values in zip((low, high), (b, b), *reach, strict=True))
            # To halfway to its neighbours, at least.
            far = max(noted + pad, a + self._step / 2)
            found.append(Room(-far, far, -before - above, after + pad))
        return found

    def _noted(self, name: str) -> float:
        sides = note_sides(self._shapes[name], name in self._leaves, self.sideways)
        return max(rows_room(rows, self.sheet)[not self.sideways] for rows in sides) / 2

    def shape(self, name: str) -> Block:
        """A shape with the leaves that hang off it alone, around its middle."""
        found = Block({name: (0.0, 0.0)}, self.own(name), -self.along(name) / 2, self.along(name) / 2)
        for each in self.hung[name]:
            if len(each.consumers) > 1:
                continue
            side = self._side(each)
            away = max(self._away(each.leaf, name, side), self._out_of_frames(name, each.leaf, side))
            found.places[each.leaf] = (0.0, side * away)
            for room in self.own(each.leaf):
                found.add(room.moved(0.0, side * away))
            found.add(Room(-1.0, 1.0, min(0.0, side * away), max(0.0, side * away)))
        return found

    def _out_of_frames(self, name: str, leaf: str, side: int) -> float:
        """How far a leaf is from a shape at least so that it is beside the frames that only the shape is in."""
        if not any(name in members and leaf not in members for members in self._frames):
            return 0.0
        reach = max(room.high if side > 0 else -room.low for room in self.own(name))
        return reach + self.sheet.gap.node / 2 + self.boxes[leaf].beside(-side, self.sideways)

    def sides_of_leaves(self, name: str) -> set[float]:
        """On which sides leaves hang off a shape."""
        alone = (each for each in self.hung[name] if len(each.consumers) == 1)
        return {float(self._side(each)) for each in alone}

    def shared(self, name: str, at: float, taken: set[float]) -> list[Aside]:
        """The leaves that hang off a shape and others after it, where its middle is at a place along the flow."""
        found = []
        for each in self.hung[name]:
            if len(each.consumers) > 1:
                stem = self.across(name) / 2 + self.stem(each.leaf, name)
                least = {side: stem + self.boxes[each.leaf].beside(-side, self.sideways) for side in (-1.0, 1.0)}
                block = Block({each.leaf: (0.0, 0.0)}, self.own(each.leaf))
                found.append(Aside(block, at, at, least, taken, stem=True, choice=(each.leaf, name)))
        return found

    def stem(self, tail: str, head: str) -> float:
        """How long an arrow across the flow is."""
        found: float = self.sheet.gap.node
        for link in self.links[tail, head]:
            written = longest(link, self.sheet, not self.sideways)
            found = max(found, written)
        return found

    def gap(self, tail: str, head: str) -> float:
        """How far from each other two neighbours along the flow are, from outline to outline."""
        found: float = self._step
        ends = (self.along(tail) + self.along(head)) / 2
        for link in self.links[tail, head]:
            needed = longest(link, self.sheet, self.sideways)
            if needed:
                reach = sum(
                    half(link, self._shapes[n], self.boxes[n], n in self._leaves, self.sheet, self.sideways)
                    for n in (tail, head)
                )
                found = max(found, needed + reach - ends)
        notes = self._noted(tail) + self._noted(head) + 2 * self.sheet.gap.label - ends
        apart = sum((tail in members) != (head in members) for members in self._frames)
        return max(found, notes) + apart * 2 * self.sheet.gap.inside

    def arrow(self, tail: str, head: str, start: float, end: float) -> list[Room]:
        """The room on both sides of a level arrow between two places, with what is written there."""
        low = high = self.sheet.line.arrow_width / 2
        for link in self.links[tail, head]:
            first, last = link_sides(link, self.sheet, self.sideways)
            over, under = (each[1 if self.sideways else 0] for each in (first, last))
            low = max(low, over + 2 * self.sheet.gap.label if over else 0.0)
            high = max(high, under + 2 * self.sheet.gap.label if under else 0.0)
        return [Room(start, end, -low, high, is_arrow=True)]

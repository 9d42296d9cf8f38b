"""How bad a place for a break is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from graphviz_nn.forms.diagram import LEAVES, Diagram
from graphviz_nn.layout.result import Layout

# What a break costs: each value over it beside the first, as it cuts a branch; each further arrow of one, as it parts
# after the break; each shape of a value that is taken from the step before it; a leaf that is repeated, as a tag; one
# within a layer or a frame; one that leaves a leaf without a user; one where no layer begins.
BESIDE, PARTED, TAKEN, AGAIN, INSIDE, STRANDED, TORN = 3.0, 0.5, 1.0, 0.5, 3.0, 6.0, 1.0


class Faults:
    """Judges breaks of a diagram."""

    def __init__(self, diagram: Diagram, layout: Layout) -> None:
        self._layout = layout
        self._kinds = {shape.name: shape.kind for shape in diagram.shapes}
        learned = _learned(diagram, self._kinds)
        line = list(pairwise(diagram.spine))
        self._next = {ends: _is_apt(diagram.spine, place, learned) for place, ends in enumerate(line, 1)}
        layers = {name for name, is_learned in learned.items() if is_learned and self._kinds[name] == "operation"}
        self._layers = {ends for ends in line if layers.issuperset(ends)}
        inner = {*diagram.spine, *(link.head for link in diagram.links)}
        tails = (link.tail for link in diagram.links if self._kinds[link.tail] in LEAVES)
        self._uses = Counter(name for name in tails if name not in inner)
        self._frames = [frame.members for frame in diagram.frames]
        # The shapes whose sides must be known.
        self.framed = tuple(dict.fromkeys(name for members in self._frames for name in members))

    def of(self, over: Sequence[int], is_before: Mapping[str, bool]) -> float:
        """The faults of a break, with the routes over it and the side of each shape in a frame."""
        links = [self._layout.routes[number].link for number in over]
        ends = {(link.tail, link.head) for link in links}
        leading = Counter(link.tail for link in links)
        again = [name for name in leading if name in self._uses]
        arrows = sum(link.tail not in self._uses for link in links)
        depth = self.depth(over)
        torn = not any(self._next.get(each, False) for each in ends)
        inside = bool(ends & self._layers)
        inside |= any(len({is_before[name] for name in members}) == 2 for members in self._frames)
        stranded = sum(self._uses[name] == leading[name] for name in again)
        return (
            BESIDE * depth
            + PARTED * max(arrows - depth - 1, 0)
            + TAKEN * sum(self._kinds[link.head] in LEAVES and not link.layer for link in links)
            + AGAIN * len(again)
            + TORN * torn
            + INSIDE * inside
            + STRANDED * stranded
        )

    def depth(self, over: Sequence[int]) -> int:
        """How many values lead over a break beside the first, without the leaves that may be repeated."""
        links = (self._layout.routes[number].link for number in over)
        return max(len({(link.tail, link.variable) for link in links if link.tail not in self._uses}) - 1, 0)


def _learned(diagram: Diagram, kinds: Mapping[str, str]) -> dict[str, bool]:
    """Whether each step of the main line has parameters; other shapes are absent."""
    fed = {link.head for link in diagram.links if kinds[link.tail] == "parameter"}
    steps = (name for name in diagram.spine if kinds[name] not in LEAVES)
    return {name: name in fed or kinds[name] == "layer" for name in steps}


def _is_apt(spine: Sequence[str], place: int, learned: Mapping[str, bool]) -> bool:
    """Whether a layer with parameters begins at a place of the main line, or with the step after it."""
    before = next((learned[name] for name in reversed(spine[:place]) if name in learned), True)
    after = next((learned[name] for name in spine[place:] if name in learned), False)
    return after and not before

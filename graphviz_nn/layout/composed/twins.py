"""Equal branches from one shape begin at one place along the flow, wherever they join it again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from graphviz_nn.forms.diagram import LEAVES, Diagram
from graphviz_nn.layout.geometry import Box, overlap

# As near to another shape as this share of the gap between shapes a branch may be moved; and so much is no move, in pt.
NEAR, STILL = 0.5, 0.1
# Of the steps of a branch so many at least are equal.
FEWEST = 2

Chain = tuple[str, ...]


def twinned(diagram: Diagram, boxes: Mapping[str, Box], gap: float, sideways: bool) -> dict[str, Box]:
    """Boxes with equal branches in line, if there is room.

    Parameters
    ----------
    boxes : mapping of str to Box
        All shapes, placed.
    gap : float
        Between shapes, in pt.
    """
    chains = _Chains(diagram)
    found = dict(boxes)
    for equal in chains.equal():
        equal = chains.with_joints(equal, boxes, sideways)
        for moved in _tries(equal, chains, found, sideways):
            if moved and _is_free(moved, found, gap):
                found |= moved
                break
    return found


class _Chains:
    """The branches of a diagram: what leads on from a shape in a line, as long as nothing else joins or leaves it."""

    def __init__(self, diagram: Diagram) -> None:
        self.kinds = {shape.name: (shape.kind, "" if shape.kind in LEAVES else shape.label) for shape in diagram.shapes}
        after: dict[str, dict[str, None]] = defaultdict(dict)
        before: dict[str, dict[str, None]] = defaultdict(dict)
        for link in diagram.links:
            after[link.tail][link.head] = None
            before[link.head][link.tail] = None
        own = [name for name in self.kinds if name not in before and len(after[name]) == 1]
        self.leaves: dict[str, list[str]] = defaultdict(list)
        for leaf in own:
            if self.kinds[leaf][0] in LEAVES and leaf not in diagram.spine:
                (head,) = after.pop(leaf)
                del before[head][leaf]
                self.leaves[head].append(leaf)
        self.after, self.before = after, before

    def equal(self) -> Iterator[list[Chain]]:
        """The branches from each shape that have equal steps, two or more."""
        for heads in list(self.after.values()):
            alike: dict[tuple[tuple[str, str], ...], list[Chain]] = defaultdict(list)
            for head in heads if len(heads) > 1 else ():
                chain = tuple(self._chain(head))
                alike[tuple(self.kinds[name] for name in chain)].append(chain)
            yield from (chains for steps, chains in alike.items() if len(chains) > 1 and len(steps) >= FEWEST)

    def with_joints(self, equal: list[Chain], boxes: Mapping[str, Box], sideways: bool) -> list[Chain]:
        """Equal branches that may be moved: where all are right beside the shapes that they join, with these; else
        without those that are."""

        def is_beside(chain: Chain, head: str) -> bool:
            return bool(head) and abs(_along(boxes[head], sideways) - _along(boxes[chain[-1]], sideways)) < STILL

        heads = [next(iter(self.after.get(chain[-1], ())), "") for chain in equal]
        beside = [is_beside(*each) for each in zip(equal, heads, strict=True)]
        if not all(beside) or len({self.kinds[head] for head in heads}) > 1 or len({*heads}) < len(heads):
            return [chain for chain, stays in zip(equal, beside, strict=True) if not stays]
        for head, chain in zip(heads, equal, strict=True):
            self.leaves[head] += [
                each for each in self.before[head] if each != chain[-1] and len(self.after[each]) == 1
            ]
        return [(*chain, head) for chain, head in zip(equal, heads, strict=True)]

    def _chain(self, name: str) -> Iterator[str]:
        while len(self.before[name]) == 1:
            yield name
            if len(self.after.get(name, ())) != 1:
                return
            (name,) = self.after[name]


def _tries(
    equal: Sequence[Chain], chains: _Chains, boxes: Mapping[str, Box], sideways: bool
) -> Iterator[dict[str, Box]]:
    """The boxes of equal branches that are to be moved so that all begin where one of them does, the first of them
    first, and have their steps beside each other; nothing where none is."""
    if len(equal) < 2:
        return
    places = [[_along(boxes[name], sideways) for name in chain] for chain in equal]
    gaps = [max(step) for step in zip(*([b - a for a, b in pairwise(each)] for each in places), strict=True)]
    for start in sorted({each[0] for each in places}):
        moved: dict[str, Box] = {}
        wanted = list(accumulate(gaps, initial=start))
        for chain, own in zip(equal, places, strict=True):
            for step, place, at in zip(chain, wanted, own, strict=True):
                if abs(place - at) > STILL:
                    for name in (step, *chains.leaves[step]):
                        moved[name] = _shifted(boxes[name], place - at, sideways)
        yield moved


def _is_free(moved: Mapping[str, Box], boxes: Mapping[str, Box], gap: float) -> bool:
    """Whether moved shapes have their places for themselves."""
    there = {**boxes, **moved}
    pairs = ((box, other) for name, box in moved.items() for near, other in there.items() if near != name)
    return not any(overlap(box, other, NEAR * gap) or overlap(other, box, NEAR * gap) for box, other in pairs)


def _along(box: Box, sideways: bool) -> float:
    return box.x if sideways else box.y


def _shifted(box: Box, along: float, sideways: bool) -> Box:
    return replace(box, x=box.x + along) if sideways else replace(box, y=box.y + along)

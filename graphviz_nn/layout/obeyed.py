"""Check whether a layout follows the author's hints."""

from collections.abc import Iterator
from itertools import pairwise

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.result import Layout

# The largest distance along the flow between shapes of one rank, in pt.
LEVEL = 1.0


def misplaced(layout: Layout, diagram: Diagram) -> int:
    """The number of neighbours in the rows of a diagram that aren't in order."""
    boxes = layout.boxes
    across = {name: boxes[name].y if layout.sideways else boxes[name].x for group in diagram.rows for name in group}
    return sum(across[one] >= across[other] for group in diagram.rows for one, other in pairwise(group))


def unmet(layout: Layout, diagram: Diagram) -> Iterator[str]:
    """A sentence for each hint that the layout doesn't follow."""

    def place(name: str) -> tuple[float, float]:
        box = layout.boxes[name]
        return (box.x, box.y) if layout.sideways else (box.y, box.x)

    for group in diagram.order:
        for one, other in pairwise(group):
            if place(one)[1] >= place(other)[1]:
                side = "above" if layout.sideways else "left of"
                yield f"order: {one} isn't {side} {other}; other hints or the flow prevent it"
    for group in (*diagram.align, *diagram.turns):
        for one, other in pairwise(group):
            if abs(place(one)[0] - place(other)[0]) > LEVEL:
                yield f"align: {one} and {other} aren't in one rank; other hints or the flow prevent it"

"""Shared leaves whose lines cross others: drawn again at those uses, if fewer lines cross then."""

from collections import defaultdict
from collections.abc import Callable

from graphviz_nn.forms.copies import SMALL, copied
from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.judged import crossing
from graphviz_nn.layout.result import Layout

# A picture of more shapes isn't laid out again.
MOST = 150
# A picture with copies is at most so much larger.
LARGER = 1.25


def uncrossed(diagram: Diagram, layout: Layout, put: Callable[[Diagram], Layout]) -> tuple[Diagram, Layout]:
    """A diagram and its layout, with copies of shared leaves instead of their lines across others.

    Parameters
    ----------
    put : callable
        Lays out a diagram.
    """
    if len(diagram.shapes) > MOST or diagram.backward or diagram.conveyors or not (uses := _uses(diagram, layout)):
        return diagram, layout
    again = copied(diagram, uses)
    found = put(again)
    is_small = found.width * found.height <= LARGER * layout.width * layout.height
    if is_small and found.crowded <= layout.crowded and len(crossing(found)) < len(crossing(layout)):
        return again, found
    return diagram, layout


def _uses(diagram: Diagram, layout: Layout) -> list[tuple[str, str]]:
    """The uses of shared leaves of which a line crosses others, but for the first of each."""
    arrived, heads = {link.head for link in diagram.links}, defaultdict[str, dict[str, None]](dict)
    for link in diagram.links:
        heads[link.tail][link.head] = None
    shared = {
        shape.name
        for shape in diagram.shapes
        if shape.kind in SMALL and shape.name not in (*arrived, *diagram.spine) and len(heads[shape.name]) > 1
    }
    crossed = {layout.routes[number].link.tail for pair in crossing(layout) for number in pair}
    return [(leaf, head) for leaf in heads if leaf in shared & crossed for head in list(heads[leaf])[1:]]

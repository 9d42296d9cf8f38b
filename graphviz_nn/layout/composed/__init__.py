"""Places for the shapes of a diagram that is composed of lines, branches and what joins them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.composed.block import Block, Choice, Made
from graphviz_nn.layout.composed.line import Composer
from graphviz_nn.layout.composed.parts import composition
from graphviz_nn.layout.composed.rooms import Rooms
from graphviz_nn.layout.composed.twins import twinned
from graphviz_nn.layout.geometry import Box
from graphviz_nn.style.sheet import Sheet

__all__ = ["Choice", "Made", "composed"]


def composed(
    diagram: Diagram,
    sizes: Mapping[str, Box],
    sheet: Sheet,
    sideways: bool,
    sides: Mapping[Choice, float] | None = None,
) -> tuple[dict[str, Box], dict[Choice, Made]] | None:
    """Boxes with places, and on which sides branches are; none where a diagram isn't composed so.

    Parameters
    ----------
    sizes : mapping of str to Box
        All shapes, at the origin.
    sides : mapping of tuple of str to float, optional
        The sides of branches for which one is asked.
    """
    hung = {each.leaf for each in diagram.hanging}
    names = [shape.name for shape in diagram.shapes if shape.name not in hung]
    links = list({(link.tail, link.head): None for link in diagram.links if link.tail not in hung})
    learned = {shape.name for shape in diagram.shapes if shape.kind == "parameter"}
    uses = Counter(tail for tail, _ in links)
    shared = {name for name in learned if uses[name] > 1}
    states = [name for each in diagram.conveyors for name in each.states]
    line = [name for name in (*states, *diagram.spine) if name not in learned]
    parts = composition(names, links, line, shared, diagram.carried)
    if parts is None:
        return None
    rooms = Rooms(diagram, sizes, sheet, sideways)
    order = {(link.tail, link.head): (link.mark, number) for number, link in enumerate(diagram.links)}
    composer, whole, edge = Composer(rooms, order, sides or {}), Block(), 0.0
    for root in parts.roots:
        block = composer.tree(root)
        low, high = min(room.low for room in block.rooms), max(room.high for room in block.rooms)
        start = min(room.start for room in block.rooms)
        whole.put(block, -start, edge - low)
        edge += high - low + 2 * sheet.gap.node
    found = {}
    for shape in diagram.shapes:
        u, v = whole.places[shape.name]
        x, y = (u, v) if sideways else (v, u)
        found[shape.name] = replace(sizes[shape.name], x=x, y=y)
    return twinned(diagram, found, sheet.gap.node, sideways), whole.made

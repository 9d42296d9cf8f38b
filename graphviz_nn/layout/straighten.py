"""Align boxes that Graphviz left slightly out of line."""

from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Box, overlap
from graphviz_nn.style.sheet import Sheet


def levelled(diagram: Diagram, boxes: dict[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """Align boxes that are almost in line with their neighbours: a slope of a few pt looks crooked."""

    def across(name: str) -> float:
        return boxes[name].y if sideways else boxes[name].x

    lines = {name: _Line([name], across(name), across(name)) for name in boxes}
    for link in diagram.links:
        one, other = lines[link.tail], lines[link.head]
        low, high = min(one.low, other.low), max(one.high, other.high)
        if one is not other and high - low < sheet.gap.inside:
            longer, shorter = (one, other) if len(one.names) >= len(other.names) else (other, one)
            longer.low, longer.high = low, high
            longer.names += shorter.names
            lines.update(dict.fromkeys(shorter.names, longer))
    found, spine = dict(boxes), set(diagram.spine)
    for line in dict.fromkeys(lines.values()):
        leader = next((name for name in line.names if name in spine), line.names[0])
        for name in line.names if line.high > line.low else ():
            box = boxes[name]
            moved = replace(box, y=across(leader)) if sideways else replace(box, x=across(leader))
            if _fits(name, {**found, name: moved}, sheet):
                found[name] = moved
    return found


@dataclass(eq=False)
class _Line:
    """Shapes almost in line, and between where across the flow they are."""

    names: list[str]
    low: float
    high: float


def _fits(name: str, boxes: dict[str, Box], sheet: Sheet) -> bool:
    return not any(overlap(boxes[name], box, sheet.gap.node / 2) for other, box in boxes.items() if other != name)

"""Align boxes that Graphviz left slightly out of line."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Box, overlap
from graphviz_nn.style.sheet import Sheet


def levelled(diagram: Diagram, boxes: dict[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """Align boxes that are almost in line with their neighbours: a slope of a few pt looks crooked."""

    def across(name: str) -> float:
        return boxes[name].y if sideways else boxes[name].x

    lines = {name: [name] for name in boxes}
    for link in diagram.links:
        joined = [*lines[link.tail], *lines[link.head]]
        places = [across(name) for name in joined]
        if lines[link.tail] is not lines[link.head] and max(places) - min(places) < sheet.gap.inside:
            lines.update(dict.fromkeys(joined, joined))
    found = dict(boxes)
    spine = set(diagram.spine)
    for name, box in boxes.items():
        leader = next((each for each in lines[name] if each in spine), lines[name][0])
        moved = replace(box, y=across(leader)) if sideways else replace(box, x=across(leader))
        if _fits(name, {**found, name: moved}, sheet):
            found[name] = moved
    return found


def _fits(name: str, boxes: dict[str, Box], sheet: Sheet) -> bool:
    return not any(overlap(boxes[name], box, sheet.gap.node / 2) for other, box in boxes.items() if other != name)

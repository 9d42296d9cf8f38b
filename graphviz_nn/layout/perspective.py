"""Lay out a diagram of volumes: in a line with others above and below it, or as a U."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from graphviz_nn.errors import LayoutError, refuse_unknown
from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.engine import ENGINES
from graphviz_nn.layout.fit import fitted
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.frames import framed
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.inscriptions import Lettering
from graphviz_nn.layout.passing import ways
from graphviz_nn.layout.place import MOST
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.layout.solid import Solid, solids
from graphviz_nn.layout.spacing import spaced
from graphviz_nn.layout.stations import Stations, stations
from graphviz_nn.style.sheet import Sheet


def in_perspective(diagram: Diagram, sheet: Sheet, *, direction: str = "LR", engine: str = "wasm") -> Layout:
    """Lay out a diagram of volumes; this needs no engine, but refuses an unknown one.

    Raises
    ------
    LayoutError
        If there are too many volumes.
    UsageError
        For an unknown direction or engine.
    """
    refuse_unknown("layout engine", engine, ENGINES)
    if len(diagram.shapes) > MOST:
        raise LayoutError(
            f"a picture of {len(diagram.shapes):,} volumes is too large, the most is {MOST:,}; draw a part"
        )
    flow = Flow(is_sideways(direction))
    stand = stations(diagram, may_turn=flow.sideways)
    own = solids(diagram, stand, sheet, flow.sideways)
    lettering = Lettering(diagram, stand, own, sheet, flow)
    along = spaced(diagram, stand, own, lettering, sheet, flow)
    across = _across(stand, own, lettering, sheet, flow)
    boxes = {}
    for shape in diagram.shapes:
        boxes[shape.name] = _box(own[shape.name], along[stand.column[shape.name]], across[stand.row[shape.name]], flow)
    notes = tuple(lettering.placed(boxes, across))
    words = list(lettering.captioned(boxes, across))
    routes = [
        replace(route, labels=(*route.labels, *(text for link, text in words if link is route.link)))
        for route in ways(diagram, boxes, stand, [*notes, *(text for _, text in words)], sheet, flow)
    ]
    frames = framed(diagram, boxes, routes, notes, sheet, flow.sideways)
    return fitted(Layout(0.0, 0.0, boxes, tuple(routes), notes, flow.sideways, tuple(frames)), sheet)


def _box(solid: Solid, along: float, across: float, flow: Flow) -> Box:
    """The box of a solid with the middle of its front at a place."""
    x, y = flow.point(along, across + solid.centred(sideways=flow.sideways))
    return Box(x + solid.back[0] / 2, y + solid.back[1] / 2, *solid.hull, "box", solid=solid)


def _across(
    stand: Stations, own: Mapping[str, Solid], lettering: Lettering, sheet: Sheet, flow: Flow
) -> dict[int, float]:
    """The place of each row across the flow."""
    numbers = list(lettering.rows)
    above = {}
    for number, row in lettering.rows.items():
        above[number] = max(lettering.edge(shape.name) + _over(own[shape.name], flow) for shape in row)
    gap = sheet.gap.rank if stand.is_u else sheet.gap.node
    found = {numbers[0]: 0.0}
    for one, other in pairwise(numbers):
        found[other] = found[one] + lettering.far(one) + gap + above[other]
    return {number: place - found.get(0, 0.0) for number, place in found.items()}


def _over(solid: Solid, flow: Flow) -> float:
    """How far the back of a solid reaches beyond its front, against the direction across the flow."""
    back = solid.back[1] if flow.sideways else solid.back[0]
    return max(-back, 0.0) - 2 * solid.centred(sideways=flow.sideways)

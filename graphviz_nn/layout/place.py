"""Lay out a diagram: measure, run Graphviz, straighten, route, and place labels."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import networkx as nx

from graphviz_nn.errors import LayoutError
from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.dot import dot, read
from graphviz_nn.layout.engine import run
from graphviz_nn.layout.fit import fitted
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.labels import framed, lettered
from graphviz_nn.layout.mirror import mirrored
from graphviz_nn.layout.obeyed import unmet
from graphviz_nn.layout.rails import rails
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.layout.route import routes
from graphviz_nn.layout.size import sizes
from graphviz_nn.layout.spread import spread
from graphviz_nn.layout.straighten import centred, levelled
from graphviz_nn.layout.tributaries import gathered
from graphviz_nn.style.sheet import Sheet

# The factor by which the gaps between ranks and nodes grow if labels find no place.
ROOMS = ((1.0, 1.0), (1.0, 1.4), (1.0, 2.0), (1.4, 2.0), (1.4, 4.0), (2.0, 6.0), (3.0, 12.0))
MOST = 5_000
# If Graphviz doesn't keep an order, its edges are written in another way; the main line may bend.
WAYS: tuple[Mapping[str, str], ...] = (
    {},
    {"constraint": "false"},
    {"merges": "false"},
    {"constraint": "false", "merges": "false"},
)


def place(diagram: Diagram, sheet: Sheet, *, direction: str = "LR", engine: str = "wasm") -> Layout:
    """Lay out a diagram.

    Raises
    ------
    LayoutError
        If there are too many shapes, the engine fails, or its answer is invalid.
    UsageError
        For an unknown direction or engine.
    """
    is_sideways(direction)
    if len(diagram.shapes) > MOST:
        raise LayoutError(
            f"a picture of {len(diagram.shapes):,} shapes is too large, the most is {MOST:,}; "
            "draw a folded view, such as 'layers', or a part"
        )
    tried: list[tuple[int, int, Layout]] = []
    for way in WAYS if diagram.order else WAYS[:1]:
        for along, across in ROOMS:
            gap = replace(sheet.gap, rank=sheet.gap.rank * along, node=sheet.gap.node * across)
            layout = _whole(diagram, replace(sheet, gap=gap), direction, engine, way)
            tried.append((len(list(unmet(layout, diagram))), layout.crowded, layout))
            if not layout.crowded:
                break
        if not tried[-1][0]:
            break
    return min(tried, key=lambda each: each[:2])[2]


def _whole(diagram: Diagram, sheet: Sheet, direction: str, engine: str, way: Mapping[str, str]) -> Layout:
    """The layout of a diagram, with its backward pass if it has one."""
    mirror = diagram.mirror
    if mirror is None:
        return _placed(diagram, sheet, direction, engine, way)

    def forward(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(mirror.shapes.get(name, name) for name in group) for group in groups)

    hinted = replace(mirror.forward, order=forward(diagram.order), align=forward(diagram.align))
    return mirrored(_placed(hinted, sheet, direction, engine, way), diagram, sheet)


def _placed(diagram: Diagram, sheet: Sheet, direction: str, engine: str, way: Mapping[str, str]) -> Layout:
    sideways = is_sideways(direction)
    straight, raw, splines = _graphviz(diagram, sheet, direction, engine, way)
    for boxes in (gathered(diagram, straight, sheet, sideways), straight, raw):
        lined = rails(diagram, boxes, sheet, sideways)
        if lined.blocked:
            hanging = tuple(each for each in diagram.hanging if each.leaf not in lined.blocked)
            return _placed(replace(diagram, hanging=hanging), sheet, direction, engine, way)
        boxes = lined.boxes
        ways, crossed = routes(diagram, boxes, splines, lined.ways, sheet, sideways)
        # The engine's curves avoid the shapes only at their original positions.
        if not crossed:
            break
    hanging = tuple(each for each in diagram.hanging if each.leaf not in crossed)
    if len(hanging) < len(diagram.hanging):
        return _placed(replace(diagram, hanging=hanging), sheet, direction, engine, way)
    ways, notes, crowded = lettered(diagram, boxes, ways, sheet, sideways)
    crowded += len(crossed)
    frames = framed(diagram, boxes, ways, sheet)
    return fitted(Layout(0.0, 0.0, boxes, tuple(ways), tuple(notes), sideways, tuple(frames), crowded), sheet)


def _graphviz(
    diagram: Diagram, sheet: Sheet, direction: str, engine: str, way: Mapping[str, str]
) -> tuple[dict[str, Box], dict[str, Box], dict[int, tuple[Point, ...]]]:
    """Graphviz's boxes after straightening, the same boxes as it placed them, and its curves."""
    sideways = is_sideways(direction)
    measured = sizes(diagram, sheet, sideways)
    names = {shape.name: f"n{number}" for number, shape in enumerate(diagram.shapes)}
    merges = {} if way.get("merges") == "false" else _merges(diagram)
    boxes, raw, splines = dict[str, Box](), dict[str, Box](), dict[int, tuple[Point, ...]]()
    for held in (False, True) if any(merges.values()) else (True,):
        # Equal branches lie evenly around the main line, unless that bends the line.
        lines = [ends for ends, is_even in merges.items() if held or not is_even]
        answer = run(engine, dot(diagram, measured, names, sheet, direction, lines, way.get("constraint", "true")))
        raw, splines = spread(diagram, *read(answer, diagram, measured, names), sheet, sideways)
        boxes = levelled(diagram, centred(diagram, raw, sheet, sideways), sheet, sideways)
        across = [boxes[name].y if sideways else boxes[name].x for name in diagram.spine]
        if max(across, default=0.0) - min(across, default=0.0) < 0.01:
            break
    return boxes, raw, splines


def _merges(diagram: Diagram) -> dict[tuple[str, str], bool]:
    """Where the main line branches and joins again, and whether the branches are equally long.

    If everything between is connected, the main line has no place beside it.
    """
    linked = list({(link.tail, link.head): None for link in diagram.links})
    gaps = [pair for pair in pairwise(diagram.spine) if pair not in linked]
    found = {}
    if gaps:
        drawn: Any = nx.DiGraph(linked)
        for tail, head in gaps:
            between: Any = nx.descendants(drawn, tail) & nx.ancestors(drawn, head)
            part: Any = drawn.subgraph(between)
            branches: list[Any] = [part.subgraph(each) for each in nx.weakly_connected_components(part)]
            lengths = {nx.dag_longest_path_length(branch) for branch in branches}
            if len(branches) > 1:
                found[tail, head] = len(lengths) == 1
    return found

"""Write a diagram as DOT without text, and read Graphviz's answer as boxes and curves."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import Any

from graphviz_nn.errors import LayoutError
from graphviz_nn.forms.diagram import Diagram, Frame, Link
from graphviz_nn.layout.geometry import NOTHING, Box, Point
from graphviz_nn.layout.size import room
from graphviz_nn.style.sheet import Sheet


def dot(
    diagram: Diagram,
    sizes: Mapping[str, Box],
    names: Mapping[str, str],
    sheet: Sheet,
    sideways: bool,
    constraint: str = "true",
) -> str:
    """The diagram as DOT without text; `constraint` says whether edges that only keep an order also affect ranks."""
    lines = [
        "digraph {",
        f"rankdir={'LR' if sideways else 'TB'}; newrank=true; outputorder=nodesfirst;",
        f"ranksep={step(diagram, sheet, sideways) / 72:.6f}; nodesep={sheet.gap.node / 72:.6f};",
        'node [shape=box, fixedsize=true, label="", margin=0];',
        "edge [arrowhead=none, tailclip=false, headclip=false];",
    ]
    hanging = {each.leaf: each for each in diagram.hanging}
    spine, line = set(diagram.spine), set(pairwise(diagram.spine))
    for shape in diagram.shapes:
        box = sizes[shape.name]
        group = ", group=spine" if shape.name in spine else ""
        width, height = _room(box, shape.name in hanging, sheet, sideways)
        lines.append(f"{names[shape.name]} [width={width / 72:.6f}, height={height / 72:.6f}{group}];")
    lines += _clusters(diagram.frames, names, 2 * sheet.gap.inside)
    leaving = Counter(link.tail for link in diagram.links)
    arriving = Counter(link.head for link in diagram.links if link.tail not in hanging)
    for number, link in enumerate(diagram.links):
        tail, head = names[link.tail], names[link.head]
        leaf = hanging.get(link.tail)
        if leaf is not None:
            # In one rank Graphviz puts an edge's tail before its head; rails aren't its business.
            is_before = not leaf.is_after(sideways)
            ends = f"{tail} -> {head} [e={number}" if is_before else f"{head} -> {tail} [e={-number - 1}"
            if link.head == leaf.consumers[0]:
                apart = _stretched(link, sheet, sideways)
                lines.append(f"{{rank=same; {tail}; {head};}} {ends}, weight=4{apart}];")
            continue
        is_chain = leaving[link.tail] == 1 == arriving[link.head] and arriving[link.tail] < 2
        weight = 40 if (link.tail, link.head) in line else 12 if is_chain else 2
        lines.append(f"{tail} -> {head} [e={number}, weight={weight}];")
    lines += _hints(diagram, names, constraint)
    return "\n".join([*lines, "}"])


def _hints(diagram: Diagram, names: Mapping[str, str], constraint: str) -> Iterator[str]:
    """Ranks; within a rank, an edge's tail comes before its head."""
    ordered = (*diagram.order, *diagram.rows)
    for group in (*ordered, *diagram.align):
        yield f"{{rank=same; {' '.join(f'{names[name]};' for name in group)}}}"
    for group in ordered:
        yield " -> ".join(names[name] for name in group) + f" [style=invis, constraint={constraint}];"


def _clusters(frames: Sequence[Frame], names: Mapping[str, str], margin: float) -> Iterator[str]:
    """Frames as clusters, each inside the smallest frame that contains it."""
    inside: dict[int | None, list[int]] = defaultdict(list)
    for number, frame in enumerate(frames):
        around = [n for n, other in enumerate(frames) if set(frame.members) < set(other.members)]
        inside[min(around, key=lambda n: len(frames[n].members), default=None)].append(number)

    def written(number: int) -> str:
        parts = [f"{names[member]};" for member in frames[number].members]
        return f"subgraph cluster_{number} {{margin={margin:.6f}; {' '.join([*map(written, inside[number]), *parts])}}}"

    return map(written, inside[None])


def _room(box: Box, hangs: bool, sheet: Sheet, sideways: bool) -> tuple[float, float]:
    """The space of a shape and its notes: equal on both sides, but for those across the flow of what hangs off it."""
    left, above, right, below = box.reserve
    if hangs and sideways:
        return box.width + 2 * max(left, right), box.height + above + below
    if hangs:
        return box.width + left + right, box.height + 2 * max(above, below)
    # The gap to its neighbour exists anyway.
    beside = max(left, right)
    across = 2 * max(beside + sheet.gap.label - sheet.gap.node / 2, 0.0) if beside else 0.0
    return box.width + across, box.height + 2 * max(above, below)


def step(diagram: Diagram, sheet: Sheet, sideways: bool) -> float:
    """The distance of ranks: where arrows are layers, the widest label fits, so that all steps are equal."""
    rooms = [room(link, sheet) for link in diagram.links if link.layer]
    along = max((width if sideways else height for width, height in rooms), default=0.0)
    return max(sheet.gap.rank, along + sheet.line.arrow_length + 2 * sheet.gap.label) if rooms else sheet.gap.rank


def _stretched(link: Link, sheet: Sheet, sideways: bool) -> str:
    """Room beside an edge in one rank, in gaps between nodes."""
    width, height = room(link, sheet)
    along = (height if sideways else width) + sheet.line.arrow_length + 2 * sheet.gap.label
    return f", minlen={ceil(along / sheet.gap.node)}" if width and along > sheet.gap.node else ""


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.replace(",", " ").split()]


def read(
    answer: Mapping[str, Any], diagram: Diagram, sizes: Mapping[str, Box], names: Mapping[str, str], sideways: bool
) -> tuple[dict[str, Box], dict[int, tuple[Point, ...]]]:
    """Boxes and curves from Graphviz's answer, with y pointing down."""
    shapes = {drawn: name for name, drawn in names.items()}
    hanging = {each.leaf for each in diagram.hanging}
    boxes: dict[str, Box] = {}
    splines: dict[int, tuple[Point, ...]] = {}
    try:
        top = _numbers(answer["bb"])[3]
        for node in answer.get("objects", []):
            if node["name"] not in shapes:
                continue
            name = shapes[node["name"]]
            x, y = _numbers(node["pos"])
            size = sizes[name]
            # Shapes that hang off the main line have their notes across it on one side.
            left, above, right, below = size.reserve if name in hanging else NOTHING
            aside, down = (0.0, (above - below) / 2) if sideways else ((left - right) / 2, 0.0)
            boxes[name] = replace(size, x=x + aside, y=top - y + down)
        for each in answer.get("edges", []):
            if "e" not in each:
                continue
            number = int(each["e"])
            # An edge without a path is drawn straight.
            values = _numbers(each.get("pos", "").split(";")[0])
            points = tuple((x, top - y) for x, y in zip(values[::2], values[1::2], strict=True))
            if len(points) > 3:
                splines[number if number >= 0 else -number - 1] = points if number >= 0 else points[::-1]
    except (KeyError, ValueError, IndexError) as error:
        raise LayoutError(f"the layout engine's answer can't be read: {error!r}") from None
    missing = [shape.name for shape in diagram.shapes if shape.name not in boxes]
    if missing:
        raise LayoutError(f"the layout engine returned no position for {missing[0]}")
    return {shape.name: boxes[shape.name] for shape in diagram.shapes}, splines

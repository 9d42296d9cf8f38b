"""Frames in parts: around what repeats and nothing else, where one frame would hold what doesn't."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram, Frame
from graphviz_nn.layout.continued import pieces
from graphviz_nn.layout.frames import framed, title_size
from graphviz_nn.layout.geometry import Box, overlap
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Layout, Placed
from graphviz_nn.style.sheet import Sheet

Framed: TypeAlias = tuple[Box, Placed]

AGAIN = r"\mathrm{continued}"


def honest(diagram: Diagram, layout: Layout, sheet: Sheet) -> tuple[Diagram, Layout]:
    """Frames hold no shapes of others: one that says how often its shapes repeat is in parts, any other is left out."""
    kept, found, drawn = list[Frame](), list[Framed](), iter(layout.frames)
    for frame in diagram.frames:
        rows = pieces(frame, layout.rows) if layout.rows else [frame]
        own = [next(drawn) for _ in rows]
        strangers = [layout.boxes[each.name] for each in diagram.shapes if each.name not in frame.members]
        if not any(overlap(box, each, 0.0) for box, _ in own for each in strangers):
            kept.append(frame)
            found += own
        elif frame.repeats:
            for part, box in _parted(frame, rows, diagram, layout, sheet):
                kept.append(part)
                found.append(box)
    return replace(diagram, frames=tuple(kept)), replace(layout, frames=tuple(found))


def _parted(
    frame: Frame, rows: Sequence[Frame], diagram: Diagram, layout: Layout, sheet: Sheet
) -> list[tuple[Frame, Framed]]:
    """Frames that together have the members of one, each with its box and title; strangers are between them.

    Parameters
    ----------
    rows : sequence of Frame
        The frame's pieces, one for each row that it is in.
    """
    strangers = [layout.boxes[each.name] for each in diagram.shapes if each.name not in frame.members]
    groups = [part for piece in rows for part in _parts(piece, diagram, layout.boxes, strangers, sheet)]
    groups.sort(key=lambda part: -len(part.members))
    # The largest says how often; others that don't touch it are the same once more.
    names = (f"{frame.name} part {number}" if number else frame.name for number in range(len(groups)))
    parts = [replace(part, name=name, whole=frame.name) for part, name in zip(groups, names, strict=True)]
    parts[1:] = [replace(part, note=AGAIN) for part in parts[1:]]
    drawn = replace(diagram, frames=tuple(parts))
    found = framed(drawn, layout.boxes, layout.routes, layout.notes, sheet, layout.sideways)
    said = list[Framed]()
    for box, title in found:
        touches = any(overlap(box, other, 0.0) for other, _ in said)
        said.append((box, replace(title, tex="") if touches else title))
    return list(zip(parts, said, strict=True))


def _parts(
    frame: Frame, diagram: Diagram, boxes: Mapping[str, Box], strangers: Sequence[Box], sheet: Sheet
) -> Iterator[Frame]:
    """The members of a frame in groups, as few as can be, none with a stranger between them."""
    height = typeset(frame.title).height * title_size(frame, sheet)
    groups = [{name} for name in frame.members if name in boxes]
    line = {name: number for number, name in enumerate(diagram.spine)}
    links = sorted(diagram.links, key=lambda link: link.tail not in line or link.head not in line)
    pairs = [(link.tail, link.head) for link in links] + list(combinations(frame.members, 2))
    for pair in pairs:
        ends = [next((group for group in groups if name in group), None) for name in pair]
        one, other = ends
        if one is None or other is None or one is other:
            continue
        around = _around([boxes[name] for name in (*one, *other)], sheet.gap.inside, height)
        if not any(overlap(around, each, 0.0) for each in strangers):
            groups.remove(other)
            one |= other
    for group in groups:
        yield replace(frame, members=tuple(name for name in frame.members if name in group))


def _around(boxes: Sequence[Box], pad: float, title: float) -> Box:
    """What a frame with a title takes."""
    left = min(box.x - box.width / 2 - box.reserve[0] for box in boxes) - pad
    right = max(box.x + box.width / 2 + box.reserve[2] for box in boxes) + pad
    top = min(box.y - box.height / 2 - box.reserve[1] for box in boxes) - 1.5 * pad - title
    bottom = max(box.y + box.height / 2 + box.reserve[3] for box in boxes) + pad
    return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, "box")

"""Text around columns: headings and notes at their ends, the names of layers between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from graphviz_nn.forms.diagram import Column, Diagram
from graphviz_nn.layout.braces import beside
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.measure import line, typeset
from graphviz_nn.layout.result import Mark, Placed
from graphviz_nn.style.sheet import Sheet


def between(before: Column, column: Column, sheet: Sheet, sideways: bool) -> float:
    """The distance between two columns that the texts at their ends and between them need."""
    text = sheet.text
    rows = (
        (before.heading, text.name_size, column.title, text.link_size, column.heading),
        (before.note, text.note_size, column.subtitle, text.note_size, column.note),
    )

    def length(tex: str, size: float) -> float:
        room = Placed(tex, 0.0, 0.0, size).extent
        return room.width if sideways else room.height

    return max(
        max(length(first, size), length(last, size)) + length(middle, inner) + 4 * sheet.gap.inside if middle else 0.0
        for first, size, middle, inner, last in rows
    )


def texts(
    diagram: Diagram, boxes: Mapping[str, Box], places: Sequence[float], sheet: Sheet, sideways: bool
) -> Iterator[Placed]:
    """All headings, notes and names, placed; `places` are the positions of the columns along the flow."""
    text, gap = sheet.text, sheet.gap.inside
    # All headings share one line, with space for descenders.
    above = -gap - (line(r"\mathrm{p}").below * text.name_size if sideways else 0.0)
    columns = [[boxes[name] for name in column.members if name] for column in diagram.columns]
    reach = [max((b.y + b.height / 2 if sideways else b.x + b.width / 2) for b in column) for column in columns]
    far = max(reach)
    is_titled = any(column.title for column in diagram.columns)
    for column, place, end in zip(diagram.columns, places, reach, strict=True):
        # Beside names of layers, all are on one line; otherwise each is at its column.
        pale = is_pale(column, diagram)
        heading = _before(column.heading, text.name_size, place, above - (far if is_titled else end), sideways)
        yield from _toned(heading, pale, column)
        if column in outer(diagram):
            continue
        yield from _toned(_after(column.note, text.note_size, place, end + gap, sideways, quiet=True), pale, column)
    for (start, end), column in zip(pairwise(places), diagram.columns[1:], strict=True):
        middle = (start + end) / 2
        pale = all(link.emphasis == "pale" for link in diagram.links if link.head in column.members)
        title = _before(column.title, text.link_size, middle, above - far, sideways, kind=column.kind)
        yield from _toned(title, pale, column)
        subtitle = _after(column.subtitle, text.note_size, middle, far + gap, sideways, kind=column.kind)
        yield from _toned(subtitle, pale, column)


def outer(diagram: Diagram) -> list[Column]:
    """The columns with a count at whose outer side no line runs, so that a brace fits there."""
    return [column for column in dict.fromkeys((diagram.columns[0], diagram.columns[-1])) if column.count]


def counted(diagram: Diagram, boxes: Mapping[str, Box], sheet: Sheet, sideways: bool) -> Iterator[Mark]:
    """The number of entries of the first and the last column, if some are left out, at a brace beside them."""
    units = {shape.name for shape in diagram.shapes if shape.kind == "unit"}
    for column in outer(diagram):
        side = -1 if column == diagram.columns[0] else 1
        found = [boxes[name] for name in column.members if name in units]
        across = [
            (b.y, b.height / 2, b.x, b.width / 2) if sideways else (b.x, b.width / 2, b.y, b.height / 2) for b in found
        ]
        ends = min(middle - half for middle, half, *_ in across), max(middle + half for middle, half, *_ in across)
        base = max(side * place + half for *_, place, half in across) + sheet.gap.label
        yield beside(column.name, column.count, ends, side * base, side, sideways, sheet)


def is_pale(column: Column, diagram: Diagram) -> bool:
    """Whether everything drawn in a column is pale."""
    return all(shape.emphasis == "pale" for shape in diagram.shapes if shape.name in column.members)


def _toned(texts: Iterator[Placed], pale: bool, column: Column) -> Iterator[Placed]:
    return (replace(each, pale=pale, owner=column.name) for each in texts)


def _before(tex: str, size: float, along: float, end: float, sideways: bool, kind: str = "") -> Iterator[Placed]:
    """A text before the columns: with its baseline above them, or its end left of them."""
    if not tex:
        return
    found = typeset(tex)
    if sideways:
        yield Placed(tex, along, end - (found.top + found.bottom) / 2 * size, size, kind=kind)
    else:
        yield Placed(tex, end - found.width * size / 2, along, size, kind=kind)


def _after(
    tex: str, size: float, along: float, start: float, sideways: bool, *, quiet: bool = False, kind: str = ""
) -> Iterator[Placed]:
    """A text after the columns: with its line below them, or to their right."""
    if not tex:
        return
    found = typeset(tex)
    if sideways:
        yield Placed(
            tex, along, start + line("x").above * size - (found.top + found.bottom) / 2 * size, size, quiet, kind
        )
    else:
        yield Placed(tex, start + found.width * size / 2, along, size, quiet, kind)

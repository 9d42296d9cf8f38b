"""The cells of a shape, on the colour of the page so that numbers are as legible as beside it."""

from graphviz_nn.layout.geometry import Box
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Path
from graphviz_nn.style.sheet import Sheet

# The width of the lines between cells, in lines.
FINE = 0.6


def cells(box: Box, outline: Path, sheet: Sheet) -> list[Path]:
    """What is drawn on a shape with this outline: its cells, and the lines below its label and between two cells."""
    if box.cells is None or outline.stroke is None:
        return []
    head, first = box.cells
    left, right, top, bottom = (
        box.x - box.width / 2,
        box.x + box.width / 2,
        box.y - box.height / 2 + head,
        box.y + box.height / 2,
    )
    area = OUTLINES["box"](box.x, box.y + head / 2, box.width, box.height - head)
    ends = [((left, top), (right, top))] if head else []
    ends += [((left + first, top), (left + first, bottom))] if first else []
    lines = [Path((("M", start), ("L", end)), None, outline.stroke, sheet.line.width * FINE) for start, end in ends]
    return [
        Path(area, sheet.page.background),
        *lines,
        Path(outline.commands, None, outline.stroke, outline.width, outline.dash),
    ]

"""The sign of a difference from another model, which tells it apart without colour."""

from graphviz_nn.forms.diagram import table
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.size import BADGE
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Path, Text
from graphviz_nn.style.sheet import Sheet

SIGNS = {"added": "+", "removed": "-", "changed": r"\neq", "weights changed": r"\Delta"}
"""TeX for each kind of difference."""

# The size of the sign in font sizes of a note.
SIZE = 0.9


def badge(change: str, x: float, y: float, sheet: Sheet) -> tuple[Path, Text]:
    """A filled circle at a place, with a sign in it."""
    line, background, size = sheet.look(table(change)).line, sheet.page.background, sheet.text.note_size
    disc = OUTLINES["circle"](x, y, 2 * BADGE * size, 2 * BADGE * size)
    return (
        Path(disc, line, background, sheet.line.width / 2),
        Text(SIGNS[change], x, y, SIZE * size, background, sheet.text.family),
    )


def corner(box: Box, sideways: bool) -> Point:
    """Where the upper left corner of an outline is."""
    left, top = box.x - box.width / 2, box.y - box.height / 2
    if box.outline == "trapezoid" and box.ends is not None:
        aside = ((box.height if sideways else box.width) - box.ends[0]) / 2
        return (left, top + aside) if sideways else (left + aside, top)
    # On a round end, half the way along its quarter of a circle.
    round_off = min(box.width, box.height) / 2 * (1 - 0.5**0.5) if box.outline in ("circle", "pill") else 0.0
    return left + round_off, top + round_off

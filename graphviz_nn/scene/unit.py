"""The inside of a unit: its symbol, or its value on a shade, and the curve of its activation."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.layout.size import LEADING, UNIT_CURVE, unit_lines, unit_room
from graphviz_nn.scene.curve import drawn_curve
from graphviz_nn.scene.paint import mixed, strongest
from graphviz_nn.scene.primitives import Path, Text
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.style.tables import Look


def shaded(shape: Shape, look: Look, sheet: Sheet) -> Look:
    """The look of a unit that shows its value: filled by its size, and dashed below 0.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> shape, sheet = Shape("x[1]", "unit", "x_1", value="0", shade=0.0), load("lecture")
    >>> shaded(shape, sheet.unit, sheet).fill
    '#FFFFFF'
    """
    if not shape.value:
        return look
    share = shape.shade or 0.0
    colour = sheet.weight.negative if share < 0 else sheet.weight.positive
    full = strongest(colour, sheet.page.background, sheet.text.ink)
    fill = mixed(sheet.page.background, colour, full * abs(share))
    dash = sheet.weight.dash if share < 0 else look.dash
    return replace(look, fill=fill, dash=dash, ink=sheet.text.ink)


def inside(shape: Shape, box: Box, look: Look, sheet: Sheet) -> list[Path | Text]:
    """The lines of a unit, one above the other, and its curve to their right."""
    lines = unit_lines(shape, sheet)
    width, height = unit_room(shape, sheet)
    items, left = list[Path | Text](), box.x
    if shape.curve is not None:
        wide, high = (share * sheet.size.unit for share in UNIT_CURVE)
        left = box.x - (wide + sheet.gap.inside) / 2
        area = Box(left + (width + wide) / 2 + sheet.gap.inside, box.y, wide, high, "box")
        items += drawn_curve(shape.curve, area, look.line, look.ink, sheet)
    top = box.y - height / 2
    for tex, size in lines:
        tall = typeset(tex).height * size
        # A single symbol is level with those of its neighbours.
        middle = box.y + level(tex) * size if len(lines) == 1 else top + tall / 2
        items.append(Text(tex, left, middle, size, look.ink, sheet.text.family))
        top += tall + LEADING * size
    return items

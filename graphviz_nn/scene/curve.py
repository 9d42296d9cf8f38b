"""The curve of a function inside its shape."""

from graphviz_nn.forms.diagram import Curve, Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.size import CURVE, curve_height, font
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Command, Path
from graphviz_nn.style.sheet import Sheet

# The widths of axes, of a curve and of a dot on it, in lines.
FINE, BOLD, DOT = 0.4, 1.5, 4.5


def curve_place(shape: Shape, box: Box, sheet: Sheet) -> tuple[Box, float]:
    """The place of a shape's curve, and how far it raises the label."""
    width, height = CURVE * sheet.size.operation, curve_height(sheet)
    if box.outline == "circle":
        return Box(box.x, box.y, width, height, "box"), 0.0
    text = typeset(shape.label).height * font(shape, sheet)
    # Label and curve are centred together.
    whole = text + sheet.gap.inside + height
    return Box(box.x, box.y + (whole - height) / 2, width, height, "box"), (whole - text) / 2


def drawn_curve(curve: Curve, place: Box, line: str, ink: str, sheet: Sheet) -> list[Path]:
    """The two axes through 0, the curve, and a dot at its marked point."""
    ends = curve.runs[0][0][0], curve.runs[-1][-1][0]
    reach = max(map(abs, ends))
    span = curve.high - curve.low or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            place.x + x / reach * place.width / 2,
            place.y + place.height / 2 - (y - curve.low) / span * place.height,
        )

    axes = (((-reach, 0.0), (reach, 0.0)), ((0.0, curve.low), (0.0, curve.high or 1.0)))
    found = [Path((("M", at(*start)), ("L", at(*end))), None, line, sheet.line.width * FINE) for start, end in axes]
    commands: list[Command] = []
    for run in curve.runs:
        commands += [("L" if number else "M", at(*point)) for number, point in enumerate(run)]
    found.append(Path(tuple(commands), None, ink, sheet.line.width * BOLD))
    if curve.marked is not None:
        size = DOT * sheet.line.width
        found.append(Path(OUTLINES["circle"](*at(*curve.marked), size, size), ink))
    return found

"""How large a picture is at least, and its smallest letters at most, told before it is laid out."""

import math

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.result import is_sideways
from graphviz_nn.layout.size import font, shape_size
from graphviz_nn.style.sheet import Sheet


def least_length(diagram: Diagram, sheet: Sheet, direction: str) -> float:
    """How long the shapes of the main line are along the flow, one after the other without gaps, in pt.

    Where the author or a way back puts some of them beside others, it is 0.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> from graphviz_nn.style.sheet import load
    >>> shapes = tuple(Shape(name, "data", name) for name in "ab")
    >>> line = Diagram(shapes, (Link("a", "b", "a"),), spine=("a", "b"))
    >>> 0.0 < least_length(line, load("lecture"), "LR") < 100.0
    True
    """
    if diagram.align or diagram.columns or diagram.backward or diagram.is_solid:
        return 0.0
    sideways, shapes = is_sideways(direction), {shape.name: shape for shape in diagram.shapes}
    boxes = (shape_size(shapes[name], sheet, sideways) for name in diagram.spine)
    return sum(box.width if sideways else box.height for box in boxes)


def least_area(diagram: Diagram, sheet: Sheet, direction: str) -> float:
    """The area of all shapes with half the gaps between them, in square pt; a picture's is a few times as large.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Shape
    >>> from graphviz_nn.style.sheet import load
    >>> one, two = (Diagram(tuple(Shape(name, "data", name) for name in names), ()) for names in ("a", "ab"))
    >>> least_area(two, load("lecture"), "LR") > 1.5 * least_area(one, load("lecture"), "LR")
    True
    """
    if diagram.is_solid:
        # Where solids overlap, they need less.
        return 0.0
    sideways = is_sideways(direction)
    along, across = sheet.gap.rank / 2, sheet.gap.node / 2
    wider, higher = (along, across) if sideways else (across, along)
    boxes = (shape_size(shape, sheet, sideways) for shape in diagram.shapes)
    return sum((box.width + wider) * (box.height + higher) for box in boxes)


def largest_letters(diagram: Diagram, sheet: Sheet) -> float:
    """How large the smallest visible letters of a picture are at most: as large as those of its shapes, in pt."""
    sizes = (font(shape, sheet) for shape in diagram.shapes if shape.label and not shape.curve)
    return min((size for size in sizes if size > 0), default=math.inf)

"""How large shapes and labels are."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Hanging, Link, Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.grid import Grid, grid
from graphviz_nn.layout.measure import Typeset, line, typeset
from graphviz_nn.style.heat import HeatMap
from graphviz_nn.style.sheet import Sheet

# The gap between two lines of a label, in font sizes.
LEADING = 0.35
# The kind of a shape that is a mere point, where an arrow turns.
TURN = "turn"
BLOCKS = ("layer", "activation", "function")
# How wide the curve of a function is, in least operations.
CURVE = 1.25
# How much wider than high the least shape of an outline is.
WIDER = {"pill": 1.25, "box": 1.1, "rounded": 1.1, "octagon": 1.1}


Row = tuple[str | Grid | HeatMap, str]
"""TeX, an array in rows and columns, or a heat map, and the kind whose colour it has."""


def font(shape: Shape, sheet: Sheet) -> float:
    """The font size of a shape's inside."""
    size: float = getattr(sheet.text, f"{shape.text}_size")
    return size


def curve_height(sheet: Sheet) -> float:
    """How high the curve inside a shape is; it is wider."""
    height: float = CURVE * sheet.size.operation * 0.75
    return height


def shape_size(shape: Shape, sheet: Sheet, sideways: bool, hanging: Hanging | None = None) -> Box:
    """A shape's size, at the origin, with the room for its notes where these are above and below it.

    Parameters
    ----------
    hanging : Hanging, optional
        How it hangs off the main line: then its notes are on the other side.
    """
    found = _bare_size(shape, sheet, sideways)
    above, below = (notes_reach(rows, sheet, sideways) for rows in note_sides(shape, hangs=hanging is not None))
    if not sideways:
        return found
    if hanging is not None:
        return replace(found, reserve=(0.0, below) if hanging.is_first else (below, 0.0))
    return replace(found, reserve=(max(above, below),) * 2)


def notes_reach(rows: list[Row], sheet: Sheet, sideways: bool) -> float:
    """How far small lines reach across the flow from the shape that they are beside."""
    width, height = rows_room(rows, sheet)
    return (height if sideways else width) + sheet.gap.label if rows else 0.0


def _bare_size(shape: Shape, sheet: Sheet, sideways: bool) -> Box:
    if shape.kind == TURN:
        return Box(0, 0, 0, 0, "box")
    look = sheet.look(shape.kind)
    texts = [typeset(each) for each in (shape.label, shape.room) if each] or [typeset(shape.label)]
    size = font(shape, sheet)
    width, height = (max(values) * size for values in zip(*((t.width, t.height) for t in texts), strict=True))
    if shape.curve and look.outline == "circle":
        side = CURVE * sheet.size.operation * 2**0.5
        return Box(0, 0, side, side, "circle")
    if shape.curve:
        width, height = max(width, CURVE * sheet.size.operation), height + sheet.gap.inside + curve_height(sheet)
    least = getattr(sheet.size, shape.kind if shape.kind in ("operation", "constant") else "variable")
    if look.outline == "circle" and max(width, height) <= least * 1.15 - sheet.gap.inside:
        side = max(least, (width**2 + height**2) ** 0.5 + sheet.gap.inside)
        return Box(0, 0, side, side, "circle")
    outline = "pill" if look.outline == "circle" else look.outline
    width = max(width + (3 if outline == "pill" else 2) * sheet.gap.inside, least * WIDER.get(outline, 1.0))
    height = max(least, height + 2 * sheet.gap.inside)
    if shape.entries is None:
        return Box(0, 0, width, height, outline)
    first, last = (_grown(entries, shape.kind in BLOCKS, sheet) for entries in shape.entries)
    if sideways:
        first, last = max(first, height), max(last, height)
        # A pill as high as it is wide would be a circle, which is an operation.
        width = max(width, WIDER["pill"] * first) if outline == "pill" else width
        return Box(0, 0, width, max(first, last), outline, ends=(first, last))
    across = width - _grown(1, shape.kind in BLOCKS, sheet)
    ends = max(first + across, width), max(last + across, width)
    return Box(0, 0, max(ends), height, outline, ends=ends)


def _grown(entries: int, is_block: bool, sheet: Sheet) -> float:
    """A length that says how many entries there are: few are told apart, many are not too long."""
    least, span = (sheet.size.layer, sheet.size.layer_growth) if is_block else (sheet.size.variable, sheet.size.growth)
    share: float = 1 - max(entries, 1) ** (-1 / 3)
    return least + span * share


def label_lines(link: Link, sheet: Sheet) -> list[str]:
    """The label of a link, on one line or on several."""
    words = link.label.split("\n")
    whole = r"\ ".join(words)
    is_wide = typeset(whole).width * sheet.text.link_size > sheet.text.link_width
    return words if is_wide else [whole] if whole else []


def room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The room that the label of a link and the lines below it take."""
    own, other = _room(link, sheet), _room(replace(link, label=link.room), sheet) if link.room else (0.0, 0.0)
    return max(own[0], other[0]), max(own[1], other[1])


def _room(link: Link, sheet: Sheet) -> tuple[float, float]:
    words, size = label_lines(link, sheet), sheet.text.link_size
    lines = [line(each) for each in words]
    width, height = notes_room(link, sheet)
    height += sum(each.height * size for each in lines) + max(len(lines) - 1, 0) * LEADING * size
    height += LEADING * sheet.text.note_size if words and note_rows(link) else 0.0
    return max([width, *(typeset(each).width * size for each in words)]), height


def note_rows(said: Shape | Link) -> list[Row]:
    """The small lines beside a shape, or below the label of a link, the heat map of a number below it."""
    found: list[Row] = [(said.note, "")] if said.note else []
    found += _numbers(said.value, said.value_heat, "value")
    return found + gradient_rows(said) if isinstance(said, Shape) else found


def note_sides(shape: Shape, *, hangs: bool) -> tuple[list[Row], list[Row]]:
    """The small lines above a shape and those below it, or left and right of it where the flow goes down.

    Where both are known the value is on the first side and the gradient on the other, unless the shape hangs off what
    is there.
    """
    if hangs or not (shape.value and shape.gradient):
        return [], note_rows(shape)
    first = _numbers(shape.value, shape.value_heat, "value")
    return first, [row for row in note_rows(shape) if row not in first]


def gradient_rows(said: Shape | Link) -> list[Row]:
    """The small lines about the gradient; those of a link are on its other side."""
    return _numbers(said.gradient, said.gradient_heat, "gradient")


def _numbers(tex: str, heat: HeatMap | None, kind: str) -> list[Row]:
    return [(each, kind) for each in (grid(tex) or tex, heat) if each]


def measured(said: str | Grid | HeatMap) -> Typeset | Grid | HeatMap:
    """What has the width and the height of a row, at size 1."""
    return typeset(said) if isinstance(said, str) else said


def notes_room(said: Shape | Link, sheet: Sheet) -> tuple[float, float]:
    """The room that the small lines of a shape or link take."""
    return rows_room(note_rows(said), sheet)


def gradient_room(link: Link, sheet: Sheet) -> tuple[float, float]:
    """The room that the gradient by what flows along a link takes."""
    return rows_room(gradient_rows(link), sheet)


def rows_room(rows: list[Row], sheet: Sheet) -> tuple[float, float]:
    """The room that small lines take."""
    found, size = [measured(each) for each, _ in rows], sheet.text.note_size
    height = sum(each.height * size for each in found) + max(len(found) - 1, 0) * LEADING * size
    return max((each.width * size for each in found), default=0.0), height

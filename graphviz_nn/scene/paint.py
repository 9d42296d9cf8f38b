"""The paint of a line: its colour and its width, where it has a weight from that."""

from dataclasses import dataclass

from graphviz_nn.forms.diagram import Link
from graphviz_nn.style.sheet import Sheet

# How much of its colour the weakest line has; the rest is background.
PALEST = 0.45


@dataclass(frozen=True)
class Paint:
    """A line's colour, width and dash, and how far up it lies."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    order: float = 0.0


def paint(link: Link, strongest: float, sheet: Sheet) -> Paint:
    """The paint of a link among others of which the strongest has this weight.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> paint(Link("x", "y", "w", weight=-2.0), 2.0, load("lecture")).width
    3.0
    """
    look = sheet.weight
    if link.weight is not None:
        share = abs(link.weight) / strongest if strongest else 0.0
        sign, dash = (look.negative, look.dash) if link.weight < 0 else (look.positive, ())
        colour = mixed(sheet.page.background, sign, PALEST + (1 - PALEST) * share)
        return Paint(colour, look.least + (look.most - look.least) * share, dash, share)
    if link.plain:
        return Paint(look.unknown, look.least)
    return Paint(sheet.line.colour, sheet.line.layer_width if link.layer else sheet.line.width)


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two.

    >>> mixed("#FFFFFF", "#000000", 0.2)
    '#CCCCCC'
    """
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)

"""The paint of lines and shapes: colour, width and emphasis."""

from dataclasses import dataclass, replace
from functools import cache

from graphviz_nn.forms.diagram import Emphasis, Hue, Link, Shape
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.style.tables import Look

# The share of its colour that the weakest line has; the rest is background.
PALEST = 0.45
# The shares that a colour may have in the strongest shade, and the least contrast to letters on it.
STRENGTHS, LEGIBLE = [percent / 100 for percent in range(60, 5, -2)], 4.5

# What is emphasised has thick lines.
STRONG = ("strong", "wrong")


@dataclass(frozen=True)
class Paint:
    """A line's colour, width and dash, and its level."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    order: float = 0.0


def paint(link: Link, strongest: float, sheet: Sheet) -> Paint:
    """The paint of a link, relative to the strongest weight.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> paint(Link("x", "y", "w", weight=-2.0), 2.0, load("lecture")).width
    3.0
    """
    found, emphasis = _usual(link, strongest, sheet), sheet.emphasis
    if link.emphasis == "pale":
        colour = mixed(sheet.page.background, found.colour, emphasis.line_share)
        return replace(found, colour=colour, order=found.order - 2)
    if link.emphasis in STRONG:
        colour = sheet.removed.line if link.emphasis == "wrong" else found.colour
        return replace(found, colour=colour, width=found.width * emphasis.strong, order=found.order + 2)
    return found


def _usual(link: Link, strongest: float, sheet: Sheet) -> Paint:
    look = sheet.weight
    if link.weight is not None:
        share = abs(link.weight) / strongest if strongest else 0.0
        sign, dash = (look.negative, look.dash) if link.weight < 0 else (look.positive, ())
        colour = mixed(sheet.page.background, sign, PALEST + (1 - PALEST) * share)
        return Paint(colour, look.least + (look.most - look.least) * share, dash, share)
    if link.plain:
        return Paint(look.unknown, look.least)
    return Paint(
        sheet.text.gradients if link.is_back else sheet.line.colour,
        sheet.line.layer_width if link.layer else sheet.line.width,
    )


def own(shape: Shape, sheet: Sheet) -> Look:
    """The look of a shape: that of its kind, in its own colour if it has one."""
    return hued(sheet.look(shape.table), shape.hue, sheet)


def hued(look: Look, hue: Hue | None, sheet: Sheet) -> Look:
    """A look in a colour of the palette, which starts again where it ends; below 0 as gray as a constant.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> sheet = load("lecture")
    >>> hued(sheet.layer, Hue("attention", 0), sheet).fill == sheet.palette.fills[0]
    True
    """
    fills, lines = sheet.palette.fills, sheet.palette.lines
    if hue is None or not fills:
        return look
    if hue.number < 0:
        return replace(look, fill=sheet.constant.fill, line=sheet.constant.line)
    place = hue.number % len(fills)
    return replace(look, fill=fills[place], line=lines[place])


def toned(look: Look, ink: str, emphasis: Emphasis, sheet: Sheet) -> Look:
    """A look with its ink, at this emphasis.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> sheet = load("mono")
    >>> toned(sheet.operation, "#000000", "pale", sheet).line
    '#999999'
    """
    if emphasis == "pale":
        background, tone = sheet.page.background, sheet.emphasis
        fill, line = mixed(background, look.fill, tone.fill_share), mixed(background, look.line, tone.line_share)
        return replace(look, fill=fill, line=line, ink=tone.ink)
    if emphasis == "wrong":
        look = replace(look, fill=sheet.removed.fill, line=sheet.removed.line)
    return replace(look, ink=ink, width=look.width * (sheet.emphasis.strong if emphasis in STRONG else 1.0))


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, from 1 to 21, by their relative luminance.

    >>> contrast("#FFFFFF", "#000000")
    21.0
    """
    dark, pale = sorted(map(_luminance, (first, second)))
    return (pale + 0.05) / (dark + 0.05)


@cache
def strongest(colour: str, page: str, ink: str) -> float:
    """The greatest share of a colour on a page on which ink is legible."""
    shares = (share for share in STRENGTHS if contrast(mixed(page, colour, share), ink) >= LEGIBLE)
    return next(shares, STRENGTHS[-1])


def _luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two.

    >>> mixed("#FFFFFF", "#000000", 0.2)
    '#CCCCCC'
    """
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)

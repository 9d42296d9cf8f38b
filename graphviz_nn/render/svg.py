"""A scene as SVG for every viewer: mathematics as outlines with its TeX for screen readers, or as text."""

import re
from functools import partial

from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.letters import Typed, origin, typed
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text

# Characters that XML 1.0 can't represent.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


# Fonts with nearly the same widths as the measured ones.
FONTS = {"serif": "STIX Two Text, STIXGeneral, Times New Roman, serif", "sans": "DejaVu Sans, Verdana, sans-serif"}


def svg(scene: Scene, *, text: bool = False) -> bytes:
    """The bytes of an SVG file; its letters are outlines, or with `text` as far as possible text."""
    width, height = number(scene.width), number(scene.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(scene.title)}</title>',
        f'<desc id="description">{escape(scene.description)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{scene.background}"/>',
        *map(partial(_group, text=text), scene.groups),
        "</svg>\n",
    ]
    return "\n".join(lines).encode()


def escape(text: str) -> str:
    """Escape text for XML."""
    return writable(text).translate(_ESCAPES)


def writable(text: str) -> str:
    """Remove characters that XML can't represent."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def number(value: float) -> str:
    """A length, to a hundredth of a pt."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _group(group: Group, text: bool) -> str:
    letters = _letters if text else _text
    items = "\n".join(_path(item) if isinstance(item, Path) else letters(item) for item in group.items)
    return f'<g id="{escape(group.id)}"><title>{escape(group.title)}</title>\n{items}\n</g>'


def path_data(commands: tuple[Command, ...]) -> str:
    """Commands in SVG's notation."""
    return "".join(letter + " ".join(map(number, values)) for letter, values in commands)


def _path(path: Path) -> str:
    paint = f'fill="{path.fill or "none"}"'
    if path.stroke:
        paint += f' stroke="{path.stroke}" stroke-width="{number(path.width)}"'
    if path.dash:
        paint += f' stroke-dasharray="{" ".join(map(number, path.dash))}"'
    return f'<path d="{path_data(path.commands)}" {paint}/>'


def _text(text: Text) -> str:
    x, y = origin(text)
    place = f"translate({number(x)} {number(y)}) scale({text.size / SIZE:.4g})"
    label, outline = escape(text.tex), typeset(text.tex, text.family).path
    return f'<path role="img" aria-label="{label}" transform="{place}" fill="{text.colour}" d="{outline}"/>'


def _letters(text: Text) -> str:
    """A text as rows of letters with their measured lengths, or as outlines if text isn't enough."""
    rows = typed(text.tex, text.family)
    if not rows:
        return _text(text)
    look = f'font-family="{FONTS[text.family]}" fill="{text.colour}"'
    if len(rows) == 1:
        return f"<text {look}{_row(rows[0], text)}</text>"
    return f"<text {look}>{''.join(f'<tspan{_row(row, text)}</tspan>' for row in rows)}</text>"


def _row(row: Typed, text: Text) -> str:
    x, y = origin(text)
    run, size = row.run, text.size
    looks = (' font-style="italic"' if run.italic else "") + (' font-weight="bold"' if run.bold else "")
    # A single letter isn't stretched.
    length = f' textLength="{number(row.width * size)}" lengthAdjust="spacingAndGlyphs"' if len(run.text) > 1 else ""
    place = f'x="{number(x + row.x * size)}" y="{number(y - row.y * size)}" font-size="{number(row.size * size)}"'
    return f" {place}{looks}{length}>{escape(run.text)}"

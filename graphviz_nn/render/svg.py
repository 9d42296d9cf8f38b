"""A scene as SVG that every viewer shows: math as outlines, its TeX as text for screen readers."""

import re

from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text

# XML 1.0 has no way to write these.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def svg(scene: Scene) -> bytes:
    """The bytes of an SVG file."""
    width, height = _number(scene.width), _number(scene.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(scene.title)}</title>',
        f'<desc id="description">{escape(scene.description)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{scene.background}"/>',
        *map(_group, scene.groups),
        "</svg>\n",
    ]
    return "\n".join(lines).encode()


def escape(text: str) -> str:
    """Text that means nothing to XML."""
    return writable(text).translate(_ESCAPES)


def writable(text: str) -> str:
    """Text without what XML has no way to write."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _group(group: Group) -> str:
    items = "\n".join(_path(item) if isinstance(item, Path) else _text(item) for item in group.items)
    return f'<g id="{escape(group.id)}"><title>{escape(group.title)}</title>\n{items}\n</g>'


def _data(commands: tuple[Command, ...]) -> str:
    return "".join(letter + " ".join(map(_number, values)) for letter, values in commands)


def _path(path: Path) -> str:
    paint = f'fill="{path.fill or "none"}"'
    if path.stroke:
        paint += f' stroke="{path.stroke}" stroke-width="{_number(path.width)}"'
    if path.dash:
        paint += f' stroke-dasharray="{" ".join(map(_number, path.dash))}"'
    return f'<path d="{_data(path.commands)}" {paint}/>'


def _text(text: Text) -> str:
    found = typeset(text.tex, text.family)
    x = text.x - (found.left + found.right) / 2 * text.size
    y = text.y + (found.top + found.bottom) / 2 * text.size
    place = f"translate({_number(x)} {_number(y)}) scale({text.size / 100:.4g})"
    label = escape(text.tex)
    return f'<path role="img" aria-label="{label}" transform="{place}" fill="{text.colour}" d="{found.path}"/>'

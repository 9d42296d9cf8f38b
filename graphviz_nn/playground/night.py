"""A style in dark colours."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from graphviz_nn.figure.picture import TWINS
from graphviz_nn.render.shades import is_dark, shaded
from graphviz_nn.style.sheet import Sheet, load

_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


def darkened(sheet: Sheet, style: Any) -> Sheet:
    """The dark twin of a style, or the style in dark colours of its own hues; a dark style stays.

    Examples
    --------
    >>> darkened(load("lecture"), "lecture").page.background, darkened(load("paper"), "paper").page.background
    ('#1B1F27', '#1F1F1F')
    """
    if isinstance(style, str) and style in TWINS:
        return replace(load(TWINS[style]), gap=sheet.gap)
    dark: Sheet = sheet if is_dark(sheet.page.background) else _dark(sheet)
    return dark


def _dark(tables: Any) -> Any:
    if isinstance(tables, str):
        return shaded(tables, True) if _COLOUR.fullmatch(tables) else tables
    if isinstance(tables, tuple):
        return tuple(map(_dark, tables))
    if not is_dataclass(tables):
        return tables
    found: Any = tables
    return replace(found, **{each.name: _dark(getattr(tables, each.name)) for each in fields(tables)})

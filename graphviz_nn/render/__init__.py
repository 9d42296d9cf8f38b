"""From a scene to the bytes of a file, one format a file; by suffix, and imported where used."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from graphviz_nn.errors import UsageError, suggest

if TYPE_CHECKING:
    from graphviz_nn.scene.primitives import Scene

FORMATS = {
    ".svg": ("graphviz_nn.render.svg", "svg"),
    ".pdf": ("graphviz_nn.render.matplotlib", "pdf"),
    ".png": ("graphviz_nn.render.matplotlib", "png"),
    ".eps": ("graphviz_nn.render.matplotlib", "eps"),
    ".tex": ("graphviz_nn.render.tikz", "tikz"),
    ".pptx": ("graphviz_nn.render.pptx", "pptx"),
}
"""The module and the function behind each suffix; DOT comes from the graph, not from a scene."""


def renderer(suffix: str) -> "Callable[[Scene], bytes]":
    """The function that turns a scene into a file of this kind.

    Raises
    ------
    UsageError
        With the nearest suffix, where there is no such kind.
    """
    if suffix not in FORMATS:
        known = [*FORMATS, ".dot", ".gv"]
        raise UsageError(f"there is no picture format {suffix!r}: {suggest(suffix, known)}")
    module, name = FORMATS[suffix]
    found: Callable[[Scene], bytes] = getattr(import_module(module), name)
    return found

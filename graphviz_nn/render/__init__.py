"""Render a picture as the bytes of a file, one format per module, chosen by suffix and imported on demand."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Literal, NamedTuple

from graphviz_nn.errors import UsageError, entry


class Format(NamedTuple):
    """The module and the function of a suffix, the function's arguments, and its options.

    The arguments are a scene; diagrams with their style sheet, direction and scene; or scenes by open blocks.
    """

    module: str
    function: str
    takes: Literal["scene", "diagrams", "states"] = "scene"
    options: tuple[str, ...] = ()

    def loaded(self) -> Callable[..., bytes]:
        """The function, imported."""
        found: Callable[..., bytes] = getattr(import_module(f"graphviz_nn.render.{self.module}"), self.function)
        return found


FORMATS = {
    ".svg": Format("svg", "svg", options=("text", "transparent")),
    ".html": Format("html", "html", "states"),
    ".pdf": Format("matplotlib", "pdf", options=("transparent",)),
    ".png": Format("matplotlib", "png", options=("dpi", "transparent")),
    ".eps": Format("matplotlib", "eps"),
    ".pgf": Format("matplotlib", "pgf"),
    ".tex": Format("tikz", "tikz"),
    ".pptx": Format("pptx", "pptx"),
    ".drawio": Format("drawio", "drawio"),
    ".mmd": Format("mermaid", "mermaid", "diagrams"),
    ".dot": Format("dot", "dot", "diagrams"),
    ".gv": Format("dot", "dot", "diagrams"),
}
"""The format of each suffix."""


def renderer(suffix: str, options: Iterable[str] = ()) -> Callable[..., bytes]:
    """The function that renders a format; its arguments are the scene, or those that its row names.

    Raises
    ------
    UsageError
        If there is no such format, with the nearest suffix, or it lacks an option.
    """
    row = entry("picture format", suffix, FORMATS)
    for option in options:
        if option not in row.options:
            known = [each for each, other in FORMATS.items() if option in other.options]
            raise UsageError(f"{option}= is for {' and '.join(known) or 'no format'}, found {suffix}")
    return row.loaded()

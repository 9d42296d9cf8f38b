"""A whole graph for programs that open its blocks: as a web page, and in the formats of other programs."""

from collections.abc import Callable
from importlib import import_module

from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views.tree import Tree

FORMATS = {
    ".html": "page",
    ".json": "model_explorer",
    ".graphml": "graphml",
    ".dot": "dot",
    ".gv": "dot",
}
"""The module of each suffix; its function of the same name takes the tree of a graph and a style sheet."""


def writer(suffix: str) -> Callable[[Tree, Sheet], bytes]:
    """The function that writes a format."""
    name = FORMATS[suffix]
    found: Callable[[Tree, Sheet], bytes] = getattr(import_module(f"graphviz_nn.render.explorer.{name}"), name)
    return found

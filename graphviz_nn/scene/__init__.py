"""Geometry and paint, independent of graphs and styles."""

from graphviz_nn.scene.compose import compose
from graphviz_nn.scene.fit import fitted
from graphviz_nn.scene.footer import footed
from graphviz_nn.scene.legend import legended
from graphviz_nn.scene.page import PAGES, UNITS, Page, page, remark_on_height, sizes
from graphviz_nn.scene.primitives import Group, Path, Scene, Text
from graphviz_nn.scene.remarks import headed, titled
from graphviz_nn.scene.stack import stacked
from graphviz_nn.scene.steepness import scale_of, scaled

__all__ = [
    "PAGES",
    "UNITS",
    "Group",
    "Page",
    "Path",
    "Scene",
    "Text",
    "compose",
    "fitted",
    "footed",
    "headed",
    "legended",
    "page",
    "remark_on_height",
    "scale_of",
    "scaled",
    "sizes",
    "stacked",
    "titled",
]

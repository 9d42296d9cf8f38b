"""Forms: the shapes and links of a picture, before layout."""

from collections.abc import Callable

from graphviz_nn.forms.backward import with_backward
from graphviz_nn.forms.compared import compared
from graphviz_nn.forms.diagram import SAID, Diagram, Fed, Link, Shape, Shown, Word
from graphviz_nn.forms.facts import facts
from graphviz_nn.forms.layers import arrows, blocks, compact, layers
from graphviz_nn.forms.operations import operations
from graphviz_nn.forms.units import units
from graphviz_nn.forms.volumes import volumes
from graphviz_nn.graph.ir import Graph

FORMS: dict[str, Callable[[Graph, Shown], Diagram]] = {
    "operations": operations,
    "compact": compact,
    "layers": layers,
    "arrows": arrows,
    "blocks": blocks,
    "units": units,
    "volumes": volumes,
}

__all__ = [
    "FORMS",
    "SAID",
    "Diagram",
    "Fed",
    "Link",
    "Shape",
    "Shown",
    "Word",
    "compared",
    "facts",
    "operations",
    "with_backward",
]

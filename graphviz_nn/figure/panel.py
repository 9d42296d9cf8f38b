"""A view in a picture."""

from dataclasses import dataclass

from graphviz_nn.forms import Diagram
from graphviz_nn.graph import Graph


@dataclass(frozen=True)
class Panel:
    """The model, its graph in the view, and the diagram of that graph."""

    model: Graph
    graph: Graph
    diagram: Diagram

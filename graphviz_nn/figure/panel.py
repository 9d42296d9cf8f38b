"""One view in a picture."""

from dataclasses import dataclass

from graphviz_nn.forms import Diagram
from graphviz_nn.graph import Graph


@dataclass(frozen=True)
class Panel:
    """The model, the graph as the view shows it, and the diagram of that."""

    model: Graph
    graph: Graph
    diagram: Diagram

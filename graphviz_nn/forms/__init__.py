"""What of a graph becomes a shape, and what a link between shapes."""

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.forms.operations import operations

__all__ = ["Diagram", "Link", "Shape", "operations"]

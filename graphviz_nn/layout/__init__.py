"""From a diagram to places: measured, laid out by Graphviz, routed by us."""

from graphviz_nn.layout.place import Layout, place

__all__ = ["Layout", "place"]

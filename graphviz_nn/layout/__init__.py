"""Places for everything in a diagram."""

from graphviz_nn.layout.align import aligned
from graphviz_nn.layout.columns import in_columns
from graphviz_nn.layout.place import Layout, place

__all__ = ["Layout", "aligned", "in_columns", "place"]

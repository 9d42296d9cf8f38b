"""Places for everything in a diagram."""

from graphviz_nn.layout.align import aligned
from graphviz_nn.layout.place import place
from graphviz_nn.layout.result import Layout

__all__ = ["Layout", "aligned", "place"]

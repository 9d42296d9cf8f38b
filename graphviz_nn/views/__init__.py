"""What a picture shows of a graph: how much is drawn as one, and in which form."""

from graphviz_nn.views.detail import DETAILS, coarser, detailed
from graphviz_nn.views.symbols import named
from graphviz_nn.views.view import VIEWS, View, view

__all__ = ["DETAILS", "VIEWS", "View", "coarser", "detailed", "named", "view"]

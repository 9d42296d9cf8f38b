"""Views: how much of a graph folds into one node, and in which form it is drawn."""

from graphviz_nn.views.detail import DETAILS, coarser, detailed
from graphviz_nn.views.repeats import RepeatsName, drawn
from graphviz_nn.views.symbols import named
from graphviz_nn.views.view import VIEWS, View, view

__all__ = ["DETAILS", "VIEWS", "RepeatsName", "View", "coarser", "detailed", "drawn", "named", "view"]

"""Plots of trainings with matplotlib, in your own Axes or in a new figure."""

from graphviz_nn.plots.activation_functions import activation_functions
from graphviz_nn.plots.activations import activations
from graphviz_nn.plots.curves import curves
from graphviz_nn.plots.decision_boundary import decision_boundary
from graphviz_nn.plots.film import Film, film
from graphviz_nn.plots.gradient_norms import gradient_norms
from graphviz_nn.plots.panel import panel
from graphviz_nn.plots.weights import weights

__all__ = [
    "Film",
    "activation_functions",
    "activations",
    "curves",
    "decision_boundary",
    "film",
    "gradient_norms",
    "panel",
    "weights",
]

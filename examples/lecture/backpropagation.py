"""Figure 18: Backpropagation.

The graphs of figures 1 and 11 with numbers: the value of everything in green, the gradient of the loss by it in rust.
Every gradient carries a check mark: it was compared with central differences.
"""

from linear_regression_vector import graph as regression
from two_layer_network import graph as network

import graphviz_nn as gnn

NUMBERS = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}
WEIGHTS = {"W1": [[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]], "W2": [[1.0, 2.0, -0.5], [0.25, 0.0, 1.0]]}


def figure() -> gnn.Picture:
    shown = ("gradients", "check")
    return gnn.stacked(
        gnn.draw(regression, view="scalars", feeds=NUMBERS, show=shown),
        gnn.draw(network, feeds={"x": [1.0, 2.0], "y": [0.0, 1.0], **WEIGHTS}, show=shown),
    )


if __name__ == "__main__":
    figure().save("backpropagation.svg")

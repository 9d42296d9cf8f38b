"""Figure 19: Shared parameters.

The model uses one matrix W in two places, so W isn't folded into a layer: it is drawn, with an arrow to each place. Its
gradient is the sum of both contributions.
"""

import graphviz_nn as gnn
from graphviz_nn.nn import linear, sigmoid, squared_error


def loss(x, y, W):
    a1 = sigmoid(linear(x, W))
    a2 = sigmoid(linear(a1, W))
    return squared_error(a2, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="layers", show="backward")


if __name__ == "__main__":
    figure().save("shared_parameters.svg")

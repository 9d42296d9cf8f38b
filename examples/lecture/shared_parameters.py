"""Figure 19: Shared parameters.

One matrix W in two places: it isn't taken into a layer but drawn, with an arrow to each place. On the way back, its
gradient is the sum of what both uses give.
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

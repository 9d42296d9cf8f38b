"""Figure 19: Shared parameters.

The model uses one matrix W in two places: it is drawn once, with an arrow to each place. In the backward pass, an arrow
leads back from each place with its part of the gradient, and W's gradient is the sum of both.
"""

import graphviz_nn as gnn
from graphviz_nn.nn import linear, sigmoid, squared_error


def loss(x, y, W):
    z1 = linear(x, W)
    a1 = sigmoid(z1)
    z2 = linear(a1, W)
    return squared_error(z2, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))


FEEDS = {"x": [1, 2], "y": [0, 1], "W": [[1, -1], [0.5, 0]]}


def figure() -> gnn.Picture:
    return gnn.draw(
        graph,
        show="backward",
        feeds=FEEDS,
        caption=r"The sum over both uses: $\bar{W} = \bar{z}^{(1)} x^{\top} + \bar{z}^{(2)} a^{(1)\top}$",
    )


if __name__ == "__main__":
    figure().save("shared_parameters.svg")

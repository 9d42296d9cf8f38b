"""Figure 11: A network of two layers.

A linear layer from 2 to 3 entries and a sigmoid, then a linear layer from 3 to 2 and a softmax: as operations,
as layers, as arrows.
"""

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, linear, sigmoid, softmax


def loss(x, y, W1, W2):
    z1 = linear(x, W1)
    a1 = sigmoid(z1)
    z2 = linear(a1, W2)
    p = softmax(z2)
    return cross_entropy(p, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))


def figure() -> gnn.Picture:
    return gnn.draw(
        graph,
        view=["operations", "layers", "arrows"],
        headings=["operations", "layers and variables", "variables, and layers as arrows"],
    )


if __name__ == "__main__":
    figure().save("two_layer_network.svg")

"""Figure 15: Activation functions.

Each node shows the curve of its activation, computed by the node itself. Below, each activation with its derivative,
dashed, computed by the gradient rules.
"""

import graphviz_nn as gnn
from graphviz_nn import nn

FUNCTIONS = (nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.softplus, nn.gelu)


def figure() -> gnn.Picture:
    def network(x, W1, W2, W3):
        return nn.relu(nn.linear(nn.tanh(nn.linear(nn.sigmoid(nn.linear(x, W1)), W2)), W3))

    weights = {"W1": (4, 2), "W2": (3, 4), "W3": (2, 3)}
    specs = {name: gnn.parameter(shape) for name, shape in weights.items()}
    return gnn.draw(gnn.trace(network, x=gnn.input(2), **specs), view=["operations", "compact"], show="curves")


def plots():
    return {"derivatives": gnn.plots.activation_functions(*FUNCTIONS)}


if __name__ == "__main__":
    figure().save("activation_functions.svg")

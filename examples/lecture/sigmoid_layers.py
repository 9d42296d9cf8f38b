"""Figure 12: Sigmoid layers.

The network of figure 11 with each linear layer and its activation merged: the layer takes the activation's name.
"""

from two_layer_network import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(
        graph,
        view=["layers", "arrows"],
        detail="merged",
        headings=["layers and variables", "variables, and layers as arrows"],
    )


if __name__ == "__main__":
    figure().save("sigmoid_layers.svg")

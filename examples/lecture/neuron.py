"""Figure 17: A neuron, and the network of such units.

One unit multiplies what comes in by its weights, sums and applies the sigmoid. Beside it the network of two layers
that it belongs to. Lines are as wide as their weights are large; blue and solid is positive, orange and dashed is
negative.
"""

import graphviz_nn as gnn
from graphviz_nn import nn

network = nn.Sequential(
    nn.Linear(2, 4, bias=False), nn.Sigmoid(), nn.Linear(4, 3, bias=False), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid()
)
graph = gnn.trace(network, x=gnn.input(2))


def figure() -> gnn.Picture:
    return gnn.beside(gnn.draw(graph, view="units", unit=("a2", 1)), gnn.draw(graph, view="units"))


if __name__ == "__main__":
    figure().save("neuron.svg")

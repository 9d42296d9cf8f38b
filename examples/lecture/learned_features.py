"""Figure 10: Learned features.

Three small logistic regressions on the same two entries, one per feature, each with its own weights. Together they are
σ(Wx), and row i of W has the weights of feature i. All pictures show one model with the same numbers. The width of a
line is the size of its weight; blue and solid is positive, orange and dashed is negative.
"""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

features = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Sigmoid())
features.parameters["W"][:] = np.array([[1.5, -0.5], [-1.0, 2.0], [0.5, 1.0]])
graph = gnn.trace(features, x=gnn.input(2))


def figure() -> gnn.Picture:
    each = [gnn.draw(graph, view="units", unit=("a", n), headings=f"feature {n}") for n in (1, 2, 3)]
    whole = gnn.draw(graph, view=["units", "layers"], headings=["all features", r"as layers, $\sigma(Wx)$"])
    return gnn.stacked(gnn.beside(*each), whole)


if __name__ == "__main__":
    figure().save("learned_features.svg")

"""Figure 6: Logistic regression, layer by layer.

Variables are boxes with their sizes, and layers stand between them. The linear layer has parameters; softmax has none.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="layers", width="page")


if __name__ == "__main__":
    figure().save("logistic_regression_layers.svg")

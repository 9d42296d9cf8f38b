"""Figure 5: Logistic regression as a chain.

The same graph as in figures 3 and 4, with its operations recognised as a linear layer, a softmax and a loss. θ is
inside its layer, and y inside the loss.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="compact")


if __name__ == "__main__":
    figure().save("logistic_regression_compact.svg")

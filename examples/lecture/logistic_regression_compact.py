"""Figure 5: Logistic regression as a chain.

The same graph as in figure 4, and as in figure 3: its operations are recognised as a linear layer, a softmax and
a loss. θ is taken into its layer, y into the loss.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="compact")


if __name__ == "__main__":
    figure().save("logistic_regression_compact.svg")

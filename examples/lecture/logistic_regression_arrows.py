"""Figure 7: Logistic regression as in a paper.

The dual of figure 5: variables are the nodes, and layers the arrows. Softmax implies the cross-entropy loss, which is
left out.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="arrows")


if __name__ == "__main__":
    figure().save("logistic_regression_arrows.svg")

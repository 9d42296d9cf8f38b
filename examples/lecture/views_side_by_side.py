"""Figure 8: Four views of one model.

Operations, chain, layers and arrows of the same traced graph: the same thing is in the same column and has the same
colour, and loss and gradients are the same in all of them.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view=["operations", "compact", "layers", "arrows"])


if __name__ == "__main__":
    figure().save("views_side_by_side.svg")

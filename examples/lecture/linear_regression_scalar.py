"""Figure 1: Linear regression, every number a node.

The same traced graph as in figure 2, as single numbers: each input times its parameter, summed, and compared with the
target.
"""

from linear_regression_vector import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="scalars")


if __name__ == "__main__":
    figure().save("linear_regression_scalar.svg")

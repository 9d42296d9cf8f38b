"""Figure 8: Four views of one model.

Operations, chain, layers and arrows of one traced graph. Each variable and each layer keeps its column and its colour,
and all views have the same loss and gradients.
"""

from logistic_regression_matrix import graph

import graphviz_nn as gnn


def figure() -> gnn.Picture:
    return gnn.draw(
        graph,
        view=["operations", "compact", "layers", "arrows"],
        headings=["operations", "a chain of layers", "layers and variables", "variables, and layers as arrows"],
    )


if __name__ == "__main__":
    figure().save("views_side_by_side.svg")

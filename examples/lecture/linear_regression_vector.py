"""Figure 2: Linear regression on vectors.

The prediction is the dot product of parameters and inputs, the loss its squared distance from the target.
"""

import graphviz_nn as gnn


def loss(x, y, theta):
    y_hat = theta @ x
    return gnn.label((y_hat - y) ** 2, "L")


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))


def figure() -> gnn.Picture:
    return gnn.draw(graph, show="shapes", style={"inherit": "lecture", "text": {"vectors": "arrow"}})


if __name__ == "__main__":
    figure().save("linear_regression_vector.svg")

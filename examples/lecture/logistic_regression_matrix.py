"""Figure 4: Logistic regression with a matrix.

The rows of θ are the weight vectors of the classes. Softmax turns the scores into probabilities, the dot product with
the one-hot vector y selects that of the true class, and the loss is its negative logarithm.
"""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.nn import softmax


def loss(x, y, theta):
    z1 = theta @ x
    p = softmax(z1)
    return -np.log(y @ p)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), theta=gnn.parameter((2, 2)))


def figure() -> gnn.Picture:
    return gnn.draw(graph, show="shapes")


if __name__ == "__main__":
    figure().save("logistic_regression_matrix.svg")

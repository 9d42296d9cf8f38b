"""Figure 3: Logistic regression, class by class.

Each class has its own weight vector and its own score. The one-hot vector y selects the true class's score; the
loss is the logarithm of the summed exponentials minus this score.
"""

import numpy as np

import graphviz_nn as gnn


def loss(x, y, theta_y1, theta_y2):
    s1 = theta_y1 @ x
    s2 = theta_y2 @ x
    z1 = np.stack([s1, s2])
    return np.log(np.exp(s1) + np.exp(s2)) - y @ z1


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), theta_y1=gnn.parameter(2), theta_y2=gnn.parameter(2))


def figure() -> gnn.Picture:
    return gnn.draw(
        graph,
        show="shapes",
        braces={
            "$\\log\\,\\Sigma\\,\\mathrm{exp}$ of all scores": ("exp_1", "log"),
            "the true class's score": ("stack", "matmul_3"),
        },
        order=[("exp_1", "exp_2", "stack")],
    )


if __name__ == "__main__":
    figure().save("logistic_regression_scores.svg")

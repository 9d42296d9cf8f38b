"""Figure 9: Features.

No straight line separates a checkerboard of two by two squares. In the features φ(x) = (x₁, x₂, x₁², x₂², x₁x₂) one
plane does. It is the same logistic regression with a 2×5 matrix θ, and φ is part of the graph.
"""

from functools import cache

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, features, linear, softmax

TRAIN, TEST = (gnn.data.xor(200, noise=0.0, seed=seed) for seed in (0, 1))


def straight(x, y, theta):
    return cross_entropy(softmax(linear(x, theta)), y)


def bent(x, y, theta):
    phi = features(x, "x1", "x2", "x1^2", "x2^2", "x1 x2")
    return cross_entropy(softmax(linear(phi, theta)), y)


EXAMPLE = {"x": gnn.input(2), "y": gnn.target(2)}
GRAPHS = {
    "line": gnn.trace(straight, **EXAMPLE, theta=gnn.parameter((2, 2))),
    "features": gnn.trace(bent, **EXAMPLE, theta=gnn.parameter((2, 5))),
}


@cache
def trained(name: str) -> gnn.Training:
    return gnn.fit(GRAPHS[name], TRAIN, test=TEST, steps=200, rate=0.05, progress=False)


def figure() -> gnn.Picture:
    return gnn.draw(
        GRAPHS["features"],
        view=["operations", "layers", "arrows"],
        headings=[r"operations, with $\phi$ drawn", "layers and variables", "variables, and layers as arrows"],
        order=[("getitem_1", "getitem_2"), ("power_1", "multiply", "power_2")],
    )


def plots():
    titles = {"line": "the best straight line", "features": "the features"}
    return {name: gnn.plots.panel(trained(name), title=titles[name]) for name in GRAPHS}


def measured() -> str:
    wrong = {name: f"{1 - trained(name).accuracy(TEST):.1%}" for name in GRAPHS}
    return f"Of 200 other examples the line gets {wrong['line']} wrong, the features {wrong['features']}."


if __name__ == "__main__":
    figure().save("checkerboard_features.svg")
    print(measured())

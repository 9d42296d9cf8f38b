"""The example of `docs/composition.md`: a figure composed by name."""

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, linear, sigmoid, softmax


def loss(x, y, W1, W2):
    z1 = linear(x, W1)
    a1 = sigmoid(z1)
    z2 = linear(a1, W2)
    p = softmax(z2)
    return cross_entropy(p, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))


def picture() -> gnn.Picture:
    return gnn.draw(
        graph,
        view="layers",
        hide=["z2", "shapes"],
        rename={"linear_1": "encoder"},
        braces={"features": ("x", "a1"), "logistic regression": ("linear_2", "p")},
        callouts={"a1": "learned, not written by hand", "p": "two numbers that sum to $1$"},
        highlight="x -> a1",
        title="A network is a logistic regression on learned features",
        caption="All parameters, $W^{(1)}$ and $W^{(2)}$, come from the gradient of one loss.",
    )


if __name__ == "__main__":
    picture().save("composition.svg")

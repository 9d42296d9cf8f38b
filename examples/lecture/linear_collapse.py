"""Figure 14: Two linear layers are one.

Two linear layers with nothing between them compute W⁽²⁾W⁽¹⁾x = Mx: whatever they learn, a single layer can learn too.
Lint reports it. Above are the layers as written, below the single layer M = W⁽²⁾W⁽¹⁾ with the same result.
"""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, linear, softmax


def loss(x, y, W1, W2):
    z1 = linear(x, W1)
    z2 = linear(z1, W2)
    p = softmax(z2)
    return cross_entropy(p, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))


FEEDS = {"x": [1, 2], "y": [0, 1], "W1": [[1, -1], [0, 2], [2, 1]], "W2": [[1, 0, -1], [0, 1, -1]]}


def figure() -> gnn.Picture:
    return gnn.draw(
        [graph, gnn.collapsed(graph)],
        view="layers",
        headings=["two linear layers with nothing between them", "one linear layer with $M = W^{(2)} W^{(1)}$"],
        feeds=FEEDS,
        show="weights",
        hide="loss",
    )


def measured() -> str:
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=variable.shape) for name, variable in graph.leaves.items()}
    one = gnn.collapsed(graph)
    folded = {name: feeds[name] for name in one.leaves if name in feeds}
    matrix = {name: feeds["W2"] @ feeds["W1"] for name in one.leaves if name not in feeds}
    two, single = (gnn.evaluate(each, fed, outputs="p") for each, fed in ((graph, feeds), (one, {**folded, **matrix})))
    apart = "to 12 digits" if np.abs(two - single).max() < 1e-12 else f"the other one {single}"
    return f"With random weights both give p = ({two[0]:.4f}, {two[1]:.4f}), {apart}."


if __name__ == "__main__":
    print(gnn.lint(graph))
    figure().save("linear_collapse.svg")

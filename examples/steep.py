"""The example of `docs/gradients.md`: a gradient that vanishes on its way back, as shades of blocks."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

WIDTH, LAYERS, CLASSES, EXAMPLES = 8, 6, 3, 32


def loss(x, y, W, V):
    for layer in W:
        x = nn.sigmoid(nn.linear(x, layer))
    return nn.cross_entropy_with_logits(nn.linear(x, V), y)


def picture() -> gnn.Picture:
    rng = np.random.default_rng(0)

    def weights(rows, columns):
        return gnn.parameter(rng.normal(size=(rows, columns)) / 2)

    graph = gnn.trace(
        loss,
        x=gnn.input((EXAMPLES, WIDTH)),
        y=gnn.target((EXAMPLES, CLASSES)),
        W=[weights(WIDTH, WIDTH) for _ in range(LAYERS)],
        V=weights(CLASSES, WIDTH),
    )
    feeds = {"x": rng.normal(size=(EXAMPLES, WIDTH)), "y": np.eye(CLASSES)[rng.integers(CLASSES, size=EXAMPLES)]}
    return gnn.draw(graph, view="blocks", feeds=feeds, show="gradients")


if __name__ == "__main__":
    picture().save("steep.svg")

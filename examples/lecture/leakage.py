"""Figure 20: A leak.

The prediction uses the target before the loss does. The target is therefore drawn instead of folded away, and what lint
says about it is written below the picture. Its path to the prediction stands out.
"""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, linear, softmax


def loss(x, y, W):
    features = np.concatenate([x, y])
    p = softmax(linear(features, W))
    return cross_entropy(p, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 4)))


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="layers", show="remarks", hide="unnamed", highlight="y -> p", width="page")


if __name__ == "__main__":
    print(*figure().remarks, sep="\n")
    figure().save("leakage.svg")

"""Figure 14: Two linear layers are one.

With nothing between them, two linear layers compute W⁽²⁾W⁽¹⁾x = Mx: whatever the second one learns, a single one
learns too. The check notices, says so, and both are drawn: the layers as written, and the one that they are.
"""

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, linear, softmax


def loss(x, y, W1, W2):
    z1 = linear(x, W1)
    z2 = linear(z1, W2)
    p = softmax(z2)
    return cross_entropy(p, y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))


def figure() -> gnn.Picture:
    return gnn.draw([graph, gnn.collapsed(graph)], view="layers")


if __name__ == "__main__":
    print(gnn.lint(graph))
    figure().save("linear_collapse.svg")

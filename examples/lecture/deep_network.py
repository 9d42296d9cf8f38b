"""Figure 13: A deep network in one column.

Three sigmoid layers and a softmax layer. As operations, the network is too long for a page; as arrows, it fits into a
paper's column of 8 cm, with no text smaller than 7 pt.
"""

import graphviz_nn as gnn
from graphviz_nn import nn

network = nn.Sequential(
    nn.Linear(2, 3, bias=False),
    nn.Sigmoid(),
    nn.Linear(3, 3, bias=False),
    nn.Sigmoid(),
    nn.Linear(3, 3, bias=False),
    nn.Sigmoid(),
    nn.Linear(3, 2, bias=False),
    nn.Softmax(),
)


def loss(x, y):
    return nn.cross_entropy(network(x), y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2))


def figure() -> gnn.Picture:
    return gnn.draw(graph, view="arrows", detail="merged", style="column")


def measured() -> str:
    wide = [picture.scene.width * 2.54 / 72 for picture in (gnn.draw(graph), figure())]
    return f"As operations it is {wide[0]:.1f} cm wide, as arrows {wide[1]:.1f} cm."


if __name__ == "__main__":
    print(measured())
    figure().save("deep_network.svg")

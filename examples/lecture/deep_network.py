"""Figure 13: A deep network in one column.

Three sigmoid layers and a softmax layer, twice at one scale. As operations, the network is too long for a column; as
arrows, it fits into a paper's column of 8 cm, with no text smaller than 7 pt.
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


LOOKS = {"operations": {}, "arrows": {"view": "arrows", "detail": "merged"}}


def drawn(name: str) -> gnn.Picture:
    return gnn.draw(graph, style="column", **LOOKS[name])


def wide(name: str) -> str:
    return f"{drawn(name).scene.width * 2.54 / 72:.1f} cm"


def figure() -> gnn.Picture:
    return gnn.stacked(*(drawn(name).again(headings=f"as {name}, {wide(name)}") for name in LOOKS))


def measured() -> str:
    return f"As operations it is {wide('operations')} wide, as arrows {wide('arrows')}."


if __name__ == "__main__":
    print(measured())
    figure().save("deep_network.svg")

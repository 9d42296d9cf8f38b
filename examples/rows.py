"""A network of 16 layers, broken into rows to fit a column of a paper."""

from itertools import pairwise

import graphviz_nn as gnn
from graphviz_nn import nn

SIZES = [64, 64, 48, 48, 32, 32, 16, 16, 10]


def picture() -> gnn.Picture:
    layers = [layer for sizes in pairwise(SIZES) for layer in (nn.Linear(*sizes), nn.ReLU())]
    graph = gnn.trace(nn.Sequential(*layers[:-1], nn.Softmax()), x=gnn.input(SIZES[0]))
    return gnn.draw(graph, view="compact", style="column", width="column")

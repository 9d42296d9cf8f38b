"""Two sizes of a residual network, side by side."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

BLOCK = {"W": gnn.parameter((32, 32)), "b": gnn.parameter(32), "V": gnn.parameter((32, 32))}
STEM = gnn.parameter((32, 16))


@gnn.function
def residual_block(h, W, b, V):
    return h + V @ nn.relu(W @ h + b)


def small(x=gnn.input(16), stem=STEM, blocks=(BLOCK, BLOCK), head=gnn.parameter((10, 32))):
    h = np.tanh(stem @ x)
    for block in blocks:
        h = residual_block(h, **block)
    return nn.softmax(head @ h)


def large(x=gnn.input(16), stem=STEM, blocks=(BLOCK, BLOCK, BLOCK), middle=BLOCK["W"], head=gnn.parameter((100, 32))):
    h = stem @ x
    for block in blocks:
        h = residual_block(h, **block)
    h = nn.relu(middle @ h)
    return nn.softmax(head @ h)


def picture() -> gnn.Picture:
    return gnn.compare(small, large).picture

"""The models that `graphviz-nn styles` draws in every style, with each kind of shape, numbers and weights."""

import graphviz_nn as gnn
from graphviz_nn import nn


def loss(x, y, W, c):
    p = nn.softmax(c * nn.sigmoid(nn.linear(x, W)))
    return nn.cross_entropy(p, y)


def error(x, y, w):
    return (w * x - y) ** 2


network = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Sigmoid(), nn.Linear(3, 2, bias=False))


def pictures(style: str) -> list[gnn.Picture]:
    one = gnn.trace(loss, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)), c=gnn.parameter(3))
    other = gnn.trace(error, x=gnn.input(()), y=gnn.target(()), w=gnn.parameter(()))
    layers = gnn.draw(one, view="layers", style=style, show="target", hide="shapes")
    numbers = gnn.draw(other, style=style, feeds={"x": 2.0, "w": 1.5, "y": 1.0}, show="gradients")
    units = gnn.draw(gnn.trace(network, x=gnn.input(2)), view="units", style=style)
    return [layers, gnn.beside(numbers, units)]

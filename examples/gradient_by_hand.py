"""One neuron and its backward pass, every gradient compared with central differences."""

import numpy as np

import graphviz_nn as gnn


def loss(x, y, w, b):
    z = w * x + b
    a = np.tanh(z)
    return gnn.label((a - y) ** 2, "L")


SPECS = {"x": gnn.input(()), "y": gnn.target(()), "w": gnn.parameter(()), "b": gnn.parameter(())}
FEEDS = {"x": 2.0, "y": 1.0, "w": 0.5, "b": -0.75}


def picture() -> gnn.Picture:
    return gnn.draw(gnn.trace(loss, **SPECS), feeds=FEEDS, show=("backward", "gradients", "check"))

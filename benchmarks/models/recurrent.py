"""Sequences, step by step."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model, one_hot


@model(y=one_hot(2, 3))
def rnn(
    xs=gnn.input((4, 2)),
    y=gnn.target(3),
    h0=gnn.input(5),
    Wx=gnn.parameter((5, 2)),
    Wh=gnn.parameter((5, 5)),
    b=gnn.parameter(5),
    Wy=gnn.parameter((3, 5)),
):
    """A recurrent network that says the class of a sequence of four steps, by hand."""
    h = h0
    for t in range(4):
        h = np.tanh(Wx @ xs[t] + Wh @ h + b)
    z = Wy @ h
    p = np.exp(z) / np.sum(np.exp(z))
    return -np.log(y @ p)


@model()
def lstm(
    xs=gnn.input((3, 2)),
    y=gnn.target(()),
    h0=gnn.input(4),
    c0=gnn.input(4),
    Wf=gnn.parameter((4, 6)),
    bf=gnn.parameter(4),
    Wi=gnn.parameter((4, 6)),
    bi=gnn.parameter(4),
    Wg=gnn.parameter((4, 6)),
    bg=gnn.parameter(4),
    Wo=gnn.parameter((4, 6)),
    bo=gnn.parameter(4),
    v=gnn.parameter(4),
):
    """A long short-term memory over three steps, gate by gate, by hand."""
    h, c = h0, c0
    for t in range(3):
        hx = np.concatenate([h, xs[t]])
        f = nn.sigmoid(Wf @ hx + bf)
        i = nn.sigmoid(Wi @ hx + bi)
        g = np.tanh(Wg @ hx + bg)
        o = nn.sigmoid(Wo @ hx + bo)
        c = f * c + i * g
        h = o * np.tanh(c)
    return (v @ h - y) ** 2


cell = nn.GRUCell(3, 4)
readout = nn.Linear(4, 2)


@model(y=one_hot(0, 2))
def gru(xs=gnn.input((3, 3)), y=gnn.target(2), h=gnn.input(4)):
    """A gated recurrent unit over three steps, from its cell."""
    for t in range(3):
        h = cell(xs[t], h)
    return nn.cross_entropy(nn.softmax(readout(h)), y)

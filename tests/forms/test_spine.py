"""The main line of a picture: its start, the leaves that hang off it, and bundled leaves."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown, operations
from graphviz_nn.views import detailed

CELL, HEAD = nn.RNNCell(2, 3), nn.Linear(3, 1)


def recurrent(x1, x2, x3, h0, y):
    h = h0
    for x in (x1, x2, x3):
        h = CELL(x, h)
    return nn.squared_error(HEAD(h), y)


RECURRENT = gnn.trace(recurrent, **{f"x{i}": gnn.input(2) for i in (1, 2, 3)}, h0=gnn.input(3), y=gnn.target(1))


@pytest.mark.parametrize("form", ["compact", "layers"])
def test_an_unrolled_network_is_one_line(form):
    seen = detailed("layers", RECURRENT)
    diagram = FORMS[form](seen, Shown())
    cells = [name for name, operation in seen.operations.items() if operation.op == "rnn_cell"]
    assert [name for name in diagram.spine if name in cells] == cells
    assert diagram.spine[0] == "h0"
    below = {each.leaf: each.consumers for each in diagram.hanging if each.is_below}
    assert below == {f"x{i}": (cell,) for i, cell in enumerate(cells, 1)}


def test_parameters_shared_alike_are_one_shape_with_a_rail():
    seen = detailed("layers", RECURRENT)
    diagram = FORMS["layers"](seen, Shown())
    pills = [shape for shape in diagram.shapes if shape.kind == "parameter"]
    assert [pill.label for pill in pills] == [r"W^{(1)},\ U^{(1)},\ b^{(1)},\ c^{(1)}"]
    assert all(name in pills[0].description for name in ("W1", "U", "b1", "c"))
    (rail,) = [each for each in diagram.hanging if len(each.consumers) > 1]
    assert rail.leaf == pills[0].name
    assert len(rail.consumers) == 3


def test_parameters_shared_otherwise_stay_apart():
    def model(x, V, W):
        return nn.linear(nn.tanh(nn.linear(nn.tanh(nn.linear(x, V)), W)), V) + nn.linear(x, W)

    graph = gnn.trace(model, x=gnn.input(2), V=gnn.parameter((2, 2)), W=gnn.parameter((2, 2)))
    diagram = FORMS["layers"](detailed("layers", graph), Shown())
    assert [shape.label for shape in diagram.shapes if shape.kind == "parameter"] == ["V", "W"]


def test_of_equal_branches_none_leads():
    def model(x1, x2):
        return np.tanh(x1) * np.exp(x2)

    graph = gnn.trace(model, x1=gnn.input(2), x2=gnn.input(2))
    assert operations(graph).spine == ("multiply", "model")


def test_a_longer_branch_leads():
    def model(x, h):
        z = np.tanh(np.exp(np.concatenate([x, h])))
        return z[:2] * x + h[:2]

    graph = gnn.trace(model, x=gnn.input(2), h=gnn.input(4))
    line = [graph.operation(name).op for name in operations(graph).spine if name in graph.operations]
    assert line == ["concatenate", "exp", "tanh", "getitem", "multiply", "add"]

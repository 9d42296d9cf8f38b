"""Losses on probabilities are computed from the logits, for any order of a function's arguments."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.views import detailed


@pytest.mark.parametrize("detail", ["operations", "functions", "layers", "merged"])
def test_cross_entropy_of_a_softmax_is_exact_for_large_logits(detail):
    graph = gnn.trace(
        lambda x, y, W: nn.cross_entropy(nn.softmax(nn.linear(x, W)), y),
        x=gnn.input(2),
        y=gnn.target(2),
        W=gnn.parameter((2, 2)),
    )
    seen = detailed(detail, graph)
    value, found = gnn.value_and_gradient(seen, x=[1000, -1000], y=[0, 1], W=np.eye(2), wrt=["x"])
    assert value == 2000
    np.testing.assert_allclose(found["x"], [1, -1], rtol=1e-15)


@pytest.mark.parametrize("detail", ["operations", "functions", "layers", "merged"])
def test_binary_cross_entropy_of_a_number(detail):
    graph = gnn.trace(
        lambda x, y, w: nn.binary_cross_entropy(nn.sigmoid(w @ x), y),
        x=gnn.input(2),
        y=gnn.target(()),
        w=gnn.parameter(2),
    )
    seen = detailed(detail, graph)
    assert gnn.value_and_gradient(seen, x=[1000, 0], y=0, w=[1, 0], wrt=["w"])[0] == 1000

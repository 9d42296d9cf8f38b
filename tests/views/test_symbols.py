"""Letters of unnamed results: numbered by the layers before them, where there are layers."""

import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.views import detailed

WITHOUT = [
    lambda x, W: nn.gelu(nn.sigmoid(x)) + 1,
    lambda x, W: nn.softmax(nn.relu(x)) * 2,
    lambda x, W: nn.log_softmax(nn.softplus(x)) - nn.silu(x),
]
WITH = [
    lambda x, W: nn.linear(nn.sigmoid(x), W) + 1,
    lambda x, W: nn.linear(nn.relu(nn.softplus(x)), W) * 2,
]


def letters(model):
    graph = detailed("layers", gnn.trace(model, x=gnn.input(2), W=gnn.parameter((2, 2))))
    return [each.label for each in graph.variables.values() if each.label]


@pytest.mark.parametrize("model", WITHOUT)
def test_without_layers_nothing_has_the_number_0(model):
    found = letters(model)
    assert any("^{(1)}" in each for each in found) and not any("^{(0)}" in each for each in found)


@pytest.mark.parametrize("model", WITH)
def test_what_comes_before_the_first_layer_has_the_number_0(model):
    found = letters(model)
    assert any("^{(0)}" in each for each in found) and any("z^{(1)}" in each for each in found)

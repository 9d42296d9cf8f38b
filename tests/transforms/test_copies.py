"""Repeated computations are drawn once, under the author's name."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.transforms.copies import once


def named_first(x, W):
    kept = np.tanh(W @ x)
    return kept * 2 + np.exp(np.tanh(W @ x)) + np.tanh(W @ x) ** 2


def named_between(x, W):
    before = np.exp(np.tanh(W @ x))
    kept = np.tanh(W @ x)
    return before + kept * 2 + np.tanh(W @ x) ** 2


def named_last(x, W):
    before = np.exp(np.tanh(W @ x)) + np.tanh(W @ x) ** 2
    kept = np.tanh(W @ x)
    return before + kept * 2


@pytest.mark.parametrize("model", [named_first, named_between, named_last])
@pytest.mark.parametrize("view", ["graph", "compact", "layers"])
def test_the_named_one_of_several_copies_stays(model, view):
    graph = gnn.trace(model, x=gnn.input(2), W=gnn.parameter((3, 2)))
    seen = once(graph) if view == "graph" else gnn.draw(graph, view=view).graph
    (step,) = [name for name, each in seen.operations.items() if each.op == "tanh"]
    assert seen.results(step) == ("kept",)
    feeds = {"x": [1.0, -2.0], "W": np.arange(6.0).reshape(3, 2) / 7}
    np.testing.assert_array_equal(*(gnn.evaluate(each, feeds, outputs=each.outputs[0]) for each in (graph, seen)))


def test_an_output_stays_though_another_has_a_name():
    def model(x):
        kept = np.tanh(x)
        return np.tanh(x), kept * 2

    seen = once(gnn.trace(model, x=gnn.input(2)))
    assert [each.op for each in seen.operations.values()].count("tanh") == 1
    (step,) = [name for name, each in seen.operations.items() if each.op == "tanh"]
    assert seen.results(step)[0] == seen.outputs[0]

"""Recurrent networks over sequences are their cells, step by step; each is one operation with several results."""

from itertools import chain

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.transforms.fold import fold

RNG = np.random.default_rng(0)
NETWORKS = {
    "rnn": (nn.rnn, nn.rnn_cell, 1, 1),
    "gru": (nn.gru, nn.gru_cell, 3, 1),
    "lstm": (nn.lstm, nn.lstm_cell, 4, 2),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def weights(gates, inputs, units=2):
    size = gates * units
    return [RNG.uniform(-1, 1, shape) for shape in ((size, inputs), (size, units), (size,), (size,))]


@every_network
def test_two_directions_and_the_next_layer(name):
    network, cell, gates, count = NETWORKS[name]
    x = RNG.uniform(-1, 1, (3, 1, 4))
    states = [RNG.uniform(-1, 1, (4, 1, 2)) for _ in range(count)]
    each = [weights(gates, 4), weights(gates, 4), weights(gates, 4), weights(gates, 4)]
    rows, ends = list(x), []
    for layer in range(2):
        both = []
        for number, order in ((2 * layer, rows), (2 * layer + 1, rows[::-1])):
            now, way = [state[number] for state in states], []
            for row in order:
                found = cell(row, *now, *each[number])
                now = list(found) if count == 2 else [found]
                way.append(now[0])
            ends.append(now)
            both.append(way if order is rows else way[::-1])
        rows = [np.concatenate(pair, -1) for pair in zip(*both, strict=True)]
    found = network(x, *states, *chain(*each), bidirectional=True)
    np.testing.assert_array_equal(found[0], np.stack(rows))
    for place in range(count):
        np.testing.assert_array_equal(found[1 + place], np.stack([end[place] for end in ends]))


@every_network
def test_it_is_one_operation_with_several_results(name):
    network, _, gates, count = NETWORKS[name]
    shapes = {"x": (1, 2, 3), **{f"s{i}": (1, 1, 2) for i in range(count)}, "w": (2 * gates, 3), "u": (2 * gates, 2)}
    graph = gnn.trace(
        lambda **a: network(*a.values(), batch_first=True), **{n: gnn.input(s) for n, s in shapes.items()}
    )
    assert [variable.shape for variable in map(graph.variable, graph.outputs)] == [(1, 2, 2), *[(1, 1, 2)] * count]
    assert [operation.op for operation in fold(graph).operations.values()] == [name]
    assert {
        operation.scope[1].partition(":")[0] for operation in graph.operations.values() if len(operation.scope) > 1
    } == {f"{name}_cell"}


def test_what_doesnt_fit_is_named():
    with pytest.raises(ShapeError, match="1 layers and directions need as many states, found shape"):
        nn.rnn(np.ones((2, 3)), np.ones((2, 2)), np.ones((2, 3)), np.ones((2, 2)))
    with pytest.raises(ShapeError, match="3 weights aren't 2 for each layer and direction"):
        nn.rnn(np.ones((2, 3)), np.ones((1, 2)), *[np.ones((2, 2))] * 3)
    with pytest.raises(ShapeError, match="has no steps"):
        nn.gru(np.ones((0, 3)), np.ones((1, 2)), np.ones((6, 3)), np.ones((6, 2)))
    with pytest.raises(ShapeError, match=r"must be a sequence .* found \(3,\)"):
        nn.gru(np.ones(3), np.ones((1, 2)), np.ones((6, 3)), np.ones((6, 2)))
    with pytest.raises(UsageError, match="did you mean 'relu'"):
        nn.rnn_cell(np.ones(1), np.ones(1), np.ones((1, 1)), np.ones((1, 1)), activation="rel")


def test_labels_that_dont_fit_are_named():
    with pytest.raises(ShapeError, match=r"labels of shape \(2,\) don't name a class for each example of \(3, 4\)"):
        nn.cross_entropy_with_labels(np.ones((3, 4)), np.array([0, 1]))
    with pytest.raises(ShapeError, match="must be whole numbers"):
        nn.negative_log_likelihood(np.ones((1, 2)), np.ones(1))
    with pytest.raises(UsageError, match="did you mean 'mean'"):
        nn.cross_entropy_with_labels(np.ones((1, 2)), np.array([0]), reduction="men")

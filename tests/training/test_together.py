"""A model of a batch trains like the same model of one example."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import DataError, UsageError

COUNT = 12
SHAPES = {"W": (3, 2), "b": (3,), "V": (2, 3), "c": (2,)}
PARAMETERS = {name: gnn.parameter(shape) for name, shape in SHAPES.items()}
TRAIN, TEST = gnn.data.moons(60).split(0.4, seed=1)


def one(x, y, W, b, V, c):
    return nn.cross_entropy_with_logits(V @ np.tanh(W @ x + b) + c, y)


def rows(X, Y, W, b, V, c):
    return np.mean(nn.cross_entropy_with_logits(np.tanh(X @ W.T + b) @ V.T + c, Y))


def columns(X, Y, W, b, V, c):
    scores = V @ np.tanh(W @ X + b.reshape(3, 1)) + c.reshape(2, 1)
    return -np.mean(np.sum(Y * (scores - np.log(np.sum(np.exp(scores), axis=0))), axis=0))


ONE = gnn.trace(one, x=gnn.input(2), y=gnn.target(2), **PARAMETERS)
FORMS = {
    "rows": gnn.trace(rows, X=gnn.input((COUNT, 2)), Y=gnn.target((COUNT, 2)), **PARAMETERS),
    "columns": gnn.trace(columns, X=gnn.input((2, COUNT)), Y=gnn.target((2, COUNT)), **PARAMETERS),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batch_size", [None, COUNT, 2 * COUNT, len(TRAIN)])
def test_every_step_is_that_of_the_model_of_one_example(form, batch_size):
    options = {"steps": 9, "seed": 3, "every": 1, "rate": 0.3}
    found = gnn.fit(FORMS[form], TRAIN, test=TEST, batch_size=batch_size, **options)
    right = gnn.fit(ONE, TRAIN, test=TEST, batch_size=batch_size or COUNT, **options)
    for name in SHAPES:
        np.testing.assert_allclose(found.snapshots[name], right.snapshots[name], rtol=1e-9, atol=1e-12)
    for name, values in right.history.items():
        np.testing.assert_allclose(found.history[name], values, rtol=1e-9)
    np.testing.assert_array_equal(found.predict(TEST.inputs[:5]), right.predict(TEST.inputs[:5]))
    assert found.accuracy(TEST) == right.accuracy(TEST)
    np.testing.assert_allclose(found.loss(), right.loss())


@pytest.mark.parametrize("form", FORMS)
def test_what_was_trained_is_drawn_with_its_numbers(form):
    training = gnn.fit(FORMS[form], TRAIN, steps=3)
    assert gnn.draw(training.graph, feeds=training.feeds, batch=training.batch, view="layers").svg


def test_numbers_and_the_plot_of_a_line():
    data = gnn.data.plane(20, seed=2)
    graph = gnn.trace(
        lambda X, y, w, b: np.mean((X @ w + b - y) ** 2),
        X=gnn.input((20, 2)),
        y=gnn.target(20),
        w=gnn.parameter(2),
        b=gnn.parameter(()),
    )
    training = gnn.fit(graph, data, steps=500, rate=0.01)
    assert training.loss() < 0.1
    assert training.predict(data.inputs).shape == data.targets.shape
    assert gnn.plots.decision_boundary(training)


def test_what_is_left_over_is_said():
    for form in FORMS.values():
        with pytest.raises(DataError, match=r"35 examples, but the graph takes 12 at once; trace it for one example"):
            gnn.fit(form, TRAIN[:35])
        with pytest.raises(DataError, match="the test data have 23"):
            gnn.fit(form, TRAIN, test=TEST[:23])
        with pytest.raises(UsageError, match="batch_size=18 isn't a multiple of 12"):
            gnn.fit(form, TRAIN, batch_size=18)
        with pytest.raises(DataError, match="3 input columns"):
            gnn.fit(form, gnn.data.arrays(np.zeros((24, 3)), np.repeat([0, 1], 12)))


def test_what_has_no_entry_for_each_example_is_refused():
    graph = gnn.trace(
        lambda X, Y, W: np.mean((X @ W - Y) ** 2) + 0 * np.sum(gnn.label(np.mean(X, axis=0), "m")),
        X=gnn.input((4, 2)),
        Y=gnn.target((4, 1)),
        W=gnn.parameter((2, 1)),
    )
    training = gnn.fit(graph, gnn.data.arrays(np.ones((4, 2)), np.arange(4.0)), steps=2, prediction="v1")
    mean = next(name for name in graph.variables if graph.variable(name).label == "m")
    with pytest.raises(UsageError, match="not one entry for each of 4 examples"):
        training.evaluate(np.ones((4, 2)), mean)

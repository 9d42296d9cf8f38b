"""Features: by name and by function, of one example and of many, as numbers and as a picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.nn import cross_entropy, features, linear, softmax
from graphviz_nn.nn.features import FUNCTIONS
from graphviz_nn.views import detailed

X = np.array([0.7, -1.3])
TERMS = {
    "x1": X[0],
    "x2": X[1],
    "x1^2": X[0] ** 2,
    "x2²": X[1] ** 2,
    "x₁x₂": X[0] * X[1],
    "x1 * x2": X[0] * X[1],
    "x1·x2": X[0] * X[1],
    "x_1**3 x2^2": X[0] ** 3 * X[1] ** 2,
    "sin x1": np.sin(X[0]),
    "sin(x2)^2": np.sin(X[1]) ** 2,
    **{f"{name} x2": function(X[1]) for name, function in FUNCTIONS.items()},
}


def model(terms):
    def loss(x, y, W):
        return cross_entropy(softmax(linear(features(x, *terms), W)), y)

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, len(terms))))


@pytest.mark.parametrize("term", TERMS)
def test_a_feature_is_what_its_name_says(term):
    np.testing.assert_allclose(features(X, term), [TERMS[term]])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(TERMS)), min_size=1, max_size=6))
def test_traced_batched_and_called_on_rows_they_are_the_same(terms):
    rows = np.random.default_rng(0).normal(size=(5, 2))
    wanted = np.stack([features(row, *terms) for row in rows])
    np.testing.assert_allclose(features(rows, *terms), wanted)
    graph = gnn.trace(lambda x: features(x, *terms), x=gnn.input(2))
    np.testing.assert_allclose(gnn.evaluate(gnn.batch(graph, {"x": rows}), x=rows, outputs=graph.outputs[0]), wanted)


def test_a_function_of_ones_own():
    found = features(X, "x1", lambda x: np.sum(x**2, axis=-1))
    np.testing.assert_allclose(found, [X[0], (X**2).sum()])


@pytest.mark.parametrize("view", ["compact", "layers", "arrows"])
def test_layers_show_one_block_and_operations_its_steps(view):
    graph = model(["x1", "x2", "x1 x2"])
    assert next(op.op for op in detailed("layers", graph).operations.values()) == "features"
    shown = [op.op for op in detailed("operations", graph).operations.values()]
    assert shown[:4] == ["getitem", "getitem", "multiply", "stack"]
    assert "features" in gnn.draw(graph, view=view).svg


def test_labels_are_written_as_mathematics():
    graph = gnn.trace(lambda x: features(x, "x1^2 x2", "sin x1"), x=gnn.input(2))
    labels = {variable.label for variable in graph.variables.values()}
    assert {r"x_{1}", r"x_{1}^{2}", r"x_{1}^{2}x_{2}", r"\sin\,x_{1}"} <= labels


def test_gradients_agree_through_them():
    graph = model(["x1", "x1^2", "x1 x2", "sin x2"])
    feeds = {"x": X, "y": [0.0, 1.0], "W": np.random.default_rng(0).normal(size=(2, 4))}
    assert gnn.check_gradients(graph, feeds)


BAD = {
    "x3": "uses x3, but x has 2 entries: x1, x2",
    "x0": "uses x0, but x has 2 entries",
    "sine x1": "uses the unknown function 'sine'; did you mean 'sin'",
    "y1": "'y1' isn't a feature; write features as",
    "": "is empty",
    "x1 +": "isn't a feature",
}


@pytest.mark.parametrize("term", BAD)
def test_what_is_no_feature_is_named(term):
    with pytest.raises(UsageError, match="features") as caught:
        features(X, "x1", term)
    assert BAD[term] in str(caught.value)


def test_no_features_and_wrong_functions_are_refused():
    with pytest.raises(UsageError, match="give at least one feature"):
        features(X)
    with pytest.raises(UsageError, match="3 is neither a name nor a function"):
        features(X, 3)
    with pytest.raises(ShapeError, match="must return a number"):
        features(X, lambda x: x)
    with pytest.raises(ShapeError, match="has no entries"):
        features(1.0, "x1")

"""Untrainable inputs are refused in one line, with the column, the class or the option."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import DataError, Error, FeedError, GraphError, NonFiniteError, UsageError
from graphviz_nn.nn import cross_entropy, hinge, linear, softmax, squared_error
from training.models import linear_regression, logistic_regression, network

XOR = gnn.data.xor(40)
PLANE = gnn.data.plane(40)
GENERATOR = np.random.default_rng(0)
WIDE = gnn.data.arrays(GENERATOR.normal(size=(20, 1000)), np.arange(20) % 2)
THREE = gnn.data.arrays(GENERATOR.normal(size=(30, 2)), ["red", "green", "blue"] * 10)


def fitted(graph, data=XOR, **options):
    return gnn.fit(graph() if callable(graph) else graph, data, **{"steps": 2, "progress": False, **options})


def scalar(loss):
    return gnn.trace(lambda x, y, w: loss(w @ x, y), x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2))


def no_target():
    return gnn.trace(lambda x, W: softmax(W @ x), x=gnn.input(2), W=gnn.parameter((2, 2)))


def no_parameter():
    return gnn.trace(lambda x, y: cross_entropy(softmax(x), y), x=gnn.input(2), y=gnn.target(2))


def no_number():
    return gnn.trace(lambda x, y, W: W @ x - y, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))


def number_without_target():
    return gnn.trace(lambda x, w: (w @ x) ** 2, x=gnn.input(2), w=gnn.parameter(2))


def only_target():
    return gnn.trace(lambda x, y, w: (w - y) ** 2, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(()))


def two_targets():
    def loss(x, y, t, w):
        score = w @ x
        return (score - y) ** 2 + (score - t) ** 2

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), t=gnn.target(()), w=gnn.parameter(2))


def two_heads():
    def loss(x, y, u, v):
        return (u @ x - y) ** 2 + (v @ x - y) ** 2

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), u=gnn.parameter(2), v=gnn.parameter(2))


CASES = {
    "a thousand columns": (
        lambda: fitted(logistic_regression, WIDE),
        DataError,
        "the data have 1000 input columns (x1, x2, x3, x4, …), but the graph takes 2: x (2,); choose columns",
    ),
    "numbers for classes": (
        lambda: fitted(logistic_regression, PLANE),
        DataError,
        "cross entropy needs classes, but the targets are numbers; use a loss such as squared_error",
    ),
    "numbers for signs": (lambda: fitted(scalar(hinge), PLANE), DataError, "hinge needs classes"),
    "three classes for one number": (
        lambda: fitted(scalar(hinge), THREE),
        DataError,
        "the data have 3 classes (blue, green, red), but the target y takes a single number, for two classes",
    ),
    "three classes for two": (
        lambda: fitted(logistic_regression, THREE),
        DataError,
        "3 classes (blue, green, red), but the target y takes (2,), for 2 classes; trace it with target(3)",
    ),
    "one number for two": (
        lambda: fitted(linear_regression, gnn.data.arrays(np.eye(2), np.eye(2))),
        DataError,
        "the data's targets have shape (2,), but y takes ()",
    ),
    "other classes to test": (lambda: fitted(logistic_regression, test=THREE), DataError, "the data have 3 classes"),
    "no target": (
        lambda: fitted(no_target),
        UsageError,
        "a loss is a single number; end the model with one",
    ),
    "a number without a target": (lambda: fitted(number_without_target, PLANE), UsageError, "depends on no target"),
    "no parameter": (lambda: fitted(no_parameter), UsageError, "depends on no parameter"),
    "no input": (lambda: fitted(only_target, PLANE), UsageError, "depends on no input"),
    "no number": (lambda: fitted(no_number), UsageError, "has shape (2,); a loss is a single number"),
    "two targets": (lambda: fitted(two_targets, PLANE), UsageError, "the graph has 2 targets, y, t, but data have one"),
    "two predictions": (lambda: fitted(two_heads, PLANE), UsageError, "several variables are compared with the target"),
    "not a graph": (lambda: fitted(lambda: 3), GraphError, "expected a graph made by graphviz_nn.trace"),
    "not data": (lambda: fitted(network(2), ([1], [2])), UsageError, "such as data.arrays(x, y); found a tuple"),
    "test that isn't data": (lambda: fitted(network(2), test=0.5), UsageError, "test must be made by graphviz_nn.data"),
    "one example": (lambda: fitted(network(2), XOR[:1]), DataError, "one example; learning needs"),
    "optimizer": (lambda: fitted(network(2), optimizer="adm"), UsageError, "did you mean 'adam'"),
    "schedule": (lambda: fitted(network(2), schedule="cosin"), UsageError, "did you mean 'cosine'"),
    "rate": (lambda: fitted(network(2), rate=-1), UsageError, "rate must be a number of at least 0"),
    "rate of a function": (lambda: fitted(network(2), rate=lambda k: None), UsageError, "the rate of step 0 is None"),
    "steps": (lambda: fitted(network(2), steps=-1), UsageError, "steps must be a whole number of at least 0, found -1"),
    "half a step": (lambda: fitted(network(2), steps=1.5), UsageError, "steps must be a whole number"),
    "steps and epochs": (lambda: fitted(network(2), epochs=3), UsageError, "both set the length"),
    "batch size": (lambda: fitted(network(2), batch_size=-4), UsageError, "batch_size must be a whole number"),
    "seed": (lambda: fitted(network(2), seed=-1), UsageError, "seed must be a whole number of at least 0"),
    "penalty": (lambda: fitted(network(2), l2=-1), UsageError, "l2 must be a number of at least 0"),
    "no test to stop by": (lambda: fitted(network(2), stop_early=3), UsageError, "data.split()"),
    "initial name": (
        lambda: fitted(network(2), initial={"W3": 1}),
        FeedError,
        "'W3', which isn't a parameter: did you mean 'W2'",
    ),
    "initial shape": (lambda: fitted(network(2), initial={"W1": [1.0]}), FeedError, "W1 has shape (1,)"),
    "initial method": (lambda: fitted(network(2), initial="heh"), UsageError, "did you mean 'he'"),
    "encoding": (lambda: fitted(network(2), encoding="onehot"), UsageError, "did you mean 'one-hot'"),
    "encoding that doesn't fit": (lambda: fitted(network(2), encoding="signs"), DataError, "don't fit y of shape (2,)"),
    "prediction": (lambda: fitted(network(2), prediction="q"), UsageError, "there is no variable 'q'"),
    "prediction of the target": (lambda: fitted(network(2), prediction="loss"), UsageError, "depends on the target"),
    "initial that is too large": (
        lambda: fitted(scalar(squared_error), PLANE, initial={"w": [1e200, 1e200]}),
        NonFiniteError,
        "before the first step",
    ),
    "variable": (lambda: fitted(network(2)).evaluate(XOR.inputs, "a2"), UsageError, "there is no variable 'a2'"),
    "variable of the target": (lambda: fitted(network(2)).evaluate(XOR.inputs, "loss"), UsageError, "on the target y"),
    "variable of no input": (lambda: fitted(network(2)).evaluate(XOR.inputs, "W1"), UsageError, "depends on no input"),
    "inputs to predict": (lambda: fitted(network(2)).predict([[1.0, 2.0, 3.0]]), DataError, "have 3 input columns"),
    "accuracy of numbers": (lambda: fitted(linear_regression, PLANE).accuracy(), UsageError, "use loss()"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_is_refused_in_one_line_that_says_what_is_wrong(case):
    attempt, kind, message = CASES[case]
    with pytest.raises(kind) as caught:
        attempt()
    assert isinstance(caught.value, Error)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_nan_on_the_way_names_step_and_operation():
    graph = gnn.trace(lambda x, y, w: (w @ x - y) ** 2, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2))
    data = gnn.data.arrays([[1.0, 1.0], [-1.0, -1.0]], [0.5, 0.5])
    training = fitted(graph, data, steps=50, rate=lambda k: 0.1 if k < 20 else 1e200, every=1)
    assert training.remarks[0].startswith("ended at step 21: ")
    assert training.step == 20 and np.isfinite(training.parameters["w"]).all()


def test_features_and_layers_of_ones_own_are_trained_as_they_are():
    @gnn.function
    def scores(x, W):
        return linear(x, W)

    graph = gnn.trace(
        lambda x, y, W: cross_entropy(softmax(scores(x, W)), y),
        x=gnn.input(2),
        y=gnn.target(2),
        W=gnn.parameter((2, 2)),
    )
    assert fitted(graph, gnn.data.gaussians(60), steps=50).accuracy() == 1

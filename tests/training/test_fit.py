"""Training: known minima, reproducibility, and early ends with a result."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.nn import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
    hinge,
    linear,
    mean_squared_error,
    sigmoid,
    softmax,
    squared_error,
)
from graphviz_nn.training import INITIALIZERS, OPTIMIZERS, SCHEDULES, feeds, initial_parameters
from training.models import least_squares, linear_regression, logistic_regression, network, perceptron

XOR = gnn.data.xor(120, seed=1)
CLOUDS = gnn.data.gaussians(100, seed=1)
QUIET = {"progress": False}
RATES = {"gradient descent": 0.05, "momentum": 0.01, "nesterov": 0.01, "adagrad": 0.3, "rmsprop": 0.01, "adam": 0.05}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_least_squares_are_found_by_each_optimizer(optimizer):
    data = gnn.data.plane(200, noise=0.1, seed=2)
    training = gnn.fit(
        linear_regression(), data, steps=1500, optimizer=optimizer, rate=RATES[optimizer], schedule="linear", **QUIET
    )
    for name, wanted in least_squares(data).items():
        np.testing.assert_allclose(training.parameters[name], wanted, atol=2e-3)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("batch_size", [None, 20, 33])
def test_each_schedule_and_batch_size_separates_clouds(schedule, batch_size):
    training = gnn.fit(logistic_regression(), CLOUDS, steps=60, schedule=schedule, batch_size=batch_size, **QUIET)
    assert training.accuracy() == 1
    assert training.loss() < 0.1


@settings(max_examples=10, deadline=None)
@given(l2=st.floats(0.01, 1), seed=st.integers(0, 5))
def test_with_l2_it_is_ridge_regression(l2, seed):
    data = gnn.data.plane(100, noise=0.2, seed=seed)
    columns = np.column_stack([data.inputs, np.ones(100)])
    wanted = np.linalg.solve(columns.T @ columns / 100 + l2 * np.eye(3), columns.T @ data.targets / 100)
    training = gnn.fit(linear_regression(), data, steps=800, rate=0.03, l2=l2, **QUIET)
    np.testing.assert_allclose([*training.parameters["theta"], training.parameters["b"]], wanted, atol=1e-6)


def test_l1_makes_what_isnt_needed_zero():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 2))
    data = gnn.data.arrays(x, 3 * x[:, 0])
    training = gnn.fit(linear_regression(), data, steps=2000, rate=(0.1, 1e-5), l1=0.2, **QUIET)
    first, second = training.parameters["theta"]
    assert abs(second) < 1e-3
    assert first == pytest.approx(3 - 0.1 / np.mean(x[:, 0] ** 2), abs=0.02)


def test_the_first_step_is_the_mean_gradient():
    graph, data = network(3), XOR
    training = gnn.fit(graph, data, steps=1, rate=0.5, seed=3, **QUIET)
    start = initial_parameters(graph, seed=3)
    arrays = feeds(graph, data)
    loss, gradients = gnn.value_and_gradient(gnn.batch(graph, arrays, reduce="mean"), {**arrays, **start})
    assert training.history["loss"][0] == pytest.approx(loss)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(training.at(1)[name], start[name] - 0.5 * gradient, atol=1e-12)
        np.testing.assert_allclose(training.gradient_norms[name][0], np.linalg.norm(gradient))


@settings(max_examples=8, deadline=None)
@given(optimizer=st.sampled_from(sorted(OPTIMIZERS)), batch_size=st.sampled_from([None, 7, 50]), seed=st.integers(0, 9))
def test_the_same_seed_gives_the_same_bits(optimizer, batch_size, seed):
    one, other = (
        gnn.fit(network(2), XOR, steps=12, optimizer=optimizer, batch_size=batch_size, seed=seed, **QUIET)
        for _ in range(2)
    )
    assert all(one.parameters[name].tobytes() == other.parameters[name].tobytes() for name in one.parameters)
    another = gnn.fit(network(2), XOR, steps=12, optimizer=optimizer, batch_size=batch_size, seed=seed + 1, **QUIET)
    assert any(not np.array_equal(one.parameters[name], another.parameters[name]) for name in one.parameters)


def test_what_is_recorded():
    train, test = gnn.data.xor(200).split()
    training = gnn.fit(network(4), train, test=test, steps=50, every=20, **QUIET)
    np.testing.assert_array_equal(training.history["step"], [0, 20, 40, 50])
    assert set(training.history) == {"step", "rate", "loss", "accuracy", "test_loss", "test_accuracy"}
    assert training.snapshots["W1"].shape == (4, 4, 2)
    assert training.gradient_norms["b2"].shape == (4,)
    best = int(np.argmin(training.history["loss"]))
    assert training.step == training.history["step"][best]
    assert training.loss() == pytest.approx(training.history["loss"][best])
    assert training.loss(test) == pytest.approx(training.history["test_loss"][best])
    assert training.accuracy(test) == training.history["test_accuracy"][best]
    np.testing.assert_array_equal(training.parameters["W1"], training.at(best)["W1"])
    assert str(training).count("\n") == 4
    assert "→" in str(training).splitlines()[best + 1]


def test_the_trained_graph_draws_and_computes_what_was_trained():
    training = gnn.fit(network(3), XOR, steps=30, **QUIET)
    value = gnn.evaluate(training.graph, x=XOR.inputs[0], y=[1.0, 0.0], outputs="p")
    np.testing.assert_allclose(training.evaluate(XOR.inputs, "p")[0], value)
    assert training.evaluate(XOR.inputs[:7], "a1").shape == (7, 3)
    gnn.draw(training.graph, view="units")
    gnn.draw(training.graph, feeds=training.feeds, batch=training.batch, show=("gradients", "check"), view="layers")
    many = {name: training.feeds[name] for name in training.batch}
    assert gnn.check_gradients(gnn.batch(training.graph, many, reduce="mean"), training.feeds)
    earlier = training.evaluate(XOR.inputs, "p", parameters=training.at(0))
    assert not np.allclose(earlier, training.evaluate(XOR.inputs, "p"))


def test_early_stopping_keeps_the_best_on_the_test_data():
    train, test = gnn.data.xor(30, noise=1.5, seed=1), gnn.data.xor(300, noise=1.5, seed=2)
    training = gnn.fit(
        network(16), train, test=test, steps=4000, every=10, stop_early=5, optimizer="adam", rate=0.05, **QUIET
    )
    losses = training.history["test_loss"]
    assert training.history["step"][-1] < 4000
    assert losses.argmin() == len(losses) - 6
    assert training.step == training.history["step"][-6]
    assert "no lower test loss in 5 records" in training.remarks[0]


def test_an_interruption_keeps_the_best_result():
    def rate(step):
        if step == 40:
            raise KeyboardInterrupt
        return 0.1

    training = gnn.fit(network(3), XOR, steps=100, every=10, rate=rate, **QUIET)
    assert training.history["step"][-1] == 30
    assert training.remarks == ("ended at step 40: interrupted; the parameters are those of step 30",)
    plain = gnn.fit(network(3), XOR, steps=30, every=10, rate=0.1, **QUIET)
    np.testing.assert_array_equal(training.parameters["W1"], plain.parameters["W1"])


def test_a_rate_that_is_too_large_ends_training_and_names_step_and_operation(capsys):
    data = gnn.data.plane(50)
    training = gnn.fit(linear_regression(), data, steps=500, rate=1e9, every=1)
    (remark,) = training.remarks
    assert remark.startswith(f"ended at step {training.history['step'][-1] + 1}: ")
    assert " is inf: " in remark and "models.py:" in remark
    assert "the rate was 1e+09: try a smaller one; the parameters are those of step 0" in remark
    assert all(np.isfinite(each).all() for each in training.parameters.values())
    assert capsys.readouterr().err == f"graphviz-nn: {remark}\n"


def test_a_loss_that_never_falls_is_remarked():
    training = gnn.fit(network(3), XOR, steps=20, rate=1e9, **QUIET)
    assert training.step == 0
    assert "never fell below that at the start" in training.remarks[0]


def scalar_model(activation, loss):
    def model(x, y, w, b):
        z = w @ x + b
        return loss(activation(z), y)

    return gnn.trace(model, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2), b=gnn.parameter(()))


def vector_model(activation, loss):
    def model(x, y, W, b):
        z = linear(x, W, b)
        return loss(activation(z), y)

    return gnn.trace(model, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))


def plain(z):
    return z


def by_hand(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def softmax_by_hand(z):
    return np.exp(z) / np.exp(z).sum()


LOSSES = {
    "cross_entropy": (vector_model(softmax, cross_entropy), {0, 1}),
    "cross_entropy by hand": (vector_model(softmax_by_hand, lambda p, y: -np.log(y @ p)), {0, 1}),
    "cross_entropy_with_logits": (vector_model(plain, cross_entropy_with_logits), {0, 1}),
    "squared_error, one-hot": (vector_model(plain, squared_error), {0, 1}),
    "binary_cross_entropy": (scalar_model(sigmoid, binary_cross_entropy), {0, 1}),
    "binary_cross_entropy by hand": (scalar_model(sigmoid, by_hand), {0, 1}),
    "binary_cross_entropy_with_logits": (scalar_model(plain, binary_cross_entropy_with_logits), {0, 1}),
    "hinge": (scalar_model(plain, hinge), {-1, 1}),
    "hinge by hand": (scalar_model(plain, lambda s, y: np.maximum(0, 1 - y * s)), {-1, 1}),
    "mean_squared_error": (scalar_model(plain, mean_squared_error), {0, 1}),
}


@pytest.mark.parametrize("name", LOSSES)
def test_classes_are_written_as_each_loss_wants_them(name):
    graph, values = LOSSES[name]
    found = feeds(graph, CLOUDS)["y"]
    assert set(np.unique(found)) == values
    assert found.shape == (100, *graph.variable("y").shape)
    training = gnn.fit(graph, CLOUDS, steps=100, rate=0.05, **QUIET)
    assert training.accuracy() == 1
    np.testing.assert_array_equal(training.predict(CLOUDS.inputs), CLOUDS.targets)


def test_the_prediction_is_what_the_loss_is_given_unless_another_is_named():
    graph = LOSSES["binary_cross_entropy_with_logits"][0]
    assert gnn.fit(graph, CLOUDS, steps=1, **QUIET).prediction == "z"
    assert gnn.fit(network(3), XOR, steps=1, **QUIET).prediction == "p"

    def loss(x, y, w):
        z = w @ x
        p = sigmoid(z)
        return binary_cross_entropy_with_logits(z, y), p

    both = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2))
    training = gnn.fit(both, CLOUDS, steps=50, prediction="p", **QUIET)
    assert training.accuracy() == 1
    assert training.evaluate(CLOUDS.inputs, "p").max() < 1.001


def test_inputs_of_single_numbers_take_columns_by_name_or_in_order():
    def loss(x2, x1, y, a, b):
        return (a * x1 + b * x2 - y) ** 2

    graph = gnn.trace(
        loss,
        **{name: gnn.input(()) for name in ("x1", "x2")},
        y=gnn.target(()),
        a=gnn.parameter(()),
        b=gnn.parameter(()),
    )
    data = gnn.data.arrays([[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0])
    np.testing.assert_array_equal(feeds(graph, data)["x1"], [1, 3])
    other = gnn.data.arrays([[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0], names=["u", "v"])
    np.testing.assert_array_equal(feeds(graph, other)["x2"], [1, 3])


def test_numbers_that_come_in_several_columns():
    def loss(x, y, W):
        return squared_error(W @ x, y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)))
    x = np.random.default_rng(0).normal(size=(50, 2))
    wanted = np.arange(6.0).reshape(3, 2)
    training = gnn.fit(graph, gnn.data.arrays(x, x @ wanted.T), steps=300, **QUIET)
    np.testing.assert_allclose(training.parameters["W"], wanted, atol=1e-6)
    assert training.predict(x).shape == (50, 3)
    assert "accuracy" not in training.history


@pytest.mark.parametrize("method", INITIALIZERS)
def test_weights_are_drawn_as_their_paper_says(method):
    graph = gnn.trace(lambda x, W: W @ x, x=gnn.input(300), W=gnn.parameter((200, 300)))
    drawn = initial_parameters(graph, method)["W"]
    variance = {"glorot": 2 / 500, "he": 2 / 300}[method]
    assert drawn.var() == pytest.approx(variance, rel=0.03)


def test_what_parameters_start_from():
    drawn = initial_parameters(perceptron(), seed=1)
    assert not drawn["b1"].any() and not drawn["b3"].any()
    assert drawn["W2"].std() == pytest.approx(np.sqrt(2 / 16), rel=0.2)
    layer = gnn.nn.LayerNorm(3)
    graph = gnn.trace(
        lambda x, g, b: gnn.nn.layer_norm(x, g, b), x=gnn.input(3), g=gnn.parameter(3), b=gnn.parameter(3)
    )
    np.testing.assert_array_equal(initial_parameters(graph)["g"], layer.parameters["gamma"])
    own = gnn.trace(lambda x, W: W @ x, x=gnn.input(2), W=gnn.parameter([[1.0, 2.0]]))
    np.testing.assert_array_equal(initial_parameters(own)["W"], [[1, 2]])
    assert initial_parameters(own, "he")["W"].tolist() != [[1, 2]]
    np.testing.assert_array_equal(initial_parameters(own, {"W": [[3, 4]]})["W"], [[3, 4]])


def test_epochs_are_passes_over_all_data():
    training = gnn.fit(network(2), XOR, epochs=3, batch_size=50, every=1, **QUIET)
    assert training.history["step"][-1] == 9


def test_a_training_can_be_pickled():
    data = gnn.data.xor(40)
    training = gnn.fit(network(3), data, steps=5, progress=False)
    before = training.predict(data.inputs)
    found = pickle.loads(pickle.dumps(training))
    assert np.array_equal(found.predict(data.inputs), before)
    assert str(found) == str(training)
    assert found.loss() == training.loss()
    assert all(np.array_equal(found.at(-1)[name], each) for name, each in training.at(-1).items())


def test_writing_into_what_a_training_gives_changes_nothing_in_it():
    training = gnn.fit(network(3), gnn.data.xor(40), steps=5, progress=False)
    kept = {name: each.copy() for name, each in training.snapshots.items()}
    for each in training.at(-1).values():
        each[...] = 7.0
    assert all(np.array_equal(training.snapshots[name], each) for name, each in kept.items())

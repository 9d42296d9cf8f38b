"""A program never answers for a function that would see something else by now."""

import numpy as np
import pytest

import graphviz_nn as gnn

RATE = 2.0
DATA = np.ones(3)
SETTINGS = {"power": 2, "weights": [np.ones(3), 1.0]}


def by_global(x):
    return RATE * x


def by_array(x):
    return np.sum(DATA * x) + np.sum(DATA)


def by_part(x):
    return np.sum(DATA[:2] * x) + np.sum(x * DATA[[0, 0]])


def by_settings(x):
    return np.sum(SETTINGS["weights"][0] * x ** SETTINGS["power"]) * SETTINGS["weights"][1]


def calls(function):
    return gnn.grad(function), lambda gradient, x=1.0: float(gradient(x))


def test_a_global(monkeypatch):
    gradient, at = calls(by_global)
    assert at(gradient) == 2
    monkeypatch.setitem(globals(), "RATE", 5.0)
    assert at(gradient) == 5


def test_an_array_that_changes_in_place(monkeypatch):
    monkeypatch.setitem(globals(), "DATA", np.ones(3))
    for function, slopes in ((by_array, (3, 7, 0)), (by_part, (4, 16, 0))):
        DATA[:] = 1
        gradient, at = calls(function)
        assert at(gradient) == slopes[0]
        DATA[0] = 5
        assert at(gradient) == slopes[1]
        before = globals()["DATA"]
        globals()["DATA"] = np.zeros(3)
        assert at(gradient) == slopes[2]
        globals()["DATA"] = before


def test_what_is_computed_from_an_array_that_changes(monkeypatch):
    monkeypatch.setitem(globals(), "DATA", np.ones(3))

    def scaled(x):
        return x * float(np.max(DATA)) * np.linalg.norm(DATA)

    gradient, at = calls(scaled)
    first = at(gradient)
    DATA[1] = 9
    assert at(gradient) == np.linalg.norm(DATA) * 9 != first


@pytest.mark.parametrize(
    "layout", [lambda x: x, lambda x: x.T, lambda x: x[:, ::2]], ids=["rows", "columns", "strides"]
)
def test_a_large_array_that_changes(layout):
    large = layout(np.ones((400, 800)))

    def scaled(x):
        return x * np.sum(large[::2][::-1].copy())

    gradient, at = calls(scaled)
    assert at(gradient) == large.size / 2
    large *= 2
    assert at(gradient) == large.size


def test_dicts_lists_and_objects():
    gradient, at = calls(by_settings)
    assert at(gradient, 2.0) == 12
    try:
        SETTINGS["power"] = 3
        assert at(gradient, 2.0) == 36
        SETTINGS["weights"][1] = 2.0
        assert at(gradient, 2.0) == 72
    finally:
        SETTINGS.update(power=2, weights=[np.ones(3), 1.0])

    class Model:
        def __init__(self):
            self.scale = 1.0

        def loss(self, x):
            return self.scale * x

    model = Model()
    gradient, at = calls(model.loss)
    assert at(gradient) == 1
    model.scale = 4.0
    assert at(gradient) == 4
    by_argument = gnn.grad(lambda x, model: model.loss(x))
    assert by_argument(1.0, model) == 4
    model.scale = 3.0
    assert by_argument(1.0, model) == 3


def test_a_closure_and_a_called_function():
    scale = 1.0

    def inner(x):
        return scale * x

    def outer(x):
        return inner(x) * 2

    gradient, at = calls(outer)
    assert at(gradient) == 2
    scale = 3.0
    assert at(gradient) == 6


def test_random_numbers_are_drawn_at_each_call():
    source = np.random.default_rng(0)
    gradient = gnn.grad(lambda x: x * source.normal())
    expected = np.random.default_rng(0)
    assert [float(gradient(1.0)) for _ in range(3)] == [expected.normal() for _ in range(3)]
    ours = gnn.grad(lambda x: x * gnn.random(()))
    assert ours(1.0) != ours(1.0)


def test_a_layer_whose_weights_change():
    layer = gnn.nn.Linear(2, 1)
    weights = layer.parameters["W"]
    gradient = gnn.grad(lambda x: np.sum(layer(x)))
    for factor in (1.0, 2.0):
        weights *= factor
        assert np.allclose(gradient(np.ones(2)), weights[0])


def test_a_lambda_in_a_loop_is_traced_once_while_it_holds_the_same(traces):
    def loss(w, x):
        return np.sum((w * x) ** 2)

    x, w = np.arange(3.0), np.ones(3)
    for _ in range(5):
        w = w - 0.01 * gnn.grad(lambda w: loss(w, x))(w)
    assert len(traces) == 1
    for factor in (1.0, 2.0, 3.0):
        y = factor * x
        assert np.allclose(gnn.grad(lambda w, y=y: loss(w, y))(w), 2 * y * y * w)
        assert np.allclose(gnn.grad(lambda w: loss(w, y))(w), 2 * y * y * w)  # noqa: B023


def test_functions_of_one_factory_keep_their_programs(traces):
    def power(exponent):
        def function(x):
            return x**exponent

        return function

    square, cube = power(2), power(3)
    for _ in range(3):
        assert gnn.grad(square)(2.0) == 4 and gnn.grad(cube)(2.0) == 12
    assert len(traces) == 2


def test_equal_codes_of_other_modules():
    spaces = [{"rate": 2.0}, {"rate": 3.0}]
    for space in spaces:
        exec(compile("def scaled(x):\n    return rate * x", "<model>", "exec"), space)
    assert [float(gnn.grad(space["scaled"])(1.0)) for space in (*spaces, *spaces)] == [2, 3, 2, 3]

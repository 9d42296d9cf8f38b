from dataclasses import replace

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.tracing.registry import OPS


def test_a_rule_is_asked_once_for_operations_that_are_alike(monkeypatch):
    asked = []

    def rule(g, y, x):
        asked.append(x.shape)
        return g * y

    monkeypatch.setitem(OPS, "exp", replace(OPS["exp"], vjp=(rule,)))

    def model(x, y):
        for _ in range(3):
            x, y = np.exp(-x), np.exp(-y)
        return np.sum(x) + y

    both = gnn.gradient(gnn.trace(model, x=gnn.parameter(2), y=gnn.parameter(())))
    assert sorted(asked) == [(), (2,)]
    found = gnn.evaluate(both, x=[0.5, 1.5], y=0.5)
    assert found["grad_x"][0] == found["grad_y"]
    scopes = {each.scope for each in both.operations.values() if each.scope[1:]}
    assert {("grad", name) for name in ("exp", "exp_2", "exp_3", "exp_4", "exp_5", "exp_6")} <= scopes


def test_numbers_attributes_and_equal_arguments_are_told_apart():
    def model(x):
        parts = [x**2, x**3, x**2.0, x * x, x * np.exp(x), np.sum(x, axis=0) * x, np.sum(x, axis=1) * x]
        return sum(np.sum(each) for each in parts)

    graph = gnn.trace(model, x=gnn.parameter((2, 2)))
    assert gnn.check_gradients(graph, x=[[0.5, 1.5], [2.5, 0.25]])


def test_matrices_beside_vectors():
    def model(W, x, V, many):
        rows = np.tanh(W @ x) @ V
        return np.sum(np.sin(many @ x)) + np.sum(np.cos(x @ np.swapaxes(many, 1, 2))) + np.sum(rows**2)

    shapes = {"W": (2, 3), "x": 3, "V": (2, 4), "many": (2, 4, 3)}
    graph = gnn.trace(model, **{name: gnn.parameter(shape) for name, shape in shapes.items()})
    rng = np.random.default_rng(0)
    assert gnn.check_gradients(graph, {name: rng.normal(size=shape) for name, shape in shapes.items()})

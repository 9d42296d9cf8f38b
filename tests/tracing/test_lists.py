"""Lists of traced values, where NumPy makes an array of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.tracing import lists


def rotated(x):
    t = x[0, 0]
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) @ x[:2]


def changed(x):
    w = np.array([x[0, 0], x[0, 1]])
    w[0] = 3
    w += x[0, 2]
    return w


def copied(x):
    copy, same = np.array(x), np.asarray(x)
    copy[0] = 0
    same[1] = 1
    return copy + x


# Functions of a 3 × 4 array of float64.
LISTS = {
    "array": lambda x: np.array([x[0, 0], 1.0, x[1, 1]]),
    "nested": rotated,
    "rows and numbers": lambda x: np.array([x[0], [1.0, 2.0, 3.0, 4.0]]),
    "tuples": lambda x: np.array(([x[0, 0], 1.0], (2.0, x[0, 1]))),
    "comprehension": lambda x: np.array([np.sum(row) for row in x]),
    "single precision": lambda x: np.array([x[0, 0], 1.0], dtype="float32"),
    "at least two axes": lambda x: np.array([x[0, 0], 1.0], ndmin=2),
    "changed": changed,
    "copied": copied,
    "full": lambda x: np.full((2, 3), x[0, 0]),
    "sum": lambda x: np.sum([x[0, 0], x[1, 1] ** 2, 1.0]),
    "mean": lambda x: np.mean([each * each for each in x[0]]),
    "max": lambda x: np.max([x[0, 0], 0.3, x[1, 0]]),
    "dot": lambda x: np.dot([x[0, 0], 1.0], [2.0, x[1, 0]]),
    "norm": lambda x: np.linalg.norm([x[0, 0], x[0, 1]]),
    "diag": lambda x: np.diag([x[0, 0], 2.0]),
    "operator": lambda x: x @ [x[0, 0], 1.0, 2.0, x[0, 1]],
    "concatenate": lambda x: np.concatenate([[x[0, 0]], x[1], [1.0, 2.0]]),
    "lists alone": lambda x: np.concatenate([[x[0, 0]], [2.0, x[0, 1]]]),
    "stack": lambda x: np.stack([[x[0, 0], 2.0], [1.0, x[0, 1]]]),
    "vstack": lambda x: np.vstack([[x[0, 0], 1.0], x[:2, 1]]),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_array_that_numpy_makes_of_it(name):
    x = np.random.default_rng(0).normal(size=(3, 4))
    expected = np.asarray(LISTS[name](x.copy()))
    graph = gnn.trace(lambda x: LISTS[name](x), x=gnn.parameter((3, 4)))
    found = gnn.evaluate(graph, x=x, outputs=graph.outputs[0])
    np.testing.assert_allclose(found, expected, rtol=1e-6 if expected.dtype == "float32" else 1e-14)
    variable = graph.variable(graph.outputs[0])
    assert (variable.shape, variable.dtype) == (expected.shape, expected.dtype.name)
    if expected.dtype == "float64":
        loss = gnn.trace(lambda x: np.sum(LISTS[name](x) ** 2), x=gnn.parameter((3, 4)))
        assert gnn.check_gradients(loss, x=x).passed


def test_numpy_is_what_it_was_after_a_trace_and_in_other_threads():
    before = {name: getattr(owner, name) for owner, name, _ in lists._owners()}
    during, traced = Event(), Event()

    def model(x):
        during.set()
        assert traced.wait(10)
        with pytest.raises(ZeroDivisionError):
            gnn.trace(lambda x: x / (1 // 0), x=gnn.input(2))
        return np.array([x[0], 1.0])

    with ThreadPoolExecutor(1) as pool:
        graph = pool.submit(gnn.trace, model, x=gnn.input(2))
        assert during.wait(10)
        assert np.array([1, 2.5]).tolist() == [1.0, 2.5]
        assert np.sum([[1, 2], [3, 4]], axis=0).tolist() == [4, 6]
        traced.set()
        assert graph.result().operations
    assert before == {name: getattr(owner, name) for owner, name, _ in lists._owners()}

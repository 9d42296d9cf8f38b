"""Minus signs behind products: the same numbers, and layers that are recognised."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.signs import moved_behind

X, ROWS, W, B = (3,), (5, 3), (3,), ()
# Each is a sigmoid of a linear layer, its minus sign where authors write it.
WRITTEN = {
    "before the weights": lambda w, x, b, rows: 1 / (1 + np.exp(-w @ x)),
    "before the data": lambda w, x, b, rows: 1 / (1 + np.exp(-rows @ w)),
    "before the second": lambda w, x, b, rows: 1 / (1 + np.exp(w @ -x)),
    "with a bias": lambda w, x, b, rows: 1 / (1 + np.exp(-w @ x - b)),
    "before the product": lambda w, x, b, rows: 1 / (1 + np.exp(-(w @ x) - b)),
    "before a sum": lambda w, x, b, rows: 1 / (1 + np.exp(np.sum(-w * x) - b)),
}
# In these the sign stays where it is.
KEPT = {
    "another exponential": lambda w, x, b, rows: np.tanh(-w @ x),
    "the bias has another sign": lambda w, x, b, rows: np.exp(-w @ x + b),
    "an exponential of the negated": lambda w, x, b, rows: np.exp(-w),
}


def named(w, x, b, rows):
    score = -w @ x
    return 1 / (1 + np.exp(score))


def used_twice(w, x, b, rows):
    negated = -w
    return np.exp(negated @ x) + np.sum(negated)


def both(w, x, b, rows):
    return np.exp(-w @ -x)


def traced(function):
    return gnn.trace(function, w=gnn.parameter(W), x=gnn.input(X), b=gnn.parameter(B), rows=gnn.input(ROWS))


def feeds():
    random = np.random.default_rng(0)
    return {name: random.normal(size=shape) for name, shape in {"w": W, "x": X, "b": B, "rows": ROWS}.items()}


def ops(graph):
    return [operation.op for operation in graph.operations.values()]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_sigmoid_is_recognised_wherever_its_sign_is_written(written):
    assert ops(recognise(traced(WRITTEN[written]))) == ["linear", "sigmoid"]


@pytest.mark.parametrize("function", [*WRITTEN.values(), *KEPT.values(), named, used_twice, both])
def test_moving_a_sign_changes_no_bit(function):
    graph = traced(lambda **given: np.sum(function(**given)))
    (before, slopes), (after, moved) = (gnn.value_and_gradient(each, feeds()) for each in (graph, moved_behind(graph)))
    np.testing.assert_equal((after, moved), (before, slopes))


@pytest.mark.parametrize("function", [*KEPT.values(), named, used_twice])
def test_a_sign_stays_where_moving_it_helps_nobody(function):
    graph = traced(function)
    assert moved_behind(graph) is graph


def test_of_two_signs_in_one_product_one_moves():
    assert ops(moved_behind(traced(both))) == ["negative", "matmul", "negative", "exp"]

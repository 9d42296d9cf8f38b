"""Layers have gradients as short as by hand, equal to those that the rules of their steps give."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.evaluation.lowered import lowered
from graphviz_nn.transforms.passes import Listing, algebra, equal, live, optimised, shift

ROWS, WIDTH = 4, 6


def weighted(value):
    return np.sum(value * value * np.linspace(1, 2, np.size(value)).reshape(np.shape(value)))


def target(z):
    return np.eye(WIDTH)[np.arange(ROWS) % WIDTH]


def by_hand_softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Each with the most steps that its gradient may take, beside its own.
SHORT = {
    "softmax": (lambda z: weighted(nn.softmax(z)), 8),
    "softmax by hand": (lambda z: weighted(by_hand_softmax(z)), 8),
    "log_softmax": (lambda z: weighted(nn.log_softmax(z)), 8),
    "cross-entropy with logits": (lambda z: nn.cross_entropy_with_logits(z, target(z)), 6),
    "relu": (lambda z: weighted(nn.relu(z)), 5),
    "sigmoid": (lambda z: weighted(nn.sigmoid(z)), 6),
    "layer_norm": (lambda z: weighted(nn.layer_norm(z, np.ones(WIDTH), np.zeros(WIDTH))), 16),
    "attention": (lambda z: weighted(nn.attention(z, z, z)), 20),
    "logarithm of a sum": (lambda z: weighted(np.log(np.sum(np.exp(z - z.max(1)[:, None]), axis=1)) + z.max(1)), 8),
    "maximum of all": (lambda z: np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z), 5),
}


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_short_gradients_are_the_derived_ones(name, scale):
    model, most = SHORT[name]
    both = gnn.gradient(gnn.trace(model, z=gnn.parameter((ROWS, WIDTH))))
    z = scale * np.random.default_rng(0).normal(size=(ROWS, WIDTH))
    gradient = both.graph["gradients"]["z"]
    expected, found = gnn.evaluate(both, z=z, outputs=gradient), gnn.compile(both, gradient)(z=z)[gradient]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10 * np.abs(expected).max() + 1e-12)
    backward = [line for line in lowered(Listing.of(optimised(both))).lines if line.origin.scope[:1] == ("grad",)]
    assert len(backward) <= most, [line.op for line in backward]


def maxima_left(model):
    both = gnn.gradient(gnn.trace(model, z=gnn.parameter((ROWS, WIDTH))))
    return "equal" in {each.op for each in live(shift(both)).operations.values()}


def test_a_maximum_that_matters_keeps_its_gradient():
    top = {"axis": 1, "keepdims": True}
    assert not maxima_left(lambda z: weighted(by_hand_softmax(z)))
    assert maxima_left(lambda z: weighted(np.exp(z - np.max(z, **top))))
    assert maxima_left(lambda z: weighted(by_hand_softmax(z) * np.max(z, **top)))
    assert maxima_left(lambda z: weighted(np.log(np.sum(np.exp(z - np.max(z, **top)), axis=0))))
    assert maxima_left(lambda z: np.sum((z - np.max(z, **top)) * 2))


def test_what_is_differentiated_inside_keeps_the_gradient():
    def model(z):
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        return weighted(e / np.sum(e, axis=1, keepdims=True))

    graph = gnn.trace(model, z=gnn.parameter((ROWS, WIDTH)))
    both = gnn.gradient(graph, of="e", cotangent=np.ones((ROWS, WIDTH)))
    z = np.random.default_rng(0).normal(size=(ROWS, WIDTH))
    gradient = both.graph["gradients"]["z"]
    expected, found = gnn.evaluate(both, z=z, outputs=gradient), gnn.compile(both, gradient)(z=z)[gradient]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert np.abs(expected).max() > 0.1


def test_second_derivatives():
    graph = gnn.trace(lambda z: weighted(nn.softmax(z) ** 2), z=gnn.parameter(WIDTH))
    first = gnn.gradient(graph)
    second = gnn.gradient(first, of="grad_z", wrt="z", cotangent=np.arange(WIDTH) / 3)
    z = np.random.default_rng(0).normal(size=WIDTH)
    (gradient,) = second.graph["gradients"].values()
    expected, found = gnn.evaluate(second, z=z, outputs=gradient), gnn.compile(second, gradient)(z=z)[gradient]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


RULES = {
    "transposed twice": (lambda x: x.T.T * 2, ["multiply"]),
    "neutral numbers": (lambda x: ((x / 1) * 1 + 0) ** 1 * 2, ["multiply"]),
    "factors": (lambda x: (x * 2) * 3 / 4, ["multiply"]),
    "mean of one": (lambda x: np.mean(x[:, :1], axis=1, keepdims=True) * x, ["getitem", "multiply"]),
    "spread": (lambda x: np.broadcast_to(x[0], (ROWS, WIDTH)) + x, ["getitem", "add"]),
    "negative": (lambda x: np.sum(-x * x[0], axis=0), ["getitem", "multiply", "sum", "negative"]),
    "difference": (lambda x: x[0] + -x, ["getitem", "subtract"]),
    "twice": (lambda x: np.tanh(x) + np.tanh(x), ["tanh", "multiply"]),
    "square": (lambda x: x**2, ["square"]),
    "turned": (lambda x: np.transpose(np.reshape(np.reshape(x, (-1,)), (WIDTH, ROWS))), ["reshape", "transpose"]),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_of_algebra(name):
    model, operations = RULES[name]
    graph = gnn.trace(model, x=gnn.input((ROWS, WIDTH)))
    found = equal(algebra(equal(algebra(graph))))
    assert [each.op for each in found.operations.values()] == operations


def test_signs_of_zero_and_infinities_are_no_numbers_to_leave_out():
    graph = gnn.trace(lambda x: (x * 0.0, np.where(x > 0, x, np.inf) * 1), x=gnn.input(3))
    x = np.array([-1.0, 0.0, np.inf])
    with np.errstate(all="ignore"):
        for before, after in zip(gnn.compile(graph).steps(x), (x * 0.0, np.where(x > 0, x, np.inf)), strict=True):
            np.testing.assert_array_equal(before, after)

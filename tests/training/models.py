"""The models of the lecture's demo, and small ones to fit by hand."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, features, hinge, linear, relu, softmax, tanh

EXAMPLE = {"x": gnn.input(2), "y": gnn.target(2)}


def logistic_regression():
    def loss(x, y, W, b):
        return cross_entropy(softmax(linear(x, W, b)), y)

    return gnn.trace(loss, **EXAMPLE, W=gnn.parameter((2, 2)), b=gnn.parameter(2))


def with_product():
    def loss(x, y, W, b):
        return cross_entropy(softmax(linear(features(x, "x1", "x2", "x1 x2"), W, b)), y)

    return gnn.trace(loss, **EXAMPLE, W=gnn.parameter((2, 3)), b=gnn.parameter(2))


def network(units):
    def loss(x, y, W1, b1, W2, b2):
        a1 = tanh(linear(x, W1, b1))
        p = softmax(linear(a1, W2, b2))
        return cross_entropy(p, y)

    weights = {"W1": (units, 2), "b1": units, "W2": (2, units), "b2": 2}
    return gnn.trace(loss, **EXAMPLE, **{name: gnn.parameter(shape) for name, shape in weights.items()})


def perceptron():
    """2-16-16-1, ReLU, a score for the max-margin loss."""

    def loss(x, y, W1, b1, W2, b2, w3, b3):
        a1 = relu(linear(x, W1, b1))
        a2 = relu(linear(a1, W2, b2))
        score = w3 @ a2 + b3
        return hinge(score, y)

    weights = {"W1": (16, 2), "b1": 16, "W2": (16, 16), "b2": 16, "w3": 16, "b3": ()}
    specs = {name: gnn.parameter(shape) for name, shape in weights.items()}
    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), **specs)


def linear_regression():
    def loss(x, y, theta, b):
        score = theta @ x + b
        return (score - y) ** 2

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2), b=gnn.parameter(()))


def least_squares(data):
    """The parameters that linear regression must find."""
    columns = np.column_stack([data.inputs, np.ones(len(data))])
    found = np.linalg.lstsq(columns, data.targets, rcond=None)[0]
    return {"theta": found[:2], "b": found[2]}

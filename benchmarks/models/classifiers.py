"""One layer or a few, and a loss: what a lecture begins with."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model, one_hot


@model(y=1.0)
def logistic_regression(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2), b=gnn.parameter(())):
    """The probability of one of two classes, by hand."""
    z = theta @ x + b
    p = 1 / (1 + np.exp(-z))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


digits = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10), nn.Softmax())


@model(y=one_hot(3, 10))
def mlp(x=gnn.input(64), y=gnn.target(10)):
    """Two hidden layers for digits of 8 × 8 dots."""
    return nn.cross_entropy(digits(x), y)


@model(y=np.array([1.0, -1.0, 1.0, -1.0, 1.0]))
def svm(X=gnn.input((5, 2)), y=gnn.target(5), w=gnn.parameter(2), b=gnn.parameter(())):
    """A linear support vector machine with a soft margin, over five examples, by hand."""
    scores = X @ w + b
    margins = np.maximum(0, 1 - y * scores)
    return 0.5 * w @ w + 10.0 * np.sum(margins)


@model()
def polynomial(x=gnn.input(6), y=gnn.target(6), theta=gnn.parameter(4)):
    """A cubic polynomial fitted to six points, with a penalty, by hand."""
    features = np.stack([np.ones(6), x, x**2, x**3], axis=1)
    y_hat = features @ theta
    return np.mean((y_hat - y) ** 2) + 0.01 * np.sum(theta**2)

"""Models without mistakes have no findings."""

import inspect

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli.figures import figures

ACTIVATIONS = ["elu", "gelu", "leaky_relu", "log_softmax", "relu", "relu6", "selu"]
ACTIVATIONS += ["sigmoid", "silu", "softmax", "softplus", "tanh"]
LOSSES = ["squared_error", "mean_squared_error", "hinge", "huber"]
LOSSES += ["cross_entropy_with_logits", "binary_cross_entropy_with_logits"]

# Bodies of functions of the arguments in conftest.py; a warning here is a false alarm.
GOOD = {
    "linear regression": "x, r, w: (w @ x - r) ** 2",
    "softmax, then cross-entropy": "x, y, W: nn.cross_entropy(nn.softmax(nn.linear(x, W)), y)",
    "over rows": "rows, Y, W: nn.cross_entropy(nn.softmax(nn.linear(rows, W)), Y)",
    "sigmoid, then cross-entropy": "x, y, W: nn.binary_cross_entropy(nn.sigmoid(W @ x), y)",
    "of one number": "x, r, w: nn.binary_cross_entropy(nn.sigmoid(w @ x), r)",
    "log-softmax": "x, y, W: -(y @ nn.log_softmax(W @ x))",
    "stable softmax by hand": "z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))",
    "stable logsumexp by hand": "z: np.max(z) + np.log(np.sum(np.exp(z - np.max(z))))",
    "stable softplus by hand": "z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
    "stable sigmoid by hand": "z: np.where(z > 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))",
    "logaddexp": "z, y: np.sum(np.logaddexp(0, z) - y * z)",
    "guarded logarithm": "z: np.log(nn.softmax(z) + 1e-9)",
    "clipped logarithm": "z: np.log(np.clip(nn.softmax(z), 1e-9, 1))",
    "entropy": "z: -np.sum(nn.softmax(z) * nn.log_softmax(z))",
    "exp alone": "x, y, W: np.sum(np.exp(nn.linear(x, W)) - y)",
    "radial basis": "z, V, b: b @ np.exp(-np.sum((z - V) ** 2, axis=-1))",
    "bell curve by its sum": "z: np.exp(-(z**2)) / np.sum(np.exp(-(z**2)))",
    "residual": "x, y, W, U, A: np.sum((W @ (x + U @ np.tanh(W @ x)) - y) ** 2) + np.sum(A**2)",
    "residual layers": "z, V, y: nn.squared_error(z + nn.linear(nn.relu(nn.linear(z, V)), V * 2), y)",
    "gated": "z, V, b: np.tanh(V @ z) * z + b",
    "quadratic form": "x, A, c: x @ A @ x + c @ x",
    "layer norm by hand": "z, b: b * (z - np.mean(z)) / np.sqrt(np.mean((z - np.mean(z)) ** 2) + 1e-5)",
    "smoothed target": "x, y, W: nn.cross_entropy_with_logits(W @ x, 0.9 * y + 0.1 / 3)",
    "scaled target": "x, y, z, W: np.sum((W @ x - (y - z) / 2) ** 2)",
    "loss weighed by the target": "x, y, z, W: (z @ y) * nn.cross_entropy(nn.softmax(W @ x), y)",
    "error relative to the target's spread": "x, y, W: np.sum((y - W @ x) ** 2) / np.sum((y - np.mean(y)) ** 2)",
    "prediction beside the loss": "x, y, W: (lambda p: (nn.squared_error(p, y), p))(W @ x)",
    "embedding": "i, V, U: U @ np.tanh(nn.embedding(i, V))",
    "linear layers of one input": "x, W, b, A: (np.tanh(W @ x) * b, A @ x)",
    "a layer between outputs": "x, W, U: (lambda h: (h, U @ h))(W @ x)",
    "no parameter": "x: 2 * x",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_model(traced, name):
    report = gnn.lint(traced(f"model = lambda {GOOD[name]}\n"))
    assert [str(finding) for finding in report if finding.rule != "shared_parameter"] == []


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    activation = getattr(nn, name)
    argument = next(iter(inspect.signature(activation).parameters))
    assert str(gnn.lint(gnn.trace(activation, **{argument: gnn.input(4)}))) == "nothing found"


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("rows", [(), (5,)])
def test_losses(name, rows):
    def model(x, y, W, b):
        return getattr(nn, name)(nn.linear(x, W, b), y)

    arguments = {"x": gnn.input((*rows, 2)), "y": gnn.target((*rows, 3))}
    graph = gnn.trace(model, **arguments, W=gnn.parameter((3, 2)), b=gnn.parameter(3))
    assert str(gnn.lint(graph)) == "nothing found"
    assert str(gnn.lint(gnn.gradient(graph))) == "nothing found"


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)), (4,)),
        (nn.Sequential(nn.Linear(4, 8), nn.BatchNorm(8), nn.GELU(), nn.Linear(8, 3), nn.Softmax()), (5, 4)),
        (nn.Sequential(nn.Linear(4, 8), nn.RMSNorm(8), nn.SiLU(), nn.Linear(8, 3), nn.LogSoftmax()), (5, 4)),
        (nn.Sequential(nn.Convolution2d(1, 2, 3), nn.ReLU(), nn.MaxPooling2d(2), nn.Flatten()), (1, 8, 8)),
        (nn.Sequential(nn.AveragePooling2d(2), nn.Flatten(), nn.Linear(16, 3), nn.Softplus()), (1, 8, 8)),
        (nn.MultiHeadAttention(8, 2), (3, 8)),
    ],
)  # fmt: skip
def test_networks(network, shape):
    assert str(gnn.lint(gnn.trace(network, x=gnn.input(shape)))) == "nothing found"


def test_recurrent_cells():
    def cell(gates):
        return {"input_weight": gnn.parameter((3 * gates, 2)), "hidden_weight": gnn.parameter((3 * gates, 3))}

    start = {"x": gnn.input(2), "hidden": gnn.input(3)}
    assert not gnn.lint(gnn.trace(nn.rnn_cell, **start, **cell(1)))
    assert not gnn.lint(gnn.trace(nn.gru_cell, **start, **cell(3)))
    assert not gnn.lint(gnn.trace(nn.lstm_cell, **start, cell=gnn.input(3), **cell(4)))


def test_attention_by_hand():
    def model(x, Q, K, V, O):  # noqa: E741
        scores = (x @ Q) @ (x @ K).T / 2
        e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True) @ (x @ V) @ O

    weights = {name: gnn.parameter((4, 4)) for name in "QKVO"}
    assert str(gnn.lint(gnn.trace(model, x=gnn.input((3, 4)), **weights))) == "nothing found"


def test_the_lecture_s_figures():
    """Figures 3 and 4 are written in steps, with a logarithm that overflows; 14, 19 and 20 are there to be found."""
    found = {
        each.number: {f.rule for panel in each.picture().panels for f in gnn.lint(panel.model)} for each in figures()
    }
    expected = {
        **{number: {"unstable"} for number in (3, 4, 5, 6, 7, 8)},
        14: {"linear_collapse"},
        19: {"shared_parameter"},
        20: {"leakage"},
    }
    assert {number: rules for number, rules in found.items() if rules} == {
        number: rules for number, rules in expected.items() if number in found
    }

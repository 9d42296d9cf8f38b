"""Every layer as a function: values, gradients, scopes, large arguments, shapes that don't fit."""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.nn.formulas import FORMULAS
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.scalars import scalars
from graphviz_nn.views import detailed

RNG = np.random.default_rng(0)
STEPS = np.array([-2.1, -0.7, 0.4, 1.3, 3.2, 6.7])
ROWS_OF_Y = np.eye(3)[[0, 2, 1, 1]]
SIGNS = np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])


def some(*shape):
    return RNG.uniform(-1, 1, shape)


def positive(*shape):
    return RNG.uniform(0.1, 0.9, shape)


@dataclass
class Case:
    """A function at arguments that are traced and options that aren't, beside a formula for its value."""

    function: Any
    arguments: dict
    formula: Any
    options: dict = field(default_factory=dict)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def each(function):
    return np.vectorize(function, otypes=[float])


def exponentials(z):
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def rows(function):
    """A formula of one row, along the last axis."""
    return lambda x, *others: np.apply_along_axis(lambda row: function(row, *others), -1, x)


def normal(row, epsilon=1e-5):
    return (row - row.mean()) / math.sqrt(row.var() + epsilon)


def grouped_channels(x, w, function):
    """A function of each half of the channels with its half of the filters."""
    halves = zip(np.split(x, 2, axis=-3), np.split(w, 2), strict=True)
    return np.concatenate([function(part, filters) for part, filters in halves], axis=-3)


def spread(x, w, stride, cut=0):
    """Each entry of x times w, added at its place."""
    rows, columns = (stride * (n - 1) + k for n, k in zip(x.shape[-2:], w.shape[-2:], strict=True))
    found = np.zeros((w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[-2:]):
        part = found[:, i * stride : i * stride + w.shape[2], j * stride : j * stride + w.shape[3]]
        part += np.tensordot(x[:, i, j], w, 1)
    return found[:, cut : rows - cut, cut : columns - cut]


def convolved(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(p, p) for p in padding])
    high, wide = ((n - k) // s + 1 for n, k, s in zip(x.shape[-2:], w.shape[-2:], stride, strict=True))
    found = np.zeros((*x.shape[:-3], w.shape[0], high, wide))
    for i, j in np.ndindex(high, wide):
        rows, columns = i * stride[0], j * stride[1]
        window = x[..., rows : rows + w.shape[2], columns : columns + w.shape[3]]
        found[..., i, j] = np.tensordot(window, w, ((-3, -2, -1), (1, 2, 3)))
    return found if b is None else found + b[:, None, None]


def pooled(x, window, stride, reduce):
    high, wide = ((n - k) // s + 1 for n, k, s in zip(x.shape[-2:], window, stride, strict=True))
    found = np.zeros((*x.shape[:-2], high, wide))
    for i, j in np.ndindex(high, wide):
        rows, columns = i * stride[0], j * stride[1]
        found[..., i, j] = reduce(x[..., rows : rows + window[0], columns : columns + window[1]], axis=(-2, -1))
    return found


def attended(q, k, v, mask=None):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    powers = np.exp(scores) * (1 if mask is None else mask)
    return powers / powers.sum(-1, keepdims=True) @ v


def heads(x, wq, wk, wv, wo, count=2, mask=None):
    n = x.shape[-1] // count
    parts = [slice(i * n, (i + 1) * n) for i in range(count)]
    q, k, v = (x @ w.T for w in (wq, wk, wv))
    return np.concatenate([attended(q[..., p], k[..., p], v[..., p], mask) for p in parts], -1) @ wo.T


def gru(x, h, w, u, b=0.0, c=0.0):
    (ri, zi, ni), (rh, zh, nh) = np.split(x @ w.T + b, 3, -1), np.split(h @ u.T + c, 3, -1)
    z = logistic(zi + zh)
    return (1 - z) * np.tanh(ni + logistic(ri + rh) * nh) + z * h


def lstm(x, h, cell, w, u, b=0.0, c=0.0):
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + c, 4, -1)
    cell = logistic(f) * cell + logistic(i) * np.tanh(g)
    return logistic(o) * np.tanh(cell), cell


def lstm_joined(*arguments):
    return np.concatenate(nn.lstm_cell(*arguments), axis=-1)


def picked(z, labels, log=True, weight=1.0):
    """Minus the logarithm of the right probabilities, by their weights."""
    p = np.log(exponentials(z)) if log else z
    weights = np.broadcast_to(weight, z.shape[1:])[labels]
    return -(weights * p[np.arange(len(z)), labels]).sum() / weights.sum()


def features(x):
    return nn.features(x, "x1", "x2^2", "x1 x3", "sin x2")


def featured(row):
    return np.array([row[0], row[1] ** 2, row[0] * row[2], math.sin(row[1])])


def bent(slope):
    return lambda z: np.where(z > 0, z, slope(z))


def half_square(e, delta=1.0):
    return np.where(abs(e) < delta, e**2 / 2, delta * (abs(e) - delta / 2)).mean()


def batch(x, scale, shift):
    axes = tuple(i for i in range(x.ndim) if i != 1)
    moved = np.moveaxis((x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5), 1, -1)
    return np.moveaxis(moved * scale + shift, -1, 1)


def grouped(x, scale, shift):
    parts = [normal(part.ravel()).reshape(part.shape) for row in x for part in np.split(row, 2)]
    whole = np.reshape(np.stack(parts), x.shape)
    return np.moveaxis(np.moveaxis(whole, 1, -1) * scale + shift, -1, 1)


def gelu_exact(z):
    return z / 2 * (1 + math.erf(z / math.sqrt(2)))


def entropy(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def selected(p, y):
    return -np.log((y * p).sum(-1)).mean()


Z = {"z": STEPS}
CASES = [
    Case(features, {"x": some(3)}, featured),
    Case(features, {"x": some(4, 3)}, rows(featured)),
    Case(nn.erf, {"x": STEPS}, each(math.erf)),
    Case(nn.sigmoid, Z, logistic),
    Case(nn.tanh, Z, each(math.tanh)),
    Case(nn.relu, Z, bent(lambda z: 0.0)),
    Case(nn.leaky_relu, Z, bent(lambda z: 0.2 * z), {"slope": 0.2}),
    Case(nn.elu, Z, bent(lambda z: 1.5 * (np.exp(z) - 1)), {"alpha": 1.5}),
    Case(nn.selu, Z, lambda z: 1.0507009873554805 * bent(lambda z: 1.6732632423543772 * (np.exp(z) - 1))(z)),
    Case(nn.relu6, Z, lambda z: np.clip(z, 0, 6)),
    Case(nn.gelu, Z, each(gelu_exact)),
    Case(
        nn.gelu,
        Z,
        lambda z: z * logistic(2 * np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)),
        {"approximate": "tanh"},
    ),
    Case(nn.silu, Z, lambda z: z * logistic(z)),
    Case(nn.softplus, Z, lambda z: np.log(1 + np.exp(z))),
    Case(nn.softmax, Z, exponentials),
    Case(nn.softmax, {"z": some(3, 4)}, lambda z: exponentials(z.T).T, {"axis": 0}),
    Case(nn.log_softmax, Z, lambda z: np.log(exponentials(z))),
    Case(nn.log_softmax, {"z": some(2, 3, 2)}, lambda z: np.log(exponentials(z))),
    Case(nn.linear, {"x": some(2), "weight": some(3, 2)}, lambda x, w: np.dot(w, x)),
    Case(nn.linear, {"x": some(2), "weight": some(3, 2), "bias": some(3)}, lambda x, w, b: np.dot(w, x) + b),
    Case(
        nn.linear,
        {"x": some(4, 2), "weight": some(3, 2), "bias": some(3)},
        lambda x, w, b: np.stack([np.dot(w, row) + b for row in x]),
    ),
    Case(
        nn.linear,
        {"x": some(2, 4, 2), "weight": some(3, 2)},
        lambda x, w: np.einsum("bti,oi->bto", x, w),
    ),
    Case(
        nn.embedding,
        {"indices": np.array([[1, 0, 1]]), "table": some(3, 2)},
        lambda indices, table: np.stack([[table[1], table[0], table[1]]]),
    ),
    Case(
        nn.dropout,
        {"x": some(3, 2)},
        lambda x: x * (np.random.default_rng(3).random((3, 2)) >= 0.25) * 4 / 3,
        {"rate": 0.25, "training": True, "seed": 3},
    ),
    Case(nn.flatten, {"x": some(2, 3, 2)}, lambda x: np.array(list(x.flat))),
    Case(
        nn.flatten,
        {"x": some(2, 3, 2)},
        lambda x: np.array([list(x[0].flat), list(x[1].flat)]),
        {"batch": True},
    ),
    Case(
        nn.convolution_1d,
        {"x": some(2, 6), "weight": some(3, 2, 2), "bias": some(3)},
        lambda x, w, b: convolved(x[:, None], w[:, :, None], b, (1, 2), (0, 1))[:, 0],
        {"stride": 2, "padding": 1},
    ),
    Case(
        nn.convolution_1d,
        {"x": some(2, 1, 5), "weight": some(2, 1, 3)},
        lambda x, w: convolved(x[:, :, None], w[:, :, None])[:, :, 0],
    ),
    Case(
        nn.convolution_2d,
        {"x": some(2, 4, 5), "weight": some(3, 2, 2, 3), "bias": some(3)},
        convolved,
    ),
    Case(
        nn.convolution_2d,
        {"x": some(2, 1, 3, 4), "weight": some(2, 1, 2, 2)},
        lambda x, w: convolved(x, w, None, (2, 1), (1, 2)),
        {"stride": (2, 1), "padding": (1, 2)},
    ),
    Case(
        nn.convolution_2d,
        {"x": some(4, 3, 3), "weight": some(2, 2, 2, 2)},
        lambda x, w: grouped_channels(x, w, convolved),
        {"groups": 2},
    ),
    Case(
        nn.convolution_1d,
        {"x": some(2, 6), "weight": some(1, 2, 2)},
        # A hole in each window is an entry 0 of the filter.
        lambda x, w: convolved(np.pad(x, [(0, 0), (1, 0)])[:, None], np.insert(w, 1, 0, -1)[:, :, None])[:, 0],
        {"dilation": 2, "padding": ((1, 0),)},
    ),
    Case(
        nn.convolution_3d,
        {"x": some(1, 2, 3, 3), "weight": some(2, 1, 2, 2, 2), "bias": some(2)},
        # The two layers are two channels.
        lambda x, w, b: convolved(x[0], w[:, 0], b)[:, None],
    ),
    Case(
        nn.transposed_convolution_1d,
        {"x": some(2, 3), "weight": some(2, 3, 2), "bias": some(3)},
        lambda x, w, b: spread(x[:, None], w[:, :, None], 1)[:, 0] + b[:, None],
    ),
    Case(
        nn.transposed_convolution_2d,
        {"x": some(2, 2, 3), "weight": some(2, 2, 3, 3)},
        lambda x, w: spread(x, w, 2, 1),
        {"stride": 2, "padding": 1},
    ),
    Case(
        nn.transposed_convolution_3d,
        {"x": some(1, 1, 2, 2), "weight": some(1, 2, 1, 2, 2)},
        lambda x, w: spread(x[:, 0], w[:, :, 0], 1)[:, None],
    ),
    Case(
        nn.max_pooling_1d,
        {"x": some(2, 5)},
        lambda x: np.maximum(x[:, [0, 2, 4]], x[:, [1, 3, 4]]),
        {"window": 2, "ceil": True},
    ),
    Case(
        nn.max_pooling_2d,
        {"x": some(1, 3, 3)},
        lambda x: pooled(np.pad(x, [(0, 0), (1, 1), (1, 1)], constant_values=-9), (2, 2), (2, 2), np.max),
        {"window": 2, "padding": 1},
    ),
    Case(nn.max_pooling_3d, {"x": some(2, 2, 2)}, lambda x: x.max(keepdims=True), {"window": 2}),
    Case(
        nn.average_pooling_1d,
        {"x": some(2, 3)},
        lambda x: np.stack([x[:, 0], (x[:, 1] + x[:, 2]) / 2], -1),
        {"window": 2, "padding": 1, "count_padding": False},
    ),
    Case(
        nn.average_pooling_2d,
        {"x": some(1, 3, 3)},
        lambda x: pooled(np.pad(x, [(0, 0), (1, 1), (1, 1)]), (2, 2), (2, 2), np.mean),
        {"window": 2, "padding": 1},
    ),
    Case(nn.average_pooling_3d, {"x": some(2, 2, 2)}, lambda x: x.mean(keepdims=True), {"window": 2}),
    Case(
        nn.adaptive_average_pooling,
        {"x": some(1, 4, 3)},
        lambda x: np.stack(
            [
                x[:, :2, :2].mean((1, 2)),
                x[:, :2, 1:].mean((1, 2)),
                x[:, 2:, :2].mean((1, 2)),
                x[:, 2:, 1:].mean((1, 2)),
            ],
            -1,
        ).reshape(1, 2, 2),
        {"size": (2, 2)},
    ),
    Case(nn.adaptive_max_pooling, {"x": some(2, 4)}, lambda x: x.reshape(2, 2, 2).max(-1), {"size": (2,)}),
    Case(nn.max_pooling_2d, {"x": some(2, 4, 4)}, lambda x: pooled(x, (2, 2), (2, 2), np.max), {"window": 2}),
    Case(
        nn.average_pooling_2d,
        {"x": some(2, 1, 4, 5)},
        lambda x: pooled(x, (3, 2), (1, 2), np.mean),
        {"window": (3, 2), "stride": (1, 2)},
    ),
    Case(
        nn.cross_entropy_with_labels,
        {"z": some(4, 3)},
        lambda z: picked(z[:3], [2, 0, 1], weight=np.array([0.5, 1.0, 3.0])),
        {"labels": np.array([2, 0, 1, -100]), "weight": np.array([0.5, 1.0, 3.0])},
    ),
    Case(
        nn.negative_log_likelihood,
        {"log_p": some(2, 3, 2)},
        lambda p: -np.array([[p[0, 2, 0], 0], [0, p[1, 2, 1]]]),
        {"labels": np.array([[2, 1], [1, 2]]), "reduction": "none", "ignored": 1},
    ),
    Case(nn.batch_norm, {"x": some(4, 3), "scale": some(3), "shift": some(3)}, batch),
    Case(nn.batch_norm, {"x": some(2, 3, 2, 2), "scale": some(3), "shift": some(3)}, batch),
    Case(
        nn.batch_norm,
        {"x": some(3), "scale": some(3), "shift": some(3), "mean": some(3), "variance": positive(3)},
        lambda x, scale, shift, mean, variance: (x - mean) / np.sqrt(variance + 1e-5) * scale + shift,
    ),
    Case(
        nn.layer_norm,
        {"x": some(2, 2, 4), "scale": some(4), "shift": some(4)},
        rows(lambda row, scale, shift: normal(row) * scale + shift),
    ),
    Case(
        nn.rms_norm,
        {"x": some(2, 4), "scale": some(4)},
        rows(lambda row, scale: row * scale / math.sqrt((row**2).mean() + 0.1)),
        {"epsilon": 0.1},
    ),
    Case(
        nn.group_norm,
        {"x": some(2, 4, 3), "scale": some(4), "shift": some(4)},
        grouped,
        {"groups": 2},
    ),
    Case(nn.attention, {"query": some(2, 3), "key": some(4, 3), "value": some(4, 2)}, attended),
    Case(
        nn.attention,
        {"query": some(3, 2), "key": some(3, 2), "value": some(3, 2), "mask": some(3, 3)},
        # A number added to a logit is a factor of its power.
        lambda q, k, v, mask: attended(q * math.sqrt(2), k, v, np.tri(3) * np.exp(mask)),
        {"scale": 1.0, "causal": True},
    ),
    Case(
        nn.attention,
        {"query": some(2, 3, 2), "key": some(2, 3, 2), "value": some(2, 3, 2)},
        lambda q, k, v: attended(q, k, v, np.tri(3)),
        {"mask": np.tri(3, dtype=bool)},
    ),
    Case(
        nn.multi_head_attention,
        {"x": some(3, 4), **{f"{name}_weight": some(4, 4) for name in ("query", "key", "value", "output")}},
        heads,
        {"heads": 2},
    ),
    Case(
        nn.multi_head_attention,
        {"x": some(2, 3, 4), **{f"{name}_weight": some(4, 4) for name in ("query", "key", "value", "output")}},
        lambda *arrays: heads(*arrays, 4, np.tri(3)),
        {"heads": 4, "mask": np.tri(3, dtype=bool)},
    ),
    Case(
        nn.rnn_cell,
        {
            "x": some(3),
            "hidden": some(2),
            "input_weight": some(2, 3),
            "hidden_weight": some(2, 2),
            "input_bias": some(2),
            "hidden_bias": some(2),
        },
        lambda x, h, w, u, b, c: np.tanh(w @ x + b + u @ h + c),
    ),
    Case(
        nn.gru_cell,
        {"x": some(3), "hidden": some(2), "input_weight": some(6, 3), "hidden_weight": some(6, 2)},
        gru,
    ),
    Case(
        nn.gru_cell,
        {
            "x": some(2, 3),
            "hidden": some(2, 2),
            "input_weight": some(6, 3),
            "hidden_weight": some(6, 2),
            "input_bias": some(6),
            "hidden_bias": some(6),
        },
        gru,
    ),
    Case(
        lstm_joined,
        {
            "x": some(2, 3),
            "hidden": some(2, 2),
            "cell": some(2, 2),
            "input_weight": some(8, 3),
            "hidden_weight": some(8, 2),
            "input_bias": some(8),
            "hidden_bias": some(8),
        },
        lambda *arrays: np.concatenate(lstm(*arrays), -1),
    ),
    Case(nn.squared_error, {"prediction": some(3), "target": some(3)}, lambda p, y: ((p - y) ** 2).sum()),
    Case(nn.squared_error, {"prediction": some(), "target": some()}, lambda p, y: (p - y) ** 2),
    Case(
        nn.mean_squared_error, {"prediction": some(2, 3), "target": some(2, 3)}, lambda p, y: ((p - y) ** 2).sum() / 6
    ),
    Case(nn.binary_cross_entropy, {"p": positive(4), "y": positive(4)}, entropy),
    Case(nn.binary_cross_entropy, {"p": positive(), "y": np.array(1.0)}, lambda p, y: -math.log(p)),
    Case(
        nn.binary_cross_entropy_with_logits,
        {"z": STEPS, "y": positive(6)},
        lambda z, y: entropy(logistic(z), y),
    ),
    Case(nn.cross_entropy, {"p": positive(3), "y": np.eye(3)[1]}, lambda p, y: -math.log(p[1])),
    Case(nn.cross_entropy, {"p": positive(4, 3), "y": ROWS_OF_Y}, selected),
    Case(
        nn.cross_entropy_with_logits,
        {"z": some(3), "y": np.eye(3)[1]},
        lambda z, y: selected(exponentials(z), y),
    ),
    Case(
        nn.cross_entropy_with_logits,
        {"z": some(4, 3), "y": positive(4, 3)},
        lambda z, y: (np.log(np.exp(z).sum(-1)) - (y * z).sum(-1)).mean(),
    ),
    Case(
        nn.hinge,
        {"score": STEPS, "y": SIGNS},
        lambda score, y: sum(max(0, 1 - a * b) for a, b in zip(score, y, strict=True)) / 6,
    ),
    Case(nn.huber, {"prediction": STEPS, "target": np.zeros(6)}, lambda p, y: half_square(p - y)),
    Case(
        nn.huber,
        {"prediction": STEPS, "target": np.zeros(6)},
        lambda p, y: half_square(p - y, 2.0),
        {"delta": 2.0},
    ),
    Case(nn.kl_divergence, {"p": positive(3), "q": positive(3)}, lambda p, q: (p * np.log(p / q)).sum()),
]
IDS = [f"{case.function.__name__}-{i}" for i, case in enumerate(CASES)]
every_case = pytest.mark.parametrize("case", CASES, ids=IDS)


def traced(case, model=None):
    """The graph of a case, and what it is fed."""
    model = model or (lambda **arguments: case.function(**arguments, **case.options))
    specs = {name: gnn.input(a.shape, dtype=a.dtype.name) for name, a in case.arguments.items()}
    if case.function is lstm_joined:
        order = list(case.arguments)
        return gnn.trace(lambda **arguments: lstm_joined(*(arguments[name] for name in order)), **specs)
    return gnn.trace(model, **specs)


def number(case):
    """The graph of a weighted sum of a case's entries: a number that every entry matters for."""
    shape = np.shape(case.formula(*case.arguments.values()))
    weights = np.linspace(0.5, 1.5, int(np.prod(shape, dtype=int))).reshape(shape)
    specs = {name: gnn.input(a.shape, dtype=a.dtype.name) for name, a in case.arguments.items()}
    return gnn.trace(lambda **a: np.sum(weights * case.function(*a.values(), **case.options)), **specs)


def test_every_function_has_a_case():
    functions = {name for name in nn.__all__ if name[0].islower()}
    assert functions - {case.function.__name__ for case in CASES} == {
        *("lstm_cell", "formula"),
        # tests/nn/test_sequences.py
        *("rnn", "gru", "lstm"),
    }


@every_case
def test_values_are_the_formulas(case):
    found = case.function(*case.arguments.values(), **case.options)
    np.testing.assert_allclose(found, case.formula(*case.arguments.values()), rtol=1e-12, atol=1e-14)


@every_case
def test_lists_do_for_arrays(case):
    if case.function is lstm_joined:
        return
    lists = [each.tolist() for each in case.arguments.values()]
    expected = case.function(*case.arguments.values(), **case.options)
    np.testing.assert_array_equal(case.function(*lists, **case.options), expected)


@every_case
def test_the_graph_computes_the_same(case):
    graph = traced(case)
    (output,) = graph.outputs
    expected = case.function(*case.arguments.values(), **case.options)
    # What is drawn anew at each run is fed as it is drawn for an array.
    chance = {
        name: np.random.default_rng(case.options["seed"]).random(leaf.shape) >= case.options["rate"]
        for name, leaf in graph.leaves.items()
        if leaf.role == "random"
    }
    found = gnn.evaluate(graph, {**case.arguments, **chance}, outputs=output)
    np.testing.assert_array_equal(found, expected)
    variable = graph.variable(output)
    assert (variable.shape, variable.dtype) == (np.shape(expected), "float64")


@every_case
def test_a_call_is_one_operation(case):
    graph = traced(case)
    if case.function in (nn.erf, lstm_joined):
        return
    assert {operation.scope[:1] for operation in graph.operations.values()} == {(f"{case.function.__name__}:1",)}
    folded = fold(graph)
    assert [operation.op for operation in folded.operations.values()] == [case.function.__name__]


@every_case
def test_single_numbers_give_the_same(case):
    if case.function is nn.embedding:
        return
    graph = number(case)
    entries = scalars(graph)
    gnn.check(entries)
    expected = gnn.evaluate(graph, case.arguments, outputs=graph.outputs[0])
    assert gnn.evaluate(entries, case.arguments, outputs=entries.outputs[0]) == pytest.approx(expected, rel=1e-10)


@every_case
def test_only_the_result_takes_the_callers_name(case):
    def model(**arguments):
        chosen = case.function(*arguments.values(), **case.options)
        return chosen

    graph = traced(case, model)
    named = [name for name in graph.variables if name not in graph.graph["anonymous"]]
    if case.function is not lstm_joined:
        assert [name for name in named if graph.producer(name)] == ["chosen"]


LARGE = np.array([1000.0, -1000.0])
CERTAIN = np.array([1.0, 0.0])
EXACT = [
    (nn.sigmoid, [LARGE], [1, 0], [0, 0]),
    (nn.softplus, [LARGE], [1000, 0], [1, 0]),
    (nn.silu, [LARGE], [1000, 0], [1, 0]),
    (nn.tanh, [LARGE], [1, -1], [0, 0]),
    (nn.relu, [LARGE], [1000, 0], [1, 0]),
    (nn.relu6, [LARGE], [6, 0], [0, 0]),
    (nn.leaky_relu, [LARGE], [1000, -10], [1, 0.01]),
    (nn.elu, [LARGE], [1000, -1], [1, 0]),
    (nn.elu, [np.zeros(1)], [0], [1]),
    (nn.gelu, [LARGE], [1000, 0], [1, 0]),
    (lambda z: nn.gelu(z, "tanh"), [LARGE], [1000, 0], [1, 0]),
    (nn.softmax, [LARGE], [1, 0], [0, 0]),
    (nn.log_softmax, [LARGE], [0, -2000], [-1, 1]),
    (nn.cross_entropy_with_logits, [LARGE, CERTAIN], 0, [0, 0]),
    (nn.cross_entropy_with_logits, [-LARGE, CERTAIN], 2000, [-1, 1]),
    (nn.cross_entropy_with_logits, [LARGE[None], CERTAIN[None]], 0, [[0, 0]]),
    (nn.binary_cross_entropy_with_logits, [LARGE, CERTAIN], 0, [0, 0]),
    (nn.binary_cross_entropy_with_logits, [-LARGE, CERTAIN], 1000, [-0.5, 0.5]),
    (nn.huber, [LARGE, np.zeros(2)], 999.5, [0.5, -0.5]),
]


@pytest.mark.parametrize(("function", "arguments", "value", "slope"), EXACT)
def test_large_arguments_are_exact(function, arguments, value, slope):
    """The gradient is that of the last entry of a softmax, of the sum of all entries elsewhere."""
    chosen = -1 if function in (nn.softmax, nn.log_softmax) else slice(None)

    def model(z, *others):
        return np.sum(function(z, *others)[chosen]) if np.ndim(function(*arguments)) else function(z, *others)

    graph = gnn.trace(lambda z: model(z, *arguments[1:]), z=gnn.parameter(arguments[0].shape))
    with np.errstate(all="raise", under="ignore"):
        assert np.array_equal(function(*arguments), value)
        _, gradients = gnn.value_and_gradient(graph, z=arguments[0])
    assert np.array_equal(gradients["z"], slope)


def test_small_losses_arent_lost_beside_large_logits():
    assert nn.cross_entropy_with_logits([1000.0, 980.0], [1.0, 0.0]) == pytest.approx(math.exp(-20), rel=1e-6)
    assert nn.binary_cross_entropy_with_logits([40.0], [1.0]) == pytest.approx(math.exp(-40), rel=1e-12)


def test_a_row_masked_entirely_isnt_nan():
    found = nn.attention(np.ones((1, 2)), np.ones((2, 2)), np.eye(2), np.zeros((1, 2), bool))
    assert np.isfinite(found).all()


def test_erf_takes_every_shape_and_dtype():
    assert nn.erf(np.zeros((0, 3))).shape == (0, 3)
    assert isinstance(nn.erf(0.5), float)
    assert nn.erf(np.ones(2, "float32")).dtype == "float32"
    assert nn.erf([[1, 2]]).tolist() == [[math.erf(1), math.erf(2)]]


def test_dropout_in_evaluation_hands_its_argument_on_and_is_seen():
    x = some(3)
    assert nn.dropout(x) is x
    graph = gnn.trace(lambda x: nn.dropout(x) * 2, x=gnn.input(3))
    assert [operation.scope for operation in graph.operations.values()] == [("dropout:1",), ()]
    total = gnn.trace(lambda x: np.sum(nn.dropout(x) * 2), x=gnn.input(3))
    value, gradients = gnn.value_and_gradient(total, x=x, wrt="x")
    np.testing.assert_array_equal(value, 2 * x.sum())
    np.testing.assert_array_equal(gradients["x"], [2, 2, 2])
    for view in ("operations", "layers", "compact"):
        shapes = gnn.draw(graph, view=view).panels[0].diagram.shapes
        assert [shape.emphasis for shape in shapes if "dropout" in shape.label] == ["pale"]


def test_a_traced_index_chooses_rows():
    table = some(4, 2)
    graph = gnn.trace(lambda i: nn.embedding(i, table), i=gnn.input(3, dtype="int64"))
    np.testing.assert_array_equal(gnn.evaluate(graph, i=[3, 0, 3], outputs=graph.outputs[0]), table[[3, 0, 3]])


def test_lstm_gives_both_and_is_one_operation():
    shapes = {"x": 2, "h": 1, "c": 1, "w": (4, 2), "u": (4, 1)}
    graph = gnn.trace(lambda x, h, c, w, u: nn.lstm_cell(x, h, c, w, u), **{n: gnn.input(s) for n, s in shapes.items()})
    assert len(graph.outputs) == 2
    assert [operation.op for operation in fold(graph).operations.values()] == ["lstm_cell"]


UNFIT = [
    (nn.linear, [(4,), (3, 2)], "the weight (3, 2) takes 2 entries, but x has shape (4,)"),
    (nn.linear, [(2,), (3,)], "found (3,) beside x (2,)"),
    (nn.linear, [(2,), (3, 2), (2,)], "the bias must have shape (3,) to match the weight (3, 2), found (2,)"),
    (nn.softmax, [()], "no axis -1 in z of shape ()"),
    (nn.log_softmax, [(2, 0)], "nothing along axis -1 of z of shape (2, 0)"),
    (nn.embedding, [(2,), (3, 2)], "the indices (2,) into the table (3, 2) must be whole numbers"),
    (nn.convolution_1d, [(3, 5), (1, 2, 3)], "the weight (1, 2, 3) takes 2 channels, but x has (3, 5)"),
    (nn.convolution_2d, [(2, 3, 3), (1, 2, 3)], "the weight (1, 2, 3) must have 4 axes, but x has (2, 3, 3)"),
    (nn.convolution_2d, [(1, 2, 3), (1, 1, 3, 3)], "a window (3, 3) doesn't fit into (2, 3)"),
    (nn.transposed_convolution_1d, [(3, 5), (2, 1, 3)], "the weight (2, 1, 3) takes 2 channels, but x has (3, 5)"),
    (nn.batch_norm, [(3,), (3,), (3,)], "x of shape (3,) has no batch"),
    (nn.batch_norm, [(2, 3), (2,), (3,)], "the scale must have shape (3,) to match axis 1 of x (2, 3), found (2,)"),
    (nn.layer_norm, [(2, 3), (3,), (2,)], "the shift must have shape (3,) to match x (2, 3), found (2,)"),
    (nn.rms_norm, [(2, 3), ()], "the scale must have shape (3,) to match x (2, 3), found ()"),
    (nn.attention, [(2, 3), (2, 4), (2, 4)], "query (2, 3) and key (2, 4) must have the same width"),
    (nn.attention, [(2, 3), (4, 3), (2, 4)], "key (4, 3) and value (2, 4) must have the same number of rows"),
    (nn.attention, [(2, 3), (2, 3), (2, 3), (3, 3)], "the mask (3, 3) doesn't broadcast to the scores (2, 2)"),
    (nn.rnn_cell, [(3,), (1, 2), (2, 3), (2, 2)], "x (3,) and the hidden state (1, 2)"),
    (nn.gru_cell, [(3,), (2,), (2, 3), (6, 2)], "the input weight must have shape (6, 3)"),
    (nn.lstm_cell, [(3,), (2,), (3,), (8, 3), (8, 2)], "the hidden state has shape (2,), but the cell (3,)"),
    (nn.cross_entropy, [(2, 2, 2), (2, 2, 2)], "must be (classes,) or (examples, classes), found (2, 2, 2)"),
    (nn.kl_divergence, [(2,), (3,)], "the p has shape (2,), but the q (3,)"),
    *(
        (function, [(3,), (3, 1)], "the prediction has shape (3,), but the target (3, 1)")
        for function in (
            nn.squared_error,
            nn.mean_squared_error,
            nn.binary_cross_entropy,
            nn.binary_cross_entropy_with_logits,
            nn.cross_entropy,
            nn.cross_entropy_with_logits,
            nn.hinge,
            nn.huber,
        )
    ),
]


@pytest.mark.parametrize(("function", "shapes", "says"), UNFIT)
def test_shapes_that_dont_fit_are_named(function, shapes, says):
    line = re.escape(f"{function.__name__} (test_functions.py:") + r"\d+\): .*" + re.escape(says)
    with pytest.raises(ShapeError, match=line):
        function(*map(np.ones, shapes))
    specs = {f"a{i}": gnn.input(shape) for i, shape in enumerate(shapes)}
    with pytest.raises(ShapeError, match=line):
        gnn.trace(lambda **arguments: function(*arguments.values()), **specs)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: nn.dropout(np.ones(2), 1.0), "below 1, found 1.0"),
        (lambda: nn.gelu(np.ones(2), "tan"), "did you mean 'tanh'"),
        (lambda: nn.huber(1.0, 2.0, 0.0), "delta must be positive, found 0.0"),
        (lambda: nn.max_pooling_2d(np.ones((2, 2)), 0), "the window must be a whole number of at least 1, found 0"),
        (lambda: nn.convolution_1d(np.ones((1, 2)), np.ones((1, 1, 1)), padding=((1,),)), "or 1 pairs"),
        (lambda: nn.max_pooling_2d(np.ones((2, 2)), (1, 2, 3)), "must be one number or 2"),
        (lambda: nn.convolution_1d(np.ones((1, 2)), np.ones((1, 1, 1)), stride=0.5), "the stride must be"),
        (lambda: nn.convolution_1d(np.ones((1, 2)), np.ones((1, 1, 1)), padding=-1), "padding must be"),
        (lambda: nn.group_norm(np.ones((1, 3)), np.ones(3), np.ones(3), 0), "the number of groups"),
    ],
)
def test_options_that_dont_exist(call, says):
    with pytest.raises(UsageError, match=re.escape(says)) as caught:
        call()
    assert "test_functions.py:" in str(caught.value)


def test_groups_and_heads_must_divide():
    with pytest.raises(ShapeError, match="the 3 channels of x"):
        nn.group_norm(np.ones((1, 3)), np.ones(3), np.ones(3), 2)
    with pytest.raises(ShapeError, match="2 heads don't divide the 3 columns"):
        nn.multi_head_attention(np.ones((2, 3)), *[np.eye(3)] * 4, heads=2)


def test_a_formula_of_ones_own_is_recognised():
    known = list(FORMULAS)

    def model(x):
        return np.tanh(np.exp(x) - 1) / 2

    graph = gnn.trace(model, x=gnn.input(3))
    try:

        @nn.formula("bend", z=(5,))
        def bend(z):
            return np.tanh(np.exp(z) - 1)

        assert [operation.op for operation in detailed("layers", graph).operations.values()] == ["bend", "divide"]
    finally:
        FORMULAS[:] = known
    assert "bend" not in {operation.op for operation in detailed("layers", graph).operations.values()}


def test_attention_divides_by_the_root_of_the_width_in_words():
    graph = gnn.trace(nn.attention, query=gnn.input((4, 3)), key=gnn.input((5, 3)), value=gnn.input((5, 2)))
    assert [text for each in graph.operations.values() for text in each.spelled.values()] == ["sqrt(d_k)"]

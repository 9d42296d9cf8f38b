"""Between operations and layers: every function is one node, products and parameters stay."""

import numpy as np
import pytest
from generated import models
from hypothesis import given, settings

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.views import detailed
from graphviz_nn.views.kinds import kinds, learning


def steps(graph, detail, **options):
    return [operation.op for operation in detailed(detail, graph, **options).operations.values()]


def value(graph, feeds):
    return gnn.evaluate(graph, feeds, outputs=graph.outputs[0])


def attention(X, WQ, WK, WV):
    d_k = WQ.shape[1]
    scores = (X @ WQ) @ (X @ WK).T / np.sqrt(d_k)
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return weights / np.sum(weights, axis=1, keepdims=True) @ (X @ WV)


SQUARE = gnn.parameter((6, 3))
BY_HAND = gnn.trace(attention, X=gnn.input((4, 6)), WQ=SQUARE, WK=SQUARE, WV=SQUARE)


def test_attention_by_hand_reads_as_its_formula():
    found = steps(BY_HAND, "functions")
    assert found == ["matmul", "matmul", "transpose", "matmul", "divide", "softmax", "matmul", "matmul"]
    assert steps(BY_HAND, "layers")[-1] == "attention"


def test_names_of_functions_may_be_those_of_values():
    def model(X, K, V, z):
        softmax = X @ K.T / np.sqrt(3)
        weights = np.exp(softmax) / np.sum(np.exp(softmax), axis=1, keepdims=True)
        sigmoid = weights @ V
        return sigmoid + 1 / (1 + np.exp(-z))

    graph = gnn.trace(model, **dict.fromkeys("XKV", gnn.input((3, 3))), z=gnn.input((3, 3)))
    seen = detailed("functions", graph)
    gnn.check(seen)
    assert sorted(steps(graph, "functions")) == [
        *("add", "divide", "matmul", "matmul", "sigmoid", "softmax", "transpose"),
    ]
    feeds = dict(zip("XKVz", np.random.default_rng(0).standard_normal((4, 3, 3)), strict=True))
    np.testing.assert_allclose(value(seen, feeds), value(graph, feeds))


@pytest.mark.parametrize(
    ("written", "shape", "found"),
    [
        (lambda z: 1 / (1 + np.exp(-z)), 3, ["sigmoid"]),
        (lambda z: np.exp(z) / np.exp(z).sum(), 3, ["softmax"]),
        (lambda z: np.log(1 + np.exp(z)), 3, ["softplus"]),
        (lambda z: np.maximum(0, z), 3, ["relu"]),
        (lambda z: nn.features(z, "x1", "x1 x2"), 3, ["features"]),
    ],
)
def test_a_function_without_parameters_is_one_node(written, shape, found):
    assert steps(gnn.trace(lambda z: written(z), z=gnn.input(shape)), "functions") == found


def test_what_has_parameters_stays_as_written():
    def model(x, y, W, b, g, c):
        h = 1 / (1 + np.exp(-(W @ x + b)))
        normal = (h - np.mean(h)) / np.sqrt(np.var(h) + 1e-5) * g + c
        return np.sum((normal - y) ** 2)

    specs = {"x": gnn.input(3), "y": gnn.target(3), "W": gnn.parameter((3, 3))}
    graph = gnn.trace(model, **specs, **dict.fromkeys("bgc", gnn.parameter(3)))
    assert steps(graph, "layers") == ["linear", "sigmoid", "layer_norm", "squared_error"]
    assert steps(graph, "functions") == [
        *("matmul", "add", "sigmoid", "mean", "subtract", "mean", "subtract", "power", "mean", "add", "sqrt"),
        *("divide", "multiply", "add"),
        "squared_error",
    ]


@settings(max_examples=60, deadline=None)
@given(model=models)
def test_what_is_recognised_has_neither_parameters_nor_products(model):
    finer, seen = (detailed(each, model.graph) for each in ("operations", "functions"))
    assert len(seen.operations) <= len(finer.operations)
    order = {name: number for number, name in enumerate(finer)}
    kept = [order[name] for name in seen if name in order]
    assert kept == sorted(kept)
    known, learned = kinds(seen), learning(seen, Wiring(seen))
    for name, operation in seen.operations.items():
        if operation.body is not None and not operation.scope:
            assert known[name] in ("activation", "function", "loss")
            assert known[name] == "loss" or not learned[name]
            inner = (lookup(step.op) for step in operation.body.operations.values() if step.body is None)
            shapes = [operation.body.variable(name).shape for name in operation.body.outputs]
            assert known[name] == "loss" or not any(shapes) or all(each.name != "matmul" for each in inner)


# Calls: one node, and opened by expand=.

IMAGE, ROWS = (2, 6, 6), (4, 6)
CALLS = [
    ("convolution_2d", lambda x, W: nn.convolution_2d(x, W), IMAGE, {"W": (3, 2, 3, 3)}),
    ("max_pooling_2d", lambda x: nn.max_pooling_2d(x, 2), IMAGE, {}),
    ("batch_norm", lambda x, g, b: nn.batch_norm(x, g, b), ROWS, {"g": 6, "b": 6}),
    ("layer_norm", lambda x, g, b: nn.layer_norm(x, g, b), ROWS, {"g": 6, "b": 6}),
    ("group_norm", lambda x, g, b: nn.group_norm(x, g, b, 2), ROWS, {"g": 6, "b": 6}),
    ("rms_norm", lambda x, g: nn.rms_norm(x, g), ROWS, {"g": 6}),
    ("attention", lambda x: nn.attention(x, x, x), ROWS, {}),
    (
        "multi_head_attention",
        lambda x, q, k, v, o: nn.multi_head_attention(x, q, k, v, o, 2),
        ROWS,
        dict.fromkeys("qkvo", (6, 6)),
    ),
    ("rnn_cell", lambda x, W, U: nn.rnn_cell(x, np.zeros(3), W, U), 6, {"W": (3, 6), "U": (3, 3)}),
    ("embedding", lambda x, E: nn.embedding(np.array([1, 0]), E) @ x, 6, {"E": (4, 6)}),
]


@gnn.function
def scaled(x, W):
    return np.tanh(x @ W) * 2


@gnn.function
def linear(x, W):
    return np.tanh(x @ W) * 2


CALLS += [
    ("scaled", lambda x, W: scaled(x, W), ROWS, {"W": (6, 2)}),
    # With the name of a layer that is opened otherwise.
    ("linear", lambda x, W: linear(x, W), ROWS, {"W": (6, 2)}),
]


@pytest.mark.parametrize("detail", ["operations", "functions"])
@pytest.mark.parametrize(("name", "call", "shape", "parameters"), CALLS, ids=[name for name, *_ in CALLS])
def test_every_call_is_one_node_that_opens(name, call, shape, parameters, detail):
    specs = {each: gnn.parameter(size) for each, size in parameters.items()}
    graph = gnn.trace(call, x=gnn.input(shape), **specs)
    assert steps(graph, detail).count(name) == 1
    opened = steps(graph, detail, expand=[name])
    assert name not in opened and len(opened) > 1
    seen = detailed(detail, graph, expand=[name])
    rng = np.random.default_rng(0)
    free = {each: variable.shape for each, variable in graph.leaves.items() if variable.value is None}
    feeds = {each: rng.uniform(0.1, 1, size) for each, size in free.items()}
    np.testing.assert_allclose(value(seen, feeds), value(graph, feeds))


def test_a_linear_layer_is_a_product_and_a_sum():
    graph = gnn.trace(lambda x, W, b: nn.linear(x, W, b), x=gnn.input(2), W=gnn.parameter((3, 2)), b=gnn.parameter(3))
    for detail in ("operations", "functions"):
        assert steps(graph, detail) == ["matmul", "add"]
        with pytest.raises(UsageError, match="no block 'linear'"):
            detailed(detail, graph, expand=["linear"])


def test_the_authors_functions_are_kept_in_a_file(tmp_path):
    graph = gnn.trace(lambda x, W: linear(x, W), x=gnn.input((4, 6)), W=gnn.parameter((6, 2)))
    again = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    assert steps(again, "operations") == ["linear"]

"""Recognising layers in authors' formulas, and the explanations if that fails."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli.figures import figures
from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.forms.layers import compact
from graphviz_nn.importers.python_file import run
from graphviz_nn.transforms.reading import signature
from graphviz_nn.views import detailed

VECTOR, ROWS, NUMBER = (4,), (7, 4), ()
FIGURES = {figure.path.stem: figure.path for figure in figures()}


def layers(graph):
    """The operations of the view "layers", in order."""
    return [operation.op for operation in detailed("layers", graph).operations.values()]


def model(function, shape, **parameters):
    """A function of z or x, of y where it takes one, and of parameters."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    specs = {name: gnn.target(shape) if name == "y" else gnn.input(shape) for name in names if name not in parameters}
    return gnn.trace(function, **specs, **{name: gnn.parameter(each) for name, each in parameters.items()})


WEIGHT = {"W": (3, 4), "b": (3,)}
LINEAR = [
    (lambda x, W, b: W @ x + b, VECTOR, WEIGHT),
    (lambda x, W, b: b + W @ x, VECTOR, WEIGHT),
    (lambda x, W, b: np.add(np.dot(W, x), b), VECTOR, WEIGHT),
    (lambda x, W, b: W.dot(x) + b, VECTOR, WEIGHT),
    (lambda x, W, b: x @ W.T + b, ROWS, WEIGHT),
    (lambda x, W, b: b + np.matmul(x, np.transpose(W)), ROWS, WEIGHT),
    (lambda x, W, b: x.dot(W) + b, ROWS, {"W": (4, 3), "b": (3,)}),
    (lambda x, w, b: (x * w).sum() + b, VECTOR, {"w": (4,), "b": ()}),
    (lambda x, v, w: np.stack([np.dot(v, x), x @ w]), VECTOR, {"v": (4,), "w": (4,)}),
    (lambda x, v, w, c, d: np.stack([v @ x + c, d + w @ x]), VECTOR, {"v": (4,), "w": (4,), "c": (), "d": ()}),
]
SCALED = {"g": (4,), "b": (4,)}
NORMALIZED = [
    (lambda x, g, b: g * (x - x.mean()) / np.sqrt(x.var() + 1e-5) + b, VECTOR, SCALED),
    (
        lambda x, g, b: b + g * ((x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)),
        ROWS,
        SCALED,
    ),
    (lambda x, g, b: (lambda c: c / np.sqrt((c**2).mean() + 1e-5) * g + b)(x - np.mean(x)), VECTOR, SCALED),
]


@pytest.mark.parametrize(("function", "shape", "parameters"), LINEAR)
def test_linear_layers(function, shape, parameters):
    assert layers(model(function, shape, **parameters)) == ["linear"]


@pytest.mark.parametrize(("function", "shape", "parameters"), NORMALIZED)
def test_layer_norm(function, shape, parameters):
    assert layers(model(function, shape, **parameters)) == ["layer_norm"]


FUNCTIONS = {
    "sigmoid": [
        lambda z: 1.0 / (np.exp(-z) + 1.0),
        lambda z: np.exp(z) / (np.exp(z) + 1),
        lambda z: (1 + np.exp(-z)) ** -1,
        lambda z: (np.tanh(z / 2) + 1) / 2,
    ],
    "tanh": [np.tanh, lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))],
    "relu": [
        lambda z: np.maximum(0.0, z),
        lambda z: z * (z > 0),
        lambda z: np.where(z >= 0, z, 0),
        lambda z: np.clip(z, 0, None),
        lambda z: (np.abs(z) + z) / 2,
    ],
    "leaky_relu": [lambda z: np.maximum(0.01 * z, z), lambda z: np.where(z < 0, z * 0.2, z)],
    "elu": [lambda z: np.where(z > 0, z, 0.5 * (np.exp(z) - 1)), lambda z: np.where(z > 0, z, np.expm1(z))],
    "gelu": [
        lambda z: z * 0.5 * (1 + nn.erf(z / np.sqrt(2))),
        lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    ],
    "silu": [lambda z: z / (np.exp(-z) + 1), lambda z: nn.sigmoid(z) * z],
    "softplus": [lambda z: np.log(np.exp(z) + 1), lambda z: np.log1p(np.exp(z)), lambda z: np.logaddexp(0, z)],
    "softmax": [
        lambda z: np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True),
        lambda z: (lambda e: e / e.sum(axis=z.ndim - 1, keepdims=True))(np.exp(z)),
        lambda z: (lambda s: np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True))(z - z.max(axis=-1, keepdims=True)),
    ],
    "log_softmax": [lambda z: z - np.log(np.exp(z).sum(axis=-1, keepdims=True))],
}


@pytest.mark.parametrize("shape", [VECTOR, ROWS])
@pytest.mark.parametrize(
    ("layer", "function"), [(name, each) for name, several in FUNCTIONS.items() for each in several]
)
def test_activations(layer, function, shape):
    assert layers(gnn.trace(lambda z: function(z), z=gnn.input(shape))) == [layer]


CROSS_ENTROPIES = [
    (lambda z, y: -np.log(np.dot(y, np.exp(z) / np.exp(z).sum())), VECTOR),
    (lambda z, y: -np.log(y.dot(np.exp(z) / np.exp(z).sum())), VECTOR),
    (lambda z, y: -np.log((nn.softmax(z) * y).sum()), VECTOR),
    (lambda z, y: -np.sum(y * np.log(nn.softmax(z))), VECTOR),
    (lambda z, y: -y @ np.log(nn.softmax(z)), VECTOR),
    (lambda z, y: -np.sum(y * nn.log_softmax(z)), VECTOR),
    (lambda z, y: np.log(np.exp(z).sum()) - np.dot(z, y), VECTOR),
    (lambda z, y: -(y @ z) + np.log(np.sum(np.exp(z))), VECTOR),
    (lambda z, y: np.log(np.exp(z - z.max()).sum()) + z.max() - y @ z, VECTOR),
    (lambda z, y: -np.mean(np.sum(y * np.log(nn.softmax(z)), axis=1)), ROWS),
    (lambda z, y: -(y * np.log(nn.softmax(z))).sum(axis=-1).mean(), ROWS),
    (lambda z, y: -np.sum(y * np.log(nn.softmax(z))) / len(z), ROWS),
    (lambda z, y: -np.log((y * nn.softmax(z)).sum(axis=1)).mean(), ROWS),
    (lambda z, y: np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1)), ROWS),
]


@pytest.mark.parametrize(("function", "shape"), CROSS_ENTROPIES)
def test_cross_entropies(function, shape):
    assert layers(model(function, shape)) == ["softmax", "cross_entropy"]


LOSSES = {
    "binary_cross_entropy": [
        (lambda p, y: -y * np.log(p) - (1 - y) * np.log(1 - p), NUMBER),
        (lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(), VECTOR),
        (lambda p, y: np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))), ROWS),
    ],
    "squared_error": [
        (lambda p, y: (y - p) ** 2, NUMBER),
        (lambda p, y: ((p - y) ** 2).sum(), ROWS),
        (lambda p, y: (lambda d: d @ d)(p - y), VECTOR),
        (lambda p, y: np.sum(np.square(p - y)), VECTOR),
    ],
    "mean_squared_error": [
        (lambda p, y: ((y - p) ** 2).mean(), ROWS),
        (lambda p, y: np.sum((y - p) ** 2) / len(y), VECTOR),
    ],
    "hinge": [(lambda p, y: np.mean(np.maximum(0, 1 - p * y)), VECTOR)],
}


@pytest.mark.parametrize(
    ("layer", "function", "shape"), [(name, *each) for name, several in LOSSES.items() for each in several]
)
def test_losses(layer, function, shape):
    assert layers(model(function, shape)) == [layer]


ATTENTIONS = [
    lambda q, k, v: nn.softmax(q @ k.T / np.sqrt(4)) @ v,
    lambda q, k, v: np.matmul(nn.softmax(np.matmul(q, np.transpose(k)) * 0.5), v),
    lambda q, k, v: (lambda e: (e / e.sum(axis=1, keepdims=True)).dot(v))(np.exp(q.dot(k.T) / np.sqrt(q.shape[-1]))),
]


@pytest.mark.parametrize("function", ATTENTIONS)
def test_attention(function):
    assert layers(gnn.trace(function, q=gnn.input((5, 4)), k=gnn.input((6, 4)), v=gnn.input((6, 3)))) == ["attention"]


def softmax_along(z, axis):
    exponentials = np.exp(z - z.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("layer", [softmax_along, lambda z, axis: np.exp(z) / np.sum(np.exp(z), axis, keepdims=True)])
@pytest.mark.parametrize("queries", [5, 6])
def test_attention_looks_at_the_keys_and_not_at_the_queries(layer, axis, queries):
    def model(q, k, v):
        return layer(q @ k.T / np.sqrt(4), axis) @ v

    graph = gnn.trace(model, q=gnn.input((queries, 4)), k=gnn.input((6, 4)), v=gnn.input((6, 3)))
    assert ("attention" in layers(graph)) == (axis == 1)
    assert "softmax" in layers(graph) or axis == 1


@pytest.mark.parametrize("axis", [0, 1])
def test_what_is_normalized_along_the_examples_is_no_cross_entropy_of_logits(axis):
    def logarithms(z):
        return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))

    graph = model(lambda z, y: -np.mean(np.sum(y * logarithms(z), axis=-1)), ROWS)
    assert (layers(graph) == ["softmax", "cross_entropy"]) == (axis == 1)


# What only looks like a layer.

NOT_LAYERS = [
    # The sum over examples, where the layer takes the mean.
    (lambda z, y: -np.sum(y * np.log(nn.softmax(z))), ROWS, "cross_entropy"),
    # A variance compares with no target.
    (lambda z: np.sum((z - np.mean(z)) ** 2), VECTOR, "squared_error"),
    (lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)), VECTOR, "binary_cross_entropy"),
    (lambda z: np.maximum(z, 2 * z), VECTOR, "leaky_relu"),
    (lambda z: np.exp(z) / np.sum(np.exp(z)), ROWS, "softmax"),
    (lambda z: np.exp(z) / np.sum(np.exp(z)), NUMBER, "softmax"),
    (lambda z: (lambda e: e / e.sum() + e)(np.exp(z)), VECTOR, "softmax"),
]


@pytest.mark.parametrize(("function", "shape", "layer"), NOT_LAYERS)
def test_what_only_looks_like_a_layer(function, shape, layer):
    graph = model(function, shape)
    assert layer not in layers(graph)
    assert f"{layer} isn't there" in gnn.why_not(graph, layer)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (
            lambda z: np.exp(z) / np.mean(np.exp(z)),
            r"output: mean \(test_recognise.py:\d+\) stands where sum is expected",
        ),
        (lambda z: np.exp(z) / np.sum(np.exp(2 * z)), "v1 and v3 must be the same"),
        (lambda z: (lambda e: e / e.sum() + e)(np.exp(z)), "is used elsewhere, by add"),
        (lambda z: 2 * z, "no step of it is in the graph"),
        (lambda z: np.exp(z) / np.sum(np.exp(z)), r"softmax is there: softmax \(test_recognise.py:\d+\)"),
    ],
)
def test_why_not(function, says):
    assert re.search(says, gnn.why_not(gnn.trace(function, z=gnn.input(3)), "softmax"))


def test_why_not_of_a_layer_without_a_formula():
    with pytest.raises(UsageError, match="did you mean 'softmax'"):
        gnn.why_not(gnn.trace(lambda z: 2 * z, z=gnn.input(3)), "sofmax")


# Figures 3 and 4 are one compact graph.


def structure(graph):
    """What each operation computes, takes and gives, by numbers; parameters of a layer as one."""
    number: dict[str, int] = {}
    found = []
    for name in graph.computation_order():
        given = [v for v in graph.arguments(name).values() if graph.variable(v).role not in ("parameter",)]
        roles = [graph.variable(v).role for v in given]
        shapes = [graph.variable(v).shape for v in graph.results(name)]
        found.append((graph.operation(name).op, [number.setdefault(v, len(number)) for v in given], roles, shapes))
        for v in graph.results(name):
            number.setdefault(v, len(number))
    return found


def test_figures_3_and_4_are_the_same_compact_graph():
    seen = [detailed("layers", run(FIGURES[f"logistic_regression_{name}"]).graph) for name in ("scores", "matrix")]
    one, other = seen
    assert structure(one) == structure(other)
    first, second = (compact(each) for each in seen)
    assert [(s.kind, s.label) for s in first.shapes] == [(s.kind, s.label) for s in second.shapes]
    place = [{shape.name: number for number, shape in enumerate(each.shapes)} for each in (first, second)]
    assert [(place[0][e.tail], place[0][e.head], e.label) for e in first.links] == [
        (place[1][e.tail], place[1][e.head], e.label) for e in second.links
    ]


# Remarks.


def test_the_report_says_what_is_computed_by_its_stable_definition():
    graph = gnn.trace(lambda z, y: -np.log(y @ (np.exp(z) / np.sum(np.exp(z)))), z=gnn.input(2), y=gnn.target(2))
    feeds = {"z": [0.5, -1.0], "y": [0.0, 1.0]}
    assert gnn.check_gradients(graph, feeds).remarks == ()
    report = gnn.check_gradients(detailed("layers", graph), feeds)
    assert report.passed
    line = r"test_recognise.py:\d+"
    assert re.search(rf"softmax \({line}\) is computed by its stable definition", str(report))
    assert re.search(rf"cross entropy \({line}\) is computed from the logits", str(report))


def test_nothing_is_said_of_what_is_computed_as_written():
    graph = gnn.trace(lambda z: np.sum(np.maximum(z, 0)), z=gnn.input(2))
    assert gnn.check_gradients(detailed("layers", graph), z=[0.5, -1.0]).remarks == ()


def test_nothing_to_fold_is_drawn_and_said():
    picture = gnn.draw(gnn.trace(lambda x: x * x, x=gnn.input(3)), view="layers")
    assert "nothing to fold" in picture.remarks[0]
    assert [operation.op for operation in picture.graph.operations.values()] == ["multiply"]


# The same way every time.

SCRIPT = """
import numpy as np, graphviz_nn as gnn
from graphviz_nn.views import DETAILS, detailed
def model(x, y, W, b):
    h = 1 / (1 + np.exp(-(W @ x + b)))
    s = z = h * (1 / (1 + np.exp(-h)))
    e = np.exp(s)
    p = e / e.sum()
    return np.log(np.exp(z).sum()) - y @ z - np.log(y @ p) + np.sum((p - y) ** 2)
graph = gnn.trace(model, x=gnn.input(3), y=gnn.target(3), W=gnn.parameter((3, 3)), b=gnn.parameter(3))
for name in DETAILS:
    seen = detailed(name, graph)
    print(list(seen), list(seen.edges(keys=True)), seen.remarks)
print(gnn.draw(graph, view=["compact", "layers"]).svg)
"""


def test_the_same_for_every_hash_seed():
    def said(seed):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        return subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True).stdout

    assert said(0) == said(1) == said(2)


def test_names_change_nothing():
    def one(x, y, W, b):
        scores = W @ x + b
        exponentials = np.exp(scores)
        p = exponentials / np.sum(exponentials)
        return -np.log(y @ p) + np.sum((p - y) ** 2)

    def other(m, a, k, z):
        b = k @ m + z
        y = np.exp(b)
        x = y / np.sum(y)
        return -np.log(a @ x) + np.sum((x - a) ** 2)

    def traced(function, x, y, W, b):
        specs = {x: gnn.input(3), y: gnn.target(3), W: gnn.parameter((3, 3)), b: gnn.parameter(3)}
        return detailed("layers", gnn.trace(function, **specs))

    first, second = traced(one, *"xyWb"), traced(other, *"makz")
    assert structure(first) == structure(second)
    bodies = [[signature(op.body) for op in each.operations.values() if op.body] for each in (first, second)]
    assert bodies[0] == bodies[1]


# Scalars, and what is opened.


def test_softmax_as_single_numbers():
    for softmax in (nn.softmax, lambda z: np.exp(z) / np.sum(np.exp(z))):
        graph = gnn.trace(lambda z, softmax=softmax: softmax(z), z=gnn.input(2))
        seen = detailed("scalars", graph)
        assert {operation.op for operation in seen.operations.values()} == {"exp", "add", "divide"}


@pytest.mark.parametrize("name", ["scores", "matrix"])
def test_logistic_regression_as_single_numbers(name):
    seen = detailed("scalars", run(FIGURES[f"logistic_regression_{name}"]).graph)
    assert all(variable.shape == () for variable in seen.variables.values())
    counted = [operation.op for operation in seen.operations.values()]
    assert counted.count("exp") == 2
    assert counted.count("multiply") == 6


def test_blocks_open_by_name():
    graph = run(FIGURES["logistic_regression_matrix"]).graph
    opened = detailed("layers", graph, ["softmax"])
    assert {"exp", "sum", "divide"} <= {operation.op for operation in opened.operations.values()}
    assert [function for function, _ in opened.graph["frames"].values()] == ["softmax"]
    again, folded = (detailed("layers", each).operations.values() for each in (opened, graph))
    assert [operation.op for operation in again] == [operation.op for operation in folded]
    with pytest.raises(UsageError, match=r"no block 'sofmax'.*did you mean 'softmax'"):
        detailed("layers", graph, ["sofmax"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"view": "layer"},
            "no view 'layer': did you mean 'layers'.*: scalars, operations, functions, compact",
        ),
        (
            {"detail": "layer"},
            "no detail 'layer': did you mean 'layers'.*: scalars, operations, functions, layers",
        ),
    ],
)
def test_unknown_views_and_details(options, says):
    with pytest.raises(UsageError, match=says):
        gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)), **options)


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (lambda x: nn.linear(x, np.ones((2, 3))), r"linear \(test_recognise.py:\d+\).*\(2, 3\).*\(4,\)"),
        (lambda x: nn.Linear(3, 2)(x), r"linear \(test_recognise.py:\d+\).*\(2, 3\).*\(4,\)"),
        (lambda x: nn.cross_entropy(x, np.ones(3)), r"cross_entropy \(test_recognise.py:\d+\).*\(4,\).*\(3,\)"),
    ],
)
def test_wrong_shapes_name_the_layer_both_shapes_and_the_line(layer, says):
    with pytest.raises(ShapeError, match=says):
        gnn.trace(lambda x: layer(x), x=gnn.input(4))

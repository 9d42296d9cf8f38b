"""Recurrent layers: what the cases of the package onnx leave out."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.transforms.fold import fold

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

from onnx import helper  # noqa: E402
from onnx_models import model, value  # noqa: E402

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
STEPS, BATCH, INPUTS, UNITS = 4, 2, 3, 2


def weights(kind, ways, seed=0):
    rng = np.random.default_rng(seed)
    rows = GATES[kind] * UNITS
    shapes = {"W": (ways, rows, INPUTS), "R": (ways, rows, UNITS), "B": (ways, 2 * rows)}
    return {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}


def layer(kind, given, batch=BATCH, steps=STEPS, lengths=None, **options):
    """A model of one layer with these weights."""
    more = {} if lengths is None else {"lengths": np.array(lengths, "int32")}
    node = helper.make_node(kind, ["x", "W", "R", "B", *more], ["y", "h"], hidden_size=UNITS, **options)
    return model([node], [value("x", (steps, batch, INPUTS))], [value("y", None), value("h", None)], given | more)


def run(given, x):
    return gnn.evaluate(gnn.trace(given), x=x, outputs=["y", "h"])


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(STEPS, BATCH, INPUTS)).astype("float32")


@pytest.mark.parametrize("direction, ways", [("forward", 1), ("reverse", 1), ("bidirectional", 2)])
@pytest.mark.parametrize("kind", GATES)
def test_each_sequence_has_its_own_length(kind, direction, ways, x):
    given, lengths = weights(kind, ways), (4, 2)
    found = run(layer(kind, given, lengths=lengths, direction=direction), x)
    for number, length in enumerate(lengths):
        own = run(layer(kind, given, 1, length, direction=direction), x[:length, number : number + 1])
        np.testing.assert_allclose(found["y"][:length, :, number], own["y"][:, :, 0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found["h"][:, number], own["h"][:, 0], rtol=1e-5, atol=1e-6)
        assert not found["y"][length:, :, number].any()


@pytest.mark.parametrize("options", [{"clip": 1e9}, {"activations": {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"]}}])
@pytest.mark.parametrize("kind", GATES)
def test_the_general_step_is_that_of_the_plain_cell(kind, options, x):
    options = {name: each.get(kind, ["Sigmoid", "Tanh", "Tanh"]) if name == "activations" else each
               for name, each in options.items()}  # fmt: skip
    plain = {"linear_before_reset": 1} if kind == "GRU" else {}
    one, other = (run(layer(kind, weights(kind, 1), **plain, **more), x) for more in ({}, options))
    np.testing.assert_allclose(one["y"], other["y"], rtol=1e-5, atol=1e-6)


def test_sums_are_cut_and_functions_take_numbers(x):
    given = weights("RNN", 1)
    sums = x @ given["W"][0].T + given["B"][0].reshape(2, -1).sum(axis=0)
    found = run(layer("RNN", given, clip=0.5, activations=["Affine"], activation_alpha=[2.0], activation_beta=[1.0]), x)
    np.testing.assert_allclose(found["y"][0, 0], 2 * np.clip(sums[0], -0.5, 0.5) + 1, rtol=1e-5)


def test_coupled_gates_forget_what_they_do_not_let_in(x):
    given = weights("LSTM", 1)
    # 1 - sigmoid(z) = sigmoid(-z), and the gates are i, o, f, c.
    mirrored = {name: each.copy() for name, each in given.items()}
    for each in (mirrored["W"][0], mirrored["R"][0], mirrored["B"][0, :8], mirrored["B"][0, 8:]):
        each[2 * UNITS : 3 * UNITS] = -each[:UNITS]
    one, other = run(layer("LSTM", given, input_forget=1), x), run(layer("LSTM", mirrored), x)
    np.testing.assert_allclose(one["y"], other["y"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", GATES)
def test_it_is_one_layer_whose_weights_have_gradients(kind, x):
    graph = gnn.trace(layer(kind, weights(kind, 1)))
    assert [each.op for each in fold(graph).operations.values()] == [kind.lower()]
    assert [graph.variable(name).role for name in "WRB"] == ["parameter"] * 3
    nodes = layer(kind, weights(kind, 1))
    nodes.graph.node.append(helper.make_node("ReduceSum", ["h"], ["total"], keepdims=0))
    del nodes.graph.output[:]
    nodes.graph.output.append(value("total", ()))
    assert gnn.check_gradients(gnn.trace(nodes), {"x": x}).passed


@pytest.mark.parametrize(
    "options, reason",
    [
        ({"direction": "sideways"}, "no direction 'sideways'"),
        ({"activations": ["Wavy"]}, "no activation 'wavy'"),
        ({"activations": ["Tanh", "Tanh"]}, "2 functions aren't 1 for each of 1 directions"),
    ],
)
def test_what_it_does_not_know_is_said(options, reason):
    graph = gnn.trace(layer("RNN", weights("RNN", 1), **options))
    assert reason in graph.remarks[0]

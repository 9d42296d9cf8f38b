"""Functions of JAX as graphs: values and gradients are JAX's."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.graph.check import check
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.recognise import recognise

pytestmark = list(beside("jax"))
jax = pytest.importorskip("jax")
MODELS = pytest.importorskip("jax_models").MODELS

from jax_agreement import distances, examples, feeds, summed  # noqa: E402 (it needs JAX)
from jax_zoo import MODELS as ZOO  # noqa: E402

TOLERANCES = {"float64": 1e-10, "float32": 1e-4}


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", MODELS)
def test_values_are_those_of_jax(name, dtype):
    function, given = MODELS[name].function, examples(MODELS[name], dtype)
    with jax.enable_x64(dtype == "float64"):
        graph = gnn.trace(function, *given)
        wanted = jax.tree.leaves(jax.jit(function)(*given))
    check(graph)
    found = gnn.evaluate(graph, **feeds(graph, function, given))
    for output, each in zip(graph.outputs, wanted, strict=True):
        assert found[output].dtype == each.dtype
        np.testing.assert_allclose(found[output], each, rtol=TOLERANCES[dtype], atol=TOLERANCES[dtype])
    assert not graph.remarks


@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_those_of_jax(name):
    function, given = MODELS[name].function, examples(MODELS[name], "float64")

    total = summed(function)
    with jax.enable_x64(True):
        graph = gnn.trace(total, *given)
        wanted = jax.tree.leaves(jax.jit(jax.grad(total))(*given))
    slopes = gnn.gradient(graph)
    found = gnn.evaluate(slopes, **feeds(graph, function, given))
    parameters = [each for each, variable in graph.leaves.items() if variable.role == "parameter"]
    assert len(parameters) == len(wanted)
    for parameter, each in zip(parameters, wanted, strict=True):
        np.testing.assert_allclose(found[f"grad_{parameter}"], each, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    "name, layers",
    [
        ("perceptron", {"linear": 2, "relu": 1, "log_softmax": 1}),
        ("images", {"convolution_2d": 2, "max_pooling_2d": 1, "relu": 1, "silu": 1, "linear": 1, "softmax": 1}),
        ("gpt", {"embedding": 1, "layer_norm": 5, "attention": 2, "gelu": 2, "linear": 9}),
        ("heads", {"attention": 1}),
    ],
)
def test_what_functions_compute_is_recognised_as_layers(name, layers):
    graph = gnn.trace(MODELS[name].function, *examples(MODELS[name], "float32"))
    found = [each.op for each in recognise(fold(graph)).operations.values()]
    assert {each: found.count(each) for each in layers} == layers


@pytest.mark.parametrize("name", ["U-Net", "LSTM", "transformer decoder"])
def test_usual_models(name):
    results, gradients, graph = distances(ZOO[name], "float64")
    assert max(*results, *gradients) < 1e-10 and not graph.remarks

"""Models of Keras as graphs: values, modules, names."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.graph.check import check
from graphviz_nn.graph.ir import ModuleCall
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.recognise import recognise

pytestmark = list(beside("keras"))
keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

from keras_zoo import MODELS, Subclassed, compared, functional  # noqa: E402 (it needs keras)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.mark.parametrize("name", MODELS)
def test_values_are_those_of_keras(name):
    found, wanted, graph = compared(name)
    check(graph)
    assert not graph.remarks
    for ours, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_layers_are_modules_with_names_and_variables():
    graph = gnn.trace(functional())
    calls = [each for each in dict.fromkeys(each.modules for each in graph.operations.values()) if each]
    assert calls[:2] == [(ModuleCall("shared", "Dense"),), (ModuleCall("shared", "Dense", 2),)]
    assert (ModuleCall("head", "Sequential"), ModuleCall("head.first", "Dense")) in calls
    assert graph.outputs == ("one", "other") and graph.variable("features").shape == (1, 4)
    assert graph.variable("shared.kernel").role == "parameter"


def test_layers_are_ours():
    graph = gnn.trace(MODELS["images"]())
    found = [each.op for each in recognise(fold(graph)).operations.values()]
    assert found == ["convolution_2d", "relu", "batch_norm", "max_pooling_2d", "convolution_2d", "flatten", "linear"]
    statistics = [each for each in graph.leaves if each.endswith("moving_mean")]
    assert [graph.variable(each).role for each in statistics] == ["constant"]


def test_a_subclassed_model_needs_an_example():
    with pytest.raises(gnn.errors.TracingError, match=r"Subclassed needs an example of x, such as graphviz_nn.input"):
        gnn.trace(Subclassed())
    assert gnn.draw(Subclassed(), example=gnn.input((2, 4)), view="layers").svg


def test_an_example_that_does_not_fit_is_refused():
    with pytest.raises(gnn.errors.TracingError, match=r"takes features of shape \(None, 4\), but the example has"):
        gnn.trace(functional(), gnn.input((2, 5)))


def test_what_has_no_rule_is_drawn_and_named():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Lambda(lambda x: ops.erfinv(x))])
    graph = gnn.trace(model)
    assert "can't be computed" in graph.remarks[0]

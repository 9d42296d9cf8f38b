"""The light models of the package onnx, with weights: values beside onnx's reference, and pictures."""

from pathlib import Path

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

from onnx.reference import ReferenceEvaluator  # noqa: E402
from onnx.reference.op_run import OpRun  # noqa: E402

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
NAMES = [
    "bvlc_alexnet",
    "densenet121",
    "inception_v1",
    "inception_v2",
    "resnet50",
    "shufflenet",
    "squeezenet",
    "vgg19",
    "zfnet512",
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_graph_that_can_be_computed(name):
    graph = gnn.trace(FOLDER / f"light_{name}.onnx")
    gnn.check(graph)
    assert not graph.remarks and [graph.variable(each).role for each in graph.outputs] == ["output"]
    assert sum(each.role == "parameter" for each in graph.leaves.values()) > 10


def test_they_are_all_that_there_are():
    assert {f"light_{name}.onnx" for name in NAMES} == {path.name for path in FOLDER.glob("*.onnx")}


def seeded(model):
    """The model with random weights instead of those that it makes of one number."""
    rng = np.random.default_rng(0)
    weights = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    for node in [each for each in model.graph.node if each.op_type == "ConstantOfShape"]:
        shape = tuple(weights[node.input[0]].tolist())
        array = rng.normal(size=shape) / np.sqrt(max(1, np.prod(shape[1:])))
        if len(shape) == 1:
            # Also variances, which must be positive.
            array = np.abs(array) + 0.5
        model.graph.initializer.append(onnx.numpy_helper.from_array(array.astype("float32"), node.output[0]))
        model.graph.node.remove(node)
    return model


class BatchNormalization(OpRun):
    """In evaluation, as version 9 has it with one result; onnx's reference computes the statistics anew."""

    def _run(self, x, scale, shift, mean, variance, epsilon=None, **_):
        column = (1, -1, *(1,) * (x.ndim - 2))
        scale, shift, mean, variance = (each.reshape(column) for each in (scale, shift, mean, variance))
        return ((x - mean) / np.sqrt(variance + epsilon) * scale + shift,)


class LRN(OpRun):
    """Over the neighbours of every channel; onnx's reference leaves out those beyond the number of examples."""

    def _run(self, x, alpha=None, beta=None, bias=None, size=None, **_):
        total = np.zeros_like(x)
        for channel in range(x.shape[1]):
            first, last = max(0, channel - (size - 1) // 2), channel + size // 2 + 1
            total[:, channel] = (x[:, first:last] ** 2).sum(axis=1)
        return (x / (bias + alpha / size * total) ** beta,)


class Softmax(OpRun):
    """Over all axes from the second on, as before version 13; onnx's reference takes the last alone."""

    def _run(self, x, **_):
        powers = np.exp(x - x.max())
        return (powers / powers.sum(axis=tuple(range(1, x.ndim)), keepdims=True),)


def compared(name):
    """The values of a model, and those of onnx's reference."""
    model = seeded(onnx.load(FOLDER / f"light_{name}.onnx"))
    weights = {each.name for each in model.graph.initializer}
    (data,) = [each for each in model.graph.input if each.name not in weights]
    shape = [each.dim_value for each in data.type.tensor_type.shape.dim]
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    graph = gnn.trace(model)
    found = gnn.evaluate(graph, {data.name: x}, outputs=graph.outputs[0])
    (wanted,) = ReferenceEvaluator(model, new_ops=[BatchNormalization, LRN, Softmax]).run(None, {data.name: x})
    return found, wanted


@pytest.mark.parametrize("name", ["bvlc_alexnet", "resnet50", "shufflenet", "squeezenet"])
def test_values_are_those_of_the_reference(name):
    found, wanted = compared(name)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-6)

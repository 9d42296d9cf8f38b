"""The light models of the package onnx with seeded random weights, beside onnx's reference."""

from pathlib import Path

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

import graphviz_nn as gnn

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


def before_softmax(model):
    """The model with its scores as output: probabilities of random weights are all 0 and 1."""
    last = model.graph.node[-1]
    if last.op_type == "Softmax":
        model.graph.output[0].CopyFrom(onnx.ValueInfoProto(name=last.input[0]))
        model.graph.node.remove(last)
    return model


def compared(name):
    """The values of a model, and those of onnx's reference."""
    model = before_softmax(seeded(onnx.load(FOLDER / f"light_{name}.onnx")))
    weights = {each.name for each in model.graph.initializer}
    (data,) = [each for each in model.graph.input if each.name not in weights]
    shape = [each.dim_value for each in data.type.tensor_type.shape.dim]
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    graph = gnn.trace(model)
    found = gnn.evaluate(graph, {data.name: x}, outputs=graph.outputs[0])
    (wanted,) = ReferenceEvaluator(model, new_ops=[BatchNormalization, LRN]).run(None, {data.name: x})
    return found, wanted

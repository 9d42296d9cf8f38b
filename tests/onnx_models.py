"""Small ONNX models for tests."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, inputs, outputs, weights=(), version=18, **more):
    """A model of nodes; weights are arrays by name."""
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in dict(weights).items()]
    graph = helper.make_graph(nodes, more.pop("name", "net"), inputs, outputs, tensors)
    opsets = [helper.make_opsetid("", version), *more.pop("domains", ())]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, **more)


def perceptron(batch=2):
    """Two linear layers; the length of the batch may be open."""
    rng = np.random.default_rng(0)
    weights = {
        "fc1.weight": rng.normal(size=(4, 3)).astype("float32"),
        "fc1.bias": rng.normal(size=4).astype("float32"),
        "fc2.weight": rng.normal(size=(2, 4)).astype("float32"),
        "fc2.bias": rng.normal(size=2).astype("float32"),
    }
    nodes = [
        helper.make_node("Gemm", ["x", "fc1.weight", "fc1.bias"], ["h"], name="/fc1/Gemm", transB=1),
        helper.make_node("Relu", ["h"], ["a"], name="/act/Relu"),
        helper.make_node("Gemm", ["a", "fc2.weight", "fc2.bias"], ["y"], name="/fc2/Gemm", transB=1),
    ]
    return model(nodes, [value("x", (batch, 3))], [value("y", (batch, 2))], weights)

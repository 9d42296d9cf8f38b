"""Computation graphs of neural networks: traced from code, drawn for lectures, their gradients checked."""

from graphviz_nn import ops as _operations  # noqa: F401 (registers the operations)
from graphviz_nn.drawing import Picture, draw
from graphviz_nn.evaluation import (
    GradientReport,
    Program,
    check_gradients,
    compile,
    evaluate,
    value_and_gradient,
)
from graphviz_nn.graph import Graph, Operation, Variable, check, load, save
from graphviz_nn.tracing import constant, function, input, label, parameter, target, trace
from graphviz_nn.transforms.gradient import gradient

__version__ = "0.1.0"

__all__ = [
    "GradientReport",
    "Graph",
    "Operation",
    "Picture",
    "Program",
    "Variable",
    "check",
    "check_gradients",
    "compile",
    "constant",
    "draw",
    "evaluate",
    "function",
    "gradient",
    "input",
    "label",
    "load",
    "parameter",
    "save",
    "target",
    "trace",
    "value_and_gradient",
]

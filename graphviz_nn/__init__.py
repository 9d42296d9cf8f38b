"""Computation graphs of neural networks: traced from code, drawn for lectures, their gradients checked."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphviz_nn import ops as _operations  # noqa: F401 (registers the operations)
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

if TYPE_CHECKING:
    from graphviz_nn import nn
    from graphviz_nn.drawing import Picture, draw
    from graphviz_nn.transforms.recognise import why_not

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
    "nn",
    "parameter",
    "save",
    "target",
    "trace",
    "value_and_gradient",
    "why_not",
]


def __getattr__(name: str) -> Any:
    # Half of the package serves drawing only; it is imported when something is first drawn.
    if name in ("Picture", "draw"):
        from graphviz_nn import drawing

        return getattr(drawing, name)
    if name == "why_not":
        from graphviz_nn.transforms.recognise import why_not

        return why_not
    if name == "nn":
        return import_module("graphviz_nn.nn")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Make the arrays in an object parameters."""

from typing import TypeVar

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.specs import parameter
from graphviz_nn.tracing.structure import leaves, replaced

T = TypeVar("T")


def parameters_of(holder: T) -> T:
    """Copy an object, dict, list or tuple, with every array of floating-point numbers as a parameter.

    A trace learns and checks these parameters. They start from the values of the arrays.

    Raises
    ------
    TracingError
        If there is no such array.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> class Network:
    ...     def __init__(self):
    ...         self.W = np.ones((3, 2))
    ...
    ...     def forward(self, x):
    ...         return np.tanh(self.W @ x)
    >>> graph = trace(parameters_of(Network()).forward, x=input(2))
    >>> [name for name, variable in graph.leaves.items() if variable.role == "parameter"]
    ['W']
    """
    if not any(isinstance(each, np.ndarray) and each.dtype.kind == "f" for _, each in leaves(holder)):
        raise TracingError(f"a {type(holder).__name__} has no arrays of floating-point numbers to turn into parameters")
    found: T = replaced(holder, np.ndarray, lambda path, each: parameter(each) if each.dtype.kind == "f" else each)
    return found

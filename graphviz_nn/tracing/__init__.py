"""Trace ordinary NumPy code as a graph."""

from graphviz_nn.tracing import invariants as _invariants  # noqa: F401 (adds them)
from graphviz_nn.tracing.noise import random
from graphviz_nn.tracing.parameters import parameters_of
from graphviz_nn.tracing.specs import constant, input, parameter, target
from graphviz_nn.tracing.trace import function, label, trace
from graphviz_nn.tracing.zeros import zeros

__all__ = ["constant", "function", "input", "label", "parameter", "parameters_of", "random", "target", "trace", "zeros"]

"""Ordinary NumPy code becomes a graph."""

from graphviz_nn.tracing.trace import constant, function, input, label, parameter, target, trace

__all__ = ["constant", "function", "input", "label", "parameter", "target", "trace"]

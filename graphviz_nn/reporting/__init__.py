"""A page on a model: its picture, formula, numbers and gradient check."""

from graphviz_nn.reporting.report import gradient_report

__all__ = ["gradient_report"]

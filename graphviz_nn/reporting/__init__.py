"""A model on one page: its picture, its formula, its numbers, and whether its gradients are right."""

from graphviz_nn.reporting.report import gradient_report

__all__ = ["gradient_report"]

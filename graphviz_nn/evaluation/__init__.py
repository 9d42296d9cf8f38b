"""Evaluate graphs, and check their gradients."""

from graphviz_nn.evaluation.gradient_check import check_gradients
from graphviz_nn.evaluation.gradient_report import GradientReport
from graphviz_nn.evaluation.program import Program, compile, evaluate, value_and_gradient

__all__ = ["GradientReport", "Program", "check_gradients", "compile", "evaluate", "value_and_gradient"]

"""Formulas of layers as users write them, one family per file; importing this package registers them all."""

from graphviz_nn.nn.formulas import activations, attention, linear, losses, normalization
from graphviz_nn.nn.formulas.table import FORMULAS, Formula, formula

__all__ = ["FORMULAS", "Formula", "activations", "attention", "formula", "linear", "losses", "normalization"]

"""How layers are written by hand, one family a file, one entry a way; importing this registers them all."""

from graphviz_nn.nn.formulas import activations, attention, linear, losses, normalization
from graphviz_nn.nn.formulas.table import FORMULAS, Formula, formula

__all__ = ["FORMULAS", "Formula", "activations", "attention", "formula", "linear", "losses", "normalization"]

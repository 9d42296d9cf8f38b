"""The steps of PyTorch, one row each: aten's name, and what it computes with NumPy and `graphviz_nn.nn`."""

from graphviz_nn.importers.pytorch.aten import (  # noqa: F401 (each adds its rows)
    activations,
    arithmetic,
    creation,
    indexing,
    layers,
    losses,
    recurrent,
    reductions,
    shapes,
)
from graphviz_nn.importers.pytorch.aten.table import ROWS

__all__ = ["ROWS"]

"""The operators of ONNX by family; importing this adds them to the table."""

from graphviz_nn.importers.onnx_model.operators import (
    activations,
    arithmetic,
    convolution,
    losses,
    making,
    normalization,
    pooling,
    reduction,
    selection,
    shape,
)
from graphviz_nn.importers.onnx_model.table import ROWS, Row, row_of

__all__ = [
    "ROWS",
    "Row",
    "activations",
    "arithmetic",
    "convolution",
    "losses",
    "making",
    "normalization",
    "pooling",
    "reduction",
    "row_of",
    "selection",
    "shape",
]

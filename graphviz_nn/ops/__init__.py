"""The operations, one family a file; importing this registers them all."""

from graphviz_nn.ops import (
    comparison,
    contraction,
    decomposition,
    elementwise,
    indexing,
    joining,
    linalg,
    missing,
    moving,
    ordering,
    reduction,
    sampled,
    shape,
    splitting,
    ufuncs,
)

__all__ = [
    "comparison",
    "contraction",
    "decomposition",
    "elementwise",
    "indexing",
    "joining",
    "linalg",
    "missing",
    "moving",
    "ordering",
    "reduction",
    "sampled",
    "shape",
    "splitting",
    "ufuncs",
]

"""The operations, one family per file; importing this package registers them all."""

from graphviz_nn.ops import (  # noqa: F401 (each registers its operations)
    comparison,
    contraction,
    cumulative,
    decomposition,
    elementwise,
    floats,
    indexing,
    joining,
    linalg,
    missing,
    moving,
    opaque,
    ordering,
    reduction,
    sampled,
    shape,
    splitting,
    statistics,
    ufuncs,
)

"""The operations, one family a file; importing this registers them all."""

from graphviz_nn.ops import (  # noqa: F401 (each registers its operations)
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

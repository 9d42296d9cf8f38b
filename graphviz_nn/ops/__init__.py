"""The operations, one family a file; importing this registers them all."""

from graphviz_nn.ops import comparison, elementwise, indexing, linalg, reduction, shape, ufuncs

__all__ = ["comparison", "elementwise", "indexing", "linalg", "reduction", "shape", "ufuncs"]

"""Import PyTorch models."""

from graphviz_nn.importers.pytorch.exported import imported

__all__ = ["imported"]

"""Import PyTorch models."""

from graphviz_nn.importers.pytorch.model import imported

__all__ = ["imported"]

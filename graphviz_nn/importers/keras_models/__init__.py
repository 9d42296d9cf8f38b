"""Import models of Keras 3, whatever its backend."""

from graphviz_nn.importers.keras_models.models import imported

__all__ = ["imported"]

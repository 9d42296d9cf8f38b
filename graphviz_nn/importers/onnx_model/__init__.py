"""Import ONNX models: files and `onnx.ModelProto`."""

from graphviz_nn.importers.onnx_model.model import from_onnx, imported

__all__ = ["from_onnx", "imported"]

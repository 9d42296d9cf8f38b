"""What onnx itself knows of a node: the shapes of its results, and the function that defines its operator."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper, shape_inference

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array
from graphviz_nn.importers.onnx_model.formats import dtype_of
from graphviz_nn.importers.onnx_model.tensors import shape_of
from graphviz_nn.importers.replay import Known

SETTING = 1000
"""The most entries of an array whose numbers a shape may depend on."""

MOST_BYTES = 2**24
"""Nodes with larger subgraphs aren't asked for."""

FAILURES = (shape_inference.InferenceError, RuntimeError, ValueError, TypeError, AttributeError)


def _type(known: Known) -> Any:
    return onnx.helper.make_tensor_type_proto(onnx.helper.np_dtype_to_tensor_dtype(np.dtype(known.dtype)), known.shape)


def results_of(
    node: Any, inputs: Mapping[str, Known], arrays: Mapping[str, Array], versions: Mapping[str, int]
) -> dict[str, Known]:
    """The shapes and dtypes of a node's results, as far as onnx infers them."""
    if node.ByteSize() > MOST_BYTES:
        return {}
    model = onnx.ModelProto(ir_version=onnx.IR_VERSION)
    for domain, version in versions.items():
        model.opset_import.append(onnx.helper.make_opsetid(domain, version))
    model.graph.name = "node"
    model.graph.node.append(node)
    for name, known in inputs.items():
        if name in arrays and arrays[name].size <= SETTING:
            model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(arrays[name]), name))
        else:
            model.graph.input.append(onnx.helper.make_value_info(name, _type(known)))
    for name in node.output:
        if name:
            model.graph.output.append(onnx.ValueInfoProto(name=name))
    try:
        found = shape_inference.infer_shapes(model, data_prop=True)
    except FAILURES:
        return {}
    return told(found.graph)


def told(graph: Any) -> dict[str, Known]:
    """The values whose shape and dtype a graph tells."""
    found = {}
    for each in (*graph.value_info, *graph.output):
        tensor = each.type.tensor_type
        lengths = tensor.shape.dim
        if not tensor.HasField("shape") or any(axis.WhichOneof("value") != "dim_value" for axis in lengths):
            continue
        try:
            found[each.name] = Known(shape_of(axis.dim_value for axis in lengths), dtype_of(tensor.elem_type))
        except Error:
            continue
    return found


def kinds_in(graph: Any) -> dict[str, int]:
    """The types of the values of which a graph tells them."""
    arrays = (each for each in (*graph.input, *graph.value_info, *graph.output) if each.type.HasField("tensor_type"))
    found = {each.name: each.type.tensor_type.elem_type for each in arrays}
    return found | {each.name: each.data_type for each in graph.initializer}


def kind_made(node: Any) -> int:
    """The type that a node's attributes name, as those of Cast and Constant do; 0 if none does."""
    for each in node.attribute:
        if each.name in ("to", "output_dtype") and each.type == onnx.AttributeProto.INT:
            return int(each.i)
        if each.name == "value" and each.type == onnx.AttributeProto.TENSOR:
            return int(each.t.data_type)
    return 0


def function_of(node: Any, inputs: Sequence[Known | None], version: int) -> Any:
    """The function by which ONNX defines an operator; None if it has none."""
    try:
        schema = onnx.defs.get_schema(node.op_type, version, "")
    except (onnx.defs.SchemaError, *FAILURES):
        return None
    if schema.has_function:
        return schema.function_body
    if not schema.has_context_dependent_function:
        return None
    types = [(onnx.TypeProto() if each is None else _type(each)).SerializeToString() for each in inputs]
    versions = [each for each in schema.context_dependent_function_opset_versions if each <= version]
    if not versions:
        return None
    try:
        body = schema.get_context_dependent_function_with_opset_version(versions[-1], node.SerializeToString(), types)
        return onnx.FunctionProto.FromString(body) if body else None
    except (*FAILURES, onnx.defs.SchemaError):
        return None

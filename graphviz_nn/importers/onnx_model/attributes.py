"""The attributes of nodes as plain values, arrays and graphs."""

from collections.abc import Callable, Mapping
from typing import Any

import onnx

from graphviz_nn.importers.onnx_model.table import refuse
from graphviz_nn.importers.onnx_model.tensors import array_of

KINDS = onnx.AttributeProto

READ: dict[int, Callable[[Any], Any]] = {
    KINDS.FLOAT: lambda each: each.f,
    KINDS.INT: lambda each: each.i,
    KINDS.STRING: lambda each: each.s.decode(errors="replace"),
    KINDS.TENSOR: lambda each: array_of(each.t),
    KINDS.GRAPH: lambda each: each.g,
    KINDS.FLOATS: lambda each: list(each.floats),
    KINDS.INTS: lambda each: list(each.ints),
    KINDS.STRINGS: lambda each: [text.decode(errors="replace") for text in each.strings],
    KINDS.TENSORS: lambda each: [array_of(tensor) for tensor in each.tensors],
    KINDS.GRAPHS: lambda each: list(each.graphs),
}
"""How the value of each kind of attribute is read."""


def attributes_of(node: Any) -> dict[str, Any]:
    """The attributes of a node by name.

    >>> attributes_of(onnx.helper.make_node("Softmax", ["x"], ["y"], axis=1))
    {'axis': 1}
    """
    found = {}
    for each in node.attribute:
        if each.type not in READ:
            refuse(f"its attribute {each.name!r} can't be read")
        found[each.name] = READ[each.type](each)
    return found


def filled_in(node: Any, given: Mapping[str, Any]) -> Any:
    """A node of a function's body, with the attributes of the call where it refers to them."""
    if not any(each.ref_attr_name for each in node.attribute):
        return node
    found = onnx.NodeProto()
    found.CopyFrom(node)
    del found.attribute[:]
    for each in node.attribute:
        if not each.ref_attr_name:
            found.attribute.append(each)
        elif each.ref_attr_name in given:
            attribute = found.attribute.add()
            attribute.CopyFrom(given[each.ref_attr_name])
            attribute.name = each.name
    return found

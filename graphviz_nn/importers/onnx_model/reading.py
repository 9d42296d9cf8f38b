"""Read a file as an ONNX model; only this file, and nothing in it is run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError, Message

from graphviz_nn.errors import UsageError, brief
from graphviz_nn.storage import read

MOST_BYTES = 2**31 - 1
"""The most that a protobuf can hold."""

MOST_NODES = 500_000

OWN_DOMAINS = ("", "ai.onnx")
"""The names of ONNX's own operator set."""


def read_model(path: Path) -> Any:
    """The model in a file, with the numbers that are in the file itself.

    Raises
    ------
    UsageError
        If it isn't an ONNX model, or is cut short.
    FileError
        If it can't be read.
    """
    if path.is_file() and (size := path.stat().st_size) > MOST_BYTES:
        raise UsageError(
            f"{path} has {size:,} bytes, but an ONNX file has at most {MOST_BYTES:,}; save its weights as external data"
        )
    model = onnx.ModelProto()
    try:
        model.ParseFromString(read(path))
    except (DecodeError, RecursionError, ValueError):
        raise UsageError(f"{path} isn't an ONNX model, or is cut short; save it again") from None
    return model


def checked(model: Any, where: str) -> dict[str, int]:
    """Check a model's frame, and return the version of each of its operator sets.

    Raises
    ------
    UsageError
        If something is missing, or newer than what is known.
    """
    if not model.HasField("graph") or not (model.graph.node or model.graph.output):
        raise UsageError(f"{where} holds no ONNX graph; save the model again")
    if not all(isinstance(each, str) for each in _texts(model)):
        raise UsageError(f"{where} has a name that isn't text, so it is damaged; save the model again")
    count = sum(1 for _ in nodes_in(model.graph.node))
    if count > MOST_NODES:
        raise UsageError(f"{where} has {count:,} nodes, but the most is {MOST_NODES:,}; import a part of it")
    versions = {"" if each.domain in OWN_DOMAINS else each.domain: each.version for each in model.opset_import}
    if not model.opset_import and model.ir_version < 3:
        versions[""] = 1
    newest = onnx.defs.onnx_opset_version()
    if "" in versions and not 1 <= versions[""] <= newest:
        raise UsageError(
            f"{where} uses version {versions['']} of ONNX's operator set, but the installed onnx {onnx.__version__} "
            f"knows 1 to {newest}; update onnx, or export the model for an older version"
        )
    for node in model.graph.node:
        if node.domain in OWN_DOMAINS and "" not in versions:
            raise UsageError(f"{where} doesn't say which version of ONNX's operator set it uses; export it again")
    return versions


def _texts(message: Any) -> Iterator[Any]:
    """All texts in a message; those that aren't UTF-8 are bytes."""
    if isinstance(message, onnx.TensorProto):
        # Its numbers would be copied.
        yield message.name
        yield from (text for each in message.external_data for text in (each.key, each.value))
        return
    for field, value in message.ListFields():
        many = (value,) if isinstance(value, str | bytes | Message) else value
        if field.type == field.TYPE_STRING:
            yield from many
        elif field.type == field.TYPE_MESSAGE:
            for each in many:
                yield from _texts(each)


def nodes_in(nodes: Any) -> Iterator[Any]:
    """All nodes, also those in subgraphs; a file can't nest them deeply."""
    for node in nodes:
        yield node
        for graph in graphs_of(node):
            yield from nodes_in(graph.node)


GRAPHS = (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)


def graphs_of(node: Any) -> list[Any]:
    """The subgraphs of a node."""
    return [
        graph
        for attribute in node.attribute
        if attribute.type in GRAPHS
        for graph in ((attribute.g,) if attribute.type == onnx.AttributeProto.GRAPH else attribute.graphs)
    ]


def captured(node: Any) -> list[str]:
    """The names that a node's subgraphs read from around them, in order."""
    found: dict[str, None] = {}
    for graph in graphs_of(node):
        made = {each.name for each in (*graph.input, *graph.initializer)}
        for inner in graph.node:
            found.update(dict.fromkeys(name for name in (*inner.input, *captured(inner)) if name and name not in made))
            made.update(inner.output)
        found.update(dict.fromkeys(each.name for each in graph.output if each.name and each.name not in made))
    return list(found)


def titled(node: Any) -> str:
    """How errors name a node.

    >>> titled(onnx.helper.make_node("Relu", ["x"], ["y"], name="/act/Relu"))
    "Relu '/act/Relu'"
    """
    return f"{node.op_type} {brief(node.name or (node.output[0] if node.output else '?'))}"

"""Keep a graph in a JSON file, with its arrays, exact to the last bit."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, fields
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.errors import Error, FileError
from graphviz_nn.graph.check import check
from graphviz_nn.graph.distribution import Draw
from graphviz_nn.graph.ir import Array, Graph, ModuleCall, Operation, Source, Variable
from graphviz_nn.graph.kinds import DTYPES, is_possible
from graphviz_nn.storage import path_of, read, write

FORMAT = "graphviz_nn graph"
VERSION = 1


def save(graph: Graph, to: str | PathLike[str]) -> Path:
    """Write a graph that keeps all invariants to a JSON file; see `importers.saved.save`."""
    check(graph)
    return write(path_of(to), (json.dumps(to_document(graph), indent=1, allow_nan=False) + "\n").encode())


OTHERS = {
    ".h5": "a Keras model",
    ".keras": "a Keras model",
    ".npz": "a file of arrays",
    ".onnx": "an ONNX model",
    ".pb": "a TensorFlow model",
    ".pt": "a PyTorch model",
    ".pth": "a PyTorch model",
    ".tflite": "a TensorFlow Lite model",
}
"""Files that users may take for graphs, by suffix."""


def load(path: str | PathLike[str]) -> Graph:
    """Read a graph written by `save`, and check it.

    Raises
    ------
    FileError
        If the file is missing, damaged, of another format or from a later version.
    """
    path = path_of(path)
    data = read(path)
    if kind := OTHERS.get(path.suffix.lower()):
        raise FileError(f"{path} is {kind}, not a graph saved by graphviz_nn; trace its model as a NumPy function")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} isn't JSON ({error}); save the graph again with graphviz_nn.save") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(f"{path} isn't a graph: its \"format\" isn't {FORMAT!r}; save it with graphviz_nn.save")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise FileError(f'{path} is damaged: its "version" is {version!r:.60}; save the graph again')
    if version > VERSION:
        raise FileError(f"{path} has format version {version!r:.60}, but this reads {VERSION}: update graphviz_nn")
    try:
        graph = from_document(document)
        check(graph)
    except (Error, RecursionError) as error:
        reason = error if isinstance(error, Error) else "it is nested too deeply"
        raise FileError(f"{path} is damaged: {reason}") from error
    return graph


def to_document(graph: Graph) -> dict[str, Any]:
    """The graph as nested dicts and lists for JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "facts": {key: _encode(value) for key, value in graph.graph.items()},
        "nodes": [
            {"name": name, "kind": _KINDS[type(data)], **_encode_fields(data)} for name, data in graph.contents()
        ],
        "edges": [list(edge) for edge in graph.edges(keys=True)],
    }


def from_document(document: Mapping[str, Any]) -> Graph:
    """Read the result of `to_document`; `check` tells whether the graph is valid.

    Raises
    ------
    FileError
        If an entry doesn't have the form that `to_document` writes.
    """
    for key in document:
        if key not in ("format", "version", "facts", "nodes", "edges"):
            raise FileError(f"the entry {key!r:.60} is unknown; there are: facts, nodes, edges")
    facts, nodes, edges = (document.get(key) for key in ("facts", "nodes", "edges"))
    if not isinstance(facts, dict) or not isinstance(nodes, list) or not isinstance(edges, list):
        raise FileError("a graph must have a dict of facts, a list of nodes and a list of edges")
    graph = Graph()
    graph.graph.update({key: _decode(value) for key, value in facts.items()})
    for node in nodes:
        name, data = _decode_node(node)
        if name in graph:
            raise FileError(f"there are two nodes {name!r}")
        graph.add_node(name, data=data)
    for edge in edges:
        match edge:
            case [str(tail), str(head), int(slot)] if type(slot) is int:
                if tail not in graph or head not in graph:
                    raise FileError(f"the edge {tail!r} → {head!r} has an end that doesn't exist")
                if graph.has_edge(tail, head, slot):
                    raise FileError(f"the edge {tail!r} → {head!r} with slot {slot} appears twice")
                graph.add_edge(tail, head, key=slot)
            case _:
                raise FileError(f"an edge is {edge!r:.60}; it must be two names and a slot")
    return graph


def _decode_node(node: Any) -> tuple[str, Variable | Operation]:
    match node:
        case {"name": str(name), "kind": ("variable" | "operation") as word, **rest}:
            return name, _decode_fields(Variable if word == "variable" else Operation, name, rest)
        case _:
            raise FileError(f"a node is {node!r:.60}; it must be a dict with its name, its kind and its fields")


def _decode_fields(kind: type, name: str, given: Mapping[Any, Any]) -> Any:
    known = {each.name: each.default is MISSING and each.default_factory is MISSING for each in fields(kind)}
    for key in given:
        if key not in known:
            raise FileError(f"{name!r} has the unknown field {key!r:.60}; there are: {', '.join(known)}")
    for key, is_due in known.items():
        if is_due and key not in given:
            raise FileError(f"the {key} of {name!r} is missing")
    return kind(**{key: _decode(value) for key, value in given.items()})


_KINDS: dict[type, str] = {Variable: "variable", Operation: "operation"}


def _encode_fields(data: Any) -> dict[str, Any]:
    pairs = ((each, getattr(data, each.name)) for each in fields(data))
    return {each.name: _encode(value) for each, value in pairs if value is not None}


def _encode(value: Any) -> Any:
    """JSON for a value; a type that JSON lacks becomes an object with one key, its type."""
    match value:
        case None | bool() | str():
            return value
        case np.generic():
            return _encode(value.item())
        case int() | float():
            return value if np.isfinite(value) else {"float": repr(value)}
        case tuple():
            return {"tuple": [_encode(each) for each in value]}
        case list():
            return [_encode(each) for each in value]
        case slice():
            return {"slice": [value.start, value.stop, value.step]}
        case _ if value is Ellipsis:
            return {"ellipsis": True}
        case np.ndarray():
            return {"array": _encode_array(value)}
        case Source():
            return {"source": [value.file, value.line]}
        case ModuleCall():
            return {"module": [value.path, value.kind, value.call]}
        case Draw():
            return {"draw": [_encode(getattr(value, each.name)) for each in fields(value)]}
        case Variable():
            return {"variable": _encode_fields(value)}
        case Graph():
            return {"graph": to_document(value)}
        case Mapping():
            return {"dict": [[_encode(key), _encode(item)] for key, item in value.items()]}
        case _:
            raise FileError(f"a {type(value).__name__} can't be saved in a graph file: {value!r}")


def _encode_array(array: Array) -> dict[str, Any]:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode()
    return {"dtype": array.dtype.name, "shape": list(array.shape), "base64": data}


def _decode_array(record: Any) -> Array:
    match record:
        case {"dtype": str(name), "shape": list(shape), "base64": str(text)} if len(record) == 3 and name in DTYPES:
            dtype = np.dtype(name)
            if not all(type(length) is int and length >= 0 for length in shape):
                raise FileError(f"the shape of an array is {shape!r:.60}; it must be whole numbers, none negative")
            if not is_possible(tuple(shape)):
                raise FileError(f"the shape of an array is {shape!r:.60}; NumPy has no such arrays")
            try:
                data = base64.b64decode(text, validate=True)
            except ValueError as error:
                raise FileError(f"an array's base64 can't be read: {error}") from None
            if len(data) != math.prod(shape) * dtype.itemsize:
                raise FileError(f"an array of shape {shape!r:.60} and dtype {name} has {len(data)} bytes")
            return np.frombuffer(data, dtype.newbyteorder("<")).reshape(shape).astype(dtype)
        case _:
            raise FileError(f"an array is {record!r:.60}; it must be a dict of dtype, shape and base64")


def _decode(value: Any) -> Any:
    """Decode the result of `_encode`; graphs in it aren't checked."""
    match value:
        case None | bool() | str() | int() | float():
            return value
        case list():
            return [_decode(each) for each in value]
        case {"float": ("nan" | "inf" | "-inf") as text} if len(value) == 1:
            return float(text)
        case {"tuple": list(entries)} if len(value) == 1:
            return tuple(map(_decode, entries))
        case {"slice": [*ends]} if len(value) == 1 and len(ends) == 3 and all(map(_is_end, ends)):
            return slice(*ends)
        case {"ellipsis": _} if len(value) == 1:
            return Ellipsis
        case {"array": record} if len(value) == 1:
            return _decode_array(record)
        case {"source": [str(file), int(line)]} if len(value) == 1:
            return Source(file, line)
        case {"module": [str(path), str(kind), int(call)]} if len(value) == 1 and type(call) is int:
            return ModuleCall(path, kind, call)
        case {"draw": list(given)} if len(value) == 1 and len(given) == len(fields(Draw)):
            return Draw(*map(_decode, given))
        case {"variable": dict(given)} if len(value) == 1:
            return _decode_fields(Variable, "a variable", given)
        case {"graph": dict(document)} if len(value) == 1:
            return from_document(document)
        case {"dict": list(pairs)} if len(value) == 1:
            return _decode_dict(pairs)
        case _:
            raise FileError(f"a value has no known type: {value!r:.60}")


def _decode_dict(pairs: list[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise FileError(f"a dict holds {pair!r:.60}; it must be a key and a value")
        key = _decode(pair[0])
        try:
            known = key in found
        except TypeError:
            raise FileError(f"a dict has the key {pair[0]!r:.60}, which isn't hashable") from None
        if known:
            raise FileError(f"a dict has the key {key!r:.60} twice")
        found[key] = _decode(pair[1])
    return found


def _is_end(value: Any) -> bool:
    return value is None or type(value) is int

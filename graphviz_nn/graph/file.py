"""A graph as a JSON file, arrays included, exact to the last bit."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.errors import Error, FileError
from graphviz_nn.graph.check import check
from graphviz_nn.graph.draw import Draw
from graphviz_nn.graph.ir import Array, Graph, Operation, Source, Variable
from graphviz_nn.storage import read, write

FORMAT = "graphviz_nn graph"
VERSION = 1


def save(graph: Graph, to: str | PathLike[str]) -> Path:
    """Write a graph to a JSON file that this and every later version reads.

    Raises
    ------
    GraphError
        Where the graph breaks an invariant; nothing is written then.
    FileError
        Where the file can't be written; what was there before stays.

    Examples
    --------
    >>> import graphviz_nn as gnn, os, tempfile
    >>> graph = gnn.trace(lambda x: x**2, x=gnn.input(()))
    >>> path = gnn.save(graph, os.path.join(tempfile.mkdtemp(), "square.json"))
    >>> float(gnn.evaluate(gnn.load(path), x=3.0, outputs="output"))
    9.0
    """
    check(graph)
    return write(Path(to), (json.dumps(to_document(graph), indent=1, allow_nan=False) + "\n").encode())


def load(path: str | PathLike[str]) -> Graph:
    """Read a graph that `save` wrote, and check it.

    Raises
    ------
    FileError
        Where the file is missing, damaged, of another kind or from a later version.
    """
    path = Path(path)
    try:
        document = json.loads(read(path))
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} isn't JSON ({error}); save the graph again with graphviz_nn.save") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(f"{path} isn't a graph: its \"format\" isn't {FORMAT!r}; was it saved by graphviz_nn?")
    version = document.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise FileError(f"{path} has format version {version!r}, this is {VERSION}: update graphviz_nn")
    try:
        graph = from_document(document)
        check(graph)
    except Error as error:
        raise FileError(f"{path} is damaged: {error}") from error
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError, binascii.Error) as error:
        reason = f"{type(error).__name__}: {error}"
        raise FileError(f"{path} is damaged ({reason}); save the graph again") from error
    return graph


def to_document(graph: Graph) -> dict[str, Any]:
    """The graph as nested dicts and lists that JSON can hold."""
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
    """The graph that `to_document` took apart."""
    graph = Graph()
    graph.graph.update({key: _decode(value) for key, value in document["facts"].items()})
    for node in document["nodes"]:
        kind = {word: kind for kind, word in _KINDS.items()}[node["kind"]]
        known = {each.name for each in fields(kind)}
        graph.add_node(node["name"], data=kind(**{k: _decode(v) for k, v in node.items() if k in known}))
    for tail, head, slot in document["edges"]:
        if tail not in graph or head not in graph:
            raise FileError(f"the edge {tail} → {head} has an end that isn't there")
        graph.add_edge(tail, head, key=slot)
    return graph


_KINDS: dict[type, str] = {Variable: "variable", Operation: "operation"}


def _encode_fields(data: Any) -> dict[str, Any]:
    pairs = ((each, getattr(data, each.name)) for each in fields(data))
    return {each.name: _encode(value) for each, value in pairs if value is not None}


def _encode(value: Any) -> Any:
    """JSON for a value; what JSON has no word for becomes an object with one key, its kind."""
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
        case Draw():
            return {"draw": [_encode(getattr(value, each.name)) for each in fields(value)]}
        case Graph():
            return {"graph": to_document(value)}
        case Mapping():
            return {"dict": [[_encode(key), _encode(item)] for key, item in value.items()]}
        case _:
            raise FileError(f"a {type(value).__name__} can't be kept in a graph file: {value!r}")


def _encode_array(array: Array) -> dict[str, Any]:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode()
    return {"dtype": array.dtype.name, "shape": list(array.shape), "base64": data}


def _decode_array(record: dict[str, Any]) -> Array:
    data = base64.b64decode(record["base64"], validate=True)
    dtype = np.dtype(record["dtype"])
    array = np.frombuffer(data, dtype.newbyteorder("<")).reshape(record["shape"])
    return array.astype(dtype)


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise FileError(f"there is a value of {len(value)} kinds where one is due")
    (kind, content) = next(iter(value.items()))
    match kind:
        case "float":
            return float(content)
        case "tuple":
            return tuple(_decode(each) for each in content)
        case "slice":
            return slice(*content)
        case "ellipsis":
            return Ellipsis
        case "array":
            return _decode_array(content)
        case "source":
            return Source(*content)
        case "draw":
            return Draw(*(_decode(each) for each in content))
        case "graph":
            return from_document(content)
        case "dict":
            return {_decode(key): _decode(item) for key, item in content}
        case _:
            raise FileError(f"there is a value of the unknown kind {kind!r}")

"""From an ONNX model to a graph."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx

from graphviz_nn.errors import Error, UsageError, brief
from graphviz_nn.graph import Graph
from graphviz_nn.importers.onnx_model.dimensions import known_inputs
from graphviz_nn.importers.onnx_model.reading import checked, read_model
from graphviz_nn.importers.onnx_model.tensors import Held, dense, held
from graphviz_nn.importers.onnx_model.walk import Walk
from graphviz_nn.tracing.original import Original, remember, with_numbers


def from_onnx(path: Path, name: str, specs: Mapping[Any, Any], files: set[Path]) -> Graph:
    """The graph of a file; `specs` are its inputs' shapes by name or number, and its open lengths."""
    if name:
        raise UsageError(f"{path} holds one model; leave out {name!r}")
    numbered = [specs[number] for number in range(len(specs)) if number in specs]
    named = {key: each for key, each in specs.items() if isinstance(key, str)}
    return _graph(read_model(path), str(path), path.stem, numbered, named)


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph of a `ModelProto`, for examples of its inputs if it leaves their shapes open."""
    if not isinstance(model, onnx.ModelProto):
        raise UsageError(f"an onnx.ModelProto can be imported, found a {type(model).__name__}; put it into a model")
    title = model.graph.name or "model"
    return _graph(model, f"the model {brief(title)}", title, examples, keywords)


def _graph(model: Any, where: str, title: str, examples: Sequence[Any], given: Mapping[str, Any]) -> Graph:
    versions = checked(model, where)
    weights = _weights(model.graph, where)
    # The first versions list the weights among the inputs.
    inputs = [each for each in model.graph.input if each.name not in weights]
    for each in inputs:
        if not each.name or not each.type.HasField("tensor_type") or not each.type.tensor_type.HasField("shape"):
            kind = "an array of unknown shape"
            if not each.type.HasField("tensor_type"):
                kind = f"no array but a {(each.type.WhichOneof('value') or 'missing type').removesuffix('_type')}"
            raise UsageError(f"{where}: the input {each.name!r:.60} is {kind}; it must be an array of known shape")
    try:
        known = known_inputs(inputs, examples, given, where)
    except Error as error:
        raise type(error)(f"{where}: {error}" if where not in str(error) else str(error)) from None
    walk = Walk(model, where, versions)
    for name, shape in known.items():
        walk.enter(name, shape)
    for name, weight in weights.items():
        walk.define(name, weight)
    walk.nodes(model.graph.node)
    taken = {**dict(zip((each.name for each in inputs), examples, strict=False)), **given}
    own = with_numbers({name: each for name, each in taken.items() if name in known})
    return remember(walk.graph([each.name for each in model.graph.output], title), Original("onnx", own))


def _weights(graph: Any, where: str) -> dict[str, Held]:
    """The tensors that the model stores, by name."""
    found = {}
    for tensor in graph.initializer:
        try:
            found[tensor.name] = held(tensor.name, tensor)
        except Error as error:
            raise UsageError(f"{where}: the tensor {tensor.name!r}: {error}") from None
    for sparse in graph.sparse_initializer:
        try:
            found[sparse.values.name] = dense(sparse)
        except Error as error:
            raise UsageError(f"{where}: the tensor {sparse.values.name!r}: {error}") from None
    for weight in found.values():
        weight.is_learned = True
    return found

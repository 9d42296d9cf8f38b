"""Import what `torch.export` makes of a module: every step with its module, its line and its shape."""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export.graph_signature import InputKind, OutputKind

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Array, Graph, ModuleCall, Role, Source
from graphviz_nn.importers.pytorch.aten import ROWS
from graphviz_nn.importers.replay import Known, Replay
from graphviz_nn.tracing.specs import Spec

# NumPy has no dtype for these; a picture has the next wider one.
WIDER = {"bfloat16": "float32", "float8_e4m3fn": "float16", "float8_e5m2": "float16"}


def imported(module: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph of a module for examples of its arguments, or of a program that `torch.export` made.

    Raises
    ------
    TracingError
        If there are no examples, or the module can't be exported.
    """
    if isinstance(module, ExportedProgram):
        return _graph(module, "program")
    title = type(module).__name__
    if not examples and not keywords:
        raise TracingError(
            f"{title} needs an example of its input: graphviz_nn.trace({title.lower()}, torch.randn(1, 3)); "
            "or its shape, graphviz_nn.input((1, 3)); in draw, example=…"
        )
    given = tuple(_example(module, each) for each in examples)
    named = {name: _example(module, each) for name, each in keywords.items()}
    with warnings.catch_warnings():
        # What the framework says of its own code means nothing to the user.
        warnings.simplefilter("ignore")
        program = torch.export.export(module, given, named, strict=False)
        if any(_name(node.target).endswith("_") for node in program.graph.nodes if node.op == "call_function"):
            # A write in place has no user in the graph; as functions, writes have.
            program = program.run_decompositions({})
    return _graph(program, title)


def _example(module: Any, value: Any) -> Any:
    """A tensor where the user gave a shape."""
    if isinstance(value, Spec):
        known = next((each for each in module.parameters() if each.is_floating_point()), None)
        dtype = getattr(torch, value.variable.dtype)
        if dtype.is_floating_point and known is not None:
            dtype = known.dtype
        device = known.device if known is not None else "cpu"
        return torch.zeros(value.variable.shape, dtype=dtype, device=device)
    if isinstance(value, list | tuple):
        return type(value)(_example(module, each) for each in value)
    if isinstance(value, Mapping):
        return {key: _example(module, each) for key, each in value.items()}
    return value


def _graph(program: ExportedProgram, title: str) -> Graph:
    replay, values = Replay(), dict[str, Any]()
    _enter(program, replay, values)
    for node in program.graph.nodes:
        if node.op != "call_function":
            continue
        arguments = torch.fx.node.map_arg(node.args, lambda each: values[each.name])
        keywords = torch.fx.node.map_arg(node.kwargs, lambda each: values[each.name])
        called = _name(node.target)
        if called == "getitem":
            values[node.name] = arguments[0][arguments[1]]
            continue
        known = [_known(each) for each in _several(node.meta.get("val"))]
        with replay.at(_modules(node), _source(node)):
            values[node.name] = replay.step(called, ROWS.get(called), arguments, keywords, known)
    return replay.graph(_outputs(program, values), {"name": title})


def _enter(program: ExportedProgram, replay: Replay, values: dict[str, Any]) -> None:
    """Add the inputs, parameters and buffers; tensors that are one become one leaf."""
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    met: dict[int, Any] = {}
    for spec in program.graph_signature.input_specs:
        name = getattr(spec.arg, "name", None)
        if name is None or not placeholders[name].users:
            continue
        if spec.kind is InputKind.USER_INPUT:
            values[name] = replay.leaf(name, "input", _known(placeholders[name].meta["val"]))
            continue
        tensor = program.constants.get(spec.target)
        tensor = program.state_dict.get(spec.target) if tensor is None else tensor
        if id(tensor) not in met:
            array = _array(tensor)
            role: Role = "parameter" if spec.kind is InputKind.PARAMETER or array is None else "constant"
            met[id(tensor)] = replay.leaf(spec.target, role, _known(tensor), array)
        values[name] = met[id(tensor)]


def _outputs(program: ExportedProgram, values: Mapping[str, Any]) -> dict[str, Any]:
    found = [
        values[each.arg.name]
        for each in program.graph_signature.output_specs
        if each.kind is OutputKind.USER_OUTPUT and getattr(each.arg, "name", None)
    ]
    names = ["output"] if len(found) == 1 else [f"output{number}" for number in range(1, len(found) + 1)]
    return dict(zip(names, found, strict=True))


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _known(tensor: Any) -> Known:
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Known(tuple(int(length) for length in tensor.shape), WIDER.get(dtype, dtype))


def _array(tensor: Any) -> Array | None:
    """The numbers of a tensor, without a copy; None if it has none."""
    if tensor.device.type == "meta":
        return None
    array: Array = tensor.detach().cpu().to(getattr(torch, _known(tensor).dtype)).numpy()
    return array


def _name(target: Any) -> str:
    """A step's name without its variant: linear of aten.linear.default."""
    return str(getattr(target, "__name__", target)).partition(".")[0]


def _modules(node: Any) -> tuple[ModuleCall, ...]:
    return tuple(_entered(node))


def _entered(node: Any) -> Iterator[ModuleCall]:
    for key, (path, kind) in (node.meta.get("nn_module_stack") or {}).items():
        if path:
            name = kind if isinstance(kind, str) else kind.__name__
            _, _, again = key.partition("@")
            yield ModuleCall(path.partition("@")[0], name.rpartition(".")[2], int(again or 0) + 1)


def _source(node: Any) -> Source | None:
    """The innermost line of the user's own code."""
    lines = re.findall(r'File "(.+?)", line (\d+)', node.meta.get("stack_trace") or "")
    own = [(file, line) for file, line in lines if not {"site-packages", "dist-packages"} & set(Path(file).parts)]
    return Source(Path(own[-1][0]).name, int(own[-1][1])) if own else None

"""Import what `torch.export` makes of a module: every step with its module, its line and its shape."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export.graph_signature import ConstantArgument, InputKind, OutputKind

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, ModuleCall, Role, Source
from graphviz_nn.importers.pytorch.aten import ROWS
from graphviz_nn.importers.pytorch.examples import refuse_others
from graphviz_nn.importers.pytorch.inplace import Memory, is_aliased, is_write
from graphviz_nn.importers.pytorch.outputs import named
from graphviz_nn.importers.pytorch.tensors import Line, array_of, as_written, known, line_of, role_of
from graphviz_nn.importers.replay import Replay, Rule
from graphviz_nn.tracing.tracer import Tracer

# Steps that check, or that set a mode: they compute nothing.
SILENT = (
    *("_assert", "sym_constrain", "_set_grad_enabled", "_enter_autocast", "_exit_autocast", "record_stream"),
    *("_record_function", "manual_seed", "profiler"),
)


def graph_of_program(
    program: ExportedProgram, title: str, roles: Sequence[Role] = (), written: Mapping[str, str] | None = None
) -> Graph:
    """The graph of a program.

    Parameters
    ----------
    written : mapping of str to str, optional
        How the user spells arguments, which are in small letters in a program.

    Raises
    ------
    TracingError
        If it has axes without a fixed length, or tensors that have no picture.
    """
    if is_aliased(program.graph):
        # A write into a part of a tensor has no user in the graph; as functions, writes have.
        program = program.run_decompositions({})
    replay = Replay()
    values = Memory()
    unread = _moved_on(program)
    _enter(program, replay, values, list(roles), written or {}, unread)
    _run(program.graph_module, replay, values, unread=unread)
    return replay.graph(_outputs(program, values), {"name": title})


Place = tuple[tuple[ModuleCall, ...], Source | None]
"""The modules and the line of a step."""


def replayed(program: ExportedProgram, replay: Replay, given: Iterator[Any], place: Place) -> list[Any]:
    """Replay a program at one place of a model, with the values of its tensors in order; its results."""
    if is_aliased(program.graph):
        program = program.run_decompositions({})
    values = Memory()
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    for spec in program.graph_signature.input_specs:
        if isinstance(spec.arg, ConstantArgument):
            continue
        is_given = spec.kind is InputKind.USER_INPUT
        values.set(placeholders[spec.arg.name], next(given) if is_given else array_of(program.constants[spec.target]))
    _run(program.graph_module, replay, values, place)
    return _results(program, values)


def open_axes(program: ExportedProgram) -> list[str]:
    """The axes of inputs that a program leaves open, such as "axis 0 of x"."""
    return [
        f"axis {axis} of {node.name}"
        for node in program.graph.nodes
        if node.op == "placeholder" and isinstance(node.meta.get("val"), torch.Tensor)
        for axis, length in enumerate(node.meta["val"].shape)
        if isinstance(length, torch.SymInt)
    ]


def _moved_on(program: ExportedProgram) -> set[str]:
    """The steps of which only buffers hear, such as a count of batches."""
    signature = program.graph_signature
    names = {each.arg.name for each in signature.output_specs if each.kind is OutputKind.BUFFER_MUTATION}
    buffers = {getattr(each.arg, "name", "") for each in signature.input_specs if each.kind is InputKind.BUFFER}
    found = {node.name for node in program.graph.nodes if node.name in names and len(node.users) == 1}
    for node in program.graph.nodes:
        if is_write(node) and not node.users and getattr(node.args[0], "name", "") in buffers:
            found |= {node.name} if set(node.args[0].users) == {node} else set()
    return found


def _run(module: Any, replay: Replay, values: Memory, place: Place | None = None, unread: Collection[str] = ()) -> Any:
    """Replay the steps of a graph but those that nobody reads; its result, if it has one."""
    wishes = list[tuple[str, Any]]()
    nodes = [node for node in module.graph.nodes if node.name not in unread]
    lines = {node.name: line_of(node.meta.get("stack_trace")) for node in nodes if node.op == "call_function"}
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        if node.op == "get_attr":
            values.set(node, _attribute(module, node.target))
        elif node.op == "output":
            if place is None:
                name_values(wishes)
            return values.of(node.args[0])
        elif node.op == "call_function" and not _called(node).startswith(SILENT):
            values.set(node, _step(node, replay, values, lines[node.name], place))
            beside, line = lines.get(following.name) if following is not None else None, lines[node.name]
            if line is not None and line.name and not line.goes_on(beside):
                wishes.append((line.name, values.of(node)))
    return None


def _step(node: Any, replay: Replay, values: Memory, line: Line | None, place: Place | None) -> Any:
    arguments, keywords = values.of(node.args), values.of(node.kwargs)
    called = _called(node)
    if called == "getitem":
        return arguments[0][arguments[1]]
    inner = next((each for each in arguments if isinstance(each, torch.fx.GraphModule)), None)
    if inner is not None and called.startswith(("wrap", "tag_activation", "checkpoint", "hints")):
        # A part under another mode, such as no_grad or autocast, or that is computed again.
        at = arguments.index(inner)
        found = _inlined(inner, arguments[at + 1 :], replay, place)
        if called == "wrap_with_set_grad_enabled" and not arguments[0]:
            with replay.at(*(place or (_modules(node), line and line.source))):
                return tuple(ROWS["detach"](each) for each in found)
        return found
    wanted = [known(each) for each in _several(node.meta.get("val"))]
    rule = rule_of(called)
    with replay.at(*(place or (_modules(node), line and line.source))):
        return replay.step(called, rule, arguments, keywords, wanted)


def rule_of(called: str) -> Rule | None:
    """The row of a step; one that writes into its first argument has that of its result."""
    return ROWS.get(called) or (ROWS.get(called.removesuffix("_")) if called.endswith("_") else None)


def _inlined(module: Any, arguments: Sequence[Any], replay: Replay, place: Place | None) -> Any:
    values = Memory()
    places = [node for node in module.graph.nodes if node.op == "placeholder"]
    for node, value in zip(places, arguments, strict=True):
        values.set(node, value)
    found = _run(module, replay, values, place)
    return tuple(found) if isinstance(found, list) else found


def inputs_of(program: ExportedProgram, written: Mapping[str, str]) -> list[str]:
    """The names of the tensors that a program takes, in order, as the user spells them."""
    specs = program.graph_signature.input_specs
    inputs = (spec.arg for spec in specs if spec.kind is InputKind.USER_INPUT)
    return [written.get(each.name, each.name) for each in inputs if not isinstance(each, ConstantArgument)]


def _attribute(module: Any, path: str) -> Any:
    found = module
    for part in path.split("."):
        found = getattr(found, part)
    return array_of(found) if isinstance(found, torch.Tensor) else found


def _enter(
    program: ExportedProgram,
    replay: Replay,
    values: Memory,
    roles: list[Role],
    written: Mapping[str, str],
    unread: Collection[str],
) -> None:
    """Add the inputs, parameters and buffers; tensors that are one become one leaf."""
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    refuse_others({key: each for key, each in program.state_dict.items() if isinstance(each, torch.Tensor)})
    # Tied weights have the name and the place of the first.
    names: dict[int, str] = {}
    for path, each in program.state_dict.items():
        names.setdefault(id(each), path)
    read = {name for name, node in placeholders.items() if any(user.name not in unread for user in node.users)}
    shared = {
        id(_tensor_of(program, spec))
        for spec in program.graph_signature.input_specs
        if getattr(spec.arg, "name", None) in read
    }
    met: dict[int, Any] = {}
    for spec in program.graph_signature.input_specs:
        if spec.kind is InputKind.USER_INPUT and isinstance(spec.arg, ConstantArgument):
            roles[:1] = []
            continue
        name = getattr(spec.arg, "name", None)
        role: Role = roles.pop(0) if spec.kind is InputKind.USER_INPUT and roles else "input"
        tensor = _tensor_of(program, spec)
        if name is None or (name not in read and (tensor is None or id(tensor) not in shared)):
            continue
        if spec.kind is InputKind.USER_INPUT:
            value = placeholders[name].meta["val"]
            if isinstance(value, torch.SymInt | torch.SymFloat):
                raise TracingError(f"{name} is a number without a fixed value; export the program with one")
            values.set(placeholders[name], replay.leaf(written.get(name, name), role, known(value)))
            continue
        if not isinstance(tensor, torch.Tensor):
            raise TracingError(f"{spec.target} is a {type(tensor).__name__}, not a tensor; it can't be traced")
        if id(tensor) not in met:
            array = array_of(tensor)
            met[id(tensor)] = replay.leaf(
                as_written(names.get(id(tensor), spec.target)), role_of(tensor, array), known(tensor), array
            )
        values.set(placeholders[name], met[id(tensor)])


def _tensor_of(program: ExportedProgram, spec: Any) -> Any:
    """The parameter, buffer or constant behind an input of a program; None for one that the user gives."""
    found = program.constants.get(spec.target)
    return program.state_dict.get(spec.target) if found is None else found


def _outputs(program: ExportedProgram, values: Memory) -> dict[str, Any]:
    results, tree = _results(program, values), program.call_spec.out_spec
    return named(results if tree is None else tree.unflatten(results))


def _results(program: ExportedProgram, values: Memory) -> list[Any]:
    node = next(each for each in program.graph.nodes if each.op == "output")
    return [
        values.of(value)
        for value, spec in zip(node.args[0], program.graph_signature.output_specs, strict=True)
        if spec.kind is OutputKind.USER_OUTPUT
    ]


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _called(node: Any) -> str:
    """A step's name without its variant: linear of aten.linear.default."""
    return str(getattr(node.target, "__name__", node.target)).partition(".")[0]


def name_values(wishes: Sequence[tuple[str, Any]]) -> None:
    """Name values as their lines do. A name of several values, as in a loop or a block, says less than a symbol."""
    count = Counter(name for name, _ in wishes)
    for name, value in wishes:
        if isinstance(value, Tracer) and count[name] == 1:
            kept = value.recording.values[value.number]
            if not kept.fixed and kept.name is None:
                kept.name = name


def _modules(node: Any) -> tuple[ModuleCall, ...]:
    return tuple(_entered(node))


def _entered(node: Any) -> Iterator[ModuleCall]:
    stack: Mapping[str, Any] = node.meta.get("nn_module_stack") or {}
    for key, (path, kind) in stack.items():
        if path:
            name = kind if isinstance(kind, str) else kind.__name__
            _, _, again = key.partition("@")
            yield ModuleCall(as_written(path.partition("@")[0]), name.rpartition(".")[2], int(again or 0) + 1)

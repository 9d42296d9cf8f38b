"""A PyTorch model as a graph: what is a model, what its examples are, and which way it is read."""

import dataclasses
import inspect
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, suppress
from io import StringIO
from typing import Any

import torch
from torch.export import ExportedProgram

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.importers.pytorch.backward import own_backward
from graphviz_nn.importers.pytorch.examples import examples_of, lengths_alone, named_leaves, refuse_others, roles_of
from graphviz_nn.importers.pytorch.exported import graph_of_program, inputs_of, open_axes
from graphviz_nn.importers.pytorch.itself import original
from graphviz_nn.importers.pytorch.observed import graph_of_run
from graphviz_nn.importers.pytorch.rehearsal import graph_of_rehearsal, rehearsed
from graphviz_nn.importers.pytorch.tensors import AxisError
from graphviz_nn.tracing.original import remember


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph of a module or function of tensors for examples of its arguments, or of a program of `torch.export`.

    Raises
    ------
    TracingError
        If it isn't such a model, if there are no examples, or if neither its export nor its run shows what it computes.
    """
    if isinstance(model, ExportedProgram):
        return graph_of_program(_of_fixed_lengths(model, examples, keywords), "program")
    module, title = _module(model)
    if not examples and not keywords:
        raise TracingError(
            f"{title} needs an example of its input: graphviz_nn.trace({title.lower()}, torch.randn(1, 3)); "
            "or its shape, graphviz_nn.input((1, 3)); in other functions, example=…; on the command line, --input 1x3"
        )
    if isinstance(module, _Function):
        examples, keywords = module.by_name(examples, keywords)
    refuse_others({**dict(module.named_parameters()), **dict(module.named_buffers())})
    given, named = examples_of(module, examples, keywords)
    roles, remarks = roles_of(examples, keywords), list[str]()
    with _quietly(module), own_backward(remarks):
        try:
            graph, names = _read(module, title, given, named, roles)
        except TracingError as error:
            if lengths := lengths_alone((*examples, *keywords.values())):
                raise TracingError(
                    f"{title} fails with the numbers {lengths}, no tensors; if they are the shape of its input, "
                    f"give graphviz_nn.input({lengths})"
                ) from error
            raise
    for remark in remarks:
        graph.remark(remark)
    return remember(graph, original(module, title, (given, named), names, (examples, dict(keywords))))


def _of_fixed_lengths(
    program: ExportedProgram, examples: Sequence[Any], keywords: Mapping[str, Any]
) -> ExportedProgram:
    """The program for the lengths of examples, if it leaves some open."""
    if not (still := open_axes(program)):
        return program
    if not examples and not keywords:
        raise TracingError(
            f"the program leaves the length of {' and of '.join(still)} open; give an example of its input: "
            "graphviz_nn.trace(program, torch.randn(2, 3)); or its shape, graphviz_nn.input((2, 3)); in other "
            "functions, example=…"
        )
    module = program.module()
    try:
        return torch.export.export(module, *examples_of(module, examples, keywords), strict=False)
    except Exception as error:
        # What follows the first line is about the framework's own code.
        said, *_ = str(error).splitlines() or [type(error).__name__]
        raise TracingError(f"the program can't be run with this example: {said}") from error


def _read(
    module: torch.nn.Module, title: str, given: Any, named: Any, roles: Sequence[Role]
) -> tuple[Graph, list[str]]:
    """The graph of a run on shapes; of an export if that leaves doubts; of a run on numbers if values decide what the
    module does. And its inputs.
    """
    leaves = [(name, each, role) for (name, each), role in zip(named_leaves(module, given, named), roles, strict=False)]
    tensors = [(name, role) for name, each, role in leaves if isinstance(each, torch.Tensor)]
    names = [name for name, _ in tensors]
    with suppress(Exception):
        return graph_of_rehearsal(rehearsed(module, given, named), title, tensors), names
    try:
        # Strict export is slower, and repairs little.
        program = torch.export.export(module, given, named, strict=False)
    except MemoryError:
        raise
    except Exception:
        program = None
    if program is not None:
        written = {name.lower(): name for name, _, _ in leaves}
        # In a run, what values decide has the lengths of the example.
        with suppress(AxisError):
            return graph_of_program(program, title, roles, written), inputs_of(program, written)
    return graph_of_run(module, title, given, named, roles), names


def _module(model: Any) -> tuple[torch.nn.Module, str]:
    """The module behind a model, and its title."""
    if isinstance(model, torch.jit.ScriptModule | torch.jit.ScriptFunction):
        name = getattr(model, "original_name", "") or getattr(model, "name", "") or "it"
        raise TracingError(f"{name} is a TorchScript module, which can't be read; give the Python module behind it")
    # torch.compile keeps the module that it compiles.
    model = getattr(model, "_orig_mod", model)
    if isinstance(model, torch.nn.Module):
        return model, type(model).__name__
    if callable(model):
        return _Function(model), getattr(model, "__name__", type(model).__name__)
    raise TracingError(
        f"a {type(model).__name__} can't be traced; give a torch.nn.Module, a function of tensors, "
        "or what torch.export.export returns"
    )


class _Function(torch.nn.Module):
    """A function of tensors as a module; it has the modules that the function uses, whose parameters it learns."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function
        for name, value in _used(function).items():
            if isinstance(value, torch.nn.Module) and not hasattr(self, name):
                self.add_module(name, value)

    def by_name(self, examples: Sequence[Any], keywords: Mapping[str, Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """Examples by the names of the function's arguments, if these have names."""
        try:
            bound = inspect.signature(self.function).bind(*examples, **keywords)
        except (TypeError, ValueError):
            return examples, keywords
        alone = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        kinds = (bound.signature.parameters[name].kind for name in bound.arguments)
        return ((), bound.arguments) if all(kind in alone for kind in kinds) else (examples, keywords)

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        return self.function(*arguments, **keywords)


def _used(function: Any) -> dict[str, Any]:
    """What a function uses from outside, by name: the owner of a method, and variables around it."""
    owner = {"owner": getattr(function, "__self__", None)}
    try:
        found = inspect.getclosurevars(inspect.unwrap(function))
    except TypeError:
        return owner
    return {**owner, **found.globals, **found.nonlocals}


@contextmanager
def _quietly(module: torch.nn.Module) -> Iterator[None]:
    """Keep the framework from telling of its own code, compile nothing, and return dataclasses as dicts."""
    hook = module.register_forward_hook(lambda _module, _given, found: _plain(found))
    level = logging.root.manager.disable
    with ExitStack() as stack:
        stack.callback(hook.remove)
        stack.callback(logging.disable, level)
        logging.disable(logging.CRITICAL)
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(redirect_stderr(StringIO()))
        if hasattr(torch.compiler, "set_stance"):
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        yield


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Mapping):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    return value

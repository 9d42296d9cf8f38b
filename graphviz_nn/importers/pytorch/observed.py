"""Import what one real run of a module does, for models that branch on values.

Each call of a function of tensors is exported alone, so that the same table of steps serves. What such a run doesn't
show, such as a write into a part of a tensor, is refused by name.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any, Never

import torch
from torch.overrides import TorchFunctionMode, resolve_name

from graphviz_nn.errors import Error, TracingError
from graphviz_nn.graph.ir import Graph, ModuleCall, Role, Source
from graphviz_nn.importers.pytorch.examples import named_leaves
from graphviz_nn.importers.pytorch.exported import replayed
from graphviz_nn.importers.pytorch.outputs import named as named_outputs
from graphviz_nn.importers.pytorch.tensors import (
    array_of,
    as_written,
    known,
    own_name,
    role_of,
    tensors_in,
    with_tensors,
)
from graphviz_nn.importers.replay import Known, Replay
from graphviz_nn.tracing.tracer import Tracer

UNSEEN = {
    "numpy": "leaves the framework; write it with functions of torch",
    "__array__": "leaves the framework; write it with functions of torch",
    "data": "is hidden from the trace; write x.detach()",
    "data_ptr": "is hidden from the trace; write it with functions of torch",
    "set_": "is hidden from the trace; write it with functions of torch",
}
"""What a run doesn't show, and what to write instead."""

# Of an error's text no more than that is repeated; it may list all ways to call a function.
LONGEST = 240
# Questions about a tensor; the answers are no tensors.
BRANCHING = {"__bool__", "item", "__int__", "__float__", "__index__", "tolist", "is_nonzero", "equal", "allclose"}


def graph_of_run(
    module: torch.nn.Module,
    title: str,
    given: Sequence[Any],
    named: Mapping[str, Any],
    roles: Sequence[Role],
) -> Graph:
    """The graph of one run with examples; if the run fails, of what ran, with a step that says why it stopped.

    Raises
    ------
    TracingError
        If the run does what it doesn't show, or fails before its first step.
    """
    watch = Watch(title)
    watch.enter(module, given, named, roles)
    with _kept(module), ExitStack() as stack:
        watch.follow(module, stack)
        stack.enter_context(watch)
        try:
            found = module(*given, **named)
        except Error:
            raise
        except Exception as error:
            return watch.stopped(error)
    return watch.finished(found)


@contextmanager
def _kept(module: torch.nn.Module) -> Iterator[None]:
    """Give buffers, such as statistics, back what they held."""
    before = {name: each.clone() for name, each in module.named_buffers()}
    try:
        yield
    finally:
        with torch.no_grad():
            for name, each in module.named_buffers():
                each.copy_(before[name])


class Watch(TorchFunctionMode):
    """Records every function of tensors that runs."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title, self.replay = title, Replay()
        # Tensors stay alive, so that no other has the id of one.
        self.values: dict[int, tuple[torch.Tensor, Any]] = {}
        self.state: set[int] = set()
        self.modules: list[ModuleCall] = []
        self.calls: Counter[str] = Counter()
        self.exported: dict[Any, Any] = {}
        self.last: tuple[str, list[Any], Source | None, tuple[ModuleCall, ...]] | None = None
        self.made: list[torch.Tensor] = []
        self.branches: dict[str, None] = {}

    def enter(
        self, module: torch.nn.Module, given: Sequence[Any], named: Mapping[str, Any], roles: Sequence[Role]
    ) -> None:
        """Know the arguments, parameters and buffers."""
        leaves = [*named_leaves(module, given, named)]
        for (name, tensor), role in zip(leaves, roles, strict=False):
            if isinstance(tensor, torch.Tensor):
                self._know(tensor, self.replay.leaf(name, role, known(tensor)))
        for name, tensor in (*module.named_parameters(), *module.named_buffers()):
            array = array_of(tensor)
            self.state.add(id(tensor))
            self.values[id(tensor)] = (
                tensor,
                partial(self.replay.leaf, as_written(name), role_of(tensor, array), known(tensor), array),
            )

    def follow(self, module: torch.nn.Module, stack: ExitStack) -> None:
        """Know which module runs."""
        for path, each in module.named_modules():
            if path:
                stack.callback(each.register_forward_pre_hook(partial(self._in, path)).remove)
                stack.callback(each.register_forward_hook(self._out).remove)

    def _in(self, path: str, module: torch.nn.Module, _: Any) -> None:
        self.calls[path] += 1
        self.modules.append(ModuleCall(as_written(path), type(module).__name__, self.calls[path]))

    def _out(self, *_: Any) -> None:
        self.modules.pop()

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        keywords = kwargs or {}
        called = _called(function)
        tensors = list(tensors_in((args, keywords)))
        source = _user_line()
        if called in UNSEEN and any(id(each) not in self.state for each in tensors):
            self._refuse(called, source, UNSEEN[called])
        if keywords.get("out") is not None:
            self._refuse(called, source, "writes into out=; write z = torch.f(x)")
        if called in BRANCHING and source is not None:
            self.branches[str(source)] = None
        self.last = called, tensors, source, tuple(self.modules)
        versions = [each._version for each in tensors]
        found = function(*args, **keywords)
        written = [each for each, before in zip(tensors, versions, strict=True) if each._version != before]
        results = list(tensors_in(found))
        if any(id(each) not in self.state for each in written):
            self._check_write(called, source, written, results)
        elif written and all(each is result for each in written for result in results):
            # A count of batches, or statistics, that move on.
            return found
        fresh = [each for each in results if id(each) not in self.values or any(each is other for other in written)]
        if fresh:
            self._record(function, called, args, keywords, found, source)
            self.made = fresh
        self.last = None
        return found

    def _refuse(self, called: str, source: Source | None, remedy: str) -> Never:
        where = f" ({source})" if source else ""
        raise TracingError(f"{self.title} can't be exported, and {called}{where} in a run of it {remedy}")

    def _check_write(self, called: str, source: Source | None, written: Any, results: Any) -> None:
        """A write is seen if its tensor is the result, and no other tensor shares its memory."""
        for tensor in written:
            others = (each for each, _ in self.values.values() if each is not tensor)
            if not any(tensor is each for each in results) or called.startswith("__set"):
                self._refuse(called, source, "writes into a tensor; build a new one with torch.where or torch.cat")
            if tensor.device.type == "meta" or any(_memory(each) == _memory(tensor) for each in others):
                self._refuse(called, source, "writes into memory that another tensor shares; write it without the _")

    def _record(self, function: Any, called: str, args: Any, keywords: Any, found: Any, source: Source | None) -> None:
        values = [self._value(each, called, source) for each in tensors_in((args, keywords))]
        if not any(isinstance(each, Tracer) for each in values):
            # Without an argument that is known by name, the result is a constant.
            for each in tensors_in(found):
                array = array_of(each)
                if array is None:
                    with self.replay.at(self.modules, source):
                        self._know(each, self.replay.step(called, None, [], {}, [known(each)]))
                else:
                    self._know(each, array)
            return
        results = list(tensors_in(found))
        program = self._program(function, args, keywords)
        if program is None:
            with self.replay.at(self.modules, source):
                steps = self.replay.step(called, None, values, {}, [known(each) for each in results])
            steps = steps if isinstance(steps, tuple) else (steps,)
        else:
            given = iter(values)
            steps = replayed(program, self.replay, given, (tuple(self.modules), source))
        for tensor, value in zip(results, steps, strict=True):
            self._know(tensor, value)

    def _program(self, function: Any, args: Any, keywords: Any) -> Any:
        """What one call computes; None if it can't be exported."""
        key = repr((resolve_name(function) or function, _shapes(args), _shapes(keywords)))
        if key not in self.exported:
            try:
                plain = with_tensors((args, keywords), lambda each: each.detach())
                program: Any = torch.export.export(_Call(function), plain[0], plain[1], strict=False)
            except Exception:
                program = None
            if program is not None and program.range_constraints:
                # How long a result is depends on values, as with a mask for an index.
                self.branches[str(_user_line())] = program = None
            self.exported[key] = program
        return self.exported[key]

    def _know(self, tensor: torch.Tensor, value: Any) -> None:
        self.values[id(tensor)] = tensor, value

    def _value(self, tensor: torch.Tensor, called: str, source: Source | None) -> Any:
        if id(tensor) not in self.values:
            self._refuse(called, source, "takes a tensor that comes from code that can't be seen, such as TorchScript")
        kept, value = self.values[id(tensor)]
        if isinstance(value, partial):
            # A parameter appears where it is first used.
            value = value()
            self.values[id(tensor)] = kept, value
        return value

    def finished(self, found: Any) -> Graph:
        """The graph of a whole run."""
        results = named_outputs(with_tensors(found, lambda each: _Held(self._value(each, "return", None))))
        for line in self.branches:
            self.replay.recording.remarks.append(
                f"the picture shows what {self.title} computes for this example: {line} decides by values"
            )
        values = {name: each.value if isinstance(each, _Held) else each for name, each in results.items()}
        return self.replay.graph(values, {"name": self.title})

    def stopped(self, error: Exception) -> Graph:
        """The graph of what ran before an error, and a step that names it."""
        reason = f"{type(error).__name__}: {shorten(str(error), LONGEST, placeholder=' …')}"
        # What fails between two functions of tensors follows what the last one made.
        between = type(error).__name__, self.made, _line_of(error), tuple(self.modules)
        called, tensors, source, modules = self.last or between
        where = f" ({source})" if source else ""
        values = [self.values[id(each)][1] for each in tensors if id(each) in self.values]
        if not any(isinstance(value, Tracer) for value in values):
            raise TracingError(f"{self.title} fails{where}: {reason}") from error
        said = f"{self.title} stopped here{where}: {reason}"
        self.replay.opaque[called] = said
        values = [each() if isinstance(each, partial) else each for each in values]
        with self.replay.at(modules, source):
            found = self.replay.step(called, None, values, {}, [Known((), "float64")])
        return self.replay.graph({"stopped": found}, {"name": self.title, "stopped": said})


def _called(function: Any) -> str:
    """A function's name; that of the attribute, if it reads one."""
    name = str(getattr(function, "__name__", function))
    if name in ("__get__", "__set__"):
        return str(getattr(getattr(function, "__self__", None), "__name__", name))
    return name.lstrip("_") if name.startswith("_max_pool") else name


def _shapes(value: Any) -> Any:
    """What decides how a call is exported: shapes and dtypes of tensors, and plain values."""
    return with_tensors(value, lambda each: (tuple(each.shape), each.dtype, each.device))


def _memory(tensor: torch.Tensor) -> Any:
    return tensor.untyped_storage().data_ptr() if tensor.layout is torch.strided else None


def _user_line() -> Source | None:
    """The running line of the user's code."""
    frame = sys._getframe(1)
    while frame is not None and own_name(frame.f_code.co_filename) is None:
        frame = frame.f_back  # type: ignore[assignment]
    return Source(Path(frame.f_code.co_filename).name, frame.f_lineno) if frame is not None else None


def _line_of(error: Exception) -> Source | None:
    """The innermost line of the user's code that an error passed."""
    found, step = None, error.__traceback__
    while step is not None:
        if own_name(step.tb_frame.f_code.co_filename) is not None:
            found = Source(Path(step.tb_frame.f_code.co_filename).name, step.tb_lineno)
        step = step.tb_next
    return found


class _Held:
    """A value in a structure of results."""

    is_whole = True

    def __init__(self, value: Any) -> None:
        self.value = value


class _Call(torch.nn.Module):
    """One call of a function as a module."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        return self.function(*arguments, **keywords)

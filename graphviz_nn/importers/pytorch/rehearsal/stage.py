"""The run itself: which modules and which functions of tensors are called, and where."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode

from graphviz_nn.graph.ir import ModuleCall
from graphviz_nn.importers.pytorch.rehearsal.calls import Call, call_of
from graphviz_nn.importers.pytorch.rehearsal.indexing import steps_of_index
from graphviz_nn.importers.pytorch.rehearsal.inside import Inside
from graphviz_nn.importers.pytorch.rehearsal.shapes import Shapes
from graphviz_nn.importers.pytorch.rehearsal.twins import PLACES, Doubt, Twins
from graphviz_nn.importers.pytorch.tensors import Line, as_written, line_at, tensors_in, with_tensors

FACTS = {"shape", "dtype", "ndim", "layout", "is_sparse", "is_quantized", "is_nested", "is_mkldnn"}
"""Attributes that have nothing to do with numbers."""

QUESTIONS = {
    *("size", "dim", "numel", "nelement", "ndimension", "stride", "storage_offset", "is_contiguous", "element_size"),
    *("is_floating_point", "is_complex", "is_signed", "is_conj", "is_neg", "__len__", "is_inference", "is_same_size"),
    *("result_type", "can_cast", "promote_types"),
}
"""Functions that have nothing to do with numbers."""

CONSTANTS = {"tensor", "as_tensor", "asarray", "from_numpy", "scalar_tensor"}
"""Functions that make a tensor of numbers."""

HIDDEN = {"set_", "resize_", "resize_as_", "data", "grad", "grad_fn", "_base"}
"""What gives a tensor other memory, or another way to it."""


class Step(NamedTuple):
    """One step of aten's; the tensors of its call and its results have no numbers."""

    call: Call
    results: list[torch.Tensor]
    is_several: bool
    modules: tuple[ModuleCall, ...]
    line: Line | None

    @property
    def given(self) -> Iterator[torch.Tensor]:
        """The tensors that it reads."""
        return tensors_in((self.call.arguments, self.call.keywords))


class Rehearsal(NamedTuple):
    """What a run on shapes did: the twins of the inputs, the model's own tensors, the steps, and what it returned."""

    inputs: list[torch.Tensor]
    twins: Twins
    steps: list[Step]
    found: Any


def rehearsed(module: torch.nn.Module, given: Sequence[Any], named: Mapping[str, Any]) -> Rehearsal:
    """Run a module on the shapes of its examples.

    Raises
    ------
    Doubt
        If the run doesn't show all that it does. Other errors are those of the module.
    """
    stage = Stage(module)
    arguments, keywords = with_tensors((tuple(given), dict(named)), stage.twins.new)
    with _as_before(module), ExitStack() as stack:
        stack.callback(register_module_forward_pre_hook(stage.enter).remove)
        stack.callback(register_module_forward_hook(stage.leave, always_call=True).remove)
        stack.enter_context(stage)
        found = module(*arguments, **keywords)
    found = stage.twins.of(found) if isinstance(found, torch.Tensor) else with_tensors(found, stage.twins.of)
    for each in tensors_in(found):
        stage.twins.check(each)
    return Rehearsal(list(tensors_in((arguments, keywords))), stage.twins, stage.read(found), found)


@contextmanager
def _as_before(module: torch.nn.Module) -> Iterator[None]:
    """Give modules back what they held; a run may leave twins in them."""
    held = [each for part in module.modules() for each in (vars(part), part._parameters, part._buffers)]
    before = [dict(each) for each in held]
    try:
        yield
    finally:
        for each, kept in zip(held, before, strict=True):
            if len(each) != len(kept) or any(kept.get(name) is not value for name, value in each.items()):
                each.clear()
                each.update(kept)


class Stage(TorchFunctionMode):
    """Writes down every function of tensors that runs."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.twins, self.shapes, self.inside = Twins(module), Shapes(), Inside()
        self.steps: list[Step] = []
        self._thread, self._grad = threading.get_ident(), torch.is_grad_enabled()
        self._paths = {id(each): path for path, each in module.named_modules()}
        if len(self._paths) != len(list(module.named_modules(remove_duplicate=False))):
            raise Doubt("a module has two names")
        self._modules: list[ModuleCall] = []
        self._calls: Counter[str] = Counter()
        self._open: list[Any] = []

    def enter(self, module: torch.nn.Module, _: Any) -> None:
        """Know which module runs."""
        if threading.get_ident() != self._thread:
            return
        path = self._paths.get(id(module))
        if path is None:
            raise Doubt(f"a {type(module).__name__} runs that isn't part of the model")
        if path:
            self._calls[path] += 1
            self._modules.append(ModuleCall(as_written(path), type(module).__name__, self._calls[path]))

    def leave(self, module: torch.nn.Module, *_: Any) -> None:
        """Know that a module has run."""
        if threading.get_ident() == self._thread and self._paths.get(id(module)):
            self._modules.pop()

    def read(self, found: Any) -> list[Step]:
        """The steps but those of which only buffers hear, such as a count of batches."""
        readers = Counter(id(each) for step in self.steps for each in step.given)
        readers.update(id(each) for each in tensors_in(found))
        state = {id(self.twins.of(each)) for each in self.twins.state.values()}
        return [
            each
            for each in self.steps
            if not (each.call.name.endswith("_") and id(each.results[0]) in state and readers[id(each.results[0])] == 1)
        ]

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        keywords, name = kwargs or {}, str(getattr(function, "__name__", function))
        if isinstance(function, FunctionType) and function not in self._open[-1:]:
            return self._opened(function, args, keywords)
        if name in ("__get__", "__set__"):
            return self._attribute(name, function, args)
        if name in QUESTIONS:
            return function(*self.twins.of(args), **keywords)
        if torch.is_grad_enabled() != self._grad:
            raise Doubt("gradients are turned on or off")
        if name in CONSTANTS and not list(tensors_in((args, keywords))):
            return self.twins.constant(function(*args, **keywords))
        if name == "__getitem__":
            return self._part(function, *self.twins.of(args))
        return self._step(function, name, args, keywords)

    def _opened(self, function: Any, args: Any, keywords: Any) -> Any:
        """Run one of PyTorch's functions in Python, and see what it calls."""
        if not function.__module__.startswith("torch."):
            raise Doubt(f"{function.__name__} isn't one of PyTorch's functions")
        self._open.append(function)
        try:
            with self:
                return self.inside.of(function)(*args, **keywords)
        finally:
            self._open.pop()

    def _attribute(self, access: str, function: Any, args: Any) -> Any:
        name, tensor = getattr(getattr(function, "__self__", None), "__name__", ""), args[0]
        if access == "__set__" or name in HIDDEN:
            raise Doubt(f"{name} is hidden")
        if name in FACTS or (name == "requires_grad" and self.twins.is_state(tensor)):
            return function(tensor)
        return PLACES[name](self.twins.device) if name in PLACES else self._step(function, name, args, {})

    def _part(self, function: Any, tensor: torch.Tensor, index: Any) -> Any:
        """Indexing is several steps of aten's."""
        self.twins.check(tensor)
        found = tensor
        for step, arguments in steps_of_index(tensor.shape, index):
            found = self._step(getattr(torch.ops.aten, step), step, (found, *arguments), {})
        if found.shape != function(tensor, index).shape:
            raise Doubt("an index means something else")
        return found

    def _step(self, function: Any, name: str, args: Any, keywords: Any) -> Any:
        args, keywords = self.twins.of(args), self.twins.of(keywords)
        given = list(tensors_in((args, keywords)))
        for each in given:
            self.twins.check(each)
        if keywords.get("out") is not None or name in HIDDEN:
            raise Doubt(f"{name} writes")
        call = call_of(name, args, keywords)
        if call is None:
            raise Doubt(f"aten has no {name} with such arguments")
        found = self.shapes.run(function, args, {**keywords, "device": "meta"} if call.is_made else keywords)
        results = list(tensors_in(found))
        if any(each.device.type != "meta" for each in results):
            raise Doubt(f"{name} gives numbers")
        for each in results:
            if self.twins.knows(each) and self.twins.is_written(each):
                if not name.endswith("_") or name.endswith("__") or each is not given[0]:
                    raise Doubt(f"{name} writes")
                self.twins.know(each)
            elif not self.twins.knows(each):
                self.twins.know(each)
        if results:
            line = line_at(sys._getframe(2), rehearsed.__code__)
            self.steps.append(Step(call, results, results[0] is not found, tuple(self._modules), line))
        return found

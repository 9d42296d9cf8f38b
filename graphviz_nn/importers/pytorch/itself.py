"""A module itself behind its graph: the numbers of its examples, and its own backward pass."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
import torch

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Array
from graphviz_nn.importers.pytorch.outputs import named
from graphviz_nn.tracing.original import Original
from graphviz_nn.tracing.specs import Spec
from graphviz_nn.tracing.structure import leaves, replaced

Taken: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]
"""What a module is called with: arguments in order, and by name."""


def original(module: torch.nn.Module, title: str, taken: Taken, names: Sequence[str], given: Any) -> Original:
    """The module of a graph.

    Parameters
    ----------
    names : sequence of str
        The graph's inputs, in the order of the tensors in `taken`.
    given : nested arrays, tensors and specs
        The same as the user gave it; only there tensors hold numbers.
    """
    tensors = [each for _, each in leaves(taken) if isinstance(each, torch.Tensor)]
    known = dict(zip(names, tensors, strict=False))

    def gradients(values: Mapping[str, Array], of: str, wrt: Sequence[str]) -> tuple[Array, dict[str, Array]]:
        with _in_float64():
            fed = {name: torch.tensor(value).to(_device(module)) for name, value in values.items()}
            moved = [fed[name].requires_grad_() for name in wrt]
            entered = iter([fed[name] if name in fed else _double(each) for name, each in known.items()])
            arguments = replaced(taken, torch.Tensor, lambda *_: next(entered))
            try:
                found = named(torch.func.functional_call(module, _state(module, fed), *arguments))[of].reshape(())
                slopes = torch.autograd.grad(found, moved, allow_unused=True) if found.requires_grad else []
            except Exception as error:
                said = str(error).strip().partition("\n")[0]
                raise GradientError(
                    f"{title} itself can't be run in float64, to compare with its own backward pass "
                    f"({type(error).__name__}: {said})"
                ) from error
        back = {name: np.zeros(each.shape) for name, each in zip(wrt, moved, strict=True)}
        back |= {name: each.cpu().numpy() for name, each in zip(wrt, slopes, strict=False) if each is not None}
        return found.detach().cpu().numpy(), back

    shown = [each for _, each in leaves(given) if isinstance(each, torch.Tensor | np.ndarray | Spec)]
    return Original("torch", {name: each for name, each in zip(names, shown, strict=False) if _holds(each)}, gradients)


def _holds(value: Any) -> bool:
    """Whether an example has numbers, not only a shape."""
    return isinstance(value, np.ndarray) or (isinstance(value, torch.Tensor) and value.device.type != "meta")


def _state(module: torch.nn.Module, fed: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Parameters and buffers for one call: values of the graph's leaves, and what the graph doesn't use as it is."""
    pairs = [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]
    shared: dict[int, list[str]] = {}
    for path, each in pairs:
        shared.setdefault(id(each), []).append(path)
    found = {}
    for each in {id(each): each for _, each in pairs}.values():
        # Tied weights are given once.
        paths = shared[id(each)]
        path = next((path for path in paths if path in fed), paths[0])
        found[path] = fed[path] if path in fed else _double(each)
    return found


def _double(tensor: torch.Tensor) -> torch.Tensor:
    """A copy, in float64 if it has a floating point."""
    dtype = torch.float64 if tensor.is_floating_point() else tensor.dtype
    if tensor.device.type == "meta":
        return torch.zeros(tensor.shape, dtype=dtype)
    return tensor.detach().clone().to(dtype)


def _device(module: torch.nn.Module) -> torch.device:
    devices = (each.device for each in module.parameters() if each.device.type != "meta")
    return next(devices, torch.device("cpu"))


@contextmanager
def _in_float64() -> Iterator[None]:
    """Make what the module makes itself in float64, too, and record its gradients."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(before)

"""Examples of a model's arguments: tensors, arrays, or shapes."""

import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Role
from graphviz_nn.tracing.specs import Spec
from graphviz_nn.tracing.structure import replaced


def examples_of(
    module: torch.nn.Module, examples: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Tensors where the user gave shapes or arrays; the floating-point dtype is that of the module.

    Raises
    ------
    TracingError
        If a tensor is of a kind that has no picture.
    """
    for name, parameter in (*module.named_parameters(), *module.named_buffers()):
        if is_lazy(parameter):
            raise TracingError(
                f"{name} of {type(module).__name__} has no shape yet; run the module once, before it is traced"
            )
    known = next((each for each in module.parameters() if each.is_floating_point()), None)
    given = tuple(_tensors(each, known, f"argument {number}") for number, each in enumerate(examples, 1))
    taken = given, {name: _tensors(each, known, name) for name, each in keywords.items()}
    devices = [each.device for each in module.parameters()]
    found: tuple[tuple[Any, ...], dict[str, Any]] = replaced(
        taken,
        torch.Tensor,
        # Where an example is makes no difference to a graph, but to a run.
        lambda _, each: each.to(devices[0]) if devices and each.device not in devices else each,
    )
    return found


def _tensors(value: Any, known: Any, name: str) -> Any:
    if isinstance(value, Spec):
        tensor = torch.zeros(value.variable.shape, dtype=getattr(torch, value.variable.dtype))
        if value.variable.value is not None:
            tensor = torch.from_numpy(np.array(value.variable.value))
        return _beside(tensor, known)
    if isinstance(value, np.ndarray):
        return _beside(torch.from_numpy(np.array(value)), known)
    if isinstance(value, torch.Tensor):
        return _dense(value, name)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_tensors(each, known, name) for each in value))
    if isinstance(value, list | tuple):
        return type(value)(_tensors(each, known, f"{name}[{place}]") for place, each in enumerate(value))
    if isinstance(value, Mapping):
        return {key: _tensors(each, known, f"{name}[{key!r}]") for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        _registered(type(value))
        return dataclasses.replace(
            value,
            **{each.name: _tensors(getattr(value, each.name), known, each.name) for each in dataclasses.fields(value)},
        )
    return value


def _beside(tensor: torch.Tensor, known: Any) -> torch.Tensor:
    """An example where the module's parameters are, in their floating-point dtype."""
    if known is None:
        return tensor
    return tensor.to(known.device, known.dtype if tensor.is_floating_point() else tensor.dtype)


def _registered(kind: type) -> None:
    """Let the framework look into a dataclass; once is enough."""
    with suppress(ValueError):
        torch.export.register_dataclass(kind)


def _dense(tensor: torch.Tensor, name: str) -> torch.Tensor:
    if tensor.is_complex():
        remedy = "give its real and imaginary parts, torch.view_as_real(x)"
        raise TracingError(f"{name} is a complex tensor, which can't be traced; {remedy}")
    return _strided(tensor, name)


def _strided(tensor: torch.Tensor, name: str) -> torch.Tensor:
    if tensor.is_nested:
        problem, remedy = "nested", "pad it: torch.nested.to_padded_tensor(x, 0.0)"
    elif tensor.layout is not torch.strided:
        problem, remedy = "sparse", "give x.to_dense()"
    elif tensor.is_quantized:
        problem, remedy = "quantised", "give x.dequantize()"
    else:
        return tensor
    raise TracingError(f"{name} is a {problem} tensor, which can't be traced; {remedy}")


def lengths_alone(examples: Sequence[Any]) -> tuple[int, ...]:
    """The whole numbers that examples consist of, as a shape would; () if there is anything else.

    >>> lengths_alone([(1, 3, 32, 32)]), lengths_alone([1, 3]), lengths_alone([torch.zeros(2), 3])
    ((1, 3, 32, 32), (1, 3), ())
    """
    if len(examples) == 1 and isinstance(examples[0], list | tuple):
        examples = examples[0]
    return tuple(examples) if all(type(each) is int for each in examples) else ()


def refuse_others(tensors: Mapping[str, torch.Tensor]) -> None:
    """Refuse parameters and buffers of a kind that has no picture."""
    for name, tensor in tensors.items():
        _strided(tensor, name)


def roles_of(examples: Sequence[Any], keywords: Mapping[str, Any]) -> list[Role]:
    """The roles of the arguments' leaves, in order: those of specs, otherwise inputs."""
    return list(_roles((*examples, *keywords.values())))


def _roles(value: Any) -> Iterator[Role]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _roles(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _roles(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | Spec):
        for field in dataclasses.fields(value):
            yield from _roles(getattr(value, field.name))
    else:
        yield value.variable.role if isinstance(value, Spec) else "input"


def named_leaves(module: torch.nn.Module, given: Sequence[Any], named: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The leaves of arguments, named by the parameters of forward and the keys on the way to them."""
    taken = [
        name
        for name, each in inspect.signature(module.forward).parameters.items()
        if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    for number, value in enumerate(given):
        yield from _paths(taken[number] if number < len(taken) else f"arguments_{number}", value)
    for name, value in named.items():
        yield from _paths(name, value)


def _paths(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    inside = dict(enumerate(value)) if isinstance(value, list | tuple) else value
    if isinstance(inside, Mapping):
        for key, each in inside.items():
            yield from _paths(f"{name}_{key}", each)
    else:
        yield name, value

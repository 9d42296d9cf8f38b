"""Models of other frameworks: which framework a model belongs to, and the importer that reads it."""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from os import PathLike
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from graphviz_nn.errors import TracingError, UsageError
from graphviz_nn.graph.ir import Graph


class Framework(NamedTuple):
    """A framework's name, and the module in `graphviz_nn.importers` that reads its models; "" if there is none.

    The module has a function ``imported(model, examples, keywords)`` that returns a graph.
    """

    name: str
    importer: str = ""


FRAMEWORKS = {
    "equinox": Framework("Equinox", "jax_functions"),
    "flax": Framework("Flax", "jax_functions"),
    "jax": Framework("JAX", "jax_functions"),
    "jaxlib": Framework("JAX", "jax_functions"),
    "keras": Framework("Keras", "keras_models"),
    "onnx": Framework("ONNX", "onnx_model"),
    "tensorflow": Framework("TensorFlow"),
    "torch": Framework("PyTorch", "pytorch"),
}
"""Frameworks whose models aren't functions of NumPy arrays, by their packages."""


def framework_of(model: Any) -> Framework | None:
    """The framework of a model, or of an array; None if it has none.

    >>> framework_of(lambda x: x) is None
    True
    """
    modules = [kind.__module__ for kind in type(model).__mro__]
    return next((FRAMEWORKS[root] for each in modules if (root := each.partition(".")[0]) in FRAMEWORKS), None)


def _of_parts(value: Any) -> Iterator[Framework]:
    """The frameworks of a value and of what lists and dicts hold."""
    found = framework_of(value)
    if found is not None:
        yield found
    elif isinstance(value, Mapping):
        yield from (each for part in value.values() for each in _of_parts(part))
    elif isinstance(value, list | tuple):
        yield from (each for part in value for each in _of_parts(part))


def _of_function(model: Any) -> Framework | None:
    """JAX, if a function or one that it calls by name uses it, or PyTorch, if it uses a module: its examples may be
    specs or plain arrays."""
    if not {"jax", "torch"} & sys.modules.keys():
        return None
    waiting, known = [inspect.unwrap(model)] if callable(model) else [], set[int]()
    while waiting:
        function = waiting.pop()
        function = getattr(function, "func", getattr(function, "__func__", function))
        if not isinstance(function, FunctionType) or id(function) in known:
            continue
        known.add(id(function))
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        around = {**function.__globals__, **dict(cells)}
        for name in _names(function.__code__):
            value = around.get(name)
            value = getattr(value, "cell_contents", None) if name in function.__code__.co_freevars else value
            home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
            if str(home).partition(".")[0] == "jax":
                return FRAMEWORKS["jax"]
            if any(each.__module__.startswith("torch.nn.") for each in type(value).__mro__):
                return FRAMEWORKS["torch"]
            waiting.append(value)
    return None


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function reads, also in functions within it."""
    yield from (*code.co_names, *code.co_freevars)
    yield from (name for each in code.co_consts if isinstance(each, CodeType) for name in _names(each))


def is_model_class(kind: type) -> bool:
    """Whether the instances of a class are models of a framework.

    >>> is_model_class(dict)
    False
    """
    return any(each.__module__.partition(".")[0] in FRAMEWORKS for each in kind.__mro__)


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph | None:
    """The graph of a file, of a framework's model or of a function of its arrays; None for other functions.

    Raises
    ------
    UsageError
        If there is no importer for the framework.
    TracingError
        If the model is a class.
    """
    if isinstance(model, type) and is_model_class(model):
        raise TracingError(f"{model.__name__} is a class; give an instance, {model.__name__}()")
    if isinstance(model, str | PathLike):
        specs: dict[Any, Any] = dict(enumerate(examples))
        specs.update(keywords)
        opened: Graph = import_module("graphviz_nn.importers").open_model(str(model), specs)
        return opened
    framework = next(_of_parts([model, *examples, *keywords.values()]), None) or _of_function(model)
    if framework is None:
        return None
    if not framework.importer:
        title = getattr(model, "__name__", type(model).__name__)
        raise UsageError(
            f"{title} is a {framework.name} model, which can't be imported; write its forward pass with NumPy, "
            "and give its weights as graphviz_nn.parameter(array)"
        )
    read: Graph = import_module(f"graphviz_nn.importers.{framework.importer}").imported(model, examples, keywords)
    return read

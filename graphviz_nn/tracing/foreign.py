"""Models of other frameworks: which framework a model belongs to, and the importer that reads it."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from os import PathLike
from typing import Any, NamedTuple

from graphviz_nn.errors import UsageError
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
    "keras": Framework("Keras"),
    "onnx": Framework("ONNX"),
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


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph | None:
    """The graph of a file, of a framework's model or of a function of its arrays; None for other functions.

    Raises
    ------
    UsageError
        If there is no importer for the framework.
    """
    if isinstance(model, str | PathLike):
        opened: Graph = import_module("graphviz_nn.importers").open_model(str(model), keywords)
        return opened
    frameworks = (framework_of(each) for each in (model, *examples, *keywords.values()))
    framework = next((each for each in frameworks if each is not None), None)
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

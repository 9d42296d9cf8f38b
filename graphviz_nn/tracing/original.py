"""The model of another framework that a graph was imported from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.specs import Spec

Gradients: TypeAlias = Callable[[Mapping[str, Array], str, Sequence[str]], tuple[Array, dict[str, Array]]]


@dataclass(frozen=True)
class Original:
    """The model behind a graph.

    Parameters
    ----------
    framework : str
        The framework's package.
    given : mapping of str to array
        The numbers of its examples, by the names of the graph's leaves, as the framework holds them.
    gradients : callable, optional
        Runs the model itself, in float64, on the values of the graph's leaves. It takes these, the name of an output
        and the names of leaves, and returns the output and its gradients by the framework.
    """

    framework: str
    given: Mapping[str, Any] = field(default_factory=dict)
    gradients: Gradients | None = None


# Not a fact of the graph: it can't be saved, and a graph that computes something else has no such model.
_ORIGINALS: "WeakKeyDictionary[Graph, Original]" = WeakKeyDictionary()


def remember(graph: Graph, original: Original) -> Graph:
    """The same graph, whose model `original_of` knows as long as it lives."""
    _ORIGINALS[graph] = original
    return graph


def original_of(graph: Graph) -> Original | None:
    """The model that this very graph was imported from.

    >>> original_of(Graph()) is None
    True
    """
    return _ORIGINALS.get(graph)


def with_numbers(examples: Mapping[str, Any]) -> dict[str, Any]:
    """Those examples by name that have numbers, not only a shape.

    >>> from graphviz_nn.tracing import input
    >>> with_numbers({"x": [1.0, 2.0], "y": input(2)})
    {'x': [1.0, 2.0]}
    """
    return {name: each for name, each in examples.items() if not isinstance(each, Spec)}

"""Accept a function with specs as defaults wherever a graph is expected."""

from collections.abc import Callable
from typing import Any, TypeAlias

from graphviz_nn.graph.check import check
from graphviz_nn.graph.ir import Graph
from graphviz_nn.tracing.trace import trace

Traceable: TypeAlias = Graph | Callable[..., Any]


def graph_of(model: Traceable) -> Graph:
    """Return the checked graph of a model; trace a function with the specs in its defaults.

    Raises
    ------
    TracingError
        If an argument of the function has no spec, or the function can't be traced.
    GraphError
        If the graph breaks an invariant, or the model is neither a graph nor a function.

    Examples
    --------
    >>> from graphviz_nn.tracing import input
    >>> def double(x=input(3)):
    ...     return 2 * x
    >>> list(graph_of(double).operations)
    ['multiply']
    """
    graph = trace(model) if callable(model) and not isinstance(model, Graph) else model
    check(graph)
    return graph

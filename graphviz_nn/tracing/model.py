"""What is taken wherever a graph is: a function whose arguments say what they are."""

from collections.abc import Callable
from typing import Any, TypeAlias

from graphviz_nn.graph.check import check
from graphviz_nn.graph.ir import Graph
from graphviz_nn.tracing.trace import trace

Traceable: TypeAlias = Graph | Callable[..., Any]


def graph_of(model: Traceable) -> Graph:
    """The graph of a model, checked; a function is traced, with the specs that its arguments have as defaults.

    Raises
    ------
    TracingError
        Where an argument of the function has no spec, or the function can't be traced.
    GraphError
        Where the graph breaks an invariant, or the model is neither a graph nor a function.

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

"""Accept a function with specs as defaults, or another framework's model, wherever a graph is expected."""

import inspect
from collections.abc import Callable, Mapping
from os import PathLike
from typing import Any, TypeAlias

from graphviz_nn.graph.check import check
from graphviz_nn.graph.ir import Graph
from graphviz_nn.tracing.foreign import framework_of
from graphviz_nn.tracing.trace import has_spec, trace

Traceable: TypeAlias = Graph | Callable[..., Any] | str | PathLike[str]


def graph_of(model: Traceable, example: Any = ()) -> Graph:
    """Return the checked graph of a model; trace a function with the specs in its defaults.

    Parameters
    ----------
    model : Graph, callable or path
        A graph, a function, a file, or a model of another framework.
    example : tensor, tuple of them, or mapping
        What the model takes: its argument, its arguments in order, or by name.

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
    graph: Any = model
    if not isinstance(model, Graph) and (callable(model) or isinstance(model, str | PathLike) or framework_of(model)):
        named = isinstance(example, Mapping)
        given = () if named else example if isinstance(example, tuple) else (example,)
        graph = trace(model, *given, **(example if named else {}))
    check(graph)
    found: Graph = graph
    return found


def takes(model: Any, argument: str) -> bool:
    """Whether a keyword of this name is a value for an argument of the model: of a graph, or of a function that says so
    by a spec.

    >>> from graphviz_nn.tracing import input
    >>> takes(lambda example=input(3): 2 * example, "example"), takes(lambda x=input(3): 2 * x, "example")
    (True, False)
    """
    if isinstance(model, Graph):
        return True
    if framework_of(model) is not None or not callable(model):
        return False
    try:
        found = inspect.signature(model).parameters.get(argument)
    except (TypeError, ValueError):
        return False
    return found is not None and has_spec(found.default)

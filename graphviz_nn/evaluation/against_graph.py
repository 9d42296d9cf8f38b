"""Gradients of another graph, evaluated with the same feeds."""

from collections.abc import Iterable, Mapping
from inspect import Parameter, signature
from typing import Any

import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.evaluation.feeds import checked
from graphviz_nn.evaluation.prepared import Prepared
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.trace import has_spec


def is_model(against: Any) -> bool:
    """Whether an object is a graph, or a function whose arguments have specs."""
    if isinstance(against, Graph) or not callable(against):
        return isinstance(against, Graph)
    try:
        defaults = [each.default for each in signature(against).parameters.values()]
    except (TypeError, ValueError):
        return False
    return any(each is not Parameter.empty and has_spec(each) for each in defaults)


def gradients(
    graph: Graph, other: Graph, feeds: Mapping[str, Any], of: str | None, wrt: Iterable[str]
) -> tuple[Array, dict[str, Array]]:
    """The value and the gradients of another graph, in float64, for all names that both graphs have.

    Raises
    ------
    GradientError
        If the graphs share no names, or a requested name is missing.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> one, other = (trace(model, t=parameter(())) for model in (lambda t: t**3, lambda t: t * t * t))
    >>> gradients(one, other, {"t": 2.0}, None, ())
    (array(8.), {'t': array(12.)})
    """
    names = list(wrt) or [name for name in _arguments(graph) if name in _arguments(other)]
    missing = next((name for name in names if name not in other.variables), None)
    if missing is not None or not names:
        found = f"has no {missing!r}" if missing else "has no argument of the same name"
        raise GradientError(f"the graph in against= {found}; it has {', '.join(_arguments(other)) or 'none'}")
    ready = Prepared(other, of if of in other.variables else None, names)
    leaves = ready.graph.leaves
    own = {name: v.value for name, v in graph.leaves.items() if v.value is not None and name in leaves}
    taken = {*leaves, *other.graph.get("structures", ()), *other.graph.get("entries", ())}
    fed = {name: value for name, value in feeds.items() if name in taken}
    values = ready.interpreter.run(checked(ready.graph, {**own, **fed}))
    return np.asarray(values[ready.of]), {name: np.asarray(values[ready.gradients[name]]) for name in names}


def _arguments(graph: Graph) -> list[str]:
    leaves = graph.leaves.items()
    return [name for name, v in leaves if v.role != "constant" and np.dtype(v.dtype).kind in "fc"]

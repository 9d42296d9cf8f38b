"""The classic networks: from the state to a traced graph.

Two classes are the two outputs of a softmax, not one unit: in the view of units each class has its circle, their heat
maps show both sides of the boundary, and the same network serves data of the user with three classes or more.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from graphviz_nn import nn
from graphviz_nn.graph.ir import Graph
from graphviz_nn.playground.state import MODEL, State
from graphviz_nn.tracing import input, parameter, target, trace
from graphviz_nn.training.model import up_to

FUNCTIONS: dict[str, Callable[[Any], Any] | None] = {
    "tanh": nn.tanh,
    "relu": nn.relu,
    "sigmoid": nn.sigmoid,
    "linear": None,
}
"""The function of each activation; none for a linear layer."""


def shapes(state: State, columns: int = 2, outputs: int | None = None) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter, in order.

    Parameters
    ----------
    columns : int
        The number of columns of the data; all are features if there aren't two.
    outputs : int, optional
        The number of classes, or of numbers to predict; default as for generated data.

    Examples
    --------
    >>> shapes(State(hidden=(3,)))
    {'W1': (3, 2), 'b1': (3,), 'W2': (2, 3), 'b2': (2,)}
    """
    first = len(state.features) if columns == 2 else columns
    last = outputs or (2 if state.problem == "classification" else 1)
    found: dict[str, tuple[int, ...]] = {}
    for number, (before, after) in enumerate(pairwise((first, *state.hidden, last)), 1):
        found |= {f"W{number}": (after, before), f"b{number}": (after,)}
    return found


def computes_features(state: State, columns: int = 2) -> bool:
    """Whether the network starts with a layer of features; otherwise the inputs are its features."""
    return columns == 2 and state.features != ("x1", "x2")


def network(state: State, columns: int = 2, outputs: int | None = None) -> Graph:
    """Trace the network of a state, for one example; as for `shapes`. The same network is the same graph.

    Examples
    --------
    >>> list(network(State(hidden=(3,))).leaves)
    ['x', 'y', 'W1', 'b1', 'W2', 'b2']
    """
    model = {name: getattr(state, name) for name in MODEL}
    return _traced(State(**model), columns, outputs)


@lru_cache(maxsize=16)
def _traced(state: State, columns: int, outputs: int | None) -> Graph:
    parameters = shapes(state, columns, outputs)
    layers, activation = len(state.hidden) + 1, FUNCTIONS[state.activation]

    def loss(x: Any, y: Any, **p: Any) -> dict[str, Any]:
        found = {"phi": nn.features(x, *state.features)} if computes_features(state, columns) else {}
        a = found.get("phi", x)
        for number in range(1, layers + 1):
            z = found[f"z{number}"] = nn.linear(a, p[f"W{number}"], p[f"b{number}"])
            a = z
            if activation and number < layers:
                a = found[f"a{number}"] = activation(z)
        if state.problem == "regression":
            return {"loss": nn.squared_error(z, y), **found}
        found["p"] = nn.softmax(z)
        return {"loss": nn.cross_entropy(found["p"], y), **found}

    (last,) = list(parameters.values())[-1]
    specs = {name: parameter(shape) for name, shape in parameters.items()}
    # As outputs, the variables have their names.
    graph = up_to(trace(loss, x=input(columns), y=target(last), **specs), "loss")
    for name, operation in graph.operations.items():
        # Nobody wrote these lines.
        graph.add_node(name, data=replace(operation, source=None))
    return graph

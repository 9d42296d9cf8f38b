"""What is only round-off: a remainder of terms that cancel, however it is passed on."""

from collections.abc import Mapping

import numpy as np

from graphviz_nn.graph import Graph
from graphviz_nn.graph.ir import Array

# Operations that add terms; that pass on the entries of their arguments; and that multiply them.
SUMS = ("add", "subtract", "sum", "mean", "matmul")
PASSING = (
    "negative",
    "where",
    "getitem",
    "set_at",
    "reshape",
    "transpose",
    "broadcast_to",
    "squeeze",
    "expand_dims",
    "concatenate",
)
SCALING = ("multiply", "divide")
# A remainder is followed over so many operations.
FAR = 8


def scale(graph: Graph, name: str, values: Mapping[str, Array], far: int = FAR) -> float:
    """The size of the terms that make up a variable, against which it may be round-off; 0 if nothing cancels there.

    Examples
    --------
    >>> from graphviz_nn.evaluation import evaluate
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: -((x + 0.2) - 0.3), x=input(()))
    >>> values = {name: np.asarray(0.1) for name in graph.variables}
    >>> scale(graph, graph.outputs[0], values)
    0.3
    """
    producer = graph.producer(name)
    if producer is None or not far:
        return 0.0
    operation, given = graph.operation(producer), graph.arguments(producer)
    known = {slot: values[each] for slot, each in given.items() if each in values}
    known |= {slot: np.asarray(each) for slot, each in operation.literals.items()}
    if operation.op in SUMS:
        sizes = [_largest(each) for each in known.values()]
        if operation.op == "matmul":
            return float(np.prod(sizes))
    elif operation.op not in (*PASSING, *SCALING):
        return 0.0
    else:
        sizes = []
    for slot, each in given.items():
        others = [value for other, value in known.items() if other != slot] if operation.op in SCALING else []
        if operation.op == "divide" and slot:
            continue
        factor = float(np.prod([_factor(value, operation.op) for value in others]))
        sizes.append(factor * scale(graph, each, values, far - 1) if factor else 0.0)
    return max(sizes, default=0.0)


def terms(graph: Graph, name: str, far: int = FAR) -> set[str]:
    """The variables whose values `scale` needs to know."""
    found, ends = set[str](), {name}
    for _ in range(far):
        producers = {producer for each in ends if (producer := graph.producer(each)) is not None}
        adding = {each for each in producers if graph.operation(each).op in (*SUMS, *PASSING, *SCALING)}
        ends = {v for each in adding for v in graph.arguments(each).values()} - found
        found |= ends
    return found


def _largest(value: Array) -> float:
    return float(np.abs(value).max()) if value.size else 0.0


def _factor(value: Array, op: str) -> float:
    """By how much what it multiplies may grow, or what it divides."""
    if op == "multiply":
        return _largest(value)
    least = float(np.abs(value).min()) if value.size else 0.0
    return 1.0 / least if least else 0.0

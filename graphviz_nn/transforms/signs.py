"""Minus signs moved behind products: authors write exp(-w @ x) for exp(-(w @ x)), the same number to the last bit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.transforms.contract import Unused

# What a minus sign before it may stand behind, by the slots of the operand; and as what it is then computed.
BEHIND: Mapping[str, tuple[tuple[int, ...], str]] = {
    "matmul": ((0, 1), "matmul"),
    "multiply": ((0, 1), "multiply"),
    "sum": ((0,), "sum"),
    # -p - b is -(p + b).
    "subtract": ((0,), "add"),
}
# Where layers have their minus sign: sigmoid is 1 / (1 + exp(-z)).
BEFORE = "exp"


@dataclass(frozen=True)
class _Move:
    """A negation, and the steps that it moves behind, each with its result."""

    negation: str
    steps: tuple[tuple[str, str], ...]


def moved_behind(graph: Graph) -> Graph:
    """The graph with minus signs behind products and sums wherever the exponential of these follows.

    Examples
    --------
    >>> import numpy as np, graphviz_nn as gnn
    >>> graph = gnn.trace(lambda w, x: np.exp(-w @ x), w=gnn.parameter(2), x=gnn.input(2))
    >>> [operation.op for operation in moved_behind(graph).operations.values()]
    ['matmul', 'negative', 'exp']
    """
    moves = list(_moves(graph))
    if not moves:
        return graph
    found, unused = graph.copy(), Unused(graph)
    for move in moves:
        _do(found, move, unused)
    return _sorted(found)


def _moves(graph: Graph) -> Iterator[_Move]:
    wiring, moved = Wiring(graph), set[str]()
    for name, operation in wiring.operations.items():
        if operation.op != "negative":
            continue
        (value,) = wiring.results[name]
        steps: list[tuple[str, str]] = []
        while (user := _only_user(graph, value)) is not None:
            step, slot = user
            if graph.operation(step).op == BEFORE and steps:
                moved.update(each for each, _ in steps)
                yield _Move(name, tuple(steps))
            slots, _ = BEHIND.get(graph.operation(step).op, ((), ""))
            if slot not in slots or step in moved or graph.operation(step).scope != operation.scope:
                break
            (value,) = wiring.results[step]
            steps.append((step, value))


def _only_user(graph: Graph, name: str) -> tuple[str, int] | None:
    """The operation that alone takes an unnamed value, and in which slot."""
    is_unnamed = name in graph.graph.get("anonymous", ()) and graph.variable(name).label is None
    if name in graph.outputs or not is_unnamed or not graph.variable(name).dtype.startswith("float"):
        return None
    users = list(graph.out_edges(name, keys=True))
    return (users[0][1], users[0][2]) if len(users) == 1 else None


def _do(graph: Graph, move: _Move, unused: Unused) -> None:
    """Put the negation behind the steps; what is between has another sign, and so another name."""
    (given,), (before,) = graph.arguments(move.negation).values(), graph.results(move.negation)
    graph.remove_edge(given, move.negation, key=0)
    unnamed = []
    for step, result in move.steps:
        operation = graph.operation(step)
        graph.nodes[step]["data"] = replace(operation, op=BEHIND[operation.op][1])
        slot = next(slot for slot, argument in graph.arguments(step).items() if argument == before)
        graph.add_edge(given, step, key=slot)
        given = unused(result)
        unnamed.append(given)
        graph.add_variable(given, graph.variable(result))
        graph.add_edge(step, given, key=0)
        graph.remove_node(before)
        before = result
        graph.remove_edge(step, result, key=0)
    graph.add_edge(given, move.negation, key=0)
    graph.add_edge(move.negation, before, key=0)
    graph.graph["anonymous"] = (*graph.graph["anonymous"], *unnamed)


def _sorted(graph: Graph) -> Graph:
    """The same graph, each operation after those whose results it takes."""
    found = Graph(**graph.graph)
    for name, variable in graph.leaves.items():
        found.add_variable(name, variable)
    for name in graph.computation_order():
        found.add_node(name, data=graph.operation(name))
        for result in graph.results(name):
            found.add_variable(result, graph.variable(result))
    found.connect(graph.edges(keys=True))
    found.graph["anonymous"] = tuple(name for name in found.graph["anonymous"] if name in found)
    return found

"""A network as a chain of vectors, with the steps between them."""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

import networkx as nx

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.examples import FACT, axes, one
from graphviz_nn.forms.weights import Weights, weights
from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.fold import inlined
from graphviz_nn.views.kinds import entrywise


@dataclass(frozen=True)
class Step:
    """The step from one vector of the chain to the next.

    Parameters
    ----------
    operations : tuple of str
        All operations: those of a weighted sum, and its activation.
    sum : str
        The variable that is the weighted sum, "" if there is none.
    activation : str
        The operation after the weights, or the only one, or "".
    """

    given: str
    made: str
    operations: tuple[str, ...]
    weights: Weights | None = None
    sum: str = ""
    activation: str = ""


def chain(graph: Graph, most: int) -> tuple[Graph, str, list[Step]]:
    """The graph with nested layers opened, the input vector, and the steps from there.

    Parameters
    ----------
    most : int
        The most entries of a vector whose weights are needed.

    Raises
    ------
    UsageError
        If the graph isn't a chain of vectors.
    """
    graph = _opened(graph)
    variables, operations = _line(graph)
    graph = _of_one_example(graph, variables)
    steps = []
    start = 0
    while start < len(operations):
        steps.append(_step(graph, variables[start:], operations[start:], most))
        start += len(steps[-1].operations)
    return graph, variables[0], steps


def drawn(length: int, most: int) -> list[int | None]:
    """The entries of a vector that are drawn; None stands for those left out.

    >>> drawn(3, 3), drawn(9, 4)
    ([0, 1, 2], [0, 1, None, 8])
    """
    return list(range(length)) if length <= most else [*range(most - 2), None, length - 1]


def entries(graph: Graph, name: str) -> int:
    """The number of entries of a vector."""
    return prod(one(graph, name))


def is_entrywise(graph: Graph, step: Step) -> bool:
    """Whether each entry depends only on the entry at the same position."""
    here = graph.variable(step.made).shape
    if step.weights is not None:
        return here == graph.variable(step.given).shape and all(row == c for row, c in step.weights.entries)
    single = graph.operation(step.activation)
    arguments = graph.arguments(step.activation).values()
    return all(graph.variable(v).shape in (here, ()) for v in arguments) and entrywise(single)


def _opened(graph: Graph) -> Graph:
    """Open layers that consist of layers."""
    while layers := {
        name: operation.body
        for name, operation in graph.operations.items()
        if operation.body is not None
        and any(inner.body is not None for inner in operation.body.operations.values())
        and _is_learned(graph, name)
    }:
        graph = inlined(graph, layers)
    return graph


def _is_learned(graph: Graph, operation: str) -> bool:
    return any(graph.variable(v).role == "parameter" for v in graph.arguments(operation).values())


def _line(graph: Graph) -> tuple[list[str], list[str]]:
    """The vectors from the input to the prediction, and the operations between them."""
    inputs = [n for n, v in graph.leaves.items() if v.role == "input"]
    inputs = [n for n in inputs if graph.degree(n)] or inputs
    if len(inputs) != 1:
        found = f"the inputs are {', '.join(inputs)}" if inputs else "there is no input"
        raise UsageError(f"the view 'units' draws the steps of one input vector, but {found}; use view='layers'")
    targets = [n for n, v in graph.leaves.items() if v.role == "target"]
    compared = {n for target in targets for n in (target, *nx.descendants(graph, target))}
    flow = nx.descendants(graph, inputs[0])
    variables, operations = inputs, list[str]()
    while True:
        _refuse_more(graph, variables[-1])
        users = [n for n in dict.fromkeys(graph.successors(variables[-1])) if n not in compared]
        if not users:
            break
        operations.append(_only_user(graph, variables[-1], users, flow))
        variables.append(graph.results(operations[-1])[0])
    # The logarithm of a likelihood belongs to the loss, not to the network.
    while compared and operations and graph.operation(operations[-1]).op in ("log", "negative"):
        operations.pop()
        variables.pop()
    return variables, operations


def _refuse_more(graph: Graph, name: str) -> None:
    shape = graph.variable(name).shape
    if len(shape) > 2 or 0 in shape:
        raise UsageError(_no_vector(graph, name))


def _no_vector(graph: Graph, name: str) -> str:
    extent = "×".join(map(str, graph.variable(name).shape))
    return f"the view 'units' draws vectors, but {_told(graph, name)} is {extent}; use view='layers'"


def _of_one_example(graph: Graph, variables: list[str]) -> Graph:
    """Find the axis of the examples, if the graph is written for a batch or for columns."""
    matrices = [name for name in variables if len(graph.variable(name).shape) > 1]
    if not matrices:
        return graph
    found = axes(graph, variables)
    if found is None:
        raise UsageError(_no_vector(graph, matrices[0]))
    graph = graph.copy()
    graph.graph[FACT] = found
    return graph


def _only_user(graph: Graph, name: str, users: list[str], flow: Collection[str]) -> str:
    """The only operation that takes a vector; its other arguments are parameters or constants."""
    problem = ""
    operation = graph.operation(users[0])
    others = [v for v in graph.arguments(users[0]).values() if v != name]
    joined = [v for v in others if v in flow or not _is_fixed(graph, v)]
    more = graph.results(users[0])[1:]
    if len(users) > 1:
        problem = f"{_told(graph, name)} goes to {' and '.join(str(graph.operation(user)) for user in users[:2])}"
    elif joined or more:
        way = "goes into" if joined else "comes out of"
        problem = f"{_told(graph, (joined or more)[0])} {way} {operation} too"
    if problem:
        raise UsageError(f"the view 'units' draws a chain, but {problem}; use view='layers'")
    return users[0]


def _is_fixed(graph: Graph, name: str) -> bool:
    """Whether a value is a leaf, or computed from parameters and constants alone; else it is of another network."""
    above = nx.ancestors(graph, name)
    return all(v.role in ("parameter", "constant") for leaf, v in graph.leaves.items() if leaf in above)


def _told(graph: Graph, name: str) -> str:
    """A variable as errors name it."""
    producer = graph.producer(name)
    is_anonymous = name in graph.graph.get("anonymous", ()) and graph.variable(name).label is None
    return f"the result of {graph.operation(producer)}" if producer and is_anonymous else name


def _step(graph: Graph, variables: list[str], operations: list[str], most: int) -> Step:
    """The first step of a line: a weighted sum with its activation, or a single operation."""
    given = variables[0]
    columns = [column for column in drawn(entries(graph, given), most) if column is not None]
    found, taken = None, 0
    for count, operation in enumerate(operations, 1):
        more = weights(graph, operations[:count], given, variables[count], columns)
        if more is None or not _is_learned(graph, operation):
            break
        found, taken = more, count
    if found is None:
        return Step(given, variables[1], (operations[0],), activation=operations[0])
    total, following = variables[taken], operations[taken : taken + 1]
    if (
        following
        and total not in graph.outputs
        and not _is_learned(graph, following[0])
        and graph.variable(variables[taken + 1]).shape == graph.variable(total).shape
    ):
        return Step(given, variables[taken + 1], tuple(operations[: taken + 1]), found, total, following[0])
    return Step(given, total, tuple(operations[:taken]), found, total)

"""A graph prepared for the rules: as written, and as layers."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import networkx as nx

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.transforms.fold import BACKWARD, fold, unfold
from graphviz_nn.transforms.origin import made_of
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.stable import split
from graphviz_nn.views.kinds import Kind, kinds

# Operations that only rearrange entries.
ARRANGING = frozenset(["reshape", "transpose", "broadcast_to", "astype", "getitem", "stack", "concatenate", "positive"])
# Of more lines, only the first and the last are named.
LISTED = 4


class Model:
    """Properties of a graph that rules use, computed on demand.

    Parameters
    ----------
    written : Graph
        Every operation as its author wrote it, without the backward pass.
    """

    def __init__(self, graph: Graph) -> None:
        self.written = _forward(unfold(graph))

    @cached_property
    def folded(self) -> Graph:
        """Function calls as one operation each, except calls that contain both a prediction and its loss."""

        def whole(title: str, members: list[str]) -> bool:
            roles = {self.written.variable(v).role for name in members for v in self.written.arguments(name).values()}
            return {"parameter", "target"} <= roles

        return fold(self.written, whole)

    @cached_property
    def seen(self) -> Graph:
        """Layers as one operation each, recognised formulas included; losses on logits as two."""
        return split(recognise(self.folded))

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each operation of `seen`."""
        return kinds(self.seen)

    @cached_property
    def position(self) -> dict[str, int]:
        """The position of every node in order of definition."""
        return {name: number for number, name in enumerate(self.written)}

    @cached_property
    def live(self) -> frozenset[str]:
        """The outputs, and the nodes that they depend on."""
        outputs = self.written.outputs
        met, waiting = set(outputs), list(outputs)
        while waiting:
            new = [name for name in self.written.predecessors(waiting.pop()) if name not in met]
            met.update(new)
            waiting += new
        return frozenset(met)

    @cached_property
    def anonymous(self) -> frozenset[str]:
        """The variables without a name in the author's code."""
        return frozenset(self.written.graph.get("anonymous", ()))

    @cached_property
    def of_target(self) -> frozenset[str]:
        """The variables of `seen` computed from targets and constants alone."""
        return made_of(self.seen, "target")

    def roles(self, *roles: str) -> list[str]:
        """The arguments of the model with one of these roles."""
        return [name for name, variable in self.written.leaves.items() if variable.role in roles]

    def steps(self, operation: str) -> tuple[str, ...]:
        """The original steps of an operation of `seen`."""
        return tuple(name for name in _steps(self.seen, operation) if name in self.written)

    def named(self, variable: str) -> str:
        """The name of a variable, or of the operation that computes it."""
        producer = self.written.producer(variable) if variable in self.written else None
        if variable not in self.anonymous or producer is None:
            return variable
        return f"the result of {self.written.operation(producer).op}"


def _forward(graph: Graph) -> Graph:
    backward = {name for name, op in graph.operations.items() if op.scope[:1] == (BACKWARD,)}
    if not backward:
        return graph
    # Results of the backward pass belong to it, whatever their scope.
    gone = backward.union(*(nx.descendants(graph, name) for name in backward))
    found: Graph = graph.copy()
    found.remove_nodes_from(gone)
    found.remove_nodes_from([n for n, v in found.leaves.items() if v.role == "constant" and not found.out_degree(n)])
    found.outputs = (name for name in graph.outputs if name in found)
    return found


def _steps(graph: Graph, name: str) -> Iterator[str]:
    operation = graph.operation(name)
    inside = operation.body if operation.written is None else operation.written
    if inside is None:
        yield name
        return
    for each in inside.operations:
        yield from _steps(inside, each)


def arranged(graph: Graph, variable: str) -> str:
    """The variable that another one is only a rearrangement of."""
    while (step := graph.producer(variable)) is not None:
        arguments = graph.arguments(step)
        if graph.operation(step).op not in ARRANGING or len(arguments) != 1:
            break
        (variable,) = arguments.values()
    return variable


def maker(graph: Graph, variable: str) -> Operation | None:
    """The operation that computes a variable."""
    step = graph.producer(variable)
    return None if step is None else graph.operation(step)


def at(operations: Iterable[Operation]) -> str:
    """The lines of operations, each once: `` (model.py:3 and model.py:4)``; "" if unknown."""
    found = list(dict.fromkeys(str(each.source) for each in operations if each.source))
    if len(found) > LISTED:
        found[1:-1] = ["…"]
    return f" ({' and '.join(filter(None, [', '.join(found[:-1]), *found[-1:]]))})" if found else ""

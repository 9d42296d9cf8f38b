"""What is connected to what in a graph, read once: for passes over the whole of it."""

from collections.abc import Collection, Iterator

from graphviz_nn.graph.ir import Graph, Operation, Variable
from graphviz_nn.graph.order import order


class Wiring:
    """A graph's nodes by kind and its edges by node; asking for one costs the same however large the graph is.

    It doesn't follow what is changed in the graph later.

    Attributes
    ----------
    operations, variables : dict
        By name, in order of definition.
    position : dict of str to int
        The place of each node in order of definition.
    arguments : dict of str to dict of int to str
        The variables in the argument slots of each operation, in order.
    results : dict of str to tuple of str
        The variables that each operation computes.
    producer : dict of str to str
        The operation that computes a variable; leaves aren't in it.
    users : dict of str to list of str
        The operations that take a variable, once for each slot.
    """

    def __init__(self, graph: Graph) -> None:
        self.operations: dict[str, Operation] = {}
        self.variables: dict[str, Variable] = {}
        self.position: dict[str, int] = {}
        self.arguments: dict[str, dict[int, str]] = {}
        self.results: dict[str, tuple[str, ...]] = {}
        self.producer: dict[str, str] = {}
        self.users: dict[str, list[str]] = {}
        for number, (name, data) in enumerate(graph.contents()):
            self.position[name] = number
            if isinstance(data, Operation):
                self.operations[name] = data
                self.arguments[name] = {}
            else:
                self.variables[name] = data
                self.users[name] = []
        results: dict[str, dict[int, str]] = {}
        for tail, head, slot in graph.edges(keys=True):
            if head in self.operations:
                self.arguments[head][slot] = tail
                self.users[tail].append(head)
            else:
                results.setdefault(tail, {})[slot] = head
                self.producer[head] = tail
        for name, given in self.arguments.items():
            if len(given) > 1:
                self.arguments[name] = dict(sorted(given.items()))
            made = results.get(name, {})
            self.results[name] = tuple(made.values()) if len(made) < 2 else tuple(made[slot] for slot in sorted(made))

    def order(self) -> Iterator[str]:
        """The operations so that each comes after those it needs, otherwise in order of definition."""
        needs = {name: sum(v in self.producer for v in given.values()) for name, given in self.arguments.items()}
        return order(needs, lambda name: (user for result in self.results[name] for user in self.users[result]))

    def constants_of(self, operations: Collection[str]) -> set[str]:
        """The constants that only these operations take."""
        inside = set(operations)
        taken = {v for name in operations for v in self.arguments[name].values()}
        return {v for v in taken if self.variables[v].role == "constant" and inside.issuperset(self.users[v])}

"""The connections of a graph, read once, for passes over all of it."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from graphviz_nn.graph.ir import Graph, Operation, Variable
from graphviz_nn.graph.order import order


class Wiring:
    """A graph's nodes by kind and its edges by node; a look-up takes the same time in a graph of any size.

    Later changes of the graph have no effect on it.

    Attributes
    ----------
    operations, variables : dict
        By name, in order of definition.
    position : dict of str to int
        The position of each node in order of definition.
    arguments : dict of str to dict of int to str
        The variables in the argument slots of each operation, in order.
    results : dict of str to tuple of str
        The variables that each operation computes.
    producer : dict of str to str
        The operation that computes a variable; leaves are absent.
    users : dict of str to list of str
        The operations that take a variable, once per slot.
    """

    def __init__(self, graph: Graph) -> None:
        operations, arguments, position = dict[str, Operation](), dict[str, dict[int, str]](), dict[str, int]()
        variables, users = dict[str, Variable](), dict[str, list[str]]()
        results, producer = dict[str, tuple[str, ...]](), dict[str, str]()
        for number, (name, data) in enumerate(graph.contents()):
            position[name] = number
            if isinstance(data, Operation):
                operations[name], arguments[name], results[name] = data, {}, ()
            else:
                variables[name], users[name] = data, []
        adjacent: Iterable[tuple[str, Mapping[str, Iterable[int]]]] = graph.adjacency()  # type: ignore[assignment]
        for tail, heads in adjacent:
            if tail in operations:
                if len(heads) == 1:
                    ((head, slots),) = heads.items()
                    results[tail], producer[head] = (head,) * len(tuple(slots)), tail
                    continue
                made = [(slot, head) for head, slots in heads.items() for slot in slots]
                results[tail] = tuple(head for _, head in (sorted(made) if len(made) > 1 else made))
                producer.update(dict.fromkeys(heads, tail))
                continue
            for head, slots in heads.items():
                for slot in slots:
                    arguments[head][slot] = tail
                    users[tail].append(head)
        for name, given in arguments.items():
            if len(given) > 1:
                arguments[name] = dict(sorted(given.items()))
        self.operations, self.variables, self.position = operations, variables, position
        self.arguments, self.results, self.producer, self.users = arguments, results, producer, users

    def order(self) -> tuple[str, ...]:
        """The operations in the order of computation, otherwise in order of definition."""
        return self._order

    @cached_property
    def _order(self) -> tuple[str, ...]:
        if self._is_in_order():
            return tuple(self.operations)
        needs = {name: sum(v in self.producer for v in given.values()) for name, given in self.arguments.items()}
        return tuple(order(needs, lambda name: (user for made in self.results[name] for user in self.users[made])))

    def _is_in_order(self) -> bool:
        """Whether every operation is defined after those whose results it takes, as in traced graphs."""
        position, producer = self.position, self.producer
        for name, given in self.arguments.items():
            here = position[name]
            for variable in given.values():
                if variable in producer and position[producer[variable]] > here:
                    return False
        return True

    def constants_of(self, operations: Collection[str]) -> set[str]:
        """The constants that only these operations take."""
        inside = set(operations)
        taken = {v for name in operations for v in self.arguments[name].values()}
        return {v for v in taken if self.variables[v].role == "constant" and inside.issuperset(self.users[v])}

"""A graph as a list of lines in the order of computation, which passes rewrite."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple, TypeAlias

from graphviz_nn.graph.ir import Graph, Number, Operation, Role, Variable
from graphviz_nn.graph.wiring import Wiring

Slot: TypeAlias = str | Number
"""An argument of a line: a variable by name, or a plain number."""


class Line(NamedTuple):
    """One operation: its arguments and attributes, its result, and the operation that the user wrote."""

    op: str
    given: tuple[Slot, ...]
    attributes: Mapping[str, Any]
    result: str
    name: str
    origin: Operation


class Listing(NamedTuple):
    """The lines of a graph, all its variables, and the names of those that are asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> listing = Listing.of(trace(lambda x: 2 * np.tanh(x), x=input(3)))
    >>> [(line.op, line.given, line.result) for line in listing.lines]
    [('tanh', ('x',), 'v1'), ('multiply', (2, 'v1'), 'output')]
    """

    lines: list[Line]
    variables: dict[str, Variable]
    outputs: tuple[str, ...]
    differentiated: tuple[str, ...] = ()
    """The variables whose gradients are among the lines."""

    @staticmethod
    def of(graph: Graph, outputs: Iterable[str] | None = None) -> "Listing":
        """Read a graph without folded operations; `outputs` are those asked for, default its own."""
        wiring, lines = Wiring(graph), list[Line]()
        for name in wiring.order():
            operation, arguments = wiring.operations[name], wiring.arguments[name]
            given: tuple[Slot, ...] = tuple(arguments.values())
            if operation.literals:
                slots: dict[int, Slot] = {**arguments, **operation.literals}
                given = tuple(slots[slot] for slot in sorted(slots))
            (result,) = wiring.results[name]
            lines.append(Line(operation.op, given, operation.attributes, result, name, operation))
        wanted = tuple(dict.fromkeys(graph.outputs if outputs is None else outputs))
        return Listing(lines, wiring.variables, wanted, tuple(graph.graph.get("differentiated", ())))

    @property
    def leaves(self) -> dict[str, Variable]:
        """The variables that no line computes."""
        made = {line.result for line in self.lines}
        return {name: variable for name, variable in self.variables.items() if name not in made}

    def graph(self) -> Graph:
        """The graph of these lines."""
        found, wanted = Graph(), set(self.outputs)
        for name, variable in self.leaves.items():
            found.add_variable(name, variable)
        taken, edges = set(self.variables), list[tuple[str, str, int]]()
        for line in self.lines:
            name, count = line.name, 2
            while name in taken:
                name, count = f"{line.name}_{count}", count + 1
            taken.add(name)
            literals: dict[int, Number] = {i: each for i, each in enumerate(line.given) if not isinstance(each, str)}
            same = line.op == line.origin.op and literals == line.origin.literals
            spelled = line.origin.spelled if same else {}
            operation = replace(line.origin, op=line.op, attributes=line.attributes, literals=literals, spelled=spelled)
            found.add_node(name, data=operation)
            edges += [(each, name, i) for i, each in enumerate(line.given) if isinstance(each, str)]
            edges.append((name, line.result, 0))
            variable = self.variables[line.result]
            role: Role = "output" if line.result in wanted else "intermediate"
            found.add_variable(line.result, variable if variable.role == role else replace(variable, role=role))
        found.connect(edges)
        found.outputs = self.outputs
        if self.differentiated:
            found.graph["differentiated"] = self.differentiated
        return found


Rewrite: TypeAlias = Callable[[Listing], Listing]


class Pass:
    """A step of the compiler: a graph to one that computes the same outputs.

    Parameters
    ----------
    rewrite : callable
        The same on listings, which the compiler runs one after another.
    """

    def __init__(self, rewrite: Rewrite) -> None:
        self.rewrite = rewrite
        wraps(rewrite)(self)

    def __call__(self, graph: Graph) -> Graph:
        return self.rewrite(Listing.of(graph)).graph()

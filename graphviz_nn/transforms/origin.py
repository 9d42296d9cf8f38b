"""Where things come from: what variables are made of, and lines of code."""

from dataclasses import replace

from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.graph.wiring import Wiring

# What only puts the entries of one array in another order.
REARRANGING = frozenset(["transpose", "reshape", "astype"])


def made_of(graph: Graph | Wiring, role: Role) -> frozenset[str]:
    """The variables of a role, and what is computed from these and constants alone."""
    wiring = graph if isinstance(graph, Wiring) else Wiring(graph)
    found = {name for name, variable in wiring.variables.items() if variable.role == role}
    constants = {name for name, variable in wiring.variables.items() if variable.role == "constant"}
    for name in wiring.order():
        arguments = wiring.arguments[name].values()
        if not found.isdisjoint(arguments) and all(v in found or v in constants for v in arguments):
            found.update(wiring.results[name])
    return frozenset(found)


def rearranged(graph: Graph, variable: str) -> tuple[str, ...]:
    """A variable and what it is made of by rearranging entries alone, up to a leaf or to what is computed otherwise."""
    found = [variable]
    while (step := graph.producer(found[-1])) is not None and graph.operation(step).op in REARRANGING:
        found += graph.arguments(step).values()
    return tuple(found)


def without_lines(graph: Graph) -> Graph:
    """A definition that was just traced, without lines of code: where it is first needed mustn't show."""
    for name, operation in graph.operations.items():
        graph.nodes[name]["data"] = replace(operation, source=None)
    return graph

"""Origins of variables, and of lines of code."""

from dataclasses import replace

from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.graph.wiring import Wiring

# Operations that only reorder the entries of one array.
REARRANGING = frozenset(["transpose", "reshape", "astype"])


def made_of(graph: Graph | Wiring, role: Role) -> frozenset[str]:
    """The variables of a role, and those computed from them and constants alone."""
    wiring = graph if isinstance(graph, Wiring) else Wiring(graph)
    found = {name for name, variable in wiring.variables.items() if variable.role == role}
    constants = {name for name, variable in wiring.variables.items() if variable.role == "constant"}
    for name in wiring.order():
        arguments = wiring.arguments[name].values()
        if not found.isdisjoint(arguments) and all(v in found or v in constants for v in arguments):
            found.update(wiring.results[name])
    return frozenset(found)


def rearranged(graph: Graph, variable: str) -> tuple[str, ...]:
    """A variable and its sources by rearrangement alone, up to a leaf or another computation."""
    found = [variable]
    while (step := graph.producer(found[-1])) is not None and graph.operation(step).op in REARRANGING:
        found += graph.arguments(step).values()
    return tuple(found)


def learned_in(graph: Graph, operation: str) -> tuple[str, ...]:
    """The parameters that an operation takes, also rearranged."""
    leaves = dict.fromkeys(rearranged(graph, each)[-1] for each in graph.arguments(operation).values())
    return tuple(name for name in leaves if graph.variable(name).role == "parameter")


def without_lines(graph: Graph) -> Graph:
    """A freshly traced definition, without lines of code, which would depend on its first use."""
    for name, operation in graph.operations.items():
        graph.nodes[name]["data"] = replace(operation, source=None)
    return graph

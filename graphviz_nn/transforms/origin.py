"""What variables are made of."""

from graphviz_nn.graph.ir import Graph, Role
from graphviz_nn.graph.wiring import Wiring


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

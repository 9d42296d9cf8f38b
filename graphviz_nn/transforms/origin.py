"""What variables are made of."""

from graphviz_nn.graph.ir import Graph, Role


def made_of(graph: Graph, role: Role) -> frozenset[str]:
    """The variables of a role, and what is computed from these and constants alone."""
    found = {name for name, variable in graph.leaves.items() if variable.role == role}
    for name in graph.computation_order():
        arguments = graph.arguments(name).values()
        if found.intersection(arguments) and all(v in found or graph.variable(v).role == "constant" for v in arguments):
            found.update(graph.results(name))
    return frozenset(found)

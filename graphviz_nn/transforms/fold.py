"""Calls of a function as one operation each, and back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import networkx as nx

from graphviz_nn.graph.ir import Graph, Operation

# The backward pass has this scope; its steps are shown one by one.
BACKWARD = "grad"


def calls(graph: Graph) -> dict[tuple[str, ...], list[str]]:
    """The outermost function calls of a graph, each with its operations."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, operation in graph.operations.items():
        if operation.scope and operation.scope[0] != BACKWARD and operation.body is None:
            found[operation.scope[:1]].append(name)
    return dict(found)


def fold(graph: Graph) -> Graph:
    """The graph with every function call drawn together to one operation, which keeps what it computes.

    A call stays open, with a remark, where a path leaves it and comes back or where nothing goes in.
    """
    for scope, members in calls(graph).items():
        graph = _contract(graph, scope, members)
    return graph


def _contract(graph: Graph, scope: tuple[str, ...], members: list[str]) -> Graph:
    function = scope[0].split(":")[0]
    inside = set(members)
    made = {each for name in members for each in graph.results(name)}
    results = [v for v in graph.variables if v in made and (v in graph.outputs or set(graph.successors(v)) - inside)]
    arguments = list(dict.fromkeys(v for n in members for v in graph.arguments(n).values() if v not in made))
    constants = {v for v in arguments if graph.variable(v).role == "constant" and set(graph.successors(v)) <= inside}
    arguments = [v for v in arguments if v not in constants]
    quotient = nx.DiGraph(graph)
    quotient.remove_nodes_from(inside | (made - set(results)))
    outside = set(results)
    returns = any(set(nx.descendants(quotient, v)) & set(arguments) for v in outside)
    if returns:
        graph = graph.copy()
        graph.remark(f"{function} stays open: what it computes comes back into it")
        return graph
    body = Graph()
    for name, data in graph.contents():
        if name in inside:
            body.add_operation(name, replace(data, scope=data.scope[1:]), (), ())
        elif name in made:
            body.add_variable(name, replace(data, role="output" if name in results else "intermediate"))
        elif name in arguments:
            body.add_variable(name, replace(data, role="input", value=None))
        elif name in constants:
            body.add_variable(name, data)
    body.add_edges_from((t, h, k) for t, h, k in graph.edges(keys=True) if t in inside or h in inside)
    body.outputs = results
    body.graph["arguments"] = tuple(arguments)
    body.graph["anonymous"] = tuple(graph.graph.get("anonymous", ()))
    first = graph.operation(members[0])
    folded = Operation(function, scope=scope, source=first.source, body=body)
    return _rebuilt(graph, inside | constants | (made - set(results)), members[-1], folded, arguments, results)


def _rebuilt(
    graph: Graph,
    dropped: set[str],
    place: str,
    folded: Operation,
    arguments: Iterable[str],
    results: Iterable[str],
) -> Graph:
    """The graph without the dropped nodes and with an operation in the place of one of them."""
    found = Graph()
    found.graph.update(graph.graph)
    title = folded.op
    while title in graph and title not in dropped:
        title += "_"
    for name, data in graph.contents():
        if name == place:
            found.add_node(title, data=folded)
        elif name not in dropped:
            found.add_node(name, data=data)
    results = list(results)
    found.add_edges_from(
        (t, h, k) for t, h, k in graph.edges(keys=True) if t in found and h in found and not (t == title or h == title)
    )
    for slot, v in enumerate(arguments):
        found.add_edge(v, title, key=slot)
    for slot, v in enumerate(results):
        found.add_edge(title, v, key=slot)
    return found


def unfold(graph: Graph) -> Graph:
    """The graph with every folded operation opened."""
    folded = {name: op for name, op in graph.operations.items() if op.body is not None}
    if not folded:
        return graph
    found = Graph()
    found.graph.update(graph.graph)
    for name, data in graph.contents():
        if name not in folded:
            found.add_node(name, data=data)
            continue
        body = unfold(folded[name].body or Graph())
        for inner, content in body.contents():
            if inner in body.graph["arguments"] or inner in body.outputs:
                continue
            scoped = (
                replace(content, scope=(*data.scope, *content.scope)) if isinstance(content, Operation) else content
            )
            found.add_node(inner, data=scoped)
        found.add_edges_from(body.edges(keys=True))
    for name, variable in graph.variables.items():
        found.add_variable(name, variable)
    found.add_edges_from((t, h, k) for t, h, k in graph.edges(keys=True) if t not in folded and h not in folded)
    return found

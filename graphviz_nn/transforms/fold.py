"""Fold function calls into single operations, and unfold them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import networkx as nx

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.transforms.contract import Block, Unused, contract

# The steps of the backward pass have this scope, and stay single.
BACKWARD = "grad"


Opens: TypeAlias = Callable[[str, list[str]], bool]


def _none(title: str, members: list[str]) -> bool:
    return False


def fold(graph: Graph, opens: Opens = _none) -> Graph:
    """Fold function calls into single operations that keep their computation.

    Parameters
    ----------
    opens : callable
        Whether a call, given by its function and its operations, stays open, so that only inner calls fold.

    A call also stays open, with a remark, if a path leaves it and comes back.
    """
    return contract(graph, calls(graph, opens))


def calls(graph: Graph, opens: Opens) -> list[Block]:
    """The function calls that `fold` folds: the outermost ones that don't stay open."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    waiting = [(n, o.scope, 1) for n, o in graph.operations.items() if o.scope and o.scope[0] != BACKWARD]
    while waiting:
        groups: dict[tuple[str, ...], list[tuple[str, tuple[str, ...], int]]] = defaultdict(list)
        for name, scope, depth in waiting:
            groups[scope[:depth]].append((name, scope, depth))
        waiting = []
        for scope, entries in groups.items():
            members = [name for name, _, _ in entries]
            if opens(title(scope[-1]), members):
                waiting += [(name, whole, depth + 1) for name, whole, depth in entries if len(whole) > depth]
            else:
                found[scope] = members
    return [Block(title(scope[-1]), tuple(members), scope) for scope, members in found.items()]


def title(call: str) -> str:
    """The function of a part of a scope.

    >>> title("softmax:2")
    'softmax'
    """
    return call.rpartition(":")[0] or call


def unfold(graph: Graph) -> Graph:
    """Open every folded operation, so that the graph is as written."""
    if not _bodies(graph):
        return graph
    found = _opened(graph, _written_here)
    # Names in an author's formula may refer to other variables now.
    return found if nx.is_directed_acyclic_graph(found) else _opened(graph, lambda graph, name: None)


def _opened(graph: Graph, known: Callable[[Graph, str], Graph | None]) -> Graph:
    """Open every folded operation: by name if the author's formula is known, otherwise by position."""
    bodies = _bodies(graph)
    found, names = Graph(), Unused(name for name in graph if name not in bodies)
    found.graph.update(graph.graph)
    brought: list[Any] = []
    anonymous = list(graph.graph.get("anonymous", ()))
    for name, data in graph.contents():
        if name not in bodies:
            found.add_node(name, data=data)
            continue
        shown = known(graph, name)
        body = unfold(bodies[name] if shown is None else shown)
        arguments: Iterable[str] = body.graph.get("arguments", ())
        here = dict(zip(arguments, graph.arguments(name).values() if shown is None else arguments, strict=True))
        here.update(zip(body.outputs, graph.results(name) if shown is None else body.outputs, strict=True))
        for inner, content in body.contents():
            if inner in here:
                continue
            here[inner] = names(inner)
            if isinstance(content, Operation):
                content = replace(content, scope=(*data.scope, *content.scope), modules=content.modules or data.modules)
            found.add_node(here[inner], data=content)
        brought += [(here[t], here[h], k) for t, h, k in body.edges(keys=True)]
        anonymous += [here.get(each, each) for each in bodies[name].graph.get("anonymous", ())]
    for name, variable in graph.variables.items():
        found.add_variable(name, variable)
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True) if t not in bodies and h not in bodies)
    found.connect(brought)
    # A value that only the view has, such as the probabilities inside a loss on logits.
    added = [n for n, v in found.variables.items() if v.role in ("intermediate", "output") and not found.in_degree(n)]
    found.remove_nodes_from(added)
    found.graph["anonymous"] = tuple(dict.fromkeys(anonymous))
    return found


def _written_here(graph: Graph, name: str) -> Graph | None:
    """The author's formula of a folded operation, if the graph has the variables in it."""
    body, variables, results = graph.operation(name).written, graph.variables, set(graph.results(name))
    if body is None:
        return None
    ends = (*body.graph.get("arguments", ()), *body.outputs)
    known = all(end in variables and variables[end].shape == body.variable(end).shape for end in ends)
    return body if known and results.issuperset(body.outputs) else None


def shallow(graph: Graph) -> Graph:
    """Open folded operations that contain folded operations."""
    while nested := {name: body for name, body in _bodies(graph).items() if _bodies(body)}:
        graph = inlined(graph, nested)
    return graph


def flat(graph: Graph) -> Graph:
    """Replace every folded operation by its contents."""
    shallowest = shallow(graph)
    bodies = _bodies(shallowest)
    return inlined(shallowest, bodies) if bodies else shallowest


def _bodies(graph: Graph) -> dict[str, Graph]:
    return {name: op.body for name, op in graph.operations.items() if op.body is not None}


def inlined(graph: Graph, bodies: Mapping[str, Graph]) -> Graph:
    """Replace some operations by their bodies; the new names are kept as a fact.

    ``graph.graph["inlined"]`` has the new operations for each replaced one.
    """
    found = Graph()
    found.graph.update(graph.graph)
    names = Unused(graph)
    edges: list[Any] = [(t, h, k) for t, h, k in graph.edges(keys=True) if t not in bodies and h not in bodies]
    anonymous = list(graph.graph.get("anonymous", ()))
    brought: dict[str, tuple[str, ...]] = {}
    for name, data in graph.contents():
        if name not in bodies:
            found.add_node(name, data=data)
            continue
        body = bodies[name]
        here = dict(zip(body.graph["arguments"], graph.arguments(name).values(), strict=True))
        here.update(zip(body.outputs, graph.results(name), strict=True))
        for inner, content in body.contents():
            if inner in here:
                continue
            here[inner] = names(inner)
            if isinstance(content, Operation):
                content = replace(
                    content,
                    scope=(*data.scope, *content.scope),
                    source=content.source or data.source,
                    modules=content.modules or data.modules,
                )
            found.add_node(here[inner], data=content)
        brought[name] = tuple(here[each] for each in body.operations)
        anonymous += [here[each] for each in body.variables if each in body.graph.get("anonymous", ())]
        edges += [(here[t], here[h], k) for t, h, k in body.edges(keys=True)]
    found.connect(edges)
    found.graph["anonymous"] = tuple(dict.fromkeys(anonymous))
    found.graph["inlined"] = brought
    return found

"""Parts of a graph as one operation each, and back."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import networkx as nx

from graphviz_nn.graph.ir import Graph, Operation, Source, Variable

# The backward pass has this scope; its steps are shown one by one.
BACKWARD = "grad"


@dataclass(frozen=True)
class Block:
    """Operations that are to become one.

    Parameters
    ----------
    title : str
        The name of what they compute together.
    members : tuple of str
        The operations, in order of definition.
    arguments : tuple of str, optional
        The variables that it is given, in order; what the members take from outside where not said.
    body : Graph, optional
        What is computed instead of the members; its leaves take the arguments in order.
    """

    title: str
    members: tuple[str, ...]
    scope: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    body: Graph | None = None


Opens: TypeAlias = Callable[[str, list[str]], bool]


def _none(title: str, members: list[str]) -> bool:
    return False


def fold(graph: Graph, opens: Opens = _none) -> Graph:
    """The graph with function calls drawn together to one operation each, which keeps what it computes.

    Parameters
    ----------
    opens : callable
        Whether a call, given by its function and its operations, stays open, so that only the calls inside it
        are folded.

    A call also stays open, with a remark, where a path leaves it and comes back.
    """
    return contract(graph, calls(graph, opens))


def calls(graph: Graph, opens: Opens) -> list[Block]:
    """The function calls that `fold` draws together: the outermost ones that don't stay open."""
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
    """The function of a scope's part.

    >>> title("softmax:2")
    'softmax'
    """
    return call.rpartition(":")[0] or call


def contract(graph: Graph, blocks: Iterable[Block]) -> Graph:
    """The graph with each block as one operation; blocks don't overlap."""
    blocks = list(blocks)
    if not blocks:
        return graph
    kept, returning = _convex(graph, blocks)
    found = Graph()
    found.graph.update(graph.graph)
    for block in returning:
        found.remark(f"{block.title} stays open: what it computes comes back into it")
    position = {name: number for number, name in enumerate(graph)}
    unread = {(v, name) for block in kept for name in block.members for v in _unread(graph, block, name)}
    outputs = frozenset(graph.outputs)
    places = {block.members[-1]: _folded(graph, block, outputs, position, unread) for block in kept}
    inner = {name for each in places.values() for name in each.inner}
    names = _Unused(name for name in graph if name not in inner)
    titles: dict[str, str] = {}
    for name, data in graph.contents():
        if name in places:
            titles[name] = names(places[name].operation.op)
            found.add_node(titles[name], data=places[name].operation)
        elif name not in inner:
            found.add_node(name, data=data)
    found.add_edges_from((t, h, k) for t, h, k in graph.edges(keys=True) if t not in inner and h not in inner)
    for place, each in places.items():
        for slot, argument in enumerate(each.arguments):
            found.add_edge(argument, titles[place], key=slot)
        for slot, result in enumerate(each.results):
            found.add_edge(titles[place], result, key=slot)
    return found


class _Unused:
    """Names that are given once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.count: Counter[str] = Counter()

    def __call__(self, wish: str) -> str:
        name = wish
        while name in self.taken:
            self.count[wish] += 1
            name = f"{wish}_{self.count[wish] + 1}"
        self.taken.add(name)
        return name


@dataclass(frozen=True)
class _Folded:
    """A block's operation, its arguments and results, and the nodes that vanish inside it."""

    operation: Operation
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    inner: frozenset[str]


def _convex(graph: Graph, blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks that can be contracted together, and those that must stay open lest there be a cycle."""
    kept, returning = blocks, list[Block]()
    while True:
        owner: dict[str, int] = {name: number for number, block in enumerate(kept) for name in block.members}
        maker = {v: owner[name] for name in owner for v in graph.results(name)}
        quotient: nx.DiGraph[str | int] = nx.DiGraph()
        for tail, head in graph.edges():
            # A value that a block computes and uses itself is no way out of it.
            if tail not in maker or maker[tail] != owner.get(head):
                quotient.add_edge(owner.get(tail, tail), owner.get(head, head))
        knots = (knot for knot in nx.strongly_connected_components(quotient) if len(knot) > 1)
        opened = {max(n for n in knot if isinstance(n, int)) for knot in knots}
        if not opened:
            return kept, returning
        returning += [block for number, block in enumerate(kept) if number in opened]
        kept = [block for number, block in enumerate(kept) if number not in opened]


def _unread(graph: Graph, block: Block, member: str) -> list[str]:
    """What a member reads, but not the definition that replaces it."""
    if block.body is None or block.arguments is None:
        return []
    return [v for v in graph.arguments(member).values() if v not in block.arguments]


def _folded(
    graph: Graph,
    block: Block,
    outputs: Collection[str],
    position: Mapping[str, int],
    unread: Collection[tuple[str, str]],
) -> _Folded:
    members = set(block.members)
    made = [v for name in block.members for v in graph.results(name)]
    inside = set(made)
    results = [
        v
        for v in made
        if v in outputs or any(head not in members and (v, head) not in unread for head in graph.successors(v))
    ]
    results.sort(key=position.__getitem__)
    taken = dict.fromkeys(v for n in block.members for v in graph.arguments(n).values() if v not in inside)
    constants = [
        v for v in taken if graph.variable(v).role == "constant" and all(n in members for n in graph.successors(v))
    ]
    given = tuple(v for v in taken if v not in constants)
    arguments = given if block.arguments is None else block.arguments
    written = _body(graph, block, given if block.body else arguments, constants, results, position)
    operation = Operation(
        block.title,
        scope=block.scope,
        source=_source(graph, block),
        body=block.body or written,
        written=written if block.body else None,
    )
    inner = frozenset(members | (inside - set(results)) | set(constants))
    return _Folded(operation, arguments, tuple(results), inner)


def _source(graph: Graph, block: Block) -> Source | None:
    """The line of the last step: there the author says what comes out."""
    return graph.operation(block.members[-1]).source if not block.scope else graph.operation(block.members[0]).source


def _body(
    graph: Graph,
    block: Block,
    arguments: Iterable[str],
    constants: Iterable[str],
    results: list[str],
    position: Mapping[str, int],
) -> Graph:
    """What the members compute, names kept."""
    depth = len(block.scope)
    data: dict[str, Variable | Operation] = {}
    for name in arguments:
        data[name] = replace(graph.variable(name), role="input", value=None)
    for name in constants:
        data[name] = graph.variable(name)
    for name in block.members:
        operation = graph.operation(name)
        data[name] = replace(operation, scope=operation.scope[depth:])
        for each in graph.results(name):
            data[each] = replace(graph.variable(each), role="output" if each in results else "intermediate")
    body = Graph()
    for name in sorted(data, key=position.__getitem__):
        body.add_node(name, data=data[name])
    for name in block.members:
        for slot, argument in graph.arguments(name).items():
            body.add_edge(argument, name, key=slot)
        for slot, result in enumerate(graph.results(name)):
            body.add_edge(name, result, key=slot)
    body.outputs = results
    body.graph["arguments"] = tuple(arguments)
    anonymous = set(graph.graph.get("anonymous", ()))
    body.graph["anonymous"] = tuple(name for name in data if name in anonymous)
    return body


def unfold(graph: Graph) -> Graph:
    """The graph as it was written: every folded operation opened."""
    folded = {name: graph.operation(name) for name in _bodies(graph)}
    if not folded:
        return graph
    found = Graph()
    found.graph.update(graph.graph)
    brought: list[Any] = []
    for name, data in graph.contents():
        if name not in folded:
            found.add_node(name, data=data)
            continue
        body = unfold(data.written if data.written is not None else data.body or Graph())
        for inner, content in body.contents():
            if inner in body.graph.get("arguments", ()) or inner in body.outputs:
                continue
            scoped = (
                replace(content, scope=(*data.scope, *content.scope)) if isinstance(content, Operation) else content
            )
            found.add_node(inner, data=scoped)
        brought += body.edges(keys=True)
    for name, variable in graph.variables.items():
        found.add_variable(name, variable)
    found.add_edges_from((t, h, k) for t, h, k in graph.edges(keys=True) if t not in folded and h not in folded)
    found.add_edges_from(brought)
    # A value that only the view has, such as the probabilities inside a loss of logits.
    added = [n for n, v in found.variables.items() if v.role in ("intermediate", "output") and not found.in_degree(n)]
    found.remove_nodes_from(added)
    anonymous = [name for op in folded.values() if op.body for name in op.body.graph.get("anonymous", ())]
    found.graph["anonymous"] = tuple(dict.fromkeys([*graph.graph.get("anonymous", ()), *anonymous]))
    return found


def computable(graph: Graph, keep: Iterable[str] = ()) -> Graph:
    """The graph as it is computed: every folded operation replaced by what defines it.

    Parameters
    ----------
    keep : iterable of str
        Variables by which something is differentiated; what depends on them isn't taken from elsewhere.
    """
    if all(operation.body is None for operation in graph.operations.values()):
        return graph
    while nested := {name: body for name, body in _bodies(graph).items() if _bodies(body)}:
        graph = inlined(graph, nested)
    # Layers are known where something is folded only.
    from graphviz_nn.transforms.stable import joined

    graph = joined(graph, keep)
    return inlined(graph, _bodies(graph))


def _bodies(graph: Graph) -> dict[str, Graph]:
    return {name: op.body for name, op in graph.operations.items() if op.body is not None}


def inlined(graph: Graph, bodies: Mapping[str, Graph]) -> Graph:
    """The graph with some operations replaced by what they consist of; the new names are kept as a fact.

    ``graph.graph["inlined"]`` holds the operations that came in for each one.
    """
    found = Graph()
    found.graph.update(graph.graph)
    names = _Unused(graph)
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
                content = replace(content, scope=(*data.scope, *content.scope), source=content.source or data.source)
            found.add_node(here[inner], data=content)
        brought[name] = tuple(here[each] for each in body.operations)
        anonymous += [here[each] for each in body.variables if each in body.graph.get("anonymous", ())]
        edges += [(here[t], here[h], k) for t, h, k in body.edges(keys=True)]
    found.add_edges_from(edges)
    found.graph["anonymous"] = tuple(dict.fromkeys(anonymous))
    found.graph["inlined"] = brought
    return found

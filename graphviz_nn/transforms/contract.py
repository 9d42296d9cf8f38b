"""Contract parts of a graph to single operations that keep their computation."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from graphviz_nn.graph.ir import Graph, ModuleCall, Operation, Role, Source, Variable
from graphviz_nn.graph.order import is_acyclic, shared_start
from graphviz_nn.graph.wiring import Wiring


@dataclass(frozen=True)
class Block:
    """Operations to contract into one.

    Parameters
    ----------
    title : str
        The name of the new operation.
    members : tuple of str
        The operations, in order of definition.
    arguments : tuple of str, optional
        The arguments of the new operation, in order; default the variables that the members take from outside.
    body : Graph, optional
        The computation that replaces the members; its leaves are the arguments in order.
    same : mapping of str to str
        Variables computed like one of the arguments, which replaces them.
    modules : tuple of ModuleCall, optional
        The modules that the new operation belongs to; default those that all members belong to.
    main : str, optional
        The member whose place and line the new operation has; default the last, where the author defines the result.
    """

    title: str
    members: tuple[str, ...]
    scope: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    body: Graph | None = None
    same: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[ModuleCall, ...] | None = None
    main: str | None = None


def contract(graph: Graph, blocks: Iterable[Block], wiring: Wiring | None = None) -> Graph:
    """Contract each block to one operation; blocks must not overlap.

    If a path leaves a block and comes back, the block stays as it is, with a remark.

    Parameters
    ----------
    wiring : Wiring, optional
        The wiring of the graph, if it has been read already.
    """
    blocks = list(blocks)
    if not blocks:
        return graph
    wiring = wiring or Wiring(graph)
    kept, returning = _convex(wiring, blocks)
    found = Graph()
    found.graph.update(graph.graph)
    for block in returning:
        found.remark(f"{block.title} stays open, because its results return to it through other operations")
    unread = {(v, name) for block in kept for name in block.members for v in _unread(wiring, block, name)}
    anonymous, outputs = set(graph.graph.get("anonymous", ())), set(graph.outputs)
    places = {block.main or block.members[-1]: _folded(wiring, block, unread, anonymous, outputs) for block in kept}
    inner = {name for each in places.values() for name in each.inner}
    names = Unused(name for name in graph if name not in inner)
    titles: dict[str, str] = {}
    for name, data in graph.contents():
        if name in places:
            titles[name] = names(places[name].operation.op)
            found.add_node(titles[name], data=places[name].operation)
        elif name not in inner:
            found.add_node(name, data=data)
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True) if t not in inner and h not in inner)
    for place, each in places.items():
        found.connect((argument, titles[place], slot) for slot, argument in enumerate(each.arguments))
        found.connect((titles[place], result, slot) for slot, result in enumerate(each.results))
    return found


class Unused:
    """Names that are each used once."""

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
    """A block's operation, its arguments and results, and the nodes that disappear in it."""

    operation: Operation
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    inner: frozenset[str]


def _convex(wiring: Wiring, blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks that can be contracted together, and those that would cause a cycle."""
    kept, returning = blocks, list[Block]()
    while True:
        owner = {name: number for number, block in enumerate(kept) for name in block.members}
        # A value that a block computes and uses itself doesn't leave it.
        edges = (
            (owner.get(name, name), owner.get(user, user))
            for name, results in wiring.results.items()
            for result in results
            for user in wiring.users[result]
        )
        followers: dict[str | int, set[str | int]] = defaultdict(set)
        for tail, head in edges:
            if tail != head:
                followers[tail].add(head)
        if is_acyclic(followers):
            return kept, returning
        quotient: nx.DiGraph[str | int] = nx.DiGraph((tail, head) for tail in followers for head in followers[tail])
        knots = (knot for knot in nx.strongly_connected_components(quotient) if len(knot) > 1)
        opened = {max(n for n in knot if isinstance(n, int)) for knot in knots}
        returning += [block for number, block in enumerate(kept) if number in opened]
        kept = [block for number, block in enumerate(kept) if number not in opened]


def _unread(wiring: Wiring, block: Block, member: str) -> list[str]:
    """The variables that a member reads, but its replacement doesn't: definitions of the arguments, or arguments."""
    given = wiring.arguments[member].values()
    if block.body is None or block.arguments is None:
        return [v for v in given if v in block.same]
    return [v for v in given if v not in block.arguments]


def _folded(
    wiring: Wiring,
    block: Block,
    unread: Collection[tuple[str, str]],
    anonymous: Collection[str],
    outputs: Collection[str],
) -> _Folded:
    members = set(block.members)
    made = [v for name in block.members for v in wiring.results[name]]
    inside = set(made)
    results = [v for v in made if v in outputs or _leaves(v, members, unread, wiring.users[v])]
    results.sort(key=wiring.position.__getitem__)
    taken = dict.fromkeys(v for n in block.members for v in wiring.arguments[n].values() if v not in inside)
    told = block.arguments or ()
    # Data that the author named is drawn; unnamed data belongs to the block, like numbers.
    own = wiring.constants_of(members)
    constants = [
        v for v in taken if v in own - {*told, *block.same} and (v in anonymous or block.arguments is not None)
    ]
    given = tuple(v for v in taken if v not in constants and v not in block.same)
    arguments = told if told and block.body else (*told, *(v for v in given if v not in told))
    written = _body(wiring, block, given if block.body else arguments, constants, results, anonymous)
    operation = Operation(
        block.title,
        scope=block.scope,
        source=_source(wiring, block),
        modules=_modules(wiring, block) if block.modules is None else block.modules,
        body=block.body or written,
        written=written if block.body else None,
    )
    inner = frozenset(members | (inside - set(results)) | own - set(arguments))
    return _Folded(operation, arguments, tuple(results), inner)


def _modules(wiring: Wiring, block: Block) -> tuple[ModuleCall, ...]:
    """The modules that all members belong to."""
    return shared_start(wiring.operations[name].modules for name in block.members)


def _leaves(value: str, members: Collection[str], unread: Collection[tuple[str, str]], users: list[str]) -> bool:
    """Whether a value made by a block is read outside, or nowhere: then it is also a result."""
    readers = [head for head in users if head in members or (value, head) not in unread]
    return not readers or any(head not in members for head in readers)


def _source(wiring: Wiring, block: Block) -> Source | None:
    """The line of the main step; of a call, that of the first."""
    return wiring.operations[block.main or block.members[0 if block.scope else -1]].source


def _body(
    wiring: Wiring,
    block: Block,
    arguments: Iterable[str],
    constants: Iterable[str],
    results: list[str],
    anonymous: Collection[str],
) -> Graph:
    """The computation of the members, with names kept."""
    depth = len(block.scope)
    data: dict[str, Variable | Operation] = {}
    for name in arguments:
        data[name] = _as(wiring.variables[name], "input")
    for name in constants:
        data[name] = wiring.variables[name]
    for name in block.members:
        operation = wiring.operations[name]
        data[name] = replace(operation, scope=operation.scope[depth:]) if depth else operation
        for each in wiring.results[name]:
            data[each] = _as(wiring.variables[each], "output" if each in results else "intermediate")
    body = Graph()
    for name in sorted(data, key=wiring.position.__getitem__):
        body.add_node(name, data=data[name])
    for name in block.members:
        given = wiring.arguments[name].items()
        body.connect((block.same.get(argument, argument), name, slot) for slot, argument in given)
        body.connect((name, result, slot) for slot, result in enumerate(wiring.results[name]))
    body.outputs = results
    body.graph["arguments"] = tuple(arguments)
    body.graph["anonymous"] = tuple(name for name in data if name in anonymous)
    return body


def _as(variable: Variable, role: Role) -> Variable:
    return Variable(variable.shape, variable.dtype, role, variable.label)

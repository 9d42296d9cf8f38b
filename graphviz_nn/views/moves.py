"""Steps that only move entries: reshapes, transposes, casts, and what takes arrays apart for one layer."""

from collections import defaultdict
from typing import Any

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.contract import Block, contract


def without_moves(graph: Graph) -> Graph:
    """Contract steps that only move entries into the layer before them, or else the layers after them."""
    graph = _one_for_each(graph)
    wiring = Wiring(graph)
    group = {name: name for name in wiring.operations}

    def of(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    def takes_in(name: str) -> bool:
        return wiring.operations[of(name)].body is not None and of(name) not in moves

    order = list(wiring.order())
    moves = [
        name
        for name in order
        if _only_moves(wiring.operations[name], len(wiring.arguments[name])) or _is_part(wiring, name)
    ]
    for name in moves:
        (argument,) = wiring.arguments[name].values()
        producer = wiring.producer.get(argument)
        if producer and takes_in(producer) and set(wiring.users[argument]) == {name} and not _is_part(wiring, name):
            group[name] = of(producer)
    for name in reversed(moves):
        users = {of(user) for result in wiring.results[name] for user in wiring.users[result]}
        if of(name) == name and len(users) == 1 and takes_in(user := users.pop()):
            group[name] = of(user)
    members = defaultdict[str, list[str]](list)
    for name in wiring.operations:
        members[of(name)].append(name)
    layers = {name: wiring.operations[name] for name, each in members.items() if len(each) > 1}
    blocks = [Block(each.op, tuple(members[name]), modules=each.modules, main=name) for name, each in layers.items()]
    return contract(graph, blocks, wiring)


def _one_for_each(graph: Graph) -> Graph:
    """Give each of several layers its own move of what it takes, where the layer before it can't take in the move."""
    wiring = Wiring(graph)
    takers = {name for name, operation in wiring.operations.items() if operation.body is not None}
    found: Any = None
    for name in reversed(wiring.order()):
        given, (result, *others) = list(wiring.arguments[name].values()), wiring.results[name]
        if others or not _only_moves(wiring.operations[name], len(given)):
            continue
        takers.discard(name)
        users = list(dict.fromkeys((found or graph).successors(result)))
        maker = wiring.producer.get(given[0])
        joins = maker in takers and set(wiring.users[given[0]]) == {name}
        if joins or result in graph.outputs or len(users) < 2 or not takers.issuperset(users):
            continue
        takers.add(name)
        found = graph.copy() if found is None else found
        for user in users:
            copy, slots = f"{result} for {user}", list(found[result][user])
            found.add_variable(copy, wiring.variables[result])
            found.add_operation(f"{name} for {user}", wiring.operations[name], given, [copy])
            takers.add(f"{name} for {user}")
            found.connect([(copy, user, slot) for slot in slots])
            found.graph["anonymous"] = (*found.graph.get("anonymous", ()), copy)
        found.remove_nodes_from([name, result])
    return graph if found is None else found


def _only_moves(operation: Operation, given: int) -> bool:
    """Whether a step changes no number: it reshapes, transposes, casts or returns its argument."""
    if given != 1 or operation.literals:
        return False
    if operation.body is not None:
        body = operation.body
        return all(_only_moves(step, len(body.arguments(name))) for name, step in body.operations.items())
    return operation.op in ("astype", "positive") or (
        OPS[operation.op].category == "shape" and operation.op not in ("broadcast_to", "sum_to")
    )


def _is_part(wiring: Wiring, name: str) -> bool:
    """Whether a step is one of several that take an array apart for one layer, such as into queries, keys, values."""
    given = wiring.arguments[name]
    if wiring.operations[name].op != "getitem" or len(given) != 1:
        return False
    if wiring.variables[given[0]].role == "parameter":
        return True
    parts = [user for user in wiring.users[given[0]] if wiring.operations[user].op == "getitem"]
    return len(parts) > 1 and len({_taker(wiring, part) for part in parts}) == 1


def _taker(wiring: Wiring, name: str | None) -> str | None:
    """The layer that alone takes a value, moved or not."""
    while (name := only_user(wiring, name) if name else None) is not None:
        if not _only_moves(wiring.operations[name], len(wiring.arguments[name])):
            return name
    return name


def only_user(wiring: Wiring, name: str) -> str | None:
    """The only user of an operation's only result."""
    users = [user for result in wiring.results[name] for user in wiring.users[result]]
    return users[0] if len(wiring.results[name]) == len(users) == 1 else None

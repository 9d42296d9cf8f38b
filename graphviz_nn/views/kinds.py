"""What operations are to the eye, told from what they do, so that a user's own layers are drawn like ours."""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

import networkx as nx
import numpy as np

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.origin import made_of

Kind: TypeAlias = Literal["operation", "layer", "activation", "function", "loss"]


def kinds(graph: Graph) -> dict[str, Kind]:
    """The kind of every operation.

    A single step is an "operation". Of folded ones, a "loss" compares with a target and gives the number that
    comes out, a "layer" has parameters, an "activation" works entry by entry, any other is a "function". What
    has parameters of its own and compares is a whole model, not its loss: there the target isn't taken in.
    """
    wiring = Wiring(graph)
    targets, learned = made_of(wiring, "target"), made_of(wiring, "parameter")
    totals = {n for n in graph.outputs if not wiring.variables[n].shape}
    found: dict[str, Kind] = {}
    for name, operation in wiring.operations.items():
        arguments, results = wiring.arguments[name].values(), wiring.results[name]
        parameters = [v for v in arguments if v in learned]
        whole = any(len(wiring.users[v]) == 1 for v in parameters)
        if operation.body is None:
            found[name] = "operation"
        elif targets.intersection(arguments) and not whole and len(results) == 1 and results[0] in totals:
            found[name] = "loss"
        elif parameters:
            found[name] = "layer"
        else:
            found[name] = "activation" if entrywise(operation) else "function"
    return found


def entrywise(operation: Operation) -> bool:
    """Whether every step of a folded operation of one argument works entry by entry."""
    body = operation.body
    if body is None:
        op = lookup(operation.op)
        return (isinstance(op.kernel, np.ufunc) and op.kernel.signature is None) or op.name in ("where", "erf")
    steps = (data for _, data in body.contents() if isinstance(data, Operation))
    return len(body.graph["arguments"]) == 1 == len(body.outputs) and all(map(entrywise, steps))


def hidden(graph: Graph, known: Mapping[str, Kind], kept: Collection[str] = ()) -> frozenset[str]:
    """What a layer or a loss takes in: parameters used in one place, with what they are computed from; targets
    used by losses alone; the chance of one layer, as of a dropout; but nothing that is `kept` or made of that.
    """
    found: set[str] = set()
    for name in made_of(graph, "parameter"):
        users = [head for _, head, _ in graph.out_edges(name, keys=True)]
        if len(users) == 1 and known[users[0]] in ("layer", "loss"):
            before = nx.ancestors(graph, name)
            if (
                before.isdisjoint(kept)
                and name not in kept
                and all(head in before or head == name for each in before for head in graph.successors(each))
            ):
                found |= {name, *before}
    for name, variable in graph.leaves.items():
        users = list(graph.successors(name))
        if variable.role == "target" and {known[user] for user in users} == {"loss"}:
            found.add(name)
        if variable.role == "random" and len(users) == 1 and known[users[0]] != "operation" and name not in kept:
            found.add(name)
    return frozenset(found)

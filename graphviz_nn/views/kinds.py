"""What operations are to the eye, told from what they do, so that a user's own layers are drawn like ours."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import lookup

Kind: TypeAlias = Literal["operation", "layer", "activation", "function", "loss"]


def kinds(graph: Graph) -> dict[str, Kind]:
    """The kind of every operation.

    A single step is an "operation". Of folded ones, a "loss" compares with a target and gives the number that
    comes out, a "layer" has parameters, an "activation" works entry by entry, any other is a "function".
    """
    wiring, outputs = Wiring(graph), set(graph.outputs)
    roles = {name: variable.role for name, variable in wiring.variables.items()}
    target_only = {name for name, role in roles.items() if role == "target"}
    found: dict[str, Kind] = {}
    for name in wiring.order():
        operation, arguments, results = wiring.operations[name], wiring.arguments[name].values(), wiring.results[name]
        compared = [v for v in arguments if v in target_only]
        if compared and all(v in target_only or roles[v] == "constant" for v in arguments):
            target_only.update(results)
        if operation.body is None:
            found[name] = "operation"
        elif compared and len(results) == 1 and results[0] in outputs and not wiring.variables[results[0]].shape:
            found[name] = "loss"
        elif any(roles[v] == "parameter" for v in arguments):
            found[name] = "layer"
        else:
            found[name] = "activation" if _entrywise(operation) else "function"
    return found


def _entrywise(operation: Operation) -> bool:
    """Whether every step of a folded operation of one argument works entry by entry."""
    body = operation.body
    if body is None:
        op = lookup(operation.op)
        return (isinstance(op.kernel, np.ufunc) and op.kernel.signature is None) or op.name in ("where", "erf")
    steps = (data for _, data in body.contents() if isinstance(data, Operation))
    return len(body.graph["arguments"]) == 1 == len(body.outputs) and all(map(_entrywise, steps))


def hidden(graph: Graph, known: Mapping[str, Kind]) -> frozenset[str]:
    """The leaves that a layer or a loss takes in: parameters used in one place, targets used by losses alone."""
    found = []
    for name, variable in graph.leaves.items():
        users = [head for _, head, _ in graph.out_edges(name, keys=True)]
        taken_in = {known[user] for user in users}
        if (variable.role == "parameter" and len(users) == 1 and taken_in <= {"layer", "loss"}) or (
            variable.role == "target" and taken_in == {"loss"}
        ):
            found.append(name)
    return frozenset(found)

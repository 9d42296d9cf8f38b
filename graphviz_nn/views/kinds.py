"""The kinds of operations, by what they compute, so that a user's own layers look like ours."""

from collections.abc import Collection, Mapping
from math import prod
from typing import Literal, TypeAlias

import networkx as nx
import numpy as np

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.nn import losses
from graphviz_nn.nn.formulas import FORMULAS
from graphviz_nn.nn.formulas.roles import LEARNED
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.origin import made_of, rearranged

# Operations that combine terms into a total.
ADDING = frozenset(["add", "subtract", "negative", "multiply", "divide", "mean", "sum", "reshape", "stack"])
LOSSES = frozenset(
    name
    for name, each in vars(losses).items()
    if getattr(each, "__module__", "") == losses.__name__ and not name.startswith("_")
)
# Layers that learn something, also if what comes in is noise, as in a generator.
LEARNING = frozenset(each.layer for each in FORMULAS if LEARNED in each.roles.values())
Kind: TypeAlias = Literal["operation", "layer", "activation", "function", "loss"]


def kinds(graph: Graph, wiring: Wiring | None = None) -> dict[str, Kind]:
    """The kind of every operation.

    A plain step is an "operation". A folded operation is a "loss" if it compares with a target (or, in a model without
    one, with data of the script) and gives the output or a term of it; a "layer" if it has parameters; an "activation"
    if it works entry by entry; otherwise a "function". A function that both has parameters and compares is a whole
    model rather than a loss; its target stays visible.

    Parameters
    ----------
    wiring : Wiring, optional
        The wiring of the graph, if it has been read already.
    """
    wiring = wiring or Wiring(graph)
    learned = learning(graph, wiring)
    targets = made_of(wiring, "target") or made_of(wiring, "constant")
    totals = terms(graph, wiring)
    # What stands for equal parts is neither of these.
    folded = graph.graph.get("repeats", ())
    found: dict[str, Kind] = {}
    for name, operation in wiring.operations.items():
        arguments, results = wiring.arguments[name].values(), wiring.results[name]
        whole = any(len(wiring.users[v]) == 1 for v in learned[name])
        if operation.body is None or name in folded:
            found[name] = "operation"
        elif compares(operation, targets.intersection(arguments)) and not whole and totals.issuperset(results):
            found[name] = "loss"
        elif learned[name]:
            found[name] = "layer"
        else:
            found[name] = "activation" if entrywise(operation) else "function"
    return found


def compares(operation: Operation, targets: Collection[str]) -> bool:
    """Whether a folded operation compares with these targets, or has the name of a loss."""
    return bool(targets) or operation.op in LOSSES


def terms(graph: Graph, wiring: Wiring) -> set[str]:
    """The numbers that are outputs, and the terms they are sums of, such as a loss and its penalty.

    An array of one entry counts if a target leads to it: it is a loss, not the result of a network with one unit.
    """
    variables = wiring.variables
    aimed = {name for name, variable in variables.items() if variable.role == "target"}
    order = list(wiring.order())
    for name in order:
        if not aimed.isdisjoint(wiring.arguments[name].values()):
            aimed.update(wiring.results[name])
    single = {n for n, v in variables.items() if not v.shape or (prod(v.shape) == 1 and n in aimed)}
    lists = {v for name in order if wiring.operations[name].op == "stack" for v in wiring.results[name]}
    found = single.intersection(graph.outputs)
    folded = graph.graph.get("repeats", {})
    for name in reversed(order):
        if found.isdisjoint(wiring.results[name]):
            continue
        if name in folded:
            # Other parts are like the first.
            found |= {folded[name].first[result] for result in found.intersection(wiring.results[name])}
        if _adds(wiring.operations[name], name in folded):
            found |= (single | lists).intersection(wiring.arguments[name].values())
    return found


def _adds(operation: Operation, is_folded: bool) -> bool:
    """Whether an operation, or each step of equal parts that it stands for, combines terms into a total."""
    steps = operation.body.operations.values() if is_folded and operation.body is not None else [operation]
    return all(step.op in ADDING for step in steps)


def is_loss(graph: Graph, name: str) -> bool:
    """Whether a variable is a single number that depends on a target, or on a loss."""
    if prod(graph.variable(name).shape) != 1:
        return False
    above = nx.ancestors(graph, name)
    targets = {n for n, v in graph.leaves.items() if v.role == "target"}
    return not above.isdisjoint(targets) or any(o.op in LOSSES for n, o in graph.operations.items() if n in above)


def learning(graph: Graph, wiring: Wiring) -> dict[str, tuple[str, ...]]:
    """The parameters of each operation: those among its arguments, rearranged or not.

    Parameters without another argument to apply them to are ordinary values: tanh of a parameter isn't a layer, nor is
    the distance of a parameter from a target. The fact ``graph.graph["weights"]`` lists computed parameters, such as
    the weight of merged layers.
    """
    targets = made_of(wiring, "target")
    parameters = {v for v in wiring.variables if wiring.variables[rearranged(graph, v)[-1]].role == "parameter"}
    parameters.update(graph.graph.get("weights", ()))
    noise = {v for v, variable in wiring.variables.items() if variable.role == "random"}
    found = {}
    for name, given in wiring.arguments.items():
        aside = parameters | targets if wiring.operations[name].op in LEARNING else parameters | targets | noise
        flows = any(v not in aside for v in given.values())
        found[name] = tuple(v for v in dict.fromkeys(given.values()) if flows and v in parameters)
    return found


def entrywise(operation: Operation) -> bool:
    """Whether every step of a folded operation of one argument works entry by entry."""
    body = operation.body
    if body is None:
        op = lookup(operation.op)
        return (isinstance(op.kernel, np.ufunc) and op.kernel.signature is None) or op.name in ("where", "erf")
    steps = (data for _, data in body.contents() if isinstance(data, Operation))
    return len(body.graph["arguments"]) == 1 == len(body.outputs) and all(map(entrywise, steps))


def passes(operation: Operation) -> bool:
    """Whether a folded operation returns its argument, as dropout does in evaluation."""
    body = operation.body
    return body is not None and [step.op for step in body.operations.values()] == ["positive"]


def hidden(graph: Graph, known: Mapping[str, Kind], kept: Collection[str] = ()) -> frozenset[str]:
    """The variables inside a layer or a loss: parameters used in one place, with their rearrangements; targets used by
    losses alone; random numbers of one layer beside its data, such as a dropout. Variables in `kept`, and those
    computed from them, stay outside.
    """
    wiring = Wiring(graph)
    found: set[str] = set()
    aside = {name for name, variable in graph.leaves.items() if variable.role in ("random", "parameter")}
    for name, parameters in learning(graph, wiring).items():
        for parameter in parameters if known[name] == "layer" else ():
            whole = {parameter, *nx.ancestors(graph, parameter)}
            above = (v for v in whole - {parameter} if v in wiring.users)
            once = len(wiring.users[parameter]) == 1 and all(whole.issuperset(wiring.users[v]) for v in above)
            if once and whole.isdisjoint(kept):
                found |= whole
    for name, variable in graph.leaves.items():
        users = wiring.users[name]
        if variable.role == "target" and {known[user] for user in users} == {"loss"}:
            found.add(name)
        if variable.role == "random" and len(users) == 1 and known[users[0]] != "operation" and name not in kept:
            found.update({name} if not aside.issuperset(wiring.arguments[users[0]].values()) else ())
    return frozenset(found)

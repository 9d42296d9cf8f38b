"""The table of rules; each looks for one mistake and yields a finding for each occurrence.

``@rule("name")`` adds a function to the table. This file has the rules on unused and shared variables.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import networkx as nx

from graphviz_nn.linting.model import Model, at
from graphviz_nn.linting.report import Finding

Rule: TypeAlias = Callable[[Model], Iterator[Finding]]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Add a rule to the table."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


@rule("unused")
def _unused(model: Model) -> Iterator[Finding]:
    """An argument that no output depends on."""
    for name in model.roles("input", "target", "parameter"):
        if name in model.live:
            continue
        role = model.written.variable(name).role
        users = [model.written.operation(user) for user in model.written.successors(name)]
        where = f"; only {users[0].op} takes it, whose result isn't used" if users else ""
        why = "; its gradient is 0" if role == "parameter" else ""
        article = "an" if role == "input" else "a"
        yield Finding(
            "unused",
            f"no output depends on {name}, {article} {role}{where}{why}",
            f"use {name} in the result, or remove it from the arguments",
            users[0].source if users else model.written.graph.get("source"),
            (name,),
        )


@rule("loss_shape")
def _loss_shape(model: Model) -> Iterator[Finding]:
    """A model to train whose first output isn't a single number."""
    graph = model.written
    if not (model.roles("target") and model.roles("parameter") and graph.outputs):
        return
    output = graph.outputs[0]
    shape = graph.variable(output).shape
    if shape:
        step = graph.producer(output)
        yield Finding(
            "loss_shape",
            f"{output} has shape {shape}, but the loss of a model with a target and parameters is a single number",
            f"return np.mean({output}) or np.sum({output}), or the loss before other outputs",
            graph.operation(step).source if step else None,
            (*([step] if step else []), output),
        )


@rule("shared_parameter")
def _shared_parameter(model: Model) -> Iterator[Finding]:
    """A parameter with several uses."""
    graph = model.seen
    for name in model.roles("parameter"):
        users = list(dict.fromkeys(graph.successors(name)))
        if len(users) < 2:
            continue
        operations = [graph.operation(user) for user in users]
        yield Finding(
            "shared_parameter",
            f"{name} is used in {len(users)} places{at(operations)}; its gradient is the sum over them",
            f"nothing to do if {name} is meant to be shared; otherwise give each place its own parameter",
            operations[0].source,
            (name, *(step for user in users for step in model.steps(user))),
            "note",
        )


@rule("dead_branch")
def _dead_branch(model: Model) -> Iterator[Finding]:
    """Operations that no output depends on."""
    graph = model.written
    dead = [name for name in graph.operations if name not in model.live]
    if not dead:
        return
    inside = {*dead, *(v for name in dead for v in graph.results(name))}
    for branch in nx.weakly_connected_components(graph.subgraph(inside)):
        steps = [name for name in dead if name in branch]
        last = next(name for name in reversed(steps) if not any(graph.out_degree(v) for v in graph.results(name)))
        operations = [graph.operation(name) for name in steps]
        what = model.named(graph.results(last)[0])
        more = f", the last of {len(steps)} steps{at(operations)}" if len(steps) > 1 else ""
        yield Finding(
            "dead_branch",
            f"no output depends on {what}{more}",
            f"return {what} too, use it in the result, or delete the line"
            if what not in model.anonymous and what in graph
            else "use it in the result, or delete the line",
            graph.operation(last).source,
            tuple(steps),
        )

"""The rules: each looks at a model for one mistake and yields a finding wherever it is.

``@rule("name")`` adds a function to the table.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import networkx as nx
import numpy as np

from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.linting.model import Model, arranged, lines, maker
from graphviz_nn.linting.report import Finding
from graphviz_nn.nn import losses
from graphviz_nn.transforms.collapse import Linear, chains, one_matrix, rows

Rule: TypeAlias = Callable[[Model], Iterator[Finding]]
RULES: dict[str, Rule] = {}

LOSSES = frozenset(name for name, value in vars(losses).items() if getattr(value, "__module__", "") == losses.__name__)
SQUASHING = ("softmax", "sigmoid")
# Matrices of more entries are named, not printed.
PRINTED = 16


def rule(name: str) -> Callable[[Rule], Rule]:
    """Add a rule to the table."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


@rule("leakage")
def _leakage(model: Model) -> Iterator[Finding]:
    """A prediction that is made from the target that it is compared with."""
    graph = model.seen
    shortest: dict[tuple[str, str], list[str]] = {}
    for name in graph.computation_order():
        arguments = graph.arguments(name).values()
        if not model.of_target.intersection(arguments):
            continue
        is_loss = model.kinds[name] == "loss" or graph.operation(name).op in LOSSES
        for prediction in arguments:
            path = _path_of_target(graph, prediction, is_loss) if prediction not in model.of_target else None
            if path is not None:
                # One entrance is one mistake, in however many terms of the loss it shows.
                ends = path[0], _entrance(model, path)
                shortest[ends] = min(path, shortest.get(ends, path), key=len)
    for (target, entrance), path in shortest.items():
        yield _leak(model, target, entrance, path)


def _path_of_target(graph: Graph, prediction: str, is_loss: bool) -> list[str] | None:
    """How a target gets to what is compared with it.

    Where it isn't sure that this is the loss, the way must lead through a layer with parameters: what is
    weighed by the target once it has been compared isn't a prediction.
    """
    before = nx.ancestors(graph, prediction)
    for name, variable in graph.leaves.items():
        if variable.role != "target" or name not in before:
            continue
        if is_loss:
            return list(nx.shortest_path(graph, name, prediction))
        for step in nx.descendants(graph, name) & before & graph.operations.keys():
            if any(graph.variable(v).role == "parameter" for v in graph.arguments(step).values()):
                return [*nx.shortest_path(graph, name, step), *nx.shortest_path(graph, step, prediction)[1:]]
    return None


def _entrance(model: Model, path: list[str]) -> str:
    """The first operation on the way that takes something beside the target."""
    return next(step for step, result in zip(path[1::2], path[2::2], strict=True) if result not in model.of_target)


def _leak(model: Model, target: str, entrance: str, path: list[str]) -> Finding:
    steps, operation = path[1::2], model.seen.operation(entrance)
    words = [target, *(model.seen.operation(name).op for name in steps)]
    if path[-1] not in model.anonymous:
        words.append(path[-1])
    return Finding(
        "leakage",
        f"the prediction is made from the target that it is compared with: {' → '.join(words)}",
        f"take {target} out of what {operation.op} is given; a target belongs in the loss alone",
        operation.source,
        (*(n for name in steps for n in model.steps(name)), *(v for v in path[::2] if v in model.written)),
        "error",
    )


@rule("linear_collapse")
def _linear_collapse(model: Model) -> Iterator[Finding]:
    """Linear layers with nothing between them."""
    for layers in chains(model.written):
        yield _collapse(model, layers)
    yield from _products(model)


def _collapse(model: Model, layers: tuple[Linear, ...]) -> Finding:
    graph = model.written
    values = {v: graph.variable(v).value for layer in layers for v in (layer.weight, layer.bias) if v is not None}
    known = all(value is not None for value in values.values())
    blanks = {v: np.zeros(graph.variable(v).shape) for v in values}
    weight, bias = one_matrix(layers, values if known else blanks)
    before, after, matrix, vector = _formula(layers)
    facts = f"M = {matrix} of shape {weight.shape}{_printed(weight, known)}"
    if bias is not None:
        facts += f", c = {vector}{_printed(bias, known)}"
    widths = [graph.variable(layers[0].x).shape, *(graph.variable(layer.result).shape for layer in layers)]
    narrow = min(_width(layers, shape) for shape in widths[1:-1]) < min(
        _width(layers, widths[0]), _width(layers, widths[-1])
    )
    operations = [graph.operation(layer.step) for layer in layers]
    count = "two" if len(layers) == 2 else str(len(layers))
    message = f"{count} linear layers ({lines(operations)}) have nothing between them: {before} = {after}, {facts}"
    if narrow:
        message += "; it is of lower rank, which may be meant"
    return Finding(
        "linear_collapse",
        message,
        "put an activation such as np.tanh between them, or keep one layer with the weight M",
        operations[0].source,
        tuple(name for layer in layers for name in layer.members),
        "note" if narrow else "warning",
    )


def _width(layers: tuple[Linear, ...], shape: tuple[int, ...]) -> int:
    """How many features there are where a variable has this shape."""
    if not shape:
        return 1
    return shape[-2] if layers[0].left and len(shape) > 1 else shape[-1]


def _formula(layers: tuple[Linear, ...]) -> tuple[str, str, str, str]:
    """What layers compute one after the other and at once, their matrix and their bias, as formulas."""
    by_rows, biased = rows(layers), any(layer.bias for layer in layers)
    product, matrix, vector = layers[0].x, "", ""
    for layer in layers:
        turned = not by_rows and not layer.matrix_first
        weight, factor = (f"{layer.weight}ᵀ", f"{layer.weight}.T") if turned else (layer.weight, layer.weight)
        if "+" in product:
            product = f"({product})"
        product = f"{product} {weight}" if by_rows else f"{weight} {product}"
        matrix = " @ ".join(filter(None, (matrix, factor) if by_rows else (factor, matrix)))
        if vector:
            inner = f"({vector})" if "+" in vector else vector
            vector = f"{inner} @ {factor}" if by_rows else f"{factor} @ {inner}"
        if layer.bias:
            product, vector = f"{product} + {layer.bias}", f"{vector} + {layer.bias}" if vector else layer.bias
    after = f"{layers[0].x} M" if by_rows else f"M {layers[0].x}"
    return product, f"{after} + c" if biased else after, matrix, vector


def _printed(value: Array, known: bool) -> str:
    if not known or value.size > PRINTED:
        return ""
    return f", {' '.join(np.array2string(value, precision=4, separator=', ').split())}"


def _products(model: Model) -> Iterator[Finding]:
    """W2 @ W1 @ x: two matrices multiplied before anything is given to them."""
    graph = model.written
    for name, operation in graph.operations.items():
        factors = list(graph.arguments(name).values())
        if operation.op != "matmul" or any(graph.variable(v).role != "parameter" for v in factors):
            continue
        (result,) = graph.results(name)
        users = [graph.operation(user) for user in graph.successors(result)]
        by_hand = [user for user in users if user.op == "matmul" and user.scope == operation.scope]
        if len(graph.variable(result).shape) == 2 and users and by_hand == users:
            first, second = factors[0], factors[-1]
            values = [graph.variable(v).value for v in (first, second)]
            known = all(value is not None for value in values)
            product = values[0] @ values[1] if known else np.zeros(0)  # type: ignore[operator]
            shape = graph.variable(result).shape
            yield Finding(
                "linear_collapse",
                f"two linear layers ({operation.source}) have nothing between them: {first} {second} = M, "
                f"M = {first} @ {second} of shape {shape}{_printed(product, known)}",
                "put an activation such as np.tanh between them, or keep one layer with the weight M",
                operation.source,
                (name,),
            )


@rule("unused")
def _unused(model: Model) -> Iterator[Finding]:
    """An argument that no output depends on."""
    for name in model.roles("input", "target", "parameter"):
        if name in model.live:
            continue
        role = model.written.variable(name).role
        users = [model.written.operation(user) for user in model.written.successors(name)]
        where = f", only {users[0].op} takes it, whose result isn't used" if users else ""
        why = "; its gradient is 0" if role == "parameter" else ""
        article = "an" if role == "input" else "a"
        yield Finding(
            "unused",
            f"no output depends on {name}, {article} {role}{where}{why}",
            f"use {name} in what is returned, or drop it from the arguments",
            users[0].source if users else None,
            (name,),
        )


@rule("loss_shape")
def _loss_shape(model: Model) -> Iterator[Finding]:
    """A model to be trained whose first output isn't a single number."""
    graph = model.written
    if not (model.roles("target") and model.roles("parameter") and graph.outputs):
        return
    output = graph.outputs[0]
    shape = graph.variable(output).shape
    if shape:
        step = graph.producer(output)
        yield Finding(
            "loss_shape",
            f"there are a target and parameters, but the first output, {output}, has shape {shape}: "
            "only a single number can be differentiated as the loss",
            f"return np.mean({output}) or np.sum({output}), or the loss before other outputs",
            graph.operation(step).source if step else None,
            (*([step] if step else []), output),
        )


@rule("shared_parameter")
def _shared_parameter(model: Model) -> Iterator[Finding]:
    """A parameter that is used in several places."""
    graph = model.seen
    for name in model.roles("parameter"):
        users = [user for user in graph.operations if user in set(graph.successors(name))]
        if len(users) < 2:
            continue
        operations = [graph.operation(user) for user in users]
        place = lines(operations)
        yield Finding(
            "shared_parameter",
            f"{name} is used in {len(users)} places" + (f": {place}" if place else ""),
            f"nothing is to be done where {name} is meant to be shared; otherwise give each place its own parameter",
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
        more = f" ({len(steps)} steps, {lines(operations)})" if len(steps) > 1 else ""
        yield Finding(
            "dead_branch",
            f"no output depends on {what}{more}",
            f"return {what} too or use it in what is returned, or delete the line"
            if what not in model.anonymous and what in graph
            else "use it in what is returned, or delete the line",
            graph.operation(last).source,
            tuple(steps),
        )


@rule("softmax_twice")
def _softmax_twice(model: Model) -> Iterator[Finding]:
    """A loss that makes probabilities of its argument, given probabilities."""
    graph = model.seen
    for name, operation in graph.operations.items():
        if operation.op not in SQUASHING or operation.body is None:
            continue
        compared = [u for v in graph.results(name) for u in graph.successors(v) if graph.operation(u).op in LOSSES]
        (given, *_) = graph.arguments(name).values()
        before = maker(graph, arranged(graph, given))
        if not compared or before is None or before.op not in SQUASHING or before.body is None:
            continue
        loss = graph.operation(compared[0])
        yield Finding(
            "softmax_twice",
            f"{before.op} ({before.source}) is followed by {operation.op} once more, in the loss ({loss.source}), "
            "which expects what comes before it: no class can be predicted with certainty",
            f"leave out {before.op} ({before.source}) and give the loss its argument",
            loss.source,
            model.steps(compared[0]),
            "error",
        )

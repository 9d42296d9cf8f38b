"""Losses of probabilities taken from the logits, and losses of logits shown as what they are made of."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.nn.logits import COMPOSITES, WHOLES
from graphviz_nn.transforms.reading import signature
from graphviz_nn.transforms.recognise import definition

# What a loss computes from the logits, kept with what it computes from probabilities.
OF_LOGITS = "of logits"


def split(graph: Graph) -> Graph:
    """The graph with every loss of logits as two steps: probabilities, and the loss of these."""
    wholes = [name for name, op in graph.operations.items() if op.op in WHOLES and op.body is not None]
    if not wholes:
        return graph
    found = Graph()
    found.graph.update(graph.graph)
    for name, data in graph.contents():
        if name not in wholes:
            found.add_node(name, data=data)
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True) if t in found and h in found)
    for name in wholes:
        _take_apart(graph, name, found)
    return found


def _take_apart(graph: Graph, name: str, found: Graph) -> None:
    data = graph.operation(name)
    activation, loss = WHOLES[data.op]
    logits, target = graph.arguments(name).values()
    first, last = graph.variable(logits), graph.variable(target)
    probabilities = _unused("p", found)
    squashing = replace(data, op=activation.__name__, body=definition(activation, (first.shape,)), written=Graph())
    found.add_operation(_unused(activation.__name__, found), squashing, [logits], [probabilities])
    found.add_variable(probabilities, Variable(first.shape, first.dtype))
    body = definition(loss, (first.shape, last.shape)).copy()
    body.graph[OF_LOGITS] = data.body
    written = data.written if data.written is not None else data.body
    comparing = replace(data, op=loss.__name__, body=body, written=written)
    found.add_operation(_unused(loss.__name__, found), comparing, [probabilities, target], graph.results(name))


def _unused(wish: str, graph: Graph) -> str:
    name, count = wish, 2
    while name in graph:
        name, count = f"{wish}_{count}", count + 1
    return name


def joined(graph: Graph, keep: Iterable[str] = ()) -> Graph:
    """The graph with losses of probabilities taken from the logits.

    Parameters
    ----------
    keep : iterable of str
        Variables by which something is differentiated: the losses of these are left as they are.
    """
    kept, found = set(keep), graph
    for name, operation in graph.operations.items():
        if operation.body is None or len(graph.arguments(name)) != 2:
            continue
        # A function is given its arguments in the order in which it first uses them.
        for slot, probabilities in graph.arguments(name).items():
            maker = graph.producer(probabilities)
            both = None if maker is None or probabilities in kept else _of_logits(graph, maker, name, slot)
            if maker is None or both is None:
                continue
            found = graph.copy() if found is graph else found
            (logits,) = graph.arguments(maker).values()
            found.remove_edge(probabilities, name, key=slot)
            found.add_edge(logits, name, key=slot)
            found.nodes[name]["data"] = replace(operation, body=both)
            break
    return found


def _of_logits(graph: Graph, maker: str, name: str, slot: int) -> Graph | None:
    """What a loss computes from what the activation before it is given, where that is known."""
    activation, loss = graph.operation(maker), graph.operation(name)
    if activation.body is None or loss.body is None or len(graph.arguments(maker)) != 1:
        return None
    (logits,) = graph.arguments(maker).values()
    shape, target = graph.variable(logits).shape, graph.variable(graph.arguments(name)[1 - slot]).shape
    known: Any = loss.body.graph.get(OF_LOGITS)
    for each in COMPOSITES:
        if _computes(activation.body, each.activation, (shape,)):
            if known is not None:
                return known  # type: ignore[no-any-return]
            if target == shape and _computes(_ordered(loss.body, slot), each.loss, (shape, target)):
                return _ordered(definition(each.both, (shape, target)), slot)
    return None


def _ordered(body: Graph, slot: int) -> Graph:
    """A body whose argument of this slot changes places with the first."""
    if slot == 0:
        return body
    found = body.copy()
    found.graph["arguments"] = tuple(reversed(body.graph["arguments"]))
    return found


def _computes(body: Graph, function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]) -> bool:
    try:
        return signature(body) == signature(definition(function, shapes))
    except ShapeError:
        # A function that doesn't take these shapes isn't what computes with them.
        return False

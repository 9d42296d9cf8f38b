"""Losses of probabilities taken from the logits, and losses of logits shown as what they are made of."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from graphviz_nn.graph.ir import Graph, Operation, Variable
from graphviz_nn.nn.logits import COMPOSITES, WHOLES
from graphviz_nn.transforms.contract import Unused
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
    names = Unused(graph)
    for name, data in graph.contents():
        if name in wholes:
            _take_apart(graph, name, found, names)
        else:
            found.add_node(name, data=data)
    apart = set(wholes)
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True) if t not in apart and h not in apart)
    return found


def _take_apart(graph: Graph, name: str, found: Graph, names: Unused) -> None:
    data = graph.operation(name)
    activation, loss = WHOLES[data.op]
    logits, target = graph.arguments(name).values()
    first, last = graph.variable(logits), graph.variable(target)
    probabilities = names("p")
    squashing = replace(data, op=activation.__name__, body=definition(activation, (first.shape,)), written=Graph())
    found.add_operation(names(activation.__name__), squashing, [logits], [probabilities])
    found.add_variable(probabilities, Variable(first.shape, first.dtype))
    body = definition(loss, (first.shape, last.shape)).copy()
    body.graph[OF_LOGITS] = data.body
    written = data.written if data.written is not None else data.body
    comparing = replace(data, op=loss.__name__, body=body, written=written)
    found.add_operation(names(loss.__name__), comparing, [probabilities, target], graph.results(name))


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
        probabilities, target = graph.arguments(name).values()
        maker = graph.producer(probabilities)
        if maker is None or probabilities in kept:
            continue
        both = _of_logits(graph, maker, operation, graph.variable(target).shape)
        if both is None:
            continue
        found = graph.copy() if found is graph else found
        (logits,) = graph.arguments(maker).values()
        found.remove_edge(probabilities, name, key=0)
        found.add_edge(logits, name, key=0)
        found.nodes[name]["data"] = replace(operation, body=both)
        if OF_LOGITS not in operation.body.graph:
            found.remark(f"{operation.op.replace('_', ' ')} ({operation.source}) is computed from the logits")
    return found


def _of_logits(graph: Graph, maker: str, loss: Operation, target: tuple[int, ...]) -> Graph | None:
    """What a loss computes from the argument of the activation before it, where that is known."""
    activation = graph.operation(maker)
    if activation.body is None or loss.body is None or len(graph.arguments(maker)) != 1:
        return None
    (logits,) = graph.arguments(maker).values()
    shape = graph.variable(logits).shape
    known: Any = loss.body.graph.get(OF_LOGITS)
    for each in COMPOSITES:
        if _computes(activation.body, each.activation, (shape,)):
            if known is not None:
                return known  # type: ignore[no-any-return]
            if target == shape and _computes(loss.body, each.loss, (shape, target)):
                return definition(each.both, (shape, target))
    return None


def _computes(body: Graph, function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]) -> bool:
    return signature(body) == signature(definition(function, shapes))

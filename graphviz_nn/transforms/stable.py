"""Convert between losses on probabilities and losses on logits."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, Operation, Shape, Variable
from graphviz_nn.nn.logits import COMPOSITES, WHOLES, picked_in_columns, picked_in_rows
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.fold import flat
from graphviz_nn.transforms.reading import known_signature, signature
from graphviz_nn.transforms.recognise import definition

# Losses on logits, with their counterparts on probabilities.
OF_LOGITS = "of logits"


def split(graph: Graph) -> Graph:
    """Split every loss on logits into two steps: probabilities, and a loss on these."""
    wholes = [
        name
        for name, op in graph.operations.items()
        if op.op in WHOLES and op.body is not None and len(graph.arguments(name)) == 2
    ]
    if not wholes:
        return graph
    found = Graph()
    found.graph.update(graph.graph)
    names = Unused(graph)
    apart = set()
    for name, data in graph.contents():
        if name in wholes and _take_apart(graph, name, found, names):
            apart.add(name)
        else:
            found.add_node(name, data=data)
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True) if t not in apart and h not in apart)
    return found


def _take_apart(graph: Graph, name: str, found: Graph, names: Unused) -> bool:
    """Add a loss as two steps, if they keep its dtype; return whether that worked."""
    data = graph.operation(name)
    activation, loss = WHOLES[data.op]
    logits, target = graph.arguments(name).values()
    first, last = graph.variable(logits), graph.variable(target)
    inner = _defined(activation, first)
    middle = Variable(first.shape, _dtype(inner))
    # A loss may have shape (1, 1).
    (result,) = graph.results(name)
    body = _loss(_of_shape(loss, graph.variable(result).shape), middle, last).copy()
    if _dtype(body) != graph.variable(result).dtype:
        return False
    probabilities = names("p")
    squashing = replace(data, op=activation.__name__, body=inner, written=Graph())
    found.add_operation(names(activation.__name__), squashing, [logits], [probabilities])
    found.add_variable(probabilities, middle)
    body.graph[OF_LOGITS] = data.body
    written = data.written if data.written is not None else data.body
    comparing = replace(data, op=loss.__name__, body=body, written=written)
    found.add_operation(names(loss.__name__), comparing, [probabilities, target], graph.results(name))
    return True


@lru_cache(maxsize=64)
def _of_shape(loss: Callable[..., Any], shape: Shape) -> Callable[..., Any]:
    return (lambda p, y: np.reshape(loss(p, y), shape)) if shape else loss


def _loss(loss: Callable[..., Any], probabilities: Variable, target: Variable) -> Graph:
    """A loss on these probabilities; its target may be class numbers."""
    shapes = probabilities.shape, target.shape
    if np.dtype(target.dtype).kind in "iu" and len(target.shape) < len(probabilities.shape):
        picked = picked_in_columns if shapes[0][:-1] != shapes[1] else picked_in_rows
        return _defined(picked, probabilities, target)
    return _defined(loss, probabilities, target)


def _defined(function: Callable[..., Any], *given: Variable) -> Graph:
    """The computation of a layer on these arguments."""
    return definition(function, tuple(each.shape for each in given), (), tuple(each.dtype for each in given))


def joined(graph: Graph, keep: Iterable[str] = (), *, one_hot: bool = False) -> Graph:
    """Compute losses on probabilities from the logits.

    Parameters
    ----------
    keep : iterable of str
        Variables to differentiate by; the losses on these stay unchanged.
    one_hot : bool
        Whether every target is known to be 1 for one class and 0 for the others, which needs fewer steps.
    """
    kept, found = set(keep), graph
    for name, operation in graph.operations.items():
        given = graph.arguments(name)
        if operation.body is None or len(given) != 2:
            continue
        for slot in (0, 1):
            probabilities, target = given[slot], given[1 - slot]
            both = (
                None
                if probabilities in kept
                else _of_logits(graph, probabilities, operation, slot, target, one_hot=one_hot)
            )
            if both is None:
                continue
            found = graph.copy() if found is graph else found
            (logits,) = graph.arguments(graph.producer(probabilities) or "").values()
            for place, variable in given.items():
                found.remove_edge(variable, name, key=place)
            found.connect([(logits, name, 0), (target, name, 1)])
            found.nodes[name]["data"] = replace(operation, body=both)
            if OF_LOGITS not in operation.body.graph:
                found.remark(f"{operation.op.replace('_', ' ')} ({operation.source}) is computed from the logits")
            break
    return found


def _of_logits(
    graph: Graph, probabilities: str, loss: Operation, slot: int, target: str, *, one_hot: bool
) -> Graph | None:
    """The computation of a loss from the argument of the activation before it, if it is known."""
    maker = graph.producer(probabilities)
    activation = graph.operation(maker) if maker is not None else None
    if maker is None or activation is None or activation.body is None or loss.body is None:
        return None
    if len(graph.arguments(maker)) != 1:
        return None
    (logits,) = graph.arguments(maker).values()
    first, last = graph.variable(logits), graph.variable(target)
    known: Any = loss.body.graph.get(OF_LOGITS)
    for each in COMPOSITES:
        if _computes(activation.body, each.activation, first):
            if known is not None:
                return flat(known) if slot == 0 else None
            shown = graph.variable(probabilities)
            if first.shape == last.shape and _computes(_turned(loss.body, slot), each.loss, shown, last):
                both = _defined(each.of_one_hot if one_hot else each.both, first, last)
                return both if _dtype(both) == _dtype(loss.body) else None
    return None


def _turned(body: Graph, first: int) -> Graph:
    """The computation of a loss with its argument number `first` as the first."""
    if first == 0:
        return body
    found = body.copy()
    found.graph["arguments"] = tuple(reversed(body.graph["arguments"]))
    return found


def _dtype(body: Graph) -> str:
    return body.variable(body.outputs[0]).dtype


def _computes(body: Graph, function: Callable[..., Any], *given: Variable) -> bool:
    try:
        wanted = _defined(function, *given)
    except TracingError:
        return False
    return signature(body) == known_signature(wanted)

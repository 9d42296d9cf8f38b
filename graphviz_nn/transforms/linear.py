"""Graphs of linear maps: what a cotangent is pulled back to, what a tangent is pushed to, and whole Jacobians."""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.replay import replay
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.gradient import pulled_back


class Pulled(NamedTuple):
    """A graph that pulls a cotangent back.

    Parameters
    ----------
    graph : Graph
        The graph, with the cotangent as an additional leaf.
    cotangent : str
        The name of the cotangent.
    names : tuple of str or None
        What it becomes for each variable; None for one that the differentiated variable doesn't depend on.
    """

    graph: Graph
    cotangent: str
    names: tuple[str | None, ...]


def pullback_graph(graph: Graph, of: str, wrt: Sequence[str]) -> Pulled:
    """The graph of the map from a cotangent of one variable to those of others.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> found = pullback_graph(trace(lambda x: np.sin(x), x=input(3)), "output", ["x"])
    >>> found.graph.variable(found.cotangent).shape, found.graph.variable(found.names[0]).shape
    ((3,), (3,))
    """
    recording = Recording(names_from_code=False)
    wiring = Wiring(graph)
    tracers = replay(graph, recording, wiring)
    variable = graph.variable(of)
    leaf = Variable(variable.shape, variable.dtype, "input")
    start = Tracer(recording, recording.add(leaf, f"grad_{of}"))
    pulled = pulled_back(wiring, recording, tracers, {of: start}, wrt)
    # A cotangent that is handed through is a value of its own.
    pulled = {name: apply("positive", each) if each.number == start.number else each for name, each in pulled.items()}
    numbers = [pulled[name].number if name in pulled else None for name in wrt]
    found = recording.graph([each for each in numbers if each is not None], {})
    names = tuple(None if each is None else recording.names[each] for each in numbers)
    return Pulled(found, recording.names[start.number], names)


def pushed_graph(graph: Graph, of: str, wrt: Sequence[str], tangents: Sequence[str]) -> Pulled:
    """The graph of the map from tangents, leaves of the graph, to the tangent of one variable.

    A map that is pulled back is linear in its cotangent, so its own pullback pushes a tangent forward.
    """
    pulled = pullback_graph(graph, of, wrt)
    recording = Recording(names_from_code=False)
    wiring = Wiring(pulled.graph)
    tracers = replay(pulled.graph, recording, wiring)
    starts = {name: tracers[tangent] for name, tangent in zip(pulled.names, tangents, strict=True) if name is not None}
    pushed = pulled_back(wiring, recording, tracers, starts, [pulled.cotangent]).get(pulled.cotangent)
    variable = graph.variable(of)
    if pushed is None:
        pushed = Tracer(recording, recording.constant(np.zeros(variable.shape, variable.dtype)))
    found = recording.graph([pushed.number], {})
    return Pulled(found, pulled.cotangent, (recording.names[pushed.number],))


def jacobian_graph(graph: Graph, of: str, wrt: Sequence[str]) -> Pulled:
    """The graph of the map from many cotangents, along a leading axis, to those of others; each row of a Jacobian is
    one of them."""
    pulled = pullback_graph(graph, of, wrt)
    size, names = prod(graph.variable(of).shape), [each for each in pulled.names if each is not None]
    try:
        if any(each.draw is not None for each in graph.leaves.values()):
            raise GradientError("random numbers are the same in every row")
        found = batch(_with_outputs(pulled.graph, names), over=(pulled.cotangent,), size=size)
    except GradientError:
        return _row_by_row(graph, of, wrt, pulled.cotangent, size)
    return Pulled(found, pulled.cotangent, pulled.names)


def _with_outputs(graph: Graph, names: Sequence[str]) -> Graph:
    found: Graph = graph.copy()
    found.outputs = list(dict.fromkeys(names))
    return found


def _row_by_row(graph: Graph, of: str, wrt: Sequence[str], cotangent: str, size: int) -> Pulled:
    """The same without a rule for many: every cotangent is pulled back on its own."""
    recording = Recording(names_from_code=False)
    wiring = Wiring(graph)
    tracers = replay(graph, recording, wiring)
    variable = graph.variable(of)
    rows = Variable((size, *variable.shape), variable.dtype, "input")
    start = Tracer(recording, recording.add(rows, cotangent))
    each = [pulled_back(wiring, recording, tracers, {of: start[row]}, wrt) for row in range(size)]
    stacked: list[Any] = [np.stack([row[name] for row in each]) if each and name in each[0] else None for name in wrt]
    found = recording.graph([value.number for value in stacked if value is not None], {})
    names = tuple(None if value is None else recording.names[value.number] for value in stacked)
    return Pulled(found, recording.names[start.number], names)

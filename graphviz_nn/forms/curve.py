"""Curves of elementwise functions."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import numpy as np

from graphviz_nn.evaluation.program import compile
from graphviz_nn.forms.diagram import Curve
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.computable import computable
from graphviz_nn.views.kinds import entrywise

# How far a curve reaches, and the number of its points.
REACH, POINTS = 3.0, 61


def curve(graph: Graph, operation: str, reach: float = REACH) -> Curve | None:
    """The curve of an operation from `-reach` to `reach`; None if it isn't a function of one number.

    The operation itself computes the points. Points that aren't finite are left out.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> found = curve(trace(lambda x: x**2, x=input(4)), "power")
    >>> found.low, found.high, found.runs[0][0]
    (0.0, 9.0, (-3.0, 9.0))
    """
    data, results = graph.operation(operation), graph.results(operation)
    given = list(dict.fromkeys(graph.arguments(operation).values()))
    if len(given) != 1 or len(results) != 1 or not entrywise(data):
        return None
    known = graph.variable(given[0])
    if 0 in known.shape or any(np.dtype(graph.variable(v).dtype).kind != "f" for v in (*given, *results)):
        return None
    if data.body is not None:
        body = computable(data.body).copy()
        leaf, outputs = body.graph["arguments"][0], body.outputs
    else:
        body = graph.part([*given, operation, *results])
        leaf, outputs = given[0], results
    body.add_variable(leaf, replace(known, role="input", value=None, draw=None))
    body.outputs = outputs
    x = np.linspace(-reach, reach, POINTS)
    fed = np.broadcast_to(x.reshape(-1, *[1] * len(known.shape)), (POINTS, *known.shape)).astype(known.dtype)
    found = compile(batch(body, {leaf: fed}), list(outputs)).run({leaf: fed})[outputs[0]]
    y = np.asarray(found).reshape(POINTS, -1)[:, 0]
    runs = tuple(_runs(x, y))
    if not runs:
        return None
    shown = [value for run in runs for _, value in run]
    return Curve(runs, min(0.0, *shown), max(0.0, *shown))


def _runs(x: Array, y: Array) -> Iterator[tuple[tuple[float, float], ...]]:
    """The pieces of a curve between which it isn't finite."""
    for finite, points in groupby(zip(x, y, strict=True), lambda point: bool(np.isfinite(point[1]))):
        run = tuple((float(a), float(b)) for a, b in points)
        if finite and len(run) > 1:
            yield run

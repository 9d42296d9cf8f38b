"""The curve of a function that works entry by entry."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import numpy as np

from graphviz_nn.evaluation.program import compile
from graphviz_nn.forms.diagram import Curve
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.fold import computable
from graphviz_nn.views.kinds import entrywise

# From -REACH to REACH there are so many points.
REACH, POINTS = 3.0, 61


def curve(graph: Graph, operation: str) -> Curve | None:
    """What an operation makes of numbers around 0; none where it isn't a function of one number.

    It is computed by the operation itself. What isn't finite is left out.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> found = curve(trace(lambda x: x**2, x=input(4)), "power")
    >>> found.low, found.high, found.runs[0][0]
    (0.0, 9.0, (-3.0, 9.0))
    """
    data, arguments = graph.operation(operation), graph.arguments(operation)
    (given, *others), results = dict.fromkeys(arguments.values()) or ("",), graph.results(operation)
    if others or not given or len(results) != 1 or not entrywise(data) or 0 in graph.variable(given).shape:
        return None
    if np.dtype(graph.variable(given).dtype).kind != "f" or np.dtype(graph.variable(results[0]).dtype).kind != "f":
        return None
    body = computable(data.body) if data.body is not None else graph.part({given, operation, *results})
    (leaf,) = body.graph["arguments"] if data.body is not None else (given,)
    body = body.copy()
    known = body.variable(leaf)
    body.add_variable(leaf, replace(known, role="input", value=None))
    outputs = body.outputs if data.body is not None else results
    body.outputs = outputs
    x = np.linspace(-REACH, REACH, POINTS)
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

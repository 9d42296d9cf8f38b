"""Measure the time of a model and its gradients."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from graphviz_nn.evaluation import check_gradients
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph import Graph
from graphviz_nn.reporting.page import Rows
from graphviz_nn.transforms.gradient import gradient

# The seconds to measure, and the smallest and largest number of runs.
LONG_ENOUGH, FEWEST, MOST = 0.5, 5, 1000


def timing(graph: Graph, feeds: Mapping[str, Any]) -> Rows:
    """The median times in ms: of values, of values and gradients, and of the check.

    Graphs are compiled before, and each function runs once before it is measured.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> [row[0] for row in timing(trace(lambda t: t**3, t=parameter(())), {"t": 2.0})]
    ['what', 'forward pass', 'forward and backward pass', 'check against central differences']
    """
    of = graph.outputs[0]
    wrt = [name for name, variable in graph.leaves.items() if np.dtype(variable.dtype).kind == "f"]
    both = gradient(graph, of, wrt)
    forward, backward = compile(graph, [of]), compile(both, [of, *both.graph["gradients"].values()])
    measured: dict[str, Callable[[], Any]] = {
        "forward pass": lambda: forward(feeds),
        "forward and backward pass": lambda: backward(feeds),
        "check against central differences": lambda: check_gradients(graph, feeds),
    }
    return (("what", "median", "runs"), *((name, *_timed(run)) for name, run in measured.items()))


def _timed(run: Callable[[], Any]) -> tuple[str, str]:
    run()
    times: list[float] = []
    while len(times) < FEWEST or (sum(times) < LONG_ENOUGH and len(times) < MOST):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return f"{1000 * median(times):.3g} ms", f"{len(times):,}"

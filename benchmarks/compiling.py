"""The first call of a gradient: CPU time of the trace, the gradient's graph and the program, by number of operations.

``python benchmarks/compiling.py 1000 10000``; without numbers also 100,000 operations, which take half a minute each.
"""

import sys
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from time import process_time
from typing import Any

import numpy as np

import graphviz_nn as gnn


def chain(count: int) -> tuple[Callable[[Any], Any], Any]:
    """A loop over one number; each pass has four operations."""

    def loop(x: Any) -> Any:
        for _ in range(count // 4):
            x = x * 1.0001 - 0.0001 * x * x
        return x

    return loop, 0.5


def perceptron(count: int) -> tuple[Callable[[Any], Any], Any]:
    """Layers of three operations, each with weights of its own."""
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(4, 4)) / 2, np.zeros(4)) for _ in range(count // 3)]

    def network(layers: Any) -> Any:
        x: Any = np.ones(4)
        for weight, bias in layers:
            x = np.tanh(weight @ x + bias)
        return np.sum(x)

    return network, layers


def first_call(make: Callable[[int], tuple[Callable[[Any], Any], Any]], count: int) -> list[float]:
    """Seconds for the trace, the graph of the gradient, the program, and all of a first call of `gnn.grad`."""
    function, start = make(count)
    spec = gnn.parameter(()) if isinstance(start, float) else [(gnn.parameter((4, 4)), gnn.parameter(4))] * len(start)
    times = [process_time()]
    graph = gnn.trace(function, spec)
    times.append(process_time())
    both = gnn.gradient(graph)
    times.append(process_time())
    gnn.compile(both, list(both.graph["gradients"].values()))
    times.append(process_time())
    function, start = make(count)
    times.append(process_time())
    gnn.grad(function)(start)
    times.append(process_time())
    steps = [after - before for before, after in pairwise(times)]
    return [*steps[:3], steps[4]]


if __name__ == "__main__":
    sizes = [int(each) for each in sys.argv[1:]] or [1_000, 10_000, 100_000]
    first_call(chain, 100)
    first_call(perceptron, 100)
    print("model        operations   trace  gradient  compile  gnn.grad, first call")
    for make in (chain, perceptron):
        for size in sizes:
            # Each of another length, since an equal function has its program already.
            runs = [first_call(make, size + 12 * run) for run in range(3 if size <= 10_000 else 1)]
            trace, gradient, program, whole = map(median, zip(*runs, strict=True))
            phases = f"{trace:>8.2f}{gradient:>10.2f}{program:>9.2f}{whole:>22.2f}"
            print(f"{make.__name__:12}{size:>11,}{phases}", flush=True)

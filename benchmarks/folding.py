"""Folding a long network to its layers: how the time grows with the graph.

Run ``python benchmarks/folding.py``.
"""

import numpy as np
from interleave import medians, ratio

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.views import detailed

WIDTH = 4
SIZES = (10_000, 100_000)
SECONDS = 2.0


def network(operations: int) -> gnn.Graph:
    """A network of layers as functions and as formulas in turn, with about this many operations."""

    def by_hand(h, weight, bias):
        z = weight @ h + bias
        return 1 / (1 + np.exp(-z))

    def softmax(h):
        exponentials = np.exp(h)
        return exponentials / np.sum(exponentials)

    def loss(x, y, weights, biases):
        h = x
        for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            h = by_hand(h, weight, bias) if number % 2 else np.maximum(nn.linear(nn.softmax(h), weight, bias), 0)
            h = softmax(h) * 2 if number % 4 == 3 else h
        return -np.log(y @ nn.softmax(h))

    layers = operations * 4 // 32
    return gnn.trace(
        loss,
        x=gnn.input(WIDTH),
        y=gnn.target(WIDTH),
        weights=[gnn.parameter((WIDTH, WIDTH))] * layers,
        biases=[gnn.parameter(WIDTH)] * layers,
    )


def main() -> None:
    graphs = {f"{size:,}": network(size) for size in SIZES}
    found = medians({name: lambda graph=graph: detailed("layers", graph) for name, graph in graphs.items()}, 3)
    for name, graph in graphs.items():
        folded = len(detailed("layers", graph).operations)
        print(f"{found[name]:9.2f} s   {len(graph.operations):,} operations to {folded:,}")
    small, large = found
    verdict = "ok  " if found[small] <= SECONDS else "SLOW"
    print(f"{verdict}  {small}: {found[small]:.2f} s (at most {SECONDS:g} s)")
    ratio(found, large, small, 12.0)


if __name__ == "__main__":
    main()

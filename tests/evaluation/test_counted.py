"""What a program says of its memory and operations is what a run takes."""

import tracemalloc

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn

ROWS, WIDTH = 200, 300


def deep(x, y, W, V):
    return nn.cross_entropy_with_logits(nn.relu(x @ W) @ V, y)


def squares(x, y, W, V):
    h = nn.layer_norm(np.tanh(x @ W), np.ones(WIDTH), np.zeros(WIDTH))
    return np.mean(nn.gelu(h) ** 2) + np.sum(V * V)


@pytest.mark.parametrize("model", [deep, squares])
def test_memory_is_that_of_a_run(model):
    shapes = {"x": (ROWS, WIDTH), "y": (ROWS, 10), "W": (WIDTH, WIDTH), "V": (WIDTH, 10)}
    specs = {name: (gnn.parameter if name in "WV" else gnn.input)(shape) for name, shape in shapes.items()}
    both = gnn.gradient(gnn.trace(model, **specs))
    program = gnn.compile(both, [both.outputs[0], *both.graph["gradients"].values()])
    values = [np.random.default_rng(0).uniform(size=shape) for shape in shapes.values()]
    tracemalloc.start()
    program.steps(*values)
    program.steps(*values)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.95 * program.memory < most < 1.2 * program.memory
    everything = gnn.evaluate(both, dict(zip(shapes, values, strict=True)))
    assert program.memory < sum(each.nbytes for each in everything.values())


def test_operations_are_counted_after_the_passes():
    graph = gnn.trace(lambda x, W: np.tanh(W.T.T @ x) + 0, x=gnn.input(3), W=gnn.parameter((2, 3)))
    program = gnn.compile(graph)
    assert program.cost == 2 * 2 * 3 + 2
    both = gnn.gradient(graph, cotangent=np.ones(2))
    # 1 - tanh² of two entries, and their products with three.
    assert gnn.compile(both).cost == program.cost + 2 + 2 + 2 * 3

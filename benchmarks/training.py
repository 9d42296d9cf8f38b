"""Training a small network, beside the same steps written out by hand in NumPy.

Run ``python benchmarks/training.py``.
"""

from functools import partial
from time import process_time

import numpy as np
from interleave import medians, ratio

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.training.batches import batches

UNITS, EXAMPLES, RATE = 3, 500, 0.1
SIZES = {"all examples": (EXAMPLES, 5_000), "batches of 10": (10, 20_000)}


def loss(x, y, W1, b1, W2, b2):
    a1 = nn.tanh(nn.linear(x, W1, b1))
    return nn.cross_entropy(nn.softmax(nn.linear(a1, W2, b2)), y)


SHAPES = {"W1": (UNITS, 2), "b1": (UNITS,), "W2": (2, UNITS), "b2": (2,)}
PARAMETERS = {name: gnn.parameter(shape) for name, shape in SHAPES.items()}
GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), **PARAMETERS)
DATA = gnn.data.xor(EXAMPLES)


def by_hand(size: int, steps: int) -> dict[str, np.ndarray]:
    """The same training as a loop that somebody would write for this one network."""
    x, y = DATA.inputs, np.eye(2)[DATA.targets]
    start = gnn.training.initial_parameters(GRAPH)
    W1, b1, W2, b2 = start.values()
    batch = batches(EXAMPLES, size, 0)
    for step in range(steps):
        part = batch(step)
        xs, ys = (x, y) if part is None else (x[part.rows], y[part.rows])
        a1 = np.tanh(xs @ W1.T + b1)
        z2 = a1 @ W2.T + b2
        exponentials = np.exp(z2 - z2.max(axis=1, keepdims=True))
        dz2 = (exponentials / exponentials.sum(axis=1, keepdims=True) - ys) / len(xs)
        dz1 = dz2 @ W2 * (1 - a1**2)
        W2, b2 = W2 - RATE * dz2.T @ a1, b2 - RATE * dz2.sum(axis=0)
        W1, b1 = W1 - RATE * dz1.T @ xs, b1 - RATE * dz1.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def fitted(size: int, steps: int) -> dict[str, np.ndarray]:
    return gnn.fit(GRAPH, DATA, steps=steps, rate=RATE, batch_size=size, progress=False).at(-1)


def main() -> None:
    for name, (size, steps) in SIZES.items():
        ours, theirs = fitted(size, steps), by_hand(size, steps)
        assert all(np.allclose(ours[each], theirs[each]) for each in theirs)
        found = medians(
            {"fit": partial(fitted, size, steps), "by hand": partial(by_hand, size, steps)}, 5, process_time
        )
        for each, seconds in found.items():
            print(f"{seconds:9.2f} s   {steps:,} steps over {EXAMPLES} examples, {name}, 2-{UNITS}-2, {each}")
        ratio(found, "fit", "by hand", 1.3)


if __name__ == "__main__":
    main()

"""Training a small network, beside the same steps written out by hand in NumPy.

Run ``python benchmarks/training.py``.
"""

import numpy as np
from interleave import medians, ratio

import graphviz_nn as gnn
from graphviz_nn import nn

UNITS, EXAMPLES, STEPS, RATE = 3, 500, 1000, 0.1


def loss(x, y, W1, b1, W2, b2):
    a1 = nn.tanh(nn.linear(x, W1, b1))
    return nn.cross_entropy(nn.softmax(nn.linear(a1, W2, b2)), y)


SHAPES = {"W1": (UNITS, 2), "b1": (UNITS,), "W2": (2, UNITS), "b2": (2,)}
PARAMETERS = {name: gnn.parameter(shape) for name, shape in SHAPES.items()}
GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), **PARAMETERS)
DATA = gnn.data.xor(EXAMPLES)


def by_hand() -> dict[str, np.ndarray]:
    """The same training as a loop that somebody would write for this one network."""
    x, y = DATA.inputs, np.eye(2)[DATA.targets]
    start = gnn.training.initial_parameters(GRAPH)
    W1, b1, W2, b2 = start.values()
    for _ in range(STEPS):
        a1 = np.tanh(x @ W1.T + b1)
        z2 = a1 @ W2.T + b2
        exponentials = np.exp(z2 - z2.max(axis=1, keepdims=True))
        dz2 = (exponentials / exponentials.sum(axis=1, keepdims=True) - y) / EXAMPLES
        dz1 = dz2 @ W2 * (1 - a1**2)
        W2, b2 = W2 - RATE * dz2.T @ a1, b2 - RATE * dz2.sum(axis=0)
        W1, b1 = W1 - RATE * dz1.T @ x, b1 - RATE * dz1.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def fitted() -> dict[str, np.ndarray]:
    return gnn.fit(GRAPH, DATA, steps=STEPS, rate=RATE, progress=False).at(-1)


def main() -> None:
    ours, theirs = fitted(), by_hand()
    assert all(np.allclose(ours[name], theirs[name]) for name in theirs)
    found = medians({"fit": fitted, "by hand": by_hand}, 5)
    for name, seconds in found.items():
        print(f"{seconds:9.2f} s   {STEPS:,} steps over {EXAMPLES} examples, 2-{UNITS}-2, {name}")
    ratio(found, "fit", "by hand", 10.0)


if __name__ == "__main__":
    main()

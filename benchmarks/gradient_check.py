"""A 2-3-2 network with 500 examples: checking its gradients, beside PyTorch's `gradcheck`.

Run ``python benchmarks/gradient_check.py``; it needs the extra ``graphviz_nn[torch]``. Both compare the gradient of the
mean cross-entropy by each of the 17 parameters with central differences in float64, of the same numbers, on one thread.
Without `wrt=`, `check_gradients` also compares the gradient by the data, along directions. It differentiates a graph
once, at its first check; "not seen before" is a check with that. It looks for kinks; `gradcheck` runs the backward pass
twice, to see whether it gives the same, and tries undefined gradients.
"""

from functools import partial

import numpy as np
import torch
from interleave import cpu, medians, ratio, table

import graphviz_nn as gnn
from graphviz_nn import nn

EXAMPLES = 500


def loss(x, y, W1, b1, W2, b2):
    return nn.cross_entropy_with_logits(nn.linear(nn.sigmoid(nn.linear(x, W1, b1)), W2, b2), y)


def main() -> None:
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=(EXAMPLES, 2)), "y": np.eye(2)[rng.integers(2, size=EXAMPLES)]}
    shapes = {"W1": (3, 2), "b1": 3, "W2": (2, 3), "b2": 2}
    parameters = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    specs = {name: gnn.parameter(shape) for name, shape in shapes.items()}
    one = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), **specs)
    graph = gnn.batch(one, data, reduce="mean")
    x, y = torch.tensor(data["x"]), torch.tensor(data["y"])

    def by_torch(W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(torch.sigmoid(x @ W1.T + b1) @ W2.T + b2, y)

    tensors = [torch.tensor(value, requires_grad=True) for value in parameters.values()]
    feeds = {**data, **parameters}
    assert gnn.check_gradients(graph, feeds, wrt=parameters) and gnn.check_gradients(graph, feeds)
    assert np.isclose(gnn.evaluate(graph, feeds, outputs="loss"), by_torch(*tensors).item(), rtol=1e-12)
    torch.set_num_threads(1)
    things = {
        "by the parameters": partial(gnn.check_gradients, graph, feeds, wrt=parameters),
        "without wrt=": partial(gnn.check_gradients, graph, feeds),
        "not seen before": lambda: gnn.check_gradients(graph.copy(), feeds, wrt=parameters),
        "gradcheck": partial(torch.autograd.gradcheck, by_torch, tensors),
    }
    found = medians(things, 100, cpu)
    table(found)
    ratio(found, "by the parameters", "gradcheck", 1.0)
    ratio(found, "without wrt=", "gradcheck", 1.0)
    ratio(found, "not seen before", "gradcheck", 1.0)


if __name__ == "__main__":
    main()

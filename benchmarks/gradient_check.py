"""A 2-3-2 network with 500 examples: checking its parameters' gradients, beside PyTorch's `gradcheck`.

Run ``python benchmarks/gradient_check.py``; it needs the extra ``graphviz_nn[torch]``. Both compare the gradient of the
mean cross-entropy by every entry of W1 and W2 with central differences in float64, of the same numbers, on one thread.
`check_gradients` differentiates a graph once, at its first check; "a graph not seen before" is a check with that.
It looks for kinks; `gradcheck` runs the backward pass twice, to see whether it gives the same, and tries undefined
gradients.
"""

from functools import partial

import numpy as np
import torch
from interleave import medians, ratio, table

import graphviz_nn as gnn
from graphviz_nn import nn

EXAMPLES = 500


def loss(x, y, W1, W2):
    return nn.cross_entropy_with_logits(nn.linear(nn.sigmoid(nn.linear(x, W1)), W2), y)


def main() -> None:
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=(EXAMPLES, 2)), "y": np.eye(2)[rng.integers(2, size=EXAMPLES)]}
    parameters = {"W1": rng.normal(size=(3, 2)), "W2": rng.normal(size=(2, 3))}
    one = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
    graph = gnn.batch(one, data, reduce="mean")
    x, y = torch.tensor(data["x"]), torch.tensor(data["y"])

    def by_torch(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(torch.sigmoid(x @ first.T) @ second.T, y)

    tensors = [torch.tensor(value, requires_grad=True) for value in parameters.values()]
    feeds = {**data, **parameters}
    assert gnn.check_gradients(graph, feeds, wrt=parameters)
    assert np.isclose(gnn.evaluate(graph, feeds, outputs="loss"), by_torch(*tensors).item(), rtol=1e-12)
    torch.set_num_threads(1)
    things = {
        "check_gradients": partial(gnn.check_gradients, graph, feeds, wrt=parameters),
        "a graph not seen before": lambda: gnn.check_gradients(graph.copy(), feeds, wrt=parameters),
        "gradcheck": partial(torch.autograd.gradcheck, by_torch, tensors),
    }
    found = medians(things, 100)
    table(found)
    ratio(found, "check_gradients", "gradcheck", 1.0)


if __name__ == "__main__":
    main()

"""Convolutions and pooling on PyTorch: its own functions compute what NumPy does, however they are written."""

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn.evaluation.backends.windows import windows

ALL = {"convolution", "convolution_by_weight", "convolution_by_input"}
POOLED = {"average_pooling", "overlapped"}


def by_hand(x, K):
    """A convolution as people write it in NumPy."""
    shifted = [x[:, :, i : i + 5, j : j + 6] for i in range(3) for j in range(2)]
    columns = np.reshape(np.stack(shifted, axis=2), (len(x), -1, 30))
    return np.reshape(np.reshape(K, (4, -1)) @ columns, (len(x), 4, 5, 6))


# The shapes of x and K, the function, and the steps that the pass writes.
MODELS = {
    "2d": ((5, 2, 7, 6), (3, 2, 3, 2), gnn.nn.convolution_2d, ALL),
    "1d": ((5, 2, 9), (3, 2, 3), lambda x, K: gnn.nn.convolution_1d(x, K, stride=2), ALL),
    "3d": ((2, 2, 4, 5, 4), (3, 2, 2, 2, 2), gnn.nn.convolution_3d, ALL),
    "dilated": ((5, 2, 9, 8), (3, 2, 3, 2), lambda x, K: gnn.nn.convolution_2d(x, K, dilation=(2, 3)), ALL),
    "strides": ((5, 2, 8, 9), (3, 2, 3, 2), lambda x, K: gnn.nn.convolution_2d(x, K, stride=(2, 3)), ALL),
    "padded": ((5, 2, 5, 5), (3, 2, 3, 3), lambda x, K: gnn.nn.convolution_2d(x, K, padding=1), ALL),
    "by hand": ((5, 2, 7, 7), (4, 2, 3, 2), by_hand, ALL),
    "averages": ((2, 3, 6, 7), (), lambda x, K: K * gnn.nn.average_pooling_2d(x, 2), POOLED),
    "near averages": ((2, 3, 7), (), lambda x, K: K * gnn.nn.average_pooling_1d(x, 3, stride=2), POOLED),
    "maxima": ((2, 3, 6, 6), (), lambda x, K: K * gnn.nn.max_pooling_2d(x, 3, stride=1), {"overlapped"}),
    "one example": ((2, 7, 6), (3, 2, 3, 2), gnn.nn.convolution_2d, {"overlapped"}),
    "in groups": ((5, 4, 6, 6), (6, 2, 2, 2), lambda x, K: gnn.nn.convolution_2d(x, K, groups=2), {"overlapped"}),
    "transposed": ((3, 2, 4, 4), (2, 3, 2, 2), lambda x, K: gnn.nn.transposed_convolution_2d(x, K, stride=2), ALL),
    # Some windows only, and one entry twice.
    "in part": ((2, 2, 8), (), lambda x, K: K * np.stack([x[..., 0:4], x[..., 1:5]], axis=2).mean(axis=2), set()),
    "twice": ((2, 2, 5), (), lambda x, K: K * np.stack([x[..., 0:4], x[..., 0:4]], axis=2).mean(axis=2), set()),
}


@needs("torch")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("title", MODELS)
def test_windows_on_pytorch(title, dtype):
    shape, filters, function, steps = MODELS[title]
    loss = lambda x, K: np.sum(np.sin(function(x, K)))  # noqa: E731
    graph = gnn.trace(loss, x=gnn.input(shape, dtype=dtype), K=gnn.parameter(filters, dtype=dtype))
    both = gnn.gradient(graph, wrt=["x", "K"])
    program = gnn.compile(both, backend="torch")
    found = {line.op for line in windows.rewrite(program.listing).lines}
    assert found & (ALL | POOLED) == steps
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=each.shape).astype(dtype) for name, each in graph.leaves.items()}
    got, right = program(feeds), gnn.compile(both)(feeds)
    for name, value in right.items():
        assert (got[name].shape, got[name].dtype) == (value.shape, value.dtype)
        close = {"rtol": 1e-10, "atol": 1e-12} if dtype == "float64" else {"rtol": 1e-4, "atol": 1e-4}
        np.testing.assert_allclose(got[name], value, **close)

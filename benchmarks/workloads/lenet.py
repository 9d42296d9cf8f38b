"""LeNet-5 on images of 28 x 28, with a padding of 2, average pooling and tanh."""

from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import graphviz_nn as gnn
from workloads import Workload, cross_entropy, one_hot, softmax_minus, uniform


def convolution(np: Any, x: Any, weight: Any, bias: Any) -> Any:
    filters, channels, window, _ = weight.shape
    steps = x.shape[2] - window + 1
    shifted = [x[:, :, i : i + steps, j : j + steps] for i, j in product(range(window), range(window))]
    columns = np.reshape(np.stack(shifted, axis=2), (x.shape[0], channels * window**2, steps**2))
    found = np.reshape(weight, (filters, -1)) @ columns
    return np.reshape(found, (x.shape[0], filters, steps, steps)) + np.reshape(bias, (filters, 1, 1))


def halved(np: Any, x: Any) -> Any:
    return (x[:, :, 0::2, 0::2] + x[:, :, 0::2, 1::2] + x[:, :, 1::2, 0::2] + x[:, :, 1::2, 1::2]) / 4


def lenet(np: Any, x: Any, y: Any, K1: Any, c1: Any, K2: Any, c2: Any, **dense: Any) -> Any:
    h = halved(np, np.tanh(convolution(np, x, K1, c1)))
    h = halved(np, np.tanh(convolution(np, h, K2, c2)))
    h = np.reshape(h, (x.shape[0], -1))
    h = np.tanh(h @ dense["W1"] + dense["b1"])
    h = np.tanh(h @ dense["W2"] + dense["b2"])
    return cross_entropy(np, h @ dense["W3"] + dense["b3"], y)


def by_layers(x: Any, y: Any, K1: Any, c1: Any, K2: Any, c2: Any, **dense: Any) -> Any:
    h = gnn.nn.average_pooling_2d(gnn.nn.tanh(gnn.nn.convolution_2d(x, K1, c1)), 2)
    h = gnn.nn.average_pooling_2d(gnn.nn.tanh(gnn.nn.convolution_2d(h, K2, c2)), 2)
    h = np.reshape(h, (x.shape[0], -1))
    h = gnn.nn.tanh(h @ dense["W1"] + dense["b1"])
    h = gnn.nn.tanh(h @ dense["W2"] + dense["b2"])
    return gnn.nn.cross_entropy_with_logits(h @ dense["W3"] + dense["b3"], y)


def forth(x: Any, weight: Any, bias: Any) -> tuple[Any, Any]:
    """A convolution as one product with all windows, which the way back takes too."""
    filters, channels, window, _ = weight.shape
    windows = sliding_window_view(x, (window, window), axis=(2, 3))
    steps = windows.shape[2]
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), channels * window**2, steps**2)
    found = (weight.reshape(filters, -1) @ columns).reshape(len(x), filters, steps, steps)
    found += bias[:, None, None]
    return found, columns


def back(g: Any, columns: Any, x: Any, weight: Any, *, further: bool = True) -> tuple[Any, Any, Any]:
    filters, channels, window, _ = weight.shape
    steps = g.shape[2]
    flat = g.reshape(len(g), filters, -1)
    by_weight = (flat @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(weight.shape)
    by_bias = flat.sum(axis=(0, 2))
    if not further:
        return None, by_weight, by_bias
    spread = (weight.reshape(filters, -1).T @ flat).reshape(len(g), channels, window, window, steps, steps)
    by_x = np.zeros_like(x)
    for i, j in product(range(window), range(window)):
        by_x[:, :, i : i + steps, j : j + steps] += spread[:, :, i, j]
    return by_x, by_weight, by_bias


def doubled(g: Any) -> Any:
    found = np.empty((*g.shape[:2], 2 * g.shape[2], 2 * g.shape[3]), g.dtype)
    g = g / np.asarray(4, g.dtype)
    for i, j in product(range(2), range(2)):
        found[:, :, i::2, j::2] = g
    return found


def by_hand(
    x: Any, y: Any, K1: Any, c1: Any, K2: Any, c2: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any
) -> tuple[Any, ...]:
    z1, columns1 = forth(x, K1, c1)
    a1 = np.tanh(z1, out=z1)
    p1 = halved(np, a1)
    z2, columns2 = forth(p1, K2, c2)
    a2 = np.tanh(z2, out=z2)
    p2 = halved(np, a2).reshape(len(x), -1)
    h1 = np.tanh(p2 @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    loss, d3 = softmax_minus(h2 @ W3 + b3, y)
    d2 = (d3 @ W3.T) * (1 - h2 * h2)
    d1 = (d2 @ W2.T) * (1 - h1 * h1)
    e2 = doubled((d1 @ W1.T).reshape(len(x), 16, 5, 5))
    e2 *= 1 - a2 * a2
    e1, gK2, gc2 = back(e2, columns2, p1, K2)
    e1 = doubled(e1)
    e1 *= 1 - a1 * a1
    _, gK1, gc1 = back(e1, columns1, x, K1, further=False)
    dense = p2.T @ d1, d1.sum(axis=0), h1.T @ d2, d2.sum(axis=0), h2.T @ d3, d3.sum(axis=0)
    return loss, gK1, gc1, gK2, gc2, *dense


def workload(name: str, dtype: str = "float32") -> Workload:
    images = np.pad(uniform(0, dtype, x=(64, 1, 28, 28))["x"] * np.asarray(8, dtype), ((0, 0), (0, 0), (2, 2), (2, 2)))
    data = {"x": images, "y": one_hot(1, 64, 10, dtype)}
    dense = {"W1": (400, 120), "b1": (120,), "W2": (120, 84), "b2": (84,), "W3": (84, 10), "b3": (10,)}
    parameters = uniform(2, dtype, K1=(6, 1, 5, 5), c1=(6,), K2=(16, 6, 5, 5), c2=(16,), **dense)
    return Workload(name, lenet, by_hand, data, parameters, 0.05, traced=by_layers)

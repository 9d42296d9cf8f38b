"""Networks of dense layers, from 2-3-2 to 784-4096-4096-10."""

from typing import Any

import numpy as np

import graphviz_nn as gnn
from workloads import Workload, cross_entropy, one_hot, softmax_minus, uniform


def small(np: Any, x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return cross_entropy(np, np.tanh(x @ W1 + b1) @ W2 + b2, y)


def small_by_hand(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> tuple[Any, ...]:
    a1 = np.tanh(x @ W1 + b1)
    loss, dz2 = softmax_minus(a1 @ W2 + b2, y)
    dz1 = (dz2 @ W2.T) * (1 - a1 * a1)
    return loss, x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def small_by_layers(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return gnn.nn.cross_entropy_with_logits(np.tanh(x @ W1 + b1) @ W2 + b2, y)


def deep(np: Any, x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
    a1 = np.maximum(x @ W1 + b1, 0)
    a2 = np.maximum(a1 @ W2 + b2, 0)
    return cross_entropy(np, a2 @ W3 + b3, y)


def deep_by_hand(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> tuple[Any, ...]:
    z1 = x @ W1
    z1 += b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2
    z2 += b2
    a2 = np.maximum(z2, 0)
    loss, dz3 = softmax_minus(a2 @ W3 + b3, y)
    dz2 = dz3 @ W3.T
    dz2 *= z2 > 0
    dz1 = dz2 @ W2.T
    dz1 *= z1 > 0
    return loss, x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)


def deep_by_layers(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
    a1 = gnn.nn.relu(x @ W1 + b1)
    return gnn.nn.cross_entropy_with_logits(gnn.nn.relu(a1 @ W2 + b2) @ W3 + b3, y)


def net(name: str, examples: int) -> Workload:
    data = {"x": uniform(0, x=(examples, 2))["x"], "y": one_hot(1, examples, 2)}
    parameters = uniform(2, W1=(2, 3), b1=(3,), W2=(3, 2), b2=(2,))
    return Workload(name, small, small_by_hand, data, parameters, traced=small_by_layers)


def mlp(name: str, widths: tuple[int, int], dtype: str) -> Workload:
    first, second = widths
    data = {"x": uniform(0, dtype, x=(128, 784))["x"] * np.asarray(10, dtype), "y": one_hot(1, 128, 10, dtype)}
    shapes = {"W1": (784, first), "b1": (first,), "W2": (first, second), "b2": (second,), "W3": (second, 10)}
    parameters = uniform(2, dtype, **shapes, b3=(10,))
    return Workload(name, deep, deep_by_hand, data, parameters, 0.01, traced=deep_by_layers)

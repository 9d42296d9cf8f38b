"""Training steps of known sizes: each as a model in plain NumPy, and by hand with its gradient.

A workload's `model` takes the NumPy to compute with, so that autograd runs it with its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """A model, its data and parameters, and a step by hand.

    Parameters
    ----------
    model : callable
        ``model(np, **data, **parameters)`` returns the loss.
    by_hand : callable
        ``by_hand(**data, **parameters)`` returns the loss and the gradients of the parameters, in order.
    traced : callable, optional
        The model as people write it with this package's layers, ``traced(**data, **parameters)``.
    rate : float
        The learning rate.
    """

    name: str
    model: Callable[..., Any]
    by_hand: Callable[..., tuple[Any, ...]]
    data: Arrays
    parameters: Arrays
    rate: float = 0.1
    traced: Callable[..., Any] | None = None
    peers: tuple[str, ...] = field(default=("autograd",))


def uniform(seed: int, dtype: str = "float64", **shapes: tuple[int, ...]) -> Arrays:
    """Arrays between -1 and 1 over the root of the number of inputs."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in shapes.items():
        scale = np.sqrt(shape[0]) if len(shape) > 1 else 1.0
        found[name] = (rng.uniform(-1, 1, shape) / scale).astype(dtype)
    return found


def one_hot(seed: int, count: int, classes: int, dtype: str = "float64") -> Any:
    """Random rows with a single 1."""
    return np.eye(classes, dtype=dtype)[np.random.default_rng(seed).integers(classes, size=count)]


def cross_entropy(np: Any, z: Any, y: Any) -> Any:
    """The mean cross-entropy of softmax(z)."""
    shifted = z - np.max(z, axis=1, keepdims=True)
    return -np.mean(np.sum(y * (shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))), axis=1))


def softmax_minus(z: Any, y: Any) -> tuple[Any, Any]:
    """The same by hand, with its gradient by z."""
    shifted = z - z.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(axis=1, keepdims=True)
    loss = -(y * (shifted - np.log(total))).sum() / len(z)
    powers /= total
    powers -= y
    powers /= len(z)
    return loss, powers

"""The steps of PyTorch, one row each: aten's name, and what it computes with NumPy and `graphviz_nn.nn`.

A row's function takes what aten's operator takes, in order and by name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn import nn

ROWS: dict[str, Callable[..., Any]] = {}


def aten(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a row under these names."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        ROWS.update(dict.fromkeys(names, function))
        return function

    return add


@aten("add")
def add(x: Any, y: Any, *, alpha: float = 1) -> Any:
    return x + (y if alpha == 1 else alpha * y)


@aten("relu")
def relu(x: Any) -> Any:
    return nn.relu(x)


@aten("linear")
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    return nn.linear(x, weight, bias)


@aten("conv2d")
def conv2d(x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0) -> Any:
    return nn.convolution_2d(x, weight, bias, _both(stride), _both(padding))


@aten("batch_norm")
def batch_norm(
    x: Any,
    scale: Any,
    shift: Any,
    mean: Any,
    variance: Any,
    training: bool,
    momentum: float,
    epsilon: float,
    cudnn_enabled: bool = True,
) -> Any:
    return nn.batch_norm(x, scale, shift, mean, variance, epsilon)


@aten("mean")
def mean(x: Any, axes: Any = None, keepdims: bool = False) -> Any:
    return np.mean(x, axis=tuple(axes), keepdims=keepdims)


def _both(value: Any) -> Any:
    return tuple(value) if np.ndim(value) else value


@aten("_native_batch_norm_legit_no_training")
def native_batch_norm(
    x: Any, scale: Any, shift: Any, mean: Any, variance: Any, momentum: float, epsilon: float
) -> tuple[Any, ...]:
    return nn.batch_norm(x, scale, shift, mean, variance, epsilon), np.zeros(0, x.dtype), np.zeros(0, x.dtype)
